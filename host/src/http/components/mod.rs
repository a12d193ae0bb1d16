//! The parts that pages are made of. Each is plain data with a method `html(&shell)` that draws its partial template in
//! `web/templates/components`; a page template writes `{{ stepper.html(shell) }}`. All text in them is already in the reader's
//! language; templates escape it.

mod basics;
mod lifecycle;
mod lists;

pub use basics::{ActionButton, Confirm, Look, Markup, Moment, StateBadge, Tone, exact, local_day};
pub use lifecycle::{
    Change, CoverageLine, HistoryEntry, HistoryList, NextStep, Step, StepStatus, Stepper, Timeline, TimelineEntry,
};
pub use lists::{BlankList, Cell, Column, EmptyState, Fact, Facts, Filter, Filters, Pager, Row, Table};
