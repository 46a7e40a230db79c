//! Which rooms an event goes to, and who may join which. Pure, table-tested. Source: 2-contract, "Event data".

use std::fmt;

use domain::event::{PointRef, SessionRef};
use domain::{ChargePointId, Code, CustomerId, Event, SessionId, StationId};

/// The screens' areas of the CMS, each a room `cms:…`.
const AREAS: &[&str] = &[
    "dashboard",
    "stations",
    "points",
    "sessions",
    "customers",
    "tariffs",
    "alerts",
    "system",
];

/// A room that can be subscribed to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Room {
    /// What any passer-by may know.
    Public,
    /// Everything an operator follows at a glance.
    Cms,
    /// One area of the CMS.
    CmsArea(&'static str),
    /// One station.
    Station(StationId),
    /// One charge point.
    Charger(ChargePointId),
    /// One session.
    Session(SessionId),
    /// One driver's own.
    Customer(CustomerId),
}

impl Room {
    /// Reads a room's name.
    pub fn parse(name: &str) -> Option<Self> {
        match name.split_once(':') {
            None if name == "public" => Some(Self::Public),
            None if name == "cms" => Some(Self::Cms),
            Some(("cms", area)) => AREAS
                .iter()
                .find(|known| **known == area)
                .map(|area| Self::CmsArea(area)),
            Some(("station", id)) => id.parse().ok().map(Self::Station),
            Some(("charger", id)) => id.parse().ok().map(Self::Charger),
            Some(("session", id)) => id.parse().ok().map(Self::Session),
            Some(("customer", id)) => id.parse().ok().map(Self::Customer),
            None | Some(_) => None,
        }
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::Cms => f.write_str("cms"),
            Self::CmsArea(area) => write!(f, "cms:{area}"),
            Self::Station(id) => write!(f, "station:{id}"),
            Self::Charger(id) => write!(f, "charger:{id}"),
            Self::Session(id) => write!(f, "session:{id}"),
            Self::Customer(id) => write!(f, "customer:{id}"),
        }
    }
}

/// Which version of the rooms a reader is in. Decided by its token alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// No token: public facts.
    Public,
    /// An operator: everything.
    Operator,
}

impl View {
    /// The room a reader is in from the start.
    pub const fn home(self) -> Room {
        match self {
            Self::Public => Room::Public,
            Self::Operator => Room::Cms,
        }
    }

    /// Whether such a reader may join a room.
    pub const fn may_join(self, room: &Room) -> bool {
        match self {
            Self::Operator => true,
            Self::Public => matches!(room, Room::Public | Room::Station(_) | Room::Charger(_)),
        }
    }

    /// Reads the asked rooms: all of them or none (`live.room_refused`).
    pub fn admit<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Room>, Code> {
        names
            .into_iter()
            .map(|name| {
                Room::parse(name)
                    .filter(|room| self.may_join(room))
                    .ok_or(Code::LiveRoomRefused)
            })
            .collect()
    }

    /// The rooms in which such a reader hears of an event. Empty: it never does.
    pub fn audience(self, event: &Event) -> Vec<Room> {
        match self {
            Self::Operator => operators(event),
            Self::Public => public(event),
        }
    }
}

fn public(event: &Event) -> Vec<Room> {
    match event {
        Event::ChargerStatusChanged(data) => public_point(&data.point),
        Event::ConnectorStatusChanged(data) => public_point(&data.point),
        Event::ChargingStarted(_)
        | Event::ChargingStopped(_)
        | Event::MeterValues(_)
        | Event::ChargerConnected(_)
        | Event::ChargerDisconnected(_)
        | Event::ChargerBooted(_) => Vec::new(),
    }
}

