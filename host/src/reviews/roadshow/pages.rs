use super::actions::{self, Schedule, Shortlist, title_for_judge};
use super::api::{JUDGE, READERS, REOPENS, SUPERVISOR};
use super::{SlotState, queries};
use crate::calls::CallState;
use crate::calls::api::OFFICE;
use crate::http::components::{
    ActionButton, Cell, Column, EmptyState, Facts, Look, Moment, Pager, StateBadge, Table, Tone, exact,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView, answers};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage, reason_form};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Routes};
use crate::proposals::ProposalState;
use crate::proposals::assisted::{marked, titles};
use crate::reviews::model::points;
use crate::reviews::pages::{office_call, under};
use crate::reviews::queries::candidates;
use crate::reviews::views::{self, names};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::ActiveEnum;
use twoway_entity::accounts::Role;
use twoway_entity::reviews::slot;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldProblem, FieldType};

pub fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/office/calls/{id}/roadshow", READERS, show)
        .page(Method::POST, "/office/calls/{id}/roadshow", OFFICE, shortlist)
        .page(Method::GET, "/office/roadshow-slots/{id}", READERS, sheet)
        .page(Method::GET, "/office/roadshow-slots/{id}/schedule", OFFICE, schedule_form)
        .page(Method::POST, "/office/roadshow-slots/{id}/schedule", OFFICE, schedule)
        .page(Method::POST, "/office/roadshow-slots/{id}/open", OFFICE, open)
        .page(Method::POST, "/office/roadshow-slots/{id}/close", OFFICE, close)
        .page(Method::POST, "/office/roadshow-slots/{id}/countersign", SUPERVISOR, countersign)
        .page(Method::POST, "/office/roadshow-slots/{id}/reopen", REOPENS, reopen)
        .page(Method::GET, "/office/roadshow-slots/{id}/drop", OFFICE, drop_form)
        .page(Method::POST, "/office/roadshow-slots/{id}/drop", OFFICE, discard)
        .page(Method::GET, "/roadshow", JUDGE, mine)
        .page(Method::GET, "/roadshow/{id}", JUDGE, judge)
        .page(Method::POST, "/roadshow/{id}", JUDGE, score)
}

fn badge(shell: &Shell, state: SlotState) -> StateBadge {
    let tone = match state {
        SlotState::Planned | SlotState::Dropped => Tone::Neutral,
        SlotState::Open => Tone::Active,
        SlotState::Closed => Tone::Attention,
        SlotState::Countersigned => Tone::Good,
    };
    StateBadge::of(shell.locale, "roadshow-slot", &state.to_value(), tone)
}

#[derive(Template)]
#[template(path = "reviews/roadshow.html")]
struct RoadshowHtml {
    shell: Shell,
    heading: String,
    lead: String,
    slots: Table,
    form: Option<FormView>,
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: Option<&Form>) -> Result<RoadshowHtml, Refusal> {
    let db = app.db.read();
    let call = office_call(app, who, id).await?;
    let slots = queries::slots_of(db, who.tenant, id).await?;
    let titles = titles(db, shell.locale, who.tenant, slots.iter().map(|slot| slot.proposal_id)).await?;
    let terms = queries::roadshow_of(db, who.tenant, id).await?;
    let columns = [
        Column::new(shell.t("proposal-title")),
        Column::new(shell.t("round-position")).numeric(),
        Column::new(shell.t("review-state")),
        Column::new(shell.t("round-at")),
        Column::new(shell.t("round-place")),
        Column::new(shell.t("round-first")).numeric(),
        Column::new(shell.t("round-live")).numeric(),
        Column::new(shell.t("round-combined")).numeric(),
    ];
    let empty = EmptyState::new("calendar", shell.t("round-empty"), shell.t("round-empty-text"));
    let mut table = Table::new(shell.t("round"), columns.into(), empty);
    let number = |n: Option<i32>| n.map_or(Cell::Nothing, |n| Cell::Number(points(n)));
    for slot in &slots {
        table.row(vec![
            Cell::link(
                titles.get(&slot.proposal_id).cloned().unwrap_or_default(),
                format!("/office/roadshow-slots/{}", slot.id),
            ),
            Cell::number(slot.position),
            Cell::State(badge(&shell, slot.state)),
            slot.starts_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
            if slot.place.is_empty() { Cell::Nothing } else { Cell::text(slot.place.as_str()) },
            number(slot.first),
            number(slot.live),
            number(slot.combined),
        ]);
    }
    let mine = who.holds_over(&[Role::LeadOffice], &call.path) && call.state == CallState::Deliberating;
    let form = if mine { Some(shortlist_form(app, who, &shell, &call, &slots, typed).await?) } else { None };
    let heading = shell.t("round");
    let weight = terms.as_ref().map_or(50, |terms| terms.weight);
    Ok(RoadshowHtml {
        lead: shell.t2("round-lead", "live", weight, "first", 100 - weight),
        slots: table,
        form,
        shell: under(shell, &call, &heading),
        heading,
    })
}

