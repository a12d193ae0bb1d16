//! What people see: the public never the place, the marks or the persons.

use crate::records::*;
use crate::{Ctx, Label, indicators, loss};
use twoway_sdk::prelude::*;

const KEPT: &[ItemState] =
    &[ItemState::Received, ItemState::Announced, ItemState::ClaimPending, ItemState::TransferDue];
const SHOWN: &[ItemState] = &[ItemState::Announced, ItemState::ClaimPending];
const GIVEN_BACK: &[ItemState] = &[ItemState::Returned, ItemState::Closed];
/// Rows that a page bears without a search.
const MOST: usize = 50;

fn figures(host: &impl Host) -> Result<Panel, Refusal> {
    Ok(Panel::new()
        .number(Label::InCustody, host.count(&Query::<FoundItem>::in_states(KEPT))?)
        .number(Label::ReturnedSoFar, host.count(&Query::<FoundItem>::in_states(GIVEN_BACK))?))
}

fn category(item: &FoundItem) -> Shown {
    Shown::Choice { field: "category".to_string(), value: item.category.key().to_string() }
}

pub fn public_card(_: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let items = host.find(&Query::<FoundItem>::in_states(SHOWN).limit(MOST))?;
    let rows = items.iter().map(|item| {
        [
            Shown::Text(item.number.clone()),
            category(item),
            Shown::Text(item.area.clone()),
            Shown::Date(item.found_on.to_string()),
            Shown::Text(item.description.clone()),
        ]
    });
    let columns = [Label::Number, Label::Category, Label::Area, Label::FoundOn, Label::Description];
    Ok(figures(host)?.table(Label::Announced, Label::NothingAnnounced, columns, rows).done())
}

pub fn sponsor_panel(ctx: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let rate = indicators::return_rate(ctx, host, Instant(0), ctx.now)?;
    let days = indicators::median_days_to_return(ctx, host, Instant(0), ctx.now)?;
    let none = || Shown::Words(Label::NoneYet.into());
    Ok(figures(host)?
        .fact(Label::ReturnRate, if rate.sample == 0 { none() } else { Shown::Percent(rate.value_milli) })
        .fact(Label::MedianDays, if days.sample == 0 { none() } else { Shown::Number(days.value_milli / 1_000) })
        .done())
}

pub fn staff_panel(_: &Ctx, host: &impl Host, _: ()) -> Result<ViewModel, Refusal> {
    let record = |id: &str| Shown::Record(id.to_string());
    let waiting = [ItemState::Received, ItemState::Announced, ItemState::ClaimPending];
    let finds = host.find(&Query::<FoundItem>::in_states(&waiting).limit(200))?;
    let losses = host.find(&Query::<Loss>::in_states(&[LossState::Open]).limit(200))?;
    let claims = host.find(&Query::<Claim>::in_states(&[ClaimState::Filed, ClaimState::Approved]).limit(MOST))?;
    let wrong = host.count(&Query::<FoundItem>::in_states(&[ItemState::WronglyReturned]))?;
    let suggestions = loss::suggestions(&finds, &losses);

    let mut panel = figures(host)?;
    if wrong > 0 {
        panel = panel.alert(AlertLevel::Danger, words(Label::WrongReleaseAlert, [("items", wrong.into())]));
    }
    if !suggestions.is_empty() {
        panel = panel.alert(AlertLevel::Info, Label::SuggestionsOnlyAdvise);
    }
    let claims = claims.iter().map(|claim| {
        [
            record(claim.id.as_str()),
            record(claim.item.as_str()),
            Shown::Person(claim.claimant.to_string()),
            Shown::Text(format!("{}/{}", claim.matched, claim.answered)),
            Shown::State { kind: Claim::KIND.to_string(), state: claim.state.key().to_string() },
        ]
    });
    let columns = [Label::Claim, Label::Item, Label::Claimant, Label::Matches, Label::State];
    let suggested = suggestions.iter().take(MOST).map(|(find, loss, score)| {
        [
            record(finds[*find].id.as_str()),
            category(&finds[*find]),
            record(losses[*loss].id.as_str()),
            Shown::Percent(i64::from(*score) * 1_000),
        ]
    });
    Ok(panel
        .number(Label::ToAnnounce, finds.iter().filter(|i| i.state == ItemState::Received).count() as u64)
        .table(Label::OpenClaims, Label::NoOpenClaims, columns, claims)
        .table(
            Label::Suggestions,
            Label::NoSuggestions,
            [Label::Item, Label::Category, Label::Loss, Label::Similarity],
            suggested,
        )
        .done())
}
