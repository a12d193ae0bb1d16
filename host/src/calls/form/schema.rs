//! The answers that a form takes, as a JSON Schema (draft 2020-12), for programs that write proposals.
//!
//! What the schema's own words cannot say stands in words that begin with `x-`: sections, class, purpose, unit, and the days of a question.
//! The platform checks more than a schema can: the check character of a credit code, say.

use super::Section;
use serde_json::{Map, Value, json};
use twoway_manifest::{Field, FieldType};

/// The schema of `answers` in a proposal.
pub fn of(title: &str, sections: &[Section], form: &[Field]) -> Value {
    let properties: Map<String, Value> = form.iter().map(|field| (field.key.clone(), property(field))).collect();
    let always: Vec<&str> = form
        .iter()
        .filter(|f| f.required && f.required_after.is_none() && f.show_if.is_none())
        .map(|f| f.key.as_str())
        .collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": always,
        "additionalProperties": false,
        "x-sections": sections,
    });
    let conditions: Vec<Value> =
        form.iter().filter(|f| f.required && f.required_after.is_none()).filter_map(condition).collect();
    if !conditions.is_empty() {
        schema["allOf"] = conditions.into();
    }
    schema
}

/// A question that is asked after one answer only is required after that answer only.
fn condition(field: &Field) -> Option<Value> {
    let on = field.show_if.as_ref()?;
    Some(json!({
        "if": { "properties": { &on.field: { "const": on.equals } }, "required": [on.field] },
        "then": { "required": [field.key] },
    }))
}

fn property(field: &Field) -> Value {
    let values: Vec<&str> = field.options.iter().map(|option| option.value.as_str()).collect();
    let mut property = match field.kind {
        FieldType::Integer | FieldType::Instant => json!({ "type": "integer" }),
        FieldType::Boolean => json!({ "type": "boolean" }),
        FieldType::Date => json!({ "type": "string", "format": "date" }),
        FieldType::Time => json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" }),
        FieldType::Email => json!({ "type": "string", "format": "email", "maxLength": 254 }),
        FieldType::Choice => json!({ "type": "string", "enum": values }),
        FieldType::Choices => json!({ "type": "array", "items": { "type": "string", "enum": values } }),
        FieldType::Lines | FieldType::Persons => {
            json!({ "type": "array", "items": { "type": "string", "maxLength": 500 }, "maxItems": field.effective_max_length() })
        }
        FieldType::Line | FieldType::Text => json!({ "type": "string", "maxLength": field.effective_max_length() }),
        FieldType::Phone
        | FieldType::IdNumber
        | FieldType::CreditCode
        | FieldType::Person
        | FieldType::Record
        | FieldType::File => {
            json!({ "type": "string" })
        }
    };
    let said = [
        ("title", field.title.as_ref().map(|v| json!(v))),
        ("description", field.help.as_ref().map(|v| json!(v))),
        ("minimum", field.min.map(|v| json!(v))),
        ("maximum", field.max.map(|v| json!(v))),
        ("x-section", field.section.as_ref().map(|v| json!(v))),
        ("x-required-after", field.required_after.as_ref().map(|v| json!(v))),
        ("x-frozen-after", field.frozen_after.as_ref().map(|v| json!(v))),
        ("x-unit", field.unit.as_ref().map(|v| json!(v))),
        ("x-class", Some(json!(field.class))),
        ("x-purpose", field.purpose.as_ref().map(|v| json!(v))),
    ];
    for (word, value) in said {
        if let Some(value) = value {
            property[word] = value;
        }
    }
    property
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_says_what_the_form_asks() {
        let form: Vec<Field> = serde_json::from_value(json!([
            {"key": "minors", "type": "boolean", "title": "服务未成年人", "required": true},
            {"key": "plan", "type": "text", "title": "保护措施", "required": true, "max-length": 800, "section": "safety",
                "show-if": {"field": "minors", "equals": true}},
            {"key": "late", "type": "line", "title": "保单", "required": true, "required-after": "2026-12-01"},
            {"key": "kind", "type": "choices", "title": "类别", "options": [{"value": "助学"}, {"value": "助老"}]},
        ]))
        .expect("questions");
        let sections = [Section { key: "safety".into(), title: "安全".into(), help: None }];
        let schema = of("征集", &sections, &form);
        assert_eq!(schema["required"], json!(["minors"]));
        assert_eq!(schema["allOf"][0]["if"]["properties"], json!({"minors": {"const": true}}));
        assert_eq!(schema["allOf"][0]["then"]["required"], json!(["plan"]));
        assert_eq!(schema["properties"]["plan"]["x-section"], "safety");
        assert_eq!(schema["properties"]["plan"]["maxLength"], 800);
        assert_eq!(schema["properties"]["late"]["x-required-after"], "2026-12-01");
        assert_eq!(schema["properties"]["kind"]["items"]["enum"], json!(["助学", "助老"]));
        assert_eq!(schema["x-sections"][0]["title"], "安全");
    }
}
