//! The office reads and edits the platform's sentences.

use crate::http::components::{BlankList, Cell, Column, EmptyState, Pager, StateBadge, Table, Tone};
use crate::http::form_view::{Control, FormField, FormView};
use crate::http::page::{Page, Shell};
use crate::http::preferences::done;
use crate::http::problem::form_errors;
use crate::http::texts::Locale;
use crate::http::usual::ListPage;
use crate::http::{ActingFor, Caller, Form, Path};
use crate::notices::actions;
use crate::notices::wordings::{blanks_of, original, own, templates};
use crate::notices::{NewWording, Wordings};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

const PLACE: &str = "/office/wordings";

pub(super) async fn list(State(app): State<App>, Caller(who): Caller, shell: Shell) -> Result<Page<ListPage>, Refusal> {
    let words = Wordings::load(app.db.read(), who.tenant).await?;
    let l = shell.locale;
    let columns = ["sentence", "whose", "mail"].map(|c| Column::new(l.t(&format!("wordings-column-{c}"))));
    let mut table =
        Table::new(l.t("nav-wordings"), columns.into(), EmptyState::new("folder", String::new(), String::new()));
    for template in templates() {
        let row = words.get(template);
        let edited = row.and_then(|row| own(row, l));
        let text = edited.map(str::to_string).or_else(|| original(l, template)).unwrap_or_default();
        let whose = match edited {
            Some(_) => StateBadge::new(l.t("wordings-own"), Tone::Active),
            None => StateBadge::new(l.t("wordings-platform"), Tone::Neutral),
        };
        table.row(vec![
            Cell::link(text, format!("{PLACE}/{template}")),
            Cell::State(whose),
            Cell::text(l.t(if words.looked_at(template) { "wordings-looked-at" } else { "wordings-at-once" })),
        ]);
    }
    let (heading, lead) = (l.t("nav-wordings"), l.t("wordings-lead"));
    let pager = Pager { first: None, next: None, shown: templates().len(), total: None };
    Ok(Page::new(ListPage {
        shell: shell.titled(&heading),
        heading,
        lead,
        buttons: Vec::new(),
        filters: Vec::new(),
        table,
        pager,
    }))
}

#[derive(Template)]
#[template(path = "mail/wording.html")]
struct WordingHtml {
    shell: Shell,
    heading: String,
    lead: String,
    form: FormView,
    blanks: BlankList,
}

/// The form with what was typed, or with what stands there.
async fn page(
    app: &App,
    who: &Who,
    shell: Shell,
    template: &str,
    typed: Option<&Form>,
) -> Result<WordingHtml, Refusal> {
    if !templates().contains(template) {
        return Err(Refusal::NotFound);
    }
    let words = Wordings::load(app.db.read(), who.tenant).await?;
    let (l, row) = (shell.locale, words.get(template));
    let text = |key: &str, label: &str, locale: Locale| {
        let mut field = FormField::plain(key, l.t(label), Control::Text);
        let stands = row.and_then(|row| own(row, locale)).unwrap_or_default();
        field.value = typed.map_or(stands, |form| form.text(key)).to_string();
        field.max_length = Some(500);
        field.help = original(locale, template).map(|own| l.t1("wordings-original", "text", own));
        field
    };
    let mut looked_at = FormField::plain("looked_at", l.t("wordings-look"), Control::Checkbox);
    looked_at.value =
        typed.map_or(row.is_some_and(|row| row.looked_at), |form| form.text("looked_at") == "true").to_string();
    looked_at.help = Some(l.t("wordings-look-help"));
    let fields = vec![text("zh_cn", "wordings-zh", Locale::ZhCn), text("en", "wordings-en", Locale::En), looked_at];
    let form = FormView::plain(format!("{PLACE}/{template}"), fields)
        .with("_version", row.map_or(0, |row| row.version))
        .submit(l.t("save"))
        .cancel(l.t("cancel"), PLACE);
    let blanks = blanks_of(template);
    let lead = l.t(if blanks.is_empty() { "wordings-no-values" } else { "wordings-values" });
    let heading = l.t("wordings-edit");
    let shell = shell.crumb(l.t("nav-wordings"), PLACE).titled(&heading);
    let blanks = BlankList::new(&shell, &blanks, "wordings-value");
    Ok(WordingHtml { shell, heading, lead, form, blanks })
}

pub(super) async fn form(
    State(app): State<App>,
    Caller(who): Caller,
    Path(template): Path<String>,
    shell: Shell,
) -> Result<Page<impl Template>, Refusal> {
    Ok(Page::new(page(&app, &who, shell, &template, None).await?))
}

pub(super) async fn save(
    State(app): State<App>,
    Caller(who): Caller,
    acting: ActingFor,
    Path(template): Path<String>,
    shell: Shell,
    form: Form,
) -> Result<Response, Refusal> {
    let wording = NewWording {
        zh_cn: form.text("zh_cn").to_string(),
        en: form.text("en").to_string(),
        looked_at: form.text("looked_at") == "true",
    };
    match actions::word(&app, &who, &form.command(acting), &template, wording).await {
        Ok(_) => Ok(done(PLACE, "flash-saved").into_response()),
        Err(refusal) => {
            let mut page = page(&app, &who, shell, &template, Some(&form)).await?;
            form_errors(&mut page.form, page.shell.locale, refusal)?;
            Ok(Page::new(page).status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}
