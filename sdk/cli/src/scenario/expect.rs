//! What a step must come to, held against what it came to.

use super::file::Step;
use super::play::{Came, Player};
use serde_json::Value;
use twoway_manifest::{Shown, ViewModel};
use twoway_runtime::{Fault, LOCALES, Problem};

impl Player<'_> {
    pub(super) fn compare_outcome(&self, step: &Step, came: Came, problems: &mut Vec<String>) {
        let expected = match (&step.refused, &step.invalid, step.not_offered) {
            (_, _, true) => "not offered by the host".to_string(),
            (Some(code), Some(field), _) => format!("field {field} refused: {code}"),
            (Some(code), None, _) => format!("refused: {code}"),
            (None, Some(field), _) => format!("field {field} refused"),
            (None, None, _) => "done".to_string(),
        };
        let is = |problem: &Problem| {
            let code = step.refused.as_ref().is_none_or(|code| &problem.code == code);
            let values = step.values.iter().all(|(key, value)| problem.values.get(key) == Some(value));
            code && values
        };
        let fits = match &came {
            Came::Done(_) => expected == "done",
            Came::NotOffered => step.not_offered,
            Came::Refused(Fault::Refused(problem)) => step.refused.is_some() && step.invalid.is_none() && is(problem),
            Came::Refused(Fault::Invalid(list)) => {
                step.invalid.as_ref().is_some_and(|f| list.iter().any(|p| p.field.as_ref() == Some(f) && is(p)))
            }
            Came::Refused(Fault::Internal(_)) => false,
        };
        if !fits {
            let values =
                if step.values.is_empty() { String::new() } else { format!(" {}", Value::Object(step.values.clone())) };
            problems.push(format!("expected  {expected}{values}"));
            problems.push(format!("got       {}", self.words(&came)));
        }
    }

    pub(super) fn compare_effects(&mut self, step: &Step, problems: &mut Vec<String>) -> Result<(), String> {
        if step.names.len() > self.world.created.len() {
            problems.push(format!("{} records were named, {} were made", step.names.len(), self.world.created.len()));
        }
        for (name, id) in step.names.iter().zip(&self.world.created) {
            self.names.insert(name.clone(), id.clone());
        }
        if !problems.is_empty() {
            return Ok(());
        }
        let code = self.world.code.clone();
        if step.code_to.is_some() {
            differs("code-to", step.code_to.clone(), code.as_ref().map(|c| c.0.clone()).unwrap_or_default(), problems);
        }
        self.code = code.map(|(_, code)| code).or(self.code.take());
        let own = step.state.iter().map(|state| (step.on.as_deref(), state));
        let others = step.states.iter().map(|(name, state)| (Some(name.as_str()), state));
        for (name, state) in own.chain(others) {
            let name = name.ok_or("`state` needs a record: say which with `on`")?;
            let is = self.record(name)?.state;
            differs(&format!("state of {name}"), Some(state.clone()), is, problems);
        }
        if !step.fields.is_empty() {
            let target = self.target(step)?.ok_or("`fields` needs a record: say which with `on`")?;
            for (key, wanted) in &step.fields {
                let is = target.data.get(key).cloned().unwrap_or(Value::Null);
                differs(&format!("field {key}"), Some(self.resolve(wanted)?), is, problems);
            }
        }
        let public = self.world.public().iter().map(|id| self.name_of(id)).collect();
        let effects = [
            ("notified", &step.notified, self.world.notices.clone()),
            ("reported", &step.reported, self.world.reported.clone()),
            ("attended", &step.attended, self.world.attended.clone()),
            ("booked", &step.booked, self.world.booked.clone()),
            ("tasks", &step.tasks, self.world.open_tasks()),
            ("public", &step.public, public),
        ];
        for (what, wanted, mut came) in effects {
            let Some(mut wanted) = wanted.clone() else { continue };
            wanted.sort();
            came.sort();
            differs(what, Some(format!("{wanted:?}")), format!("{came:?}"), problems);
        }
        Ok(())
    }

    pub(super) fn compare_view(&self, step: &Step, model: Value, problems: &mut Vec<String>) -> Result<(), String> {
        let text = model.to_string();
        let view = ViewModel::parse(model).map_err(|e| format!("the view {e}"))?;
        for key in view.text_keys() {
            for locale in LOCALES.iter().filter(|l| !self.accepted.package.texts.has(l, &key)) {
                problems.push(format!("the view uses '{key}', which locale {locale} lacks"));
            }
        }
        for (label, wanted) in &step.facts {
            let key = format!("label-{label}");
            let shown = view.facts.iter().find(|f| f.label.key == key).map(|f| fact(&f.value));
            differs(&format!("fact {label}"), Some(wanted.clone()), shown.unwrap_or(Value::Null), problems);
        }
        if let Some(wanted) = &step.alerts {
            let wanted: Vec<String> = wanted.iter().map(|label| format!("label-{label}")).collect();
            let shown: Vec<String> = view.alerts.iter().map(|a| a.text.key.clone()).collect();
            differs("alerts", Some(format!("{wanted:?}")), format!("{shown:?}"), problems);
        }
        for (title, wanted) in &step.rows {
            let key = format!("label-{title}");
            let rows = view.tables.iter().find(|t| t.title.key == key).map_or(0, |t| t.rows.len());
            differs(&format!("rows of {title}"), Some(*wanted), rows, problems);
        }
        for hidden in step.hides.iter().filter(|hidden| text.contains(*hidden)) {
            problems.push(format!("'{hidden}' must not occur in the view"));
        }
        Ok(())
    }
}

/// A fact as a scenario writes it.
fn fact(shown: &Shown) -> Value {
    match shown {
        Shown::Text(text) | Shown::Date(text) | Shown::Person(text) | Shown::Record(text) => text.clone().into(),
        Shown::Words(words) => words.key.clone().into(),
        Shown::Number(number) | Shown::Instant(number) => (*number).into(),
        Shown::Percent(milli) => (*milli as f64 / 1000.0).into(),
        Shown::State { state, .. } => state.clone().into(),
        Shown::Choice { value, .. } => value.clone().into(),
        Shown::Nothing => Value::Null,
    }
}

pub(super) fn differs<T: PartialEq + std::fmt::Display>(
    what: &str,
    wanted: Option<T>,
    is: T,
    problems: &mut Vec<String>,
) {
    if let Some(wanted) = wanted.filter(|wanted| *wanted != is) {
        problems.push(format!("{what}: expected {wanted}, got {is}"));
    }
}