/// The best undecided proposals that are not on the list, everybody who may judge, and the terms.
async fn shortlist_form(
    app: &App,
    who: &Who,
    shell: &Shell,
    call: &twoway_entity::calls::call::Model,
    slots: &[slot::Model],
    typed: Option<&Form>,
) -> Result<FormView, Refusal> {
    let db = app.db.read();
    let terms = queries::roadshow_of(db, who.tenant, call.id).await?;
    let judges = queries::judges_of(db, who.tenant, call.id).await?;
    let best = Paging { cursor: None, limit: Some(100) };
    let ranked = views::ranking(app, who, call.id, &best).await?;
    let picked =
        |name: &str, value: &str| typed.map(|form| form.0.iter().any(|(at, given)| at == name && given == value));
    let mut proposals = FormField::plain("proposals", shell.t("round-proposals"), Control::Checks);
    proposals.help = Some(shell.t("round-proposals-help"));
    proposals.options = ranked
        .items
        .into_iter()
        .filter(|line| line.state == ProposalState::UnderReview)
        .filter(|line| !slots.iter().any(|slot| slot.proposal_id == line.proposal_id))
        .map(|line| {
            let title = marked(shell.locale, &line.title, line.on_paper);
            OptionView {
                selected: picked("proposals", &line.proposal_id.to_string()).unwrap_or(false),
                value: line.proposal_id.to_string(),
                label: match line.score {
                    Some(score) => shell.t2("round-proposal", "title", title, "score", points(score)),
                    None => title,
                },
            }
        })
        .collect();
    let mut people = FormField::plain("judges", shell.t("round-judges"), Control::Checks);
    people.options = candidates(db, who.tenant)
        .await?
        .into_iter()
        .map(|c| OptionView {
            selected: picked("judges", &c.account.to_string()).unwrap_or(judges.contains(&c.account)),
            value: c.account.to_string(),
            label: shell.t2("review-person", "name", c.name, "organization", c.organization),
        })
        .collect();
    let stored = [
        ("weight", terms.as_ref().map_or(50, |t| t.weight), 0, 100),
        ("trim_from", terms.as_ref().map_or(5, |t| t.trim_from), 3, 15),
    ];
    let mut fields = vec![proposals, people];
    for (name, value, min, max) in stored {
        let key = format!("round-{}", name.replace('_', "-"));
        let mut field = FormField::plain(name, shell.t(&key), Control::Number);
        field.help = Some(shell.t(&format!("{key}-help")));
        field.value = typed.map_or(value.to_string(), |form| form.text(name).to_string());
        (field.min, field.max, field.required) = (Some(min), Some(max), true);
        fields.push(field);
    }
    Ok(FormView::plain(format!("/office/calls/{}/roadshow", call.id), fields)
        .with("_version", call.version)
        .submit(shell.t("round-save")))
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, None).await?))
}

