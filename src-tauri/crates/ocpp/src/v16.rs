//! OCPP 1.6 payload types, as the wire has them: every message of every profile. Only adapters
//! (`central_system/v16`, the commands) and the simulator use them: no domain type is a wire type.

pub use ocpp_kit::types::DateTime;
pub use ocpp_kit::v1_6::*;
