use super::OFFICE;
use super::show::{below, line_table, parties, party, receivers, signable};
use crate::adoptions::model::{AgreementTerms, terms_fields};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::{AdoptionState, Party, actions};
use crate::http::components::{ActionButton, Confirm, Facts, Look, Table};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who, organizations, papers};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

const DRAFTERS: Access = Access::AnyOf(&[Role::LeadOffice, Role::SponsorMember, Role::SponsorSignatory]);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/adoptions/{id}/agreement", Access::SignedIn, show)
        .page(Method::GET, "/adoptions/{id}/agreement.txt", Access::SignedIn, download)
        .page(Method::POST, "/adoptions/{id}/agreement", DRAFTERS, save)
        .page(Method::POST, "/adoptions/{id}/agreement/draft", DRAFTERS, draft)
        .page(Method::POST, "/adoptions/{id}/agreement/freeze", OFFICE, freeze)
        .page(Method::GET, "/adoptions/{id}/agreement/reopen", DRAFTERS, reopen_form)
        .page(Method::POST, "/adoptions/{id}/agreement/reopen", DRAFTERS, reopen)
        .page(Method::POST, "/adoptions/{id}/agreement/confirm", Access::SignedIn, confirm)
}

#[derive(Template)]
#[template(path = "adoptions/agreement.html")]
struct AgreementHtml {
    shell: Shell,
    version: String,
    buttons: Vec<ActionButton>,
    missing: Option<String>,
    edit: Option<FormView>,
    lines: Table,
    text: Option<String>,
    parties: Facts,
    confirms: Vec<(String, FormView)>,
}

/// A form that comes back: the terms that were typed, or the party that wanted to confirm, and why not.
enum Back {
    Terms(Value, Refusal),
    Confirm(Party, Refusal),
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, back: Option<Back>) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = find_visible(db, who, id).await?;
    let (newest, given) = queries::agreement(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let houses = organizations::names(db, who, receivers(&seen)).await?;
    let people: Vec<Uuid> = given.iter().map(|c| c.account_id).collect();
    let people = queries::names(db, who.tenant, people).await?;
    let terms: AgreementTerms = serde_json::from_value(newest.terms.clone())?;
    let l = shell.locale;
    let failed = back.is_some();
    let drafting = seen.row.state == AdoptionState::Agreement && newest.text.is_none();
    let drafts = drafting && (seen.standing.office || seen.standing.sponsor);
    let mut edit = None;
    let mut confirms = Vec::new();
    let signed: Vec<Party> = given.iter().map(|c| c.party).collect();
    let (typed, mut refusal) = match back {
        Some(Back::Terms(typed, refusal)) => (typed, Some((None, refusal))),
        Some(Back::Confirm(party, refusal)) => (newest.terms.clone(), Some((Some(party), refusal))),
        None => (newest.terms.clone(), None),
    };
    if drafts {
        let words = FieldWords::host(l, "field-adoption");
        let mut form = FormView::new(format!("/adoptions/{id}/agreement"), &terms_fields(), &words, &typed, &[])
            .with("_version", seen.row.version)
            .submit(l.t("agreement-save"))
            .cancel(l.t("cancel"), format!("/adoptions/{id}"));
        if let Some((None, refusal)) = refusal.take_if(|(party, _)| party.is_none()) {
            form_errors(&mut form, l, refusal)?;
        }
        edit = Some(form);
    }
    if seen.row.state == AdoptionState::Signing {
        for which in signable(&seen.standing, &signed) {
            let mut form = confirm_form(&shell, &seen, which);
            if let Some((_, refusal)) = refusal.take_if(|(party, _)| *party == Some(which)) {
                form_errors(&mut form, l, refusal)?;
            }
            confirms.push((format!("{}：{}", l.t("agreement-confirm"), party(l, which)), form));
        }
    }
    // A refusal that belongs to no form on the page any more is shown as an error page.
    if let Some((_, refusal)) = refusal {
        return Err(refusal);
    }
    let missing: Vec<String> = terms.missing().iter().map(|key| l.t(&format!("field-adoption-{key}"))).collect();
    let html = AgreementHtml {
        version: l.t1("agreement-version", "n", newest.number),
        buttons: buttons(&shell, &seen, drafting && missing.is_empty()),
        missing: (drafts && !missing.is_empty())
            .then(|| l.t1("agreement-missing", "fields", missing.join(&l.t("list-comma")))),
        edit,
        lines: line_table(l, &seen, &houses),
        parties: {
            let facts = parties(l, &given, &people);
            match &newest.hash {
                Some(hash) => facts.fact(l.t("agreement-hash"), crate::http::components::Cell::text(hash)),
                None => facts,
            }
        },
        text: newest.text,
        confirms,
        shell: below(shell, &seen, "agreement-title"),
    };
    let page = Page::new(html);
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

fn buttons(shell: &Shell, seen: &Seen, complete: bool) -> Vec<ActionButton> {
    let (l, row) = (shell.locale, &seen.row);
    let at = |verb: &str| format!("/adoptions/{}/agreement{verb}", row.id);
    let mut buttons = Vec::new();
    if complete && seen.standing.office {
        let freeze = ActionButton::post(l.t("agreement-freeze"), at("/freeze")).primary().with("_version", row.version);
        buttons.push(freeze.confirm(Confirm {
            title: l.t("agreement-freeze-title"),
            text: l.t("agreement-freeze-text"),
            points: [Party::Sponsor, Party::Team, Party::Office].map(|p| party(l, p)).into(),
            ok: l.t("agreement-freeze-ok"),
        }));
    }
    if row.agreement_hash.is_some() {
        buttons.push(ActionButton::link(l.t("agreement-download"), at(".txt")).icon("download"));
        buttons.push(papers::buttons::pdf(l.t("agreement-pdf"), at(".pdf")));
    }
    if row.state == AdoptionState::Signing && (seen.standing.office || seen.standing.sponsor) {
        buttons.push(ActionButton::link(l.t("agreement-reopen"), at("/reopen")).look(Look::Danger));
    }
    buttons
}

fn confirm_form(shell: &Shell, seen: &Seen, which: Party) -> FormView {
    let l = shell.locale;
    let mut fields = Vec::new();
    if which == Party::Sponsor {
        fields.push(FormField::plain("warned", l.t("agreement-warning"), Control::Checkbox));
    }
    FormView::plain(format!("/adoptions/{}/agreement/confirm", seen.row.id), fields)
        .with("_version", seen.row.version)
        .with("_party", word(which))
        .with("_hash", seen.row.agreement_hash.clone().unwrap_or_default())
        .submit(l.t("agreement-confirm-submit"))
}

fn word(party: Party) -> &'static str {
    match party {
        Party::Sponsor => "sponsor",
        Party::Team => "team",
        Party::Office => "office",
    }
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    page(&app, &who, shell, id, None).await
}

