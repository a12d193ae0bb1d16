//! The description of the API taken apart for the reference page.

use serde_json::Value;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;

/// The description, made once.
pub struct Rendered {
    json: String,
    operations: Vec<OperationView>,
    schemas: Vec<SchemaView>,
}

/// One operation as the reference page shows it.
pub struct OperationView {
    pub id: String,
    pub method: String,
    pub path: String,
    pub tag: String,
    pub summary: String,
    pub is_public: bool,
    /// Name and description.
    pub parameters: Vec<(String, String)>,
    pub body: Option<Shape>,
    /// Status, what it means, and what comes with it.
    pub answers: Vec<(String, String, Option<Shape>)>,
}

/// The shape of a value: in words, with the schema that they name.
pub struct Shape {
    pub words: String,
    pub schema: Option<String>,
}

/// A named schema with its fields.
pub struct SchemaView {
    pub name: String,
    pub text: String,
    pub fields: Vec<FieldView>,
}

pub struct FieldView {
    pub name: String,
    pub shape: Shape,
    pub required: bool,
    pub text: String,
}

impl Rendered {
    pub(in crate::http) fn of(doc: &OpenApi) -> anyhow::Result<Self> {
        let mut operations = Vec::new();
        for (path, item) in &doc.paths.paths {
            let verbs = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            for (method, operation) in verbs {
                if let Some(operation) = operation {
                    operations.push(OperationView::of(method, path, operation)?);
                }
            }
        }
        operations.sort_by(|a, b| (&a.tag, &a.path).cmp(&(&b.tag, &b.path)));
        let whole = serde_json::to_value(doc)?;
        let schemas = whole["components"]["schemas"].as_object().into_iter().flatten();
        let mut schemas: Vec<SchemaView> = schemas.map(|(name, schema)| SchemaView::of(name, schema)).collect();
        schemas.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { json: doc.to_json()?, operations, schemas })
    }

    pub fn json(&self) -> &str {
        &self.json
    }

    /// Sorted by tag, then path.
    pub fn operations(&self) -> &[OperationView] {
        &self.operations
    }

    /// Sorted by name.
    pub fn schemas(&self) -> &[SchemaView] {
        &self.schemas
    }
}

impl OperationView {
    fn of(method: &str, path: &str, operation: &Operation) -> anyhow::Result<Self> {
        let json = serde_json::to_value(operation)?;
        let parameters = json["parameters"].as_array().into_iter().flatten();
        let content = |of: &Value| {
            let first = of["content"].as_object().and_then(|c| c.values().next());
            first.map(|c| Shape::of(&c["schema"]))
        };
        let answers = json["responses"].as_object().into_iter().flatten();
        let mut answers: Vec<(String, String, Option<Shape>)> =
            answers.map(|(status, answer)| (status.clone(), text(&answer["description"]), content(answer))).collect();
        answers.sort_by(|a, b| a.0.cmp(&b.0));
        let open = |security: &Value| {
            security.as_array().is_some_and(|list| list.iter().any(|s| s.as_object().is_some_and(|o| o.is_empty())))
        };
        Ok(Self {
            id: format!("{}-{}", method.to_lowercase(), path.trim_matches('/').replace(['/', '{', '}'], "-")),
            method: method.to_string(),
            path: path.to_string(),
            tag: operation.tags.iter().flatten().next().cloned().unwrap_or_default(),
            summary: operation.summary.clone().unwrap_or_default().replace('`', ""),
            is_public: open(&json["security"]),
            parameters: parameters.map(|p| (text(&p["name"]), text(&p["description"]))).collect(),
            body: content(&json["requestBody"]),
            answers,
        })
    }
}

impl SchemaView {
    fn of(name: &str, schema: &Value) -> Self {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields
            .map(|(name, field)| FieldView {
                name: name.clone(),
                shape: Shape::of(field),
                required: required.contains(&name.as_str()),
                text: text(&field["description"]),
            })
            .collect();
        Self { name: name.to_string(), text: text(&schema["description"]), fields }
    }
}

impl Shape {
    fn of(schema: &Value) -> Self {
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default().to_string();
            return Self { words: name.clone(), schema: Some(name) };
        }
        // A value that may be missing is described as one of null and itself.
        if let Some(choices) = schema["oneOf"].as_array()
            && let Some(real) = choices.iter().find(|c| c["type"] != "null")
        {
            return Self::of(real);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|k| *k != "null").unwrap_or("any"),
            kind => kind.as_str().unwrap_or("any"),
        };
        if kind == "array" {
            let item = Self::of(&schema["items"]);
            return Self { words: format!("{}[]", item.words), schema: item.schema };
        }
        let words = match (schema["enum"].as_array(), schema["format"].as_str()) {
            (Some(values), _) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
            (None, Some(format)) => format!("{kind} ({format})"),
            (None, None) => kind.to_string(),
        };
        Self { words, schema: None }
    }
}

/// Descriptions are written as Markdown; the page shows them as plain text.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('`', "")
}
