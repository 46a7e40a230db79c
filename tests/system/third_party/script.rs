//! What is expected, as tables: each event in its order, what it says, and who hears of it. An operator's
//! rooms stand in one column, a passer-by's in the next; whoever is not named hears nothing.
//! Source: 2-contract, "Event data".

use serde_json::Value;

/// A register (Wh), a power (W), and what the energy costs by then (EUR, half a cent to the even one).
pub type Reading = (i64, i64, &'static str);

/// One event of a sequence.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its type.
    pub name: &'static str,
    /// What its data says, as `key=value` words; dots lead into objects.
    pub says: String,
    /// The rooms whose operators hear of it.
    pub operators: &'static str,
    /// The rooms whose passers-by hear of it.
    pub public: &'static str,
}

type Line = (&'static str, &'static str, &'static str, &'static str);

/// The charger comes in, boots, and has a free bay.
#[rustfmt::skip]
const ARRIVAL: &[Line] = &[
    ("charger.connected",        "connectivity=online identity=CP-1 protocol=1.6",         "cms points station charger", ""),
    ("charger.status.changed",   "status=unavailable previousStatus=offline",              "cms points station charger", "public station charger"),
    ("station.status.changed",   "status=partly_online pointsOnline=1 pointsTotal=2",      "cms stations station",       "public station"),
    ("charger.booted",           "registration=accepted",                                  "cms points station charger", ""),
    ("connector.status.changed", "status=available previousStatus=unknown connectorId=1",  "cms points station charger", "public station charger"),
    ("charger.status.changed",   "status=available previousStatus=unavailable",            "cms points station charger", "public station charger"),
    ("station.status.changed",   "connectorsAvailable=1 connectorsTotal=2",                "cms stations station",       "public station"),
];

#[rustfmt::skip]
const PLUGGED_IN: &[Line] = &[
    ("connector.status.changed", "status=preparing previousStatus=available",              "cms points station charger", "public station charger"),
    ("charger.status.changed",   "status=occupied previousStatus=available",               "cms points station charger", "public station charger"),
    ("station.status.changed",   "connectorsAvailable=0",                                  "cms stations station",       "public station"),
];

#[rustfmt::skip]
const BY_CARD: &[Line] = &[
    ("charging.started",         "status=charging startedBy=rfid meterStartWh=0 price.perKwh.amount=0.45",          "cms sessions station charger session", ""),
    ("connector.status.changed", "status=charging previousStatus=preparing",               "cms points station charger", "public station charger"),
];

#[rustfmt::skip]
const ASKED_TO_START: &[Line] = &[
    ("charging.requested",       "status=requested startedBy=operator connectorId=1 transactionId=null",                                "cms sessions station charger session", ""),
    ("command.requested",        "command.action=RemoteStartTransaction command.status=requested command.requestedBy.kind=operator",    "cms points charger session", ""),
    ("command.accepted",         "command.action=RemoteStartTransaction command.status=accepted command.response.status=Accepted",      "cms points charger session", ""),
    ("charging.remote.start.accepted", "response.status=Accepted error=null",              "cms sessions station charger session", ""),
];

#[rustfmt::skip]
const FROM_AFAR: &[Line] = &[
    ("charging.started",         "status=charging startedBy=operator meterStartWh=0 price.perKwh.amount=0.45",      "cms sessions station charger session", ""),
    ("connector.status.changed", "status=charging previousStatus=preparing",               "cms points station charger", "public station charger"),
];

#[rustfmt::skip]
const ASKED_TO_STOP: &[Line] = &[
    ("command.requested",        "command.action=RemoteStopTransaction command.status=requested command.requestedBy.kind=operator",     "cms points charger session", ""),
    ("command.accepted",         "command.action=RemoteStopTransaction command.status=accepted command.response.status=Accepted",       "cms points charger session", ""),
    ("charging.remote.stop.accepted", "response.status=Accepted error=null",               "cms sessions station charger session", ""),
    ("charging.updated",         "status=stopping reason=stopping energyWh=5500",          "cms sessions station charger session", ""),
];

#[rustfmt::skip]
const STOPPED_LOCALLY: &[Line] = &[
    ("charging.stopped",         "status=stopped stopReason=local meterStopWh=5500 energyWh=5500 energyConsumed=5.5 inferred=false cost.total.amount=2.48",    "cms sessions station charger session", ""),
];

#[rustfmt::skip]
const STOPPED_FROM_AFAR: &[Line] = &[
    ("charging.stopped",         "status=stopped stopReason=operator meterStopWh=5500 energyWh=5500 energyConsumed=5.5 inferred=false cost.total.amount=2.48", "cms sessions station charger session", ""),
];

/// What the day brought: at the station, and at all of them.
#[rustfmt::skip]
const EARNED: &[Line] = &[
    ("revenue.updated",          "revenue.amount=2.48 revenue.currency=EUR energyWh=5500 sessions=1",                 "cms dashboard", ""),
    ("revenue.updated",          "stationId=null revenue.amount=2.48 revenue.currency=EUR energyWh=5500 sessions=1",  "cms dashboard", ""),
];

#[rustfmt::skip]
const UNPLUGGED: &[Line] = &[
    ("connector.status.changed", "status=finishing previousStatus=charging",               "cms points station charger", "public station charger"),
    ("connector.status.changed", "status=available previousStatus=finishing",              "cms points station charger", "public station charger"),
    ("charger.status.changed",   "status=available previousStatus=occupied",               "cms points station charger", "public station charger"),
    ("station.status.changed",   "connectorsAvailable=1",                                  "cms stations station",       "public station"),
];

