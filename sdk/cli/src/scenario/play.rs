use super::expect::differs;
use super::file::{Scenario, Step};
use super::world::{OFFSET, World};
use crate::check::Accepted;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use twoway_manifest::{DataClass, Grant, HeldBack, check_event, check_form, check_guard, text_key};
use twoway_runtime::{
    Answer, Context, Decision, Failure, Fault, LOCALES, Millis, Problem, Proposal, Question, check_writes, referenced,
};
use twoway_sdk::{Date, TimeOfDay};

/// Plays a story to its end, or to the first step that comes out otherwise. The lines say where and how.
///
/// Returns the most fuel that one decision took.
pub fn play(accepted: &Accepted, scenario: &Scenario) -> Result<u64, Vec<String>> {
    let mut player = Player::begin(accepted, scenario).map_err(|e| vec![e])?;
    for (number, step) in scenario.step.iter().enumerate() {
        let mut problems = match player.step(step) {
            Ok(problems) => problems,
            Err(problem) => vec![problem],
        };
        if !problems.is_empty() {
            problems.insert(0, format!("step {}: {}", number + 1, step.words()));
            return Err(problems);
        }
    }
    Ok(player.most_fuel)
}

pub(super) struct Player<'a> {
    pub(super) accepted: &'a Accepted,
    scenario: &'a Scenario,
    grant: Grant,
    settings: Value,
    pub(super) world: World,
    begin: Millis,
    /// What steps named: records by id.
    pub(super) names: BTreeMap<String, String>,
    pub(super) code: Option<String>,
    most_fuel: u64,
}

/// How the plugin answered.
pub(super) enum Came {
    Done(Answer),
    Refused(Fault),
    NotOffered,
}

impl<'a> Player<'a> {
    fn begin(accepted: &'a Accepted, scenario: &'a Scenario) -> Result<Self, String> {
        let begin = moment(&scenario.start, None)?;
        let mut grant = accepted.package.manifest.full_grant();
        for name in &scenario.not_granted.abilities {
            let before = grant.abilities.len();
            grant.abilities.retain(|a| a.as_str() != name);
            if grant.abilities.len() == before {
                return Err(format!("not-granted: plugin.toml does not ask for '{name}'"));
            }
        }
        grant.classes.retain(|c: &DataClass| !scenario.not_granted.data.iter().any(|name| name == c.as_str()));
        let given = Value::Object(scenario.settings.clone());
        let settings = check_form(&accepted.package.description.settings, &given)
            .map_err(|errors| format!("settings: {}", field_errors(&errors)))?;
        let mut world = World::default();
        world.now = begin;
        for (name, human) in &scenario.people {
            world.people.insert(name.clone(), human.satisfies.iter().cloned().collect());
        }
        let (settings, names) = (Value::Object(settings), BTreeMap::new());
        Ok(Self { accepted, scenario, grant, settings, world, begin, names, code: None, most_fuel: 0 })
    }

    /// Plays one step. `Ok` holds what came out otherwise than expected, `Err` what keeps the step from being played.
    fn step(&mut self, step: &Step) -> Result<Vec<String>, String> {
        let kinds = [&step.action, &step.at, &step.show, &step.measure, &step.guard, &step.hear];
        if kinds.iter().filter(|k| k.is_some()).count() != 1 {
            return Err("needs exactly one of do, at, show, measure, guard and hear".to_string());
        }
        self.world.begin_step();
        let mut problems = Vec::new();
        if let Some(action) = &step.action {
            let came = self.act(step, action)?;
            self.compare_outcome(step, came, &mut problems);
        } else if let Some(at) = &step.at {
            self.move_clock(moment(at, Some(self.world.now))?)?;
        } else if let Some(view) = &step.show {
            let question = Question::Show { view: view.clone(), target: self.target(step)? };
            match self.ask(step, question, HeldBack::default())? {
                Came::Done(Answer::View(model)) => self.compare_view(step, model, &mut problems)?,
                came => problems.push(self.words(&came)),
            }
        } else if let Some(name) = &step.measure {
            let question = Question::Indicator { name: name.clone(), start: self.begin, end: self.world.now };
            match self.ask(step, question, HeldBack::default())? {
                Came::Done(Answer::Measure { value_milli, sample, .. }) => {
                    differs("value", step.value, value_milli as f64 / 1000.0, &mut problems);
                    differs("sample", step.sample, sample, &mut problems);
                }
                came => problems.push(self.words(&came)),
            }
        } else if let Some(transition) = &step.guard {
            let question = Question::Guard { transition: transition.clone(), values: self.values(step)? };
            self.listens(&question)?;
            let came = self.ask(step, question, HeldBack::default())?;
            self.compare_outcome(step, came, &mut problems);
        } else if let Some(event) = &step.hear {
            let question = Question::Hear { event: event.clone(), values: self.values(step)? };
            self.listens(&question)?;
            let came = self.ask(step, question, HeldBack::default())?;
            self.compare_outcome(step, came, &mut problems);
        }
        self.compare_effects(step, &mut problems)?;
        Ok(problems)
    }

