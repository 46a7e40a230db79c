//! The payloads of the CALLs that ops themselves make: a charge is to begin, or to end.

use ocpp::encode;
use ocpp::v16::{RemoteStartTransactionRequest, RemoteStopTransactionRequest};

/// `RemoteStartTransaction` (OCPP 1.6 §5.11) at a plug, under a token.
pub(crate) fn start(connector_id: i64, token: &str) -> String {
    let mut request = RemoteStartTransactionRequest::new(token);
    request.connector_id = i32::try_from(connector_id).ok();
    encode(&request).get().to_owned()
}

/// `RemoteStopTransaction` (OCPP 1.6 §5.12).
pub(crate) fn stop(transaction_id: i64) -> String {
    // Numbers come from our own counter, which stays within what a charger can hold.
    let number = i32::try_from(transaction_id).unwrap_or(i32::MAX);
    encode(&RemoteStopTransactionRequest::new(number))
        .get()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_charger_is_sent_is_what_the_specification_names() {
        assert_eq!(start(2, "A1"), r#"{"idTag":"A1","connectorId":2}"#);
        assert_eq!(stop(7), r#"{"transactionId":7}"#);
    }
}
