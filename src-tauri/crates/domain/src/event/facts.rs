//! What follows from an event alone: the key that orders it, its routing key, what the public may know of
//! it, and whose it is.

use super::{ConnectorStatusChanged, Event, FrameKind, OcppMessage, SessionRef};
use crate::ids::{ChargePointId, CustomerId, StationId};

/// Where something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At a station.
    Station(StationId),
    /// At a charge point, wherever that stands.
    Point(ChargePointId),
}

impl Event {
    /// The object whose events keep their order: header `x-key` on the broker.
    pub fn key(&self) -> String {
        match self {
            Self::ChargingRequested(data) => data.session.charge_point_id.to_string(),
            Self::RemoteStartAccepted(data)
            | Self::RemoteStartRejected(data)
            | Self::RemoteStopAccepted(data)
            | Self::RemoteStopRejected(data) => data.session.charge_point_id.to_string(),
            Self::ChargingStarted(data) => data.session.charge_point_id.to_string(),
            Self::ChargingUpdated(data) => data.session.charge_point_id.to_string(),
            Self::ChargingSuspended(data) => data.session.charge_point_id.to_string(),
            Self::ChargingResumed(data) => data.session.charge_point_id.to_string(),
            Self::ChargingStopped(data) => data.session.charge_point_id.to_string(),
            Self::ChargingFailed(data) => data.session.charge_point_id.to_string(),
            Self::MeterValues(data) => data.session.charge_point_id.to_string(),
            Self::CostUpdated(data) => data.session.charge_point_id.to_string(),
            Self::ChargerConnected(data) => data.point.charge_point_id.to_string(),
            Self::ChargerDisconnected(data) => data.point.charge_point_id.to_string(),
            Self::ChargerBooted(data) => data.point.charge_point_id.to_string(),
            Self::ChargerStatusChanged(data) => data.point.charge_point_id.to_string(),
            Self::ConnectorStatusChanged(data) => data.point.charge_point_id.to_string(),
            Self::OcppMessage(data) => data.point.charge_point_id.to_string(),
            Self::CommandRequested(data)
            | Self::CommandAccepted(data)
            | Self::CommandRejected(data)
            | Self::CommandFailed(data)
            | Self::CommandTimedOut(data) => data.command.charge_point_id.to_string(),
            Self::StationStatusChanged(data) => data.station_id.to_string(),
            Self::StationPriceChanged(data) | Self::TariffPeriodChanged(data) => {
                data.station_id.to_string()
            }
            Self::StationCreated(data) | Self::StationUpdated(data) => data.station.id.to_string(),
            Self::PointCreated(data) | Self::PointUpdated(data) => {
                data.charging_point.id.to_string()
            }
            Self::PointDeleted(data) => data.id.to_string(),
            Self::TariffCreated(data) | Self::TariffUpdated(data) => data.tariff.id.to_string(),
            Self::CustomerCreated(data) | Self::CustomerUpdated(data) => {
                data.customer.id.to_string()
            }
            Self::StationDeleted(data)
            | Self::TariffDeleted(data)
            | Self::CustomerDeleted(data) => data.id.to_string(),
            Self::WalletBalanceChanged(data) => data.wallet.customer_id.to_string(),
            Self::WalletTransactionCreated(data) => data.customer_id.to_string(),
            Self::RevenueUpdated(data) => data
                .station_id
                .map_or_else(|| "revenue".to_owned(), |id| id.to_string()),
            Self::AlertRaised(data) | Self::AlertCleared(data) => data.alert.id.to_string(),
            Self::GatewayStatusChanged(data) => data.node.clone(),
        }
    }

    /// The routing key on the broker: the type, but for raw OCPP, which travels under its action.
    pub fn routing_key(&self) -> String {
        match self {
            Self::OcppMessage(message) => raw_key(message),
            event => event.name().to_owned(),
        }
    }

    /// What any passer-by may know of this event; `None` where the public hears nothing.
    pub fn public(&self) -> Option<Self> {
        match self {
            Self::ChargerStatusChanged(_)
            | Self::StationStatusChanged(_)
            | Self::StationPriceChanged(_)
            | Self::TariffPeriodChanged(_) => Some(self.clone()),
            Self::ConnectorStatusChanged(data) => {
                Some(Self::ConnectorStatusChanged(ConnectorStatusChanged {
                    operator: None,
                    ..data.clone()
                }))
            }
            _ => None,
        }
    }

