//! OCPP 1.6 `MeterValue` (§7.32, §7.43) to the domain's readings.

use domain::meter::{self, Measurand, Reading, Sample, Signed};
use ocpp::v16::{
    self, MeterValue, Phase, ReadingContext, SampledValue, UnitOfMeasure, ValueFormat,
};

/// What a charger measured.
pub(super) struct Read {
    /// Its readings.
    pub(super) readings: Vec<Reading>,
    /// The samples that are no number, or none that can be: they never count.
    pub(super) unreadable: Vec<String>,
    /// What it signed: no numbers of ours, and kept as it came.
    pub(super) signed: Vec<Signed>,
}

/// Reads what a charger measured.
pub(super) fn read(values: &[MeterValue]) -> Read {
    let mut all = Read {
        readings: Vec::new(),
        unreadable: Vec::new(),
        signed: Vec::new(),
    };
    for value in values {
        let at = value.timestamp.into();
        let context = value
            .sampled_value
            .iter()
            .find_map(|sample| sample.context.clone());
        let context = context.unwrap_or(ReadingContext::SamplePeriodic);
        let (signed, plain): (Vec<_>, Vec<_>) = value
            .sampled_value
            .iter()
            .partition(|sample| sample.format == Some(ValueFormat::SignedData));
        let samples = plain.into_iter().filter_map(sample);
        let (reading, faults) = meter::read(at, context.as_str(), samples);
        all.readings.push(reading);
        all.unreadable.extend(faults);
        let signed = signed.into_iter().map(|sample| {
            let own = sample.context.as_ref().unwrap_or(&context);
            Signed::read(at, own.as_str(), &sample.value)
        });
        all.signed.extend(signed);
    }
    all
}

fn sample(value: &SampledValue) -> Option<Sample<'_>> {
    let measurand = match value.measurand {
        None | Some(v16::Measurand::EnergyActiveImportRegister) => Measurand::EnergyRegister,
        Some(v16::Measurand::PowerActiveImport) => Measurand::Power,
        Some(v16::Measurand::SoC) => Measurand::StateOfCharge,
        Some(v16::Measurand::Voltage) => Measurand::Voltage,
        Some(v16::Measurand::CurrentImport) => Measurand::Current,
        Some(_) => return None,
    };
    let phase = match value.phase {
        None => None,
        Some(Phase::L1 | Phase::L1N) => Some(1),
        Some(Phase::L2 | Phase::L2N) => Some(2),
        Some(Phase::L3 | Phase::L3N) => Some(3),
        // Between two phases: no phase's own figure, and not the total.
        Some(_) => return None,
    };
    Some(Sample {
        measurand,
        value: &value.value,
        kilo: matches!(value.unit, Some(UnitOfMeasure::KWh | UnitOfMeasure::KW)),
        phase,
    })
}
