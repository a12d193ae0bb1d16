use super::actions::checked;
use super::api::READERS;
use super::{BLANKS, Outcome, fill, sample, templates, values};
use crate::calls::api::OFFICE;
use crate::calls::pages::paragraphs;
use crate::http::components::{BlankList, Cell, Column, EmptyState, Look, Pager, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::ListPage;
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::proposals::{Decision, ProposalState};
use crate::reviews::deliberation::notice_ends;
use crate::reviews::pages::{office_call, under};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

pub fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/office/calls/{id}/letters", READERS, list)
        .page(Method::GET, "/office/calls/{id}/letters/{outcome}", READERS, form)
        .page(Method::POST, "/office/calls/{id}/letters/{outcome}", OFFICE, save)
        .page(Method::GET, "/proposals/{id}/letter", Access::SignedIn, show)
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<ListPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let columns = ["letter-outcome", "letter-source"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("folder", shell.t("letters"), shell.t("letters-lead"));
    let mut table = Table::new(shell.t("letters"), columns.into(), empty);
    for (outcome, _, own) in templates(app.db.read(), who.tenant, id).await? {
        let source = if own { ("letter-own", Tone::Good) } else { ("letter-usual", Tone::Neutral) };
        table.row(vec![
            Cell::link(
                shell.t(&format!("letter-{}", outcome.word())),
                format!("/office/calls/{id}/letters/{}", outcome.word()),
            ),
            Cell::State(StateBadge::new(shell.t(source.0), source.1)),
        ]);
    }
    let (heading, lead) = (shell.t("letters"), shell.t("letters-lead"));
    let shell = under(shell, &call, &heading);
    let (buttons, filters, pager) = (Vec::new(), Vec::new(), Pager::default());
    Ok(Page::new(ListPage { shell, heading, lead, buttons, filters, table, pager }))
}

#[derive(Template)]
#[template(path = "reviews/letter_template.html")]
struct TemplateHtml {
    shell: Shell,
    heading: String,
    lead: String,
    form: FormView,
    blanks: BlankList,
    preview: Vec<String>,
}

/// The text as the first proposal that was decided so would get it, or with samples while there is none.
async fn preview(
    app: &App,
    who: &Who,
    call: &call::Model,
    outcome: Outcome,
    text: &str,
) -> Result<Vec<String>, Refusal> {
    let decision = match outcome {
        Outcome::Selected | Outcome::SelectedWithChanges => Decision::Selected,
        Outcome::NotSelected | Outcome::NotFeasible => Decision::NotSelected,
    };
    let first = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::CallId.eq(call.id))
        .filter(proposal::Column::State.eq(ProposalState::Decided))
        .filter(proposal::Column::Decision.eq(decision))
        .order_by_asc(proposal::Column::Id)
        .one(app.db.read())
        .await?;
    let values = match first {
        Some(row) => {
            let until = notice_ends(app, who, call).await?;
            let rows = std::slice::from_ref(&row);
            values(app.db.read(), call, rows, (app.now(), until)).await?.remove(&row.id).unwrap_or_default()
        }
        None => sample(),
    };
    Ok(paragraphs(&fill(text, &values)))
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    (id, outcome): (Uuid, &str),
    typed: Option<&Form>,
) -> Result<TemplateHtml, Refusal> {
    let outcome = Outcome::parse(outcome).ok_or(Refusal::NotFound)?;
    let call = office_call(app, who, id).await?;
    let stored = templates(app.db.read(), who.tenant, id).await?;
    let stored = stored.into_iter().find(|(o, _, _)| *o == outcome).map(|(_, text, _)| text).unwrap_or_default();
    let text = typed.map_or(stored, |form| form.text("text").to_string());
    let mut field = FormField::plain("text", shell.t("letter-text"), Control::Text);
    field.help = Some(shell.t("letter-text-help"));
    field.value.clone_from(&text);
    (field.required, field.max_length) = (true, Some(5_000));
    let heading = shell.t(&format!("letter-{}", outcome.word()));
    let (letters, back) = (shell.t("letters"), format!("/office/calls/{id}/letters"));
    let version = typed.map_or(call.version.to_string(), |form| form.text("_version").to_string());
    let form = FormView::plain(format!("{back}/{}", outcome.word()), vec![field])
        .with("_version", version)
        .submit(shell.t("letter-save"))
        .button(shell.t("letter-preview"), "preview", Look::Plain)
        .cancel(shell.t("leave-form"), back.as_str());
    Ok(TemplateHtml {
        preview: preview(app, who, &call, outcome, &text).await?,
        lead: shell.t("letter-lead"),
        form,
        blanks: BlankList::new(&shell, BLANKS, "letter-place"),
        shell: under(shell, &call, &letters).crumb(&letters, back).titled(&heading),
        heading,
    })
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((id, outcome)): Path<(Uuid, String)>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, (id, &outcome), None).await?))
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((id, outcome)): Path<(Uuid, String)>,
    form: Form,
) -> Result<Response, Refusal> {
    let parsed = Outcome::parse(&outcome).ok_or(Refusal::NotFound)?;
    let only_look = form.text("_intent") == "preview";
    let result = match only_look {
        true => checked(form.text("text")).map(|_| ()),
        false => super::save(&app, &who, &form.command(acting), id, parsed, form.text("text")).await.map(|_| ()),
    };
    match result {
        Ok(()) if only_look => {
            Ok(Page::new(page(&app, &who, shell, (id, &outcome), Some(&form)).await?).into_response())
        }
        Ok(()) => Ok(done(&format!("/office/calls/{id}/letters"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, (id, &outcome), Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "reviews/letter.html")]
struct LetterHtml {
    shell: Shell,
    heading: String,
    lines: Vec<String>,
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let letter = super::of_proposal(&app, &who, id).await?;
    let title = crate::reviews::views::titles(app.db.read(), who.tenant, [id]).await?.remove(&id).unwrap_or_default();
    let name = shell.t("letter");
    let shell = shell.crumb(&title, format!("/proposals/{id}")).titled(&name);
    Ok(Page::new(LetterHtml { heading: letter.heading, lines: paragraphs(&letter.text), shell }))
}
