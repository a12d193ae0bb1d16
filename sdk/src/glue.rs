//! What the derives and `plugin!` expand to. Not for authors.

pub use crate::refusal::Said;
pub use crate::value::Placeholder;
use crate::{
    Action, Choice, Context, FieldValue, Form, Host, Instant, Outcome, RawItem, Record, Refusal, States, Target,
};
pub use serde_json::{Map, Value, json};
pub use twoway_manifest::{
    Action as ActionDescription, Book, DataClass, Description, Field, FieldType, HostEvent, HostGuard, Indicator,
    Message, Role, Timer, View, Visibility, Words,
};

pub type Content = Map<String, Value>;
pub type RawContext = Context<Content>;

pub fn describe_field<T: FieldValue>(key: &str) -> Field {
    let mut field = Field::new(key, FieldType::Line);
    // Nothing becomes public by being forgotten.
    field.class = DataClass::P1;
    T::describe(&mut field);
    field
}

pub fn describe_choice<C: Choice>(field: &mut Field) {
    crate::value::describe_choice::<C>(field);
}

pub fn describe_record<R: Record>() -> twoway_manifest::RecordKind {
    crate::record::describe::<R>()
}

pub fn read_choice<C: Choice>(value: Option<&Value>) -> Result<C, String> {
    crate::value::read_choice(value)
}

pub fn read_field<T: FieldValue>(content: &Content, key: &str) -> Result<T, String> {
    T::from_value(content.get(key)).map_err(|e| format!("{key} {e}"))
}

pub fn read_field_or<T: FieldValue>(content: &Content, key: &str, default: fn() -> T) -> Result<T, String> {
    match content.get(key) {
        None | Some(Value::Null) => Ok(default()),
        given => T::from_value(given).map_err(|e| format!("{key} {e}")),
    }
}

pub fn write_field<T: FieldValue>(content: &mut Content, key: &str, value: &T) {
    if let Some(value) = value.to_value() {
        content.insert(key.to_string(), value);
    }
}

pub fn show_if<T: FieldValue>(field: &str, equals: &T) -> twoway_manifest::ShowIf {
    twoway_manifest::ShowIf { field: field.to_string(), equals: equals.to_value().unwrap_or(Value::Null) }
}

pub fn state_key<R: Record>(state: R::State) -> String {
    state.key().to_string()
}

pub fn content<const N: usize>(values: [(&str, Value); N]) -> Content {
    values.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
}

pub fn placeholder(value: &impl Placeholder) -> Value {
    value.value()
}

pub fn label(code: &str) -> Words {
    Words { key: twoway_manifest::text_key(&["label", code]), values: Map::new() }
}

/// What an indicator computed.
pub use crate::view::Measure;

/// The questions of the contract, answered by the hooks that a plugin registered. [`crate::plugin!`] implements it.
pub trait Dispatch {
    fn description() -> Description;
    fn act<H: Host>(host: &H, ctx: RawContext, action: &str, target: Option<RawItem>, input: Content) -> Outcome;
    fn tick<H: Host>(host: &H, ctx: RawContext, timer: &str, target: Option<RawItem>, values: Content) -> Outcome;
    fn hear<H: Host>(host: &H, ctx: RawContext, event: &str, values: Content) -> Outcome;
    fn guard<H: Host>(host: &H, ctx: RawContext, transition: &str, values: Content) -> Outcome;
    fn show<H: Host>(
        host: &H,
        ctx: RawContext,
        view: &str,
        target: Option<RawItem>,
    ) -> Result<twoway_manifest::ViewModel, Refusal>;
    fn compute<H: Host>(
        host: &H,
        ctx: RawContext,
        indicator: &str,
        start: Instant,
        end: Instant,
    ) -> Result<Measure, Refusal>;
}

pub fn ctx<S: Form>(raw: RawContext) -> Result<Context<S>, Refusal> {
    Context::typed(raw).map_err(Refusal::Internal)
}

/// The values of one of the host's events or guards.
pub fn told<T: serde::de::DeserializeOwned>(values: Content) -> Result<T, Refusal> {
    serde_json::from_value(values.into()).map_err(|e| Refusal::Internal(format!("values: {e}")))
}

pub fn input<A: Form>(content: &Content) -> Result<A, Refusal> {
    A::read(content).map_err(|e| Refusal::Internal(format!("input: {e}")))
}

pub fn target<T: Target>(raw: Option<RawItem>) -> Result<T, Refusal> {
    T::read(raw).map_err(Refusal::Internal)
}

pub fn action_target<A: Action>(raw: Option<RawItem>) -> Result<A::Target, Refusal> {
    target(raw)
}

pub fn unknown<T>(what: &str, name: &str) -> Result<T, Refusal> {
    Err(Refusal::Internal(format!("there is no {what} '{name}'")))
}

pub fn texts(lists: &[&[&str]]) -> Vec<String> {
    lists.concat().into_iter().map(str::to_string).collect()
}
