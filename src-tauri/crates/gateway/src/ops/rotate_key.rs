//! A charge point's key is changed without ever locking it out (SEC-04): from the offer until it is settled which key
//! the charger has, both are taken, whatever ends in between. Only hashes are stored. Not for telling the charger: that
//! is `commander`.

use domain::charge_point::ChargePoint;
use domain::status::Connectivity;
use domain::{ChargePointId, Identity};
use serde_json::json;

use super::change_point::{held_point, save};
use super::refusal::conflict;
use crate::core::{Core, OpError};
use crate::secret;

/// A new key, taken from now on beside the old one.
#[derive(Clone)]
pub struct Offered {
    /// The charge point's.
    pub point: ChargePointId,
    /// What it calls itself.
    pub identity: Identity,
    /// The key: seen this once.
    pub key: String,
    /// Whether the charger is connected here and can be told.
    pub reachable: bool,
}

/// What came of telling the charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It has the key and uses it from now on.
    Stored,
    /// It has the key and uses it after its next start.
    AfterReboot,
    /// It does not take the key.
    Refused,
    /// It was not told: somebody types the key in.
    NotSent,
    /// It was told and did not answer, or not in a way that says which key it has.
    Unknown,
}

/// Makes a new key under security profile 1, and offers it. A charge point that had none has nothing but this from now on.
pub async fn offer_key(core: &Core, id: ChargePointId) -> Result<Offered, OpError> {
    let key = secret::make_key();
    let hash = secret::hash_key(&key);
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut point = held_point(&mut unit, id).await?;
            unit.before(&json!({ "name": point.name }));
            if point.key_sent_at.is_some() {
                // A third key could push out the one the charger has.
                return Err(conflict(
                    "A new key is on its way to this charger already. Try again once it has connected anew.",
                ));
            }
            let here = point.connectivity == Connectivity::Online
                && point.node.as_deref() == Some(&**unit.node());
            let reachable = here && point.security_profile > 0;
            if point.security_profile > 0 && point.password_hash.is_some() {
                point.next_password_hash = Some(hash);
                point.key_sent_at = reachable.then(|| unit.now());
            } else {
                point.security_profile = 1;
                point.password_hash = Some(hash);
            }
            save(&mut unit, &mut point).await?;
            Ok(Offered {
                point: id,
                identity: point.identity,
                key,
                reachable,
            })
        })
    })
    .await
}

/// Stores what came of telling the charger. Where it has come with the new key meanwhile, that is settled already.
pub async fn settle_key(core: &Core, offered: &Offered, told: Told) -> Result<(), OpError> {
    let (id, hash) = (offered.point, secret::hash_key(&offered.key));
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut point = held_point(&mut unit, id).await?;
            if point.next_password_hash.as_deref() != Some(&*hash) {
                return Ok(());
            }
            match told {
                Told::Stored => promote(&mut point),
                Told::Refused => point.next_password_hash = None,
                Told::NotSent => {}
                Told::AfterReboot | Told::Unknown => return Ok(()),
            }
            point.key_sent_at = None;
            save(&mut unit, &mut point).await?;
            Ok(())
        })
    })
    .await
}

/// A charger came in with one of its keys while two are taken. The new one is the only one from now on; the old one
/// shows that no other is on its way any more.
pub async fn key_worked(core: &Core, id: ChargePointId, hash: String) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let mut point = held_point(&mut unit, id).await?;
            if point.next_password_hash.as_ref() == Some(&hash) {
                promote(&mut point);
            } else if point.key_sent_at.is_none() {
                return Ok(());
            }
            point.key_sent_at = None;
            save(&mut unit, &mut point).await?;
            Ok(())
        })
    })
    .await
}

fn promote(point: &mut ChargePoint) {
    point.password_hash = point.next_password_hash.take();
}
