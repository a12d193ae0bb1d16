//! The activation page: the office chooses a package, reads in plain words what it asks for, and grants all or less of it.

use super::actions::{self, Chosen};
use super::model::REPORT_LENGTH;
use super::queries::find_visible;
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Facts, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::{Access, ActingFor, Caller, Form, Path, Query, Routes};
use crate::plugins::{self, Activation, GrantSheet, PackageFacts, Trust};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use twoway_entity::accounts::Role;
use twoway_entity::projects::project;
use twoway_ids::Uuid;
use twoway_manifest::{Ability, DataClass, Grant};

pub(super) fn routes(routes: Routes) -> Routes {
    const OFFICE: Access = Access::AnyOf(&[Role::LeadOffice]);
    routes.page(Method::GET, "/projects/{id}/plugin", OFFICE, form_page).page(
        Method::POST,
        "/projects/{id}/plugin",
        OFFICE,
        activate,
    )
}

#[derive(Template)]
#[template(path = "projects/plugin.html")]
struct PluginHtml {
    shell: Shell,
    /// The packages there are; none once one was chosen.
    choose: Option<Table>,
    sheet: Option<Sheet>,
    form: FormView,
}

struct Sheet {
    title: String,
    summary: String,
    facts: Facts,
    minors: bool,
    data: Table,
    abilities: Table,
    limits: Facts,
}

#[derive(Deserialize)]
struct Choice {
    digest: Option<String>,
}

/// Abilities that every plugin has, whatever is granted.
const ALWAYS: [Ability; 2] = [Ability::Log, Ability::Records];

async fn form_page(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    Query(choice): Query<Choice>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let row = open(&app, &who, id).await?;
    let shell = titled(shell, &row);
    let Some(digest) = choice.digest else {
        let packages = plugins::offered(app.db.read(), who.tenant).await?;
        let choose = Some(packages_table(shell.locale, id, &packages));
        return Ok(Page::new(PluginHtml { shell, choose, sheet: None, form: FormView::default() }).into_response());
    };
    let sheet = plugins::grant_sheet(&app, &digest).await?;
    let form = form_view(&app, shell.locale, &row, &sheet, None).await?;
    let sheet = Some(sheet_view(shell.locale, &sheet));
    Ok(Page::new(PluginHtml { shell, choose: None, sheet, form }).into_response())
}

/// The project, while it may still get a plugin from this reader.
async fn open(app: &App, who: &Who, id: Uuid) -> Result<project::Model, Refusal> {
    let row = find_visible(app.db.read(), who, id).await?.row;
    if !who.holds_over(&[Role::LeadOffice], &row.path) {
        return Err(Refusal::NotAllowed);
    }
    if plugins::pinned(app.db.read(), who.tenant, id).await?.is_some() {
        return Err(Refusal::rule("plugin-already-pinned"));
    }
    Ok(row)
}

fn titled(shell: Shell, row: &project::Model) -> Shell {
    let (projects, title) = (shell.t("nav-projects"), shell.t("activation-title"));
    shell.crumb(projects, "/projects").crumb(row.title.clone(), format!("/projects/{}", row.id)).titled(title)
}

fn packages_table(l: Locale, project: Uuid, packages: &[PackageFacts]) -> Table {
    let mut table = Table::new(
        l.t("activation-choose"),
        ["title", "summary", "version", "trust", "do"].map(|c| Column::new(l.t(&format!("plugin-{c}")))).into(),
        EmptyState::new("folder", l.t("activation-empty"), l.t("activation-empty-text")),
    );
    for package in packages {
        let address = format!("/projects/{project}/plugin?digest={}", package.digest);
        table.row(vec![
            Cell::link(package.manifest.title.get(l.as_str()), &*address),
            Cell::text(package.manifest.summary.get(l.as_str())),
            Cell::text(package.manifest.version.to_string()),
            Cell::State(trust(l, package.trust)),
            Cell::Buttons(vec![ActionButton::link(l.t("activation-look"), &*address)]),
        ]);
    }
    table
}

fn trust(l: Locale, trust: Trust) -> StateBadge {
    let (word, tone) = match trust {
        Trust::Bundled => ("bundled", Tone::Good),
        Trust::Trusted => ("trusted", Tone::Good),
        Trust::UnknownKey => ("unknown-key", Tone::Attention),
        Trust::Unsigned => ("unsigned", Tone::Bad),
    };
    StateBadge::new(l.t(&format!("trust-{word}")), tone)
}

fn sheet_view(l: Locale, sheet: &GrantSheet) -> Sheet {
    let of = |words: &twoway_manifest::Localized| words.get(l.as_str()).to_string();
    let mut data = Table::new(
        l.t("grant-data"),
        ["class", "reason", "retention"].map(|c| Column::new(l.t(&format!("grant-{c}")))).into(),
        EmptyState::new("folder", l.t("grant-data-empty"), ""),
    );
    for asked in &sheet.data {
        let class = l.t(&format!("class-{}", asked.class.as_str().to_lowercase()));
        data.row(vec![
            Cell::Text(class),
            Cell::Text(of(&asked.reason)),
            Cell::Text(l.t1("grant-days", "n", asked.retention_days)),
        ]);
    }
    let mut abilities = Table::new(
        l.t("grant-abilities"),
        ["ability", "purpose"].map(|c| Column::new(l.t(&format!("grant-{c}")))).into(),
        EmptyState::new("folder", l.t("grant-abilities-empty"), ""),
    );
    for asked in &sheet.abilities {
        abilities
            .row(vec![Cell::Text(l.t(&format!("ability-{}", asked.ability.as_str()))), Cell::Text(of(&asked.purpose))]);
    }
    let limits = &sheet.limits;
    let bound = |key: &str, n: u32| {
        (l.t(&format!("grant-limit-{key}")), Cell::Text(l.t1(&format!("grant-limit-{key}-is"), "n", n)))
    };
    let limits = [
        bound("memory", limits.memory_mib),
        bound("fuel", limits.fuel_millions),
        bound("deadline", limits.deadline_ms),
        bound("writes", limits.writes),
        bound("calls", limits.host_calls),
    ];
    Sheet {
        title: of(&sheet.title),
        summary: of(&sheet.summary),
        facts: Facts::new()
            .fact(l.t("plugin-version"), Cell::text(&sheet.version))
            .fact(l.t("plugin-digest"), Cell::text(&sheet.digest))
            .fact(l.t("plugin-license"), Cell::text(&sheet.license))
            .fact(l.t("plugin-trust"), Cell::State(trust(l, sheet.trust))),
        minors: sheet.asks_minors_data,
        data,
        abilities,
        limits: limits.into_iter().fold(Facts::new(), |facts, (label, value)| facts.fact(label, value)),
    }
}

