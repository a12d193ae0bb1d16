//! The versions of an agreement: who froze which, and what is different between any two.

use super::model::{AgreementTerms, terms_fields};
use crate::Refusal;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use twoway_entity::adoptions::agreement;
use twoway_ids::Uuid;

/// All versions of an adoption's agreement, the newest first; at most 100.
pub async fn of(db: &impl ConnectionTrait, tenant: Uuid, adoption: Uuid) -> Result<Vec<agreement::Model>, Refusal> {
    Ok(agreement::Entity::find()
        .filter(agreement::Column::TenantId.eq(tenant))
        .filter(agreement::Column::AdoptionId.eq(adoption))
        .order_by_desc(agreement::Column::Number)
        .limit(100)
        .all(db)
        .await?)
}

/// One term that two versions say differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key of the term.
    pub field: String,
    pub before: Value,
    pub after: Value,
}

/// The terms in which two versions differ, in the order of the form.
pub fn changed(before: &AgreementTerms, after: &AgreementTerms) -> Result<Vec<Change>, Refusal> {
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    let change = |key: String| {
        let (before, after) = (before[&key].clone(), after[&key].clone());
        (before != after).then_some(Change { field: key, before, after })
    };
    Ok(terms_fields().into_iter().filter_map(|field| change(field.key)).collect())
}

/// A line of a text and where it stands: in both, in the earlier only, in the later only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    Same(&'a str),
    Gone(&'a str),
    New(&'a str),
}

/// The lines of two texts against each other, by their longest common sequence. Agreements have a few dozen lines.
pub fn lines<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    // `longest[i][j]`: how many lines a[i..] and b[j..] have in common.
    let mut longest = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] = match a[i] == b[j] {
                true => longest[i + 1][j + 1] + 1,
                false => std::cmp::Ord::max(longest[i + 1][j], longest[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            out.push(Line::Same(a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            out.push(Line::Gone(a[i]));
            i += 1;
        } else {
            out.push(Line::New(b[j]));
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_gone_or_new() {
        use Line::{Gone, New, Same};
        assert_eq!(
            lines("一\n二\n三", "一\n二甲\n三\n四"),
            [Same("一"), Gone("二"), New("二甲"), Same("三"), New("四")]
        );
        assert_eq!(lines("", "一"), [New("一")]);
        assert_eq!(lines("一", ""), [Gone("一")]);
        assert_eq!(lines("一", "一"), [Same("一")]);
    }

    #[test]
    fn only_what_differs_is_told() {
        let before =
            AgreementTerms { purpose: "用于晚托".into(), quality: "正版".into(), ..AgreementTerms::default() };
        let after = AgreementTerms { purpose: "用于书屋".into(), ..before.clone() };
        let changes = changed(&before, &after).expect("values");
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].field.as_str(), &changes[0].after), ("purpose", &Value::from("用于书屋")));
        assert!(changed(&after, &after).expect("values").is_empty());
    }
}
