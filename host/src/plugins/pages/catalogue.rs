use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, Look, Moment, StateBadge, Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::{ActingFor, Caller, Form, Parts, Path};
use crate::lifecycle::Command;
use crate::plugins::{GrantSheet, PackageFacts, Trust, grant_sheet, intake, packages, queries};
use crate::{App, Refusal};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use twoway_manifest::FieldProblem;

#[derive(Template)]
#[template(path = "plugins/catalogue.html")]
struct CatalogueHtml {
    shell: Shell,
    heading: String,
    table: Table,
    upload: FormView,
}

fn trust_badge(locale: Locale, package: &PackageFacts) -> StateBadge {
    if package.withdrawn_at.is_some() {
        return StateBadge::new(locale.t("plugin-withdrawn"), Tone::Neutral);
    }
    let (key, tone) = match package.trust {
        Trust::Bundled => ("plugin-trust-bundled", Tone::Good),
        Trust::Trusted => ("plugin-trust-trusted", Tone::Good),
        Trust::UnknownKey => ("plugin-trust-unknown-key", Tone::Attention),
        Trust::Unsigned => ("plugin-trust-unsigned", Tone::Attention),
    };
    StateBadge::new(locale.t(key), tone)
}

fn upload_form(shell: &Shell) -> FormView {
    let mut file = FormField::plain("file", shell.t("plugin-upload-file"), Control::File);
    file.help = Some(shell.t("plugin-upload-help"));
    file.required = true;
    FormView::plain("/office/plugins", vec![file]).submit(shell.t("plugin-upload"))
}

async fn page(app: &App, shell: Shell, failed: Option<Refusal>) -> Result<CatalogueHtml, Refusal> {
    let locale = shell.locale;
    let health = queries::health(app).await?;
    let labels = ["name", "version", "trust", "projects", "calls", "failures"];
    let columns = labels.map(|l| {
        let column = Column::new(shell.t(&format!("plugin-column-{l}")));
        if matches!(l, "projects" | "calls" | "failures") { column.numeric() } else { column }
    });
    let empty = EmptyState::new("folder", shell.t("plugin-none"), shell.t("plugin-none-text"));
    let heading = shell.t("plugin-catalogue");
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    for package in packages::all(app.db.read(), app.tenant).await? {
        let health = health.get(&package.digest).copied().unwrap_or_default();
        table.row(vec![
            Cell::link(package.manifest.title.get(locale.as_str()), format!("/office/plugins/{}", package.digest)),
            Cell::text(package.manifest.version.to_string()),
            Cell::State(trust_badge(locale, &package)),
            Cell::number(health.projects),
            Cell::number(health.calls),
            Cell::number(health.failed),
        ]);
    }
    let mut upload = upload_form(&shell);
    if let Some(refusal) = failed {
        form_errors(&mut upload, locale, refusal)?;
    }
    Ok(CatalogueHtml { shell: shell.titled(&heading), heading, table, upload })
}

pub(super) async fn list(State(app): State<App>, shell: Shell) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, shell, None).await?))
}

