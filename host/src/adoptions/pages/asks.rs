//! Forms for a later day, a release for hardship, a termination, and the answers.

use super::show::below;
use crate::adoptions::queries::{Seen, find_visible};
use crate::adoptions::{RUNNING, actions};
use crate::files::{self, UploadForm};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::{TextValue, t};
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Path, Routes};
use crate::{App, Refusal, Who};
use axum::extract::{Multipart, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::EntityTrait;
use twoway_entity::fulfilment::{AskKind, ask};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    use crate::http::Access;
    routes
        .page(Method::GET, "/adoptions/{id}/delay", super::SPONSOR, delay_form)
        .page(Method::POST, "/adoptions/{id}/delay", super::SPONSOR, delay)
        .page(Method::GET, "/adoptions/{id}/hardship", super::SPONSOR, hardship_form)
        .page(Method::POST, "/adoptions/{id}/hardship", super::SPONSOR, hardship)
        .page(Method::GET, "/adoptions/{id}/terminate", super::OFFICE, terminate_form)
        .page(Method::POST, "/adoptions/{id}/terminate", super::OFFICE, terminate)
        .page(Method::GET, "/adoptions/{id}/papers/{file}", Access::SignedIn, paper)
        .page(Method::GET, "/adoption-asks/{id}/answer", Access::SignedIn, answer_form)
        .page(Method::POST, "/adoption-asks/{id}/answer", Access::SignedIn, answer)
}

/// A page with one form, or the same with what is wrong.
pub(super) fn respond(
    shell: Shell,
    key: &str,
    lead: String,
    mut form: FormView,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let l = shell.locale;
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let page = Page::new(FormPage { heading: l.t(key), lead, form, shell });
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

pub(super) fn text(name: &str, label: String, typed: &str) -> FormField {
    let mut field = FormField::plain(name, label, Control::Text);
    field.required = true;
    field.value = typed.to_string();
    field.max_length = Some(2_000);
    field
}

/// A choice of several.
pub(super) fn choice(name: &str, label: String, options: Vec<(String, String)>, chosen: &str) -> FormField {
    let mut field = FormField::plain(name, label, Control::Radios);
    field.required = true;
    field.options =
        options.into_iter().map(|(value, label)| OptionView { selected: value == chosen, value, label }).collect();
    field
}

fn delay_page(shell: Shell, seen: &Seen, form: &Form, refusal: Option<Refusal>) -> Result<Response, Refusal> {
    let l = shell.locale;
    let open = seen.lines.iter().filter(|line| line.outstanding() > 0);
    let lines: Vec<(String, String)> = open
        .map(|line| {
            let said = l.t2("adoption-line-due", "title", &line.line.title, "day", line.due_on());
            (line.commitment.id.to_string(), said)
        })
        .collect();
    let only = lines.first().map(|(id, _)| id.clone()).filter(|_| lines.len() == 1).unwrap_or_default();
    let chosen = Some(form.text("commitment")).filter(|c| !c.is_empty()).unwrap_or(&only);
    let mut day = FormField::plain("due_on", l.t("field-delay-due-on"), Control::Date);
    day.required = true;
    day.value = form.text("due_on").to_string();
    let fields = vec![
        choice("commitment", l.t("field-delivery-commitment"), lines, chosen),
        day,
        text("reason", l.t("field-adoption-reason"), form.text("reason")),
    ];
    let view = FormView::plain(format!("/adoptions/{}/delay", seen.row.id), fields)
        .with("_version", seen.row.version)
        .submit(l.t("delay-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{}", seen.row.id));
    let lead = l.t("delay-lead");
    respond(below(shell, seen, "delay-ask"), "delay-ask", lead, view, refusal)
}

async fn delay_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let seen = sponsors_own(&app, &who, id).await?;
    delay_page(shell, &seen, &Form(Vec::new()), None)
}

async fn sponsors_own(app: &App, who: &Who, id: Uuid) -> Result<Seen, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    if !seen.standing.sponsor {
        return Err(Refusal::NotAllowed);
    }
    if RUNNING.contains(&seen.row.state) { Ok(seen) } else { Err(Refusal::rule("not-active")) }
}

async fn delay(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let asked = async {
        let commitment = Uuid::parse_str(form.text("commitment"))
            .map_err(|_| Refusal::field("commitment", FieldProblem::Missing))?;
        let (day, reason) = (form.text("due_on"), form.text("reason"));
        if day.is_empty() {
            return Err(Refusal::field("due_on", FieldProblem::Missing));
        }
        actions::ask_delay(&app, &who, &form.command(acting), id, commitment, day, reason).await
    };
    match asked.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-delay-asked").into_response()),
        Err(refusal) => {
            let seen = sponsors_own(&app, &who, id).await?;
            delay_page(shell, &seen, &form, Some(refusal))
        }
    }
}

fn hardship_page(shell: Shell, seen: &Seen, typed: &str, refusal: Option<Refusal>) -> Result<Response, Refusal> {
    let l = shell.locale;
    let file = |name: &str, key: &str| {
        let mut field = FormField::plain(name, l.t(key), Control::File);
        field.required = true;
        field
    };
    let fields = vec![
        text("reason", l.t("field-hardship-reason"), typed),
        file("report", "paper-civil-affairs-report"),
        file("explanation", "paper-public-explanation"),
    ];
    let view = FormView::plain(format!("/adoptions/{}/hardship", seen.row.id), fields)
        .with("_version", seen.row.version)
        .submit(l.t("hardship-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{}", seen.row.id));
    let lead = l.t("hardship-lead");
    respond(below(shell, seen, "hardship-file"), "hardship-file", lead, view, refusal)
}

