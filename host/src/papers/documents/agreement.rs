use super::send;
use crate::adoptions::{Party, queries};
use crate::http::components::exact;
use crate::http::problem::Problem;
use crate::http::texts::Locale;
use crate::http::writing::written;
use crate::http::{Caller, Path};
use crate::papers::pdf::{Block, Column, Document, Table};
use crate::{App, Refusal};
use axum::extract::State;
use axum::response::Response;
use std::collections::HashMap;
use twoway_entity::adoptions::{agreement, confirmation};
use twoway_ids::Uuid;

/// The agreement is Chinese whatever its reader's language is: it is the document itself.
const LANGUAGE: Locale = Locale::ZhCn;

/// The frozen text of the newest agreement with who confirmed it, as PDF.
#[utoipa::path(get, path = "/api/v1/adoptions/{id}/agreement.pdf", tag = "papers", params(("id" = Uuid, Path)),
    responses((status = 200, description = "a PDF"), (status = 404, body = Problem)))]
pub(super) async fn agreement(
    State(app): State<App>,
    Caller(who): Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, Refusal> {
    let db = app.db.read();
    let seen = queries::find_visible(db, &who, id).await?;
    let (newest, given) = queries::agreement(db, who.tenant, id).await?.ok_or(Refusal::NotFound)?;
    let people = queries::names(db, who.tenant, given.iter().map(|c| c.account_id)).await?;
    let document = paper(&newest, &given, &people).ok_or(Refusal::NotFound)?;
    send(&app, &[&LANGUAGE.t("agreement-title"), &seen.proposal.title], document).await
}

/// None while the text is not frozen. Nothing in it depends on when it is asked for.
fn paper(row: &agreement::Model, given: &[confirmation::Model], people: &HashMap<Uuid, String>) -> Option<Document> {
    let l = LANGUAGE;
    let (text, hash) = (row.text.as_ref()?, row.hash.as_ref()?);
    let last = given.iter().map(|c| c.at).max().or(row.frozen_at).unwrap_or(row.created_at);
    let mut document = Document::new(l.t("agreement-title"), l, last);
    document.hash = Some(hash.clone());
    document.blocks = blocks(text);
    document.blocks.push(Block::Heading(l.t("agreement-parties")));
    let columns = vec![
        Column::new(l.t("pdf-party"), 24),
        Column::new(l.t("pdf-confirmed-by"), 20),
        Column::new(l.t("pdf-confirmed-at"), 28),
        Column::new(l.t("pdf-confirmed-text"), 28),
    ];
    let mut rows = Vec::new();
    for party in [Party::Sponsor, Party::Partner, Party::Recipient, Party::Team, Party::Office] {
        let word = l.t(match party {
            Party::Sponsor => "agreement-party-sponsor",
            Party::Partner => "partner",
            Party::Recipient => "field-need-recipient",
            Party::Team => "agreement-party-team",
            Party::Office => "agreement-party-office",
        });
        let signed = rows.len();
        // Each partner and each recipient signs for itself.
        for c in given.iter().filter(|c| c.party == party) {
            let name = people.get(&c.account_id).cloned().unwrap_or_default();
            let beginning: String = c.hash.chars().take(16).collect();
            rows.push(vec![word.clone(), name, written(l, &exact(c.at)), format!("{beginning}…")]);
        }
        if rows.len() == signed && !matches!(party, Party::Partner | Party::Recipient) {
            rows.push(vec![word, l.t("agreement-waits"), String::new(), String::new()]);
        }
    }
    document.blocks.push(Block::Table(Table { columns, rows }));
    document.blocks.push(Block::Paragraph(l.t("pdf-agreement-note")));
    Some(document)
}

/// The text line by line: its first two lines are the title and the version; a line is a heading as a template numbers its articles
/// (一、… or 第一条 …), or as the clauses that stand in every agreement begin.
fn blocks(text: &str) -> Vec<Block> {
    let clauses = ["promise", "gift", "method"].map(|key| LANGUAGE.t(&format!("agreement-text-{key}")));
    let block = |(at, line): (usize, &str)| match at {
        0 => Block::Title(line.to_string()),
        1 => Block::Under(line.to_string()),
        _ if is_article(line) || clauses.iter().any(|clause| clause == line) => Block::Heading(line.to_string()),
        _ => Block::Paragraph(line.to_string()),
    };
    text.lines().enumerate().filter(|(_, line)| !line.is_empty()).map(block).collect()
}

fn is_article(line: &str) -> bool {
    let numeral = |c: char| "一二三四五六七八九十百".contains(c);
    let rest = line.trim_start_matches('第').trim_start_matches(numeral);
    rest.len() < line.len()
        && rest.starts_with(['、', '条'])
        && !line.ends_with(['。', '；'])
        && line.chars().count() <= 30
}

#[cfg(test)]
mod tests {
    use super::is_article;

    #[test]
    fn articles_are_headings_and_sentences_are_not() {
        for heading in ["一、用途", "十二、剩余财产", "第三条 质量"] {
            assert!(is_article(heading), "{heading}");
        }
        for line in ["1. 资金：运行经费", "一、本协议一式四份。", "项目：《四点半学校》", "一次交付", "、"]
        {
            assert!(!is_article(line), "{line}");
        }
    }
}
