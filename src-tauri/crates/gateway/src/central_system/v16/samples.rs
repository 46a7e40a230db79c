//! OCPP 1.6 `MeterValue` (§7.32, §7.43) to the domain's readings.

use domain::meter::{self, Measurand, Reading, Sample};
use ocpp::v16::{self, MeterValue, Phase, ReadingContext, SampledValue, UnitOfMeasure};

/// Reads what a charger measured, and names the samples that are no number, or none that can be: they never count.
pub(super) fn readings(values: &[MeterValue]) -> (Vec<Reading>, Vec<String>) {
    let mut unreadable = Vec::new();
    let readings = values
        .iter()
        .map(|value| {
            let context = value
                .sampled_value
                .iter()
                .find_map(|sample| sample.context.clone());
            let context = context.unwrap_or(ReadingContext::SamplePeriodic);
            let samples = value.sampled_value.iter().filter_map(sample);
            let (reading, faults) = meter::read(value.timestamp.into(), context.as_str(), samples);
            unreadable.extend(faults);
            reading
        })
        .collect();
    (readings, unreadable)
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
