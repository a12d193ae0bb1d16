use super::*;
use crate::http::texts::Locale;
use serde_json::json;
use twoway_manifest::{Choice, check_form};

#[test]
fn a_rule_that_says_no_asks_for_no_change_of_answers() {
    let mut form = FormView::plain("/", vec![FormField::plain("code", "接送码", Control::Line)]);
    form.problems.push("此人不在接送人名单上".into());
    assert_eq!(form.summary(), "form-refused");
    form.error("code", "请填写“接送码”".to_string());
    assert_eq!(form.summary(), "form-summary");
}

fn pairs(given: &[(&str, &str)]) -> Vec<(String, String)> {
    given.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn field(key: &str, kind: FieldType) -> Field {
    Field::new(key, kind)
}

fn form() -> Vec<Field> {
    let options = ["mon", "fri"].map(|value| Choice { value: value.into(), title: None }).to_vec();
    vec![
        field("title", FieldType::Line),
        field("people", FieldType::Integer),
        field("at", FieldType::Instant),
        Field { options, ..field("days", FieldType::Choices) },
        field("marks", FieldType::Lines),
        field("agreed", FieldType::Boolean),
        Field { required: true, ..field("minors", FieldType::Boolean) },
    ]
}

#[test]
fn a_posted_form_becomes_typed_answers_without_the_pages_own_fields() {
    let posted = pairs(&[
        ("_version", "3"),
        ("title", " 找到啦 "),
        ("people", "40"),
        ("at", "2026-11-23T10:00"),
        ("days", "mon"),
        ("days", "fri"),
        ("marks", "红色\r\n\r\n有划痕"),
        ("minors", "false"),
    ]);
    let given = answers(&form(), &posted);
    let kept = check_form(&form(), &given).expect("is right");
    let wanted = json!({"title": "找到啦", "people": 40, "at": 1_795_399_200_000_i64, "days": ["mon", "fri"],
        "marks": ["红色", "有划痕"], "agreed": false, "minors": false});
    assert_eq!(Value::from(kept), wanted);
    assert_eq!(page_value(&posted, "_version"), Some("3"));
}

#[test]
fn what_was_typed_comes_back_with_its_errors() {
    let posted = pairs(&[("title", "找到啦"), ("people", "许多"), ("at", "明天"), ("extra", "x")]);
    let given = answers(&form(), &posted);
    let errors = check_form(&form(), &given).expect_err("is wrong");
    let words = FieldWords::host(Locale::ZhCn, "field-none");
    let view = FormView::new("/x", &form(), &words, &given, &errors);
    let html = view.html(&Shell::default()).to_string();
    for kept in
        ["value=\"找到啦\"", "value=\"许多\"", "value=\"明天\"", "href=\"#f-people\"", "请填写“minors”", "没有“extra”"]
    {
        assert!(html.contains(kept), "{kept} is missing in {html}");
    }
}

#[test]
fn secrets_and_markup_are_never_drawn() {
    let secret = Field { secret: true, ..field("mark", FieldType::Line) };
    let words = FieldWords::host(Locale::En, "field-none");
    let view = FormView::new(
        "/x",
        &[secret, field("note", FieldType::Text)],
        &words,
        &json!({"mark": "左下角缺口", "note": "</textarea><b>"}),
        &[],
    );
    let html = view.html(&Shell::default()).to_string();
    assert!(!html.contains("左下角缺口") && !html.contains("<b>"), "{html}");
}

#[test]
fn answers_are_said_in_words() {
    let words = FieldWords::host(Locale::ZhCn, "field-none");
    let people = Field { unit: Some("people".into()), ..field("people", FieldType::Integer) };
    assert_eq!(words.said(&people, &json!(40)).as_deref(), Some("40 人"));
    assert_eq!(words.said(&field("agreed", FieldType::Boolean), &json!(true)).as_deref(), Some("是"));
    assert_eq!(
        words.said(&field("at", FieldType::Instant), &json!(1_795_399_200_000_i64)).as_deref(),
        Some("2026年11月23日 10:00")
    );
    assert_eq!(words.said(&people, &Value::Null), None);
}
