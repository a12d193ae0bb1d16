use crate::TestApp;
use serde::Serialize;
use serde_json::json;
use std::sync::atomic::Ordering;
use twoway::audit::{self, Finding};
use twoway::lifecycle::{Command, Step};
use twoway::{App, Refusal};

impl TestApp {
    /// A step of the tests' own world, for rows that no action makes so. The work says what it wrote, as an action does.
    pub async fn step<T, F, Fut>(&self, work: F) -> T
    where
        F: FnOnce(Step) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Refusal>> + Send + 'static,
        T: Serialize + Send + 'static,
    {
        step(&self.app, work).await.expect("the step is taken")
    }

    /// What `twoway audit verify` finds.
    pub async fn findings(&self) -> Vec<Finding> {
        Box::pin(audit::verify(&self.app)).await.expect("the trace can be read")
    }

    /// The test changes rows by hand: its end does not ask whether the trace fits them.
    pub fn tampers(&self) {
        self.tampered.store(true, Ordering::Relaxed);
    }

    /// A test whose rows are not those that the trace vouches for is a failed test: some action did not say what it wrote.
    pub(crate) async fn check_trace(&self) {
        if !self.tampered.load(Ordering::Relaxed) {
            let found = self.findings().await;
            assert!(found.is_empty(), "the trace does not vouch for what is there: {found:#?}");
        }
    }
}

/// As [`TestApp::step`], for who only has the host.
pub async fn step<T, F, Fut>(app: &App, work: F) -> Result<T, Refusal>
where
    F: FnOnce(Step) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, Refusal>> + Send + 'static,
    T: Serialize + Send + 'static,
{
    app.act(&app.system("tests.world"), &Command::default(), move |step| async move {
        let answer = work(step.clone()).await?;
        step.record("tests", step.new_id(), "made", json!({}));
        Ok(answer)
    })
    .await
}
