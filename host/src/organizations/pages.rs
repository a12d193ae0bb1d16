//! The tree of organisations as pages: the list, one organisation with its people, registration.

use super::actions::{self, Grant, NewOrganization};
use super::api::Wanted;
use super::queries;
use super::rules::{GRANTERS, REGISTRARS, may_grant, may_verify, role_fits};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Facts, Filter as FilterLink, Filters, HistoryList, Look, Moment,
    NextStep, StateBadge, Table, Tone,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::usual::{FormPage, ListPage, history, pager};
use crate::http::{Access, ActingFor, Caller, Form, Path, Query, Routes};
use crate::lifecycle::Command;
use crate::{App, Refusal, Who, accounts, audit, papers};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::Iterable;
use serde::Deserialize;
use twoway_entity::accounts::Role;
use twoway_entity::organizations::{OrganizationKind, organization};
use twoway_ids::{Millis, Uuid};
use twoway_manifest::FieldProblem;

pub(super) fn routes(routes: Routes) -> Routes {
    let verifiers = Access::AnyOf(&[Role::LeadOffice, Role::NodeAdmin]);
    routes
        .page(Method::GET, "/organizations", Access::Public, list)
        .page(Method::GET, "/organizations/new", Access::SignedIn, register_form)
        .page(Method::POST, "/organizations", Access::SignedIn, register)
        .page(Method::GET, "/organizations/{id}", Access::Public, show)
        .page(Method::POST, "/organizations/{id}/verify", verifiers, verify)
        .page(Method::POST, "/organizations/{id}/members", Access::AnyOf(GRANTERS), grant)
        .page(Method::POST, "/organizations/{id}/members/{membership}/end", Access::SignedIn, end_role)
        .nav_kept(80, "nav-organizations", "/organizations", "building", Access::SignedIn)
}

fn kind_word(locale: Locale, kind: OrganizationKind) -> String {
    locale.t(match kind {
        OrganizationKind::LeadOffice => "organization-kind-lead-office",
        OrganizationKind::Hub => "organization-kind-hub",
        OrganizationKind::Node => "organization-kind-node",
        OrganizationKind::Enterprise => "organization-kind-enterprise",
        OrganizationKind::Team => "organization-kind-team",
        OrganizationKind::Recipient => "organization-kind-recipient",
        OrganizationKind::Reviewing => "organization-kind-reviewing",
    })
}

fn verified_badge(locale: Locale, verified_at: Option<Millis>) -> StateBadge {
    match verified_at {
        Some(_) => StateBadge::new(locale.t("organization-verified"), Tone::Good),
        None => StateBadge::new(locale.t("organization-unverified"), Tone::Attention),
    }
}

fn rows(shell: &Shell, caption: &str, items: &[queries::Summary], empty: EmptyState) -> Table {
    let columns = ["organization-name", "organization-kind", "organization-state"].map(|key| Column::new(shell.t(key)));
    let mut table = Table::new(shell.t(caption), columns.into(), empty);
    for item in items {
        table.row(vec![
            Cell::link(item.name.as_str(), format!("/organizations/{}", item.id)),
            Cell::text(kind_word(shell.locale, item.kind)),
            Cell::State(verified_badge(shell.locale, item.verified_at)),
        ]);
    }
    table
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(wanted): Query<Wanted>,
) -> Result<Page<ListPage>, Refusal> {
    let is_first = wanted.cursor.is_none();
    let (filter, paging) = wanted.split();
    let found = queries::list(app.db.read(), &who, &filter, &paging).await?;
    let word = |kind: OrganizationKind| sea_orm::ActiveEnum::to_value(&kind);
    let kinds = OrganizationKind::iter().map(|kind| FilterLink {
        label: kind_word(shell.locale, kind),
        href: format!("/organizations?kind={}", word(kind)),
        current: filter.kind == Some(kind),
        count: None,
    });
    let nothing_chosen = filter.kind.is_none() && filter.verified.is_none();
    let all = FilterLink {
        label: shell.t("organizations-all"),
        href: "/organizations".into(),
        current: nothing_chosen,
        count: None,
    };
    let mut filters: Vec<FilterLink> = std::iter::once(all).chain(kinds).collect();
    if who.holds(REGISTRARS) {
        filters.push(FilterLink {
            label: shell.t("organizations-to-verify"),
            href: "/organizations?verified=false".into(),
            current: filter.verified == Some(false),
            count: None,
        });
    }
    let empty = EmptyState::new("search", shell.t("organizations-empty"), shell.t("organizations-empty-text"));
    let table = rows(&shell, "organizations-title", &found.items, empty);
    let kind = filter.kind.map(word).unwrap_or_default();
    let verified = filter.verified.map(|v| v.to_string()).unwrap_or_default();
    let query =
        [("kind", kind.as_str()), ("verified", &verified), ("name", filter.name.as_deref().unwrap_or_default())];
    let pager = pager("/organizations", &query, &found, is_first);
    let mut buttons = match who.account() {
        Some(_) => vec![ActionButton::link(shell.t("organization-register"), "/organizations/new").primary()],
        None => Vec::new(),
    };
    if who.holds(REGISTRARS) {
        buttons.push(ActionButton::link(shell.t("import-organizations"), "/organizations/import"));
    }
    if !found.items.is_empty() {
        buttons.extend(papers::buttons::export(shell.locale, "/organizations", &query));
    }
    let heading = shell.t("organizations-title");
    let lead = shell.t("organizations-lead");
    let filters = vec![Filters { label: shell.t("organization-kind"), filters }];
    Ok(Page::new(ListPage { shell: shell.titled(&heading), heading, lead, buttons, filters, table, pager }))
}

