//! The configuration keys of a charge point that take effect, and the fixed ones that say what it can
//! (OCPP 1.6 §9). Pure; who acts on a value reads it when it needs it.

use std::time::Duration;

use ocpp::v16::{ConfigurationStatus, KeyValue};

use crate::config::FleetConfig;

/// The heartbeat interval until the gateway has named one.
pub(crate) const USUAL_HEARTBEAT: Duration = Duration::from_mins(1);
/// No charger repeats a message more often.
const MOST_ATTEMPTS: u32 = 100;

/// The values that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) heartbeat: Duration,
    /// The time between two readings of a charge; zero = none are sent.
    pub(crate) meter_interval: Duration,
    /// How often a transaction message is sent before it is given up.
    pub(crate) attempts: u32,
    /// The wait after the n-th attempt is n times this.
    pub(crate) retry_interval: Duration,
    /// A card that was accepted before may charge while there is no connection.
    pub(crate) local_authorize_offline: bool,
    connectors: u16,
}

/// What a charge point does and no command changes.
const FIXED: &[(&str, &str)] = &[
    ("AuthorizeRemoteTxRequests", "false"),
    ("ClockAlignedDataInterval", "0"),
    ("GetConfigurationMaxKeys", "50"),
    ("LocalPreAuthorize", "false"),
    (
        "MeterValuesSampledData",
        "Energy.Active.Import.Register,Power.Active.Import,SoC",
    ),
    ("StopTransactionOnEVSideDisconnect", "true"),
    ("StopTransactionOnInvalidId", "true"),
    ("SupportedFeatureProfiles", "Core,RemoteTrigger"),
    ("UnlockConnectorOnEVSideDisconnect", "true"),
];

impl Keys {
    pub(crate) fn new(config: &FleetConfig) -> Self {
        Self {
            heartbeat: USUAL_HEARTBEAT,
            meter_interval: config.meter_interval,
            attempts: config.transaction_attempts,
            retry_interval: config.retry_interval,
            local_authorize_offline: true,
            connectors: config.connectors,
        }
    }

    /// Every key with its value.
    pub(crate) fn all(&self) -> Vec<KeyValue> {
        let changeable = [
            ("HeartbeatInterval", seconds(self.heartbeat)),
            ("MeterValueSampleInterval", seconds(self.meter_interval)),
            ("TransactionMessageAttempts", self.attempts.to_string()),
            (
                "TransactionMessageRetryInterval",
                seconds(self.retry_interval),
            ),
            (
                "LocalAuthorizeOffline",
                self.local_authorize_offline.to_string(),
            ),
        ];
        let connectors = ("NumberOfConnectors", self.connectors.to_string());
        let fixed = FIXED.iter().map(|(key, value)| (*key, (*value).to_owned()));
        let changeable = changeable
            .into_iter()
            .map(|(key, value)| KeyValue::new(key, false).with_value(value));
        let fixed = fixed
            .chain([connectors])
            .map(|(key, value)| KeyValue::new(key, true).with_value(value));
        changeable.chain(fixed).collect()
    }

    /// Sets a key; names are compared without case (OCPP 1.6 §7.29: `CiString`).
    pub(crate) fn set(&mut self, key: &str, value: &str) -> ConfigurationStatus {
        let known = self.all();
        let Some(known) = known
            .iter()
            .find(|known| known.key.eq_ignore_ascii_case(key))
        else {
            return ConfigurationStatus::NotSupported;
        };
        if known.readonly || self.try_set(&known.key, value.trim()).is_none() {
            return ConfigurationStatus::Rejected;
        }
        ConfigurationStatus::Accepted
    }

    /// `None` = the value cannot be used.
    fn try_set(&mut self, key: &str, value: &str) -> Option<()> {
        let number = || value.parse::<u32>().ok();
        let time = || number().map(|seconds| Duration::from_secs(seconds.into()));
        match key {
            "HeartbeatInterval" => self.heartbeat = time().filter(|time| !time.is_zero())?,
            "MeterValueSampleInterval" => self.meter_interval = time()?,
            "TransactionMessageAttempts" => {
                self.attempts = number().filter(|n| (1..=MOST_ATTEMPTS).contains(n))?;
            }
            "TransactionMessageRetryInterval" => self.retry_interval = time()?,
            "LocalAuthorizeOffline" => {
                self.local_authorize_offline = value.to_ascii_lowercase().parse().ok()?;
            }
            _ => return None,
        }
        Some(())
    }
}

/// Whole seconds, a part of one counted as one.
fn seconds(time: Duration) -> String {
    let part = u64::from(time.subsec_nanos() > 0);
    (time.as_secs() + part).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_takes_what_it_can_use_and_says_why_not() {
        use ConfigurationStatus::{Accepted, NotSupported, Rejected};
        let mut keys = Keys::new(&FleetConfig::new("ws://127.0.0.1:1/ocpp"));
        let mut check =
            |key: &str, value: &str, expect: ConfigurationStatus, shown: Option<&str>| {
                assert_eq!(keys.set(key, value), expect, "{key}={value}");
                let all = keys.all();
                let kept = all.iter().find(|kept| kept.key.eq_ignore_ascii_case(key));
                assert_eq!(kept.and_then(|kept| kept.value.as_deref()), shown, "{key}");
            };
        check("HeartbeatInterval", "7", Accepted, Some("7"));
        check("heartbeatinterval", "8", Accepted, Some("8"));
        check("HeartbeatInterval", "0", Rejected, Some("8"));
        check("HeartbeatInterval", "soon", Rejected, Some("8"));
        check("MeterValueSampleInterval", "0", Accepted, Some("0"));
        check("MeterValueSampleInterval", "-1", Rejected, Some("0"));
        check("TransactionMessageAttempts", "0", Rejected, Some("3"));
        check("TransactionMessageAttempts", "5", Accepted, Some("5"));
        check("TransactionMessageRetryInterval", "1", Accepted, Some("1"));
        check("LocalAuthorizeOffline", "False", Accepted, Some("false"));
        check("NumberOfConnectors", "2", Rejected, Some("1"));
        check("FreeCoffee", "true", NotSupported, None);
    }
}
