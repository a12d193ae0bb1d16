use super::actions::{self, Account};
use super::queries::{self, FILES, SHOWN, find};
use crate::files::{self, CheckedFile, UploadForm};
use crate::http::components::{ActionButton, Cell, Column, EmptyState, Look, Moment, Pager, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::usual::{FormPage, ListPage};
use crate::http::{Access, ActingFor, Caller, Form, Path, Routes};
use crate::projects::{self, Sight};
use crate::{App, Refusal, Who};
use axum::extract::{Multipart, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use sea_orm::EntityTrait;
use twoway_entity::sponsoring::project_disclosure as disclosure;
use twoway_ids::Uuid;

/// The boxes for photos.
const BOXES: [&str; 3] = ["photos", "photos_2", "photos_3"];

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .page(Method::GET, "/projects/{id}/disclosures", Access::SignedIn, list)
        .page(Method::GET, "/disclosures/{id}/write", Access::SignedIn, write_form)
        .page(Method::POST, "/disclosures/{id}/write", Access::SignedIn, write)
        .page(Method::GET, "/disclosures/{id}/photos/{file}", Access::Public, photo)
}

async fn list(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Page<ListPage>, Refusal> {
    let db = app.db.read();
    let seen = projects::find_visible(db, &who, id).await?;
    if seen.sight == Sight::Public {
        return Err(Refusal::NotFound);
    }
    let told = queries::of(db, who.tenant, id, false, SHOWN).await?;
    let l = shell.locale;
    let leads = projects::queries::leads(&who, &seen.row);
    let columns =
        ["number", "kind", "due", "text", "state"].map(|c| Column::new(l.t(&format!("disclosure-column-{c}"))));
    let empty = EmptyState::new("signpost", l.t("disclosure-empty"), l.t("disclosure-empty-text"));
    let mut table = Table::new(l.t("disclosures"), columns.into(), empty);
    for row in &told.rows {
        let text = match (&row.received, &row.done) {
            (Some(received), Some(done)) => {
                let photos = told.photos_of(row.id).count();
                let mut said = vec![received.clone(), done.clone()];
                said.extend((photos > 0).then(|| l.t1("disclosure-photos-n", "n", photos.to_string())));
                Cell::List(said)
            }
            _ => Cell::Nothing,
        };
        let state = match row.published_at {
            Some(at) => Cell::When(Moment::day(l, at)),
            None if leads => {
                let write = ActionButton::link(l.t("disclosure-write"), format!("/disclosures/{}/write", row.id));
                Cell::Buttons(vec![write.look(Look::Primary)])
            }
            None if row.due_at <= app.now() => Cell::State(StateBadge::new(l.t("disclosure-late"), Tone::Bad)),
            None => Cell::State(StateBadge::new(l.t("disclosure-open"), Tone::Attention)),
        };
        table.row(vec![
            Cell::Text(l.t1("disclosure-number", "n", row.number)),
            Cell::Text(l.t(&format!("disclosure-{}", row.kind.as_str()))),
            Cell::When(Moment::day(l, row.due_at - 1)),
            text,
            state,
        ]);
    }
    let (heading, crumb) = (l.t("disclosures"), l.t("nav-projects"));
    Ok(Page::new(ListPage {
        lead: l.t("disclosures-lead"),
        buttons: Vec::new(),
        filters: Vec::new(),
        pager: Pager { first: None, next: None, shown: told.rows.len(), total: None },
        table,
        shell: shell.crumb(crumb, "/projects").crumb(seen.row.title, format!("/projects/{id}")).titled(heading.clone()),
        heading,
    }))
}

async fn write_page(
    app: &App,
    who: &Who,
    shell: Shell,
    id: Uuid,
    typed: &Form,
    refusal: Option<Refusal>,
) -> Result<Response, Refusal> {
    let (owed, row) = find(app.db.read(), who, id).await?;
    if !projects::queries::leads(who, &row) {
        return Err(Refusal::NotAllowed);
    }
    if owed.published_at.is_some() {
        return Err(Refusal::of("disclosure-published", "D14"));
    }
    let l = shell.locale;
    let text = |name: &str, key: &str| {
        let mut field = FormField::plain(name, l.t(key), Control::Text);
        field.required = true;
        field.max_length = Some(super::rules::LONGEST);
        field.value = typed.text(name).to_string();
        field
    };
    let mut fields = vec![text("received", "field-disclosure-received"), text("done", "field-disclosure-done")];
    // A browser's box takes one file.
    fields.extend(BOXES.map(|name| FormField::plain(name, l.t("field-disclosure-photos"), Control::File)));
    let back = format!("/projects/{}/disclosures", row.id);
    let mut form = FormView::plain(format!("/disclosures/{id}/write"), fields)
        .submit(l.t("disclosure-submit"))
        .cancel(l.t("cancel"), back.clone());
    let failed = refusal.is_some();
    if let Some(refusal) = refusal {
        form_errors(&mut form, l, refusal)?;
    }
    let crumb = l.t("disclosures");
    let heading = l.t("disclosure-write");
    let lead = l.t("disclosure-write-lead");
    let shell = shell.crumb(crumb, back).titled(heading.clone());
    let page = Page::new(FormPage { heading, lead, form, shell });
    Ok(if failed { page.status(StatusCode::UNPROCESSABLE_ENTITY).into_response() } else { page.into_response() })
}

async fn write_form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
    shell: Shell,
) -> Result<Response, Refusal> {
    write_page(&app, &who, shell, id, &Form(Vec::new()), None).await
}

fn photos(form: &mut UploadForm, limit: usize) -> Result<Vec<CheckedFile>, Refusal> {
    let mut photos = Vec::new();
    for name in BOXES {
        photos.extend(form.file(name, limit)?);
    }
    Ok(photos)
}

async fn write(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(id): Path<Uuid>,
    shell: Shell,
    form: Multipart,
) -> Result<Response, Refusal> {
    let limit = app.config.attachment_limit;
    let mut form = UploadForm::read(form, limit).await?;
    let command = form.form.command(acting);
    let (row, _) = find(app.db.read(), &who, id).await?;
    let published = async {
        let told = Account {
            received: form.form.text("received").to_string(),
            done: form.form.text("done").to_string(),
            photos: photos(&mut form, limit)?,
        };
        actions::publish(&app, &who, &command, id, told).await
    };
    match published.await {
        Ok(_) => {
            Ok(done(&format!("/projects/{}/disclosures", row.project_id), "flash-disclosure-published").into_response())
        }
        Err(refusal) => write_page(&app, &who, shell, id, &form.form, Some(refusal)).await,
    }
}

/// A photo that was published. Everybody may see it where the project has a public page.
async fn photo(
    State(app): State<App>,
    Caller(who): Caller,
    Path((id, file)): Path<(Uuid, Uuid)>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let row = disclosure::Entity::find_by_id((who.tenant, id)).one(db).await?.ok_or(Refusal::NotFound)?;
    projects::find_visible(db, &who, row.project_id).await?;
    let photos = files::of(db, who.tenant, FILES, &[id]).await?;
    let photo = photos.into_iter().find(|p| p.id == file).ok_or(Refusal::NotFound)?;
    files::send(&app, &photo.name, &photo.media_type, &photo.sha256).await
}