#[derive(Template)]
#[template(path = "organizations/organization.html")]
struct OrganizationHtml {
    shell: Shell,
    name: String,
    badge: StateBadge,
    next: Option<NextStep>,
    facts: Facts,
    children: Table,
    members: Option<Table>,
    invite: Option<FormView>,
    history: Option<HistoryList>,
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<OrganizationHtml>, Refusal> {
    let organization = queries::at(app.db.read(), &who, id).await?;
    Ok(Page::new(organization_page(&app, &who, shell, organization).await?))
}

async fn organization_page(
    app: &App,
    who: &Who,
    mut shell: Shell,
    organization: organization::Model,
) -> Result<OrganizationHtml, Refusal> {
    let db = app.db.read();
    let way = queries::way_to(db, who, &organization).await?;
    let list_title = shell.t("organizations-title");
    shell = shell.crumb(list_title, "/organizations");
    for (id, name) in &way {
        shell = shell.crumb(name, format!("/organizations/{id}"));
    }
    let shell = shell.titled(&organization.name);
    let inside = queries::may_see_members(who, &organization);
    let mut facts =
        Facts::new().fact(shell.t("organization-kind"), Cell::text(kind_word(shell.locale, organization.kind)));
    if !organization.introduction.is_empty() {
        facts = facts.fact(shell.t("organization-introduction"), Cell::text(organization.introduction.as_str()));
    }
    if let Some(code) = organization.credit_code.as_deref().filter(|_| inside) {
        facts = facts.fact(shell.t("organization-credit-code"), Cell::text(code));
    }
    if let Some(code) = &organization.division_code {
        facts = facts.fact(shell.t("organization-division-code"), Cell::text(code.as_str()));
    }
    let since = Moment::day(shell.locale, organization.created_at);
    facts = facts.fact(shell.t("organization-since"), Cell::When(since));
    let below = queries::children(db, who, organization.id).await?;
    let none = EmptyState::new("folder", shell.t("organizations-empty"), String::new());
    let children = rows(&shell, "organization-children", &below, none);
    let members = if inside { Some(members_table(app, who, &shell, &organization).await?) } else { None };
    let invite = invite_form(who, &shell, &organization);
    let history = match inside {
        true => {
            let events = audit::history(db, who.tenant, "organization", organization.id, 50).await?;
            Some(history(&shell, "organization", events, app.now()))
        }
        false => None,
    };
    Ok(OrganizationHtml {
        badge: verified_badge(shell.locale, organization.verified_at),
        next: verify_step(who, &shell, &organization),
        name: organization.name,
        shell,
        facts,
        children,
        members,
        invite,
        history,
    })
}

fn verify_step(who: &Who, shell: &Shell, organization: &organization::Model) -> Option<NextStep> {
    if organization.verified_at.is_some() {
        return None;
    }
    let button =
        ActionButton::post(shell.t("organization-verify"), format!("/organizations/{}/verify", organization.id));
    let confirm = Confirm {
        title: shell.t1("organization-verify-title", "name", organization.name.as_str()),
        text: shell.t("organization-verify-text"),
        points: vec![shell.t("organization-verify-point-code"), shell.t("organization-verify-point-right")],
        ok: shell.t("organization-verify"),
    };
    let may = may_verify(who, organization).is_ok();
    Some(NextStep {
        tone: if may { Tone::Active } else { Tone::Attention },
        heading: shell.t("organization-unverified"),
        text: shell.t(if may { "organization-verify-now" } else { "organization-verify-wait" }),
        due: None,
        buttons: if may {
            vec![button.primary().with("_version", organization.version).confirm(confirm)]
        } else {
            Vec::new()
        },
    })
}

async fn members_table(
    app: &App,
    who: &Who,
    shell: &Shell,
    organization: &organization::Model,
) -> Result<Table, Refusal> {
    let columns = ["account-name", "organization-role", "organization-role-since", "organization-role-do"];
    let empty =
        EmptyState::new("hands", shell.t("organization-members-empty"), shell.t("organization-members-empty-text"));
    let columns = columns.map(|key| Column::new(shell.t(key))).into();
    let mut table = Table::new(shell.t("organization-members"), columns, empty);
    for member in queries::members(app.db.read(), who, organization).await? {
        let may = who.account() == Some(member.account_id) || may_grant(who, member.role, organization).is_ok();
        let end = format!("/organizations/{}/members/{}/end", organization.id, member.id);
        let role = shell.t(&format!("role-{}", member.role.as_str()));
        let confirm = Confirm {
            title: shell.t2("organization-role-end-title", "name", member.name.as_str(), "role", role.as_str()),
            text: shell.t("organization-role-end-text"),
            points: Vec::new(),
            ok: shell.t("organization-role-end"),
        };
        let button = ActionButton::post(shell.t("organization-role-end"), end).look(Look::Quiet).confirm(confirm);
        table.row(vec![
            Cell::text(member.name),
            Cell::text(role),
            Cell::When(Moment::day(shell.locale, member.granted_at)),
            if may { Cell::Buttons(vec![button]) } else { Cell::Nothing },
        ]);
    }
    Ok(table)
}

fn invite_form(who: &Who, shell: &Shell, organization: &organization::Model) -> Option<FormView> {
    let roles: Vec<OptionView> = Role::iter()
        .filter(|role| role_fits(*role, organization.kind) && may_grant(who, *role, organization).is_ok())
        .map(|role| OptionView {
            value: role.as_str().into(),
            label: shell.t(&format!("role-{}", role.as_str())),
            selected: false,
        })
        .collect();
    if roles.is_empty() {
        return None;
    }
    let mut login = FormField::plain("login", shell.t("account-login"), Control::Line);
    login.help = Some(shell.t("organization-invite-help"));
    login.required = true;
    let mut role = FormField::plain("role", shell.t("organization-role"), Control::Select);
    role.options = roles;
    role.required = true;
    let form = FormView::plain(format!("/organizations/{}/members", organization.id), vec![login, role]);
    Some(form.submit(shell.t("organization-invite")))
}

async fn verify(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::verify(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/organizations/{id}"), "flash-verified"))
}

async fn grant(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    match grant_by_login(&app, &who, &form.command(acting), id, &form).await {
        Ok(_) => Ok(done(&format!("/organizations/{id}"), "flash-role-granted").into_response()),
        Err(refusal) => {
            let organization = queries::at(app.db.read(), &who, id).await?;
            let mut page = organization_page(&app, &who, shell, organization).await?;
            let locale = page.shell.locale;
            let Some(invite) = &mut page.invite else { return Err(refusal) };
            for field in &mut invite.fields {
                field.value = form.text(&field.name).to_string();
                field.options.iter_mut().for_each(|o| o.selected = o.value == form.text("role"));
            }
            form_errors(invite, locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn grant_by_login(app: &App, who: &Who, command: &Command, id: Uuid, form: &Form) -> Result<(), Refusal> {
    let login = form.text("login").to_ascii_lowercase();
    let role = Role::iter().find(|role| role.as_str() == form.text("role"));
    let role = role.ok_or_else(|| Refusal::field("role", FieldProblem::NotAnOption))?;
    let person = accounts::by_login(app.db.read(), who, &login).await?;
    let account = person.ok_or_else(|| Refusal::rule("login-unknown"))?.id;
    actions::grant(app, who, command, Grant { organization: id, account, role }).await?;
    Ok(())
}

async fn end_role(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((id, membership)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    actions::end_role(&app, &who, &form.command(acting), id, membership).await?;
    Ok(done(&format!("/organizations/{id}"), "flash-role-ended"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Under {
    parent: Option<Uuid>,
}

async fn register_view(app: &App, who: &Who, shell: &Shell, form: &Form) -> Result<FormView, Refusal> {
    let parents = queries::possible_parents(app.db.read(), who).await?;
    let keeper = who.holds(REGISTRARS);
    let option = |value: String, label: String, chosen: &str| OptionView { selected: value == chosen, value, label };
    let mut kind = FormField::plain("kind", shell.t("organization-kind"), Control::Radios);
    kind.options = OrganizationKind::iter()
        .filter(|k| *k != OrganizationKind::LeadOffice && (keeper || super::rules::first_role(*k).is_some()))
        .map(|k| option(sea_orm::ActiveEnum::to_value(&k), kind_word(shell.locale, k), form.text("kind")))
        .collect();
    kind.required = true;
    let mut parent = FormField::plain("parent", shell.t("organization-parent"), Control::Select);
    parent.help = Some(shell.t("organization-parent-help"));
    parent.options = parents.into_iter().map(|p| option(p.id.to_string(), p.name, form.text("parent"))).collect();
    parent.required = true;
    let line = |name: &str, label: &str, control: Control| {
        let mut field = FormField::plain(name, shell.t(label), control);
        field.value = form.text(name).to_string();
        field
    };
    let mut name = line("name", "organization-name", Control::Line);
    name.required = true;
    name.max_length = Some(100);
    let mut credit = line("credit_code", "organization-credit-code", Control::Code);
    credit.help = Some(shell.t("organization-credit-code-help"));
    let mut fields = vec![kind, parent, name, credit];
    if keeper {
        let mut division = line("division_code", "organization-division-code", Control::Code);
        division.help = Some(shell.t("organization-division-code-help"));
        fields.push(division);
    }
    let mut introduction = line("introduction", "organization-introduction", Control::Text);
    introduction.max_length = Some(2000);
    fields.push(introduction);
    Ok(FormView::plain("/organizations", fields)
        .submit(shell.t("organization-register"))
        .cancel(shell.t("dialog-close"), "/organizations"))
}

fn register_page(shell: Shell, form: FormView) -> FormPage {
    let list = shell.t("organizations-title");
    let heading = shell.t("organization-register");
    let lead = shell.t("organization-register-lead");
    FormPage { shell: shell.crumb(list, "/organizations").titled(&heading), heading, lead, form }
}

async fn register_form(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(under): Query<Under>,
) -> Result<Page<FormPage>, Refusal> {
    let given = under.parent.map(|id| ("parent".to_string(), id.to_string()));
    let form = register_view(&app, &who, &shell, &Form(given.into_iter().collect())).await?;
    Ok(Page::new(register_page(shell, form)))
}

async fn register(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    match register_from(&app, &who, &form.command(acting), &form).await {
        Ok(id) => Ok(done(&format!("/organizations/{id}"), "flash-organization-registered").into_response()),
        Err(refusal) => {
            let mut view = register_view(&app, &who, &shell, &form).await?;
            form_errors(&mut view, shell.locale, refusal)?;
            Ok(Page::new(register_page(shell, view)).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

async fn register_from(app: &App, who: &Who, command: &Command, form: &Form) -> Result<Uuid, Refusal> {
    let kind = OrganizationKind::iter().find(|k| sea_orm::ActiveEnum::to_value(k) == form.text("kind"));
    let kind = kind.ok_or_else(|| Refusal::field("kind", FieldProblem::NotAnOption))?;
    let parent =
        Uuid::parse_str(form.text("parent")).map_err(|_| Refusal::field("parent", FieldProblem::NotAnOption))?;
    let optional = |name: &str| Some(form.text(name).to_string()).filter(|text| !text.is_empty());
    let new = NewOrganization {
        parent: Some(parent),
        kind,
        name: form.text("name").to_string(),
        credit_code: optional("credit_code"),
        division_code: optional("division_code"),
        introduction: form.text("introduction").to_string(),
    };
    Ok(actions::register(app, who, command, new).await?.id)
}
