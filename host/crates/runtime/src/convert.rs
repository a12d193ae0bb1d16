//! Between the contract's types and ours.

use crate::bindings::twoway::kind::types;
use crate::call::{MAX_RECORD, harmless, holds, plain_json};
use crate::{Answer, Context, Fault, Item, Millis, Problem};
use serde_json::Value;
use twoway_manifest::{Description, Grant, ViewModel, control_character};

/// Problems that one refusal may name.
const MAX_PROBLEMS: usize = 100;
const MAX_PROBLEM_VALUES: usize = 4 << 10;

pub(crate) fn instant(millis: Millis) -> u64 {
    // The contract's instants begin in 1970, as do all of ours that a plugin can see.
    u64::try_from(millis).unwrap_or(0)
}

pub(crate) fn context(ctx: &Context) -> types::Context {
    types::Context {
        project: ctx.project.clone(),
        settings: ctx.settings.to_string(),
        now: instant(ctx.now),
        utc_offset: ctx.utc_offset,
        locale: ctx.locale.clone(),
        seed: ctx.seed,
        actor: ctx.actor.clone(),
        roles: ctx.roles.clone(),
        acting_for: ctx.acting_for.clone(),
        confirmed_by: ctx.confirmed_by.clone(),
    }
}

/// The record with only what the plugin may see: described fields, not secret, of a granted class.
pub(crate) fn item(item: &Item, description: &Description, grant: &Grant) -> types::Item {
    let kind = description.record(&item.kind);
    let data = kind.zip(item.data.as_object()).map(|(kind, data)| kind.readable(grant, data)).unwrap_or_default();
    types::Item {
        id: item.id.clone(),
        kind: item.kind.clone(),
        state: item.state.clone(),
        version: item.version,
        data: Value::Object(data).to_string(),
        created: instant(item.created),
        changed: instant(item.changed),
    }
}

/// `Err` says what is not acceptable about the fault itself.
pub(crate) fn fault(fault: types::Fault, description: &Description) -> Result<Fault, String> {
    let problem = |one: types::Problem| {
        if !description.refusals.iter().any(|described| described.code == one.code) {
            let code = harmless(&one.code, 60);
            return Err(format!("it refuses with '{code}', which the description does not list under refusals"));
        }
        problem(one)
    };
    match fault {
        types::Fault::Refused(one) => problem(one).map(Fault::Refused),
        types::Fault::Invalid(list) if list.len() > MAX_PROBLEMS => {
            Err(format!("{} problems at once; {MAX_PROBLEMS} are allowed", list.len()))
        }
        types::Fault::Invalid(list) => list.into_iter().map(problem).collect::<Result<_, _>>().map(Fault::Invalid),
        types::Fault::Internal(message) => Ok(Fault::Internal(harmless(&message, 2_000))),
    }
}

fn problem(problem: types::Problem) -> Result<Problem, String> {
    let types::Problem { code, values, field, rule } = problem;
    for word in [Some(&code), field.as_ref(), rule.as_ref()].into_iter().flatten() {
        if word.len() > 200 {
            return Err(format!("a problem's code, field or rule has {} bytes; 200 are allowed", word.len()));
        }
        if let Some(c) = control_character(word) {
            return Err(holds("a problem's code, field or rule", c));
        }
    }
    if values.len() > MAX_PROBLEM_VALUES {
        return Err(format!("a problem's values have {} bytes; {MAX_PROBLEM_VALUES} are allowed", values.len()));
    }
    let values = plain_json("the values of a problem", &values)?;
    Ok(Problem { code, values, field, rule })
}

pub(crate) fn json_answer(what: &str, text: &str) -> Result<Value, String> {
    if text.len() > MAX_RECORD {
        return Err(format!("{what} has {} bytes; {MAX_RECORD} are allowed", text.len()));
    }
    plain_json(what, text)
}

pub(crate) fn view(text: &str) -> Result<Answer, String> {
    let view = json_answer("the view", text)?;
    ViewModel::parse(view.clone()).map_err(|problem| format!("the view {problem}"))?;
    Ok(Answer::View(view))
}
