//! One short use of each ability, as `docs/guides/plugin-abilities.md` shows them.

use super::tool_library::{Ctx, KEEPER, Settings, Tool, ToolState};
use twoway_sdk::Presence;
use twoway_sdk::prelude::*;

fn kept_too_long(ctx: &Ctx, host: &impl Host) -> Result<Vec<Item<Tool>>, Refusal> {
    let lent = Query::<Tool>::in_states(&[ToolState::Lent]);
    let before = ctx.today().plus_days(-1);
    let late = host.find(&lent.between("due_on", &before.plus_days(-365), &before).limit(50))?;
    host.log(Level::Info, &format!("{} tools are late", late.len()));
    Ok(late)
}

fn replace(host: &impl Host, id: &RecordId<Tool>) -> Outcome {
    let Some(mut old) = host.get(id)? else { return Err(No::ToolIsGone.into()) };
    old.state = ToolState::Retired;
    host.save(&old)?;
    let new = Tool { name: old.name.clone(), borrower: None, due_on: None };
    host.create(ToolState::InStock, &new)?;
    Ok(())
}

fn may_use(host: &impl Host, borrower: &Person) -> Result<bool, Refusal> {
    Ok(host.satisfies(borrower, ADULT)? && host.satisfies(borrower, "trained:power-tools")?)
}

#[derive(Action)]
#[action(on = Tool, from(Lent), roles(KEEPER))]
pub struct Collect {
    #[field(max_length = 12)]
    pub code: String,
}

fn send_code(host: &impl Host, tool: &Item<Tool>, borrower: &Person) -> Outcome {
    Ok(host.issue_code("collect", tool.id.as_str(), borrower, 60)?)
}

fn collect(_: &Ctx, host: &impl Host, tool: Item<Tool>, input: Collect) -> Outcome {
    let right = host.verify_code("collect", tool.id.as_str(), input.code.trim());
    match right.map_err(|_| Refusal::from(No::CodesNotGranted))? {
        true => Ok(()),
        false => Err(Refusal::at("code", &No::WrongCode)),
    }
}

#[derive(Record)]
#[record(states = ToolState, title = number, readers(KEEPER))]
pub struct FoundTool {
    pub number: String,
    #[field(class = P2, purpose = "verify", max_length = 10, retention_days = 90)]
    pub marks: Secret<Vec<String>>,
}

fn fitting(host: &impl Host, found: &Item<FoundTool>, answers: &[String]) -> Result<u32, Refusal> {
    Ok(host.secret_matches(found.id.as_str(), "marks", answers)?)
}

fn next_opening(ctx: &Ctx, host: &impl Host) -> Instant {
    if host.is_workday(ctx.now) { ctx.now } else { host.add_workdays(ctx.now, 1) }
}

#[derive(Clone, Debug, PartialEq, Notices)]
pub enum Notice {
    ToolDue { name: String },
}

fn remind_of(host: &impl Host, tool: &Item<Tool>, borrower: &Person) -> Outcome {
    let notice = Notice::ToolDue { name: tool.name.clone() };
    let key = format!("due/{}", tool.id.as_str());
    host.notify(&key, &Audience::from(borrower), &notice, false)?;
    host.notify(&format!("{key}/keeper"), &Audience::Role(KEEPER), &notice, true)?;
    Ok(())
}

#[derive(Form)]
pub struct Round {
    #[field(min = 1, max = 3)]
    pub round: u32,
}

fn call_again(ctx: &Ctx, host: &impl Host, tool: Item<Tool>, Round { round }: Round) -> Outcome {
    if tool.state != ToolState::Lent || round == 3 {
        return Ok(());
    }
    let next = Round { round: round + 1 };
    Ok(host.set_timer_with("call-again", &tool.id, ctx.now.plus_days(1), &next)?)
}

fn stocktaking(ctx: &Ctx, host: &impl Host, _: ()) -> Outcome {
    Ok(host.set_project_timer("stocktaking", ctx.now.plus_days(7), &())?)
}

fn ask_for_check(ctx: &Ctx, host: &impl Host, tool: &Item<Tool>) -> Outcome {
    let key = format!("check/{}", tool.id.as_str());
    let due = Some(ctx.now.plus_days(2));
    Ok(host.open_task(&key, &Audience::Role(KEEPER), Collect::KEY, Some(tool.id.as_str()), due)?)
}

