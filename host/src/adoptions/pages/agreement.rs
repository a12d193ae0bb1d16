use super::OFFICE;
use super::conditions::conditions_form;
use super::drafting::plan_form;
use super::scans::{ScanCards, Typed, cards};
use super::show::{below, line_table, receivers};
use super::signers;
use crate::adoptions::actions::Given;
use crate::adoptions::model::{AgreementTerms, terms_fields};
use crate::adoptions::queries::{self, Seen, find_visible};
use crate::adoptions::rules::Signer;
use crate::adoptions::{AdoptionState, Party, actions, plan, templates};
use crate::http::components::{ActionButton, Confirm, Facts, Look, Table};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who, organizations, papers};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use twoway_entity::accounts::Role;
use twoway_ids::Uuid;

pub(super) const DRAFTERS: Access = Access::AnyOf(&[Role::LeadOffice, Role::SponsorMember, Role::SponsorSignatory]);

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/adoptions/{id}/agreement", Access::SignedIn, show)
        .page(Method::GET, "/adoptions/{id}/agreement.txt", Access::SignedIn, download)
        .page(Method::POST, "/adoptions/{id}/agreement", DRAFTERS, save)
        .page(Method::POST, "/adoptions/{id}/agreement/draft", DRAFTERS, draft)
        .page(Method::POST, "/adoptions/{id}/agreement/freeze", OFFICE, freeze)
        .page(Method::GET, "/adoptions/{id}/agreement/reopen", DRAFTERS, reopen_form)
        .page(Method::POST, "/adoptions/{id}/agreement/reopen", DRAFTERS, reopen)
        .page(Method::POST, "/adoptions/{id}/agreement/code", Access::SignedIn, send_code)
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
    plan: Option<FormView>,
    conditions: Option<FormView>,
    preview: Option<String>,
    lines: Table,
    text: Option<String>,
    parties: Facts,
    confirms: Vec<ConfirmCard>,
    scans: Option<ScanCards>,
}

/// What somebody needs to confirm for one party.
struct ConfirmCard {
    heading: String,
    send: ActionButton,
    form: FormView,
}

/// A form that comes back: the terms that were typed, or the party that wanted to confirm, and why not.
pub(super) enum Back {
    Terms(Value, Refusal),
    Confirm(Signer, Refusal),
    Plan(Form, Refusal),
    Conditions(Form, Refusal),
    Scan(Typed),
}