fn operators(event: &Event) -> Vec<Room> {
    match event {
        Event::ChargingStarted(data) => of_session(&data.session),
        Event::ChargingStopped(data) => of_session(&data.session),
        // Too many for the `cms` room: only who looks at points, sessions or this very one.
        Event::MeterValues(data) => [
            Some(Room::CmsArea("points")),
            Some(Room::CmsArea("sessions")),
            Some(Room::Charger(data.session.charge_point_id)),
            data.session.session_id.map(Room::Session),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Event::ChargerConnected(data) => of_point(&data.point),
        Event::ChargerDisconnected(data) => of_point(&data.point),
        Event::ChargerBooted(data) => of_point(&data.point),
        Event::ChargerStatusChanged(data) => of_point(&data.point),
        Event::ConnectorStatusChanged(data) => of_point(&data.point),
    }
}

fn public_point(point: &PointRef) -> Vec<Room> {
    vec![
        Room::Public,
        Room::Station(point.station_id),
        Room::Charger(point.charge_point_id),
    ]
}

fn of_point(point: &PointRef) -> Vec<Room> {
    vec![
        Room::Cms,
        Room::CmsArea("points"),
        Room::Station(point.station_id),
        Room::Charger(point.charge_point_id),
    ]
}

fn of_session(session: &SessionRef) -> Vec<Room> {
    let mut rooms = vec![
        Room::Cms,
        Room::CmsArea("sessions"),
        Room::Station(session.station_id),
        Room::Charger(session.charge_point_id),
    ];
    rooms.extend(session.session_id.map(Room::Session));
    rooms
}

#[cfg(test)]
mod tests {
    use domain::event::MeterValues;
    use domain::{Timestamp, WattHours};
    use uuid::Uuid;

    use super::*;

    const ID: &str = "019a0000-0000-7000-8000-000000000000";

    #[test]
    fn a_room_name_reads_back_as_itself_and_nothing_else_is_a_room() {
        for name in ["public", "cms", "cms:points"] {
            assert_eq!(
                Room::parse(name).map(|room| room.to_string()).as_deref(),
                Some(name)
            );
        }
        for kind in ["station", "charger", "session", "customer"] {
            let name = format!("{kind}:{ID}");
            assert_eq!(Room::parse(&name).map(|room| room.to_string()), Some(name));
        }
        for name in [
            "",
            "PUBLIC",
            "cms:",
            "cms:nope",
            "station:",
            "station:1",
            "charger:*",
            "op/cms",
            "cms:points:x",
        ] {
            assert_eq!(Room::parse(name), None, "{name:?} is no room");
        }
    }

    #[test]
    fn without_a_token_only_public_rooms_open_and_one_refusal_refuses_all() {
        let station = format!("station:{ID}");
        let session = format!("session:{ID}");
        assert_eq!(
            View::Public
                .admit(["public", &*station])
                .map(|rooms| rooms.len()),
            Ok(2)
        );
        for closed in ["cms", "cms:points", &*session, "customer:x", "nonsense"] {
            assert_eq!(
                View::Public.admit(["public", closed]),
                Err(Code::LiveRoomRefused),
                "{closed}"
            );
        }
        assert!(
            View::Operator
                .admit(["cms", "cms:points", &*session])
                .is_ok()
        );
    }

    #[test]
    fn energy_is_no_passer_bys_business() {
        let event = Event::MeterValues(MeterValues {
            session: SessionRef {
                session_id: Some(SessionId(Uuid::nil())),
                station_id: StationId(Uuid::nil()),
                charge_point_id: ChargePointId(Uuid::nil()),
                connector_id: 1,
                transaction_id: Some(1),
                customer_id: None,
                version: 1,
            },
            measured_at: Timestamp::UNIX_EPOCH,
            energy_wh: WattHours(500),
            energy_consumed: 0.5,
            meter_wh: None,
            power_w: None,
            soc_percent: None,
            voltage_v: None,
            current_a: None,
            context: "Sample.Periodic".to_owned(),
        });
        assert_eq!(View::Public.audience(&event), vec![]);
        assert_eq!(
            event.public(),
            None,
            "and there is no public version of it to leak"
        );
        let rooms = View::Operator.audience(&event);
        assert!(rooms.contains(&Room::CmsArea("points")) && !rooms.contains(&Room::Cms));
    }
}
