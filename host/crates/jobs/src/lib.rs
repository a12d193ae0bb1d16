//! Durable work. An outbox row is a job that is due now; a timer is one that is due later. Jobs are written in the caller's
//! transaction, claimed with a lease and a fence, tried again with growing pauses, and in the end laid before a person.
//! Knows no feature: what a kind means is the host's business.

mod claim;
mod write;

pub use claim::{MAX_ATTEMPTS, claim, fail, finish, next_due, wait_again};
pub use write::{NewJob, cancel, cancel_subject, enqueue, retry, set};
