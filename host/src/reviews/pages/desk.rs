use super::badge;
use crate::calls::pages::paragraphs;
use crate::calls::{self, LineKind, RubricLine};
use crate::http::components::{ActionButton, NextStep, Pager};
use crate::http::components::{Cell, Column, EmptyState, Facts, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FieldWords, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, address, filters, reason_form};
use crate::http::{ActingFor, Caller, Form, Path, Query, usual};
use crate::proposals::answers_up_to;
use crate::proposals::assisted::{marked, proposer};
use crate::proposals::queries::{files_of, is_masked, masked, masked_file};
use crate::reviews::conflicts::{Conflict, Level};
use crate::reviews::model::{LineScore, Sheet, most_and_worth, points};
use crate::reviews::queries::{self, is_waiting};
use crate::reviews::settings::{self, Settings};
use crate::reviews::state::ReviewState;
use crate::reviews::{actions, rules, voiding};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use sea_orm::EntityTrait;
use serde::Deserialize;
use std::collections::BTreeMap;
use twoway_entity::accounts::Role;
use twoway_entity::calls::call;
use twoway_entity::proposals::proposal;
use twoway_entity::reviews::review;
use twoway_ids::Uuid;
use twoway_manifest::{DataClass, FieldError, FieldProblem};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// `waiting` or `done`; all if left out.
    stage: String,
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Page<ListPage>, Refusal> {
    let mut lines = queries::desk(app.db.read(), &who).await?;
    let columns = vec![
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("proposal-call")),
        Column::new(shell.t("review-state")),
        Column::new(shell.t("review-assigned-at")),
        Column::new(shell.t("review-total")).numeric(),
    ];
    let whole = EmptyState::new("folder", shell.t("reviews-empty"), shell.t("reviews-empty-text"));
    let empty = usual::empty(&shell, !wanted.stage.is_empty(), whole);
    let mut table = Table::new(shell.t("nav-reviews"), columns, empty);
    let waiting = lines.iter().filter(|l| is_waiting(l.review.state)).count();
    let stage = ["waiting", "done"].into_iter().find(|stage| *stage == wanted.stage).unwrap_or_default();
    lines.retain(|line| stage.is_empty() || is_waiting(line.review.state) == (stage == "waiting"));
    let choices = [("", "filter-all"), ("waiting", "reviews-waiting"), ("done", "reviews-done")];
    let choices = choices.map(|(value, word)| (value.to_string(), shell.t(word)));
    let filters = vec![filters(shell.t("review-state"), choices, stage, |s| address("/reviews", &[("stage", s)]))];
    for line in &lines {
        table.row(vec![
            Cell::link(
                marked(shell.locale, &line.proposal.title, line.proposal.entered_by.is_some()),
                format!("/reviews/{}", line.review.id),
            ),
            Cell::text(line.call.title.as_str()),
            Cell::State(badge(&shell, line.review.state)),
            Cell::When(Moment::past(shell.locale, line.review.assigned_at, app.now())),
            line.review.total.map_or(Cell::Nothing, |total| Cell::Number(points(total))),
        ]);
    }
    let (heading, lead) = (shell.t("nav-reviews"), shell.t1("reviews-lead", "n", waiting));
    let keeps = who.account().filter(|_| who.holds(&[Role::Reviewer]));
    let own = keeps.map(|id| ActionButton::link(shell.t("expert-own"), format!("/reviewers/{id}")));
    let round = ActionButton::link(shell.t("round"), "/roadshow");
    let pager = Pager { shown: lines.len(), ..Pager::default() };
    let scorable = lines.iter().filter(|line| {
        line.call.state == calls::CallState::Reviewing
            && matches!(line.review.state, ReviewState::Declared | ReviewState::Scored)
    });
    let of: std::collections::BTreeMap<_, _> = scorable.map(|line| (line.call.id, line.call.title.as_str())).collect();
    let import = |(id, title): (_, _)| {
        ActionButton::link(shell.t1("import-scores-of", "title", title), format!("/calls/{id}/scores/import"))
    };
    let buttons = own.into_iter().chain([round]).chain(of.into_iter().map(import)).collect();
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons, filters, table, pager }))
}

#[derive(Template)]
#[template(path = "reviews/sheet.html")]
struct SheetHtml {
    shell: Shell,
    title: String,
    call: String,
    badge: StateBadge,
    next: NextStep,
    /// Before the declaration only the title and the team are told.
    by: String,
    content: Option<Content>,
    declaration: Option<FormView>,
    scores: Option<FormView>,
    given: Option<Facts>,
    aside: Option<ActionButton>,
    discussion: Option<ActionButton>,
}