async fn hardship_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let seen = sponsors_own(&app, &who, id).await?;
    hardship_page(shell, &seen, "", None)
}

async fn hardship(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Multipart,
) -> Result<Response, Refusal> {
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(form, limit).await?;
    let typed = form.form.text("reason").to_string();
    let command = form.form.command(acting);
    let filed = async {
        let papers = (form.file("report", limit)?, form.file("explanation", limit)?);
        actions::file_hardship(&app, &who, &command, id, &typed, papers).await
    };
    match filed.await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-hardship-filed").into_response()),
        Err(refusal) => {
            let seen = sponsors_own(&app, &who, id).await?;
            hardship_page(shell, &seen, &typed, Some(refusal))
        }
    }
}

async fn terminate_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let l = shell.locale;
    let mut bar = FormField::plain("bar", l.t("field-bar"), Control::Checkbox);
    bar.value = form.text("bar").to_string();
    let mut why = text("bar_reason", l.t("field-bar-reason"), form.text("bar_reason"));
    why.required = false;
    why.help = Some(l.t("field-bar-reason-help"));
    let fields = vec![text("reason", l.t("field-adoption-reason"), form.text("reason")), bar, why];
    let view = FormView::plain(format!("/adoptions/{id}/terminate"), fields)
        .with("_version", seen.row.version)
        .submit(l.t("termination-submit"))
        .cancel(l.t("cancel"), format!("/adoptions/{id}"));
    let lead = l.t("termination-lead");
    respond(below(shell, &seen, "termination-ask"), "termination-ask", lead, view, refusal)
}

async fn terminate_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    terminate_page(&app, &who, shell, id, &Form(Vec::new()), None).await
}

async fn terminate(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let bar = (form.text("bar") == "true").then(|| form.text("bar_reason"));
    match actions::ask_termination(&app, &who, &form.command(acting), id, form.text("reason"), bar).await {
        Ok(_) => Ok(done(&format!("/adoptions/{id}"), "flash-termination-asked").into_response()),
        Err(refusal) => terminate_page(&app, &who, shell, id, &form, Some(refusal)).await,
    }
}

/// A paper of a release for hardship, for the sponsor, the office and the team.
async fn paper(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    find_visible(db, &who, id).await?;
    let asks = crate::adoptions::fulfilment::asks(db, who.tenant, id).await?;
    let owners: Vec<Uuid> = asks.iter().filter(|a| a.kind == AskKind::Hardship).map(|a| a.id).collect();
    let papers = files::of(db, who.tenant, actions::ASK_FILES, &owners).await?;
    let paper = papers.into_iter().find(|p| p.id == file).ok_or(Refusal::NotFound)?;
    files::send(&app, &paper.name, &paper.media_type, &paper.sha256).await
}

async fn answer_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    form: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let row = ask::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let seen = find_visible(db, who, row.adoption_id).await?;
    if !actions::may_answer(&seen, &row) {
        return Err(Refusal::NotAllowed);
    }
    let l = shell.locale;
    let mut note = text("answer", l.t("field-ask-answer"), form.text("answer"));
    note.required = false;
    note.help = Some(l.t("field-ask-answer-help"));
    let fields = vec![agree_or_not(&shell, form.text("agreed")), note];
    let view = FormView::plain(format!("/adoption-asks/{id}/answer"), fields)
        .with("_version", seen.row.version)
        .submit(l.t("ask-answer"))
        .cancel(l.t("cancel"), format!("/adoptions/{}", seen.row.id));
    let values = [
        ("what", l.t(&format!("ask-kind-{}", row.kind.as_str())).text_value()),
        ("reason", row.reason.text_value()),
        ("day", row.due_on.clone().unwrap_or_default().text_value()),
    ];
    let key = if row.kind == AskKind::Delay { "ask-answer-lead-delay" } else { "ask-answer-lead" };
    let mut lead = t(l, key, &values);
    if row.kind == AskKind::Termination {
        let bars = crate::adoptions::bars::of(db, who.tenant, row.adoption_id).await?;
        if let Some(bar) = bars.iter().find(|bar| bar.id == row.id) {
            lead.push_str(&l.t1("bar-proposed", "reason", &bar.reason));
        }
    }
    respond(below(shell, &seen, "ask-answer"), "ask-answer", lead, view, refusal)
}

async fn answer_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    answer_page(&app, &who, shell, id, &Form(Vec::new()), None).await
}

/// Yes or no, as a form says it.
pub(super) fn yes_or_no(form: &Form) -> Result<bool, Refusal> {
    match form.text("agreed") {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Refusal::field("agreed", FieldProblem::Missing)),
    }
}

async fn answer(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let answered = async {
        let agreed = yes_or_no(&form)?;
        actions::answer_ask(&app, &who, &form.command(acting), id, agreed, form.text("answer")).await
    };
    match answered.await {
        Ok(adoption) => Ok(done(&format!("/adoptions/{}", adoption.id), "flash-ask-answered").into_response()),
        Err(refusal) => answer_page(&app, &who, shell, id, &form, Some(refusal)).await,
    }
}

/// The two answers to a question.
pub(super) fn agree_or_not(shell: &Shell, chosen: &str) -> FormField {
    let l = shell.locale;
    let options = [("true", "ask-agree"), ("false", "ask-refuse")].map(|(v, key)| (v.to_string(), l.t(key)));
    choice("agreed", l.t("field-ask-agreed"), options.into(), chosen)
}
