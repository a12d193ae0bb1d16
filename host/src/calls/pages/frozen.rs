//! What stands where a call was edited, once its rules are frozen: the same content to read, and why it cannot be changed.

use super::{facts, paragraphs, questions_table, rubric_table};
use crate::calls::queries;
use crate::calls::rules::editable;
use crate::http::components::{ActionButton, Cell, Facts, Table};
use crate::http::page::{Page, Shell};
use crate::{App, Refusal, Who};
use askama::Template;
use axum::response::{IntoResponse, Response};
use twoway_entity::calls::call;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Basics,
    Questions,
    Rubric,
}

#[derive(Template)]
#[template(path = "calls/frozen.html")]
struct FrozenHtml {
    shell: Shell,
    heading: String,
    back: ActionButton,
    facts: Option<Facts>,
    /// Heading and paragraphs.
    texts: Vec<(String, Vec<String>)>,
    table: Option<Table>,
}

/// The part of a frozen call to read; none while it may be edited. `shell` leads to the page and ends with its name.
pub(super) async fn instead(
    app: &App,
    who: &Who,
    shell: &Shell,
    call: &call::Model,
    part: Part,
) -> Result<Option<Response>, Refusal> {
    if editable(call.state).is_ok() {
        return Ok(None);
    }
    let offices = queries::organization_names(app.db.read(), who.tenant, [call.organization_id]).await?;
    let office = offices.get(&call.organization_id).map_or("", String::as_str);
    let basics = part == Part::Basics;
    let texts = [("guide", &call.guide), ("risk_notice", &call.risk_notice), ("privacy_notice", &call.privacy_notice)];
    let texts = texts.map(|(key, text)| (shell.t(&format!("field-call-{key}")), paragraphs(text)));
    let named = Facts::new()
        .fact(shell.t("field-call-title"), Cell::text(&call.title))
        .fact(shell.t("field-call-summary"), Cell::text(&call.summary));
    let runs = crate::calls::settings_of(app.db.read(), who.tenant, call.id).await?;
    let facts = facts(shell, call, office, &runs)?;
    let page = FrozenHtml {
        heading: shell.crumbs.last().map(|crumb| crumb.label.clone()).unwrap_or_default(),
        back: ActionButton::link(shell.t("call-back"), format!("/office/calls/{}", call.id)),
        facts: basics.then(|| Facts { facts: named.facts.into_iter().chain(facts.facts).collect() }),
        texts: if basics { texts.into_iter().filter(|(_, lines)| !lines.is_empty()).collect() } else { Vec::new() },
        table: match part {
            Part::Basics => None,
            Part::Questions => Some(questions_table(shell, call)?),
            Part::Rubric => Some(rubric_table(shell, call)?),
        },
        shell: shell.clone(),
    };
    Ok(Some(Page::new(page).into_response()))
}