#[rustfmt::skip]
const DEPARTURE: &[Line] = &[
    ("charger.disconnected",     "connectivity=offline",                                   "cms points station charger", ""),
    ("charger.status.changed",   "status=offline previousStatus=available",                "cms points station charger", "public station charger"),
    ("station.status.changed",   "status=offline pointsOnline=0 connectorsAvailable=0",    "cms stations station",       "public station"),
];

/// Two of these per `MeterValues`: what was measured, and what it costs so far.
const MEASURED: (&str, &str) = ("meter.values", "points sessions charger session");
const COST: (&str, &str) = ("cost.updated", "sessions session");

/// A charge by card, from the opening of the socket to its end.
pub fn by_card(readings: &[Reading]) -> Vec<Row> {
    [
        rows(ARRIVAL),
        rows(PLUGGED_IN),
        rows(BY_CARD),
        measured(readings),
        rows(STOPPED_LOCALLY),
        rows(EARNED),
        rows(UNPLUGGED),
        rows(DEPARTURE),
    ]
    .concat()
}

/// A charge that an operator begins and ends, from the opening of the socket to its end.
pub fn from_afar(readings: &[Reading]) -> Vec<Row> {
    [
        rows(ARRIVAL),
        rows(ASKED_TO_START),
        rows(PLUGGED_IN),
        rows(FROM_AFAR),
        measured(readings),
        rows(ASKED_TO_STOP),
        rows(STOPPED_FROM_AFAR),
        rows(EARNED),
        rows(UNPLUGGED),
        rows(DEPARTURE),
    ]
    .concat()
}

/// A CALL on the charger's socket, and who makes it.
type Call = (By, &'static str);

#[derive(Clone, Copy)]
enum By {
    Charger,
    Gateway,
}

/// The CALLs of a charge by card around its readings; each is answered before the next one.
#[rustfmt::skip]
const CALLS_BY_CARD: (&[Call], &[Call]) = (
    &[
        (By::Charger, "BootNotification"), (By::Charger, "StatusNotification"), (By::Charger, "StatusNotification"),
        (By::Charger, "Authorize"), (By::Charger, "StartTransaction"), (By::Charger, "StatusNotification"),
    ],
    &[(By::Charger, "StopTransaction"), (By::Charger, "StatusNotification"), (By::Charger, "StatusNotification")],
);

/// The CALLs of a charge from afar around its readings.
#[rustfmt::skip]
const CALLS_FROM_AFAR: (&[Call], &[Call]) = (
    &[
        (By::Charger, "BootNotification"), (By::Charger, "StatusNotification"), (By::Gateway, "RemoteStartTransaction"),
        (By::Charger, "StatusNotification"), (By::Charger, "StartTransaction"), (By::Charger, "StatusNotification"),
    ],
    &[
        (By::Gateway, "RemoteStopTransaction"), (By::Charger, "StopTransaction"), (By::Charger, "StatusNotification"),
        (By::Charger, "StatusNotification"),
    ],
);

/// The frames of a charge by card, as `direction kind action`: what whoever watches the charge point is shown.
pub fn frames_by_card(readings: usize) -> Vec<String> {
    frames(CALLS_BY_CARD, readings)
}

/// The frames of a charge from afar.
pub fn frames_from_afar(readings: usize) -> Vec<String> {
    frames(CALLS_FROM_AFAR, readings)
}

fn frames((before, after): (&[Call], &[Call]), readings: usize) -> Vec<String> {
    let measured = vec![(By::Charger, "MeterValues"); readings];
    let all = [before, &measured, after].concat();
    let told = all.iter().flat_map(|(by, action)| match by {
        By::Charger => [format!("in call {action}"), format!("out result {action}")],
        By::Gateway => [format!("out call {action}"), format!("in result {action}")],
    });
    told.collect()
}

fn rows(lines: &[Line]) -> Vec<Row> {
    let row = |&(name, says, operators, public): &Line| Row {
        name,
        says: says.to_owned(),
        operators,
        public,
    };
    lines.iter().map(row).collect()
}

/// What each reading is told as. The register began at zero, so it is the energy too.
fn measured(readings: &[Reading]) -> Vec<Row> {
    let told = readings.iter().flat_map(|&(wh, w, total)| {
        let measured = format!("energyWh={wh} meterWh={wh} powerW={w} context=Sample.Periodic");
        let cost = format!("total.amount={total} total.currency=EUR held=null");
        [(MEASURED, measured), (COST, cost)]
    });
    told.map(|((name, operators), says)| Row {
        name,
        says,
        operators,
        public: "",
    })
    .collect()
}

impl Row {
    /// The first thing an event says otherwise; `None` when it says all that is expected.
    pub fn contradiction(&self, envelope: &Value) -> Option<String> {
        let wrong = |word: &str| {
            let (key, expected) = word.split_once('=').expect("words are key=value");
            let value = key
                .split('.')
                .fold(&envelope["data"], |value, key| &value[key]);
            let said = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (said != expected).then(|| format!("{key} is {said}, not {expected}"))
        };
        self.says.split_whitespace().find_map(wrong)
    }
}
