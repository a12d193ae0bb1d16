use serde::{Deserialize, Serialize};

/// How closely a field's content is kept. The order is the order of protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DataClass {
    /// Public.
    P0,
    /// Internal to the people who work on the project.
    P1,
    /// Personal data.
    P2,
    /// Sensitive personal data: health, track, identity numbers, finance.
    P3,
    /// Minors' data.
    P4,
}

impl DataClass {
    pub const ALL: [DataClass; 5] = [Self::P0, Self::P1, Self::P2, Self::P3, Self::P4];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
        }
    }

    /// Fields of these classes are encrypted one by one at rest, and each view of them is logged.
    pub fn is_sealed(self) -> bool {
        self >= Self::P3
    }
}

/// The kinds of input that the host can draw, check and store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// One line of text.
    Line,
    /// Several lines of text.
    Text,
    /// `YYYY-MM-DD`.
    Date,
    /// `HH:MM`.
    Time,
    /// Milliseconds since the Unix epoch, UTC.
    Instant,
    Integer,
    Boolean,
    /// One of `options`.
    Choice,
    /// Any of `options`, as a list.
    Choices,
    Email,
    /// A mainland telephone number or one in international form.
    Phone,
    /// A resident identity number (GB 11643).
    IdNumber,
    /// A unified social credit code (GB 32100).
    CreditCode,
    /// A person, under the pseudonym that the project knows.
    Person,
    /// Several persons.
    Persons,
    /// A record of the kind named by `of`.
    Record,
    /// A list of short texts, one per line in the form.
    Lines,
    /// The id of a file that was uploaded for this field.
    File,
}

/// What may be uploaded: the ending of the name, and the media type that the content must show.
pub const FILE_KINDS: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// One value of a choice. Its label is the text `choice-<field key>-<value>`, or `title` where the form was written in the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The field is asked only when another field of the same form has this value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowIf {
    pub field: String,
    pub equals: serde_json::Value,
}

/// One field of a form or of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Field {
    /// `a-z`, `0-9` and `_`, at most 40 characters.
    pub key: String,
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The label, where the form was written in the office. A plugin's labels come from its locale files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    #[serde(default)]
    pub required: bool,
    #[serde(default = "public")]
    pub class: DataClass,
    /// Why it is asked: a word of the manifest's data requests ("care", "contact"). Mandatory from P2 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Days after the record's end at which the content is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// Never shown to the plugin or to a browser; answers can only be compared with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// Characters for texts, entries for lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Choice>,
    /// For `record`: the record kind that may be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// For `file`: endings of [`FILE_KINDS`]; empty takes all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<ShowIf>,
    /// What the form offers before anybody has typed. It is no answer: an unanswered optional field stays unanswered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// In a call's form: the section in which the question stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// In a call's form: the last day, `YYYY-MM-DD`, on which the question may stay unanswered in what is handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_after: Option<String>,
    /// In a call's form: the last day on which a given answer may be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_after: Option<String>,
}

fn public() -> DataClass {
    DataClass::P0
}

impl Field {
    pub fn new(key: impl Into<String>, kind: FieldType) -> Self {
        Self {
            key: key.into(),
            kind,
            title: None,
            help: None,
            required: false,
            class: DataClass::P0,
            purpose: None,
            retention_days: None,
            secret: false,
            max_length: None,
            min: None,
            max: None,
            unit: None,
            options: Vec::new(),
            of: None,
            accept: Vec::new(),
            show_if: None,
            default: None,
            section: None,
            required_after: None,
            frozen_after: None,
        }
    }

    /// Endings of the files that this field takes.
    pub fn accepted(&self) -> impl Iterator<Item = &'static str> {
        FILE_KINDS
            .iter()
            .map(|(ending, _)| *ending)
            .filter(|e| self.accept.is_empty() || self.accept.iter().any(|a| a == e))
    }

    /// The bound that applies when the description names none: characters for texts, entries for lists.
    pub fn effective_max_length(&self) -> u32 {
        self.max_length.unwrap_or(match self.kind {
            FieldType::Line => 200,
            FieldType::Text => 4_000,
            FieldType::Lines | FieldType::Persons | FieldType::Choices => 50,
            _ => 200,
        })
    }
}