pub(super) async fn upload(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Parts(parts): Parts,
) -> Result<Response, Refusal> {
    let taken = match file(parts).await {
        Ok(file) => intake::upload(&app, &who, &Command::default(), file).await,
        Err(refusal) => Err(refusal),
    };
    match taken {
        Ok(digest) => Ok(done(&format!("/office/plugins/{digest}"), "flash-plugin-added").into_response()),
        Err(refusal) => {
            let page = page(&app, shell, Some(refusal)).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn file(mut parts: Multipart) -> Result<Vec<u8>, Refusal> {
    let unreadable = |_| Refusal::BadRequest("the upload cannot be read".into());
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        if part.name() == Some("file") {
            let bytes = part.bytes().await.map_err(|_| Refusal::TooLarge { limit: intake::MAX_PACKAGE })?;
            if !bytes.is_empty() {
                return Ok(bytes.to_vec());
            }
        }
    }
    Err(Refusal::field("file", FieldProblem::Missing))
}

#[derive(Template)]
#[template(path = "plugins/package.html")]
struct PackageHtml {
    shell: Shell,
    title: String,
    summary: String,
    trust: StateBadge,
    facts: Facts,
    abilities: Facts,
    data: Facts,
    limits: Facts,
    health: Facts,
    troubles: Table,
    readme: String,
    offer: ActionButton,
}

pub(super) async fn show(
    State(app): State<App>,
    shell: Shell,
    Path(digest): Path<String>,
) -> Result<Page<impl Template>, Refusal> {
    let package = packages::package(app.db.read(), app.tenant, &digest).await?;
    let sheet = grant_sheet(&app, &digest).await?;
    let health = queries::health(&app).await?.get(&digest).copied().unwrap_or_default();
    let locale = shell.locale;
    let title = sheet.title.get(locale.as_str()).to_string();
    let facts = Facts::new()
        .fact(shell.t("plugin-column-version"), Cell::text(sheet.version.as_str()))
        .fact(shell.t("plugin-license"), Cell::text(sheet.license.as_str()))
        .fact(shell.t("plugin-added"), Cell::When(Moment::exactly(package.added_at)))
        .fact(shell.t("plugin-column-projects"), Cell::number(health.projects))
        .fact(shell.t("plugin-digest"), Cell::text(&digest[..digest.len().min(16)]));
    let figures = Facts::new()
        .fact(shell.t("plugin-health-calls"), Cell::number(health.calls))
        .fact(shell.t("plugin-health-refused"), Cell::number(health.refused))
        .fact(shell.t("plugin-health-failed"), Cell::number(health.failed))
        .fact(shell.t("plugin-health-fuel"), Cell::number(health.average()))
        .fact(shell.t("plugin-health-most"), Cell::number(health.most));
    let catalogue = shell.t("plugin-catalogue");
    Ok(Page::new(PackageHtml {
        summary: sheet.summary.get(locale.as_str()).to_string(),
        trust: trust_badge(locale, &package),
        facts,
        abilities: abilities(&shell, &sheet),
        data: data(&shell, &sheet),
        limits: limits(&shell, &sheet),
        health: figures,
        troubles: troubles(&app, &shell, &digest).await?,
        readme: queries::readme(&app, &digest).await?,
        offer: offer_button(&shell, &package),
        shell: shell.crumb(catalogue, "/office/plugins").titled(&title),
        title,
    }))
}

fn abilities(shell: &Shell, sheet: &GrantSheet) -> Facts {
    sheet.abilities.iter().fold(Facts::new(), |facts, asked| {
        let label = shell.t(&format!("plugin-ability-{}", asked.ability.as_str()));
        facts.fact(label, Cell::text(asked.purpose.get(shell.locale.as_str())))
    })
}

fn data(shell: &Shell, sheet: &GrantSheet) -> Facts {
    sheet.data.iter().fold(Facts::new(), |facts, asked| {
        let class = shell.t(&format!("data-class-{}", asked.class.as_str()));
        let label = shell.t2("plugin-data-line", "class", class, "days", asked.retention_days);
        facts.fact(label, Cell::text(asked.reason.get(shell.locale.as_str())))
    })
}

fn limits(shell: &Shell, sheet: &GrantSheet) -> Facts {
    let limits = &sheet.limits;
    Facts::new()
        .fact(shell.t("plugin-limit-memory"), Cell::text(format!("{} MiB", limits.memory_mib)))
        .fact(shell.t("plugin-limit-time"), Cell::number(limits.deadline_ms))
        .fact(shell.t("plugin-limit-fuel"), Cell::number(limits.fuel_millions))
        .fact(shell.t("plugin-limit-writes"), Cell::number(limits.writes))
        .fact(shell.t("plugin-limit-calls"), Cell::number(limits.host_calls))
}

async fn troubles(app: &App, shell: &Shell, digest: &str) -> Result<Table, Refusal> {
    let keys = ["log-column-when", "log-column-what", "log-column-reason"];
    let empty = EmptyState::new("hands", shell.t("plugin-troubles-none"), "");
    let mut table = Table::new(shell.t("plugin-troubles"), keys.map(|k| Column::new(shell.t(k))).into(), empty);
    for row in queries::failures(app, digest).await? {
        let hook = shell.t(&format!("log-hook-{}", row.hook));
        table.row(vec![
            Cell::When(Moment::exactly(row.at)),
            Cell::text(format!("{hook} · {} · {}", row.name, shell.t1("log-reference", "reference", row.reference))),
            Cell::text(row.failure),
        ]);
    }
    Ok(table)
}

fn offer_button(shell: &Shell, package: &PackageFacts) -> ActionButton {
    let action = format!("/office/plugins/{}/offer", package.digest);
    if package.withdrawn_at.is_some() {
        return ActionButton::post(shell.t("plugin-resume"), action).with("_offered", "true");
    }
    ActionButton::post(shell.t("plugin-stop"), action).with("_offered", "false").look(Look::Danger).confirm(Confirm {
        title: shell.t("plugin-stop-title"),
        text: shell.t("plugin-stop-text"),
        points: Vec::new(),
        ok: shell.t("plugin-stop"),
    })
}

pub(super) async fn offer(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(digest): Path<String>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let offered = form.text("_offered") == "true";
    intake::set_offered(&app, &who, &form.command(acting), &digest, offered).await?;
    Ok(done(&format!("/office/plugins/{digest}"), "flash-plugin-offer"))
}
