//! Meter readings: what a charger's sampled values amount to. Not for the wire's words for them.

use std::str::FromStr as _;

use jiff::Timestamp;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::energy::WattHours;
use crate::register::Mark;

/// What a sample measures. Source: OCPP 1.6 §7.31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurand {
    /// `Energy.Active.Import.Register`, the default where none is named.
    EnergyRegister,
    /// `Power.Active.Import`.
    Power,
    /// `SoC`, percent.
    StateOfCharge,
    /// `Voltage`.
    Voltage,
    /// `Current.Import`.
    Current,
}

/// One sampled value as the charger sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample<'a> {
    /// What it measures.
    pub measurand: Measurand,
    /// The number, as text.
    pub value: &'a str,
    /// Whether the unit is a thousand times the base one (kWh, kW).
    pub kilo: bool,
    /// The phase, 1–3; none for the total.
    pub phase: Option<usize>,
}

/// A figure for each phase, in the unit its field names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct PhaseValues {
    /// Phase 1.
    pub l1: Option<f64>,
    /// Phase 2.
    pub l2: Option<f64>,
    /// Phase 3.
    pub l3: Option<f64>,
}

/// What a charger measured at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// When, by the charger's clock.
    pub measured_at: Timestamp,
    /// The import register.
    pub meter: Option<WattHours>,
    /// Power drawn, in watts.
    pub power_w: Option<i64>,
    /// The battery's state of charge.
    pub soc_percent: Option<i64>,
    /// Voltage per phase.
    pub voltage_v: Option<PhaseValues>,
    /// Current per phase.
    pub current_a: Option<PhaseValues>,
    /// Why it was measured: `Sample.Periodic`, `Transaction.Begin`, …
    pub context: String,
}

/// What a charger signed at one moment of a transaction, byte for byte: for whoever checks the charge's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// When, by the charger's clock.
    pub measured_at: Timestamp,
    /// Why it was measured: `Transaction.Begin`, `Transaction.End`, …
    pub context: String,
    /// How it is written: `OCMF`, …; `SignedData` where the charger does not say.
    pub format: String,
    /// As it came.
    pub data: String,
    /// As it came; may be empty.
    pub public_key: String,
}

impl Signed {
    /// The most of one transaction: more than any charger signs at its begin and its end.
    pub const MOST: usize = 16;
    /// The longest, bytes.
    pub const LONGEST: usize = 64 * 1024;

    /// Reads what was signed. Bare data says what it is by its first letters (OCMF 1.0 §3.2); the OCA's application note on
    /// signed meter values in OCPP 1.6 wraps it in an object that names the encoding and the key.
    pub fn read(measured_at: Timestamp, context: &str, data: &str) -> Self {
        let wrapped: Option<Wrapped> = serde_json::from_str(data).ok();
        let bare = if data.starts_with("OCMF|") {
            "OCMF"
        } else {
            "SignedData"
        };
        let wrapped = wrapped.unwrap_or_default();
        let named: String = wrapped.encoding_method.chars().take(60).collect();
        Self {
            measured_at,
            context: context.to_owned(),
            format: Some(named)
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| bare.to_owned()),
            data: data.to_owned(),
            public_key: wrapped.public_key,
        }
    }
}

/// `SignedMeterValueType`, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wrapped {
    encoding_method: String,
    public_key: String,
}

/// What of a reading a charge is counted and priced by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Metered {
    /// The register, and when it counts.
    pub mark: Mark,
    /// Power drawn, W.
    pub power_w: Option<i64>,
    /// Current over all phases, mA.
    pub current_ma: Option<i64>,
}

impl Metered {
    /// That of a reading which has a register.
    pub fn of(reading: &Reading) -> Option<Self> {
        let wh = reading.meter?;
        Some(Self {
            mark: Mark {
                at: reading.measured_at,
                wh,
            },
            power_w: reading.power_w,
            current_ma: reading.current_ma(),
        })
    }
}

impl Reading {
    /// Current over all phases, mA.
    pub fn current_ma(&self) -> Option<i64> {
        let phases = self.current_a?;
        let measured = [phases.l1, phases.l2, phases.l3].into_iter().flatten();
        (measured.sum::<f64>() * 1000.0).round().to_i64()
    }

    /// Whether there is no figure in it that we read.
    pub const fn says_nothing(&self) -> bool {
        self.meter.is_none()
            && self.power_w.is_none()
            && self.soc_percent.is_none()
            && self.voltage_v.is_none()
            && self.current_a.is_none()
    }
}

/// Builds a reading. The second value names the samples that are no number, or one that cannot be; they never count.
pub fn read<'a>(
    measured_at: Timestamp,
    context: &str,
    samples: impl IntoIterator<Item = Sample<'a>>,
) -> (Reading, Vec<String>) {
    let mut unreadable = Vec::new();
    let mut values = Vec::new();
    for sample in samples {
        match number(sample) {
            Some(value) if can_be(sample.measurand, value) => values.push((sample, value)),
            _ => unreadable.push(format!(
                "{:?}={:?}",
                sample.measurand,
                shortened(sample.value)
            )),
        }
    }
    let whole = |measurand| total(&values, measurand).and_then(|value| value.round().to_i64());
    let reading = Reading {
        measured_at,
        meter: whole(Measurand::EnergyRegister).map(WattHours),
        power_w: whole(Measurand::Power),
        soc_percent: whole(Measurand::StateOfCharge),
        voltage_v: phases(&values, Measurand::Voltage),
        current_a: phases(&values, Measurand::Current),
        context: context.to_owned(),
    };
    (reading, unreadable)
}

