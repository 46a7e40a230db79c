//! What is counted for monitoring, under names after Prometheus' conventions. Call sites say one line; the
//! figures that the database knows are read when somebody asks (`api/metrics.rs`).

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// A process has one recorder, however many gateways run in it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Bounds of the histograms, seconds: from a commit on a good disk to a request's limit.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Begins to record. A second call changes nothing.
pub(crate) fn record() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .expect("the list of bounds is not empty");
        let handle = builder
            .install_recorder()
            .inspect_err(|error| tracing::warn!(%error, "there will be no metrics"))
            .ok();
        describe();
        handle
    });
}

fn describe() {
    describe_counter!(
        "forecourt_ocpp_messages_total",
        "Messages of chargers by direction, action and result"
    );
    describe_counter!(
        "forecourt_http_requests_total",
        "Requests by method, route and status"
    );
    describe_histogram!(
        "forecourt_http_request_seconds",
        "How long requests take, by route"
    );
    describe_histogram!(
        store::COMMIT_SECONDS,
        "How long units of work wait for their commit to be durable"
    );
    describe_counter!(
        "forecourt_events_published_total",
        "Events the bus has taken for good"
    );
    describe_counter!(
        "forecourt_events_pushed_total",
        "Events numbered and pushed to this gateway's readers"
    );
    describe_gauge!(
        "forecourt_chargers_connected",
        "Charge points whose socket this gateway holds"
    );
    describe_gauge!("forecourt_sessions_active", "Sessions that run");
    describe_gauge!("forecourt_outbox_events", "Events that wait for the bus");
    describe_gauge!(
        "forecourt_outbox_bytes",
        "The size of the events that wait for the bus"
    );
    describe_gauge!(
        "forecourt_outbox_oldest_seconds",
        "How long the oldest event waits for the bus; 0: none waits"
    );
    describe_gauge!("forecourt_live_readers", "Connected readers of live events");
    describe_gauge!("forecourt_broker_up", "1 while the bus takes events");
    describe_gauge!(
        "forecourt_database_up",
        "1 while the database takes work, 0 while it is away or its disk is full"
    );
    describe_gauge!("forecourt_build_info", "1, with the version as a label");
}

/// Everything, as Prometheus reads it.
pub(crate) fn render() -> String {
    let handle = RECORDER.get().and_then(Option::as_ref);
    handle.map(PrometheusHandle::render).unwrap_or_default()
}

/// Puts away what was measured since the last time, so that nothing piles up while nobody asks.
pub(crate) fn tidy() {
    if let Some(handle) = RECORDER.get().and_then(Option::as_ref) {
        handle.run_upkeep();
    }
}

/// Sets a figure that was just read.
#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float by its format; counts stay far below 2^52"
)]
pub(crate) fn set(name: &'static str, value: i64) {
    gauge!(name).set(value as f64);
}

/// Sets the figure that only its labels matter of.
pub(crate) fn set_build_info(version: &'static str) {
    gauge!("forecourt_build_info", "version" => version).set(1.0);
}

/// A message of a charger: `direction` is `in` or `out`, `result` is `result`, `error`, `silence` or `timeout`.
/// `action` must be of the action list: a name from the wire would be a label without an end.
pub(crate) fn ocpp_message(direction: &'static str, action: String, result: &'static str) {
    counter!("forecourt_ocpp_messages_total", "direction" => direction, "action" => action, "result" => result)
        .increment(1);
}

/// A request that was answered. `route` is the route's pattern, never the path.
pub(crate) fn http_request(method: String, route: String, status: u16, took: Duration) {
    counter!("forecourt_http_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    histogram!("forecourt_http_request_seconds", "route" => route).record(took);
}

/// Events the bus has taken for good.
pub(crate) fn events_published(count: usize) {
    counter!("forecourt_events_published_total").increment(count as u64);
}

/// An event went to the readers.
pub(crate) fn event_pushed() {
    counter!("forecourt_events_pushed_total").increment(1);
}
