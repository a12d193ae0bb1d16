use super::super::page::Shell;
use super::{ActionButton, Markup, Moment, Tone};
use askama::Template;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepStatus {
    Done,
    Current,
    Next,
    /// Never came, or was left out.
    Skipped,
}

impl StepStatus {
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "is-done",
            Self::Current => "is-current",
            Self::Next => "is-next",
            Self::Skipped => "is-skipped",
        }
    }

    /// The text that says the status to those who do not see it.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Done => "step-done",
            Self::Current => "step-current",
            Self::Next => "step-next",
            Self::Skipped => "step-skipped",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Step {
    pub label: String,
    pub status: StepStatus,
    /// When it was reached, or when it is due.
    pub when: Option<Moment>,
}

/// The lifecycle of an entity: what was, is and comes next.
#[derive(Clone, Debug, Default)]
pub struct Stepper {
    pub steps: Vec<Step>,
}

impl Stepper {
    /// Labels in order and the place of the current one: those before are done. `labels.len()` as place means all are done.
    pub fn linear(labels: impl IntoIterator<Item = String>, current: usize) -> Self {
        let status = |i: usize| match i.cmp(&current) {
            std::cmp::Ordering::Less => StepStatus::Done,
            std::cmp::Ordering::Equal => StepStatus::Current,
            std::cmp::Ordering::Greater => StepStatus::Next,
        };
        Self {
            steps: labels
                .into_iter()
                .enumerate()
                .map(|(i, label)| Step { label, status: status(i), when: None })
                .collect(),
        }
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&StepperHtml { shell, steps: &self.steps })
    }
}

#[derive(Template)]
#[template(path = "components/stepper.html")]
struct StepperHtml<'a> {
    shell: &'a Shell,
    steps: &'a [Step],
}

/// What the reader can do now, or whom everything waits for until when. `Tone::Active` is "it is your turn".
#[derive(Clone, Debug)]
pub struct NextStep {
    pub tone: Tone,
    pub heading: String,
    pub text: String,
    pub due: Option<Moment>,
    pub buttons: Vec<ActionButton>,
}

impl NextStep {
    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&NextStepHtml { shell, next: self })
    }
}

#[derive(Template)]
#[template(path = "components/next_step.html")]
struct NextStepHtml<'a> {
    shell: &'a Shell,
    next: &'a NextStep,
}

/// One readable difference.
#[derive(Clone, Debug)]
pub struct Change {
    pub label: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Debug)]
pub struct HistoryEntry {
    pub what: String,
    pub who: String,
    pub acting_for: Option<String>,
    pub when: Moment,
    pub reason: Option<String>,
    pub changes: Vec<Change>,
    pub tone: Tone,
}

/// Who did what for whom, newest first.
#[derive(Clone, Debug, Default)]
pub struct HistoryList {
    pub entries: Vec<HistoryEntry>,
}

impl HistoryList {
    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&HistoryHtml { shell, entries: &self.entries })
    }
}

#[derive(Template)]
#[template(path = "components/history.html")]
struct HistoryHtml<'a> {
    shell: &'a Shell,
    entries: &'a [HistoryEntry],
}

#[derive(Clone, Debug)]
pub struct TimelineEntry {
    pub when: Moment,
    pub heading: String,
    pub text: String,
    pub href: Option<String>,
    pub tone: Tone,
}

/// The public story of a project, from call to result.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    pub entries: Vec<TimelineEntry>,
}

impl Timeline {
    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&TimelineHtml { shell, entries: &self.entries })
    }
}

#[derive(Template)]
#[template(path = "components/timeline.html")]
struct TimelineHtml<'a> {
    shell: &'a Shell,
    entries: &'a [TimelineEntry],
}

/// How far one need line is covered. Lines of different kinds are never added up.
#[derive(Clone, Debug)]
pub struct CoverageLine {
    pub label: String,
    /// Where the line's own page is, if the reader may go there.
    pub href: Option<String>,
    pub unit: String,
    pub required: bool,
    pub held: i64,
    pub active: i64,
    pub delivered: i64,
    /// Of `active`, what is promised on a condition that is not decided.
    pub conditional: i64,
    pub minimum: i64,
    pub optimum: i64,
    /// Its project has ended: what is open then can no longer be adopted, and is not told.
    pub over: bool,
    /// What can be done with the line from here ("认领").
    pub button: Option<ActionButton>,
}

impl CoverageLine {
    /// Still open: what may be held at most.
    pub fn open(&self) -> i64 {
        (self.optimum - self.held - self.active - self.delivered).max(0)
    }

    /// Held, but not agreed yet, does not count, nor what hangs on a condition.
    pub fn is_covered(&self) -> bool {
        self.active - self.conditional + self.delivered >= self.minimum
    }

    /// In percent of the optimum. A template passes a field by reference and a sum by value.
    fn share(&self, quantity: impl std::borrow::Borrow<i64>) -> f64 {
        if self.optimum <= 0 {
            0.0
        } else {
            (*quantity.borrow() as f64 * 100.0 / self.optimum as f64).clamp(0.0, 100.0)
        }
    }

    pub fn html(&self, shell: &Shell) -> Markup {
        Markup::of(&CoverageHtml { shell, line: self })
    }
}

#[derive(Template)]
#[template(path = "components/coverage.html")]
struct CoverageHtml<'a> {
    shell: &'a Shell,
    line: &'a CoverageLine,
}
