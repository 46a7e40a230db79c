//! Values to store: valid ones, each different from the next, and texts that break careless code.

use domain::authorization::{IdToken, IdTokenStatus};
use domain::charge_point::{ChargePoint, Connector, ConnectorFormat, ConnectorType};
use domain::customer::Customer;
use domain::event::{ChargerDisconnected, PointRef};
use domain::meter::Reading;
use domain::money::{Percent, UnitPrice};
use domain::operator::{Operator, Role};
use domain::pricing::Rates;
use domain::session::{Funding, Session, SessionStatus, StartedBy, Usage};
use domain::station::{Address, Station, StationFigures};
use domain::status::{ChargePointStatus, Connectivity, ConnectorStatus};
use domain::tariff::Tariff;
use domain::{ChargePointId, Currency, Event, Identity, StationId, Timestamp, WattHours};
use store::repo::live_log::Entry;
use store::repo::readings::{self, NewReading};
use store::repo::sessions::StartKey;
use store::repo::{charge_points, stations};
use store::{Conn, Store, StoreError};
use uuid::Uuid;

/// The gateway whose outbox and log the checks look at.
pub const NODE: &str = "main";

/// An id that sorts as its number does.
pub fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// A time, in the milliseconds the store keeps.
pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).expect("a small number of milliseconds is a time")
}

/// Texts that are valid and yet break code that quotes, counts bytes or folds characters.
pub fn hostile_texts() -> Vec<String> {
    vec![
        String::new(),
        "'; DROP TABLE station; --".to_owned(),
        r#"" \ \' %s %_ $1 ?1 :a @b {} NULL"#.to_owned(),
        "line\r\nline\ttab \u{1} \u{7f} \u{feff}end ".to_owned(),
        "🔌👩\u{200d}🚗 e\u{301} \u{202e}rtl\u{202c} Ⅷ ﬁ ß İ 𝄞".to_owned(),
        "<script>alert(1)</script>&amp;".to_owned(),
        "é€𝄞x".repeat(4096 / 10 + 1),
    ]
}

pub fn station(number: u128) -> Station {
    Station {
        id: id(number),
        name: format!("Station {number}"),
        address: Address::default(),
        location: None,
        time_zone: "UTC".to_owned(),
        helpline: None,
        tariff_id: None,
        organization_id: None,
        figures: StationFigures::default(),
        version: 1,
        created_at: at(1_000),
        updated_at: at(2_000),
    }
}

pub fn identity(text: &str) -> Identity {
    Identity::parse(text).expect("a literal identity")
}

/// A charge point as it is registered: everything it will say at boot is unknown.
pub fn charge_point(number: u128, station: StationId) -> ChargePoint {
    ChargePoint {
        id: id(number),
        identity: identity(&format!("CP-{number:04}")),
        station_id: station,
        name: format!("Point {number}"),
        protocol: "1.6".to_owned(),
        tariff_id: None,
        security_profile: 0,
        password_hash: None,
        next_password_hash: None,
        key_sent_at: None,
        max_power_w: 22_000,
        status: ChargePointStatus::Offline,
        connectivity: Connectivity::Offline,
        since: at(3_000),
        vendor: None,
        model: None,
        serial_number: None,
        firmware_version: None,
        remote_address: None,
        node: None,
        socket: None,
        last_seen_at: None,
        booted_at: None,
        clock_skew_ms: None,
        version: 1,
        created_at: at(4_000),
        updated_at: at(5_000),
    }
}

/// Stores station 1 with charge point `number` and returns the point.
pub async fn stored_point(store: &Store, number: u128) -> ChargePoint {
    let point = charge_point(number, id(1));
    let stored = point.clone();
    let done: Result<(), StoreError> = store
        .write(move |conn| {
            Box::pin(async move {
                if stations::find(conn, &stored.station_id.to_string())
                    .await?
                    .is_none()
                {
                    stations::insert(conn, &station(1)).await?;
                }
                charge_points::insert(conn, &stored).await
            })
        })
        .await;
    done.expect("a valid point is stored");
    point
}

pub fn connector(point: ChargePointId, number: i64) -> Connector {
    Connector {
        charge_point_id: point,
        connector_id: number,
        kind: ConnectorType::Type2,
        format: ConnectorFormat::Socket,
        max_power_w: 11_000,
        status: ConnectorStatus::Available,
        error_code: None,
        since: at(6_000),
        version: 1,
    }
}

