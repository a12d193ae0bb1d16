//! Sealed papers on the agreement's page: what was handed in, the form to hand one in, the answers of a second person.

use super::agreement::{Back, page};
use super::{OFFICE, signers};
use crate::adoptions::actions::{self, Sealed};
use crate::adoptions::queries::Seen;
use crate::adoptions::rules::{Signer, unsigned};
use crate::adoptions::{AdoptionState, Party, scans};
use crate::files::{self, UploadForm};
use crate::http::components::{ActionButton, Cell, Column, Confirm, EmptyState, Look, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::Shell;
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::{Access, ActingFor, Caller, Form, Parts, Path, Routes};
use crate::{App, Refusal, Who};
use axum::extract::{Multipart, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use twoway_entity::adoptions::{agreement, confirmation};
use twoway_entity::agreements::{ScanState, seal_scan};
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::POST, "/adoptions/{id}/agreement/scan", Access::SignedIn, upload)
        .page(Method::GET, "/seal-scans/{id}/file", Access::SignedIn, crate::adoptions::api::scan_file)
        .page(Method::POST, "/seal-scans/{id}/accept", OFFICE, accept)
        .page(Method::POST, "/seal-scans/{id}/refuse", OFFICE, refuse)
}

/// A scan that the reader can answer.
pub(super) struct Answer {
    pub heading: String,
    pub accept: ActionButton,
    pub refuse: FormView,
}

/// The part of the page about sealed papers.
pub(super) struct ScanCards {
    pub table: Table,
    pub upload: Option<FormView>,
    pub answers: Vec<Answer>,
}

/// What came back of one of the forms.
pub(super) enum Typed {
    Upload(Form, Refusal),
    Refuse(Uuid, String, Refusal),
}

/// `sponsor`, or `recipient/<id>`.
fn value(signer: &Signer) -> String {
    let word = match signer.party {
        Party::Sponsor => "sponsor",
        Party::Partner => "partner",
        Party::Recipient => "recipient",
        Party::Team => "team",
        Party::Office => "office",
    };
    signer.organization.map_or_else(|| word.to_string(), |id| format!("{word}/{id}"))
}

/// What of sealed papers the page shows. None where nobody signs and nothing was handed in.
pub(super) async fn cards(
    app: &App,
    who: &Who,
    l: Locale,
    seen: &Seen,
    (newest, given): (&agreement::Model, &[confirmation::Model]),
    houses: &HashMap<Uuid, String>,
    mut back: Option<Typed>,
) -> Result<Option<ScanCards>, Refusal> {
    let db = app.db.read();
    let all = scans::of(db, who.tenant, newest.id).await?;
    let signing = seen.row.state == AdoptionState::Signing;
    if !signing && all.is_empty() {
        return Ok(None);
    }
    let named = |scan: &seal_scan::Model| {
        signers::name(l, &Signer { party: scan.party, organization: scan.recipient_id }, houses)
    };
    let columns = ["party", "file", "state"].map(|c| Column::new(l.t(&format!("scan-column-{c}"))));
    let mut table =
        Table::new(l.t("scans"), columns.into(), EmptyState::new("folder", l.t("scan-empty"), l.t("scan-empty-text")));
    let mut answers = Vec::new();
    for scan in &all {
        let state = match scan.state {
            ScanState::Waiting => StateBadge::new(l.t("scan-waiting"), Tone::Attention),
            ScanState::Accepted => StateBadge::new(l.t("scan-accepted"), Tone::Good),
            ScanState::Refused => {
                let reason = scan.reason.clone().unwrap_or_default();
                StateBadge::new(l.t1("scan-refused", "reason", reason), Tone::Bad)
            }
        };
        table.row(vec![
            Cell::Text(named(scan)),
            Cell::link(l.t("scan-open"), format!("/seal-scans/{}/file", scan.id)),
            Cell::State(state),
        ]);
        let second = seen.standing.office && who.account() != Some(scan.uploaded_by);
        if signing && second && scan.state == ScanState::Waiting {
            answers.push(answer(l, seen, scan, named(scan), &mut back)?);
        }
    }
    let open = unsigned(&seen.lines, &seen.joined(), given);
    let own: Vec<Signer> = open.into_iter().filter(|s| seen.standing.office || seen.standing.signs_for(s)).collect();
    let mut upload = None;
    if signing && !own.is_empty() {
        upload = Some(upload_form(l, seen, &own, houses, &mut back)?);
    }
    // A refusal whose form is not on the page any more is shown as an error page.
    if let Some(Typed::Upload(_, refusal) | Typed::Refuse(_, _, refusal)) = back {
        return Err(refusal);
    }
    Ok(Some(ScanCards { table, upload, answers }))
}

