use super::api::{READERS, SUPERVISOR};
use super::{Phase, Settings, load, reads_word};
use crate::calls::api::OFFICE;
use crate::http::components::exact;
use crate::http::form_view::{Control, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::FormPage;
use crate::http::{ActingFor, Caller, Form, Path, Routes};
use crate::reviews::pages::{office_call, under};
use crate::{App, Refusal, Who};
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use twoway_entity::calls::call;
use twoway_entity::reviews::Reads;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldError, FieldProblem, FieldType};

/// Phases that the page offers; the API takes more.
const OFFERED: usize = 4;

pub fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/office/calls/{id}/review-settings", READERS, form)
        .page(Method::POST, "/office/calls/{id}/review-settings", OFFICE, save)
        .page(Method::GET, "/office/calls/{id}/supervise", SUPERVISOR, presence_form)
        .page(Method::POST, "/office/calls/{id}/supervise", SUPERVISOR, supervise)
}

/// What stands in the boxes: as it was stored, or as it was typed.
fn boxes(settings: &Settings) -> Vec<(String, String)> {
    let yes = |on: bool| if on { "true" } else { "" }.to_string();
    let mut boxes = vec![
        ("hidden".to_string(), mask_word(settings).to_string()),
        ("vetoes".into(), settings.vetoes.to_string()),
        ("shortest_reason".into(), settings.shortest_reason.to_string()),
        ("budget".into(), settings.budget.map(|n| n.to_string()).unwrap_or_default()),
        ("supervised".into(), yes(settings.supervised)),
    ];
    for (n, phase) in settings.phases.iter().enumerate() {
        boxes.push((format!("title_{n}"), phase.title.clone()));
        boxes.push((format!("from_{n}"), exact(phase.starts_at).replace(' ', "T")));
        boxes.push((format!("until_{n}"), exact(phase.ends_at).replace(' ', "T")));
        boxes.push((format!("scores_{n}"), yes(phase.scores)));
        boxes.push((format!("reads_{n}"), reads_word(phase.reads)));
        boxes.push((format!("discusses_{n}"), yes(phase.discusses)));
    }
    boxes
}

const MASKS: [(&str, bool, bool); 4] =
    [("none", false, false), ("reviewers", false, true), ("proposer", true, false), ("both", true, true)];

fn mask_word(settings: &Settings) -> &'static str {
    let found = MASKS.iter().find(|(_, p, r)| (*p, *r) == (settings.hide_proposer, settings.hide_reviewers));
    found.map_or("both", |(word, _, _)| word)
}

fn page(shell: Shell, call: &call::Model, version: &str, boxes: &[(String, String)]) -> FormPage {
    let value = |name: &str| boxes.iter().find(|(key, _)| key == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let select = |name: String, label: String, words: &[(&str, &str)]| {
        let mut field = FormField::plain(&name, label, Control::Select);
        let chosen = value(&name);
        field.options = words
            .iter()
            .map(|(v, key)| OptionView { value: (*v).into(), label: shell.t(key), selected: chosen == *v })
            .collect();
        field
    };
    let masks =
        [("none", "mask-none"), ("reviewers", "mask-reviewers"), ("proposer", "mask-proposer"), ("both", "mask-both")];
    let mut hidden = select("hidden".into(), shell.t("mask"), &masks);
    hidden.help = Some(shell.t("mask-help"));
    hidden.required = true;
    let mut fields = vec![hidden];
    for (name, min, max) in [("vetoes", 1, 15), ("shortest_reason", 10, 500), ("budget", 1, 10_000_000_000)] {
        let key = format!("field-review-{}", name.replace('_', "-"));
        let mut field = FormField::plain(name, shell.t(&key), Control::Number);
        field.help = Some(shell.t(&format!("{key}-help")));
        field.value = value(name);
        (field.min, field.max, field.required) = (Some(min), Some(max), name != "budget");
        fields.push(field);
    }
    let mut supervised = FormField::plain("supervised", shell.t("field-review-supervised"), Control::Checkbox);
    supervised.value = value("supervised");
    fields.push(supervised);
    for n in 0..OFFERED {
        let label = |key: &str| shell.t2("phase-field", "n", n + 1, "label", shell.t(key));
        let plain = |name: &str, key: &str, control| {
            let mut field = FormField::plain(&format!("{name}_{n}"), label(key), control);
            field.value = value(&field.name);
            field
        };
        let mut title = plain("title", "phase-title", Control::Line);
        title.help = Some(shell.t("phase-title-help"));
        let reads = [("never", "phase-never"), ("after-own", "phase-after-own"), ("always", "phase-always")];
        fields.extend([
            title,
            plain("from", "phase-from", Control::DateTime),
            plain("until", "phase-until", Control::DateTime),
            plain("scores", "phase-scores", Control::Checkbox),
            select(format!("reads_{n}"), label("phase-reads"), &reads),
            plain("discusses", "phase-discusses", Control::Checkbox),
        ]);
    }
    let (heading, lead) = (shell.t("review-settings"), shell.t("review-settings-lead"));
    let base = format!("/office/calls/{}", call.id);
    let form = FormView::plain(format!("{base}/review-settings"), fields)
        .with("_version", version)
        .submit(shell.t("review-settings-save"))
        .cancel(shell.t("leave-form"), base);
    FormPage { shell: under(shell, call, &heading), heading, lead, form }
}

async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let settings = load(app.db.read(), who.tenant, id).await?;
    Ok(Page::new(page(shell, &call, &call.version.to_string(), &boxes(&settings))))
}

