//! What a fleet counts, and the summary it prints at the end.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// Latencies beyond this count as this: a CALL is given up long before.
const LONGEST: Duration = Duration::from_mins(10);

/// The figures of a run, as `forecourt-simulator` prints them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Charge points that got a connection at least once.
    pub connected: u64,
    /// Times the gateway accepted a BootNotification.
    pub boots: u64,
    /// Times a StartTransaction was answered with a transaction.
    pub transactions_started: u64,
    /// Times a StopTransaction was answered.
    pub transactions_stopped: u64,
    /// Times MeterValues were answered.
    pub meter_values: u64,
    /// CALLs that were answered with a CALLERROR.
    pub call_errors: u64,
    /// CALLs without an answer: out of time, or the connection went.
    pub unanswered: u64,
    /// How long the gateway took to answer a CALL.
    pub latency_ms: Latency,
    /// Transaction messages that were given up after the last attempt.
    pub given_up: u64,
    /// MeterValues that were thrown away because a charge point's queue was full.
    pub dropped: u64,
}

/// Percentiles in milliseconds; `None` where no CALL was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    /// Half of the answers took no longer.
    pub p50: Option<f64>,
    /// 95 % of the answers took no longer.
    pub p95: Option<f64>,
    /// 99 % of the answers took no longer.
    pub p99: Option<f64>,
    /// The slowest answer.
    pub max: Option<f64>,
}

/// The counters of a fleet, shared by its charge points.
#[derive(Debug)]
pub(crate) struct Stats {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    counts: Summary,
    latency_us: Histogram<u64>,
    refusal: Option<String>,
}

impl Stats {
    pub(crate) fn new() -> Self {
        let latency_us = Histogram::new_with_max(micros(LONGEST), 3)
            .expect("3 digits are within the histogram's 0–5");
        Self {
            inner: Mutex::new(Inner {
                counts: Summary::default(),
                latency_us,
                refusal: None,
            }),
        }
    }

    /// Changes the counters.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Summary)) {
        change(&mut self.lock().counts);
    }

    /// Notes how long an answer took.
    pub(crate) fn answered_after(&self, latency: Duration) {
        self.lock().latency_us.saturating_record(micros(latency));
    }

    /// Notes why a connection could not be made.
    pub(crate) fn refused(&self, why: String) {
        self.lock().refusal = Some(why);
    }

    /// Why the newest failed connection failed.
    pub(crate) fn refusal(&self) -> Option<String> {
        self.lock().refusal.clone()
    }

    pub(crate) fn summary(&self) -> Summary {
        let inner = self.lock();
        let latency = &inner.latency_us;
        let at = |us: u64| {
            (!latency.is_empty()).then(|| Duration::from_micros(us).as_secs_f64() * 1000.0)
        };
        Summary {
            latency_ms: Latency {
                p50: at(latency.value_at_quantile(0.50)),
                p95: at(latency.value_at_quantile(0.95)),
                p99: at(latency.value_at_quantile(0.99)),
                max: at(latency.max()),
            },
            ..inner.counts.clone()
        }
    }

    /// Counters stay true when a task that held them panicked: each change is one step.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_has_the_members_of_the_contract() {
        let stats = Stats::new();
        stats.count(|counts| counts.meter_values += 2);
        stats.answered_after(Duration::from_millis(2));
        let text = serde_json::to_string(&stats.summary()).expect("a summary prints");
        assert_eq!(
            text,
            concat!(
                r#"{"connected":0,"boots":0,"transactionsStarted":0,"transactionsStopped":0,"meterValues":2,"#,
                r#""callErrors":0,"unanswered":0,"latencyMs":{"p50":2.0,"p95":2.0,"p99":2.0,"max":2.0},"givenUp":0,"dropped":0}"#
            )
        );
    }

    #[test]
    fn latency_is_absent_until_something_was_answered() {
        assert_eq!(Stats::new().summary().latency_ms, Latency::default());
    }
}
