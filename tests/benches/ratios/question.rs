use serde_json::{Value, json};
use std::collections::BTreeMap;
use twoway_manifest::{Ability, DataClass, Grant};
use twoway_runtime::{Broken, Context, Find, Item, Millis, Question, Refusal, Snapshot};

/// The answers of an application for a place in after-school care: about a kilobyte of JSON, as a guardian would type it.
pub fn application() -> Value {
    json!({
        "pupil_name": "陈思远",
        "birth_date": "2016-05-21",
        "school_class": "遵义市红花岗区文化小学三年级二班，班主任李老师，放学时间下午四点十分",
        "allergies": "对花生和坚果过敏，误食后会起风团并呼吸急促，书包侧袋里备有抗组胺药，用法写在药盒上；春季有轻度哮喘，剧烈运动前需要使用吸入剂；对青霉素过敏。每周三下午不吃点心，因为晚上要抽血复查。戴近视眼镜，打球时请提醒取下。左手腕去年骨折，跳绳和引体向上暂时不做；如有不适请先打父亲电话，再打外婆电话，两人都打不通时请联系班主任。",
        "guardian": "p-6f1c2a7e90b34d58",
        "first_contact_name": "陈建国（父亲，工作日下午六点以后可以接听）",
        "first_contact_phone": "13885201234",
        "second_contact_name": "王秀英（外婆，住在同一小区三号楼）",
        "second_contact_phone": "13985205678",
        "consent_care": true,
        "consent_data": true,
        "consent_portrait": false,
    })
}

pub fn question() -> Question {
    Question::Act { action: "apply".into(), target: None, input: application() }
}

pub fn context() -> Context {
    Context {
        project: "01938f00-0000-7000-8000-000000000001".into(),
        settings: json!({
            "capacity": 40, "children_per_adult": 8, "min_adults": 2, "no_show_minutes": 15, "overdue_minutes": 15,
            "code_minutes": 180, "insured_until": "2027-08-31", "fire_checked_on": "2026-09-01",
        }),
        now: 1_795_420_800_000,
        utc_offset: 480,
        locale: "zh-CN".into(),
        seed: 7,
        actor: Some("p-0d4be1779c2f4e11".into()),
        roles: vec!["site-lead".into()],
        acting_for: None,
        confirmed_by: vec!["p-0d4be1779c2f4e11".into()],
    }
}

/// Everything is granted, so that the plugin reads all of what it is given.
pub fn grant() -> Grant {
    Grant {
        abilities: Ability::ALL.into_iter().collect(),
        classes: [DataClass::P0, DataClass::P1, DataClass::P2, DataClass::P3, DataClass::P4].into_iter().collect(),
    }
}

/// How many records of the kind there already are: the one thing that the application's decision asks.
pub const ENROLLED: u64 = 17;

/// A snapshot that answers from memory at once, so that only the decision is measured.
pub struct Still;

fn unasked<T>() -> Result<T, Broken> {
    Err(Broken("the measured question does not ask for this".into()))
}

impl Snapshot for Still {
    fn get(&mut self, _: &str) -> Result<Option<Item>, Broken> {
        unasked()
    }
    fn find(&mut self, _: &Find) -> Result<Result<Vec<Item>, Refusal>, Broken> {
        unasked()
    }
    fn count(&mut self, _: &str, _: &[String], _: &Value) -> Result<Result<u64, Refusal>, Broken> {
        Ok(Ok(ENROLLED))
    }
    fn satisfies(&mut self, _: &str, _: &str) -> Result<Result<bool, String>, Broken> {
        unasked()
    }
    fn secret_matches(&mut self, _: &str, _: &str, _: &[String]) -> Result<Result<u32, String>, Broken> {
        unasked()
    }
    fn code_is_valid(&mut self, _: &str, _: &str, _: &str) -> Result<Result<bool, String>, Broken> {
        unasked()
    }
    fn is_workday(&mut self, _: Millis) -> Result<bool, Broken> {
        unasked()
    }
    fn add_workdays(&mut self, _: Millis, _: i32) -> Result<Millis, Broken> {
        unasked()
    }
    fn balance(&mut self, _: &str, _: &str) -> Result<Result<i64, String>, Broken> {
        unasked()
    }
    fn new_id(&mut self, nth: u32) -> String {
        format!("01938f00-0000-7000-8000-{nth:012}")
    }
}

/// `template` with each `{{mark}}` filled in.
pub fn filled(template: &str, marks: &BTreeMap<&str, String>) -> String {
    marks.iter().fold(template.to_string(), |text, (mark, value)| text.replace(&format!("{{{{{mark}}}}}"), value))
}
