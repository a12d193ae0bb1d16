//! What one network address may do while nobody is signed in, and how often one account may try a code. The counts stand in the database, so that all hosts see the same;
//! why they are as they are is in `docs/adr/`.

mod actions;
mod model;

pub use actions::{check, check_account, spend, spend_account};
pub use model::{Budget, REGISTRATIONS, SIGN_IN_FAILURES, WITHOUT_ACCOUNT};
