//! The platform's sentences, and what the office made of them.

use crate::Refusal;
use crate::blanks::{self, Blank, Piece};
use crate::http::texts::{self, Locale, json_values};
use crate::http::writing;
use fluent_bundle::FluentValue;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;
use twoway_entity::notices::wording;
use twoway_ids::Uuid;

/// Texts of the notices' own pages, which only look like sentences of notices, and the one whose sentence comes from a plugin.
const NOT_TEMPLATES: &[&str] =
    &["notice-text", "notice-when", "notice-state", "notice-new", "notice-urgent", "notice-read", "notice-plugin"];

static TEMPLATES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let keys = texts::host().keys(Locale::ZhCn).iter();
    keys.filter(|key| key.starts_with("notice-") && !NOT_TEMPLATES.contains(&key.as_str())).cloned().collect()
});

/// The keys of all sentences that the platform tells people by itself, sorted.
pub fn templates() -> &'static BTreeSet<String> {
    &TEMPLATES
}

/// The values of all sentences by their names.
const BLANKS: &[Blank] = &[
    Blank::new("action", "事项"),
    Blank::new("at", "时间"),
    Blank::new("by", "条件截止日"),
    Blank::new("code", "验证码"),
    Blank::new("days", "天数"),
    Blank::new("due", "到期日"),
    Blank::new("line", "认领内容"),
    Blank::new("minutes", "分钟数"),
    Blank::new("n", "数量"),
    Blank::new("name", "名称"),
    Blank::new("organization", "单位"),
    Blank::new("place", "位置"),
    Blank::new("project", "项目名称"),
    Blank::new("reason", "理由"),
    Blank::new("receipt", "申报编号"),
    Blank::new("reference", "编号"),
    Blank::new("rule", "依据"),
    Blank::new("severity", "严重程度"),
    Blank::new("skipped", "跳过数"),
    Blank::new("source", "并入的申报"),
    Blank::new("sponsor", "认领方"),
    Blank::new("target", "并入到的申报"),
    Blank::new("text", "内容"),
    Blank::new("title", "标题"),
    Blank::new("unit", "计量单位"),
    Blank::new("until", "截止时间"),
];

/// The values that a sentence may name.
pub(super) fn blanks_of(template: &str) -> Vec<Blank> {
    let names = texts::host().variables(template);
    names.iter().filter_map(|name| blanks::find(BLANKS, name)).copied().collect()
}

/// What the office made of them.
#[derive(Debug, Default)]
pub struct Wordings(HashMap<String, wording::Model>);

impl Wordings {
    pub async fn load(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Self, Refusal> {
        let rows = wording::Entity::find()
            .filter(wording::Column::TenantId.eq(tenant))
            .limit(TEMPLATES.len() as u64)
            .all(db)
            .await?;
        Ok(Self(rows.into_iter().map(|row| (row.template.clone(), row)).collect()))
    }

    pub fn get(&self, template: &str) -> Option<&wording::Model> {
        self.0.get(template)
    }

    /// Whether mails that tell it wait until somebody of the office has looked at them.
    pub fn looked_at(&self, template: &str) -> bool {
        self.0.get(template).is_some_and(|row| row.looked_at)
    }

    /// The sentence in the reader's language; a plugin's comes finished.
    pub fn said(&self, locale: Locale, template: &str, values: &Value) -> String {
        let empty = Map::new();
        let named = values.as_object().unwrap_or(&empty);
        let own = self.0.get(template).and_then(|row| own(row, locale));
        own.map(|text| filled(locale, text, named))
            .or_else(|| texts::host().get(locale, template, &json_values(named)))
            .or_else(|| values["text"].as_str().map(str::to_string))
            .unwrap_or_else(|| template.to_string())
    }
}

/// What the office wrote in this language.
pub fn own(row: &wording::Model, locale: Locale) -> Option<&str> {
    match locale {
        Locale::ZhCn => row.zh_cn.as_deref(),
        Locale::En => row.en.as_deref(),
    }
}

/// The sentence with its values, dates and numbers as the language writes them. A value that is not there leaves nothing behind.
fn filled(locale: Locale, text: &str, values: &Map<String, Value>) -> String {
    let values: HashMap<&str, FluentValue<'static>> = json_values(values).into_iter().collect();
    let mut said = String::with_capacity(text.len() + 40);
    for piece in blanks::pieces(text) {
        match piece {
            Piece::Words(words) => said.push_str(words),
            Piece::Blank { name, .. } => {
                let name = blanks::find(BLANKS, name).map_or(name, |blank| blank.name);
                said.extend(values.get(name).map(|value| writing::said(locale, value)));
            }
            Piece::Open(_) => {}
        }
    }
    said
}

/// The platform's own sentence as the office may copy it: `{标题}` in the place of each value; none where it has choices by number,
/// which no plain sentence can say.
pub fn original(locale: Locale, template: &str) -> Option<String> {
    let blanks = blanks_of(template);
    let marks: Vec<(&str, FluentValue<'static>)> =
        blanks.iter().map(|blank| (blank.name, FluentValue::from(blank.written(locale)))).collect();
    texts::host().get(locale, template, &marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn office(zh_cn: Option<&str>) -> Wordings {
        let row = wording::Model {
            tenant_id: Uuid::nil(),
            template: "notice-call-closed".into(),
            zh_cn: zh_cn.map(str::to_string),
            en: None,
            looked_at: false,
            edited_by: Uuid::nil(),
            edited_at: 0,
            version: 1,
        };
        Wordings(HashMap::from([(row.template.clone(), row)]))
    }

    #[test]
    fn the_offices_sentence_wins_in_its_language() {
        let values = json!({ "title": "2027 年度征集", "day": "2026-11-23", "n": 12_000 });
        let own = office(Some("{标题}于{day}截止，共{n}件。{nobody}"));
        assert_eq!(
            own.said(Locale::ZhCn, "notice-call-closed", &values),
            "2027 年度征集于2026年11月23日截止，共12,000件。"
        );
        let platform = Wordings::default();
        assert_eq!(
            own.said(Locale::En, "notice-call-closed", &values),
            platform.said(Locale::En, "notice-call-closed", &values)
        );
        assert_eq!(platform.said(Locale::En, "plugin-says", &json!({ "text": "接到了" })), "接到了");
    }

    #[test]
    fn braces_that_do_not_close_end_the_sentence() {
        let broken = office(Some("截止{title"));
        assert_eq!(broken.said(Locale::ZhCn, "notice-call-closed", &json!({ "title": "征集" })), "截止title");
    }

    #[test]
    fn every_sentence_can_be_copied() {
        assert!(templates().len() > 50);
        for template in templates() {
            for locale in Locale::ALL {
                let text = original(locale, template).expect("a sentence");
                let known = blanks_of(template);
                assert_eq!(
                    known.len(),
                    texts::host().variables(template).len(),
                    "{template} names what has no Chinese name"
                );
                assert_eq!(blanks::unknown(&known, &text), None, "{template}: {text}");
            }
        }
        let closed = original(Locale::ZhCn, "notice-call-closed").expect("a sentence");
        assert!(closed.contains("{标题}"), "{closed}");
        let names: BTreeSet<&str> = BLANKS.iter().flat_map(|blank| [blank.name, blank.chinese]).collect();
        assert_eq!(names.len(), 2 * BLANKS.len(), "no name stands for two");
    }
}