#[derive(Form)]
pub struct Evidence {
    pub entered_by: Option<Person>,
}

fn arrive(ctx: &Ctx, host: &impl Host, helper: &Person, tool: &Item<Tool>) -> Outcome {
    let evidence = Evidence { entered_by: ctx.actor.clone() };
    Ok(host.report_attendance(helper, tool.id.as_str(), ctx.now, Presence::Arrived, &evidence)?)
}

#[derive(Form)]
pub struct Movement {
    #[field(max_length = 100)]
    pub shelf: String,
}

fn hand_out(host: &impl Host, screws: &str) -> Outcome {
    if host.balance("stock", screws)? < 1 {
        return Err(No::ToolIsGone.into());
    }
    Ok(host.append_to_book("stock", screws, -1, &Movement { shelf: "3".to_string() })?)
}

fn announce(ctx: &Ctx, host: &impl Host, tool: &Item<Tool>) -> Outcome {
    let card = Panel::new().fact(Label::Name, Shown::Text(tool.name.clone())).done();
    Ok(host.publish(tool.id.as_str(), &card, Some(ctx.now.plus_days(30)))?)
}

#[derive(Clone, Debug, PartialEq, Incidents)]
pub enum Incident {
    SomebodyHurt { tool: String },
}

fn report(host: &impl Host, tool: &Item<Tool>) -> Outcome {
    let incident = Incident::SomebodyHurt { tool: tool.name.clone() };
    let key = format!("hurt/{}", tool.id.as_str());
    host.report_incident(&key, Some(tool.id.as_str()), Severity::Harm, &incident).map_err(|_| No::CallTheOffice.into())
}

fn incident_closed(_: &Ctx, host: &impl Host, closed: IncidentClosed) -> Outcome {
    let Some(id) = closed.record else { return Ok(()) };
    let Some(mut tool) = host.get(&RecordId::<Tool>::new(id))? else { return Ok(()) };
    tool.state = ToolState::Retired;
    host.save(&tool)
}

fn may_start(ctx: &Ctx, _: &impl Host, plan: ProjectStart) -> Outcome {
    if plan.starts_on < ctx.today() { Err(No::StartsInThePast.into()) } else { Ok(()) }
}

#[derive(Clone, Debug, PartialEq, Refusals)]
pub enum No {
    ToolIsGone,
    CodesNotGranted,
    WrongCode,
    CallTheOffice,
    StartsInThePast,
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
pub enum Label {
    Name,
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [KEEPER],
    records: [Tool, FoundTool],
    refusals: No,
    notices: Notice,
    labels: Label,
    incidents: Incident,
    books: ["stock" of Movement],
    evidence: Evidence,
    actions: [Collect => collect],
    timers: ["call-again"(Round) on Tool => call_again, "stocktaking" => stocktaking],
    events: [IncidentClosed => incident_closed],
    guards: [ProjectStart => may_start],
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_sdk::{FakeHost, Sent};

    fn ctx() -> Ctx {
        Ctx::at("2026-03-07", "09:00", Settings { tools_per_person: 2 }).expect("a moment")
    }

    fn drill(host: &mut FakeHost, state: ToolState) -> Item<Tool> {
        let due_on = Date::parse("2026-03-01");
        let id = host.store("drill", state, Tool { name: "电钻".to_string(), borrower: None, due_on });
        read(host, &id)
    }

    fn read(host: &FakeHost, id: &RecordId<Tool>) -> Item<Tool> {
        host.record(id).expect("stored")
    }

    #[test]
    fn the_description_is_sound() {
        assert_eq!(description().check(), Ok(()));
    }

    #[test]
    fn records_and_people_are_asked() {
        let mut host = FakeHost::new();
        let tool = drill(&mut host, ToolState::Lent);
        assert_eq!(kept_too_long(&ctx(), &host).map(|late| late.len()), Ok(1));
        replace(&host, &tool.id).expect("is there");
        assert_eq!(host.records::<Tool>().len(), 2);
        assert_eq!(replace(&host, &RecordId::new("none")), Err(No::ToolIsGone.into()));
        let trained = host.person("luo", &[ADULT, "trained:power-tools"]);
        let other = host.person("he", &[ADULT]);
        assert_eq!((may_use(&host, &trained), may_use(&host, &other)), (Ok(true), Ok(false)));
    }

