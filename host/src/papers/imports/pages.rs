use super::actions::{self, Seen};
use super::api::{KEEPERS, REVIEWER};
use super::check::Outcome;
use super::fields::{Sheet, What, sheet};
use crate::files::UploadForm;
use crate::http::components::{ActionButton, Cell, Column, Confirm, EmptyState, Look, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::{Access, ActingFor, Caller, Form, Parts, Path, Query, Routes};
use crate::papers::download::{file_name, whole_sheet};
use crate::papers::sheet::{self as sheets, Format, Head, Kind, LIMITS, Value};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use twoway_ids::Uuid;

pub(super) fn routes(routes: Routes) -> Routes {
    let limit = || DefaultBodyLimit::max(LIMITS.bytes + (1 << 20));
    routes
        .page(Method::GET, "/organizations/import", KEEPERS, organizations)
        .page(Method::GET, "/organizations/import/template", KEEPERS, organizations_template)
        .page(Method::POST, "/organizations/import", KEEPERS, upload_organizations.layer(limit()))
        .page(Method::GET, "/proposals/{id}/needs/import", Access::SignedIn, needs)
        .page(Method::GET, "/proposals/{id}/needs/import/template", Access::SignedIn, needs_template)
        .page(Method::POST, "/proposals/{id}/needs/import", Access::SignedIn, upload_needs.layer(limit()))
        .page(Method::GET, "/calls/{id}/scores/import", REVIEWER, scores)
        .page(Method::GET, "/calls/{id}/scores/import/template", REVIEWER, scores_template)
        .page(Method::POST, "/calls/{id}/scores/import", REVIEWER, upload_scores.layer(limit()))
        .page(Method::GET, "/imports/{id}", Access::SignedIn, preview)
        .page(Method::POST, "/imports/{id}/confirm", Access::SignedIn, confirm)
        .page(Method::POST, "/imports/{id}/discard", Access::SignedIn, discard)
}

#[derive(Template)]
#[template(path = "papers/import.html")]
struct ImportHtml {
    shell: Shell,
    heading: String,
    template: Vec<ActionButton>,
    columns: Table,
    form: FormView,
}

fn titled(shell: Shell, what: What) -> (Shell, String) {
    let heading = shell.t(&format!("import-{}", what.as_str()));
    let back = shell.t(match what {
        What::Organizations => "organizations-title",
        What::Needs(_) => "needs",
        What::Scores(_) => "nav-reviews",
    });
    (shell.crumb(back, what.home()).titled(&heading), heading)
}

async fn start(app: &App, who: &Who, shell: Shell, what: What) -> Result<ImportHtml, Refusal> {
    actions::permitted(app, who, what).await?;
    let form = sheet(app, who, shell.locale, what).await?;
    let (shell, heading) = titled(shell, what);
    let empty = EmptyState::new("folder", shell.t("nothing"), String::new());
    let heads = ["import-column", "import-help", "import-words"].map(|key| Column::new(shell.t(key)));
    let mut columns = Table::new(shell.t("import-columns"), heads.into(), empty);
    for field in &form.fields {
        let words: Vec<String> = field.words.keys().take(20).cloned().collect();
        let words = if words.is_empty() { Cell::Nothing } else { Cell::text(words.join(&shell.t("list-comma"))) };
        columns.row(vec![Cell::text(&field.heading), Cell::text(&field.help), words]);
    }
    let mut file = FormField::plain("file", shell.t("import-file"), Control::File);
    file.help = Some(shell.t2("import-file-help", "rows", LIMITS.rows, "limit", LIMITS.bytes >> 20));
    file.required = true;
    let view =
        FormView::plain(what.path(), vec![file]).submit(shell.t("import-check")).cancel(shell.t("cancel"), what.home());
    let template = [("import-template-xlsx", "xlsx"), ("import-template-csv", "csv")]
        .map(|(label, format)| {
            ActionButton::link(shell.t(label), format!("{}/template?format={format}", what.path())).icon("download")
        })
        .into();
    Ok(ImportHtml { shell, heading, template, columns, form: view })
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct As {
    format: Format,
}

async fn template(app: &App, who: &Who, l: Locale, what: What, format: Format) -> Result<Response, Refusal> {
    actions::permitted(app, who, what).await?;
    let Sheet { fields, rows } = sheet(app, who, l, what).await?;
    let title = l.t(&format!("import-{}", what.as_str()));
    let columns = fields.iter().map(|field| sheets::Column::new(field.heading.clone(), Kind::Text)).collect();
    let help = fields.iter().map(|field| Value::from(&field.help)).collect();
    let filled = rows.into_iter().map(|row| row.into_iter().map(Value::from).collect());
    let rows = std::iter::once(help).chain(filled).collect();
    let head = Head { title: title.clone(), columns, made_at: app.now() };
    whole_sheet(&file_name(&[&title], format.ending()), format, head, rows).await
}

async fn take(
    app: App,
    who: Who,
    acting: ActingFor,
    shell: Shell,
    what: What,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let taken = async {
        actions::permitted(&app, &who, what).await?;
        let mut form = UploadForm::read(parts, LIMITS.bytes).await?;
        let file = form.required("file")?;
        let command = form.form.command(acting);
        actions::upload(&app, &who, &command, shell.locale, what, (file.name, file.bytes)).await
    };
    match taken.await {
        Ok(taken) => Ok(done(&format!("/imports/{}", taken.id), "flash-import-read").into_response()),
        Err(refusal) => {
            let mut page = start(&app, &who, shell, what).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn organizations(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(start(&app, &who, shell, What::Organizations).await?))
}

async fn organizations_template(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    template(&app, &who, shell.locale, What::Organizations, format).await
}

async fn upload_organizations(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    parts: Parts,
) -> Result<Response, Refusal> {
    take(app, who, acting, shell, What::Organizations, parts).await
}

async fn needs(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(start(&app, &who, shell, What::Needs(id)).await?))
}

async fn needs_template(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    template(&app, &who, shell.locale, What::Needs(id), format).await
}

async fn upload_needs(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    parts: Parts,
) -> Result<Response, Refusal> {
    take(app, who, acting, shell, What::Needs(id), parts).await
}

async fn scores(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(start(&app, &who, shell, What::Scores(id)).await?))
}

async fn scores_template(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(As { format }): Query<As>,
) -> Result<Response, Refusal> {
    template(&app, &who, shell.locale, What::Scores(id), format).await
}

async fn upload_scores(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    parts: Parts,
) -> Result<Response, Refusal> {
    take(app, who, acting, shell, What::Scores(id), parts).await
}

#[derive(Template)]
#[template(path = "papers/preview.html")]
struct PreviewHtml {
    shell: Shell,
    heading: String,
    lead: String,
    tone: Tone,
    said: String,
    buttons: Vec<ActionButton>,
    rows: Table,
}

async fn preview(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let seen = actions::show(&app, &who, shell.locale, id).await?;
    Ok(Page::new(preview_page(shell, seen)))
}

fn preview_page(shell: Shell, seen: Seen) -> PreviewHtml {
    let Seen { row, what, checked } = seen;
    let (shell, heading) = titled(shell, what);
    let heads = ["import-line", "import-named", "import-becomes", "import-wrong"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("folder", shell.t("import-done"), String::new());
    let mut table = Table::new(shell.t("import-rows"), heads.into(), empty);
    let mut buttons = Vec::new();
    let (tone, said) = match &checked {
        None => (Tone::Good, shell.t("import-done")),
        Some(checked) => {
            checked.rows.iter().for_each(|outcome| table.row(outcome_row(&shell, outcome)));
            let wrong = checked.rows.iter().filter(|outcome| !outcome.errors.is_empty()).count();
            let changed = checked.rows.iter().filter(|outcome| outcome.changes).count();
            if checked.ready.is_some() {
                let all = checked.rows.len();
                let confirm = Confirm {
                    title: shell.t("import-confirm-title"),
                    text: shell.t("import-confirm-text"),
                    points: vec![shell.t2("import-confirm-point", "new", all - changed, "changed", changed)],
                    ok: shell.t("import-confirm"),
                };
                let button = ActionButton::post(shell.t("import-confirm"), format!("/imports/{}/confirm", row.id));
                buttons.push(button.primary().confirm(confirm));
                (Tone::Active, shell.t2("import-ready", "new", all - changed, "changed", changed))
            } else {
                (Tone::Bad, shell.t1("import-has-wrong", "n", wrong))
            }
        }
    };
    buttons.push(match checked {
        Some(_) => {
            ActionButton::post(shell.t("import-discard"), format!("/imports/{}/discard", row.id)).look(Look::Quiet)
        }
        None => ActionButton::link(shell.t("import-to-home"), what.home()).primary(),
    });
    PreviewHtml {
        lead: shell.t1("import-preview-lead", "name", row.name),
        tone,
        said,
        buttons,
        rows: table,
        heading,
        shell,
    }
}

fn outcome_row(shell: &Shell, outcome: &Outcome) -> Vec<Cell> {
    let (word, tone) = match (outcome.errors.is_empty(), outcome.changes) {
        (false, _) => ("import-is-wrong", Tone::Bad),
        (true, true) => ("import-is-changed", Tone::Attention),
        (true, false) => ("import-is-new", Tone::Good),
    };
    let wrong = outcome.errors.iter().map(|wrong| match &wrong.cell {
        Some(cell) => shell.t2("import-wrong-cell", "cell", cell, "text", &wrong.text),
        None => wrong.text.clone(),
    });
    let wrong: Vec<String> = wrong.collect();
    vec![
        Cell::number(outcome.line),
        Cell::text(&outcome.said),
        Cell::State(StateBadge::new(shell.t(word), tone)),
        if wrong.is_empty() { Cell::Nothing } else { Cell::List(wrong) },
    ]
}

async fn confirm(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::confirm(&app, &who, &form.command(acting), shell.locale, id).await?;
    Ok(done(&format!("/imports/{id}"), "flash-import-done"))
}

async fn discard(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let home = actions::show(&app, &who, shell.locale, id).await?.what.home();
    actions::discard(&app, &who, &form.command(acting), id).await?;
    Ok(done(&home, "flash-import-discarded"))
}