pub(super) async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    back: Option<Back>,
) -> Result<Response, Refusal> {
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
    let mut planned = None;
    let mut confirms = Vec::new();
    let mut conditions = None;
    let (mut boxes, mut sealed, mut conditional) = (None, None, None);
    let (typed, mut refusal) = match back {
        Some(Back::Scan(typed)) => {
            sealed = Some(typed);
            (newest.terms.clone(), None)
        }
        Some(Back::Plan(form, refusal)) => {
            boxes = Some((form, refusal));
            (newest.terms.clone(), None)
        }
        Some(Back::Conditions(form, refusal)) => {
            conditional = Some((form, refusal));
            (newest.terms.clone(), None)
        }
        Some(Back::Terms(typed, refusal)) => (typed, Some((None, refusal))),
        Some(Back::Confirm(party, refusal)) => (newest.terms.clone(), Some((Some(party), refusal))),
        None => (newest.terms.clone(), None),
    };
    if drafts {
        let words = FieldWords::host(l, "field-adoption");
        let all = templates::all(db, who.tenant).await?;
        let usable = all.into_iter().filter(|t| !t.retired).map(|t| (t.key, t.name));
        let mut form = FormView::new(format!("/adoptions/{id}/agreement"), &terms_fields(), &words, &typed, &[])
            .with("_version", seen.row.version)
            .submit(l.t("agreement-save"))
            .cancel(l.t("cancel"), format!("/adoptions/{id}"))
            .offer("template", usable);
        if let Some((None, refusal)) = refusal.take_if(|(party, _)| party.is_none()) {
            form_errors(&mut form, l, refusal)?;
        }
        edit = Some(form);
        let parts = plan::of(db, who.tenant, id).await?;
        let mut form = plan_form(l, &seen, &parts, boxes.as_ref().map(|(typed, _)| typed));
        if let Some((_, refusal)) = boxes.take() {
            form_errors(&mut form, l, refusal)?;
        }
        planned = Some(form);
        let (typed, refused) = conditional.take().unzip();
        let mut form = conditions_form(app, who, l, &seen, typed.as_ref()).await?;
        if let Some(refusal) = refused {
            form_errors(&mut form, l, refusal)?;
        }
        conditions = Some(form);
    }
    if let Some((_, refusal)) = boxes.or(conditional) {
        return Err(refusal);
    }
    if seen.row.state == AdoptionState::Signing {
        for which in signers::signable(&seen, &given) {
            let mut form = confirm_form(&shell, &seen, which);
            if let Some((_, refusal)) = refusal.take_if(|(party, _)| *party == Some(which)) {
                form_errors(&mut form, l, refusal)?;
            }
            let heading = format!("{}：{}", l.t("agreement-confirm"), signers::name(l, &which, &houses));
            confirms.push(ConfirmCard { heading, send: code_button(l, &seen, which), form });
        }
    }
    // A refusal that belongs to no form on the page any more is shown as an error page.
    if let Some((_, refusal)) = refusal {
        return Err(refusal);
    }
    let scans = cards(app, who, l, &seen, (&newest, &given), &houses, sealed).await?;
    let missing: Vec<String> = terms.missing().iter().map(|key| l.t(&format!("field-adoption-{key}"))).collect();
    let html = AgreementHtml {
        version: l.t1("agreement-version", "n", newest.number),
        buttons: buttons(&shell, &seen, signers::all(l, &seen, &houses), drafting && missing.is_empty()),
        missing: (drafts && !missing.is_empty())
            .then(|| l.t1("agreement-missing", "fields", missing.join(&l.t("list-comma")))),
        edit,
        plan: planned,
        conditions,
        preview: if drafts { actions::preview(app, who, &seen).await? } else { None },
        lines: line_table(l, &seen, &houses),
        parties: {
            let facts = signers::parties(l, &seen, &given, (&people, &houses));
            match &newest.hash {
                Some(hash) => facts.fact(l.t("agreement-hash"), crate::http::components::Cell::text(hash)),
                None => facts,
            }
        },
        text: newest.text,
        confirms,
        scans,
        shell: below(shell, &seen, "agreement-title"),
    };
    let page = Page::new(html);
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

fn buttons(shell: &Shell, seen: &Seen, points: Vec<String>, complete: bool) -> Vec<ActionButton> {
    let (l, row) = (shell.locale, &seen.row);
    let at = |verb: &str| format!("/adoptions/{}/agreement{verb}", row.id);
    let mut buttons = Vec::new();
    if complete && seen.standing.office {
        let freeze = ActionButton::post(l.t("agreement-freeze"), at("/freeze")).primary().with("_version", row.version);
        buttons.push(freeze.confirm(Confirm {
            title: l.t("agreement-freeze-title"),
            text: l.t("agreement-freeze-text"),
            points,
            ok: l.t("agreement-freeze-ok"),
        }));
    }
    buttons.push(ActionButton::link(l.t("agreement-versions"), at("/versions")));
    if row.agreement_hash.is_some() {
        buttons.push(ActionButton::link(l.t("agreement-download"), at(".txt")).icon("download"));
        buttons.push(papers::buttons::pdf(l.t("agreement-pdf"), at(".pdf")));
    }
    if row.state == AdoptionState::Signing && (seen.standing.office || seen.standing.sponsor) {
        buttons.push(ActionButton::link(l.t("agreement-reopen"), at("/reopen")).look(Look::Danger));
    }
    buttons
}

/// Names the signer in a posted form.
fn named(signer: Signer) -> [(&'static str, String); 2] {
    let organization = signer.organization.map(|id| id.to_string()).unwrap_or_default();
    [("_party", word(signer.party).to_string()), ("_organization", organization)]
}

fn code_button(l: Locale, seen: &Seen, which: Signer) -> ActionButton {
    let button = ActionButton::post(l.t("agreement-code-send"), format!("/adoptions/{}/agreement/code", seen.row.id));
    named(which).into_iter().fold(button, |button, (name, value)| button.with(name, value))
}

fn confirm_form(shell: &Shell, seen: &Seen, which: Signer) -> FormView {
    let l = shell.locale;
    let mut code = FormField::plain("code", l.t("agreement-code"), Control::Code);
    code.help = Some(l.t("agreement-code-help"));
    code.max_length = Some(6);
    code.autocomplete = Some("one-time-code");
    let mut fields = vec![code];
    if matches!(which.party, Party::Sponsor | Party::Partner) {
        fields.insert(0, FormField::plain("warned", l.t("agreement-warning"), Control::Checkbox));
    }
    let form = FormView::plain(format!("/adoptions/{}/agreement/confirm", seen.row.id), fields)
        .with("_version", seen.row.version)
        .with("_hash", seen.row.agreement_hash.clone().unwrap_or_default())
        .submit(l.t("agreement-confirm-submit"));
    named(which).into_iter().fold(form, |form, (name, value)| form.with(name, value))
}

fn word(party: Party) -> &'static str {
    match party {
        Party::Sponsor => "sponsor",
        Party::Partner => "partner",
        Party::Recipient => "recipient",
        Party::Team => "team",
        Party::Office => "office",
    }
}

/// The signer that a posted form names.
fn posted(form: &Form) -> Result<Signer, Refusal> {
    let parties = [Party::Sponsor, Party::Partner, Party::Recipient, Party::Team, Party::Office];
    let party = parties.into_iter().find(|p| word(*p) == form.text("_party"));
    let party = party.ok_or_else(|| Refusal::BadRequest("no party".into()))?;
    Ok(Signer { party, organization: Uuid::parse_str(form.text("_organization")).ok() })
}

async fn send_code(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let signer = posted(&form)?;
    match actions::send_code(&app, &who, &form.command(acting), id, signer.party, signer.organization).await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}/agreement"), "flash-code-sent").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(Back::Confirm(signer, refusal))).await,
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
    let signer = posted(&form)?;
    let given = Given {
        party: signer.party,
        organization: signer.organization,
        hash: form.text("_hash"),
        warned: form.text("warned") == "true",
        code: form.text("code"),
    };
    match actions::confirm(&app, &who, &form.command(acting), id, given).await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-agreement-confirmed").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(Back::Confirm(signer, refusal))).await,
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
