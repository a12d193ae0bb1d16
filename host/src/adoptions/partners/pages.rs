//! The page of those who adopt together: whom the lead asked, what they said, and the forms for both.

use super::state::PartnerState;
use super::{Answer, Invitation, Together, actions};
use crate::adoptions::queries::{Seen, find_visible, organization};
use crate::adoptions::rules::SPONSORS;
use crate::adoptions::{AdoptionState, trades};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

const SPONSOR: Access = Access::AnyOf(SPONSORS);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/adoptions/{id}/partners", Access::SignedIn, show)
        .page(Method::POST, "/adoptions/{id}/partners", SPONSOR, invite)
        .page(Method::POST, "/adoption-partners/{id}/join", SPONSOR, join)
        .page(Method::POST, "/adoption-partners/{id}/decline", SPONSOR, decline)
        .page(Method::POST, "/adoption-partners/{id}/leave", SPONSOR, leave)
        .page(Method::POST, "/adoption-partners/{id}/remove", SPONSOR, remove)
}

#[derive(Template)]
#[template(path = "adoptions/partners.html")]
struct PartnersHtml {
    shell: Shell,
    heading: String,
    lead: String,
    partners: Table,
    /// The reader's own answer, with the button that declines.
    answer: Option<(FormView, ActionButton)>,
    invite: Option<FormView>,
}

/// What came back of one of the forms.
enum Typed {
    Invite(Invitation),
    Join(Form),
}

fn badge(l: Locale, state: PartnerState) -> StateBadge {
    let tone = match state {
        PartnerState::Invited => Tone::Attention,
        PartnerState::Joined => Tone::Good,
        PartnerState::Declined | PartnerState::Left | PartnerState::Removed => Tone::Neutral,
    };
    StateBadge::of(l, "adoption-partner", state.as_str(), tone)
}

/// What the reader can do about one partner.
fn buttons(l: Locale, who: &Who, seen: &Seen, one: &Together, open: bool) -> Cell {
    let post = |key: &str, verb: &str| {
        let button = ActionButton::post(l.t(key), format!("/adoption-partners/{}/{verb}", one.row.id));
        button.with("_version", one.row.version).look(Look::Quiet)
    };
    let inside = matches!(one.row.state, PartnerState::Invited | PartnerState::Joined);
    let mut buttons = Vec::new();
    if open && inside && seen.standing.signatory {
        buttons.push(post("partner-remove", "remove"));
    }
    let signs = who.holds_at(&[Role::SponsorSignatory], one.row.organization_id);
    if open && one.row.state == PartnerState::Joined && signs {
        buttons.push(post("partner-leave", "leave"));
    }
    if buttons.is_empty() { Cell::Nothing } else { Cell::Buttons(buttons) }
}

fn table(l: Locale, who: &Who, seen: &Seen, all: &[Together], open: bool) -> Table {
    let columns =
        ["name", "share", "state", "answered", "do"].map(|c| Column::new(l.t(&format!("partner-column-{c}"))));
    let empty = EmptyState::new("hands", l.t("partners-empty"), l.t("partners-empty-text"));
    let mut table = Table::new(l.t("partners"), columns.into(), empty);
    for one in all {
        let state = match one.row.related_party {
            true => StateBadge::new(l.t("partner-related"), Tone::Attention),
            false => badge(l, one.row.state),
        };
        table.row(vec![
            Cell::text(one.house.name.as_str()),
            Cell::text(one.row.share.as_str()),
            Cell::State(state),
            one.row.answered_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
            buttons(l, who, seen, one, open),
        ]);
    }
    table
}

fn invite_form(l: Locale, seen: &Seen, typed: &Invitation) -> FormView {
    let mut code = FormField::plain("credit_code", l.t("partner-credit-code"), Control::Code);
    (code.value, code.required) = (typed.credit_code.clone(), true);
    code.help = Some(l.t("partner-credit-code-help"));
    let mut share = FormField::plain("share", l.t("partner-share"), Control::Text);
    (share.value, share.required, share.max_length) = (typed.share.clone(), true, Some(500));
    share.help = Some(l.t("partner-share-help"));
    FormView::plain(format!("/adoptions/{}/partners", seen.row.id), vec![code, share])
        .with("_version", seen.row.version)
        .submit(l.t("partner-invite"))
}

