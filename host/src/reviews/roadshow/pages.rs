use super::actions::{self, Shortlist};
use super::api::{JUDGE, READERS, REOPENS, SUPERVISOR};
use super::{SlotState, queries};
use crate::calls::CallState;
use crate::calls::api::OFFICE;
use crate::http::components::{Cell, Column, EmptyState, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{ActingFor, Caller, Form, Paging, Path, Routes};
use crate::proposals::ProposalState;
use crate::proposals::assisted::{marked, titles};
use crate::reviews::model::points;
use crate::reviews::pages::{office_call, under};
use crate::reviews::queries::candidates;
use crate::reviews::views;
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::ActiveEnum;
use twoway_entity::accounts::Role;
use twoway_entity::reviews::slot;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

mod judge;
mod slots;

pub fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/office/calls/{id}/roadshow", READERS, show)
        .page(Method::POST, "/office/calls/{id}/roadshow", OFFICE, shortlist)
        .page(Method::GET, "/office/roadshow-slots/{id}", READERS, slots::sheet)
        .page(Method::GET, "/office/roadshow-slots/{id}/schedule", OFFICE, slots::schedule_form)
        .page(Method::POST, "/office/roadshow-slots/{id}/schedule", OFFICE, slots::schedule)
        .page(Method::POST, "/office/roadshow-slots/{id}/open", OFFICE, slots::open)
        .page(Method::POST, "/office/roadshow-slots/{id}/close", OFFICE, slots::close)
        .page(Method::POST, "/office/roadshow-slots/{id}/countersign", SUPERVISOR, slots::countersign)
        .page(Method::POST, "/office/roadshow-slots/{id}/reopen", REOPENS, slots::reopen)
        .page(Method::GET, "/office/roadshow-slots/{id}/drop", OFFICE, slots::drop_form)
        .page(Method::POST, "/office/roadshow-slots/{id}/drop", OFFICE, slots::discard)
        .page(Method::GET, "/roadshow", JUDGE, judge::mine)
        .page(Method::GET, "/roadshow/{id}", JUDGE, judge::judge)
        .page(Method::POST, "/roadshow/{id}", JUDGE, judge::score)
}

fn badge(shell: &Shell, state: SlotState) -> StateBadge {
    let tone = match state {
        SlotState::Planned | SlotState::Dropped => Tone::Neutral,
        SlotState::Open => Tone::Active,
        SlotState::Closed => Tone::Attention,
        SlotState::Countersigned => Tone::Good,
    };
    StateBadge::of(shell.locale, "roadshow-slot", &state.to_value(), tone)
}

#[derive(Template)]
#[template(path = "reviews/roadshow.html")]
struct RoadshowHtml {
    shell: Shell,
    heading: String,
    lead: String,
    slots: Table,
    form: Option<FormView>,
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: Option<&Form>) -> Result<RoadshowHtml, Refusal> {
    let db = app.db.read();
    let call = office_call(app, who, id).await?;
    let slots = queries::slots_of(db, who.tenant, id).await?;
    let titles = titles(db, shell.locale, who.tenant, slots.iter().map(|slot| slot.proposal_id)).await?;
    let terms = queries::roadshow_of(db, who.tenant, id).await?;
    let columns = [
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("round-position")).numeric(),
        Column::new(shell.t("review-state")),
        Column::new(shell.t("round-at")),
        Column::new(shell.t("round-place")),
        Column::new(shell.t("round-first")).numeric(),
        Column::new(shell.t("round-live")).numeric(),
        Column::new(shell.t("round-combined")).numeric(),
    ];
    let empty = EmptyState::new("calendar", shell.t("round-empty"), shell.t("round-empty-text"));
    let mut table = Table::new(shell.t("round"), columns.into(), empty);
    let number = |n: Option<i32>| n.map_or(Cell::Nothing, |n| Cell::Number(points(n)));
    for slot in &slots {
        table.row(vec![
            Cell::link(
                titles.get(&slot.proposal_id).cloned().unwrap_or_default(),
                format!("/office/roadshow-slots/{}", slot.id),
            ),
            Cell::number(slot.position),
            Cell::State(badge(&shell, slot.state)),
            slot.starts_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
            if slot.place.is_empty() { Cell::Nothing } else { Cell::text(slot.place.as_str()) },
            number(slot.first),
            number(slot.live),
            number(slot.combined),
        ]);
    }
    let mine = who.holds_over(&[Role::LeadOffice], &call.path) && call.state == CallState::Deliberating;
    let form = if mine && crate::calls::steps(app.db.read(), who.tenant, call.id).await?.roadshow {
        Some(shortlist_form(app, who, &shell, &call, &slots, typed).await?)
    } else {
        None
    };
    let heading = shell.t("round");
    let weight = terms.as_ref().map_or(50, |terms| terms.weight);
    Ok(RoadshowHtml {
        lead: shell.t2("round-lead", "live", weight, "first", 100 - weight),
        slots: table,
        form,
        shell: under(shell, &call, &heading),
        heading,
    })
}

