//! What the tests speak with: a host of their own with a database of its own, the real router on a free port, a clock that the test
//! moves, and actors who do what people do.
//!
//! ```ignore
//! on_both_databases! {
//!     async fn a_call_opens(app: &TestApp) {
//!         let office = app.office().await;
//!         let answer = office.post("/api/v1/calls", json!({"title": "2027"})).await;
//!         assert_eq!(answer.status, 201);
//!         insta::assert_json_snapshot!(answer.stable());
//!         app.advance(2 * DAY).await;
//!     }
//! }
//! ```
//!
//! makes the tests `a_call_opens::sqlite` and `a_call_opens::postgres`. The latter needs a server in `TWOWAY_TEST_POSTGRES_URL`
//! (`tests/postgres start` prints one) and says so when it has none.

mod actor;
pub mod browser;
mod database;
pub mod pdf;
mod test_app;
mod trace;

pub use actor::{Actor, Answer, PASSWORD, PageClient};
pub use database::{Backend, OwnDatabase, own_database};
pub use test_app::{START, TestApp, credit_code, plugins, run};
pub use trace::step;

/// Set where nothing may be left out, as in CI: a missing server or browser then fails the tests that need it.
pub const ALL: &str = "TWOWAY_TEST_ALL";

/// Whether a test can run; where it cannot, a line on the terminal says why.
pub(crate) fn all_or_told(there: bool, what: impl FnOnce() -> String) -> bool {
    if !there {
        let what = what();
        assert!(std::env::var_os(ALL).is_none(), "{ALL} is set, and a test cannot run {what}");
        eprintln!("skipped {what}");
    }
    there
}

/// Writes each test once, for both databases.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: &TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "each test uses some of what its module imports")]
            use super::*;

            async fn check($app: &$crate::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::run($crate::Backend::Sqlite, check).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::run($crate::Backend::Postgres, check).await;
            }
        }
    )*};
}
