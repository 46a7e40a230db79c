//! What a connector measures, as the MeterValues it sends. When it is sent: `connector`.

use ocpp::v16::{
    Measurand, MeterValue, MeterValuesRequest, ReadingContext, SampledValue, UnitOfMeasure,
};

use crate::clock;

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
    /// The message, measured now, of a transaction's connector.
    pub(crate) fn message(self, connector: i32, transaction_id: i32) -> MeterValuesRequest {
        use Measurand::{EnergyActiveImportRegister, PowerActiveImport, SoC};
        use UnitOfMeasure::{Percent, W, Wh};
        let samples = vec![
            sample(EnergyActiveImportRegister, Wh, self.register_wh.to_string()),
            sample(PowerActiveImport, W, self.power_w.to_string()),
            sample(SoC, Percent, self.soc_percent.to_string()),
        ];
        let mut request =
            MeterValuesRequest::new(connector, vec![MeterValue::new(clock::now(), samples)]);
        request.transaction_id = Some(transaction_id);
        request
    }
}

fn sample(measurand: Measurand, unit: UnitOfMeasure, value: String) -> SampledValue {
    SampledValue::new(value)
        .with_context(ReadingContext::SamplePeriodic)
        .with_measurand(measurand)
        .with_unit(unit)
}
