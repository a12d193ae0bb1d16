use crate::http::components::{ActionButton, Cell, Column, EmptyState, Moment, Pager, StateBadge, Table, Tone};
use crate::http::page::{Page, Shell};
use crate::http::preferences;
use crate::http::usual::{ListPage, address, pager};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query, usual};
use crate::projects::state::ProjectState;
use crate::projects::{actions, queries};
use crate::proposals::ProposalState;
use crate::{App, Refusal, organizations};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use std::collections::BTreeMap;
use twoway_entity::accounts::Role;
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_entity::proposals::proposal;
use twoway_ids::Uuid;

#[derive(Deserialize)]
pub(super) struct Wanted {
    state: Option<ProjectState>,
    place: Option<Uuid>,
}

/// What a state means to who looks at a list.
pub fn tone(state: ProjectState) -> Tone {
    match state {
        ProjectState::Incubating => Tone::Neutral,
        ProjectState::Ready | ProjectState::Closing => Tone::Attention,
        ProjectState::Running => Tone::Active,
        ProjectState::Accepted => Tone::Good,
        ProjectState::Paused | ProjectState::Terminated => Tone::Bad,
    }
}

/// The states by which the list can be narrowed, in the order of the lifecycle.
const SHOWN: [ProjectState; 7] = [
    ProjectState::Incubating,
    ProjectState::Ready,
    ProjectState::Running,
    ProjectState::Paused,
    ProjectState::Closing,
    ProjectState::Accepted,
    ProjectState::Terminated,
];

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let db = app.db.read();
    let below = match wanted.place {
        Some(place) => Some(organizations::at(db, &who, place).await?.path),
        None => None,
    };
    let narrow = queries::Narrow { state: wanted.state, below };
    let total = queries::count(db, &who, &narrow).await?;
    let projects = queries::list(db, &who, &narrow, &paging).await?;
    let teams = names(&app, projects.items.iter().filter_map(|row| row.team_id)).await?;
    let l = shell.locale;
    let mut table = Table::new(
        l.t("project-list-title"),
        ["title", "state", "team", "created"].map(|c| Column::new(l.t(&format!("project-column-{c}")))).into(),
        usual::empty(
            &shell,
            wanted.state.is_some() || wanted.place.is_some(),
            EmptyState::new("folder", l.t("project-list-empty"), l.t("project-list-empty-text")),
        ),
    );
    for row in &projects.items {
        table.row(vec![
            Cell::link(&row.title, format!("/projects/{}", row.id)),
            Cell::State(StateBadge::of(l, "project", &row.state.to_value(), tone(row.state))),
            row.team_id.and_then(|id| teams.get(&id)).map_or(Cell::Nothing, Cell::text),
            Cell::When(Moment::past(l, row.created_at, app.now())),
        ]);
    }
    let chosen = wanted.state.map(|state| state.to_value()).unwrap_or_default();
    let place = wanted.place.map(|id| id.to_string()).unwrap_or_default();
    let pager = pager("/projects", &[("state", &chosen), ("place", &place)], &projects, paging.cursor.is_none());
    let pager = Pager { total: Some(total), ..pager };
    let all = |word: &str| std::iter::once((String::new(), l.t(word)));
    let states = SHOWN.map(|state| (state.to_value(), l.t(&format!("state-project-{}", state.to_value()))));
    let mut filters =
        vec![usual::filters(l.t("project-column-state"), all("filter-all").chain(states), &chosen, |state| {
            address("/projects", &[("state", state), ("place", &place)])
        })];
    // A team works in one place; who has the whole city before them looks district by district.
    if who.holds(queries::OFFICE_READS) {
        let places = organizations::districts(db, &who).await?.into_iter().map(|(id, name)| (id.to_string(), name));
        filters.push(usual::filters(l.t("hall-place"), all("hall-all-places").chain(places), &place, |place| {
            address("/projects", &[("state", &chosen), ("place", place)])
        }));
    }
    let convert = who
        .holds(&[Role::LeadOffice])
        .then(|| ActionButton::link(l.t("project-convert"), "/projects/pool").icon("plus"));
    Ok(Page::new(ListPage {
        heading: l.t("project-list-title"),
        lead: l.t1("project-list-lead", "n", total),
        buttons: convert.into_iter().collect(),
        filters,
        table,
        pager,
        shell: shell.titled(l.t("nav-projects")),
    }))
}

