//! What a connector measures, as the MeterValues it sends. When it is sent: `connector`.

use ocpp::v16::{
    DateTime, Measurand, MeterValue, MeterValuesRequest, ReadingContext, SampledValue,
    UnitOfMeasure,
};

/// The figures of one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// The import register, Wh.
    pub(crate) register_wh: i32,
    /// The power drawn since the last time, W.
    pub(crate) power_w: u32,
    /// The car's state of charge, percent.
    pub(crate) soc_percent: u64,
}

impl Measured {
    /// The message; the transaction it belongs to is filled in when it is sent.
    pub(crate) fn message(
        self,
        connector: i32,
        at: DateTime,
        context: &ReadingContext,
    ) -> MeterValuesRequest {
        use Measurand::{EnergyActiveImportRegister, PowerActiveImport, SoC};
        use UnitOfMeasure::{Percent, W, Wh};
        let sample = |measurand, unit, value| {
            SampledValue::new(value)
                .with_context(context.clone())
                .with_measurand(measurand)
                .with_unit(unit)
        };
        let samples = vec![
            sample(EnergyActiveImportRegister, Wh, self.register_wh.to_string()),
            sample(PowerActiveImport, W, self.power_w.to_string()),
            sample(SoC, Percent, self.soc_percent.to_string()),
        ];
        MeterValuesRequest::new(connector, vec![MeterValue::new(at, samples)])
    }
}

/// The reading of a connector that charges nothing: its register alone.
pub(crate) fn resting(connector: i32, at: DateTime, register_wh: i32) -> MeterValuesRequest {
    let sample = SampledValue::new(register_wh.to_string())
        .with_context(ReadingContext::Trigger)
        .with_measurand(Measurand::EnergyActiveImportRegister)
        .with_unit(UnitOfMeasure::Wh);
    MeterValuesRequest::new(connector, vec![MeterValue::new(at, vec![sample])])
}
