use super::actions::{InterestInput, ProfileInput};
use super::api::{KEEPS, OFFICE, lines};
use super::queries::{Profile, interests_of, may_see, profiles};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, Moment, Table};
use crate::http::form_view::{Control, FormField, FormView, OptionView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{ListPage, pager};
use crate::http::{ActingFor, Caller, Form, Paging, Path, Query, Routes};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use twoway_entity::organizations::organization;
use twoway_entity::reviews::InterestKind;
use twoway_ids::Uuid;
use twoway_manifest::FieldProblem;

pub fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/office/reviewers", OFFICE, list)
        .page(Method::GET, "/reviewers/{id}", KEEPS, show)
        .page(Method::POST, "/reviewers/{id}", KEEPS, save)
        .page(Method::POST, "/reviewers/{id}/interests", KEEPS, add)
        .page(Method::POST, "/reviewer-interests/{id}/end", KEEPS, end)
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Query(paging): Query<Paging>,
) -> Result<Page<ListPage>, Refusal> {
    let found = lines(&app, who.tenant, &paging).await?;
    let columns = ["expert-name", "expert-house", "expert-areas", "expert-most"].map(|key| Column::new(shell.t(key)));
    let empty = EmptyState::new("hands", shell.t("experts-empty"), shell.t("experts-empty-text"));
    let mut table = Table::new(shell.t("experts"), columns.into(), empty);
    for line in &found.items {
        table.row(vec![
            Cell::link(line.name.as_str(), format!("/reviewers/{}", line.id)),
            Cell::text(line.organization.as_str()),
            if line.areas.is_empty() { Cell::Nothing } else { Cell::text(line.areas.join(&shell.t("list-comma"))) },
            line.most.map_or(Cell::text(shell.t("expert-no-bound")), Cell::number),
        ]);
    }
    let pager = pager("/office/reviewers", &[], &found, paging.cursor.is_none());
    let (heading, lead) = (shell.t("experts"), shell.t("experts-lead"));
    let calls = shell.t("office-calls-title");
    let shell = shell.crumb(calls, "/office/calls").titled(&heading);
    Ok(Page::new(ListPage { shell, heading, lead, buttons: Vec::new(), filters: Vec::new(), table, pager }))
}

#[derive(Template)]
#[template(path = "reviews/expert.html")]
struct ExpertHtml {
    shell: Shell,
    heading: String,
    lead: String,
    profile: FormView,
    interests: Table,
    add: FormView,
}

async fn page(app: &App, who: &Who, shell: Shell, id: Uuid) -> Result<ExpertHtml, Refusal> {
    let name = may_see(app, who, id).await?;
    let profile = profiles(app, &[id]).await?.remove(&id).unwrap_or_default();
    let interests = interests_of(app, id).await?;
    let houses = interests.iter().filter_map(|i| i.organization_id);
    let houses = crate::calls::queries::organization_names(app.db.read(), who.tenant, houses).await?;
    let columns = ["interest-kind", "interest-house", "interest-phone", "interest-note", "interest-added", "review-do"];
    let empty = EmptyState::new("hands", shell.t("interests-empty"), shell.t("interests-empty-text"));
    let mut table = Table::new(shell.t("interests"), columns.map(|key| Column::new(shell.t(key))).into(), empty);
    for row in &interests {
        let end = ActionButton::post(shell.t("interest-end"), format!("/reviewer-interests/{}/end", row.id));
        table.row(vec![
            Cell::text(shell.t(kind_key(row.kind))),
            row.organization_id.and_then(|o| houses.get(&o)).map_or(Cell::Nothing, Cell::text),
            if row.mark.is_some() { Cell::text(shell.t("interest-has-phone")) } else { Cell::Nothing },
            if row.note.is_empty() { Cell::Nothing } else { Cell::text(row.note.as_str()) },
            Cell::When(Moment::exactly(row.added_at)),
            Cell::Buttons(vec![end.look(Look::Quiet)]),
        ]);
    }
    let own = who.account() == Some(id);
    let (list, href) = if own { ("nav-reviews", "/reviews") } else { ("experts", "/office/reviewers") };
    let list = shell.t(list);
    let heading = if own { shell.t("expert-own") } else { name };
    Ok(ExpertHtml {
        lead: shell.t("expert-lead"),
        profile: profile_form(&shell, id, &profile),
        interests: table,
        add: interest_form(&shell, id, &Form(Vec::new())),
        shell: shell.crumb(list, href).titled(&heading),
        heading,
    })
}

fn kind_key(kind: InterestKind) -> &'static str {
    match kind {
        InterestKind::Family => "interest-family",
        InterestKind::LegalRepresentative => "interest-legal-representative",
        InterestKind::OwnPhone => "interest-own-phone",
        InterestKind::OwnId => "interest-own-id",
    }
}