/// The settings as the plugin describes them, then what is granted, the assessment and the box to tick. The page's own fields
/// begin with `_`, so that no setting can have their names.
async fn form_view(
    app: &App,
    l: Locale,
    row: &project::Model,
    sheet: &GrantSheet,
    posted: Option<&Form>,
) -> Result<FormView, Refusal> {
    let loaded = app.plugins.load(app, &sheet.digest).await?;
    let words = FieldWords::plugin(&loaded.texts, l, "setting");
    let given = posted.map_or_else(|| serde_json::json!({}), |form| answers(&sheet.settings, &form.0));
    let mut view = FormView::new(format!("/projects/{}/plugin", row.id), &sheet.settings, &words, &given, &[]);
    let ticked = |name: &str, value: &str| posted.is_none_or(|form| has(form, name, value));
    let mut checks = |name: &str, label: String, help: String, options: Vec<(String, String)>| {
        if options.is_empty() {
            return;
        }
        let mut field = FormField::plain(name, label, Control::Checks);
        field.help = Some(help);
        field.options = options
            .into_iter()
            .map(|(value, label)| OptionView { selected: ticked(name, &value), value, label })
            .collect();
        view.fields.push(field);
    };
    let classes = sheet.full.classes.iter().map(|c| c.as_str());
    let classes = classes.map(|c| (c.to_string(), l.t(&format!("class-{}", c.to_lowercase())))).collect();
    checks("_classes", l.t("grant-classes"), l.t("grant-classes-help"), classes);
    let abilities = sheet.full.abilities.iter().filter(|a| !ALWAYS.contains(a)).map(|a| a.as_str());
    let abilities = abilities.map(|a| (a.to_string(), l.t(&format!("ability-{a}")))).collect();
    checks("_abilities", l.t("grant-abilities"), l.t("grant-abilities-help"), abilities);
    if sheet.full.classes.iter().any(|class| class.is_sealed()) {
        let mut assessment = FormField::plain("_assessment", l.t("grant-assessment"), Control::Text);
        assessment.help = Some(l.t("grant-assessment-help"));
        assessment.required = true;
        assessment.max_length = Some(REPORT_LENGTH);
        assessment.value = posted.map(|form| form.text("_assessment").to_string()).unwrap_or_default();
        view.fields.push(assessment);
    }
    let mut tick = |name: &str, label: String| {
        let mut field = FormField::plain(name, label, Control::Checkbox);
        field.value = posted.map(|form| form.text(name).to_string()).unwrap_or_default();
        view.fields.push(field);
    };
    if sheet.asks_minors_data {
        tick("_minors", l.t("grant-minors-confirm"));
    }
    tick("_confirmed", l.t1("grant-confirm", "version", &sheet.version));
    Ok(view
        .with("_version", row.version)
        .with("_digest", &sheet.digest)
        .submit(l.t("activation-do"))
        .cancel(l.t("cancel"), format!("/projects/{}/plugin", row.id)))
}

fn has(form: &Form, name: &str, value: &str) -> bool {
    form.0.iter().any(|(key, given)| key == name && given == value)
}

fn chosen(form: &Form, sheet: &GrantSheet, settings: Value) -> Chosen {
    let abilities = sheet.full.abilities.iter().copied();
    let grant = Grant {
        abilities: abilities.filter(|a| ALWAYS.contains(a) || has(form, "_abilities", a.as_str())).collect(),
        classes: DataClass::ALL
            .into_iter()
            .filter(|c| sheet.full.classes.contains(c) && has(form, "_classes", c.as_str()))
            .collect(),
    };
    Chosen {
        activation: Activation {
            digest: sheet.digest.clone(),
            settings,
            grant,
            minors_data_confirmed: form.text("_minors") == "true",
        },
        assessment: form.text("_assessment").to_string(),
        confirmed: form.text("_confirmed") == "true",
    }
}

async fn activate(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let sheet = plugins::grant_sheet(&app, form.text("_digest")).await?;
    let settings = answers(&sheet.settings, &form.0);
    match actions::activate(&app, &who, &form.command(acting), id, chosen(&form, &sheet, settings)).await {
        Ok(_) => Ok(done(&format!("/projects/{id}"), "flash-plugin-activated").into_response()),
        Err(refusal) => {
            let row = open(&app, &who, id).await?;
            let mut view = form_view(&app, shell.locale, &row, &sheet, Some(&form)).await?;
            form_errors(&mut view, shell.locale, refusal)?;
            let sheet = Some(sheet_view(shell.locale, &sheet));
            let page = PluginHtml { shell: titled(shell, &row), choose: None, sheet, form: view };
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
