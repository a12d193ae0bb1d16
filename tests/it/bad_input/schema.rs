//! Bodies made from the schemas of `/api/openapi.json`: one that fits as far as a schema can tell, and from it those that do not.

use serde_json::{Map, Value, json};

/// One wrong body.
pub struct Case {
    /// What was done to which property, for the failure's text.
    pub what: String,
    pub body: Value,
    /// Whether the schema rules it out, so that it may not be accepted. Else only a failure is a fault: an odd number may be allowed.
    pub is_wrong: bool,
}

/// Characters of a text that is too long for every field: with the rest of its body it stays below the largest body.
const TOO_LONG: usize = 900_000;

/// The schema behind its reference, and whether null fits as well.
fn resolve<'a>(doc: &'a Value, schema: &'a Value) -> (&'a Value, bool) {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolve(doc, doc.pointer(reference.trim_start_matches('#')).expect("a schema that is there"));
    }
    for key in ["oneOf", "anyOf"] {
        let Some(choices) = schema[key].as_array() else { continue };
        let is_null = |choice: &&Value| choice["type"] == "null";
        let nullable = choices.iter().any(|choice| is_null(&choice));
        if let Some(first) = choices.iter().find(|choice| !is_null(choice)) {
            let (found, inner) = resolve(doc, first);
            return (found, nullable || inner);
        }
    }
    let nullable = schema["type"].as_array().is_some_and(|types| types.iter().any(|t| t == "null"));
    (schema, nullable)
}

/// `string`, `integer` …; empty where any value fits.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default(),
        _ => "",
    }
}

/// A value that fits the schema, with all its properties or only with those that it must have. `known` gives values for properties by their name: ids that exist, days that are to come.
pub fn sample(doc: &Value, schema: &Value, name: &str, whole: bool, known: &dyn Fn(&str) -> Option<Value>) -> Value {
    if let Some(value) = known(name) {
        return value;
    }
    let (schema, _) = resolve(doc, schema);
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    match kind(schema) {
        "string" if schema["format"] == "uuid" => "0193f5a0-0000-7000-8000-000000000000".into(),
        "string" => "文字".into(),
        "integer" => schema["minimum"].as_i64().unwrap_or(1).max(1).into(),
        "number" => 1.0.into(),
        "boolean" => true.into(),
        "array" => vec![sample(doc, &schema["items"], "", whole, known)].into(),
        _ => {
            let properties = schema["properties"].as_object();
            let is_needed = |name: &str| whole || is_required(schema, name);
            let fields = properties.into_iter().flatten().filter(|(k, _)| is_needed(k));
            Value::Object(fields.map(|(k, v)| (k.clone(), sample(doc, v, k, whole, known))).collect())
        }
    }
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
}

/// Every wrong body of one operation.
pub fn cases(doc: &Value, schema: &Value, known: &dyn Fn(&str) -> Option<Value>) -> Vec<Case> {
    // With little else in a body, what is odd about one property is not hidden behind what is wrong about another.
    let (whole, lean) = (sample(doc, schema, "", true, known), sample(doc, schema, "", false, known));
    let mut cases: Vec<Case> = [json!([]), json!("text"), json!(7), json!(null), json!([whole.clone()])]
        .into_iter()
        .map(|body| Case { what: format!("a {} instead of an object", shape(&body)), body, is_wrong: true })
        .collect();
    let required = resolve(doc, schema).0["required"].as_array().is_some_and(|names| !names.is_empty());
    cases.push(Case { what: "an empty object".into(), body: json!({}), is_wrong: required });
    inside(doc, schema, &whole, "", 3, &mut |what, place, value, is_wrong| {
        let parent = place.rsplit_once('/').map_or("", |(parent, _)| parent);
        let mut body = if lean.pointer(parent).is_some() { lean.clone() } else { whole.clone() };
        put(&mut body, place, value);
        cases.push(Case { what, body, is_wrong });
    });
    cases
}