    fn act(&mut self, step: &Step, name: &str) -> Result<Came, String> {
        let description = &self.accepted.package.description;
        let action = description.action(name).ok_or_else(|| format!("there is no action '{name}'"))?;
        let target = self.target(step)?;
        let place = target.as_ref().map(|item| (item.kind.as_str(), item.state.as_str()));
        if !action.permits(&self.roles(step)?, place) {
            return Ok(Came::NotOffered);
        }
        if action.confirmations == 2 && step.with.is_none() {
            return Err("the action waits for a second person: say who with `with`".to_string());
        }
        let input = self.resolve(&Value::Object(step.input.clone()))?;
        let mut input =
            check_form(&action.form, &input).map_err(|errors| format!("input: {}", field_errors(&errors)))?;
        let held = HeldBack::take(&action.form, &self.grant, &mut input);
        self.ask(step, Question::Act { action: name.to_string(), target, input: Value::Object(input) }, held)
    }

    /// What the host would say with an event or a guard.
    fn values(&self, step: &Step) -> Result<Value, String> {
        self.resolve(&Value::Object(step.input.clone()))
    }

    /// The host says what it has to say, and only to plugins that listen.
    fn listens(&self, question: &Question) -> Result<(), String> {
        let description = &self.accepted.package.description;
        let (name, described) = match question {
            Question::Hear { event, values } => {
                check_event(event, values)?;
                (event, &description.events)
            }
            Question::Guard { transition, values } => {
                check_guard(transition, values)?;
                (transition, &description.guards)
            }
            _ => return Ok(()),
        };
        if described.contains(name) { Ok(()) } else { Err(format!("the plugin is not asked about '{name}'")) }
    }

    /// Asks the plugin, has its writes judged as the host does, and carries them out.
    fn ask(&mut self, step: &Step, question: Question, held: HeldBack) -> Result<Came, String> {
        let ctx = self.context(step)?;
        let plugin = &self.accepted.plugin;
        self.world.subject = ctx.acting_for.clone().or_else(|| ctx.actor.clone());
        self.world.decision += 1;
        let decided = plugin.decide_blocking(&ctx, &question, &self.grant, Box::new(self.world.clone()));
        let Decision { outcome, writes, fuel, asked, .. } = decided.map_err(|failure| broke(&failure))?;
        self.most_fuel = self.most_fuel.max(fuel);
        self.world.guessed(&asked);
        let answer = match outcome {
            Ok(answer) => answer,
            Err(fault) => return Ok(Came::Refused(fault)),
        };
        let description = &self.accepted.package.description;
        // The host reads these records before it judges; here all of them are at hand.
        let _ = referenced(description, &writes);
        let lookup = |id: &str| self.world.records.get(id).cloned();
        let proposal = Proposal {
            description,
            grant: &self.grant,
            question: &question,
            roles: &ctx.roles,
            held: &held,
            writes: &writes,
            lookup: &lookup,
        };
        let writes = check_writes(&proposal)
            .map_err(|errors| format!("the host would not carry this out:\n  {}", errors.join("\n  ")))?;
        self.world.apply(writes)?;
        self.world.decided(&question);
        Ok(Came::Done(answer))
    }

    fn move_clock(&mut self, to: Millis) -> Result<(), String> {
        if to < self.world.now {
            return Err("the clock does not go back".to_string());
        }
        let mut rings = 0;
        while let Some((timer, target, at, values)) = self.world.due(to) {
            rings += 1;
            if rings > 1_000 {
                return Err(format!("timer '{timer}' rings without end"));
            }
            self.world.now = self.world.now.max(at);
            let item = target.as_ref().and_then(|id| self.world.records.get(id).cloned());
            let question = Question::Tick { timer: timer.clone(), target: item, values };
            if let Came::Refused(fault) = self.ask(&Step::default(), question, HeldBack::default())? {
                return Err(format!("timer '{timer}' failed: {}", self.fault(&fault)));
            }
        }
        self.world.now = to;
        Ok(())
    }