fn profile_form(shell: &Shell, id: Uuid, profile: &Profile) -> FormView {
    let mut areas = FormField::plain("areas", shell.t("expert-areas"), Control::Text);
    areas.value = profile.areas.join("\n");
    areas.help = Some(shell.t("expert-areas-help"));
    let mut most = FormField::plain("most", shell.t("expert-most"), Control::Number);
    most.value = profile.most.map(|n| n.to_string()).unwrap_or_default();
    most.help = Some(shell.t("expert-most-help"));
    (most.min, most.max) = (Some(1), Some(500));
    FormView::plain(format!("/reviewers/{id}"), vec![areas, most]).submit(shell.t("expert-save"))
}

fn interest_form(shell: &Shell, id: Uuid, typed: &Form) -> FormView {
    let mut kind = FormField::plain("kind", shell.t("interest-kind"), Control::Radios);
    kind.required = true;
    kind.options = [
        ("family", InterestKind::Family),
        ("legal-representative", InterestKind::LegalRepresentative),
        ("own-phone", InterestKind::OwnPhone),
        ("own-id", InterestKind::OwnId),
    ]
    .map(|(value, kind)| OptionView {
        value: value.into(),
        label: shell.t(kind_key(kind)),
        selected: typed.text("kind") == value,
    })
    .into();
    let mut house = FormField::plain("organization", shell.t("interest-house"), Control::Line);
    house.help = Some(shell.t("interest-house-help"));
    let mut phone = FormField::plain("phone", shell.t("interest-phone"), Control::Tel);
    phone.help = Some(shell.t("interest-phone-help"));
    let mut own_id = FormField::plain("id_number", shell.t("interest-id-number"), Control::Code);
    own_id.help = Some(shell.t("interest-id-number-help"));
    let mut note = FormField::plain("note", shell.t("interest-note"), Control::Line);
    note.max_length = Some(500);
    let mut fields = vec![kind, house, phone, own_id, note];
    fields.iter_mut().skip(1).for_each(|field| field.value = typed.text(&field.name).to_string());
    FormView::plain(format!("/reviewers/{id}/interests"), fields).button(shell.t("interest-add"), "add", Look::Plain)
}

async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, id).await?))
}

async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let areas: Vec<String> = form.text("areas").lines().map(str::to_string).collect();
    let most = match form.text("most") {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Refusal::field("most", FieldProblem::WrongType)),
    };
    let saved = match most {
        Ok(most) => {
            let input = ProfileInput { areas, most };
            super::set_profile(&app, &who, &form.command(acting), id, input).await
        }
        Err(refusal) => Err(refusal),
    };
    let refusal = match saved {
        Ok(_) => return Ok(done(&format!("/reviewers/{id}"), "flash-saved").into_response()),
        Err(refusal) => refusal,
    };
    let mut page = page(&app, &who, shell, id).await?;
    for field in &mut page.profile.fields {
        field.value = form.text(&field.name).to_string();
    }
    form_errors(&mut page.profile, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// The organisation of this name or credit code.
async fn named(app: &App, who: &Who, text: &str) -> Result<Option<Uuid>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let either =
        Condition::any().add(organization::Column::Name.eq(text)).add(organization::Column::CreditCode.eq(text));
    let row = organization::Entity::find()
        .filter(organization::Column::TenantId.eq(who.tenant))
        .filter(either)
        .one(app.db.read())
        .await?;
    row.map(|row| Some(row.id)).ok_or(Refusal::field("organization", FieldProblem::NotAnOption))
}

async fn typed_interest(app: &App, who: &Who, form: &Form) -> Result<InterestInput, Refusal> {
    let kind = match form.text("kind") {
        "family" => InterestKind::Family,
        "legal-representative" => InterestKind::LegalRepresentative,
        "own-phone" => InterestKind::OwnPhone,
        "own-id" => InterestKind::OwnId,
        "" => return Err(Refusal::field("kind", FieldProblem::Missing)),
        _ => return Err(Refusal::field("kind", FieldProblem::NotAnOption)),
    };
    Ok(InterestInput {
        kind,
        organization_id: named(app, who, form.text("organization")).await?,
        phone: Some(form.text("phone").to_string()),
        id_number: Some(form.text("id_number").to_string()),
        note: form.text("note").to_string(),
    })
}

async fn add(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    shell: Shell,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Refusal> {
    let added = match typed_interest(&app, &who, &form).await {
        Ok(input) => super::add_interest(&app, &who, &form.command(acting), id, input).await,
        Err(refusal) => Err(refusal),
    };
    let refusal = match added {
        Ok(_) => return Ok(done(&format!("/reviewers/{id}"), "flash-interest-added").into_response()),
        Err(refusal) => refusal,
    };
    let mut page = page(&app, &who, shell, id).await?;
    page.add = interest_form(&page.shell, id, &form);
    form_errors(&mut page.add, page.shell.locale, refusal)?;
    Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

async fn end(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<impl IntoResponse, Refusal> {
    let ended = super::end_interest(&app, &who, &form.command(acting), id).await?;
    Ok(done(&format!("/reviewers/{}", ended.id), "flash-interest-ended"))
}
