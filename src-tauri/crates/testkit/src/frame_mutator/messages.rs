//! One valid request of every action of OCPP 1.6, its security extension included. Not for what they mean.

/// What chargers send: action, payload.
#[rustfmt::skip]
pub const FROM_CHARGERS: &[(&str, &str)] = &[
    ("Authorize", r#"{"idTag":"04A1B27F2A"}"#),
    ("BootNotification", r#"{"chargePointVendor":"Test","chargePointModel":"One","chargePointSerialNumber":"4711","firmwareVersion":"1.2.3","iccid":"89","imsi":"26","meterSerialNumber":"M-1","meterType":"three phases"}"#),
    ("DataTransfer", r#"{"vendorId":"org.example","messageId":"greeting","data":"grüß Gott"}"#),
    ("DiagnosticsStatusNotification", r#"{"status":"Uploading"}"#),
    ("FirmwareStatusNotification", r#"{"status":"Installed"}"#),
    ("Heartbeat", "{}"),
    ("LogStatusNotification", r#"{"status":"Uploaded","requestId":1}"#),
    ("MeterValues", r#"{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":"2026-11-22T09:30:00Z","sampledValue":[{"value":"1234","unit":"Wh","measurand":"Energy.Active.Import.Register","context":"Sample.Periodic","location":"Outlet","format":"Raw"},{"value":"7360.5","unit":"W","measurand":"Power.Active.Import","phase":"L1"},{"value":"40","unit":"Percent","measurand":"SoC","location":"EV"}]}]}"#),
    ("SecurityEventNotification", r#"{"type":"TamperDetectionActivated","timestamp":"2026-11-22T09:30:00Z","techInfo":"door"}"#),
    ("SignCertificate", r#"{"csr":"x"}"#),
    ("SignedFirmwareStatusNotification", r#"{"status":"Downloading","requestId":1}"#),
    ("StartTransaction", r#"{"connectorId":1,"idTag":"04A1B27F2A","meterStart":1000,"timestamp":"2026-11-22T09:30:00Z","reservationId":1}"#),
    ("StatusNotification", r#"{"connectorId":1,"errorCode":"NoError","status":"Available","info":"fine","timestamp":"2026-11-22T09:30:00Z","vendorId":"x","vendorErrorCode":"0"}"#),
    ("StopTransaction", r#"{"transactionId":7,"idTag":"04A1B27F2A","meterStop":2000,"timestamp":"2026-11-22T10:30:00Z","reason":"Local","transactionData":[{"timestamp":"2026-11-22T10:00:00Z","sampledValue":[{"value":"1500"}]}]}"#),
];

/// What the central system sends: action, payload.
#[rustfmt::skip]
pub const FROM_CENTRAL: &[(&str, &str)] = &[
    ("CancelReservation", r#"{"reservationId":1}"#),
    ("CertificateSigned", r#"{"certificateChain":"x"}"#),
    ("ChangeAvailability", r#"{"connectorId":0,"type":"Operative"}"#),
    ("ChangeConfiguration", r#"{"key":"HeartbeatInterval","value":"300"}"#),
    ("ClearCache", "{}"),
    ("ClearChargingProfile", "{}"),
    ("DataTransfer", r#"{"vendorId":"x"}"#),
    ("DeleteCertificate", r#"{"certificateHashData":{"hashAlgorithm":"SHA256","issuerNameHash":"a","issuerKeyHash":"b","serialNumber":"c"}}"#),
    ("ExtendedTriggerMessage", r#"{"requestedMessage":"Heartbeat"}"#),
    ("GetCompositeSchedule", r#"{"connectorId":1,"duration":60}"#),
    ("GetConfiguration", "{}"),
    ("GetDiagnostics", r#"{"location":"https://example.org/x"}"#),
    ("GetInstalledCertificateIds", r#"{"certificateType":"CentralSystemRootCertificate"}"#),
    ("GetLocalListVersion", "{}"),
    ("GetLog", r#"{"log":{"remoteLocation":"https://example.org/x"},"logType":"SecurityLog","requestId":1}"#),
    ("InstallCertificate", r#"{"certificateType":"CentralSystemRootCertificate","certificate":"x"}"#),
    ("RemoteStartTransaction", r#"{"idTag":"A1"}"#),
    ("RemoteStopTransaction", r#"{"transactionId":1}"#),
    ("ReserveNow", r#"{"connectorId":1,"expiryDate":"2026-11-22T09:30:00Z","idTag":"A1","reservationId":1}"#),
    ("Reset", r#"{"type":"Soft"}"#),
    ("SendLocalList", r#"{"listVersion":1,"updateType":"Full"}"#),
    ("SetChargingProfile", r#"{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16.0}]}}}"#),
    ("SignedUpdateFirmware", r#"{"requestId":1,"firmware":{"location":"https://example.org/x","retrieveDateTime":"2026-11-22T09:30:00Z","signingCertificate":"x","signature":"y"}}"#),
    ("TriggerMessage", r#"{"requestedMessage":"Heartbeat"}"#),
    ("UnlockConnector", r#"{"connectorId":1}"#),
    ("UpdateFirmware", r#"{"location":"https://example.org/x","retrieveDate":"2026-11-22T09:30:00Z"}"#),
];
