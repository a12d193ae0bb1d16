//! The plugin that `docs/guides/write-a-plugin.md` grows.

use twoway_sdk::prelude::*;

pub const KEEPER: &str = "keeper";

#[derive(Form)]
pub struct Settings {
    #[field(min = 1, max = 10, default = 2_u32)]
    pub tools_per_person: u32,
}

pub type Ctx = Context<Settings>;

#[derive(Clone, Copy, Debug, PartialEq, States)]
pub enum ToolState {
    InStock,
    Lent,
    #[state(end)]
    Retired,
}

#[derive(Record)]
#[record(states = ToolState, title = name, index(name, borrower, due_on), readers(KEEPER))]
pub struct Tool {
    #[field(class = P0, max_length = 60)]
    pub name: String,
    pub borrower: Option<Person>,
    pub due_on: Option<Date>,
}

#[derive(Action)]
#[action(roles(KEEPER))]
pub struct AddTool {
    #[field(class = P0, max_length = 60)]
    pub name: String,
}

#[derive(Action)]
#[action(on = Tool, from(InStock), to(Lent), roles(KEEPER))]
pub struct Lend {
    pub borrower: Person,
    pub due_on: Date,
}

#[derive(Action)]
#[action(on = Tool, from(Lent), to(InStock), roles(KEEPER))]
pub struct TakeBack {}

#[derive(Clone, Debug, PartialEq, Refusals)]
pub enum No {
    DueInThePast,
    TooManyLent { limit: u32 },
    ToolsStillLent { tools: u32 },
}