/// The best undecided proposals that are not on the list, everybody who may judge, and the terms.
async fn shortlist_form(
    app: &App,
    who: &Who,
    shell: &Shell,
    call: &twoway_entity::calls::call::Model,
    slots: &[slot::Model],
    typed: Option<&Form>,
) -> Result<FormView, Refusal> {
    let db = app.db.read();
    let terms = queries::roadshow_of(db, who.tenant, call.id).await?;
    let judges = queries::judges_of(db, who.tenant, call.id).await?;
    let best = Paging { cursor: None, limit: Some(100) };
    let ranked = views::ranking(app, who, call.id, &best).await?;
    let picked =
        |name: &str, value: &str| typed.map(|form| form.0.iter().any(|(at, given)| at == name && given == value));
    let mut proposals = FormField::plain("proposals", shell.t("round-proposals"), Control::Checks);
    proposals.help = Some(shell.t("round-proposals-help"));
    proposals.options = ranked
        .items
        .into_iter()
        .filter(|line| line.state == ProposalState::UnderReview)
        .filter(|line| !slots.iter().any(|slot| slot.proposal_id == line.proposal_id))
        .map(|line| {
            let title = marked(shell.locale, &line.title, line.on_paper);
            OptionView {
                selected: picked("proposals", &line.proposal_id.to_string()).unwrap_or(false),
                value: line.proposal_id.to_string(),
                label: match line.score {
                    Some(score) => shell.t2("round-proposal", "title", title, "score", points(score)),
                    None => title,
                },
            }
        })
        .collect();
    let mut people = FormField::plain("judges", shell.t("round-judges"), Control::Checks);
    people.options = candidates(db, who.tenant)
        .await?
        .into_iter()
        .map(|c| OptionView {
            selected: picked("judges", &c.account.to_string()).unwrap_or(judges.contains(&c.account)),
            value: c.account.to_string(),
            label: shell.t2("review-person", "name", c.name, "organization", c.organization),
        })
        .collect();
    let stored = [
        ("weight", terms.as_ref().map_or(50, |t| t.weight), 0, 100),
        ("trim_from", terms.as_ref().map_or(5, |t| t.trim_from), 3, 15),
    ];
    let mut fields = vec![proposals, people];
    for (name, value, min, max) in stored {
        let key = format!("round-{}", name.replace('_', "-"));
        let mut field = FormField::plain(name, shell.t(&key), Control::Number);
        field.help = Some(shell.t(&format!("{key}-help")));
        field.value = typed.map_or(value.to_string(), |form| form.text(name).to_string());
        (field.min, field.max, field.required) = (Some(min), Some(max), true);
        fields.push(field);
    }
    Ok(FormView::plain(format!("/office/calls/{}/roadshow", call.id), fields)
        .with("_version", call.version)
        .submit(shell.t("round-save")))
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, None).await?))
}

async fn shortlist(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let ids = |name: &str| -> Vec<Uuid> {
        form.0.iter().filter(|(at, _)| at == name).filter_map(|(_, value)| Uuid::parse_str(value).ok()).collect()
    };
    let number = |name: &str| form.text(name).parse().map_err(|_| Refusal::field(name, FieldProblem::WrongType));
    let input = number("weight").and_then(|weight| {
        Ok(Shortlist { proposals: ids("proposals"), judges: ids("judges"), weight, trim_from: number("trim_from")? })
    });
    let saved = match input {
        Ok(input) => actions::shortlist(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/roadshow"), "flash-round-saved").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, Some(&form)).await?;
            let Some(view) = &mut page.form else { return Err(refusal) };
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
