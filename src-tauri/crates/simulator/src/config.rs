//! What a fleet is told to do, and the check that it can be done. No I/O.

use std::path::PathBuf;
use std::time::Duration;

use ocpp::Version;
use tokio_tungstenite::tungstenite::http::Uri;

use crate::scenario::Scenario;

/// OCPP identities are at most this long.
const LONGEST_IDENTITY: usize = 48;

/// The settings of a [`Fleet`](crate::Fleet). Start from [`FleetConfig::new`] and change what differs.
#[derive(Clone, Debug)]
pub struct FleetConfig {
    /// Where charge points connect, without the identity: `ws://127.0.0.1:8181/ocpp`.
    pub url: String,
    /// How many charge points.
    pub count: u32,
    /// Identities are this and four digits from 0001, more where needed.
    pub prefix: String,
    /// The password all of them send (security profile 1); `None` = profile 0.
    pub password: Option<String>,
    /// The OCPP version they speak.
    pub protocol: Version,
    /// What they do.
    pub scenario: Scenario,
    /// The cards in the drivers' hands, each of 1 to 20 characters. Connectors take them in turn: where there are
    /// fewer cards than connectors, several share one, and a central system may call that `ConcurrentTx`.
    pub id_tags: Vec<String>,
    /// Connectors per charge point.
    pub connectors: u16,
    /// The most a connector delivers, in W. What a charge takes of it is up to the car.
    pub max_power_w: u32,
    /// Charge point n, counted from 0, begins its first charge n times this after its boot: a fleet
    /// whose cars all come in the same second looks like one charge point.
    pub stagger: Duration,
    /// The time between two MeterValues of a transaction.
    pub meter_interval: Duration,
    /// How long one charge lasts.
    pub charge_time: Duration,
    /// How long a connector stays free between two charges.
    pub rest_time: Duration,
    /// How long a CALL waits for its answer.
    pub call_timeout: Duration,
    /// The most a charge point waits before it connects again; it doubles with each connection that cannot be made.
    pub first_pause: Duration,
    /// What that wait never exceeds.
    pub longest_pause: Duration,
    /// Where the queues and the [truth file](crate::truth) are kept; `None` = in memory, and no truth file.
    pub data_dir: Option<PathBuf>,
    /// The most transaction messages a charge point keeps. Beyond it the oldest MeterValues go, never a
    /// start or a stop.
    pub queue_limit: usize,
    /// How often a transaction message is sent before it is given up (`TransactionMessageAttempts` of OCPP 1.6).
    /// A lost connection is no attempt.
    pub transaction_attempts: u32,
    /// The wait after the n-th attempt is n times this (`TransactionMessageRetryInterval`).
    pub retry_interval: Duration,
    /// [`Scenario::Flaky`]: the time between two troubles of a charge point, on average.
    pub trouble_interval: Duration,
    /// [`Scenario::Flaky`]: the longest time away.
    pub longest_absence: Duration,
}

/// A setting that cannot work, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// The address is no WebSocket URL this build can reach.
    #[error(
        "the URL {0:?} cannot be used: give the gateway's charger address, like ws://127.0.0.1:8181/ocpp"
    )]
    Url(String),
    /// The prefix makes identities that OCPP does not allow.
    #[error(
        "the prefix {0:?} cannot be used: identities hold A-Z a-z 0-9 * - _ = : + | @ . and at most 48 of them"
    )]
    Prefix(String),
    /// The id tag is empty or too long for OCPP 1.6.
    #[error("the id tag {0:?} cannot be used: OCPP 1.6 allows 1 to 20 characters")]
    IdTag(String),
    /// Nobody could charge.
    #[error("there is no id tag to charge with")]
    NoIdTag,
    /// The data folder cannot be used.
    #[error("the data folder {0:?} cannot be used: {1}")]
    DataDir(PathBuf, String),
    /// A number or time that must be more than nothing.
    #[error("{0} must be more than 0")]
    Zero(&'static str),
}

