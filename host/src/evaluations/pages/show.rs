use super::forms::{answers_view, invite_view, return_view, score_view};
use super::tone;
use crate::evaluations::indicators;
use crate::evaluations::model::{Graded, Indicator, stored_indicators};
use crate::evaluations::notice as in_notice;
use crate::evaluations::queries::{Seen, Sight, find_visible};
use crate::evaluations::state::{EvaluationState, TOLD};
use crate::evaluations::words::{self, Words};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, HistoryList, Moment, NextStep, StateBadge, Stepper, Table,
    Tone,
};
use crate::http::form_view::FormView;
use crate::http::page::{Page, Shell};
use crate::http::texts::Locale;
use crate::http::usual;
use crate::http::{Caller, Form, Path};
use crate::{App, Refusal, Who, audit, projects};
use askama::Template;
use axum::extract::State;
use sea_orm::{ActiveEnum, EntityTrait};
use std::collections::BTreeMap;
use twoway_entity::accounts::{Role, account};
use twoway_entity::evaluations::notice;
use twoway_ids::Uuid;

#[derive(Template)]
#[template(path = "evaluations/show.html")]
pub(super) struct ShowHtml {
    shell: Shell,
    title: String,
    badge: StateBadge,
    stepper: Stepper,
    next: NextStep,
    figures: Table,
    /// Anchor, heading, hint and the form itself.
    pub(super) forms: Vec<(&'static str, String, String, FormView)>,
    facts: Facts,
    statement: String,
    answers: Option<Table>,
    conclusion: String,
    grades: Option<Table>,
    report: Option<String>,
    history: HistoryList,
}

/// What the page has read.
pub(super) struct Read {
    pub(super) seen: Seen,
    /// Of now before the self-evaluation, frozen after it.
    pub(super) indicators: Vec<Indicator>,
    office: bool,
    leads: bool,
    evaluates: bool,
    notice: Option<notice::Model>,
    /// An objection to the result is being handled.
    objected: bool,
}

pub(super) async fn read(app: &App, who: &Who, id: Uuid) -> Result<Read, Refusal> {
    let seen = find_visible(app.db.read(), who, id).await?;
    let indicators = match seen.row.state {
        EvaluationState::Planned => indicators::compute(app, who, &seen.project).await?,
        _ => stored_indicators(&seen.row.indicators)?,
    };
    Ok(Read {
        indicators,
        office: who.holds_over(&[Role::LeadOffice], &seen.row.path),
        leads: projects::queries::leads(who, &seen.project),
        evaluates: who.account().is_some() && who.account() == seen.row.evaluator_id,
        notice: in_notice::of(app.db.read(), who.tenant, id).await?,
        objected: seen.row.state == EvaluationState::InNotice
            && in_notice::is_objected(app.db.read(), who.tenant, id).await?,
        seen,
    })
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<ShowHtml>, Refusal> {
    let read = read(&app, &who, id).await?;
    Ok(Page::new(page(&app, &who, read, shell, &Form(Vec::new())).await?))
}

pub(super) async fn page(app: &App, who: &Who, read: Read, shell: Shell, typed: &Form) -> Result<ShowHtml, Refusal> {
    let l = shell.locale;
    let words = Words::of(app, l, &read.indicators).await?;
    let row = &read.seen.row;
    let told = read.seen.sight > Sight::Team || TOLD.contains(&row.state);
    let mut forms = Vec::new();
    let mut form = |anchor: &'static str, view: FormView| {
        forms.push((anchor, l.t(&format!("evaluation-{anchor}")), l.t(&format!("evaluation-{anchor}-hint")), view));
    };
    match row.state {
        EvaluationState::Planned if read.leads => form("self-evaluate", answers_view(&read, &words, l, typed)),
        EvaluationState::SelfEvaluated if read.evaluates => form("score", score_view(&read, &words, l, typed)),
        EvaluationState::Scored if read.office => form("return", return_view(&read, l, typed)),
        _ => {}
    }
    if read.office && matches!(row.state, EvaluationState::Planned | EvaluationState::SelfEvaluated) {
        form("invite", invite_view(app, who, &read, l).await?);
    }
    let evaluator = match row.evaluator_id.filter(|_| read.seen.sight > Sight::Team) {
        Some(id) => account::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?.map(|a| a.name),
        None => None,
    };
    let project = &read.seen.project;
    let events = audit::history(app.db.read(), who.tenant, "evaluation", row.id, 50).await?;
    Ok(ShowHtml {
        title: l.t1("evaluation-title", "project", &project.title),
        badge: StateBadge::of(l, "evaluation", &row.state.to_value(), tone(row.state)),
        stepper: stepper(l, row.state),
        next: next(app, l, &read),
        figures: figures(l, &words, &read.indicators),
        facts: facts(l, &read, evaluator, told),
        statement: row.statement.clone(),
        answers: answers(l, &words, &read)?,
        conclusion: row.conclusion.clone(),
        grades: if told { grades(l, &words, &read)? } else { None },
        report: project.final_report.clone(),
        history: usual::history(&shell, "evaluation", events, app.now()),
        forms,
        shell: shell.crumb(l.t("nav-evaluations"), "/evaluations").titled(project.title.clone()),
    })
}

fn stepper(l: Locale, state: EvaluationState) -> Stepper {
    let place = match state {
        EvaluationState::Planned => 0,
        EvaluationState::SelfEvaluated => 1,
        EvaluationState::Scored => 2,
        EvaluationState::InNotice => 3,
        EvaluationState::Final => 5,
    };
    Stepper::linear(
        ["planned", "self-evaluated", "scored", "in-notice", "final"].map(|s| l.t(&format!("state-evaluation-{s}"))),
        place,
    )
}

fn next(app: &App, l: Locale, read: &Read) -> NextStep {
    let row = &read.seen.row;
    let last_word = read.office && !read.evaluates && !read.leads;
    let ends_at = read.notice.as_ref().map(|notice| notice.ends_at);
    let jump = |verb: &str| ActionButton::link(l.t(&format!("evaluation-{verb}")), format!("#{verb}")).primary();
    let (tone, key, buttons) = match row.state {
        EvaluationState::Planned if read.leads => (Tone::Active, "self-evaluate", vec![jump("self-evaluate")]),
        EvaluationState::Planned | EvaluationState::SelfEvaluated if read.office && row.evaluator_id.is_none() => {
            (Tone::Active, "invite", vec![jump("invite")])
        }
        EvaluationState::Planned => (Tone::Attention, "planned", vec![]),
        EvaluationState::SelfEvaluated if read.evaluates => (Tone::Active, "score", vec![jump("score")]),
        EvaluationState::SelfEvaluated => (Tone::Attention, "self-evaluated", vec![]),
        EvaluationState::Scored if last_word => {
            let button = ActionButton::post(l.t("evaluation-announce"), format!("/evaluations/{}/announce", row.id))
                .primary()
                .with("_version", row.version)
                .confirm(Confirm {
                    title: l.t("evaluation-announce-confirm"),
                    text: l.t("evaluation-announce-text"),
                    points: vec![l.t("evaluation-announce-public"), l.t("evaluation-announce-objections")],
                    ok: l.t("evaluation-announce"),
                });
            (Tone::Active, "announce", vec![button])
        }
        EvaluationState::InNotice if read.objected => (Tone::Attention, "objected", vec![]),
        EvaluationState::InNotice if ends_at.is_some_and(|ends| app.now() < ends) => {
            (Tone::Attention, "in-notice", vec![])
        }
        EvaluationState::InNotice if last_word => {
            let button = ActionButton::post(l.t("evaluation-finalize"), format!("/evaluations/{}/final", row.id))
                .primary()
                .with("_version", row.version)
                .confirm(Confirm {
                    title: l.t("evaluation-finalize-confirm"),
                    text: l.t("evaluation-finalize-text"),
                    points: vec![l.t("evaluation-finalize-public"), l.t("evaluation-finalize-project")],
                    ok: l.t("evaluation-finalize"),
                });
            (Tone::Active, "finalize", vec![button])
        }
        EvaluationState::Scored => (Tone::Attention, "scored", vec![]),
        EvaluationState::InNotice => (Tone::Attention, "notice-over", vec![]),
        EvaluationState::Final => {
            let page = ActionButton::link(l.t("project-public-page"), format!("/p/{}", row.project_id));
            (Tone::Good, "final", vec![page])
        }
    };
    NextStep {
        tone,
        heading: l.t(&format!("evaluation-next-{key}")),
        text: l.t(&format!("evaluation-next-{key}-text")),
        // The notice ends at midnight: the last day is the one before.
        due: row
            .due_at
            .or(ends_at.map(|ends| ends - 1).filter(|_| row.state == EvaluationState::InNotice))
            .map(|due| Moment::due(l, due, app.now(), None)),
        buttons,
    }
}

/// The figures with how they were computed.
pub(super) fn figures(l: Locale, words: &Words, indicators: &[Indicator]) -> Table {
    let columns = [("title", false), ("value", true), ("target", true), ("sample", true), ("formula", false)];
    let mut table = Table::new(
        l.t("evaluation-figures"),
        columns.map(|(c, numeric)| Column { numeric, ..Column::new(l.t(&format!("indicator-column-{c}"))) }).into(),
        EmptyState::new("folder", l.t("evaluation-figures-empty"), ""),
    );
    for i in indicators {
        table.row(vec![
            Cell::Text(words.title(i)),
            if i.sample == 0 { Cell::Text(l.t("indicator-no-sample")) } else { Cell::Number(words.value(i)) },
            words.target(i).map_or(Cell::Nothing, Cell::Number),
            Cell::number(i.sample),
            Cell::Text(words.formula(i)),
        ]);
    }
    table
}

fn facts(l: Locale, read: &Read, evaluator: Option<String>, told: bool) -> Facts {
    let row = &read.seen.row;
    let facts = Facts::new()
        .fact(l.t("evaluation-column-project"), Cell::link(&read.seen.project.title, format!("/p/{}", row.project_id)));
    let facts = match read.seen.sight {
        Sight::Team => facts,
        _ => facts.fact(l.t("evaluation-evaluator"), evaluator.map_or(Cell::Nothing, Cell::Text)),
    };
    match row.grade.filter(|_| told) {
        Some(grade) => facts.fact(l.t("evaluation-grade"), Cell::Text(words::grade(l, grade))),
        None => facts,
    }
}

fn answers(l: Locale, words: &Words, read: &Read) -> Result<Option<Table>, Refusal> {
    if read.seen.row.state == EvaluationState::Planned {
        return Ok(None);
    }
    let given: BTreeMap<String, String> = serde_json::from_value(read.seen.row.answers.clone())?;
    let mut table = Table::new(
        l.t("evaluation-answers"),
        ["title", "answer"].map(|c| Column::new(l.t(&format!("indicator-column-{c}")))).into(),
        EmptyState::new("folder", l.t("evaluation-figures-empty"), ""),
    );
    for i in &read.indicators {
        table.row(vec![Cell::Text(words.title(i)), given.get(&i.key).map_or(Cell::Nothing, Cell::text)]);
    }
    Ok(Some(table))
}

fn grades(l: Locale, words: &Words, read: &Read) -> Result<Option<Table>, Refusal> {
    if read.seen.row.grade.is_none() {
        return Ok(None);
    }
    let given: BTreeMap<String, Graded> = serde_json::from_value(read.seen.row.grades.clone())?;
    let mut table = Table::new(
        l.t("evaluation-grades"),
        ["title", "grade", "reason"].map(|c| Column::new(l.t(&format!("indicator-column-{c}")))).into(),
        EmptyState::new("folder", l.t("evaluation-figures-empty"), ""),
    );
    for i in &read.indicators {
        let graded = given.get(&i.key);
        table.row(vec![
            Cell::Text(words.title(i)),
            graded.map_or(Cell::Nothing, |g| Cell::Text(words::grade(l, g.grade))),
            graded.map_or(Cell::Nothing, |g| Cell::text(&g.reason)),
        ]);
    }
    Ok(Some(table))
}
