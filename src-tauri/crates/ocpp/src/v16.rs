//! OCPP 1.6 payload types, as the wire has them. Only adapters (`central_system/v16`) and the
//! simulator use them: no domain type is a wire type.

pub use ocpp_kit::types::DateTime;
pub use ocpp_kit::v1_6::{
    AuthorizationStatus, AuthorizeRequest, AuthorizeResponse, BootNotificationRequest,
    BootNotificationResponse, ChargePointErrorCode, ChargePointStatus, HeartbeatRequest,
    HeartbeatResponse, IdTagInfo, Location, Measurand, MeterValue, MeterValuesRequest,
    MeterValuesResponse, Phase, ReadingContext, Reason, RegistrationStatus, SampledValue,
    StartTransactionRequest, StartTransactionResponse, StatusNotificationRequest,
    StatusNotificationResponse, StopTransactionRequest, StopTransactionResponse, UnitOfMeasure,
};
