//! Any two versions of a proposal beside each other, question by question.

use crate::calls;
use crate::http::components::{EmptyState, Filters, exact};
use crate::http::form_view::FieldWords;
use crate::http::page::{Page, Shell};
use crate::http::usual::{address, filters};
use crate::http::writing::written;
use crate::http::{Caller, Path, Query};
use crate::proposals::compare::{Piece, compare};
use crate::proposals::queries::{self, Seen, Sight};
use crate::proposals::saved;
use crate::{App, Refusal, accounts};
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use twoway_ids::{Millis, Uuid};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    old: String,
    new: String,
}

/// One version, whatever it was kept for.
struct Version {
    /// `r2`: the second submission; `s3`: the third while of writing.
    key: String,
    label: String,
    at: Millis,
    title: String,
    summary: String,
    answers: Value,
    /// Names and hashes of the files; only a submission keeps them.
    files: Option<Vec<(String, String)>>,
}

struct Part {
    label: String,
    old: Vec<Piece>,
    new: Vec<Piece>,
}

#[derive(Template)]
#[template(path = "proposals/versions.html")]
pub(super) struct VersionsHtml {
    shell: Shell,
    heading: String,
    lead: String,
    choices: Vec<Filters>,
    labels: Option<(String, String)>,
    parts: Vec<Part>,
    empty: EmptyState,
}

pub(super) async fn show(
    State(app): State<App>,
    Caller(who): Caller,
    shell: Shell,
    Path(id): Path<Uuid>,
    Query(chosen): Query<Chosen>,
) -> Result<Page<VersionsHtml>, Refusal> {
    let db = app.db.read();
    let Seen { row, sight } = queries::find_visible(db, &who, id).await?;
    if sight < Sight::Own {
        return Err(Refusal::NotFound);
    }
    let call = calls::queries::find(db, who.tenant, row.call_id).await?;
    let revisions = queries::revisions_of(db, who.tenant, id).await?;
    // What was written before it was handed in is for those who wrote it.
    let drafts = if sight == Sight::Own { saved::of(db, who.tenant, id).await? } else { Vec::new() };
    let authors = revisions.iter().map(|r| r.author_id).chain(drafts.iter().map(|s| s.author_id));
    let names = accounts::names(db, &who, authors).await?;
    let named = |author: Uuid| names.get(&author).cloned().unwrap_or_else(|| shell.t("actor-unknown"));
    let label = |kind: &str, number: i32, author: Uuid, at: Millis| {
        let values = [shell.t1(kind, "n", i64::from(number)), named(author), written(shell.locale, &exact(at))];
        values.join(" · ")
    };
    let mut versions: Vec<Version> = revisions
        .into_iter()
        .map(|r| Version {
            key: format!("r{}", r.number),
            label: label("version-submitted", r.number, r.author_id, r.at),
            at: r.at,
            title: r.title,
            summary: r.summary,
            answers: r.answers,
            files: Some(files(&r.attachments)),
        })
        .chain(drafts.into_iter().map(|s| Version {
            key: format!("s{}", s.number),
            label: label("version-saved", s.number, s.author_id, s.at),
            at: s.at,
            title: s.title,
            summary: s.summary,
            answers: s.answers,
            files: None,
        }))
        .collect();
    versions.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.key.cmp(&b.key)));
    let find = |key: &str, otherwise: usize| versions.iter().find(|v| v.key == key).or(versions.get(otherwise));
    let (old, new) = (find(&chosen.old, 1), find(&chosen.new, 0));
    let path = format!("/proposals/{id}/versions");
    let key = |version: Option<&Version>| version.map(|v| v.key.clone()).unwrap_or_default();
    let (old_key, new_key) = (key(old), key(new));
    let options = || versions.iter().map(|v| (v.key.clone(), v.label.clone()));
    let choices = if versions.len() > 1 {
        vec![
            filters(shell.t("version-old"), options(), &old_key, |old| {
                address(&path, &[("old", old), ("new", &new_key)])
            }),
            filters(shell.t("version-new"), options(), &new_key, |new| {
                address(&path, &[("old", &old_key), ("new", new)])
            }),
        ]
    } else {
        Vec::new()
    };
    let words = FieldWords::host(shell.locale, "field-proposal");
    let mut parts = Vec::new();
    let mut labels = None;
    if let (Some(old), Some(new)) = (old, new) {
        let mut part = |label: String, before: &str, after: &str| {
            if before != after {
                let (old, new) = compare(before, after);
                parts.push(Part { label, old, new });
            }
        };
        part(shell.t("proposal-title"), &old.title, &new.title);
        part(shell.t("proposal-summary"), &old.summary, &new.summary);
        for field in calls::form_of(&call)? {
            let said =
                |answers: &Value| answers.get(&field.key).and_then(|a| words.said(&field, a)).unwrap_or_default();
            part(words.label(&field), &said(&old.answers), &said(&new.answers));
        }
        if let (Some(before), Some(after)) = (&old.files, &new.files) {
            let lines =
                |these: &[(String, String)]| these.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("\n");
            part(shell.t("files"), &lines(before), &lines(after));
            for (name, hash) in after {
                let replaced = before.iter().any(|(other, old)| other == name && old != hash);
                if replaced && lines(before) == lines(after) {
                    part(shell.t("files"), name, &shell.t1("version-file-replaced", "name", name.as_str()));
                }
            }
        }
        labels = Some((old.label.clone(), new.label.clone()));
    }
    let (heading, lead) = (shell.t("versions"), shell.t("versions-lead"));
    let empty = EmptyState::new("folder", shell.t("revisions-same"), shell.t("versions-same-text"));
    let title = if row.title.is_empty() { shell.t("proposal-untitled") } else { row.title };
    let shell = shell.crumb(title, format!("/proposals/{id}")).titled(&heading);
    Ok(Page::new(VersionsHtml { shell, heading, lead, choices, labels, parts, empty }))
}

fn files(attachments: &Value) -> Vec<(String, String)> {
    let text = |file: &Value, name: &str| file[name].as_str().unwrap_or_default().to_string();
    attachments.as_array().into_iter().flatten().map(|f| (text(f, "name"), text(f, "sha256"))).collect()
}
