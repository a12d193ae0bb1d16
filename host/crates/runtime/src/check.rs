//! Judges what a plugin wants to write, before anything is written: each write must be one that the description announces and the
//! grant allows. The host and the scenario runner ask the same code, so that what a scenario shows is what the host would do.

mod effects;
mod records;

pub use records::merge;

use crate::call::{MAX_RECORD, Phase};
use crate::{Item, Question, Write};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use twoway_manifest::{Ability, Description, Grant, HOST_ROLES, HeldBack, check_event, check_guard};

/// Bytes of JSON in all writes of one decision together.
const MAX_ALL: usize = 1 << 20;

/// How bad an incident is; `harm` reaches the office at once.
pub const SEVERITIES: &[&str] = &["minor", "serious", "harm"];

/// What a fact about presence says.
pub const PRESENCE: &[&str] = &["arrived", "left"];

/// The writes of one decision, with all that is needed to judge them.
pub struct Proposal<'a> {
    pub description: &'a Description,
    pub grant: &'a Grant,
    pub question: &'a Question,
    /// Roles of the actor, as in the context.
    pub roles: &'a [String],
    /// What was replaced by marks in the question's input.
    pub held: &'a HeldBack,
    pub writes: &'a [Write],
    /// The current record with its whole content, for every id in [`referenced`].
    pub lookup: &'a dyn Fn(&str) -> Option<Item>,
}

/// Ids of existing records that the writes name. Load them before [`check_writes`].
pub fn referenced(description: &Description, writes: &[Write]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for write in writes {
        match write {
            Write::Create { kind, data, .. } => ids.extend(records::references(description, Some(kind), data)),
            Write::Update { id, patch, .. } => {
                ids.insert(id.clone());
                // The kind is known only after the lookup, so every kind's references are gathered.
                ids.extend(records::references(description, None, patch));
            }
            Write::Notify { audience, .. } => ids.extend(effects::related(audience).map(|(id, _)| id.to_string())),
            Write::OpenTask { assignee, target, .. } => {
                ids.extend(effects::related(assignee).map(|(id, _)| id.to_string()));
                ids.extend(target.clone());
            }
            Write::SetTimer { target, .. } | Write::CancelTimer { target, .. } | Write::Incident { target, .. } => {
                ids.extend(target.clone());
            }
            Write::IssueCode { target, .. }
            | Write::SpendCode { target, .. }
            | Write::Publish { target, .. }
            | Write::Withdraw { target } => {
                ids.insert(target.clone());
            }
            Write::CloseTask { .. } | Write::Attendance { .. } | Write::Ledger { .. } => {}
        }
    }
    for write in writes {
        if let Write::Create { id, .. } = write {
            ids.remove(id);
        }
    }
    ids
}

/// Checks all writes and returns them as they are to be carried out: values in their kept form, and what was held back put in
/// place of its marks. What is returned may hold secrets; the journal keeps the plugin's own writes.
///
/// # Errors
/// Everything that is wrong, in words for the plugin's author.
pub fn check_writes(proposal: &Proposal<'_>) -> Result<Vec<Write>, Vec<String>> {
    let mut judge = Judge { p: proposal, now: BTreeMap::new(), keys: BTreeSet::new(), errors: Vec::new() };
    judge.question();
    let writes = proposal.writes.iter().map(|write| judge.write(write)).collect();
    judge.size();
    if judge.errors.is_empty() { Ok(writes) } else { Err(judge.errors) }
}

/// A record as the writes so far have left it.
#[derive(Clone)]
struct Standing {
    kind: String,
    state: String,
    data: Value,
}

struct Judge<'a> {
    p: &'a Proposal<'a>,
    now: BTreeMap<String, Standing>,
    /// Keys used so far, by ability: the outbox is unique on them.
    keys: BTreeSet<(&'static str, String)>,
    errors: Vec<String>,
}

impl Judge<'_> {
    fn say(&mut self, problem: impl Into<String>) {
        self.errors.push(problem.into());
    }

    /// The question itself must be one that the description knows, and to which the actor was entitled.
    fn question(&mut self) {
        let d = self.p.description;
        let target = self.p.question.target();
        let place = target.map(|item| (item.kind.as_str(), item.state.as_str()));
        match self.p.question {
            Question::Act { action, .. } => match d.action(action) {
                None => self.say(format!("there is no action '{action}'")),
                Some(described) if !described.permits(self.p.roles, place) => {
                    self.say(format!("action '{action}' is not open to this actor on this target"));
                }
                Some(_) => {}
            },
            Question::Tick { timer, .. } if !d.timers.iter().any(|t| &t.name == timer) => {
                self.say(format!("there is no timer '{timer}'"));
            }
            Question::Hear { event, values } => match check_event(event, values) {
                Err(problem) => self.say(problem),
                Ok(()) if !d.events.contains(event) => self.say(format!("event '{event}' is not listened to")),
                Ok(()) => {}
            },
            Question::Guard { transition, values } => match check_guard(transition, values) {
                Err(problem) => self.say(problem),
                Ok(()) if !d.guards.contains(transition) => self.say(format!("'{transition}' is not guarded")),
                Ok(()) => {}
            },
            _ => {}
        }
        if self.p.question.phase() == Phase::Observing && !self.p.writes.is_empty() {
            self.say("guards, views and indicators may not write");
        }
    }

    fn write(&mut self, write: &Write) -> Write {
        let ability = write.ability();
        if !self.p.grant.allows(ability) {
            self.say(format!("'{}' is not granted on this project", ability.as_str()));
        }
        match write {
            Write::Create { id, kind, state, data } => self.create(id, kind, state, data),
            Write::Update { id, state, patch } => self.update(id, state.as_deref(), patch),
            other => {
                self.effect(other);
                other.clone()
            }
        }
    }

    fn size(&mut self) {
        let bytes: usize = self.p.writes.iter().filter_map(|w| serde_json::to_vec(w).ok()).map(|json| json.len()).sum();
        if bytes > MAX_ALL {
            self.say(format!("all writes together have {bytes} bytes; {MAX_ALL} are allowed"));
        }
    }

    fn bounded(&mut self, place: &str, content: &Value) {
        let bytes = content.to_string().len();
        if bytes > MAX_RECORD {
            self.say(format!("{place}: has {bytes} bytes; {MAX_RECORD} are allowed"));
        }
    }

    /// A record as it stands now: changed by this decision, or as it was found.
    fn standing(&self, id: &str) -> Option<Standing> {
        self.now.get(id).cloned().or_else(|| {
            (self.p.lookup)(id).map(|item| Standing { kind: item.kind, state: item.state, data: item.data })
        })
    }

    fn knows_role(&self, role: &str) -> bool {
        HOST_ROLES.contains(&role) || self.p.description.roles.iter().any(|r| r.key == role)
    }
}

impl Write {
    /// The ability through which it was written.
    pub fn ability(&self) -> Ability {
        match self {
            Self::Create { .. } | Self::Update { .. } => Ability::Records,
            Self::Notify { .. } => Ability::Notify,
            Self::SetTimer { .. } | Self::CancelTimer { .. } => Ability::Timers,
            Self::OpenTask { .. } | Self::CloseTask { .. } => Ability::Tasks,
            Self::Attendance { .. } => Ability::Attendance,
            Self::Ledger { .. } => Ability::Ledger,
            Self::IssueCode { .. } | Self::SpendCode { .. } => Ability::Secrets,
            Self::Publish { .. } | Self::Withdraw { .. } => Ability::Publishing,
            Self::Incident { .. } => Ability::Incidents,
        }
    }
}
