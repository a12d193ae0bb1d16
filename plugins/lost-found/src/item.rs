//! One thing, from the counter to its owner, the police or the State.

use crate::actions::*;
use crate::decide;
use crate::records::*;
use crate::roles::CUSTODIAN;
use crate::{Ctx, Incident, No, Notice};
use twoway_sdk::prelude::*;

/// The book of what is kept: one line when a thing comes, one when it goes. The host refuses to give away what is not there.
const CUSTODY: &str = "custody";

/// Days in which somebody else may object to a return.
pub const OBJECTION_DAYS: i64 = 30;

/// A line of the custody book.
#[derive(Form)]
pub struct Custody {
    #[field(max_length = 100)]
    pub place: String,
    pub by: Option<Person>,
}

pub fn register(ctx: &Ctx, host: &impl Host, _: (), input: Register) -> Outcome {
    decide::may_describe(input.category, &input.description).map_err(|no| Refusal::at("description", &no))?;
    if input.found_on > ctx.today() {
        return Err(Refusal::at("found_on", &No::FoundInTheFuture));
    }
    let received_by = ctx.actor.clone().ok_or(No::WhoClaims)?;
    let number = format!("{}-{:04}", ctx.today(), host.count(&Query::<FoundItem>::all())? + 1);
    let item = FoundItem {
        number: number.clone(),
        category: input.category,
        area: input.area,
        found_on: input.found_on,
        description: input.description,
        exact_place: input.exact_place,
        marks: input.marks,
        tier: input.tier,
        perishable: input.perishable,
        dangerous: input.dangerous,
        kept_at: input.kept_at.clone(),
        finder: input.finder,
        received_by,
        received_on: ctx.today(),
        announced_on: None,
        returned_on: None,
        days_to_return: None,
        remark: None,
    };
    let id = host.create(ItemState::Received, &item)?;
    let entry = Custody { place: input.kept_at, by: ctx.actor.clone() };
    host.append_to_book(CUSTODY, &number, 1, &entry)?;
    host.set_timer("announce-due", &id, host.add_workdays(ctx.now, ctx.settings.announce_workdays as i32))?;
    if item.category.is_document() {
        host.set_timer("police-due", &id, host.add_workdays(ctx.now, ctx.settings.document_workdays as i32))?;
    }
    let due = host.add_workdays(ctx.now, ctx.settings.announce_workdays as i32);
    let task =
        host.open_task(&first_task(&id), &Audience::Role(CUSTODIAN), first_step(&item), Some(id.as_str()), Some(due));
    // Without work lists the reminder is all there is.
    if let Err(denied) = task {
        host.log(Level::Warn, &denied.reason);
    }
    Ok(())
}

/// What is to be done with a thing that came in.
fn first_step(item: &FoundItem) -> &'static str {
    match (item.dangerous, item.perishable) {
        (true, _) => HandToPolice::KEY,
        (_, true) => Dispose::KEY,
        _ => Announce::KEY,
    }
}

fn first_task(id: &RecordId<FoundItem>) -> String {
    format!("first/{}", id.as_str())
}

pub fn announce(ctx: &Ctx, host: &impl Host, mut item: Item<FoundItem>, _: Announce) -> Outcome {
    decide::may_announce(item.dangerous, item.perishable)?;
    item.state = ItemState::Announced;
    item.announced_on = Some(ctx.today());
    host.cancel_timer("announce-due", &item.id);
    host.set_timer("keep-ended", &item.id, ctx.now.plus_days(i64::from(ctx.settings.keep_days)))?;
    host.save(&item)
}

/// The thing leaves: book, timers and state together.
pub fn let_go(ctx: &Ctx, host: &impl Host, item: &Item<FoundItem>) -> Outcome {
    let entry = Custody { place: item.kept_at.clone(), by: ctx.actor.clone() };
    // The book knows best: what has gone already cannot go again.
    if host.balance(CUSTODY, &item.number)? < 1 {
        return Err(No::ItemIsGone.into());
    }
    host.append_to_book(CUSTODY, &item.number, -1, &entry)?;
    for timer in ["announce-due", "police-due", "keep-ended"] {
        host.cancel_timer(timer, &item.id);
    }
    host.close_task(&first_task(&item.id));
    host.save(item)
}

