//! A payment provider says how an order stands: what was paid comes into the wallet once, in the unit that takes the news
//! in. Not for asking the provider: no unit waits for anybody outside.

use domain::alert::{AlertKind, Severity};
use domain::guest::Refusal;
use domain::ledger::{AccountKind, Transfer, TransferKind};
use domain::topup::{Effect, News, Topup};
use domain::{Money, Timestamp, TopupId};
use store::repo::{guest_orders, topups};

use super::alert::{self, NewAlert};
use super::books::{Books, Entry};
use super::refusal::missing;
use crate::core::{Core, OpError, Unit};

/// Takes the news in; gives the top-up as it stands with it.
pub async fn settle_topup(core: &Core, id: TopupId, news: News) -> Result<Topup, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let found = topups::hold(unit.conn, id).await?;
            let mut topup = found.ok_or_else(|| missing("top-up"))?;
            let now = unit.now();
            match topup.settle(news, now) {
                Effect::None => {}
                Effect::Credit => {
                    credit(&mut unit, &topup).await?;
                    // A guest's order that was given up: what came all the same begins nothing, and goes back.
                    let late = Refusal::paid_too_late();
                    guest_orders::reopen(unit.conn, topup.id, &late, now).await?;
                }
                Effect::Mismatch(paid) => odd(&mut unit, &topup, &mismatch(&topup, paid)).await?,
            }
            topups::update(unit.conn, &topup).await?;
            Ok(topup)
        })
    })
    .await
}

async fn credit(unit: &mut Unit<'_>, topup: &Topup) -> Result<(), OpError> {
    let mut books = Books::open(unit, topup.customer_id, topup.amount.currency).await?;
    let entry = Entry {
        kind: TransferKind::Topup,
        reference: Transfer::of_topup(topup.id),
        session: None,
        reason: Some(format!("Paid through {}", topup.provider.name())),
    };
    let road = (AccountKind::Clearing, AccountKind::Wallet);
    books.post(unit, road, topup.amount, entry).await?;
    books.settle_owed(unit).await
}

fn mismatch(topup: &Topup, paid: Money) -> String {
    let (ordered, paid) = (topup.amount.print(), paid.print());
    format!(
        "{} says that {} {} was paid for an order of {} {}. Nothing was credited: look at the payment, then give the customer its money or pay it back there.",
        topup.provider.name(),
        paid.amount,
        paid.currency,
        ordered.amount,
        ordered.currency
    )
}

/// Tells operators of a payment that does not fit.
pub(super) async fn odd(unit: &mut Unit<'_>, topup: &Topup, detail: &str) -> Result<(), OpError> {
    let new = NewAlert {
        kind: AlertKind::PaymentOdd,
        subject: topup.id.to_string(),
        severity: Severity::Critical,
        title: "A payment does not fit its order".to_owned(),
        detail: format!("Top-up {}: {detail}", topup.id),
        station_id: None,
        charge_point_id: None,
        session_id: None,
    };
    alert::raise(unit, new).await
}

/// Puts off what could not be asked.
pub async fn ask_later(core: &Core, id: TopupId, at: Timestamp) -> Result<(), OpError> {
    core.write(move |unit| {
        Box::pin(async move {
            let Some(mut topup) = topups::hold(unit.conn, id).await? else {
                return Ok(());
            };
            if topup.look_at.is_some() {
                topup.look_at = Some(at);
                topups::update(unit.conn, &topup).await?;
            }
            Ok(())
        })
    })
    .await
}
