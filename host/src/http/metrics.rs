//! Counters of this host in Prometheus' words. Each host has its own recorder, so that several fit in one process.

use crate::App;
use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::time::Duration;

const META: Metadata<'static> = Metadata::new("twoway", Level::INFO, None);
/// Seconds; requests and plugin decisions share them.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What is counted. Labels are bounded: routes, not addresses.
pub struct Metrics {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Metrics {
    pub fn new() -> anyhow::Result<Self> {
        let recorder = PrometheusBuilder::new().set_buckets(BUCKETS)?.build_recorder();
        recorder.describe_counter("http_requests_total".into(), None, "Requests by method, route and status".into());
        recorder.describe_histogram(
            "http_request_seconds".into(),
            None,
            "Time to the first byte of the answer, by route".into(),
        );
        recorder.describe_counter(
            "requests_limited_total".into(),
            None,
            "Requests refused because their address did too much, by budget".into(),
        );
        recorder.describe_counter("db_statements_total".into(), None, "Statements sent to the database".into());
        recorder.describe_counter(
            "plugin_decisions_total".into(),
            None,
            "Plugin decisions by plugin and outcome".into(),
        );
        recorder.describe_histogram(
            "plugin_decision_seconds".into(),
            None,
            "Time of a plugin decision, by plugin".into(),
        );
        let handle = recorder.handle();
        Ok(Self { recorder, handle })
    }

    /// One answered request. `route` is the pattern that matched.
    pub fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = vec![
            Label::new("method", method.to_string()),
            Label::new("route", route.to_string()),
            Label::new("status", status.to_string()),
        ];
        self.recorder.register_counter(&Key::from_parts("http_requests_total", labels), &META).increment(1);
        let labels = vec![Label::new("route", route.to_string())];
        let key = Key::from_parts("http_request_seconds", labels);
        self.recorder.register_histogram(&key, &META).record(took.as_secs_f64());
    }

    /// A request that was refused because its address has spent this budget.
    pub fn limited(&self, budget: &'static str) {
        let key = Key::from_parts("requests_limited_total", vec![Label::new("budget", budget)]);
        self.recorder.register_counter(&key, &META).increment(1);
    }

    /// One decision of a plugin. `outcome` is `allowed`, `refused` or the name of a failure.
    pub fn plugin_decision(&self, plugin: &str, outcome: &'static str, took: Duration) {
        let labels = vec![Label::new("plugin", plugin.to_string()), Label::new("outcome", outcome)];
        self.recorder.register_counter(&Key::from_parts("plugin_decisions_total", labels), &META).increment(1);
        let key = Key::from_parts("plugin_decision_seconds", vec![Label::new("plugin", plugin.to_string())]);
        self.recorder.register_histogram(&key, &META).record(took.as_secs_f64());
    }

    /// The text of `/metrics`.
    pub fn render(&self, app: &App) -> String {
        self.recorder.register_counter(&Key::from_name("db_statements_total"), &META).absolute(app.db.queries_run());
        self.handle.run_upkeep();
        self.handle.render()
    }
}