/// The frozen text as a file: its `sha256sum` is what the parties confirm.
async fn download(State(app): State<App>, Caller(who): Caller, Path(id): Path<Uuid>) -> Result<Response, Refusal> {
    find_visible(app.db.read(), &who, id).await?;
    let (newest, _) = queries::agreement(app.db.read(), who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let text = newest.text.ok_or(Refusal::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"agreement-{id}-{}.txt\"", newest.number)),
    ];
    Ok((headers, text).into_response())
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let given = answers(&terms_fields(), &form.0);
    let saved = async {
        let terms = AgreementTerms::parse(&given)?;
        actions::edit_agreement(&app, &who, &form.command(acting), id, terms).await
    };
    match saved.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}/agreement"), "flash-draft-saved").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(Back::Terms(given, refusal))).await,
    }
}

async fn draft(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::draft_agreement(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/adoptions/{id}/agreement"), "flash-saved"))
}

async fn freeze(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::freeze(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/adoptions/{id}/agreement"), "flash-agreement-frozen"))
}

async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let parties = [Party::Sponsor, Party::Team, Party::Office];
    let party = parties.into_iter().find(|p| word(*p) == form.text("_party"));
    let party = party.ok_or_else(|| Refusal::BadRequest("no party".into()))?;
    let warned = form.text("warned") == "true";
    match actions::confirm(&app, &who, &form.command(acting), id, party, form.text("_hash"), warned).await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-agreement-confirmed").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(Back::Confirm(party, refusal))).await,
    }
}

#[derive(Template)]
#[template(path = "adoptions/form.html")]
struct FormHtml {
    shell: Shell,
    heading: String,
    lead: String,
    notice: Option<String>,
    form: Option<FormView>,
}

async fn reopen_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: &str,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let l = shell.locale;
    let mut reason = FormField::plain("reason", l.t("field-adoption-reason"), Control::Text);
    reason.required = true;
    reason.value = typed.to_string();
    let mut form = FormView::plain(format!("/adoptions/{id}/agreement/reopen"), vec![reason])
        .with("_version", seen.row.version)
        .submit(l.t("agreement-reopen-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}/agreement"));
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let (heading, lead) = (l.t("agreement-reopen"), l.t("agreement-reopen-lead"));
    let page = Page::new(FormHtml {
        shell: below(shell, &seen, "agreement-reopen"),
        heading,
        lead,
        notice: None,
        form: Some(form),
    });
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

async fn reopen_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    reopen_page(&app, &who, shell, id, "", None).await
}

async fn reopen(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let reason = form.text("reason");
    match actions::reopen(&app, &who, &form.command(acting), id, reason).await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}/agreement"), "flash-agreement-reopened").into_response()),
        Err(refusal) => reopen_page(&app, &who, shell, id, reason, Some(refusal)).await,
    }
}
