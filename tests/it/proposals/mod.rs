//! What stands around a proposal.

mod disqualified;
mod measure;
mod merge;
mod paper;
mod points;
mod returned;
mod similar;
mod together;
mod versions;
mod withdraw;
