//! A charger said what it is.

use domain::event::{ChargerBooted, PointRef, Registration};
use domain::{ChargePointId, Event};
use store::repo::{charge_points, sessions};

use super::{point, session};
use crate::core::{Core, OpError};

/// What a charger says of itself at boot. Hostile text, already bounded by the schema.
#[derive(Clone, Debug)]
pub struct Boot {
    /// The maker.
    pub vendor: String,
    /// The model.
    pub model: String,
    /// The serial number.
    pub serial_number: Option<String>,
    /// The firmware.
    pub firmware_version: Option<String>,
}

/// Stores what it said and lets it work. A charger that booted has lost what it was doing: its open charges are
/// over, and what it tells of them later corrects their figures (FLT-06).
pub async fn boot_charger(core: &Core, id: ChargePointId, boot: Boot) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut charger = point::load(&mut unit, id).await?;
            charger.vendor = Some(boot.vendor);
            charger.model = Some(boot.model);
            charger.serial_number = boot.serial_number;
            charger.firmware_version = boot.firmware_version;
            charger.booted_at = Some(unit.now());
            charger.clock_skew_ms = None;
            charge_points::note_skew(unit.conn, id, None).await?;
            point::save(&mut unit, charger, |charger| {
                Some(Event::ChargerBooted(ChargerBooted {
                    point: PointRef::of(charger),
                    vendor: charger.vendor.clone(),
                    model: charger.model.clone(),
                    firmware_version: charger.firmware_version.clone(),
                    serial_number: charger.serial_number.clone(),
                    registration: Registration::Accepted,
                }))
            })
            .await?;
            for open in sessions::list_active_at(unit.conn, id, None).await? {
                session::infer_end(&mut unit, open).await?;
            }
            Ok(())
        })
    })
    .await
}
