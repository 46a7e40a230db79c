//! Whose the stations are, as far as the hub's readers are concerned: an event travels with its organisation from here on, and
//! never on the wire. What is not known, or doubted, is nobody's, so that an organisation's readers are not told it. Not for
//! REST, which asks the database.

use std::collections::{BTreeSet, HashMap};

use domain::event::Place;
use domain::object::{ChargingPointObject, StationObject};
use domain::{ChargePointId, Event, OrganizationId, StationId};
use store::repo::organizations::{Owned, Owners, Stands};
use uuid::Uuid;

/// How many looks into the database settle a doubt: the first may have begun before it.
const SETTLES: u8 = 2;

/// Whose everything is. Fed by this gateway's own events, in their order, and by looks into the database, in any: of two
/// that disagree the row's greater version is right. What came over the bus is believed by nobody: it raises a doubt, and
/// the database settles that.
#[derive(Debug, Default)]
pub(super) struct Places {
    stations: HashMap<StationId, Owned>,
    points: HashMap<ChargePointId, Stands>,
    doubted: HashMap<Uuid, u8>,
    /// Whose a station is by the stream: an event that says otherwise is where it changed hands.
    announced: HashMap<StationId, Option<OrganizationId>>,
}

/// Those who have more or less than before: what their readers know is no longer what is so.
pub(super) type Changed = BTreeSet<OrganizationId>;

impl Places {
    /// Whose a place is; none: nobody's, or not known.
    pub(super) fn owner(&self, place: Place) -> Option<OrganizationId> {
        let station = match place {
            Place::Station(id) => id,
            Place::Point(id) if self.doubted.contains_key(&id.0) => return None,
            Place::Point(id) => self.points.get(&id)?.station_id,
        };
        if self.doubted.contains_key(&station.0) {
            return None;
        }
        self.stations.get(&station)?.organization_id
    }

    /// Whether it matters whose the stations are: one is an organisation's, or may be.
    pub(super) fn is_shared(&self) -> bool {
        let mut stations = self.stations.values();
        !self.doubted.is_empty() || stations.any(|owned| owned.organization_id.is_some())
    }

    /// Somebody else says whose something is: where that is not what is known, it is nobody's until the database was asked.
    pub(super) fn doubt(&mut self, event: &Event) {
        let doubted = match event {
            Event::StationCreated(news) | Event::StationUpdated(news) => {
                let said = owned(&news.station);
                let known = self.stations.get(&said.id);
                let same = known.is_some_and(|known| known.organization_id == said.organization_id);
                (!same).then_some(said.id.0)
            }
            Event::PointCreated(news) | Event::PointUpdated(news) => {
                let said = stands(&news.charging_point);
                let known = self.points.get(&said.id);
                let same = known.is_some_and(|known| known.station_id == said.station_id);
                (!same).then_some(said.id.0)
            }
            _ => None,
        };
        self.doubted.extend(doubted.map(|id| (id, SETTLES)));
    }

    /// Whether something changes hands with this event, in the stream's own order, whoever says it.
    pub(super) fn changes_hands(&mut self, event: &Event) -> bool {
        match event {
            Event::StationCreated(news) | Event::StationUpdated(news) => {
                let said = owned(&news.station);
                let before = self.announced.insert(said.id, said.organization_id);
                before.is_some_and(|before| before != said.organization_id)
            }
            Event::PointUpdated(news) => {
                let said = stands(&news.charging_point);
                let known = self.points.get(&said.id);
                known.is_none_or(|known| known.station_id != said.station_id)
            }
            _ => false,
        }
    }

    /// Takes in what an own event says of whose something is.
    pub(super) fn hear(&mut self, event: &Event) -> Changed {
        match event {
            Event::StationCreated(news) | Event::StationUpdated(news) => {
                self.station(owned(&news.station))
            }
            Event::PointCreated(news) | Event::PointUpdated(news) => {
                self.point(stands(&news.charging_point))
            }
            _ => Changed::new(),
        }
    }

    /// Takes in what the database says.
    pub(super) fn look(&mut self, owners: &Owners) -> Changed {
        let mut changed = Changed::new();
        for known in &owners.stations {
            self.announced
                .entry(known.id)
                .or_insert(known.organization_id);
            changed.extend(self.station(*known));
        }
        for known in &owners.points {
            changed.extend(self.point(*known));
        }
        changed
    }

    /// The database was asked once more. Whose doubted things are missed what was told meanwhile.
    pub(super) fn settle(&mut self) -> Changed {
        for looks in self.doubted.values_mut() {
            *looks -= 1;
        }
        let over: Vec<Uuid> = self
            .doubted
            .extract_if(|_, looks| *looks == 0)
            .map(|(id, _)| id)
            .collect();
        let owners = over.iter().flat_map(|id| {
            [Place::Station((*id).into()), Place::Point((*id).into())]
                .map(|place| self.owner(place))
        });
        owners.flatten().collect()
    }