async fn shortlist(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let ids = |name: &str| -> Vec<Uuid> {
        form.0.iter().filter(|(at, _)| at == name).filter_map(|(_, value)| Uuid::parse_str(value).ok()).collect()
    };
    let number = |name: &str| form.text(name).parse().map_err(|_| Refusal::field(name, FieldProblem::WrongType));
    let input = number("weight").and_then(|weight| {
        Ok(Shortlist { proposals: ids("proposals"), judges: ids("judges"), weight, trim_from: number("trim_from")? })
    });
    let saved = match input {
        Ok(input) => actions::shortlist(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => Ok(done(&format!("/office/calls/{id}/roadshow"), "flash-round-saved").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, Some(&form)).await?;
            let Some(view) = &mut page.form else { return Err(refusal) };
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "reviews/score_sheet.html")]
struct SheetHtml {
    shell: Shell,
    heading: String,
    badge: StateBadge,
    facts: Facts,
    scores: Table,
    buttons: Vec<ActionButton>,
    /// What was closed can be scored on, for a reason.
    reopen: Option<FormView>,
}

/// The score sheet of a turn, to read and to print.
async fn sheet(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, &who, id).await?;
    let call = office_call(&app, &who, row.call_id).await?;
    let given = queries::scores_of(db, who.tenant, id).await?;
    let people = given.iter().map(|s| s.judge_id).chain(row.countersigned_by);
    let names = names(db, who.tenant, people).await?;
    let title = titles(db, shell.locale, who.tenant, [row.proposal_id]).await?.remove(&row.proposal_id).unwrap_or_default();
    let terms = queries::roadshow_of(db, who.tenant, row.call_id).await?.ok_or(Refusal::NotFound)?;
    let trims = i32::try_from(given.len()).unwrap_or(i32::MAX) >= terms.trim_from && given.len() > 2;
    let columns = vec![
        Column::new(shell.t("round-judge")),
        Column::new(shell.t("round-points")).numeric(),
        Column::new(shell.t("round-counts")),
        Column::new(shell.t("round-note")),
    ];
    let empty = EmptyState::new("hands", shell.t("round-no-scores"), shell.t("round-no-scores-text"));
    let mut table = Table::new(shell.t("round-sheet"), columns, empty);
    for (n, score) in given.iter().enumerate() {
        let end = trims && (n == 0 || n + 1 == given.len());
        table.row(vec![
            names.get(&score.judge_id).map_or(Cell::Nothing, Cell::text),
            Cell::Number(points(score.points)),
            Cell::text(shell.t(if end { "round-left-out" } else { "round-counted" })),
            if score.note.is_empty() { Cell::Nothing } else { Cell::text(score.note.as_str()) },
        ]);
    }
    let number = |n: Option<i32>| n.map_or(Cell::Nothing, |n| Cell::Number(points(n)));
    let signed = row.countersigned_by.and_then(|by| names.get(&by));
    let facts = Facts::new()
        .fact(shell.t("proposal-title"), Cell::link(title.as_str(), format!("/proposals/{}", row.proposal_id)))
        .fact(shell.t("round-at"), row.starts_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))))
        .fact(shell.t("round-place"), if row.place.is_empty() { Cell::Nothing } else { Cell::text(row.place.as_str()) })
        .fact(shell.t("round-first"), number(row.first))
        .fact(shell.t("round-live"), number(row.live))
        .fact(shell.t2("round-formula", "first", 100 - terms.weight, "live", terms.weight), number(row.combined))
        .fact(shell.t("round-countersigned"), signed.map_or(Cell::Nothing, Cell::text));
    let deliberating = call.state == CallState::Deliberating;
    let base = format!("/office/roadshow-slots/{id}");
    let post = |key: &str, verb: &str| {
        ActionButton::post(shell.t(key), format!("{base}/{verb}")).with("_version", row.version)
    };
    let link = |key: &str, verb: &str| ActionButton::link(shell.t(key), format!("{base}/{verb}"));
    let office = deliberating && who.holds_over(&[Role::LeadOffice], &row.path);
    let watches = deliberating && who.holds_over(&[Role::Supervisor], &row.path);
    let buttons = match row.state {
        SlotState::Planned if office => vec![
            post("round-open", "open").primary(),
            link("round-schedule", "schedule"),
            link("round-drop", "drop").look(Look::Danger),
        ],
        SlotState::Open if office => {
            let schedule = link("round-schedule", "schedule");
            vec![post("round-close", "close").primary(), schedule, link("round-drop", "drop").look(Look::Danger)]
        }
        SlotState::Closed if watches => vec![post("round-countersign", "countersign").primary()],
        _ => Vec::new(),
    };
    let reopen = (row.state == SlotState::Closed && (watches || office)).then(|| {
        let mut form = reason_form(&shell, &format!("{base}/reopen"), &base, "").with("_version", row.version);
        form.cancel = None;
        form.button(shell.t("round-reopen"), "reopen", Look::Plain)
    });
    let heading = shell.t("round-sheet");
    let (round, back) = (shell.t("round"), format!("/office/calls/{}/roadshow", call.id));
    Ok(Page::new(SheetHtml {
        badge: badge(&shell, row.state),
        facts,
        scores: table,
        buttons,
        reopen,
        shell: under(shell, &call, &round).crumb(&round, back).titled(&heading),
        heading,
    }))
}

