//! What is told: an event of the catalogue, or what another program published. Where it happened, who hears of it in which
//! rooms, and as what. Not for whose a place is: that is `places`.

use domain::event::Place;
use domain::{Event, OrganizationId, Scope};

use super::notification::Named;
use super::rooms::{Room, View};

/// What is told.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// An event of the catalogue.
    Event(&'a Event),
    /// What another program published, for rooms it names itself.
    Named(&'a Named),
}

impl Content<'_> {
    /// Where it happened: that says whose it is.
    pub(super) fn place(&self) -> Option<Place> {
        match self {
            Self::Event(event) => event.place(),
            Self::Named(named) => named.place(),
        }
    }

    /// The rooms in which such a reader hears of it, where it is `owner`'s.
    pub(super) fn audience(&self, view: View, owner: Option<OrganizationId>) -> Vec<Room> {
        match (self, view) {
            (Self::Event(event), view) => view.audience(event, owner),
            (Self::Named(named), view) => named.audience(view, owner),
        }
    }

    /// Every view in which it is told.
    pub(super) fn views(&self, owner: Option<OrganizationId>) -> Vec<View> {
        let mut views = vec![View::Operator(Scope::All), View::Public];
        views.extend(owner.map(|id| View::Operator(Scope::Organization(id))));
        match self {
            Self::Event(event) => views.extend(event.owner().map(View::Customer)),
            Self::Named(named) => views.extend(named.recipients().map(View::Customer)),
        }
        views
    }

    /// The view in which a reader gets it: a customer reads what is not its own as the public does.
    pub(super) fn read_as(&self, reader: View) -> View {
        match (self, reader) {
            (Self::Event(event), View::Customer(id)) if event.owner() == Some(id) => reader,
            (Self::Named(named), View::Customer(id)) if named.recipients().any(|to| to == id) => {
                reader
            }
            (_, View::Customer(_)) => View::Public,
            (_, reader) => reader,
        }
    }

    /// What such a reader may see of it, where that is less than the whole.
    pub(super) fn version(&self, view: View) -> Option<Event> {
        match self {
            Self::Event(event) => view.version(event),
            Self::Named(_) => None,
        }
    }

    /// Whether a reader of these rooms hears of it.
    pub(super) fn concerns(
        &self,
        (view, rooms): (View, &[Room]),
        owner: Option<OrganizationId>,
    ) -> bool {
        self.audience(view, owner)
            .iter()
            .any(|room| rooms.contains(room))
    }
}
