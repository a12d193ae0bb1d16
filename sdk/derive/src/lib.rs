//! The derives of `twoway-sdk`. Each turns a plain type into a part of the plugin's description and into the code that reads
//! and writes it, so that the two cannot differ. See `twoway-sdk` for what they mean to an author.

mod action;
mod choice;
mod form;
mod message;
mod names;
mod record;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

fn expand(input: TokenStream, with: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    with(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// A record kind: `#[record(states = VisitState, title = number, index(day, enrolment), readers("site-lead"))]`. The kind's key
/// is the type's name in kebab case, unless `key = "…"` says otherwise. Fields: see [`macro@Form`].
#[proc_macro_derive(Record, attributes(record, field))]
pub fn record(input: TokenStream) -> TokenStream {
    expand(input, record::expand)
}

/// An action that a person takes: `#[action(on = Visit, from(InCare, Overdue), to(Released), roles("duty-volunteer"))]`, with
/// `confirmations = 2` where two persons must agree, and `protective` where two staff may act without the plugin. The
/// fields are the action's form.
#[proc_macro_derive(Action, attributes(action, field))]
pub fn action(input: TokenStream) -> TokenStream {
    expand(input, action::expand)
}

/// A form without more: the plugin's settings. On fields: `#[field(class = P4, purpose = "care")]` (without a class a field is
/// P1, internal to the project), `kind = Text` (also `Email`, `Phone`, `IdNumber`, `CreditCode`), `min`, `max`, `max_length`,
/// `unit`, `default`, `retention_days`, `accept("png", "jpg")` (of a `File`), `show_if(other = value)`.
#[proc_macro_derive(Form, attributes(field))]
pub fn form(input: TokenStream) -> TokenStream {
    expand(input, form::expand)
}

/// The states of a record kind, from an enum without content; `#[state(end)]` on a variant that nothing leaves.
#[proc_macro_derive(States, attributes(state))]
pub fn states(input: TokenStream) -> TokenStream {
    expand(input, choice::expand_states)
}

/// The options of a choice, from an enum without content.
#[proc_macro_derive(Choice)]
pub fn choice(input: TokenStream) -> TokenStream {
    expand(input, choice::expand_choice)
}

/// Every "no" of the plugin, one variant each; its fields are the placeholders of the text `refusal-<variant>`, and
/// `#[rule("…")]` names what it rests on.
#[proc_macro_derive(Refusals, attributes(rule))]
pub fn refusals(input: TokenStream) -> TokenStream {
    expand(input, message::expand_refusals)
}

/// Every notice that the plugin sends, one variant each; its fields are the placeholders of the texts
/// `notice-<variant>-title` and `notice-<variant>`.
#[proc_macro_derive(Notices)]
pub fn notices(input: TokenStream) -> TokenStream {
    expand(input, message::expand_notices)
}

/// Every incident that the plugin can report, one variant each; its fields are the placeholders of the text
/// `incident-<variant>`.
#[proc_macro_derive(Incidents)]
pub fn incidents(input: TokenStream) -> TokenStream {
    expand(input, message::expand_incidents)
}

/// The words of the plugin's views, one variant each: `label-<variant>`.
#[proc_macro_derive(Labels)]
pub fn labels(input: TokenStream) -> TokenStream {
    expand(input, message::expand_labels)
}