fn shape(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "list",
        Value::String(_) => "text",
        Value::Number(_) => "number",
        _ => "null",
    }
}

/// Puts a value at a JSON pointer, or takes it away.
fn put(body: &mut Value, place: &str, value: Option<Value>) {
    let (parent, key) = place.rsplit_once('/').expect("a pointer to a property");
    match (body.pointer_mut(parent), value) {
        (Some(Value::Object(map)), Some(value)) => {
            map.insert(key.to_string(), value);
        }
        (Some(Value::Object(map)), None) => {
            map.remove(key);
        }
        (Some(Value::Array(list)), Some(value)) => list[0] = value,
        _ => panic!("nothing at {place}"),
    }
}

type Found<'a> = dyn FnMut(String, &str, Option<Value>, bool) + 'a;

/// Names every property below `place` with what may be wrong about it.
fn inside(doc: &Value, schema: &Value, sampled: &Value, place: &str, depth: usize, found: &mut Found<'_>) {
    let (schema, _) = resolve(doc, schema);
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    if !properties.is_empty() {
        let closed = schema["additionalProperties"] == false;
        found(format!("{place}: an unknown field"), &format!("{place}/surprise"), Some(json!(1)), closed);
    }
    for (name, property) in properties {
        let at = format!("{place}/{name}");
        if is_required(schema, name) {
            found(format!("{at}: left out"), &at, None, true);
        }
        one(doc, property, &at, found);
        let value = &sampled[name.as_str()];
        let (resolved, _) = resolve(doc, property);
        if depth > 0 && value.is_object() {
            inside(doc, property, value, &at, depth - 1, found);
        } else if depth > 0 && value[0].is_object() {
            inside(doc, &resolved["items"], &value[0], &format!("{at}/0"), depth - 1, found);
        } else if depth > 0 && value.is_array() {
            one(doc, &resolved["items"], &format!("{at}/0"), found);
        }
    }
}

/// What may be wrong about one value.
fn one(doc: &Value, property: &Value, at: &str, found: &mut Found<'_>) {
    let (schema, nullable) = resolve(doc, property);
    let kind = kind(schema);
    let mut say = |what: &str, value: Value, is_wrong: bool| found(format!("{at}: {what}"), at, Some(value), is_wrong);
    if kind.is_empty() {
        return say("a text with a control character", json!({"a": ["b\0"]}), true);
    }
    for (other, value) in [
        ("string", json!("x")),
        ("integer", json!(7)),
        ("boolean", json!(true)),
        ("array", json!([{}])),
        ("object", json!({"a": 1})),
    ] {
        let fits = other == kind || other == "integer" && kind == "number" || kind == "object" && other == "object";
        if !fits {
            say(&format!("a {other} instead of a {kind}"), value, true);
        }
    }
    say("null", Value::Null, !nullable);
    match kind {
        "string" => {
            let long = schema["maxLength"].as_u64().map_or(TOO_LONG, |max| max as usize + 1);
            say("too long", "x".repeat(long).into(), true);
            say("a control character", "a\0b".into(), true);
            say("empty", "".into(), false);
            if schema["enum"].is_array() || schema["format"] == "uuid" {
                say("none of its words", "nothing-of-this".into(), true);
            }
        }
        "integer" => {
            say("a fraction", json!(1.5), true);
            say("beyond 64 bits", json!(9_223_372_036_854_775_808_u64), true);
            for odd in [i64::MAX, i64::MIN, -1, 0, i64::from(i32::MAX)] {
                say(&format!("the number {odd}"), odd.into(), false);
            }
        }
        "array" => {
            say("an empty list", json!([]), false);
            let item = sample(doc, &schema["items"], "", true, &|_| None);
            say("ten thousand entries", vec![item; 10_000].into(), true);
        }
        "object" if schema["properties"].is_null() => {
            say("a text with a control character", json!({"a": "b\0"}), true);
        }
        _ => {}
    }
}