struct Content {
    summary: Vec<String>,
    answers: Facts,
    files: Table,
}

struct Loaded {
    row: review::Model,
    proposal: proposal::Model,
    call: call::Model,
    settings: Settings,
}

async fn load(app: &App, who: &Who, id: Uuid) -> Result<Loaded, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, who, id).await?;
    if who.account() != Some(row.reviewer_id) {
        return Err(Refusal::NotFound);
    }
    let proposal =
        proposal::Entity::find_by_id((who.tenant, row.proposal_id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let settings = settings::load(db, who.tenant, row.call_id).await?;
    // Everything that this page shows of the proposal comes from the masked row.
    let proposal = masked(db, proposal, &call, settings.hide_proposer).await?;
    Ok(Loaded { row, proposal, call, settings })
}

pub(super) async fn sheet(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let loaded = load(&app, &who, id).await?;
    Ok(Page::new(page(&app, shell, &loaded).await?))
}

async fn page(app: &App, shell: Shell, loaded: &Loaded) -> Result<SheetHtml, Refusal> {
    let Loaded { row, proposal, call, settings } = loaded;
    let db = app.db.read();
    let reviews = shell.t("nav-reviews");
    let shell = shell.crumb(reviews, "/reviews").titled(&proposal.title);
    let running =
        call.state == calls::CallState::Reviewing && proposal.state == crate::proposals::ProposalState::UnderReview;
    let reads = matches!(row.state, ReviewState::Declared | ReviewState::Scored | ReviewState::Closed);
    let by = proposer(db, shell.locale, proposal).await?;
    let rubric = calls::rubric_of(call)?;
    let ties = voiding::found_of(app, [row.id]).await?.remove(&row.id).map(|(ties, _)| ties).unwrap_or_default();
    let (tone, key) = match row.state {
        ReviewState::Assigned if running => (Tone::Active, "assigned"),
        ReviewState::Declared if running => (Tone::Active, "declared"),
        ReviewState::Scored if running => (Tone::Good, "scored"),
        ReviewState::Recused => (Tone::Neutral, "recused"),
        ReviewState::Voided => (Tone::Bad, "voided"),
        _ => (Tone::Neutral, "closed"),
    };
    let next = NextStep {
        tone,
        heading: shell.t(&format!("review-next-{key}")),
        text: shell.t(&format!("review-next-{key}-text")),
        due: settings
            .scoring_ends()
            .filter(|_| running && is_waiting(row.state))
            .map(|ends| Moment::due(shell.locale, ends - 1, app.now(), None)),
        buttons: Vec::new(),
    };
    let scoring = running
        && settings.rights(app.now()).scores
        && matches!(row.state, ReviewState::Declared | ReviewState::Scored);
    let content = if reads { Some(content(app, &shell, loaded).await?) } else { None };
    let aside = ActionButton::link(shell.t("review-recuse"), format!("/reviews/{}/recuse", row.id));
    Ok(SheetHtml {
        badge: badge(&shell, row.state),
        by: match is_masked(proposal, settings.hide_proposer) {
            true => shell.t("mask-hidden"),
            false => by,
        },
        discussion: reads
            .then(|| ActionButton::link(shell.t("discussion"), format!("/proposals/{}/discussion", proposal.id))),
        next,
        content,
        declaration: (running && row.state == ReviewState::Assigned).then(|| declaration(&shell, row, &ties, "")),
        scores: if scoring { Some(score_form(&shell, row, &rubric, &stored(row)?)) } else { None },
        given: if !scoring && row.total.is_some() { Some(given(&shell, row, &rubric)?) } else { None },
        aside: (running && !matches!(row.state, ReviewState::Recused | ReviewState::Unassigned | ReviewState::Voided))
            .then_some(aside),
        title: proposal.title.clone(),
        call: call.title.clone(),
        shell,
    })
}

async fn content(app: &App, shell: &Shell, loaded: &Loaded) -> Result<Content, Refusal> {
    let Loaded { row, proposal, call, .. } = loaded;
    let form = calls::form_of(call)?;
    let answers = answers_up_to(DataClass::P1, &form, &proposal.answers);
    let words = FieldWords::host(shell.locale, "field-proposal");
    let mut facts = Facts::new();
    for field in &form {
        if let Some(said) = answers.get(&field.key).and_then(|answer| words.said(field, answer)) {
            facts = facts.fact(words.label(field), Cell::List(paragraphs(&said)));
        }
    }
    let columns = vec![Column::new(shell.t("file-name")), Column::new(shell.t("file-size")).numeric()];
    let empty = EmptyState::new("folder", shell.t("files-empty"), shell.t("files-empty-text"));
    let mut files = Table::new(shell.t("files"), columns, empty);
    let reads = proposal.state == crate::proposals::ProposalState::UnderReview
        || proposal.state == crate::proposals::ProposalState::Decided;
    let hidden = is_masked(proposal, loaded.settings.hide_proposer);
    for file in
        files_of(app.db.read(), row.tenant_id, proposal.id).await?.into_iter().zip(1..).map(|(f, n)| match hidden {
            true => masked_file(f, n),
            false => f,
        })
    {
        let name = match reads {
            true => Cell::link(file.name.as_str(), format!("/proposals/{}/attachments/{}", proposal.id, file.id)),
            false => Cell::text(file.name.as_str()),
        };
        files.row(vec![name, Cell::Number(shell.t1("file-kilobytes", "n", (file.size + 1_023) / 1_024))]);
    }
    Ok(Content { summary: paragraphs(&proposal.summary), answers: facts, files })
}

fn declaration(shell: &Shell, row: &review::Model, ties: &[Conflict], words: &str) -> FormView {
    let mut box_ = FormField::plain("no_interest", shell.t("review-declaration"), Control::Checkbox);
    box_.required = true;
    let mut fields = vec![box_];
    if ties.iter().any(|tie| tie.level == Level::Declare) {
        let mut said = FormField::plain("words", shell.t("review-words"), Control::Text);
        said.help = Some(shell.t1("review-words-help", "least", rules::SHORTEST_WORDS));
        said.value = words.to_string();
        (said.required, said.max_length) = (true, Some(1_000));
        fields.insert(0, said);
    }
    FormView::plain(format!("/reviews/{}/declare", row.id), fields)
        .with("_version", row.version)
        .submit(shell.t("review-declare"))
}

/// What stands in the boxes: `score_<line>`, `note_<line>` and `comment`.
fn stored(row: &review::Model) -> Result<BTreeMap<String, String>, Refusal> {
    let scores: BTreeMap<String, LineScore> = serde_json::from_value(row.scores.clone())?;
    let mut boxes = BTreeMap::from([("comment".to_string(), row.comment.clone())]);
    for (key, line) in scores {
        boxes.insert(format!("score_{key}"), line.score.to_string());
        boxes.insert(format!("note_{key}"), line.comment);
    }
    Ok(boxes)
}

fn score_form(shell: &Shell, row: &review::Model, rubric: &[RubricLine], boxes: &BTreeMap<String, String>) -> FormView {
    let mut fields = Vec::new();
    let value = |name: &str| boxes.get(name).cloned().unwrap_or_default();
    for line in rubric {
        let label = match line.kind {
            LineKind::Score => shell.t2("review-line", "title", line.title.as_str(), "weight", line.weight),
            LineKind::Bonus => {
                shell.t2("review-line-bonus", "title", line.title.as_str(), "cap", line.cap.unwrap_or(0))
            }
            LineKind::Veto => shell.t1("review-line-veto", "title", line.title.as_str()),
        };
        let control = if line.kind == LineKind::Veto { Control::Radios } else { Control::Number };
        let mut score = FormField::plain(&format!("score_{}", line.key), label, control);
        score.value = value(&score.name);
        score.help.clone_from(&line.help);
        score.required = true;
        if line.kind == LineKind::Veto {
            score.options = [("0", "review-veto-no"), ("1", "review-veto-yes")]
                .map(|(v, key)| OptionView { value: v.into(), label: shell.t(key), selected: score.value == v })
                .into();
        } else {
            score.unit = Some(shell.t("review-points"));
            (score.min, score.max) = (Some(0), Some(most_and_worth(line).0.into()));
        }
        let note_label = shell.t1("review-note", "title", line.title.as_str());
        let mut note = FormField::plain(&format!("note_{}", line.key), note_label, Control::Line);
        note.value = value(&note.name);
        note.max_length = Some(1_000);
        fields.extend([score, note]);
    }
    let mut comment = FormField::plain("comment", shell.t("review-comment"), Control::Text);
    comment.value = value("comment");
    comment.help = Some(shell.t("review-comment-help"));
    comment.max_length = Some(4_000);
    fields.push(comment);
    FormView::plain(format!("/reviews/{}/scores", row.id), fields)
        .with("_version", row.version)
        .submit(shell.t("review-save-scores"))
}

fn given(shell: &Shell, row: &review::Model, rubric: &[RubricLine]) -> Result<Facts, Refusal> {
    let scores: BTreeMap<String, LineScore> = serde_json::from_value(row.scores.clone())?;
    let mut facts = Facts::new();
    for line in rubric {
        if let Some(given) = scores.get(&line.key) {
            let number = match (line.kind, given.score) {
                (LineKind::Veto, 1) => shell.t("review-veto-yes"),
                (LineKind::Veto, _) => shell.t("review-veto-no"),
                (LineKind::Score | LineKind::Bonus, score) => score.to_string(),
            };
            let text = [number, given.comment.clone()];
            let text = text.into_iter().filter(|t| !t.is_empty()).collect();
            facts = facts.fact(line.title.as_str(), Cell::List(text));
        }
    }
    let total = row.total.map_or(Cell::Nothing, |total| Cell::Number(points(total)));
    Ok(facts.fact(shell.t("review-total"), total).fact(shell.t("review-comment"), Cell::text(row.comment.as_str())))
}

pub(super) async fn declare(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let declared = form.text("no_interest") == "true";
    match actions::declare(&app, &who, &form.command(acting), id, declared, form.text("words")).await {
        Ok(_) => Ok(done(&format!("/reviews/{id}"), "flash-review-declared").into_response()),
        Err(refusal) => {
            let loaded = load(&app, &who, id).await?;
            let mut page = page(&app, shell, &loaded).await?;
            let Some(view) = &mut page.declaration else { return Err(refusal) };
            view.fields.iter_mut().filter(|f| f.name == "words").for_each(|f| f.value = form.text("words").into());
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// The sheet as it was typed. A box that holds no whole number is an error at its place.
fn typed_sheet(form: &Form, rubric: &[RubricLine]) -> Result<Sheet, Refusal> {
    let mut errors = Vec::new();
    let mut scores = BTreeMap::new();
    for line in rubric {
        let text = form.text(&format!("score_{}", line.key));
        match text.parse::<i32>() {
            Ok(score) => {
                let comment = form.text(&format!("note_{}", line.key)).to_string();
                scores.insert(line.key.clone(), LineScore { score, comment });
            }
            Err(_) => {
                let problem = if text.is_empty() { FieldProblem::Missing } else { FieldProblem::WrongType };
                errors.push(FieldError { field: format!("scores.{}", line.key), problem });
            }
        }
    }
    if errors.is_empty() {
        Ok(Sheet { scores, comment: form.text("comment").to_string() })
    } else {
        Err(Refusal::Invalid(errors))
    }
}

pub(super) async fn score(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let loaded = load(&app, &who, id).await?;
    let rubric = calls::rubric_of(&loaded.call)?;
    let scored = match typed_sheet(&form, &rubric) {
        Ok(sheet) => actions::score(&app, &who, &form.command(acting), id, sheet).await,
        Err(refusal) => Err(refusal),
    };
    let refusal = match scored {
        Ok(_) => return Ok(done(&format!("/reviews/{id}"), "flash-review-scored").into_response()),
        Err(Refusal::Invalid(mut errors)) => {
            // `scores.need` is the box `score_need`, `scores.need.comment` the box `note_need`.
            for error in &mut errors {
                if let Some(rest) = error.field.strip_prefix("scores.") {
                    error.field = match rest.strip_suffix(".comment") {
                        Some(key) => format!("note_{key}"),
                        None => format!("score_{rest}"),
                    };
                }
            }
            Refusal::Invalid(errors)
        }
        Err(refusal) => refusal,
    };
    let mut page = page(&app, shell, &loaded).await?;
    let boxes: BTreeMap<String, String> = form.0.iter().cloned().collect();
    let mut view = score_form(&page.shell, &loaded.row, &rubric, &boxes);
    form_errors(&mut view, page.shell.locale, refusal)?;
    page.scores = Some(view);
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

fn recuse_page(shell: Shell, loaded: &Loaded, typed: &str) -> FormPage {
    let (heading, lead) = (shell.t("review-recuse"), shell.t("review-recuse-lead"));
    let base = format!("/reviews/{}", loaded.row.id);
    let form = reason_form(&shell, &format!("{base}/recuse"), &base, typed)
        .with("_version", loaded.row.version)
        .submit(shell.t("review-recuse"));
    let reviews = shell.t("nav-reviews");
    let shell = shell.crumb(reviews, "/reviews").crumb(&loaded.proposal.title, base).titled(&heading);
    FormPage { shell, heading, lead, form }
}

pub(super) async fn recuse_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    let loaded = load(&app, &who, id).await?;
    Ok(Page::new(recuse_page(shell, &loaded, "")))
}

pub(super) async fn recuse(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::recuse(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done("/reviews", "flash-review-recused").into_response()),
        Err(refusal) => {
            let loaded = load(&app, &who, id).await?;
            let mut page = recuse_page(shell, &loaded, form.text("reason"));
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