    fn roles(&self, step: &Step) -> Result<Vec<String>, String> {
        let Some(by) = &step.by else { return Ok(Vec::new()) };
        self.scenario.people.get(by).map(|h| h.roles.clone()).ok_or_else(|| format!("nobody is called '{by}'"))
    }

    fn context(&self, step: &Step) -> Result<Context, String> {
        Ok(Context {
            project: "scenario".to_string(),
            settings: self.settings.clone(),
            now: self.world.now,
            utc_offset: OFFSET,
            locale: LOCALES[0].to_string(),
            seed: 1,
            actor: step.by.clone(),
            roles: self.roles(step)?,
            acting_for: step.acting_for.clone(),
            confirmed_by: step.by.iter().chain(&step.with).cloned().collect(),
        })
    }

    pub(super) fn target(&self, step: &Step) -> Result<Option<twoway_runtime::Item>, String> {
        step.on.as_ref().map(|name| self.record(name)).transpose()
    }

    pub(super) fn record(&self, name: &str) -> Result<twoway_runtime::Item, String> {
        let id = self.names.get(name).ok_or_else(|| format!("no step has named a record '{name}'"))?;
        self.world.records.get(id).cloned().ok_or_else(|| format!("record '{name}' is gone"))
    }

    /// The name that a step gave a record, else its id.
    pub(super) fn name_of(&self, id: &str) -> String {
        let named = self.names.iter().find(|(_, known)| *known == id);
        named.map_or_else(|| id.to_string(), |(name, _)| name.clone())
    }

    /// `$name` becomes the id of the record which a step named so, `$code` the last one-time code.
    pub(super) fn resolve(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) if text == "$code" => self.code.clone().ok_or("no step has sent a code")?.into(),
            Value::String(text) if text.starts_with('$') => self.record(&text[1..])?.id.into(),
            Value::Array(list) => list.iter().map(|v| self.resolve(v)).collect::<Result<_, _>>()?,
            Value::Object(map) => map
                .iter()
                .map(|(k, v)| Ok((k.clone(), self.resolve(v)?)))
                .collect::<Result<Map<_, _>, String>>()?
                .into(),
            other => other.clone(),
        })
    }

    pub(super) fn words(&self, came: &Came) -> String {
        match came {
            Came::Done(_) => "done".to_string(),
            Came::NotOffered => "not offered by the host: wrong role, or wrong state of the record".to_string(),
            Came::Refused(fault) => self.fault(fault),
        }
    }

    /// A refusal with its text, as the person would read it.
    fn fault(&self, fault: &Fault) -> String {
        let say = |problem: &Problem| {
            let code = &problem.code;
            let key = text_key(&["refusal", code]);
            let text = self.accepted.package.texts.format(LOCALES[0], &key, &problem.values).unwrap_or_default();
            let field = problem.field.as_deref().map(|f| format!("field {f} ")).unwrap_or_default();
            format!("{field}refused: {code} {} {text}", problem.values)
        };
        match fault {
            Fault::Refused(problem) => say(problem),
            Fault::Invalid(list) => list.iter().map(say).collect::<Vec<_>>().join("; "),
            Fault::Internal(message) => format!("the plugin reports its own mistake: {message}"),
        }
    }
}

fn field_errors(errors: &[twoway_manifest::FieldError]) -> String {
    errors.iter().map(|e| format!("{} is {}", e.field, e.problem.code())).collect::<Vec<_>>().join(", ")
}

fn broke(failure: &Failure) -> String {
    let log: String = failure.log.lines.iter().map(|l| format!("\n  log: {}", l.message)).collect();
    format!("{failure}{log}")
}

/// `2026-03-02 16:00`, or a time alone: on the same day as `now`.
fn moment(text: &str, now: Option<Millis>) -> Result<Millis, String> {
    let today = now.map(|now| Date::at(twoway_sdk::Instant(now), OFFSET));
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (Date::parse(day), time),
        None => (today, text),
    };
    match (day, TimeOfDay::parse(time)) {
        (Some(day), Some(time)) => Ok(day.moment(time, OFFSET).0),
        _ => Err(format!("'{text}' is no moment: write 2026-03-02 16:00, or 16:00 for the same day")),
    }
}
