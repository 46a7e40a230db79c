//! The operator registers many charge points at once: numbered, alike, with one shared password.

use domain::{Code, Identity};

use super::add_charge_point::{NewChargePoint, Secret, register};
use super::change::Change;
use super::refusal::refused;
use crate::core::{Core, OpError};

/// The most that are registered at once.
const MOST: u32 = 10_000;
/// The fewest digits of a number: PREFIX0001.
const DIGITS: usize = 4;

/// Registers `count` charge points called `prefix` and a number from 0001, all or none, each otherwise like
/// `like`. Returns the password they share, the only time it is seen.
pub async fn add_charge_points(
    core: &Core,
    prefix: &str,
    count: u32,
    like: NewChargePoint,
) -> Result<Option<String>, OpError> {
    if !(1..=MOST).contains(&count) {
        return Err(refused(
            "Between 1 and 10000 charge points are added at once.",
        ));
    }
    let identities = (1..=count)
        .map(|number| Identity::parse(&format!("{prefix}{number:0DIGITS$}")))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| OpError::refused(Code::RequestValidation, error.to_string()))?;
    like.check()?;
    let (secret, password) = Secret::keep(core, like.credentials.clone()).await;
    core.write(move |mut unit| {
        Box::pin(async move {
            for identity in identities {
                let new = NewChargePoint {
                    identity,
                    ..like.clone()
                };
                register(&mut unit, new, &secret, &Change::Stay).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(password)
}
