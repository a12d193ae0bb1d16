//! Agreement templates (协议模板): the office's words with named places that the adoption fills. The starter templates are data files;
//! what the office saves under the same key stands over them. The clauses that the law wants are added to every text.

use super::model::said;
use crate::blanks::{self, Blank};
use crate::http::texts::Locale;
use crate::lifecycle::{Command, Done};
use crate::{App, Refusal, Who};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use twoway_entity::accounts::Role;
use twoway_entity::agreements::template;
use twoway_ids::Uuid;
use twoway_manifest::{Field, FieldProblem, FieldType, check_form};

/// The stream in which all changes of the templates stand; its id is the tenant's.
pub const STREAM: &str = "agreement-templates";

/// The template of an agreement that names none.
pub const GENERAL: &str = "general";

/// How many templates an office may have.
const MOST: u64 = 100;

/// Key, name and body of each starter template.
const STARTERS: &[(&str, &str, &str)] = &[
    (GENERAL, "志愿服务项目认领协议（通用）", include_str!("../../starter/agreement-general.txt")),
    ("services", "人员、场地与专业服务认领协议", include_str!("../../starter/agreement-services.txt")),
];

/// What a template may name.
pub const BLANKS: &[Blank] = &[
    Blank::new("project", "项目名称"),
    Blank::new("version", "版次"),
    Blank::new("sponsor", "认领方"),
    Blank::new("sponsor_code", "认领方信用代码"),
    Blank::new("team", "项目团队"),
    Blank::new("recipients", "接收单位"),
    Blank::new("office", "牵头单位"),
    Blank::new("purpose", "用途"),
    Blank::new("lines", "认领内容"),
    Blank::new("quality", "质量"),
    Blank::new("schedule", "交付时间"),
    Blank::new("recipient", "接收方式"),
    Blank::new("publicity", "公开意愿"),
    Blank::new("naming", "署名"),
    Blank::new("surplus", "剩余财产"),
];

/// The particulars of 慈善法 §39, and the blanks that say each.
const PARTICULARS: &[(&str, &[&str])] = &[
    ("names", &["sponsor", "team"]),
    ("kind", &["lines"]),
    ("quantity", &["lines"]),
    ("quality", &["quality"]),
    ("use", &["purpose"]),
    ("time", &["schedule"]),
    ("surplus", &["surplus"]),
];

/// One template as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgreementTemplate {
    pub key: String,
    pub name: String,
    pub body: String,
    /// No new agreement is drafted from it.
    pub retired: bool,
    /// The office has saved it itself.
    pub own: bool,
}

/// All templates, retired ones too: those of the starter files first.
pub async fn all(db: &impl ConnectionTrait, tenant: Uuid) -> Result<Vec<AgreementTemplate>, Refusal> {
    let rows = template::Entity::find().filter(template::Column::TenantId.eq(tenant)).limit(MOST).all(db).await?;
    let mut rows: BTreeMap<String, template::Model> = rows.into_iter().map(|r| (r.key.clone(), r)).collect();
    let own = |row: template::Model| AgreementTemplate {
        key: row.key,
        name: row.name,
        body: row.body,
        retired: row.retired,
        own: true,
    };
    let mut found: Vec<AgreementTemplate> = STARTERS
        .iter()
        .map(|(key, name, body)| match rows.remove(*key) {
            Some(row) => own(row),
            None => AgreementTemplate {
                key: (*key).to_string(),
                name: (*name).to_string(),
                body: (*body).to_string(),
                retired: false,
                own: false,
            },
        })
        .collect();
    found.extend(rows.into_values().map(own));
    Ok(found)
}

/// The template of an agreement that is being drafted. Errors: `agreement-template-retired` when it may no longer be used.
pub async fn chosen(db: &impl ConnectionTrait, tenant: Uuid, key: &str) -> Result<AgreementTemplate, Refusal> {
    let key = if key.is_empty() { GENERAL } else { key };
    let found = all(db, tenant).await?.into_iter().find(|t| t.key == key);
    match found {
        Some(template) if !template.retired => Ok(template),
        _ => Err(Refusal::rule("agreement-template-retired")),
    }
}

/// A body names what every agreement must say, and nothing that nobody can fill.
///
/// Errors: `blank-unknown`; `template-incomplete` (D7) with the first particular that is missing.
pub fn sound(body: &str) -> Result<(), Refusal> {
    if let Some(unknown) = blanks::unknown(BLANKS, body) {
        return Err(blanks::refusal(BLANKS, &unknown));
    }
    let named = blanks::named(BLANKS, body);
    let missing = PARTICULARS.iter().find(|(_, blanks)| !blanks.iter().all(|blank| named.contains(blank)));
    match missing {
        Some((what, wanted)) => {
            let missing = wanted.iter().filter(|name| !named.contains(name));
            let missing: Vec<Blank> = missing.filter_map(|name| blanks::find(BLANKS, name)).copied().collect();
            Err(Refusal::of("template-incomplete", "D7")
                .with("what", *what)
                .with("places", blanks::listed(&missing, Locale::ZhCn))
                .with("english", blanks::listed(&missing, Locale::En)))
        }
        None => Ok(()),
    }
}

