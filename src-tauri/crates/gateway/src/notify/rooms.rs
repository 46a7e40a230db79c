//! Which rooms an event goes to, and who may join which. Pure, table-tested. Source: 2-contract, "Event data".

use std::fmt;

use domain::event::{PointRef, SessionRef};
use domain::{ChargePointId, Code, CustomerId, Event, OrganizationId, Scope, SessionId, StationId};

use crate::ops::sign_in::User;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// No token: public facts.
    Public,
    /// A driver with an account: public facts and what is its own.
    Customer(CustomerId),
    /// A user of the CMS: everything of its scope.
    Operator(Scope),
}

impl View {
    /// What somebody with a sign-in may see.
    pub const fn of(user: &User) -> Self {
        match user {
            User::Operator(operator) => Self::Operator(operator.scope()),
            User::Customer(customer) => Self::Customer(customer.id),
        }
    }

    /// The rooms a reader is in from the start.
    pub fn home(self) -> Vec<Room> {
        match self {
            Self::Public => vec![Room::Public],
            Self::Customer(id) => vec![Room::Public, Room::Customer(id)],
            Self::Operator(_) => vec![Room::Cms],
        }
    }

    /// Whether such a reader may join a room. Whose a session or a place is, the caller looks up: see
    /// [`View::must_own`] and [`View::scope`].
    pub fn may_join(self, room: &Room) -> bool {
        match (self, room) {
            // Drivers are the whole site's.
            (Self::Operator(Scope::Organization(_)), Room::Customer(_)) => false,
            (Self::Operator(_), _)
            | (_, Room::Public | Room::Station(_) | Room::Charger(_))
            | (Self::Customer(_), Room::Session(_)) => true,
            (Self::Customer(id), Room::Customer(other)) => id == *other,
            (Self::Public | Self::Customer(_), _) => false,
        }
    }

    /// The customer that must own a session to join its room; `None`: anybody whom [`View::may_join`] lets in.
    pub const fn must_own(self) -> Option<CustomerId> {
        match self {
            Self::Customer(id) => Some(id),
            Self::Public | Self::Operator(_) => None,
        }
    }