fn answer(
    l: Locale,
    seen: &Seen,
    scan: &seal_scan::Model,
    name: String,
    back: &mut Option<Typed>,
) -> Result<Answer, Refusal> {
    let version = seen.row.version;
    let accept = ActionButton::post(l.t("scan-accept"), format!("/seal-scans/{}/accept", scan.id))
        .primary()
        .with("_version", version)
        .confirm(Confirm {
            title: l.t1("scan-accept-title", "party", &name),
            text: l.t("scan-accept-text"),
            points: vec![scan.hash.clone()],
            ok: l.t("scan-accept"),
        });
    let mut reason = FormField::plain("reason", l.t("field-adoption-reason"), Control::Line);
    reason.id = format!("f-reason-{}", scan.id);
    let mut refuse = FormView::plain(format!("/seal-scans/{}/refuse", scan.id), vec![reason])
        .with("_version", version)
        .button(l.t("scan-refuse"), "refuse", Look::Danger);
    if let Some(Typed::Refuse(_, typed, refusal)) =
        back.take_if(|typed| matches!(typed, Typed::Refuse(id, ..) if *id == scan.id))
    {
        refuse.fields[0].value = typed;
        form_errors(&mut refuse, l, refusal)?;
    }
    Ok(Answer { heading: l.t1("scan-answer", "party", name), accept, refuse })
}

fn upload_form(
    l: Locale,
    seen: &Seen,
    own: &[Signer],
    houses: &HashMap<Uuid, String>,
    back: &mut Option<Typed>,
) -> Result<FormView, Refusal> {
    let typed = back.take_if(|typed| matches!(typed, Typed::Upload(..)));
    let chosen = match &typed {
        Some(Typed::Upload(form, _)) => form.text("signer").to_string(),
        _ => String::new(),
    };
    let mut signer = FormField::plain("signer", l.t("field-scan-signer"), Control::Select);
    signer.required = true;
    signer.options = own
        .iter()
        .map(|s| OptionView { value: value(s), label: signers::name(l, s, houses), selected: value(s) == chosen })
        .collect();
    let mut file = FormField::plain("file", l.t("field-scan-file"), Control::File);
    file.required = true;
    file.help = Some(l.t("field-scan-file-help"));
    let mut fields = vec![signer, file];
    if own.iter().any(|s| matches!(s.party, Party::Sponsor | Party::Partner)) {
        let mut warned = FormField::plain("scan_warned", l.t("field-scan-warned"), Control::Checkbox);
        warned.help = Some(l.t("agreement-warning"));
        fields.push(warned);
    }
    let mut form = FormView::plain(format!("/adoptions/{}/agreement/scan", seen.row.id), fields)
        .with("_version", seen.row.version)
        .submit(l.t("scan-upload"));
    match typed {
        Some(Typed::Upload(_, Refusal::TooLarge { limit })) => {
            form.error("file", l.t1("file-too-large", "limit", limit >> 20));
        }
        Some(Typed::Upload(_, refusal)) => form_errors(&mut form, l, refusal)?,
        _ => {}
    }
    Ok(form)
}

/// What the page's form says.
fn sealed(form: &Form) -> Result<Sealed, Refusal> {
    let (word, id) = form.text("signer").split_once('/').unwrap_or((form.text("signer"), ""));
    let party: Party =
        serde_json::from_value(word.into()).map_err(|_| Refusal::field("signer", FieldProblem::Missing))?;
    Ok(Sealed { party, organization: Uuid::parse_str(id).ok(), warned: form.text("scan_warned") == "true" })
}

async fn upload(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let mut typed = Form(Vec::new());
    match uploaded(&app, &who, acting, id, parts, &mut typed).await {
        Ok(()) => Ok(done(&format!("/adoptions/{id}/agreement"), "flash-scan-uploaded").into_response()),
        Err(refusal) => page(&app, &who, shell, id, Some(Back::Scan(Typed::Upload(typed, refusal)))).await,
    }
}

async fn uploaded(
    app: &App,
    who: &Who,
    acting: ActingFor,
    id: Uuid,
    parts: Multipart,
    typed: &mut Form,
) -> Result<(), Refusal> {
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(parts, limit).await?;
    *typed = Form(form.form.0.clone());
    let command = form.form.command(acting);
    let sealed = sealed(&form.form)?;
    let file = form.required("file")?;
    let file = files::check(&file.name, file.bytes, limit, None)?;
    actions::upload_scan(app, who, &command, id, sealed, file).await?;
    Ok(())
}

async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let adoption = scans::find(app.db.read(), who.tenant, id).await?.adoption_id;
    actions::accept_scan(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/adoptions/{adoption}/agreement"), "flash-agreement-confirmed"))
}

async fn refuse(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let adoption = scans::find(app.db.read(), who.tenant, id).await?.adoption_id;
    let reason = form.text("reason");
    match actions::refuse_scan(&app, &who, &form.command(acting), id, reason).await {
        Ok(_) => Ok(done(&format!("/adoptions/{adoption}/agreement"), "flash-saved").into_response()),
        Err(refusal) => {
            let back = Back::Scan(Typed::Refuse(id, reason.to_string(), refusal));
            page(&app, &who, shell, adoption, Some(back)).await
        }
    }
}