/// A register only rises from zero, and a battery is between empty and full.
fn can_be(measurand: Measurand, value: Decimal) -> bool {
    match measurand {
        Measurand::EnergyRegister => value >= Decimal::ZERO,
        Measurand::StateOfCharge => (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&value),
        Measurand::Power | Measurand::Voltage | Measurand::Current => true,
    }
}

/// Chargers' text goes into a log line: enough of it to know it by, no more.
fn shortened(text: &str) -> String {
    text.chars().take(32).collect()
}

fn number(sample: Sample<'_>) -> Option<Decimal> {
    // More digits than any meter has; `Decimal` itself refuses NaN, infinities and locale commas.
    let text = Some(sample.value.trim()).filter(|text| text.len() <= 24)?;
    let value = Decimal::from_str(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()?;
    if sample.kilo {
        value.checked_mul(Decimal::ONE_THOUSAND)
    } else {
        Some(value)
    }
}

/// The value without a phase; where a charger sends phases only, their sum.
fn total(values: &[(Sample<'_>, Decimal)], measurand: Measurand) -> Option<Decimal> {
    let of = || {
        values
            .iter()
            .filter(move |(sample, _)| sample.measurand == measurand)
    };
    if let Some((_, value)) = of().find(|(sample, _)| sample.phase.is_none()) {
        return Some(*value);
    }
    of().map(|(_, value)| *value)
        .reduce(rust_decimal::Decimal::saturating_add)
}

fn phases(values: &[(Sample<'_>, Decimal)], measurand: Measurand) -> Option<PhaseValues> {
    let at = |phase: usize| {
        values
            .iter()
            .find(|(sample, _)| sample.measurand == measurand && sample.phase.unwrap_or(1) == phase)
            .and_then(|(_, value)| value.to_f64())
    };
    let found = PhaseValues {
        l1: at(1),
        l2: at(2),
        l3: at(3),
    };
    (found != PhaseValues::default()).then_some(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn energy(value: &str, kilo: bool, phase: Option<usize>) -> Sample<'_> {
        Sample {
            measurand: Measurand::EnergyRegister,
            value,
            kilo,
            phase,
        }
    }

    fn meter(samples: &[Sample<'_>]) -> (Option<i64>, usize) {
        let (reading, unreadable) = read(
            Timestamp::UNIX_EPOCH,
            "Sample.Periodic",
            samples.iter().copied(),
        );
        (reading.meter.map(|wh| wh.0), unreadable.len())
    }

    #[test]
    fn a_register_is_read_in_whole_watt_hours_or_not_at_all() {
        let check =
            |samples: &[Sample<'_>], expect| assert_eq!(meter(samples), expect, "{samples:?}");
        check(&[energy("1520", false, None)], (Some(1520), 0));
        check(&[energy("1.520", true, None)], (Some(1520), 0));
        check(&[energy(" 12 ", false, None)], (Some(12), 0));
        check(&[energy("1.5e3", false, None)], (Some(1500), 0));
        // A charger that sends phases only means their sum; one that sends both means the total.
        check(
            &[energy("1", true, Some(1)), energy("2", true, Some(2))],
            (Some(3000), 0),
        );
        check(
            &[energy("1", true, Some(1)), energy("5", true, None)],
            (Some(5000), 0),
        );
        check(&[energy("-4", false, None)], (None, 1));
        for broken in [
            "NaN",
            "inf",
            "1,5",
            "",
            "0x10",
            "999999999999999999999999999",
        ] {
            check(&[energy(broken, false, None)], (None, 1));
        }
        check(&[], (None, 0));
    }

    #[test]
    fn signed_data_says_what_it_is_and_stays_as_it_came() {
        let wrapped = r#"{"signedMeterData":"T0NNRnw=","signingMethod":"","encodingMethod":"OCMF","publicKey":"key"}"#;
        for (data, format, key) in [
            (r#"OCMF|{"FV":"1.0"}|{"SD":"30"}"#, "OCMF", ""),
            (wrapped, "OCMF", "key"),
            ("<signedData/>", "SignedData", ""),
            (r#"{"encodingMethod":7}"#, "SignedData", ""),
            ("", "SignedData", ""),
        ] {
            let signed = Signed::read(Timestamp::UNIX_EPOCH, "Transaction.End", data);
            let found = (
                &*signed.data,
                &*signed.format,
                &*signed.public_key,
                &*signed.context,
            );
            assert_eq!(found, (data, format, key, "Transaction.End"));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic_or_go_negative(text in ".{0,40}", kilo in any::<bool>()) {
            let (wh, _) = meter(&[energy(&text, kilo, None)]);
            prop_assert!(wh.unwrap_or(0) >= 0);
        }
    }
}
