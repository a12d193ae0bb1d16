use super::actions::{self, Invitation, LONGEST_COMMENT};
use super::queries::{self, Right, is_for};
use super::state::{CoApplicantEvent, CoApplicantState, Part};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, Moment, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::lifecycle::names;
use crate::proposals::rules;
use crate::proposals::state::ENDED;
use crate::{App, Refusal, Who, accounts, organizations};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use twoway_entity::organizations::organization;
use twoway_entity::proposals::proposal;
use twoway_entity::propose::co_applicant;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/proposals/{id}/together", Access::SignedIn, show)
        .page(Method::POST, "/proposals/{id}/together", Access::SignedIn, invite)
        .page(Method::POST, "/proposals/{id}/comments", Access::SignedIn, say)
        .page(Method::POST, "/co-applicants/{id}/accept", Access::SignedIn, accept)
        .page(Method::POST, "/co-applicants/{id}/decline", Access::SignedIn, decline)
        .page(Method::POST, "/co-applicants/{id}/leave", Access::SignedIn, leave)
        .page(Method::POST, "/co-applicants/{id}/remove", Access::SignedIn, remove)
}

const PARTS: [Part; 3] = [Part::View, Part::Comment, Part::Edit];

struct Said {
    who: String,
    when: Moment,
    text: String,
}

#[derive(Template)]
#[template(path = "proposals/together.html")]
struct TogetherHtml {
    shell: Shell,
    heading: String,
    lead: String,
    /// For who was asked and has not answered.
    answer: Option<Vec<ActionButton>>,
    people: Option<Table>,
    invite: Option<FormView>,
    said: Option<Vec<Said>>,
    say: Option<FormView>,
}

fn part(shell: &Shell, part: Part) -> String {
    shell.t(&format!("together-part-{}", names(&part)))
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid, typed: &Form) -> Result<TogetherHtml, Refusal> {
    let db = app.db.read();
    let row = proposal::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    let right = queries::right(db, who, &row).await?;
    let rows = queries::of(db, who.tenant, id).await?;
    let asked = rows.iter().find(|one| one.state == CoApplicantState::Invited && is_for(who, one));
    if right == Right::None && asked.is_none() {
        return Err(Refusal::NotFound);
    }
    let title = if row.title.is_empty() { shell.t("proposal-untitled") } else { row.title.clone() };
    let answer = asked.map(|one| {
        let place = format!("/co-applicants/{}", one.id);
        vec![
            ActionButton::post(shell.t("together-accept"), format!("{place}/accept")).primary(),
            ActionButton::post(shell.t("together-decline"), format!("{place}/decline")),
        ]
    });
    let lead = match asked {
        Some(one) => shell.t2("together-asked", "title", title.as_str(), "part", part(&shell, one.part)),
        None => shell.t("together-lead"),
    };
    let heading = shell.t("together");
    let is_author = right != Right::None;
    let writing = rules::editable(&row, app.now()).is_ok();
    let said = if is_author { Some(said(app, who, &shell, id).await?) } else { None };
    let people = if is_author { Some(people(app, who, &shell, &rows, right).await?) } else { None };
    let mine = shell.t("nav-my-proposals");
    let mut shell = shell.crumb(mine, "/proposals");
    if is_author {
        shell = shell.crumb(title, format!("/proposals/{id}"));
    }
    let shell = shell.titled(&heading);
    Ok(TogetherHtml {
        invite: (right == Right::Owner && !ENDED.contains(&row.state)).then(|| invitation(&shell, id, typed)),
        say: (right >= Right::Comment && writing).then(|| comment(&shell, id, typed)),
        heading,
        lead,
        answer,
        people,
        said,
        shell,
    })
}