impl FleetConfig {
    /// One idle OCPP 1.6 charge point with one 22 kW connector and no password.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            count: 1,
            prefix: "SIM-".to_owned(),
            password: None,
            protocol: Version::V1_6,
            scenario: Scenario::Idle,
            id_tags: vec!["SIMULATOR".to_owned()],
            connectors: 1,
            max_power_w: 22_000,
            stagger: Duration::ZERO,
            meter_interval: Duration::from_secs(10),
            charge_time: Duration::from_mins(5),
            rest_time: Duration::from_secs(30),
            call_timeout: Duration::from_secs(30),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            data_dir: None,
            queue_limit: 10_000,
            transaction_attempts: 3,
            retry_interval: Duration::from_secs(10),
            trouble_interval: Duration::from_secs(15),
            longest_absence: Duration::from_secs(8),
        }
    }

    /// The identities of the fleet, in order.
    pub fn identities(&self) -> impl Iterator<Item = String> {
        let prefix = self.prefix.clone();
        (1..=self.count).map(move |number| format!("{prefix}{number:04}"))
    }

    /// The address of one charge point.
    pub(crate) fn address(&self, identity: &str) -> Result<Uri, ConfigFault> {
        let fault = || ConfigFault::Url(self.url.clone());
        let base = self.url.strip_suffix('/').unwrap_or(&self.url);
        // The only allowed character of an identity that a URL may not hold as it is.
        let identity = identity.replace('|', "%7C");
        let uri: Uri = format!("{base}/{identity}").parse().map_err(|_| fault())?;
        let usable =
            uri.scheme_str() == Some("ws") && uri.host().is_some() && uri.query().is_none();
        usable.then_some(uri).ok_or_else(fault)
    }

    /// The card at a connector of the charge point at place `order`, counted from 0; connectors count from 1.
    pub(crate) fn id_tag(&self, order: u32, connector: u16) -> &str {
        let place = u64::from(order) * u64::from(self.connectors) + u64::from(connector) - 1;
        let place = usize::try_from(place).unwrap_or_default() % self.id_tags.len().max(1);
        self.id_tags.get(place).map_or("", String::as_str)
    }

    /// Refuses what cannot work before anything is started.
    pub(crate) fn check(&self) -> Result<(), ConfigFault> {
        let longest = self
            .identities()
            .last()
            .ok_or(ConfigFault::Zero("the number of charge points"))?;
        if longest.len() > LONGEST_IDENTITY || !longest.chars().all(is_identity_char) {
            return Err(ConfigFault::Prefix(self.prefix.clone()));
        }
        self.address(&longest)?;
        let too_long = |tag: &&String| !(1..=20).contains(&tag.chars().count());
        if let Some(tag) = self.id_tags.iter().find(too_long) {
            return Err(ConfigFault::IdTag(tag.clone()));
        }
        if self.id_tags.is_empty() {
            return Err(ConfigFault::NoIdTag);
        }
        let more_than_zero = [
            ("the number of connectors", self.connectors > 0),
            ("the meter interval", !self.meter_interval.is_zero()),
            ("the charge time", !self.charge_time.is_zero()),
            ("the call time-out", !self.call_timeout.is_zero()),
            (
                "the pause before a reconnection",
                !self.first_pause.is_zero() && !self.longest_pause.is_zero(),
            ),
            ("the queue's limit", self.queue_limit > 0),
            ("the number of attempts", self.transaction_attempts > 0),
            (
                "the time between troubles",
                !self.trouble_interval.is_zero(),
            ),
        ];
        match more_than_zero.into_iter().find(|(_, holds)| !holds) {
            Some((what, _)) => Err(ConfigFault::Zero(what)),
            None => Ok(()),
        }
    }
}

fn is_identity_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "*-_=:+|@.".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_count_from_one_with_four_digits_and_more_where_needed() {
        let mut config = FleetConfig::new("ws://127.0.0.1:1/ocpp");
        config.count = 10_000;
        let identities: Vec<_> = config.identities().collect();
        assert_eq!(identities[0], "SIM-0001");
        assert_eq!(
            identities[9_999], "SIM-10000",
            "the ten-thousandth needs a fifth digit"
        );
    }

    #[test]
    fn connectors_take_the_cards_in_turn() {
        let mut config = FleetConfig::new("ws://127.0.0.1:1/ocpp");
        config.connectors = 2;
        config.id_tags = ["A", "B", "C"].map(str::to_owned).to_vec();
        let taken: Vec<_> = (0..2)
            .flat_map(|order| [1, 2].map(|connector| (order, connector)))
            .map(|(order, connector)| config.id_tag(order, connector))
            .collect();
        assert_eq!(taken, ["A", "B", "C", "A"]);
    }

    #[test]
    fn the_address_is_the_url_and_the_identity() {
        let check = |url: &str, prefix: &str, expect: &str| {
            let mut config = FleetConfig::new(url);
            prefix.clone_into(&mut config.prefix);
            let address = config
                .identities()
                .map(|identity| config.address(&identity))
                .next();
            let address = address
                .expect("the fleet has one")
                .map(|uri| uri.to_string());
            assert_eq!(address.as_deref(), Ok(expect), "{url} {prefix}");
        };
        check(
            "ws://127.0.0.1:8181/ocpp",
            "SIM-",
            "ws://127.0.0.1:8181/ocpp/SIM-0001",
        );
        check(
            "ws://localhost/ocpp/",
            "A|B@",
            "ws://localhost/ocpp/A%7CB@0001",
        );
    }

    #[test]
    fn a_setting_that_cannot_work_is_refused_with_its_reason() {
        let check = |change: fn(&mut FleetConfig), expect: &str| {
            let mut config = FleetConfig::new("ws://127.0.0.1:1/ocpp");
            change(&mut config);
            let fault = config.check().expect_err(expect).to_string();
            assert!(fault.contains(expect), "{fault}");
        };
        // TLS is not built yet; an encrypted address must not end as a plain one.
        check(
            |c| c.url = "wss://127.0.0.1/ocpp".to_owned(),
            "wss://127.0.0.1/ocpp",
        );
        check(
            |c| c.url = "http://127.0.0.1/ocpp".to_owned(),
            "charger address",
        );
        check(|c| c.url = "nonsense".to_owned(), "charger address");
        check(|c| c.prefix = "a b".to_owned(), "identities hold");
        check(|c| c.prefix = "x".repeat(45), "at most 48");
        check(|c| c.id_tags.push("x".repeat(21)), "1 to 20 characters");
        check(|c| c.id_tags.clear(), "no id tag");
        check(
            |c| c.count = 0,
            "the number of charge points must be more than 0",
        );
        check(|c| c.connectors = 0, "the number of connectors");
        check(|c| c.meter_interval = Duration::ZERO, "the meter interval");
    }
}
