use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

/// One record of a project as a plugin may see it: sealed fields outside the grant and secret fields are absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: String,
    pub kind: String,
    pub state: String,
    pub version: u32,
    pub data: Value,
    pub created: Millis,
    pub changed: Millis,
}

/// On whose behalf and when. The same values at a replay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    pub project: String,
    pub settings: Value,
    pub now: Millis,
    /// Minutes east of UTC.
    pub utc_offset: i16,
    pub locale: String,
    pub seed: u64,
    /// None for timers and host events.
    pub actor: Option<String>,
    pub roles: Vec<String>,
    pub acting_for: Option<String>,
    pub confirmed_by: Vec<String>,
}

/// What the plugin is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    Act { action: String, target: Option<Item>, input: Value },
    Tick { timer: String, target: Option<Item>, values: Value },
    Hear { event: String, values: Value },
    Guard { transition: String, values: Value },
    Show { view: String, target: Option<Item> },
    Indicator { name: String, start: Millis, end: Millis },
}

/// A text key in the plugin's locales, with values for its placeholders, the field it belongs to and what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    pub values: Value,
    pub field: Option<String>,
    pub rule: Option<String>,
}

/// The plugin's own "no".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// A business refusal: shown to the person, nothing is written.
    Refused(Problem),
    /// The input is wrong, field by field.
    Invalid(Vec<Problem>),
    /// The plugin's own bug report: counted against its health, never shown.
    Internal(String),
}

/// What the plugin answered, besides its writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    Done,
    View(Value),
    /// Thousandths of the indicator's unit, the number of cases behind it, and what they were.
    Measure {
        value_milli: i64,
        sample: u64,
        evidence: Value,
    },
}

/// One buffered effect. The host applies all of them in one transaction, or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do")]
pub enum Write {
    Create {
        id: String,
        kind: String,
        state: String,
        data: Value,
    },
    /// JSON merge patch; `state` none keeps it.
    Update {
        id: String,
        state: Option<String>,
        patch: Value,
    },
    Notify {
        key: String,
        audience: String,
        template: String,
        values: Value,
        urgent: bool,
    },
    SetTimer {
        name: String,
        target: Option<String>,
        at: Millis,
        values: Value,
    },
    CancelTimer {
        name: String,
        target: Option<String>,
    },
    OpenTask {
        key: String,
        assignee: String,
        action: String,
        target: Option<String>,
        due: Option<Millis>,
    },
    CloseTask {
        key: String,
    },
    Attendance {
        who: String,
        session: String,
        at: Millis,
        what: String,
        evidence: Value,
    },
    Ledger {
        book: String,
        key: String,
        quantity: i64,
        entry: Value,
    },
    IssueCode {
        purpose: String,
        target: String,
        to: String,
        valid_minutes: u32,
    },
    /// A verified one-time code is spent with the decision that asked for it.
    SpendCode {
        purpose: String,
        target: String,
        code: String,
    },
    Publish {
        target: String,
        card: Value,
        until: Option<Millis>,
    },
    Withdraw {
        target: String,
    },
    Incident {
        key: String,
        what: String,
        target: Option<String>,
        severity: String,
        values: Value,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    pub level: LogLevel,
    pub message: String,
}

/// The plugin's log of one decision, bounded; `truncated` says that there was more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    pub lines: Vec<LogLine>,
    pub truncated: bool,
}

/// A finished decision. `writes` is empty unless `outcome` is `Ok`.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub outcome: Result<Answer, Fault>,
    pub writes: Vec<Write>,
    /// What was asked of the snapshot and answered, for the journal.
    pub asked: Vec<Value>,
    pub fuel: u64,
    pub log: Log,
}

/// Why there is no decision. `log` is what the plugin wrote until then.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct Failure {
    pub kind: FailureKind,
    pub log: Log,
}

#[derive(Debug, thiserror::Error)]
pub enum FailureKind {
    #[error("the plugin trapped: {0}")]
    Trap(String),
    #[error("the plugin used up its fuel")]
    Fuel,
    #[error("the plugin passed its deadline")]
    Deadline,
    #[error("the plugin asked for more memory than its limit")]
    Memory,
    #[error("the plugin called the host more often than its limit")]
    HostCalls,
    #[error("the plugin does not offer '{0}'")]
    Absent(&'static str),
    #[error("the question is not acceptable: {0}")]
    Input(String),
    #[error("the plugin's output is not acceptable: {0}")]
    Output(String),
    #[error("the plugin is overloaded: too many decisions are waiting")]
    Busy,
    #[error("the snapshot could not be read: {0}")]
    Snapshot(String),
}
