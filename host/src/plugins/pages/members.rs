use super::{address, role_word, way};
use crate::http::components::{
    ActionButton, Cell, Column, Confirm, EmptyState, Look, Moment, StateBadge, Table, Tone, local_day,
};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::writing::written;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::plugins::Site;
use crate::plugins::members::{self, MemberLine, NewFact, NewMember};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use twoway_entity::plugins::person_fact;
use twoway_ids::{DAY, Millis, Uuid};
use twoway_manifest::{FieldProblem, PREDICATES};

#[derive(Template)]
#[template(path = "plugins/members.html")]
struct MembersHtml {
    shell: Shell,
    heading: String,
    table: Table,
    account: FormView,
    guest: FormView,
}

/// What one says of a fact: "从业查询（至 2027-01-01）".
fn fact_word(shell: &Shell, fact: &person_fact::Model) -> String {
    let word = predicate_word(shell.locale, &fact.predicate);
    let until =
        fact.valid_until.map_or_else(|| shell.t("member-fact-until-none"), |at| written(shell.locale, &local_day(at)));
    format!("{word} · {}", shell.t("member-fact-until") + " " + &until)
}

fn predicate_word(locale: Locale, predicate: &str) -> String {
    match predicate.strip_prefix("trained:") {
        Some(what) => locale.t1("predicate-trained", "what", what),
        None => locale.t(&format!("predicate-{predicate}")),
    }
}

fn is_valid(fact: &person_fact::Model, now: Millis) -> bool {
    fact.valid_from <= now && fact.valid_until.is_none_or(|until| until > now)
}

fn roles_field(shell: &Shell, site: &Site, chosen: &[String]) -> FormField {
    let mut field = FormField::plain("roles", shell.t("member-roles"), Control::Checks);
    field.help = Some(shell.t("member-roles-help"));
    let described = &site.loaded.description().roles;
    field.options = described
        .iter()
        .map(|role| OptionView {
            value: role.key.clone(),
            label: role_word(site, shell.locale, &role.key),
            selected: chosen.contains(&role.key),
        })
        .collect();
    field
}

fn line(name: &str, label: String, value: &str) -> FormField {
    let mut field = FormField::plain(name, label, Control::Line);
    field.value = value.to_string();
    field.required = true;
    field
}

fn account_form(shell: &Shell, site: &Site, given: &Form) -> FormView {
    let mut login = line("login", shell.t("member-login"), given.text("login"));
    login.help = Some(shell.t("member-login-help"));
    let chosen = chosen_roles(given);
    FormView::plain(address(site.project(), "/members"), vec![login, roles_field(shell, site, &chosen)])
        .with("_kind", "account")
        .submit(shell.t("member-add"))
}

fn guest_form(shell: &Shell, site: &Site, given: &Form) -> FormView {
    let mut phone = FormField::plain("phone", shell.t("member-phone"), Control::Tel);
    phone.value = given.text("phone").to_string();
    let mut roles = roles_field(shell, site, &chosen_roles(given));
    roles.id = "f-guest-roles".into();
    let fields = vec![line("name", shell.t("member-name"), given.text("name")), phone, roles];
    let mut form = FormView::plain(address(site.project(), "/members"), fields).with("_kind", "guest");
    form = form.button(shell.t("member-add-guest"), "guest", Look::Plain);
    form
}

fn chosen_roles(form: &Form) -> Vec<String> {
    form.0.iter().filter(|(name, _)| name == "roles").map(|(_, value)| value.clone()).collect()
}

async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    project: Uuid,
    failed: Option<(Form, Refusal)>,
) -> Result<MembersHtml, Refusal> {
    let lines = members::list(app, who, project).await?;
    let site = Site::get(app, project).await?;
    let columns = ["member-column-name", "member-column-roles", "member-column-facts"].map(|k| Column::new(shell.t(k)));
    let empty = EmptyState::new("hands", shell.t("member-none"), shell.t("member-none-text"));
    let heading = shell.t("place-members");
    let mut table = Table::new(heading.as_str(), columns.into(), empty);
    for member in &lines {
        table.row(vec![
            Cell::link(name_word(&shell, member), address(project, &format!("/members/{}", member.id))),
            Cell::List(member.roles.iter().map(|r| role_word(&site, shell.locale, r)).collect()),
            Cell::List(member.facts.iter().filter(|f| is_valid(f, app.now())).map(|f| fact_word(&shell, f)).collect()),
        ]);
    }
    let nothing = Form(Vec::new());
    let (mut account, mut guest) = (account_form(&shell, &site, &nothing), guest_form(&shell, &site, &nothing));
    if let Some((form, refusal)) = failed {
        let wrong = if form.text("_kind") == "guest" {
            guest = guest_form(&shell, &site, &form);
            &mut guest
        } else {
            account = account_form(&shell, &site, &form);
            &mut account
        };
        form_errors(wrong, shell.locale, refusal)?;
    }
    Ok(MembersHtml { shell: way(shell, &site).titled(&heading), heading, table, account, guest })
}