async fn answer_form(app: &App, who: &Who, l: Locale, one: &Together, typed: &Form) -> Result<FormView, Refusal> {
    let mut trade = FormField::plain("trade", l.t("field-interest-trade"), Control::Select);
    trade.required = true;
    let all = trades::all(app.db.read(), who.tenant, l).await?;
    trade.options = std::iter::once((String::new(), l.t("partner-trade-choose")))
        .chain(all.into_iter().map(|trade| (trade.key, trade.title)))
        .map(|(value, label)| OptionView { selected: value == typed.text("trade"), value, label })
        .collect();
    let tick = |name: &str, key: &str| {
        let mut field = FormField::plain(name, l.t(key), Control::Checkbox);
        field.value = typed.text(name).to_string();
        field
    };
    let clean = tick("clean_promotion", "partner-clean");
    let related = tick("related_party", "partner-related-party");
    Ok(FormView::plain(format!("/adoption-partners/{}/join", one.row.id), vec![trade, clean, related])
        .with("_version", one.row.version)
        .submit(l.t("partner-join")))
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    back: Option<(Typed, Refusal)>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let (seen, l) = (find_visible(db, who, id).await?, shell.locale);
    let all = super::of(db, who.tenant, id).await?;
    let open = matches!(seen.row.state, AdoptionState::Interested | AdoptionState::Queued);
    let open = open && seen.row.checked_at.is_none();
    let signs = |one: &&Together| who.holds_at(&[Role::SponsorSignatory], one.row.organization_id);
    let mine = all.iter().filter(|one| open && one.row.state == PartnerState::Invited).find(signs);
    let (mut invited, mut said, mut refused) = (Invitation::default(), Form(Vec::new()), None);
    match back {
        Some((Typed::Invite(typed), refusal)) => (invited, refused) = (typed, Some(refusal)),
        Some((Typed::Join(form), refusal)) => (said, refused) = (form, Some(refusal)),
        None => {}
    }
    let mut invite = (open && seen.standing.signatory).then(|| invite_form(l, &seen, &invited));
    let mut answer = match mine {
        Some(one) => {
            let decline =
                ActionButton::post(l.t("partner-decline"), format!("/adoption-partners/{}/decline", one.row.id));
            Some((answer_form(app, who, l, one, &said).await?, decline.with("_version", one.row.version)))
        }
        None => None,
    };
    let wrong = refused.is_some();
    if let Some(refusal) = refused {
        match (&mut answer, &mut invite) {
            (Some((form, _)), _) | (None, Some(form)) => form_errors(form, l, refusal)?,
            (None, None) => return Err(refusal),
        }
    }
    let lead = organization(db, who.tenant, seen.row.organization_id).await?.map(|o| o.name).unwrap_or_default();
    let heading = l.t("partners");
    let (list, title) = (l.t("nav-adoptions"), seen.proposal.title.clone());
    let shell = shell.crumb(list, "/adoptions").crumb(title, format!("/adoptions/{id}")).titled(&heading);
    let html = PartnersHtml {
        lead: l.t1("partners-lead", "name", lead),
        partners: table(l, who, &seen, &all, open),
        answer,
        invite,
        shell,
        heading,
    };
    let page = Page::new(html);
    Ok(if wrong { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    page(&app, &who, shell, id, None).await
}

async fn invite(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let new = Invitation { credit_code: form.text("credit_code").into(), share: form.text("share").into() };
    match actions::invite(&app, &who, &form.command(acting), id, new.clone()).await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}/partners"), "flash-partner-invited").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some((Typed::Invite(new), refusal))).await,
    }
}

/// The adoption of a partner's row, as far as the reader sees it.
async fn adoption_of(app: &App, who: &Who, id: Uuid) -> Result<Uuid, Refusal> {
    super::queries::adoption_of(app.db.read(), who.tenant, id).await
}

async fn join(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let said = Answer {
        trade: form.text("trade").to_string(),
        related_party: form.text("related_party") == "true",
        clean_promotion: form.text("clean_promotion") == "true",
    };
    let adoption = adoption_of(&app, &who, id).await?;
    match actions::accept(&app, &who, &form.command(acting), id, said).await {
        Ok(_) => Ok(done(&format!("/adoptions/{adoption}/partners"), "flash-partner-joined").into_response()),
        Err(refusal) => page(&app, &who, shell, adoption, Some((Typed::Join(form), refusal))).await,
    }
}

async fn decline(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::decline(&app, &who, &form.command(acting), id).await?;
    Ok(done("/adoptions", "flash-partner-declined"))
}

async fn leave(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::leave(&app, &who, &form.command(acting), id).await?;
    Ok(done("/adoptions", "flash-partner-left"))
}

async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let adoption = adoption_of(&app, &who, id).await?;
    actions::remove(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/adoptions/{adoption}/partners"), "flash-saved"))
}
