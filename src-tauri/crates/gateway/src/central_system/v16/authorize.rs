//! `Authorize` (OCPP 1.6 §4.1): may this token charge?

use ocpp::v16::{AuthorizeRequest, AuthorizeResponse};
use ocpp::{RawValue, decode, encode};

use super::{Answered, id_tag_info};
use crate::core::Core;
use crate::ops::authorize::authorize;

pub(in crate::central_system) async fn handle(core: &Core, payload: &RawValue) -> Answered {
    let request: AuthorizeRequest = decode(payload)?;
    let authorized = authorize(core, &request.id_tag).await?;
    Ok(encode(&AuthorizeResponse::new(id_tag_info(&authorized))))
}