fn name_word(shell: &Shell, member: &MemberLine) -> String {
    let mark = match (member.ended_at, member.is_guest) {
        (Some(_), _) => shell.t("member-ended"),
        (None, true) => shell.t("member-guest"),
        (None, false) => return member.name.clone(),
    };
    format!("{} · {mark}", member.name)
}

pub(super) async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(project): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, project, None).await?))
}

pub(super) async fn add(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(project): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let given = |name: &str| Some(form.text(name).to_string()).filter(|t| !t.is_empty());
    let is_guest = form.text("_kind") == "guest";
    let new =
        NewMember { login: given("login"), name: given("name"), phone: given("phone"), roles: chosen_roles(&form) };
    if !is_guest && new.login.is_none() {
        let missing = Refusal::field("login", FieldProblem::Missing);
        let page = page(&app, &who, shell, project, Some((form, missing))).await?;
        return Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    match members::add_member(&app, &who, &form.command(acting), project, new).await {
        Ok(member) => {
            Ok(done(&address(project, &format!("/members/{}", member.id)), "flash-member-added").into_response())
        }
        Err(refusal) => {
            let page = page(&app, &who, shell, project, Some((form, refusal))).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "plugins/member.html")]
struct MemberHtml {
    shell: Shell,
    name: String,
    mark: Option<StateBadge>,
    phone: Option<String>,
    facts: Table,
    roles: FormView,
    fact: FormView,
    end: Option<ActionButton>,
}

/// Which of the page's forms came back, and why.
enum Failed {
    Roles(Form, Refusal),
    Fact(Form, Refusal),
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path((project, member)): Path<(Uuid, Uuid)>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(member_page(&app, &who, shell, project, member, None).await?))
}

async fn member_page(
    app: &App,
    who: &Who,
    shell: Shell,
    project: Uuid,
    id: Uuid,
    failed: Option<Failed>,
) -> Result<MemberHtml, Refusal> {
    let lines = members::list(app, who, project).await?;
    let member = lines.into_iter().find(|m| m.id == id).ok_or(Refusal::NotFound)?;
    let site = Site::get(app, project).await?;
    let own = address(project, &format!("/members/{id}"));
    let chosen = match &failed {
        Some(Failed::Roles(form, _)) => chosen_roles(form),
        _ => member.roles.clone(),
    };
    let mut roles = FormView::plain(format!("{own}/roles"), vec![roles_field(&shell, &site, &chosen)])
        .with("_version", member.version)
        .submit(shell.t("member-save"));
    let nothing = Form(Vec::new());
    let given = match &failed {
        Some(Failed::Fact(form, _)) => form,
        _ => &nothing,
    };
    let mut fact = fact_form(&shell, &own, given);
    match failed {
        Some(Failed::Roles(_, refusal)) => form_errors(&mut roles, shell.locale, refusal)?,
        Some(Failed::Fact(_, refusal)) => form_errors(&mut fact, shell.locale, refusal)?,
        None => {}
    }
    let mark = match (member.ended_at, member.is_guest) {
        (Some(_), _) => Some(StateBadge::new(shell.t("member-ended"), Tone::Neutral)),
        (None, true) => Some(StateBadge::new(shell.t("member-guest"), Tone::Neutral)),
        (None, false) => None,
    };
    let end = member.ended_at.is_none().then(|| {
        ActionButton::post(shell.t("member-end"), format!("{own}/end"))
            .with("_version", member.version)
            .look(Look::Danger)
            .confirm(Confirm {
                title: shell.t("member-end-title"),
                text: shell.t("member-end-text"),
                points: Vec::new(),
                ok: shell.t("member-end"),
            })
    });
    let facts = facts_table(app, &shell, &own, &member);
    let people = shell.t("place-members");
    let shell = way(shell, &site).crumb(people, address(project, "/members")).titled(member.name.as_str());
    Ok(MemberHtml { shell, mark, phone: member.phone, facts, roles, fact, end, name: member.name })
}

fn facts_table(app: &App, shell: &Shell, own: &str, member: &MemberLine) -> Table {
    let columns = ["member-fact-predicate", "member-fact-document", "member-fact-until", "place-actions-on"];
    let empty = EmptyState::new("folder", shell.t("member-facts-none"), "");
    let mut table = Table::new(shell.t("member-facts"), columns.map(|k| Column::new(shell.t(k))).into(), empty);
    for fact in &member.facts {
        let revoke = ActionButton::post(shell.t("member-fact-revoke"), format!("{own}/facts/{}/revoke", fact.id));
        table.row(vec![
            Cell::text(predicate_word(shell.locale, &fact.predicate)),
            Cell::text(fact.document.as_str()),
            match fact.valid_until {
                Some(until) => Cell::When(Moment::due(shell.locale, until, app.now(), None)),
                None => Cell::text(shell.t("member-fact-until-none")),
            },
            Cell::Buttons(vec![revoke.look(Look::Quiet)]),
        ]);
    }
    table
}

fn fact_form(shell: &Shell, own: &str, given: &Form) -> FormView {
    let mut predicate = FormField::plain("predicate", shell.t("member-fact-predicate"), Control::Radios);
    predicate.required = true;
    let option = |value: &str, label: String| OptionView {
        value: value.into(),
        label,
        selected: given.text("predicate") == value,
    };
    predicate.options = PREDICATES.iter().map(|p| option(p, predicate_word(shell.locale, p))).collect();
    predicate.options.push(option("trained", shell.t("member-fact-trained")));
    let mut what = FormField::plain("what", shell.t("member-fact-what"), Control::Line);
    what.value = given.text("what").to_string();
    what.show_if = Some(("predicate".into(), "trained".into()));
    let date = |name: &str, key: &str, required: bool| {
        let mut field = FormField::plain(name, shell.t(key), Control::Date);
        field.value = given.text(name).to_string();
        field.required = required;
        field
    };
    let fields = vec![
        predicate,
        what,
        line("document", shell.t("member-fact-document"), given.text("document")),
        date("valid_from", "member-fact-from", true),
        date("valid_until", "member-fact-until", false),
    ];
    FormView::plain(format!("{own}/facts"), fields).submit(shell.t("member-fact-add"))
}

pub(super) async fn set_roles(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((project, member)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<Response, Refusal> {
    let roles = chosen_roles(&form);
    match members::set_roles(&app, &who, &form.command(acting), project, member, roles).await {
        Ok(_) => Ok(done(&address(project, &format!("/members/{member}")), "flash-member-saved").into_response()),
        Err(refusal) => {
            let failed = Some(Failed::Roles(form, refusal));
            let page = member_page(&app, &who, shell, project, member, failed).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

pub(super) async fn end(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((project, member)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    members::end_member(&app, &who, &form.command(acting), project, member).await?;
    Ok(done(&address(project, "/members"), "flash-member-ended"))
}

/// A local day as its first moment.
fn day(app: &App, field: &str, text: &str) -> Result<Millis, Refusal> {
    let day: NaiveDate = text.parse().map_err(|_| Refusal::field(field, FieldProblem::BadDate))?;
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    Ok(midnight - Millis::from(app.config.utc_offset_minutes) * 60_000)
}

fn new_fact(app: &App, form: &Form) -> Result<NewFact, Refusal> {
    let predicate = match form.text("predicate") {
        "trained" => format!("trained:{}", form.text("what")),
        other => other.to_string(),
    };
    let valid_until = match form.text("valid_until") {
        "" => None,
        // A paper counts through its last day.
        text => Some(day(app, "valid_until", text)? + DAY),
    };
    let valid_from = day(app, "valid_from", form.text("valid_from"))?;
    Ok(NewFact { predicate, document: form.text("document").to_string(), valid_from, valid_until })
}

pub(super) async fn record_fact(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path((project, member)): Path<(Uuid, Uuid)>,
    form: Form,
) -> Result<Response, Refusal> {
    let recorded = match new_fact(&app, &form) {
        Ok(fact) => members::record_fact(&app, &who, &form.command(acting), project, member, fact).await,
        Err(refusal) => Err(refusal),
    };
    match recorded {
        Ok(_) => Ok(done(&address(project, &format!("/members/{member}")), "flash-fact-recorded").into_response()),
        Err(refusal) => {
            let failed = Some(Failed::Fact(form, refusal));
            let page = member_page(&app, &who, shell, project, member, failed).await?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

pub(super) async fn revoke_fact(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path((project, member, fact)): Path<(Uuid, Uuid, Uuid)>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    members::revoke_fact(&app, &who, &form.command(acting), project, member, fact).await?;
    Ok(done(&address(project, &format!("/members/{member}")), "flash-fact-revoked"))
}
