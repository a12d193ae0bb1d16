use crate::bindings::exports::twoway::kind::{behaviour, indicators, views};
use crate::bindings::twoway::kind::types;
use crate::call::{Budget, Call, MAX_INPUT, MAX_TRANSFER, Phase, Stop, harmless};
use crate::engine::TICK_MS;
use crate::{Answer, Context, Decision, Failure, FailureKind, Fault, Log, Question, convert};
use serde_json::Value;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Store, Trap, WasmBacktrace};

/// The functions of a plugin, looked up once. What is optional in the contract is optional here.
pub(crate) struct Exports {
    pub(crate) behaviour: behaviour::GuestIndices,
    pub(crate) views: Option<views::GuestIndices>,
    pub(crate) indicators: Option<indicators::GuestIndices>,
}

impl Question {
    /// Whether nobody waits for the answer.
    pub fn is_batch(&self) -> bool {
        matches!(self, Self::Tick { .. } | Self::Hear { .. } | Self::Indicator { .. })
    }

    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Act { .. } | Self::Tick { .. } | Self::Hear { .. } => Phase::Deciding,
            Self::Guard { .. } | Self::Show { .. } | Self::Indicator { .. } => Phase::Observing,
        }
    }

    /// The record that the question is about.
    pub fn target(&self) -> Option<&crate::Item> {
        match self {
            Self::Act { target, .. } | Self::Tick { target, .. } | Self::Show { target, .. } => target.as_ref(),
            Self::Hear { .. } | Self::Guard { .. } | Self::Indicator { .. } => None,
        }
    }

    fn input(&self) -> Option<&Value> {
        match self {
            Self::Act { input, .. } => Some(input),
            Self::Tick { values, .. } | Self::Hear { values, .. } | Self::Guard { values, .. } => Some(values),
            Self::Show { .. } | Self::Indicator { .. } => None,
        }
    }
}

/// Starts a fresh instance with its own limits. Its fuel counts from before the start function.
pub(crate) fn instantiate(
    pre: &InstancePre<Call>,
    call: Call,
    budget: &Budget,
) -> Result<(Store<Call>, Instance), Failure> {
    let mut store = Store::new(pre.engine(), call);
    store.limiter(|call| call);
    store.set_hostcall_fuel(MAX_TRANSFER);
    store.set_epoch_deadline(u64::from(budget.deadline_ms.div_ceil(TICK_MS)) + 1);
    match store.set_fuel(budget.fuel).and_then(|()| pre.instantiate(&mut store)) {
        Ok(instance) => Ok((store, instance)),
        Err(error) => Err(failed(&mut store, &error)),
    }
}

/// Puts one question to a fresh instance and judges the answer.
pub(crate) fn decide(
    pre: &InstancePre<Call>,
    exports: &Exports,
    budget: &Budget,
    call: Call,
    ctx: &Context,
    question: &Question,
) -> Result<Decision, Failure> {
    let input = question.input().map(Value::to_string).unwrap_or_default();
    let ctx = convert::context(ctx);
    if input.len().max(ctx.settings.len()) > MAX_INPUT {
        let problem = format!("input or settings have more than {MAX_INPUT} bytes");
        return Err(Failure { kind: FailureKind::Input(problem), log: Log::default() });
    }
    let target = question.target().map(|item| convert::item(item, &call.description, &call.grant));
    let (mut store, instance) = instantiate(pre, call, budget)?;
    let answered = put(exports, &mut store, &instance, &ctx, question, target.as_ref(), &input);
    let outcome = match answered {
        Ok(outcome) => outcome,
        Err(Unanswered::Absent(what)) => return Err(unacceptable(&mut store, FailureKind::Absent(what))),
        Err(Unanswered::Failed(error)) => return Err(failed(&mut store, &error)),
    };
    if let Some(violation) = store.data_mut().spoilt.take() {
        return Err(unacceptable(&mut store, FailureKind::Output(violation)));
    }
    let outcome = match outcome {
        Ok(answer) => answer.map(Ok),
        Err(fault) => convert::fault(fault, &store.data().description).map(Err),
    };
    let outcome: Result<Answer, Fault> =
        outcome.map_err(|problem| unacceptable(&mut store, FailureKind::Output(problem)))?;
    let fuel = budget.fuel - store.get_fuel().unwrap_or(0);
    let call = store.into_data();
    let (writes, mut log) = (if outcome.is_ok() { call.writes } else { Vec::new() }, call.log);
    Ok(Decision { outcome, writes, asked: call.asked, fuel, log: log.take() })
}