#[derive(Clone, Debug, PartialEq, Notices)]
pub enum Notice {
    ToolDue { name: String },
    BorrowerLeft { name: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
pub enum Label {
    ToolsInStock,
    ToolsLent,
    LentNow,
    NothingLent,
    Tool,
    Borrower,
}

mod decide {
    use super::No;
    use twoway_sdk::Date;

    pub fn may_lend(due_on: Date, today: Date, lent: u32, limit: u32) -> Result<(), No> {
        if due_on < today {
            return Err(No::DueInThePast);
        }
        if lent >= limit {
            return Err(No::TooManyLent { limit });
        }
        Ok(())
    }
}

fn add_tool(_: &Ctx, host: &impl Host, _: (), input: AddTool) -> Outcome {
    host.create(ToolState::InStock, &Tool { name: input.name, borrower: None, due_on: None })?;
    Ok(())
}

const NINE: TimeOfDay = TimeOfDay::of(9, 0);

fn lend(ctx: &Ctx, host: &impl Host, mut tool: Item<Tool>, input: Lend) -> Outcome {
    let lent = host.count(&Query::<Tool>::in_states(&[ToolState::Lent]).with("borrower", &input.borrower))?;
    decide::may_lend(input.due_on, ctx.today(), lent as u32, ctx.settings.tools_per_person)?;
    tool.state = ToolState::Lent;
    tool.due_on = Some(input.due_on);
    tool.borrower = Some(input.borrower);
    host.set_timer("due", &tool.id, input.due_on.moment(NINE, ctx.utc_offset))?;
    host.save(&tool)
}

fn take_back(_: &Ctx, host: &impl Host, mut tool: Item<Tool>, _: TakeBack) -> Outcome {
    tool.state = ToolState::InStock;
    tool.borrower = None;
    tool.due_on = None;
    host.cancel_timer("due", &tool.id);
    host.save(&tool)
}

fn due(_: &Ctx, host: &impl Host, tool: Item<Tool>) -> Outcome {
    let (ToolState::Lent, Some(borrower), Some(due_on)) = (tool.state, &tool.borrower, tool.due_on) else {
        return Ok(());
    };
    let key = format!("due/{}/{due_on}", tool.id.as_str());
    Ok(host.notify(&key, &Audience::from(borrower), &Notice::ToolDue { name: tool.name.clone() }, false)?)
}

fn member_ended(_: &Ctx, host: &impl Host, told: MemberEnded) -> Outcome {
    let theirs = Query::<Tool>::in_states(&[ToolState::Lent]).with("borrower", &told.person);
    for tool in host.find(&theirs.limit(20))? {
        let key = format!("left/{}", tool.id.as_str());
        host.notify(&key, &Audience::Role(KEEPER), &Notice::BorrowerLeft { name: tool.name.clone() }, false)?;
    }
    Ok(())
}

fn may_close(_: &Ctx, host: &impl Host, _: ProjectClose) -> Outcome {
    match host.count(&Query::<Tool>::in_states(&[ToolState::Lent]))? {
        0 => Ok(()),
        tools => Err(No::ToolsStillLent { tools: tools as u32 }.into()),
    }
}

fn staff_panel(_: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let lent = host.find(&Query::<Tool>::in_states(&[ToolState::Lent]).limit(50))?;
    let rows = lent.iter().map(|tool| {
        let borrower = tool.borrower.as_ref().map_or(Shown::Nothing, |p| Shown::Person(p.to_string()));
        [Shown::Record(tool.id.as_str().to_string()), borrower]
    });
    Ok(Panel::new()
        .number(Label::ToolsLent, lent.len() as u64)
        .table(Label::LentNow, Label::NothingLent, [Label::Tool, Label::Borrower], rows)
        .done())
}

fn public_card(_: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let in_stock = host.count(&Query::<Tool>::in_states(&[ToolState::InStock]))?;
    Ok(Panel::new().number(Label::ToolsInStock, in_stock).done())
}

fn in_use(_: &Ctx, host: &impl Host, _start: Instant, _end: Instant) -> Result<Measure, Refusal> {
    let lent = host.count(&Query::<Tool>::in_states(&[ToolState::Lent]))?;
    Ok(Measure::percent(lent, host.count(&Query::<Tool>::all())?))
}

twoway_sdk::plugin! {
    settings: Settings,
    roles: [KEEPER requires [ADULT, "trained:power-tools"]],
    records: [Tool],
    refusals: No,
    notices: Notice,
    labels: Label,
    actions: [AddTool => add_tool, Lend => lend, TakeBack => take_back],
    timers: ["due" on Tool => due],
    events: [MemberEnded => member_ended],
    guards: [ProjectClose => may_close],
    views: [Public "public-card" => public_card, Staff "staff-panel" => staff_panel],
    indicators: ["in-use" percent target 50 => in_use],
}

#[cfg(test)]
mod tests {
    use super::*;
    use twoway_sdk::{FakeHost, Sent};

    #[test]
    fn the_description_is_sound() {
        assert_eq!(description().check(), Ok(()));
    }

    fn at(day: &str) -> Ctx {
        Ctx::at(day, "09:00", Settings { tools_per_person: 2 }).expect("a moment")
    }

    fn drill() -> Tool {
        Tool { name: "电钻".to_string(), borrower: None, due_on: None }
    }

    #[test]
    fn a_tool_is_lent_and_its_borrower_reminded() {
        let mut host = FakeHost::new();
        let id = host.store("drill", ToolState::InStock, drill());
        let (gao, luo) = (host.person("gao", &[ADULT]), host.person("luo", &[]));
        let input = Lend { borrower: luo, due_on: Date::parse("2026-03-09").expect("a date") };
        lend(&at("2026-03-02").by(&gao, &[KEEPER]), &host, host.record(&id).expect("stored"), input).expect("is free");
        assert_eq!(host.record(&id).map(|tool| tool.state), Some(ToolState::Lent));
        host.settle();
        due(&at("2026-03-09"), &host, host.record(&id).expect("stored")).expect("rings");
        let notice = "tool-due".to_string();
        assert_eq!(host.sent(), [Sent::Notice { audience: "luo".to_string(), notice, urgent: false }]);
    }

    #[test]
    fn a_refusal_is_said_at_its_edge() {
        let day = |text: &str| Date::parse(text).expect("a date");
        let lend = |due, lent| decide::may_lend(day(due), day("2026-03-02"), lent, 2);
        assert_eq!(lend("2026-03-02", 1), Ok(()));
        assert_eq!(lend("2026-03-01", 1), Err(No::DueInThePast));
        assert_eq!(lend("2026-03-02", 2), Err(No::TooManyLent { limit: 2 }));
    }

    #[test]
    fn the_other_hooks_answer() {
        let mut host = FakeHost::new();
        let ctx = at("2026-03-02");
        add_tool(&ctx, &host, (), AddTool { name: "电钻".to_string() }).expect("is made");
        let luo = host.person("luo", &[]);
        let lent = Tool { borrower: Some(luo.clone()), ..drill() };
        let id = host.store("saw", ToolState::Lent, lent);
        host.settle();
        member_ended(&ctx, &host, MemberEnded { person: luo, roles: vec![] }).expect("is heard");
        assert_eq!(host.sent().len(), 1);
        let closing = may_close(&ctx, &host, ProjectClose { started: Instant(0) });
        assert_eq!(closing, Err(No::ToolsStillLent { tools: 1 }.into()));
        assert_eq!(in_use(&ctx, &host, Instant(0), ctx.now).map(|m| m.value_milli), Ok(50_000));
        assert_eq!(staff_panel(&ctx, &host, ()).map(|v| v.tables[0].rows.len()), Ok(1));
        assert_eq!(public_card(&ctx, &host, ()).map(|v| v.facts[0].value.clone()), Ok(Shown::Number(1)));
        take_back(&ctx, &host, host.record(&id).expect("stored"), TakeBack {}).expect("comes back");
        assert_eq!(host.record(&id).map(|tool| tool.state), Some(ToolState::InStock));
    }
}