fn typed(form: &Form, before: Settings) -> Result<Settings, Refusal> {
    let mut errors = Vec::new();
    let mut number = |name: &str, empty: Option<i64>| match (form.text(name), empty) {
        ("", Some(empty)) => empty,
        (text, _) => text.parse().unwrap_or_else(|_| {
            let problem = if text.is_empty() { FieldProblem::Missing } else { FieldProblem::WrongType };
            errors.push(FieldError { field: name.into(), problem });
            0
        }),
    };
    let int = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
    let (vetoes, shortest_reason) = (int(number("vetoes", None)), int(number("shortest_reason", None)));
    let budget = match form.text("budget") {
        "" => None,
        _ => Some(number("budget", None)),
    };
    let mask = MASKS.iter().find(|(word, _, _)| *word == form.text("hidden"));
    if mask.is_none() {
        errors.push(FieldError { field: "hidden".into(), problem: FieldProblem::NotAnOption });
    }
    let mut phases = Vec::new();
    for n in 0..OFFERED {
        let at = |name: &str| {
            let key = format!("{name}_{n}");
            answers(&[Field::new(&key, FieldType::Instant)], &[(key.clone(), form.text(&key).to_string())])[&key]
                .as_i64()
        };
        if ["title", "from", "until"].iter().all(|name| form.text(&format!("{name}_{n}")).is_empty()) {
            continue;
        }
        let (starts, ends) = (at("from"), at("until"));
        for (name, at) in [("from", starts), ("until", ends)] {
            if at.is_none() {
                errors.push(FieldError { field: format!("{name}_{n}"), problem: FieldProblem::Missing });
            }
        }
        phases.push(Phase {
            title: form.text(&format!("title_{n}")).to_string(),
            starts_at: starts.unwrap_or(0),
            ends_at: ends.unwrap_or(1),
            scores: form.text(&format!("scores_{n}")) == "true",
            reads: match form.text(&format!("reads_{n}")) {
                "after-own" => Reads::AfterOwn,
                "always" => Reads::Always,
                _ => Reads::Never,
            },
            discusses: form.text(&format!("discusses_{n}")) == "true",
        });
    }
    // What the page does not show stays as it is.
    phases.extend(before.phases.into_iter().skip(OFFERED));
    let settings = Settings {
        hide_proposer: mask.is_some_and(|(_, proposer, _)| *proposer),
        hide_reviewers: mask.is_some_and(|(_, _, reviewers)| *reviewers),
        vetoes,
        shortest_reason,
        budget,
        supervised: form.text("supervised") == "true",
        phases,
    };
    if errors.is_empty() { Ok(settings) } else { Err(Refusal::Invalid(errors)) }
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = office_call(&app, &who, id).await?;
    let before = load(app.db.read(), who.tenant, id).await?;
    let saved = match typed(&form, before) {
        Ok(settings) => super::save(&app, &who, &form.command(acting), id, settings).await,
        Err(refusal) => Err(refusal),
    };
    let refusal = match saved {
        Ok(_) => return Ok(done(&format!("/office/calls/{id}"), "flash-saved").into_response()),
        Err(Refusal::Invalid(mut errors)) => {
            // `phases[1].title` is the box `title_1`, its end the box `until_1`.
            for error in &mut errors {
                let part = error.field.strip_prefix("phases[").and_then(|rest| rest.split_once("]."));
                if let Some((n, part)) = part {
                    error.field = format!("{}_{n}", if part == "ends_at" { "until" } else { part });
                }
            }
            Refusal::Invalid(errors)
        }
        Err(refusal) => refusal,
    };
    let mut page = page(shell, &call, form.text("_version"), &form.0);
    form_errors(&mut page.form, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

async fn presence_page(app: &App, who: &Who, shell: Shell, id: Uuid, note: &str) -> Result<FormPage, Refusal> {
    let call = office_call(app, who, id).await?;
    let mut field = FormField::plain("note", shell.t("supervise-note"), Control::Text);
    field.help = Some(shell.t("supervise-note-help"));
    field.value = note.to_string();
    (field.required, field.max_length) = (true, Some(1_000));
    let (heading, lead) = (shell.t("supervise"), shell.t("supervise-lead"));
    let back = format!("/office/calls/{id}/deliberation");
    let form = FormView::plain(format!("/office/calls/{id}/supervise"), vec![field])
        .with("_version", call.version)
        .submit(shell.t("supervise"))
        .cancel(shell.t("leave-form"), back);
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

async fn presence_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(presence_page(&app, &who, shell, id, "").await?))
}

async fn supervise(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match super::supervise(&app, &who, &form.command(acting), id, form.text("note")).await {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/deliberation"), "flash-supervised").into_response()),
        Err(refusal) => {
            let mut page = presence_page(&app, &who, shell, id, form.text("note")).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