/// Fills the blanks of a body.
pub fn fill(body: &str, values: &BTreeMap<&str, String>) -> String {
    blanks::fill(BLANKS, body, |name| values.get(name).cloned())
}

/// A template as the office saves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTemplate {
    pub name: String,
    pub body: String,
}

pub fn template_fields() -> Vec<Field> {
    vec![
        Field { required: true, max_length: Some(60), ..Field::new("name", FieldType::Line) },
        Field { required: true, max_length: Some(20_000), ..Field::new("body", FieldType::Text) },
    ]
}

impl NewTemplate {
    /// Checks the answers to [`template_fields`], and that the body is [`sound`].
    pub fn parse(answers: &Value) -> Result<Self, Refusal> {
        let given = check_form(&template_fields(), answers).map_err(Refusal::Invalid)?;
        let text = |key: &str| given.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
        let new = Self { name: said("name", &text("name"), 1, 60)?, body: said("body", &text("body"), 1, 20_000)? };
        sound(&new.body)?;
        Ok(new)
    }
}

fn office(who: &Who) -> Result<(), Refusal> {
    match who.account() {
        None => Err(Refusal::SignedOut),
        Some(_) if who.holds(&[Role::LeadOffice]) => Ok(()),
        Some(_) => Err(Refusal::NotAllowed),
    }
}

/// The office saves a template. Agreements whose text is frozen keep their words; drafts take the new ones.
pub async fn save(app: &App, who: &Who, command: &Command, key: &str, new: NewTemplate) -> Result<Done, Refusal> {
    office(who)?;
    if !super::trades::is_key(key) {
        return Err(Refusal::field("key", FieldProblem::WrongType));
    }
    write(app, who, command, "template-saved", key, (new.name, new.body, false)).await
}

/// The office retires a template, or brings it back: no agreement is frozen with a retired one.
pub async fn retire(app: &App, who: &Who, command: &Command, key: &str, retired: bool) -> Result<Done, Refusal> {
    office(who)?;
    let found = all(app.db.read(), who.tenant).await?.into_iter().find(|t| t.key == key);
    let found = found.ok_or(Refusal::NotFound)?;
    let event = if retired { "template-retired" } else { "template-restored" };
    write(app, who, command, event, key, (found.name, found.body, retired)).await
}

async fn write(
    app: &App,
    who: &Who,
    command: &Command,
    event: &'static str,
    key: &str,
    (name, body, retired): (String, String, bool),
) -> Result<Done, Refusal> {
    let key = key.to_string();
    app.act(who, command, move |step| async move {
        let tenant = step.who().tenant;
        let payload = json!({ "key": key, "name": name, "sha256": super::agreement::hash(&body) });
        step.wrote(template::Entity, key.as_str());
        step.record(STREAM, tenant, event, payload);
        let row = template::ActiveModel {
            tenant_id: Set(tenant),
            key: Set(key),
            name: Set(name),
            body: Set(body),
            retired: Set(retired),
            changed_by: Set(step.who().account()),
            changed_at: Set(step.now()),
        };
        let replace = OnConflict::columns([template::Column::TenantId, template::Column::Key])
            .update_columns([
                template::Column::Name,
                template::Column::Body,
                template::Column::Retired,
                template::Column::ChangedBy,
                template::Column::ChangedAt,
            ])
            .to_owned();
        template::Entity::insert(row).on_conflict(replace).exec_without_returning(step.tx()).await?;
        Ok(Done { id: tenant, version: 1 })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_templates_are_sound() {
        for (key, _, body) in STARTERS {
            assert!(super::super::trades::is_key(key), "{key}");
            sound(body).unwrap_or_else(|refusal| panic!("{key}: {refusal}"));
        }
    }

    #[test]
    fn each_particular_that_is_missing_is_named() {
        let whole = "{sponsor}{team}{lines}{quality}{purpose}{schedule}{surplus}";
        sound(whole).expect("everything is there");
        for (place, what) in [
            ("{sponsor}", "names"),
            ("{team}", "names"),
            ("{lines}", "kind"),
            ("{quality}", "quality"),
            ("{purpose}", "use"),
            ("{schedule}", "time"),
            ("{surplus}", "surplus"),
        ] {
            let Err(Refusal::Rule(refusal)) = sound(&whole.replace(place, "")) else { panic!("{place} is not missed") };
            assert_eq!((refusal.code, refusal.rule), ("template-incomplete", Some("D7")));
            assert_eq!(Refusal::Rule(refusal).values()["what"], what);
        }
        assert_eq!(sound(&format!("{whole}{{price}}")).expect_err("unknown").code(), "blank-unknown");
        sound("{认领方}{项目团队}｛认领内容｝{质量}{用途}{交付时间}{剩余财产}").expect("the same in Chinese");
    }

    #[test]
    fn what_is_filled_in_names_no_place() {
        let values = BTreeMap::from([("sponsor", "{team}公司".to_string()), ("team", "志愿队".to_string())]);
        assert_eq!(
            fill("甲方：{sponsor}；乙方：{team}；{other} {", &values),
            "甲方：{team}公司；乙方：志愿队；{other} {"
        );
    }
}