enum Unanswered {
    Absent(&'static str),
    Failed(wasmtime::Error),
}

impl From<wasmtime::Error> for Unanswered {
    fn from(error: wasmtime::Error) -> Self {
        Self::Failed(error)
    }
}

/// The guest's own answer, or its fault; the inner `Result` says whether the answer itself is acceptable.
type Raw = Result<Result<Answer, String>, types::Fault>;

fn put(
    exports: &Exports,
    store: &mut Store<Call>,
    instance: &Instance,
    ctx: &types::Context,
    question: &Question,
    target: Option<&types::Item>,
    input: &types::Json,
) -> Result<Raw, Unanswered> {
    let done = |outcome: Result<(), types::Fault>| outcome.map(|()| Ok(Answer::Done));
    Ok(match question {
        Question::Act { action, .. } => {
            let guest = exports.behaviour.load(&mut *store, instance)?;
            done(guest.call_act(store, ctx, action, target, input)?)
        }
        Question::Tick { timer, .. } => {
            let guest = exports.behaviour.load(&mut *store, instance)?;
            done(guest.call_tick(store, ctx, timer, target, input)?)
        }
        Question::Hear { event, .. } => {
            let guest = exports.behaviour.load(&mut *store, instance)?;
            done(guest.call_hear(store, ctx, event, input)?)
        }
        Question::Guard { transition, .. } => {
            let guest = exports.behaviour.load(&mut *store, instance)?;
            done(guest.call_guard(store, ctx, transition, input)?)
        }
        Question::Show { view, .. } => {
            let indices = exports.views.as_ref().ok_or(Unanswered::Absent("views"))?;
            let guest = indices.load(&mut *store, instance)?;
            guest.call_show(store, ctx, view, target)?.map(|text| convert::view(&text))
        }
        Question::Indicator { name, start, end } => {
            let indices = exports.indicators.as_ref().ok_or(Unanswered::Absent("indicators"))?;
            let guest = indices.load(&mut *store, instance)?;
            let (start, end) = (convert::instant(*start), convert::instant(*end));
            guest.call_compute(store, ctx, name, start, end)?.map(|measure| {
                let evidence = convert::json_answer("the indicator's evidence", &measure.evidence)?;
                Ok(Answer::Measure { value_milli: measure.value_milli, sample: measure.sample, evidence })
            })
        }
    })
}

fn unacceptable(store: &mut Store<Call>, kind: FailureKind) -> Failure {
    Failure { kind, log: store.data_mut().log.take() }
}

/// Sorts what ended a call: our own limits, wasmtime's traps, and answers that could not be read.
pub(crate) fn failed(store: &mut Store<Call>, error: &wasmtime::Error) -> Failure {
    let kind = match (error.downcast_ref::<Stop>(), error.downcast_ref::<Trap>()) {
        (Some(Stop::Memory), _) => FailureKind::Memory,
        (Some(Stop::HostCalls), _) => FailureKind::HostCalls,
        (Some(Stop::Snapshot(broken)), _) => FailureKind::Snapshot(broken.0.clone()),
        (None, Some(Trap::OutOfFuel)) => FailureKind::Fuel,
        (None, Some(Trap::Interrupt)) => FailureKind::Deadline,
        (
            None,
            Some(
                trap @ (Trap::StringOutOfBounds
                | Trap::ListOutOfBounds
                | Trap::InvalidDiscriminant
                | Trap::InvalidChar
                | Trap::UnalignedPointer),
            ),
        ) => FailureKind::Output(trap.to_string()),
        (None, Some(trap)) => FailureKind::Trap(format!("{trap}{}", place(error))),
        (None, None) => FailureKind::Output(harmless(&error.root_cause().to_string(), 2_000)),
    };
    Failure { kind, log: store.data_mut().log.take() }
}

/// The innermost named functions, for the author.
fn place(error: &wasmtime::Error) -> String {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return String::new() };
    let names: Vec<String> =
        trace.frames().iter().filter_map(|f| f.func_name()).take(5).map(|n| harmless(n, 80)).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(" < ")) }
}

/// The description as the plugin writes it.
pub(crate) fn describe(
    pre: &InstancePre<Call>,
    exports: &Exports,
    budget: &Budget,
    call: Call,
) -> Result<String, Failure> {
    let (mut store, instance) = instantiate(pre, call, budget)?;
    let described = exports.behaviour.load(&mut store, &instance).and_then(|guest| guest.call_describe(&mut store));
    match (described, store.data_mut().spoilt.take()) {
        (Ok(_), Some(violation)) => Err(unacceptable(&mut store, FailureKind::Output(violation))),
        (Ok(text), None) => Ok(text),
        (Err(error), _) => Err(failed(&mut store, &error)),
    }
}