    #[test]
    fn codes_and_secrets_are_the_host_s() {
        let mut host = FakeHost::new();
        let tool = drill(&mut host, ToolState::Lent);
        let luo = host.person("luo", &[]);
        send_code(&host, &tool, &luo).expect("is sent");
        let with = |code: &str| Collect { code: code.to_string() };
        assert_eq!(collect(&ctx(), &host, read(&host, &tool.id), with("1")), Err(Refusal::at("code", &No::WrongCode)));
        collect(&ctx(), &host, tool, with(FakeHost::CODE)).expect("is right");
        let found = FoundTool { number: "1".to_string(), marks: vec![].into() };
        let id = host.store("found", ToolState::InStock, found);
        host.secret(&id, "marks", &["蓝色胶带"]);
        let found = host.record(&id).expect("stored");
        assert_eq!(fitting(&host, &found, &["蓝色胶带".to_string(), "红色".to_string()]), Ok(1));
    }

    #[test]
    fn time_passes_by_the_host_s_clock() {
        let mut host = FakeHost::new();
        let tool = drill(&mut host, ToolState::Lent);
        // A Saturday: the end of Monday is the beginning of Tuesday.
        let tuesday = Date::parse("2026-03-10").expect("a date").moment(TimeOfDay::of(0, 0), 480);
        assert_eq!(next_opening(&ctx(), &host), tuesday);
        call_again(&ctx(), &host, read(&host, &tool.id), Round { round: 1 }).expect("rings");
        call_again(&ctx(), &host, tool, Round { round: 3 }).expect("rings");
        stocktaking(&ctx(), &host, ()).expect("rings");
        let set: Vec<_> = host.sent().iter().filter(|sent| matches!(sent, Sent::Timer { .. })).cloned().collect();
        assert_eq!(set.len(), 2);
        let Sent::Timer { values, .. } = &set[0] else { panic!("a timer") };
        assert_eq!(values["round"], 2);
    }

    #[test]
    fn what_is_written_is_sent() {
        let mut host = FakeHost::new();
        let tool = drill(&mut host, ToolState::Lent);
        let luo = host.person("luo", &[]);
        remind_of(&host, &tool, &luo).expect("is told");
        ask_for_check(&ctx(), &host, &tool).expect("is asked");
        arrive(&ctx(), &host, &luo, &tool).expect("is a fact");
        assert_eq!(hand_out(&host, "螺丝"), Err(No::ToolIsGone.into()));
        host.append_to_book("stock", "螺丝", 1, &Movement { shelf: "3".to_string() }).expect("comes in");
        hand_out(&host, "螺丝").expect("goes out");
        announce(&ctx(), &host, &tool).expect("is public");
        host.withdraw(tool.id.as_str());
        report(&host, &tool).expect("is reported");
        assert_eq!(host.sent().len(), 9);
        host.deny("incidents");
        assert_eq!(report(&host, &tool), Err(No::CallTheOffice.into()));
    }

    #[test]
    fn the_host_tells_and_asks() {
        let mut host = FakeHost::new();
        let tool = drill(&mut host, ToolState::Lent);
        let (key, what) = ("hurt".to_string(), "somebody-hurt".to_string());
        let record = Some(tool.id.as_str().to_string());
        incident_closed(&ctx(), &host, IncidentClosed { key, what, record }).expect("is heard");
        assert_eq!(host.record(&tool.id).map(|tool| tool.state), Some(ToolState::Retired));
        let plan = |day: &str| {
            let starts_on = Date::parse(day).expect("a date");
            ProjectStart { starts_on, ends_on: starts_on.plus_days(30) }
        };
        assert_eq!(may_start(&ctx(), &host, plan("2026-03-07")), Ok(()));
        assert_eq!(may_start(&ctx(), &host, plan("2026-03-06")), Err(No::StartsInThePast.into()));
    }
}