async fn people(
    app: &App,
    who: &Who,
    shell: &Shell,
    rows: &[co_applicant::Model],
    right: Right,
) -> Result<Table, Refusal> {
    let db = app.db.read();
    let names_of = accounts::names(db, who, rows.iter().filter_map(|row| row.account_id)).await?;
    let houses = organizations::names(db, who, rows.iter().filter_map(|row| row.organization_id)).await?;
    let columns = ["together-who", "together-part", "together-state", "file-do"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("hands", shell.t("together-none"), shell.t("together-none-text"));
    let mut table = Table::new(shell.t("together"), columns.into(), empty);
    for row in rows {
        let person = row.account_id.and_then(|id| names_of.get(&id).cloned());
        let house = row.organization_id.and_then(|id| houses.get(&id).cloned());
        let name = [house, person].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let tone = if row.state == CoApplicantState::Accepted { Tone::Good } else { Tone::Attention };
        let place = format!("/co-applicants/{}", row.id);
        let mut buttons = Vec::new();
        if right == Right::Owner {
            let remove = ActionButton::post(shell.t("together-remove"), format!("{place}/remove"));
            buttons.push(remove.with("_version", row.version).look(Look::Quiet));
        } else if row.account_id == who.account() && row.state == CoApplicantState::Accepted {
            let leave = ActionButton::post(shell.t("together-leave"), format!("{place}/leave"));
            buttons.push(leave.with("_version", row.version).look(Look::Quiet));
        }
        table.row(vec![
            Cell::text(name),
            Cell::text(part(shell, row.part)),
            Cell::State(StateBadge::of(shell.locale, "co-applicant", &names(&row.state), tone)),
            if buttons.is_empty() { Cell::Nothing } else { Cell::Buttons(buttons) },
        ]);
    }
    Ok(table)
}

fn invitation(shell: &Shell, id: Uuid, typed: &Form) -> FormView {
    let line = |name: &str| {
        let mut field = FormField::plain(name, shell.t(&format!("together-{name}")), Control::Line);
        field.value = typed.text(name).to_string();
        field
    };
    let mut login = line("login");
    login.help = Some(shell.t("together-login-help"));
    let mut kind = FormField::plain("part", shell.t("together-part"), Control::Radios);
    kind.required = true;
    let chosen = if typed.text("part").is_empty() { names(&Part::Edit) } else { typed.text("part").to_string() };
    let option =
        |one: Part| OptionView { value: names(&one), label: part(shell, one), selected: names(&one) == chosen };
    kind.options = PARTS.map(option).into();
    kind.value.clone_from(&chosen);
    let fields = vec![login, line("phone"), line("organization"), kind];
    FormView::plain(format!("/proposals/{id}/together"), fields).submit(shell.t("together-invite"))
}

async fn said(app: &App, who: &Who, shell: &Shell, id: Uuid) -> Result<Vec<Said>, Refusal> {
    let rows = queries::comments(app.db.read(), who.tenant, id).await?;
    let names = accounts::names(app.db.read(), who, rows.iter().map(|row| row.author_id)).await?;
    let one = |row: twoway_entity::propose::comment::Model| Said {
        who: names.get(&row.author_id).cloned().unwrap_or_else(|| shell.t("actor-unknown")),
        when: Moment::past(shell.locale, row.at, app.now()),
        text: row.text,
    };
    Ok(rows.into_iter().map(one).collect())
}

fn comment(shell: &Shell, id: Uuid, typed: &Form) -> FormView {
    let mut text = FormField::plain("text", shell.t("together-comment"), Control::Text);
    text.value = typed.text("text").to_string();
    text.required = true;
    text.max_length = Some(LONGEST_COMMENT);
    FormView::plain(format!("/proposals/{id}/comments"), vec![text]).submit(shell.t("together-say"))
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<TogetherHtml>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id, &Form(Vec::new())).await?))
}

/// What was typed, with the organisation by its whole name.
async fn typed_invitation(app: &App, who: &Who, form: &Form) -> Result<Invitation, Refusal> {
    let text = |name: &str| Some(form.text(name).trim().to_string()).filter(|text| !text.is_empty());
    let part = PARTS.into_iter().find(|part| names(part) == form.text("part"));
    let organization_id = match text("organization") {
        Some(name) => {
            let house = organization::Entity::find()
                .filter(organization::Column::TenantId.eq(who.tenant))
                .filter(organization::Column::Name.eq(name))
                .one(app.db.read())
                .await?;
            Some(house.ok_or_else(|| Refusal::rule("invitee-unknown"))?.id)
        }
        None => None,
    };
    let part = part.ok_or_else(|| Refusal::field("part", FieldProblem::Missing))?;
    Ok(Invitation { login: text("login"), phone: text("phone"), organization_id, part })
}

async fn invite(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let invited = match typed_invitation(&app, &who, &form).await {
        Ok(invitation) => actions::invite(&app, &who, &form.command(acting), id, invitation).await,
        Err(refusal) => Err(refusal),
    };
    match invited {
        Ok(_) => Ok(done(&format!("/proposals/{id}/together"), "flash-co-invited").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, &form).await?;
            let Some(view) = &mut page.invite else { return Err(refusal) };
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn say(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match actions::say(&app, &who, &form.command(acting), id, form.text("text")).await {
        Ok(_) => Ok(done(&format!("/proposals/{id}/together"), "flash-co-said").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, id, &form).await?;
            let Some(view) = &mut page.say else { return Err(refusal) };
            form_errors(view, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn answered(
    app: &App,
    who: &Who,
    (acting, form): (ActingFor, Form),
    id: Uuid,
    event: CoApplicantEvent,
) -> Result<Uuid, Refusal> {
    actions::answer(app, who, &form.command(acting), id, event).await?;
    let row = co_applicant::Entity::find_by_id((who.tenant, id)).one(app.db.read()).await?;
    Ok(row.ok_or(Refusal::NotFound)?.proposal_id)
}

async fn accept(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let proposal = answered(&app, &who, (acting, form), id, CoApplicantEvent::Accept).await?;
    Ok(done(&format!("/proposals/{proposal}"), "flash-co-accepted"))
}

async fn decline(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    answered(&app, &who, (acting, form), id, CoApplicantEvent::Decline).await?;
    Ok(done("/proposals", "flash-co-declined"))
}

async fn leave(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    answered(&app, &who, (acting, form), id, CoApplicantEvent::Leave).await?;
    Ok(done("/proposals", "flash-co-left"))
}

async fn remove(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let proposal = answered(&app, &who, (acting, form), id, CoApplicantEvent::Remove).await?;
    Ok(done(&format!("/proposals/{proposal}/together"), "flash-co-removed"))
}