    /// The customer whose own business this is: it may hear all of it.
    pub fn owner(&self) -> Option<CustomerId> {
        match self {
            Self::WalletBalanceChanged(data) => Some(data.wallet.customer_id.into()),
            Self::WalletTransactionCreated(data) => Some(data.customer_id.into()),
            event => event.session()?.customer_id,
        }
    }

    /// Where it happened: that says whose it is. `None`: nowhere, so it is the whole site's.
    pub fn place(&self) -> Option<Place> {
        if let Some(session) = self.session() {
            return Some(Place::Station(session.station_id));
        }
        match self {
            Self::ChargerConnected(data) => Some(Place::Station(data.point.station_id)),
            Self::ChargerDisconnected(data) => Some(Place::Station(data.point.station_id)),
            Self::ChargerBooted(data) => Some(Place::Station(data.point.station_id)),
            Self::ChargerStatusChanged(data) => Some(Place::Station(data.point.station_id)),
            Self::ConnectorStatusChanged(data) => Some(Place::Station(data.point.station_id)),
            Self::OcppMessage(data) => Some(Place::Station(data.point.station_id)),
            Self::CommandRequested(data)
            | Self::CommandAccepted(data)
            | Self::CommandRejected(data)
            | Self::CommandFailed(data)
            | Self::CommandTimedOut(data) => {
                Some(Place::Point(data.command.charge_point_id.into()))
            }
            Self::StationStatusChanged(data) => Some(Place::Station(data.station_id)),
            Self::StationPriceChanged(data) | Self::TariffPeriodChanged(data) => {
                Some(Place::Station(data.station_id))
            }
            Self::StationCreated(data) | Self::StationUpdated(data) => {
                Some(Place::Station(data.station.id.into()))
            }
            Self::StationDeleted(data) => Some(Place::Station(data.id.into())),
            Self::PointCreated(data) | Self::PointUpdated(data) => {
                Some(Place::Station(data.charging_point.station_id.into()))
            }
            Self::PointDeleted(data) => Some(Place::Station(data.station_id)),
            Self::RevenueUpdated(data) => data.station_id.map(Place::Station),
            Self::AlertRaised(data) | Self::AlertCleared(data) => {
                let point = data.alert.charge_point_id.map(|id| Place::Point(id.into()));
                let station = data.alert.station_id;
                point.or_else(|| station.map(|id| Place::Station(id.into())))
            }
            // Tariffs name the places of everybody, customers are the site's, and so are the gateways; events of a session
            // have told their place already.
            Self::TariffCreated(_)
            | Self::TariffUpdated(_)
            | Self::TariffDeleted(_)
            | Self::CustomerCreated(_)
            | Self::CustomerUpdated(_)
            | Self::CustomerDeleted(_)
            | Self::WalletBalanceChanged(_)
            | Self::WalletTransactionCreated(_)
            | Self::GatewayStatusChanged(_)
            | Self::ChargingRequested(_)
            | Self::RemoteStartAccepted(_)
            | Self::RemoteStartRejected(_)
            | Self::RemoteStopAccepted(_)
            | Self::RemoteStopRejected(_)
            | Self::ChargingStarted(_)
            | Self::ChargingUpdated(_)
            | Self::ChargingSuspended(_)
            | Self::ChargingResumed(_)
            | Self::ChargingStopped(_)
            | Self::ChargingFailed(_)
            | Self::MeterValues(_)
            | Self::CostUpdated(_) => None,
        }
    }

    /// The session an event of a charge speaks of.
    pub const fn session(&self) -> Option<&SessionRef> {
        match self {
            Self::ChargingRequested(data) => Some(&data.session),
            Self::RemoteStartAccepted(data)
            | Self::RemoteStartRejected(data)
            | Self::RemoteStopAccepted(data)
            | Self::RemoteStopRejected(data) => Some(&data.session),
            Self::ChargingStarted(data) => Some(&data.session),
            Self::ChargingUpdated(data) => Some(&data.session),
            Self::ChargingSuspended(data) => Some(&data.session),
            Self::ChargingResumed(data) => Some(&data.session),
            Self::ChargingStopped(data) => Some(&data.session),
            Self::ChargingFailed(data) => Some(&data.session),
            Self::MeterValues(data) => Some(&data.session),
            Self::CostUpdated(data) => Some(&data.session),
            _ => None,
        }
    }
}

fn raw_key(message: &OcppMessage) -> String {
    match message.kind {
        FrameKind::Call => {
            let action = message.action.as_deref().unwrap_or("unknown");
            format!("ocpp.{}", action.to_ascii_lowercase())
        }
        FrameKind::Result => "ocpp.response".to_owned(),
        FrameKind::Error => "ocpp.error".to_owned(),
    }
}
