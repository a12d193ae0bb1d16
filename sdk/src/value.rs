use crate::{Date, Instant, Person, Record, TimeOfDay};
use serde_json::{Map, Value, json};
use std::fmt;
use std::marker::PhantomData;
use twoway_manifest::{Field, FieldType};

/// What can stand in a field. Plain Rust types and the SDK's own implement it; enums do by `#[derive(Choice)]`.
pub trait FieldValue: Sized {
    /// Sets what the type says about the field: its kind, its options, whether it must be answered.
    fn describe(field: &mut Field);
    /// None where the field stays unanswered.
    fn to_value(&self) -> Option<Value>;
    /// The message is for the plugin's author: the host has checked the input already.
    fn from_value(value: Option<&Value>) -> Result<Self, String>;
}

/// The options of a choice: `#[derive(Choice)]` on an enum.
pub trait Choice: Copy {
    const ALL: &'static [&'static str];
    fn key(self) -> &'static str;
    fn parse(key: &str) -> Option<Self>;
}

/// A file that somebody uploaded in a form: a picture, a scan. The plugin knows its id and passes it on into one field of one record;
/// the host keeps the file itself, and gives it to those who may see the field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct File(pub String);

/// The id of a record of kind `R`.
pub struct RecordId<R> {
    text: String,
    kind: PhantomData<fn() -> R>,
}

impl<R> RecordId<R> {
    pub fn new(id: impl Into<String>) -> Self {
        Self { text: id.into(), kind: PhantomData }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<R> Clone for RecordId<R> {
    fn clone(&self) -> Self {
        Self::new(self.text.clone())
    }
}
impl<R> PartialEq for RecordId<R> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl<R> Eq for RecordId<R> {}
impl<R> fmt::Debug for RecordId<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordId({})", self.text)
    }
}

/// Content that the office may keep from the plugin (P3, P4 and whatever its grant leaves out). It can be stored, passed on
/// unseen and, where the grant allows it, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed<T>(Kept<T>);

/// Content that no plugin reads: it can be stored, and answers can be compared with it by [`crate::Host::secret_matches`].
#[derive(Clone, Debug, PartialEq)]
pub struct Secret<T>(Kept<T>);

#[derive(Clone, Debug, PartialEq)]
enum Kept<T> {
    Here(T),
    /// The host's mark for content that it holds back.
    Held(Value),
    Absent,
}

impl<T> Sealed<T> {
    /// None where the content is absent or not granted.
    pub fn read(&self) -> Option<&T> {
        match &self.0 {
            Kept::Here(value) => Some(value),
            Kept::Held(_) | Kept::Absent => None,
        }
    }
}

impl<T> From<T> for Sealed<T> {
    fn from(value: T) -> Self {
        Self(Kept::Here(value))
    }
}

impl<T> From<T> for Secret<T> {
    /// For tests: in a running plugin every secret is the host's mark.
    fn from(value: T) -> Self {
        Self(Kept::Here(value))
    }
}

impl<T: FieldValue> Kept<T> {
    fn to_value(&self) -> Option<Value> {
        match self {
            Self::Here(value) => value.to_value(),
            Self::Held(mark) => Some(mark.clone()),
            Self::Absent => None,
        }
    }

    fn from_value(value: Option<&Value>) -> Result<Self, String> {
        match value {
            None | Some(Value::Null) => Ok(Self::Absent),
            Some(mark @ Value::Object(_)) => Ok(Self::Held(mark.clone())),
            Some(_) => T::from_value(value).map(Self::Here),
        }
    }
}

impl<T: FieldValue> FieldValue for Sealed<T> {
    fn describe(field: &mut Field) {
        T::describe(field);
    }
    fn to_value(&self) -> Option<Value> {
        self.0.to_value()
    }
    fn from_value(value: Option<&Value>) -> Result<Self, String> {
        Kept::from_value(value).map(Self)
    }
}

impl<T: FieldValue> FieldValue for Secret<T> {
    fn describe(field: &mut Field) {
        T::describe(field);
        field.secret = true;
    }
    fn to_value(&self) -> Option<Value> {
        self.0.to_value()
    }
    fn from_value(value: Option<&Value>) -> Result<Self, String> {
        Kept::from_value(value).map(Self)
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    fn describe(field: &mut Field) {
        T::describe(field);
        field.required = false;
    }
    fn to_value(&self) -> Option<Value> {
        self.as_ref().and_then(T::to_value)
    }
    fn from_value(value: Option<&Value>) -> Result<Self, String> {
        match value {
            None | Some(Value::Null) => Ok(None),
            Some(_) => T::from_value(value).map(Some),
        }
    }
}

fn of_kind(field: &mut Field, kind: FieldType) {
    field.kind = kind;
    field.required = true;
}

fn text<'a>(value: Option<&'a Value>, wanted: &str) -> Result<&'a str, String> {
    value.and_then(Value::as_str).ok_or_else(|| format!("is {value:?}, not {wanted}"))
}