/// A session as it begins: nothing measured, nothing stopped.
pub fn session(number: u128, point: &ChargePoint, transaction_id: i64) -> Session {
    Session {
        id: id(number),
        station_id: point.station_id,
        charge_point_id: point.id,
        connector_id: 1,
        transaction_id: Some(transaction_id),
        customer_id: None,
        id_token: format!("TAG-{number}"),
        status: SessionStatus::Charging,
        started_by: StartedBy::Rfid,
        requested_at: at(6_500),
        started_at: Some(at(7_000)),
        began_at: Some(at(7_000)),
        stopped_at: None,
        meter_start: WattHours(500),
        meter_last: WattHours(500),
        meter_stop: None,
        energy: WattHours(0),
        measured_at: None,
        power_w: None,
        soc_percent: None,
        terms: None,
        usage: Usage::default(),
        limit: None,
        funding: Funding::default(),
        stop_asked: None,
        stop_reason: None,
        failure: None,
        inferred: false,
        version: 1,
    }
}

/// The natural key of the start that began it.
pub fn start_key(session: &Session) -> StartKey {
    StartKey {
        charge_point_id: session.charge_point_id,
        connector_id: session.connector_id,
        id_token: session.id_token.clone(),
        meter_start: session.meter_start,
        started_at: session.started_at.expect("the samples have begun"),
    }
}

pub fn reading(ms: i64) -> Reading {
    Reading {
        measured_at: at(ms),
        meter: Some(WattHours(1_520)),
        power_w: Some(11_000),
        soc_percent: Some(64),
        voltage_v: None,
        current_a: None,
        context: "Sample.Periodic".to_owned(),
    }
}

pub fn id_token(number: u128) -> IdToken {
    IdToken {
        id: id(number),
        status: IdTokenStatus::Accepted,
        expires_at: None,
        customer_id: None,
        parent: None,
    }
}

pub fn operator(number: u128) -> Operator {
    Operator {
        id: id(number),
        email: format!("operator{number}@example.org"),
        name: format!("Operator {number}"),
        role: Role::Operator,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        organization_id: None,
    }
}

pub fn customer(number: u128) -> Customer {
    Customer {
        id: id(number),
        email: format!("driver{number}@example.org"),
        name: format!("Driver {number}"),
        phone: None,
        language: "en".to_owned(),
        price_group: None,
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
        version: 1,
        created_at: at(9_000),
        updated_at: at(9_500),
    }
}

/// An event whose key is `point`; `reason` is free text of the outside world.
pub fn event(point: ChargePointId, reason: &str) -> Event {
    Event::ChargerDisconnected(ChargerDisconnected {
        point: PointRef {
            station_id: id(1),
            charge_point_id: point,
            version: 2,
        },
        status: ChargePointStatus::Offline,
        connectivity: Connectivity::Offline,
        since: at(8_000),
        reason: Some(reason.to_owned()),
    })
}

/// What came over the bus, on its way into a live log.
pub fn entry(number: u128, envelope: &str) -> Entry {
    Entry {
        id: id(number),
        envelope: envelope.to_owned(),
        rooms: None,
    }
}

/// Stores one reading; whether it is new.
pub async fn store_reading(
    conn: &mut Conn,
    charge_point_id: ChargePointId,
    connector_id: i64,
    transaction_id: Option<i64>,
    reading: &Reading,
    counted_at: Timestamp,
) -> Result<bool, StoreError> {
    let new = NewReading {
        charge_point_id,
        connector_id,
        transaction_id,
        reading,
        counted_at,
    };
    Ok(readings::insert(conn, &[new]).await? == [true])
}

/// A tariff for everybody without dates: 0.45 per kWh with 19 % tax inside.
pub fn tariff(number: u128, name: &str, code: &str) -> Tariff {
    let price = UnitPrice {
        micro: 450_000,
        currency: Currency::from_code(code).expect("a known currency"),
    };
    Tariff {
        id: id(number),
        name: name.to_owned(),
        rates: Rates::per_kwh(price, Percent { milli: 19_000 }).into(),
        valid_from: None,
        valid_to: None,
        version: 1,
        created_at: at(1),
        updated_at: at(2),
    }
}