    /// Within what the places of its rooms must be; `None`: anybody may look at them.
    pub const fn scope(self) -> Option<Scope> {
        match self {
            Self::Operator(scope) => Some(scope),
            Self::Public | Self::Customer(_) => None,
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

    /// The rooms in which such a reader hears of an event that is `owner`'s. Empty: it never does.
    pub fn audience(self, event: &Event, owner: Option<OrganizationId>) -> Vec<Room> {
        match self {
            Self::Operator(scope) if !scope.covers(owner) => Vec::new(),
            Self::Operator(_) => operators(event),
            Self::Customer(id) if event.owner() == Some(id) => own_rooms(event, id),
            Self::Customer(_) | Self::Public => public(event),
        }
    }

    /// What such a reader may see of an event that it may hear: the whole (`None`), or less.
    pub fn version(self, event: &Event) -> Option<Event> {
        match self {
            Self::Operator(_) => None,
            Self::Customer(id) if event.owner() == Some(id) => None,
            Self::Public | Self::Customer(_) => event.public(),
        }
    }
}

/// A driver hears of its own charges in its own room and in theirs.
fn own_rooms(event: &Event, id: CustomerId) -> Vec<Room> {
    let mut rooms = vec![Room::Customer(id)];
    rooms.extend(
        event
            .session()
            .and_then(|session| session.session_id)
            .map(Room::Session),
    );
    rooms
}

fn public(event: &Event) -> Vec<Room> {
    match event {
        Event::ChargerStatusChanged(data) => public_point(&data.point),
        Event::ConnectorStatusChanged(data) => public_point(&data.point),
        Event::StationStatusChanged(data) => vec![Room::Public, Room::Station(data.station_id)],
        Event::StationPriceChanged(data) | Event::TariffPeriodChanged(data) => {
            let mut rooms = vec![Room::Public, Room::Station(data.station_id)];
            rooms.extend(data.charge_point_id.map(Room::Charger));
            rooms
        }
        _ => Vec::new(),
    }
}

fn operators(event: &Event) -> Vec<Room> {
    match event {
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
        Event::CostUpdated(data) => [
            Some(Room::CmsArea("sessions")),
            data.session.session_id.map(Room::Session),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Event::OcppMessage(data) => vec![Room::Charger(data.point.charge_point_id)],
        // A customer's money is the business of who looks at customers, not of every desk.
        Event::WalletBalanceChanged(_) | Event::WalletTransactionCreated(_) => {
            vec![Room::CmsArea("customers")]
        }
        event => {
            let mut rooms = vec![Room::Cms];
            rooms.extend(area(event).map(Room::CmsArea));
            rooms.extend(objects(event));
            rooms
        }
    }
}

/// The area of the CMS that shows what the event speaks of.
fn area(event: &Event) -> Option<&'static str> {
    match event {
        Event::ChargingRequested(_)
        | Event::RemoteStartAccepted(_)
        | Event::RemoteStartRejected(_)
        | Event::RemoteStopAccepted(_)
        | Event::RemoteStopRejected(_)
        | Event::ChargingStarted(_)
        | Event::ChargingUpdated(_)
        | Event::ChargingSuspended(_)
        | Event::ChargingResumed(_)
        | Event::ChargingStopped(_)
        | Event::ChargingFailed(_)
        | Event::CostUpdated(_) => Some("sessions"),
        Event::ChargerConnected(_)
        | Event::ChargerDisconnected(_)
        | Event::ChargerBooted(_)
        | Event::ChargerStatusChanged(_)
        | Event::ConnectorStatusChanged(_)
        | Event::CommandRequested(_)
        | Event::CommandAccepted(_)
        | Event::CommandRejected(_)
        | Event::CommandFailed(_)
        | Event::CommandTimedOut(_)
        | Event::PointCreated(_)
        | Event::PointUpdated(_)
        | Event::PointDeleted(_)
        | Event::MeterValues(_) => Some("points"),
        Event::StationStatusChanged(_)
        | Event::StationPriceChanged(_)
        | Event::TariffPeriodChanged(_)
        | Event::StationCreated(_)
        | Event::StationUpdated(_)
        | Event::StationDeleted(_) => Some("stations"),
        Event::TariffCreated(_) | Event::TariffUpdated(_) | Event::TariffDeleted(_) => {
            Some("tariffs")
        }
        Event::CustomerCreated(_)
        | Event::CustomerUpdated(_)
        | Event::CustomerDeleted(_)
        | Event::WalletBalanceChanged(_)
        | Event::WalletTransactionCreated(_) => Some("customers"),
        Event::RevenueUpdated(_) => Some("dashboard"),
        Event::AlertRaised(_) | Event::AlertCleared(_) => Some("alerts"),
        Event::GatewayStatusChanged(_) => Some("system"),
        Event::OcppMessage(_) => None,
    }
}

/// The rooms of the objects an event speaks of.
fn objects(event: &Event) -> Vec<Room> {
    if let Some(session) = event.session() {
        return of_session(session);
    }
    match event {
        Event::ChargerConnected(data) => of_point(&data.point),
        Event::ChargerDisconnected(data) => of_point(&data.point),
        Event::ChargerBooted(data) => of_point(&data.point),
        Event::ChargerStatusChanged(data) => of_point(&data.point),
        Event::ConnectorStatusChanged(data) => of_point(&data.point),
        Event::CommandRequested(data)
        | Event::CommandAccepted(data)
        | Event::CommandRejected(data)
        | Event::CommandFailed(data)
        | Event::CommandTimedOut(data) => {
            let mut rooms = vec![Room::Charger(data.command.charge_point_id.into())];
            rooms.extend(data.command.session_id.map(|id| Room::Session(id.into())));
            rooms
        }
        Event::PointCreated(data) | Event::PointUpdated(data) => vec![
            Room::Station(data.charging_point.station_id.into()),
            Room::Charger(data.charging_point.id.into()),
        ],
        Event::PointDeleted(data) => {
            vec![
                Room::Station(data.station_id),
                Room::Charger(data.id.into()),
            ]
        }
        Event::StationStatusChanged(data) => vec![Room::Station(data.station_id)],
        Event::StationPriceChanged(data) | Event::TariffPeriodChanged(data) => {
            let mut rooms = vec![Room::Station(data.station_id)];
            rooms.extend(data.charge_point_id.map(Room::Charger));
            rooms
        }
        Event::StationCreated(data) | Event::StationUpdated(data) => {
            vec![Room::Station(data.station.id.into())]
        }
        Event::StationDeleted(data) => vec![Room::Station(data.id.into())],
        _ => Vec::new(),
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
        Room::Station(point.station_id),
        Room::Charger(point.charge_point_id),
    ]
}

fn of_session(session: &SessionRef) -> Vec<Room> {
    let mut rooms = vec![
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
            View::Operator(Scope::All)
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
        assert_eq!(View::Public.audience(&event, None), vec![]);
        assert_eq!(
            event.public(),
            None,
            "and there is no public version of it to leak"
        );
        let rooms = View::Operator(Scope::All).audience(&event, None);
        assert!(rooms.contains(&Room::CmsArea("points")) && !rooms.contains(&Room::Cms));
    }
}