/// An unanswered tick is a "no", so a tick is never required; a plugin that needs a "yes" refuses without it.
impl FieldValue for bool {
    fn describe(field: &mut Field) {
        field.kind = FieldType::Boolean;
    }
    fn to_value(&self) -> Option<Value> {
        Some((*self).into())
    }
    fn from_value(value: Option<&Value>) -> Result<Self, String> {
        match value {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(tick)) => Ok(*tick),
            Some(other) => Err(format!("is {other}, not true or false")),
        }
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl FieldValue for $type {
            fn describe(field: &mut Field) {
                of_kind(field, FieldType::Integer);
                if <$type>::MIN == 0 {
                    field.min = Some(0);
                }
            }
            fn to_value(&self) -> Option<Value> {
                Some((*self).into())
            }
            fn from_value(value: Option<&Value>) -> Result<Self, String> {
                let number = value.and_then(Value::as_i64);
                number.and_then(|n| <$type>::try_from(n).ok()).ok_or_else(|| format!("is {value:?}, not a {}", stringify!($type)))
            }
        }
    )*};
}
whole_numbers!(u32, i32, i64);

macro_rules! texts {
    ($($type:ty, $kind:ident, $wanted:literal, $read:expr, $write:expr;)*) => {$(
        impl FieldValue for $type {
            fn describe(field: &mut Field) {
                of_kind(field, FieldType::$kind);
            }
            fn to_value(&self) -> Option<Value> {
                let write: fn(&$type) -> String = $write;
                Some(write(self).into())
            }
            fn from_value(value: Option<&Value>) -> Result<Self, String> {
                let read: fn(&str) -> Option<$type> = $read;
                let text = text(value, $wanted)?;
                read(text).ok_or_else(|| format!("'{text}' is not {}", $wanted))
            }
        }
    )*};
}
texts! {
    String, Line, "a text", |t| Some(t.to_string()), |v| v.clone();
    Person, Person, "a person", |t| Some(Person(t.to_string())), |v| v.0.clone();
    File, File, "a file", |t| Some(File(t.to_string())), |v| v.0.clone();
    Date, Date, "a date", Date::parse, |v| v.to_string();
    TimeOfDay, Time, "a time", TimeOfDay::parse, |v| v.to_string();
}

impl FieldValue for Instant {
    fn describe(field: &mut Field) {
        of_kind(field, FieldType::Instant);
    }
    fn to_value(&self) -> Option<Value> {
        Some(self.0.into())
    }
    fn from_value(value: Option<&Value>) -> Result<Self, String> {
        value.and_then(Value::as_i64).map(Instant).ok_or_else(|| format!("is {value:?}, not a moment"))
    }
}

impl<R: Record> FieldValue for RecordId<R> {
    fn describe(field: &mut Field) {
        of_kind(field, FieldType::Record);
        field.of = Some(R::KIND.to_string());
    }
    fn to_value(&self) -> Option<Value> {
        Some(self.text.clone().into())
    }
    fn from_value(value: Option<&Value>) -> Result<Self, String> {
        text(value, "a record").map(Self::new)
    }
}

macro_rules! lists {
    ($($type:ty, $kind:ident;)*) => {$(
        impl FieldValue for Vec<$type> {
            fn describe(field: &mut Field) {
                of_kind(field, FieldType::$kind);
            }
            fn to_value(&self) -> Option<Value> {
                (!self.is_empty()).then(|| self.iter().filter_map(FieldValue::to_value).collect())
            }
            fn from_value(value: Option<&Value>) -> Result<Self, String> {
                match value {
                    None | Some(Value::Null) => Ok(Vec::new()),
                    Some(Value::Array(list)) => list.iter().map(|v| FieldValue::from_value(Some(v))).collect(),
                    Some(other) => Err(format!("is {other}, not a list")),
                }
            }
        }
    )*};
}
lists! { String, Lines; Person, Persons; }

pub(crate) fn describe_choice<C: Choice>(field: &mut Field) {
    of_kind(field, FieldType::Choice);
    field.options = C::ALL.iter().map(|key| twoway_manifest::Choice { value: key.to_string(), title: None }).collect();
}

pub(crate) fn read_choice<C: Choice>(value: Option<&Value>) -> Result<C, String> {
    let key = text(value, "an option")?;
    C::parse(key).ok_or_else(|| format!("'{key}' is none of {}", C::ALL.join(", ")))
}

/// What a text's placeholder becomes: numbers stay numbers, so that a text can choose its plural by them.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot stand in a text",
    note = "a placeholder is a whole number, a text, a `Date` or a `TimeOfDay`; persons and records are named by the host, in views"
)]
pub trait Placeholder {
    fn value(&self) -> Value;
}

macro_rules! placeholders {
    ($($type:ty => $turn:expr;)*) => {$(
        impl Placeholder for $type {
            fn value(&self) -> Value {
                let turn: fn(&$type) -> Value = $turn;
                turn(self)
            }
        }
    )*};
}
placeholders! {
    u32 => |v| json!(v); i32 => |v| json!(v); u64 => |v| json!(v); i64 => |v| json!(v); usize => |v| json!(v);
    String => |v| json!(v); &'static str => |v| json!(v);
    Date => |v| json!(v.to_string()); TimeOfDay => |v| json!(v.to_string());
}

/// A struct whose fields are fields of the host: a record's content, an action's form, the settings. Derived.
pub trait Form: Sized {
    fn fields() -> Vec<Field>;
    fn read(content: &Map<String, Value>) -> Result<Self, String>;
    fn write(&self) -> Map<String, Value>;
}

/// For plugins without settings, timers without values.
impl Form for () {
    fn fields() -> Vec<Field> {
        Vec::new()
    }
    fn read(_: &Map<String, Value>) -> Result<Self, String> {
        Ok(())
    }
    fn write(&self) -> Map<String, Value> {
        Map::new()
    }
}