/// Names of organisations, by id; one query for any number.
pub(super) async fn names(app: &App, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, String>, Refusal> {
    let rows = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(app.tenant))
        .filter(organization::Column::Id.is_in(ids))
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().map(|o| (o.id, o.name)).collect())
}

/// The pooled proposals that the office can make projects. Each is one press, after a look at what will happen.
pub(super) async fn pool(
    State(app): State<App>,
    Caller(who): Caller,
    Query(paging): Query<Paging>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let mut own = Condition::any();
    for path in who.subtrees(&[Role::LeadOffice]) {
        own = own.add(proposal::Column::Path.starts_with(path));
    }
    let select = proposal::Entity::find()
        .filter(proposal::Column::TenantId.eq(who.tenant))
        .filter(proposal::Column::State.eq(ProposalState::Pooled))
        .filter(own);
    let select = paging.select::<_, _, i64>(
        select,
        proposal::Column::CreatedAt,
        proposal::Column::Id,
        crate::http::Sort::Descending,
    )?;
    let rows = paging.list(select.all(app.db.read()).await?, |row| (row.created_at, row.id))?;
    let houses = names(&app, rows.items.iter().filter_map(|row| row.organization_id)).await?;
    let l = shell.locale;
    let mut table = Table::new(
        l.t("project-convert-title"),
        ["title", "team", "until", "do"].map(|c| Column::new(l.t(&format!("project-pool-{c}")))).into(),
        EmptyState::new("folder", l.t("project-pool-empty"), l.t("project-pool-empty-text")),
    );
    for row in &rows.items {
        let points = ["author", "kept", "adoptions"].map(|p| l.t(&format!("project-convert-{p}")));
        let button = ActionButton::post(l.t("project-convert"), format!("/projects/pool/{}", row.id))
            .with("_version", row.version)
            .confirm(crate::http::components::Confirm {
                title: l.t1("project-convert-confirm", "title", &row.title),
                text: l.t("project-convert-text"),
                points: points.into(),
                ok: l.t("project-convert"),
            });
        let carried = row.organization_id.and_then(|id| houses.get(&id));
        table.row(vec![
            Cell::link(&row.title, format!("/proposals/{}", row.id)),
            carried.map_or_else(|| Cell::Text(l.t("project-pool-citizen")), Cell::text),
            row.pool_until.map_or(Cell::Nothing, |until| Cell::When(Moment::due(l, until, app.now(), None))),
            Cell::Buttons(vec![match carried {
                Some(_) => button,
                None => ActionButton::link(l.t("project-convert"), format!("/projects/pool/{}", row.id)),
            }]),
        ]);
    }
    Ok(Page::new(ListPage {
        heading: l.t("project-convert-title"),
        lead: l.t("project-convert-lead"),
        buttons: Vec::new(),
        filters: Vec::new(),
        table,
        pager: pager("/projects/pool", &[], &rows, paging.cursor.is_none()),
        shell: shell.crumb(l.t("nav-projects"), "/projects").titled(l.t("project-convert-title")),
    }))
}

/// One pooled proposal that a citizen wrote alone: who carries it out?
pub(super) async fn choose_team(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    let row = crate::proposals::queries::find_visible(app.db.read(), &who, id).await?.row;
    super::forms::team_form(&app, shell, &row).await
}

/// Posted with the team, where the page had to ask for it.
pub(super) async fn convert(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let team = Uuid::parse_str(form.text("team")).ok();
    let done = actions::convert(&app, &who, &form.command(acting), id, team).await?;
    Ok(preferences::done(&format!("/projects/{}", done.id), "flash-project-created"))
}

/// The teams of the tree, by name, for a proposal that a citizen wrote alone; at most 500.
pub(super) async fn teams(app: &App) -> Result<Vec<(String, String)>, Refusal> {
    let rows = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(app.tenant))
        .filter(organization::Column::Kind.eq(OrganizationKind::Team))
        .order_by_asc(organization::Column::Name)
        .limit(500)
        .all(app.db.read())
        .await?;
    Ok(rows.into_iter().map(|o| (o.id.to_string(), o.name)).collect())
}