pub fn hand_to_police(ctx: &Ctx, host: &impl Host, mut item: Item<FoundItem>, input: HandToPolice) -> Outcome {
    item.state = ItemState::HandedToPolice;
    item.remark = Some(input.receipt);
    let_go(ctx, host, &item)
}

pub fn dispose(ctx: &Ctx, host: &impl Host, mut item: Item<FoundItem>, input: Dispose) -> Outcome {
    if !item.perishable {
        return Err(No::NotPerishable.into());
    }
    item.state = ItemState::Disposed;
    item.remark = Some(input.reason);
    let_go(ctx, host, &item)
}

pub fn transfer(ctx: &Ctx, host: &impl Host, mut item: Item<FoundItem>, input: Transfer) -> Outcome {
    item.state = ItemState::Transferred;
    item.remark = Some(input.receipt);
    let_go(ctx, host, &item)
}

/// It went to the wrong person: the office hears of it at once, and the record stays open.
pub fn report_wrong_release(
    _: &Ctx,
    host: &impl Host,
    mut item: Item<FoundItem>,
    input: ReportWrongRelease,
) -> Outcome {
    let key = format!("wrong-release/{}", item.id.as_str());
    let incident = Incident::WrongRelease { number: item.number.clone() };
    host.report_incident(&key, Some(item.id.as_str()), Severity::Serious, &incident)?;
    let notice = Notice::WrongRelease { number: item.number.clone() };
    host.notify(&key, &Audience::Role(roles::PROJECT_LEAD), &notice, true)?;
    host.cancel_timer("objection-ended", &item.id);
    item.state = ItemState::WronglyReturned;
    item.remark = Some(input.reason);
    host.save(&item)
}

pub fn settle_wrong_release(
    _: &Ctx,
    host: &impl Host,
    mut item: Item<FoundItem>,
    input: SettleWrongRelease,
) -> Outcome {
    item.state = ItemState::Closed;
    item.remark = Some(input.outcome);
    host.save(&item)
}

fn remind(host: &impl Host, what: &str, item: &Item<FoundItem>, notice: &Notice) -> Outcome {
    let key = format!("{what}/{}", item.id.as_str());
    Ok(host.notify(&key, &Audience::Role(CUSTODIAN), notice, false)?)
}

pub fn announce_due(_: &Ctx, host: &impl Host, item: Item<FoundItem>) -> Outcome {
    match item.state {
        ItemState::Received => {
            remind(host, "announce-due", &item, &Notice::AnnounceDue { number: item.number.clone() })
        }
        _ => Ok(()),
    }
}

pub fn police_due(_: &Ctx, host: &impl Host, item: Item<FoundItem>) -> Outcome {
    match item.state {
        ItemState::Received | ItemState::Announced => {
            remind(host, "police-due", &item, &Notice::PoliceDue { number: item.number.clone() })
        }
        _ => Ok(()),
    }
}

/// The year is over. While a claim is being looked at, it waits.
pub fn keep_ended(ctx: &Ctx, host: &impl Host, mut item: Item<FoundItem>) -> Outcome {
    match item.state {
        ItemState::ClaimPending => Ok(host.set_timer("keep-ended", &item.id, ctx.now.plus_days(7))?),
        ItemState::Announced => {
            item.state = ItemState::TransferDue;
            host.save(&item)?;
            remind(host, "transfer-due", &item, &Notice::TransferDue { number: item.number.clone() })
        }
        _ => Ok(()),
    }
}

pub fn objection_ended(_: &Ctx, host: &impl Host, mut item: Item<FoundItem>) -> Outcome {
    if item.state == ItemState::Returned {
        item.state = ItemState::Closed;
        host.save(&item)?;
    }
    Ok(())
}

/// A project does not end over things that still lie in its lockers.
pub fn project_may_close(_: &Ctx, host: &impl Host, _: ProjectClose) -> Outcome {
    let kept = [ItemState::Received, ItemState::Announced, ItemState::ClaimPending, ItemState::TransferDue];
    match host.count(&Query::<FoundItem>::in_states(&kept))? {
        0 => Ok(()),
        items => Err(No::ItemsStillKept { items: items as u32 }.into()),
    }
}