async fn schedule_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: Option<&Form>,
) -> Result<FormPage, Refusal> {
    let row = queries::find_visible(app.db.read(), who, id).await?;
    let call = office_call(app, who, row.call_id).await?;
    let stored = [
        ("starts_at", row.starts_at.map(|at| exact(at).replace(' ', "T")).unwrap_or_default(), Control::DateTime),
        ("place", row.place.clone(), Control::Line),
        ("position", row.position.to_string(), Control::Number),
    ];
    let fields = stored.map(|(name, value, control)| {
        let key = match name {
            "starts_at" => "round-at",
            "place" => "round-place",
            _ => "round-position",
        };
        let mut field = FormField::plain(name, shell.t(key), control);
        field.value = typed.map_or(value, |form| form.text(name).to_string());
        field.required = true;
        field
    });
    let (heading, lead) = (shell.t("round-schedule"), shell.t("round-schedule-lead"));
    let back = format!("/office/roadshow-slots/{id}");
    let form = FormView::plain(format!("{back}/schedule"), fields.into())
        .with("_version", row.version)
        .submit(shell.t("round-schedule-save"))
        .cancel(shell.t("leave-form"), back);
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

async fn schedule_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(schedule_page(&app, &who, shell, id, None).await?))
}

async fn schedule(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let given = answers(
        &[Field::new("starts_at", FieldType::Instant)],
        &[("starts_at".to_string(), form.text("starts_at").to_string())],
    );
    let starts_at = given["starts_at"].as_i64().ok_or(Refusal::field("starts_at", FieldProblem::Missing));
    let position = form.text("position").parse().map_err(|_| Refusal::field("position", FieldProblem::WrongType));
    let input = starts_at
        .and_then(|starts_at| Ok(Schedule { starts_at, place: form.text("place").to_string(), position: position? }));
    let saved = match input {
        Ok(input) => actions::schedule(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    match saved {
        Ok(_) => Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = schedule_page(&app, &who, shell, id, Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn open(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::open(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-opened"))
}

async fn close(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::close(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-closed"))
}

async fn countersign(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::countersign(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-countersigned"))
}

/// A page that asks why: `verb` is `reopen` or `drop`.
async fn why_page(
    app: &App,
    who: &Who,
    shell: Shell,
    (id, verb): (Uuid, &str),
    typed: &str,
) -> Result<FormPage, Refusal> {
    let row = queries::find_visible(app.db.read(), who, id).await?;
    let call = office_call(app, who, row.call_id).await?;
    let (heading, lead) = (shell.t(&format!("round-{verb}")), shell.t(&format!("round-{verb}-lead")));
    let back = format!("/office/roadshow-slots/{id}");
    let form = reason_form(&shell, &format!("{back}/{verb}"), &back, typed)
        .with("_version", row.version)
        .submit(heading.as_str());
    Ok(FormPage { shell: under(shell, &call, &heading), heading, lead, form })
}

async fn drop_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(why_page(&app, &who, shell, (id, "drop"), "").await?))
}

async fn reopen(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::reopen(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/roadshow-slots/{id}"), "flash-round-opened").into_response()),
        Err(refusal) => {
            let mut page = why_page(&app, &who, shell, (id, "reopen"), form.text("reason")).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn discard(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let call = queries::find_visible(app.db.read(), &who, id).await?.call_id;
    match actions::discard(&app, &who, &form.command(acting), id, form.text("reason")).await {
        Ok(_) => Ok(done(&format!("/office/calls/{call}/roadshow"), "flash-round-dropped").into_response()),
        Err(refusal) => {
            let mut page = why_page(&app, &who, shell, (id, "drop"), form.text("reason")).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// A judge's turns to come.
async fn mine(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<ListPage>, Refusal> {
    let slots = queries::mine(app.db.read(), &who).await?;
    let columns = ["round-turn", "review-state", "round-at", "round-place"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("calendar", shell.t("round-none"), shell.t("round-none-text"));
    let mut table = Table::new(shell.t("round"), columns.into(), empty);
    for slot in &slots {
        let turn = shell.t1("round-turn-number", "n", slot.position);
        table.row(vec![
            match slot.state {
                SlotState::Open => Cell::link(turn, format!("/roadshow/{}", slot.id)),
                _ => Cell::text(turn),
            },
            Cell::State(badge(&shell, slot.state)),
            slot.starts_at.map_or(Cell::Nothing, |at| Cell::When(Moment::exactly(at))),
            if slot.place.is_empty() { Cell::Nothing } else { Cell::text(slot.place.as_str()) },
        ]);
    }
    let (heading, lead) = (shell.t("round"), shell.t("round-judge-lead"));
    let reviews = shell.t("nav-reviews");
    let shell = shell.crumb(reviews, "/reviews").titled(&heading);
    let pager = Pager { shown: slots.len(), ..Pager::default() };
    Ok(Page::new(ListPage { shell, heading, lead, buttons: Vec::new(), filters: Vec::new(), table, pager }))
}

async fn judge_page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: Option<&Form>) -> Result<FormPage, Refusal> {
    let db = app.db.read();
    let row = queries::find_visible(db, who, id).await?;
    if !queries::is_judge(db, who, row.call_id).await? {
        return Err(Refusal::NotFound);
    }
    let given = queries::scores_of(db, who.tenant, id).await?.into_iter().find(|s| Some(s.judge_id) == who.account());
    let mut number = FormField::plain("points", shell.t("round-points"), Control::Number);
    number.value = given.as_ref().map(|s| (s.points / 100).to_string()).unwrap_or_default();
    number.unit = Some(shell.t("review-points"));
    (number.min, number.max, number.required) = (Some(0), Some(100), true);
    let mut note = FormField::plain("note", shell.t("round-note"), Control::Text);
    note.value = given.map(|s| s.note).unwrap_or_default();
    note.max_length = Some(1_000);
    let mut fields = vec![number, note];
    if let Some(form) = typed {
        fields.iter_mut().for_each(|field| field.value = form.text(&field.name).to_string());
    }
    let heading = title_for_judge(app, who, shell.locale, &row).await?;
    let lead = shell.t(if row.state == SlotState::Open { "round-score-lead" } else { "round-not-open" });
    let mut form = FormView::plain(format!("/roadshow/{id}"), fields);
    if row.state == SlotState::Open {
        form = form.submit(shell.t("round-score"));
    }
    let round = shell.t("round");
    let shell = shell.crumb(round, "/roadshow").titled(&heading);
    Ok(FormPage { shell, heading, lead, form })
}

async fn judge(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<FormPage>, Refusal> {
    Ok(Page::new(judge_page(&app, &who, shell, id, None).await?))
}

async fn score(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let scored = match form.text("points").parse() {
        Ok(points) => actions::score(&app, &who, &form.command(acting), id, points, form.text("note")).await,
        Err(_) if form.text("points").is_empty() => Err(Refusal::field("points", FieldProblem::Missing)),
        Err(_) => Err(Refusal::field("points", FieldProblem::WrongType)),
    };
    match scored {
        Ok(_) => Ok(done(&format!("/roadshow/{id}"), "flash-round-scored").into_response()),
        Err(refusal) => {
            let mut page = judge_page(&app, &who, shell, id, Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