    fn station(&mut self, now: Owned) -> Changed {
        let before = self.stations.get(&now.id).copied();
        if before.is_some_and(|before| before.version > now.version) {
            return Changed::new();
        }
        self.stations.insert(now.id, now);
        match before {
            Some(before) if before.organization_id != now.organization_id => {
                both(before.organization_id, now.organization_id)
            }
            // A new one is told as a whole by its own event.
            Some(_) | None => Changed::new(),
        }
    }

    fn point(&mut self, now: Stands) -> Changed {
        let before = self.points.get(&now.id).copied();
        if before.is_some_and(|before| before.version > now.version) {
            return Changed::new();
        }
        self.points.insert(now.id, now);
        let Some(before) = before else {
            return Changed::new();
        };
        let owner = |stands: Stands| self.owner(Place::Station(stands.station_id));
        match (owner(before), owner(now)) {
            (from, to) if from != to => both(from, to),
            _ => Changed::new(),
        }
    }
}

/// Whose a station is, as its object says.
pub(super) fn owned(station: &StationObject) -> Owned {
    let detail = station.operator.as_ref();
    Owned {
        id: station.id.into(),
        version: station.version,
        organization_id: detail.and_then(|detail| detail.organization_id.map(Into::into)),
    }
}

fn stands(point: &ChargingPointObject) -> Stands {
    Stands {
        id: point.id.into(),
        version: point.version,
        station_id: point.station_id.into(),
    }
}

fn both(from: Option<OrganizationId>, to: Option<OrganizationId>) -> Changed {
    from.into_iter().chain(to).collect()
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use domain::event::StationNews;
    use domain::station::{Address, Station, StationFigures};

    use super::*;

    /// What somebody says of a station.
    fn said(id: StationId, version: i64, organization_id: Option<OrganizationId>) -> Event {
        let station = Station {
            id,
            name: String::new(),
            address: Address::default(),
            location: None,
            time_zone: "UTC".to_owned(),
            helpline: None,
            tariff_id: None,
            organization_id,
            figures: StationFigures::default(),
            version,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        Event::StationUpdated(StationNews {
            station: StationObject::operator(&station, None),
        })
    }

    #[test]
    fn what_somebody_else_says_gives_nobody_anything_until_the_database_says_so() {
        let (a, b): (OrganizationId, OrganizationId) = (Uuid::nil().into(), Uuid::max().into());
        let station: StationId = Uuid::from_u128(7).into();
        let here = Place::Station(station);
        let mut places = Places::default();
        assert!(places.hear(&said(station, 1, Some(a))).is_empty());
        places.doubt(&said(station, 1, Some(a)));
        assert_eq!(places.owner(here), Some(a), "nothing new is no doubt");
        places.doubt(&said(station, 1_000, Some(b)));
        assert_eq!(places.owner(here), None, "neither has it");
        let look = |places: &mut Places, version, owner| {
            let owners = Owners {
                stations: vec![Owned {
                    id: station,
                    version,
                    organization_id: Some(owner),
                }],
                points: Vec::new(),
            };
            let mut changed = places.look(&owners);
            changed.extend(places.settle());
            changed.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(look(&mut places, 1, a), [], "it may have begun before");
        assert_eq!(places.owner(here), None);
        assert_eq!(
            look(&mut places, 1, a),
            [a],
            "it was made up: all is as before"
        );
        assert_eq!(places.owner(here), Some(a));
        places.doubt(&said(station, 2, Some(b)));
        assert_eq!(look(&mut places, 2, b), [a, b], "it was true");
        assert_eq!(look(&mut places, 2, b), [b], "and what it missed is told");
        assert_eq!(places.owner(here), Some(b));
    }

    #[test]
    fn the_greater_version_says_whose_a_station_is_and_what_is_unknown_is_nobodys() {
        let (a, b): (OrganizationId, OrganizationId) = (Uuid::nil().into(), Uuid::max().into());
        let (station, point) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let of = |version, organization_id| Owners {
            stations: vec![Owned {
                id: station.into(),
                version,
                organization_id,
            }],
            points: vec![Stands {
                id: point.into(),
                version: 1,
                station_id: station.into(),
            }],
        };
        let mut places = Places::default();
        let (here, there) = (Place::Station(station.into()), Place::Point(point.into()));
        assert_eq!((places.owner(here), places.owner(there)), (None, None));
        for (version, said, holds, changed) in [
            (1, Some(a), Some(a), vec![]),
            (3, Some(b), Some(b), vec![a, b]),
            // Late news of a time before.
            (2, Some(a), Some(b), vec![]),
            (3, Some(b), Some(b), vec![]),
            (4, None, None, vec![b]),
        ] {
            let told: Vec<_> = places.look(&of(version, said)).into_iter().collect();
            assert_eq!(told, changed, "version {version}");
            assert_eq!(places.owner(here), holds, "version {version}");
            assert_eq!(places.owner(there), holds, "its charge point, too");
        }
    }
}
