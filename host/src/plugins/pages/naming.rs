use crate::http::form_view::FieldWords;
use crate::http::texts::Locale;
use crate::http::writing::{date, written};
use crate::plugins::records::{Asked, Reader, Seen, title};
use crate::plugins::{Insider, members};
use crate::{App, Refusal, Who};
use serde_json::Value;
use std::collections::HashMap;
use twoway_entity::plugins::record;
use twoway_ids::Uuid;
use twoway_manifest::FieldType;

/// The names of persons that the reader may see, by pseudonym: all of them for the staff, for everybody their own.
pub(super) async fn people(
    app: &App,
    who: &Who,
    insider: &Insider,
    project: Uuid,
) -> Result<HashMap<String, String>, Refusal> {
    if insider.is_staff() {
        return members::names_by_pseudonym(app, project).await;
    }
    Ok(who.actor().map(|actor| (insider.pseudonym.clone(), actor.name.clone())).into_iter().collect())
}

/// What people call these records in a list, so that nobody has to know a number: one without a title of its own is called by what it
/// belongs to ("2027-01-25 · 3F2A1B"), one whose title is a number also by what it says ("L0007 · 蓝色长柄雨伞"). One query for all.
pub(super) async fn names(
    app: &App,
    locale: Locale,
    reader: &Reader,
    rows: &[record::Model],
) -> Result<Vec<String>, Refusal> {
    let full = full_names(app, locale, reader, rows).await?;
    let name = |(row, full): (&record::Model, String)| {
        if is_unnamed(row) {
            return Ok(full);
        }
        let title = title(row);
        let says = if is_number(&title) { says(locale, reader, row)? } else { None };
        let title = written(locale, &title);
        Ok(says.map_or(title.clone(), |says| format!("{title} · {says}")))
    };
    rows.iter().zip(full).map(name).collect()
}

/// A number and no date: digits, hyphens, strokes and the letters that begin a series.
fn is_number(title: &str) -> bool {
    let plain = title.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, '-' | '/'));
    plain && date(Locale::default(), title).is_none()
}

/// The beginning of a text that the reader may see in a record, else of a line, else what was chosen in it.
fn says(locale: Locale, reader: &Reader, row: &record::Model) -> Result<Option<String>, Refusal> {
    const LONGEST: usize = 24;
    let prefix = format!("field-{}", row.kind);
    let words = FieldWords::plugin(&reader.site.loaded.texts, locale, &prefix);
    let own = title(row);
    let (mut text, mut line, mut chosen) = (None, None, None);
    for (field, seen) in reader.fields(row, false)? {
        match (field.kind, seen) {
            (FieldType::Line | FieldType::Text, Seen::Content(Value::String(said)))
                if said != own && !said.is_empty() && !is_number(&said) =>
            {
                let place = if field.kind == FieldType::Text { &mut text } else { &mut line };
                place.get_or_insert(said);
            }
            (FieldType::Choice, Seen::Content(value)) => chosen = chosen.or(words.said(field, &value)),
            _ => {}
        }
    }
    Ok(text.or(line).or(chosen).map(|said| match said.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said,
    }))
}

/// Title, what the record belongs to and what was chosen for it: two adults of one name are told apart by their children.
async fn full_names(
    app: &App,
    locale: Locale,
    reader: &Reader,
    rows: &[record::Model],
) -> Result<Vec<String>, Refusal> {
    let belongs = reader.titles(app, rows.iter().flat_map(references).collect()).await?;
    rows.iter()
        .map(|row| {
            let prefix = format!("field-{}", row.kind);
            let words = FieldWords::plugin(&reader.site.loaded.texts, locale, &prefix);
            let mut parts = Vec::new();
            for (field, seen) in reader.fields(row, false)? {
                match (field.kind, seen) {
                    (FieldType::Record, Seen::Content(Value::String(id))) => {
                        parts.extend(belongs.get(&id).map(|title| written(locale, title)));
                    }
                    (FieldType::Choice, Seen::Content(value)) => parts.extend(words.said(field, &value)),
                    _ => {}
                }
            }
            let at = if is_unnamed(row) { parts.len() } else { 0 };
            parts.insert(at, written(locale, &title(row)));
            Ok(parts.join(" · "))
        })
        .collect()
}

fn is_unnamed(row: &record::Model) -> bool {
    row.title.as_deref().is_none_or(|title| title.trim().is_empty())
}

/// The ids that stand in a record's fields. What is no id of a record finds none.
fn references(row: &record::Model) -> Vec<Uuid> {
    let values = row.data.as_object().into_iter().flatten();
    values.filter_map(|(_, value)| Uuid::parse_str(value.as_str()?).ok()).collect()
}

/// The records that a form's field may name: those that belong to the same as the form's own record come first. A hand-over offers
/// the adults of this child before those of others.
pub(super) async fn choices(
    app: &App,
    locale: Locale,
    reader: &Reader,
    kind: &str,
    target: Option<&record::Model>,
) -> Result<Vec<(String, String)>, Refusal> {
    let asked = Asked { kind: kind.to_string(), state: None, before: None, limit: 100 };
    let rows = reader.page(app, &asked).await?.rows;
    let names = full_names(app, locale, reader, &rows).await?;
    let near: Vec<Uuid> = target.map(references).unwrap_or_default();
    let mut all: Vec<_> = rows
        .iter()
        .zip(names)
        .map(|(row, name)| (!references(row).iter().any(|id| near.contains(id)), (row.id.to_string(), name)))
        .collect();
    all.sort_by_key(|(far, _)| *far);
    Ok(all.into_iter().map(|(_, choice)| choice).collect())
}
