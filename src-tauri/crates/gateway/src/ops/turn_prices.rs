//! The clock turned a price: it is night, the week-end, or the day from which a tariff is valid. Told once for each turn,
//! whichever gateway finds it; one that came while none ran is told at the next start.

use domain::pricing::Now;
use domain::tariff::Terms;
use domain::{Event, Timestamp};
use jiff::SignedDuration;
use store::repo::price_turns::{self, PriceTurn};
use store::repo::tariffs::{self, Spot};

use super::prices;
use crate::core::{Core, OpError, Unit};

/// Tells of every price whose turn has come.
pub async fn turn_prices(core: &Core) -> Result<(), OpError> {
    let now = core.clock.now();
    let due = price_turns::list_due(&mut core.store.read().await?, now).await?;
    for turn in due {
        core.write(move |mut unit| Box::pin(async move { tell(&mut unit, turn).await }))
            .await?;
    }
    Ok(())
}

async fn tell(unit: &mut Unit<'_>, turn: PriceTurn) -> Result<(), OpError> {
    if !price_turns::take(unit.conn, &turn).await? {
        return Ok(());
    }
    let before = turn.turns_at - SignedDuration::from_millis(1);
    let now = unit.now();
    // The date of a tariff that another one stands over turns nothing.
    let turned = held(unit, &turn, before).await? != held(unit, &turn, now).await?;
    let changed = prices::tell(unit, turn.station_id, turn.charge_point_id).await?;
    if turned {
        unit.emit(&Event::TariffPeriodChanged(changed)).await?;
    }
    Ok(())
}

/// Which tariff holds there at a moment, and what it charges then.
async fn held(
    unit: &mut Unit<'_>,
    turn: &PriceTurn,
    at: Timestamp,
) -> Result<Option<(Terms, Now)>, OpError> {
    let spot = Spot {
        point: turn.charge_point_id,
        ..Spot::station(turn.station_id)
    };
    let terms = tariffs::find_terms(unit.conn, &spot, at).await?;
    Ok(terms.map(|terms| {
        let now = terms.rates.now(&terms.zone, at);
        (terms, now)
    }))
}
