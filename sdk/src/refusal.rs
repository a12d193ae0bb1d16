use serde_json::{Map, Value};
use twoway_manifest::{Message, Words};

/// Every rule ends so: nothing to say against it, or a refusal.
pub type Outcome = Result<(), Refusal>;

/// Why not. Nothing is written then.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// A business "no", shown to the person.
    Refused(Box<Problem>),
    /// The input is wrong, field by field.
    Invalid(Vec<Problem>),
    /// A mistake of the plugin: logged, counted against its health, never shown.
    Internal(String),
}

/// One sentence to the person: the text `refusal-<code>` with its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub code: &'static str,
    pub values: Map<String, Value>,
    pub field: Option<String>,
    pub rule: Option<String>,
}

/// The plugin's refusals: `#[derive(Refusals)]` on an enum. A variant turns into a [`Refusal`] by `?` or `.into()`.
pub trait Refusals {
    fn describe() -> Vec<Message>;
    fn say(&self) -> Said;
}

/// The plugin's notices: `#[derive(Notices)]` on an enum.
pub trait Notices {
    fn describe() -> Vec<Message>;
    fn say(&self) -> Said;
}

/// The incidents that the plugin can report: `#[derive(Incidents)]` on an enum.
pub trait Incidents {
    fn describe() -> Vec<Message>;
    fn say(&self) -> Said;
}

/// The words of the plugin's views: `#[derive(Labels)]` on an enum.
pub trait Labels {
    const ALL: &'static [&'static str];
    fn code(self) -> &'static str;
}

/// A message with the values of its placeholders.
pub struct Said {
    pub code: &'static str,
    pub values: Map<String, Value>,
    pub rule: Option<&'static str>,
}

impl Refusal {
    pub fn because(no: &impl Refusals) -> Self {
        Self::Refused(Box::new(Problem::of(no, None)))
    }

    /// The refusal belongs to one field of the form.
    pub fn at(field: &str, no: &impl Refusals) -> Self {
        Self::Invalid(vec![Problem::of(no, Some(field))])
    }
}

impl Problem {
    fn of(no: &impl Refusals, field: Option<&str>) -> Self {
        let said = no.say();
        Self {
            code: said.code,
            values: said.values,
            field: field.map(str::to_string),
            rule: said.rule.map(str::to_string),
        }
    }
}

/// An ability was not granted, or the host would not take the call. With `?` it ends the decision as the plugin's mistake;
/// a plugin that can do without the ability looks at it instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    pub call: &'static str,
    pub reason: String,
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::Internal(format!("{} was denied: {}", denied.call, denied.reason))
    }
}

/// A label with a value for each placeholder of its text.
pub fn words<const N: usize>(label: impl Into<Words>, values: [(&str, Value); N]) -> Words {
    let mut words = label.into();
    words.values = values.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
    words
}
