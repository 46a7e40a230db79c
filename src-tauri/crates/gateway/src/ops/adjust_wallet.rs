//! The operator gives a customer money by hand, or takes some back: with a reason, and above a limit once a second operator
//! says yes (MON-11). The row of an adjustment is its audit: who asked, who decided, when and why.

use domain::adjustment::{Adjustment, AdjustmentStatus, Method, NotDecided};
use domain::alert::{AlertKind, Severity};
use domain::ledger::{AccountKind, TransferKind};
use domain::object::{Amount, WalletTransactionObject};
use domain::{AdjustmentId, Code, CustomerId, Money, OperatorId, TransferId};
use store::repo::{adjustments, customers, ledger};

use super::alert::{self, NewAlert};
use super::books::{self, Books, Entry};
use super::refusal::{conflict, missing, refused};
use crate::core::{Core, OpError, Unit};
use crate::keep::Keep;

/// The longest reason, characters.
const LONGEST_REASON: usize = 500;

/// What an operator wants to give, or take.
#[derive(Clone, Debug)]
pub struct Wish {
    /// To whom, or from whom.
    pub customer: CustomerId,
    /// How much: above zero is to the customer.
    pub amount: Money,
    /// How it is paid.
    pub method: Method,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub by: OperatorId,
}

/// Reads what a customer is added with: an amount above zero.
pub fn opening_balance(amount: &str, currency: &str) -> Result<Money, OpError> {
    let amount = Amount {
        amount: amount.trim().to_owned(),
        currency: currency.to_owned(),
    };
    let money = Money::read(&amount)
        .map_err(|error| refused(&format!("The balance does not read: {error}.")))?;
    if money.minor <= 0 {
        return Err(refused("The balance must be more than nothing."));
    }
    Ok(money)
}

/// A reason that says something.
pub(super) fn reason(text: &str) -> Result<String, OpError> {
    let text = text.trim();
    if (3..=LONGEST_REASON).contains(&text.chars().count()) && !text.contains(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(OpError::Invalid {
        pointer: "/reason".into(),
        fault: "out_of_bounds",
        detail: "A reason has 3 to 500 characters.".into(),
    })
}

/// Puts money into a customer's wallet, inside a unit of work, and tells of it. The amount is above zero.
pub(super) async fn give(
    unit: &mut Unit<'_>,
    customer: CustomerId,
    amount: Money,
    reason: &str,
) -> Result<(), OpError> {
    let mut books = Books::open(unit, customer, amount.currency).await?;
    let id: TransferId = unit.id();
    let why = (&*format!("given:{id}"), reason);
    book(unit, &mut books, (amount, Method::Credit), why).await?;
    Ok(())
}

async fn book(
    unit: &mut Unit<'_>,
    books: &mut Books,
    (amount, method): (Money, Method),
    (reference, reason): (&str, &str),
) -> Result<Option<WalletTransactionObject>, OpError> {
    let other = match method {
        Method::Cash => AccountKind::Cash,
        Method::Credit => AccountKind::Adjustments,
    };
    let size = Money {
        minor: amount.minor.saturating_abs(),
        ..amount
    };
    let road = if amount.minor > 0 {
        (other, AccountKind::Wallet)
    } else {
        let available = books.purse().available();
        if available.minor < size.minor {
            let missing = size - available;
            return Err(OpError::Unfunded { missing });
        }
        (AccountKind::Wallet, other)
    };
    let entry = Entry {
        kind: TransferKind::Adjustment,
        reference: reference.to_owned(),
        session: None,
        reason: Some(reason.to_owned()),
    };
    let told = books.post(unit, road, size, entry).await?;
    books.settle_owed(unit).await?;
    Ok(told)
}

/// Gives or takes at once what one operator may; more waits for a second one.
pub async fn adjust_wallet(
    core: &Core,
    wish: Wish,
    keep: Keep<Adjustment>,
) -> Result<Adjustment, OpError> {
    if wish.amount.minor == 0 {
        return Err(OpError::Invalid {
            pointer: "/amount".into(),
            fault: "out_of_bounds",
            detail: "Give more than nothing, or take it with a minus.".into(),
        });
    }
    let reason = reason(&wish.reason)?;
    let limit = core.money().alone(wish.amount.currency);
    core.write(move |mut unit| {
        Box::pin(async move {
            let known = customers::find(unit.conn, wish.customer).await?;
            known.ok_or_else(|| missing("customer"))?;
            let mut adjustment = Adjustment {
                id: unit.id(),
                customer_id: wish.customer,
                amount: wish.amount,
                method: wish.method,
                reason,
                needs_second: Adjustment::needs_second(wish.amount, limit),
                status: AdjustmentStatus::Pending,
                requested_by: wish.by,
                requested_at: unit.now(),
                decided_by: None,
                decided_at: None,
            };
            unit.about(adjustment.id);
            if adjustment.needs_second {
                if ledger::frozen(unit.conn).await?.is_some() {
                    return Err(books::frozen());
                }
                adjustments::insert(unit.conn, &adjustment).await?;
                ask_for_second(&mut unit, &adjustment).await?;
            } else {
                let now = unit.now();
                adjustment.decide(wish.by, true, now).map_err(not_decided)?;
                adjustments::insert(unit.conn, &adjustment).await?;
                carry_out(&mut unit, &adjustment).await?;
            }
            keep.answer(&mut unit, &adjustment).await?;
            Ok(adjustment)
        })
    })
    .await
}

/// A second operator says yes or no to an adjustment of a customer's.
pub async fn decide_adjustment(
    core: &Core,
    (customer, id): (CustomerId, AdjustmentId),
    by: OperatorId,
    yes: bool,
    keep: Keep<Adjustment>,
) -> Result<Adjustment, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let found = adjustments::hold(unit.conn, id).await?;
            let mut adjustment = found
                .filter(|one| one.customer_id == customer)
                .ok_or_else(|| missing("adjustment"))?;
            let now = unit.now();
            adjustment.decide(by, yes, now).map_err(not_decided)?;
            adjustments::decide(unit.conn, &adjustment).await?;
            if yes {
                carry_out(&mut unit, &adjustment).await?;
            }
            alert::clear(&mut unit, AlertKind::AdjustmentPending, &id.to_string()).await?;
            keep.answer(&mut unit, &adjustment).await?;
            Ok(adjustment)
        })
    })
    .await
}

async fn carry_out(unit: &mut Unit<'_>, adjustment: &Adjustment) -> Result<(), OpError> {
    let (customer, amount) = (adjustment.customer_id, adjustment.amount);
    let mut books = Books::open(unit, customer, amount.currency).await?;
    let reference = format!("adjustment:{}", adjustment.id);
    let why = (&*reference, &*adjustment.reason);
    book(unit, &mut books, (amount, adjustment.method), why).await?;
    tracing::info!(adjustment = %adjustment.id, customer = %customer, minor = amount.minor, requested_by = %adjustment.requested_by,
        "an operator adjusted a wallet");
    Ok(())
}

async fn ask_for_second(unit: &mut Unit<'_>, adjustment: &Adjustment) -> Result<(), OpError> {
    let amount = adjustment.amount.print();
    let news = NewAlert {
        kind: AlertKind::AdjustmentPending,
        subject: adjustment.id.to_string(),
        severity: Severity::Warning,
        title: "An adjustment waits for a second operator".to_owned(),
        detail: format!(
            "{} {} for customer {}: another operator must say yes or no.",
            amount.amount, amount.currency, adjustment.customer_id
        ),
        station_id: None,
        charge_point_id: None,
        session_id: None,
    };
    alert::raise(unit, news).await
}

fn not_decided(why: NotDecided) -> OpError {
    match why {
        NotDecided::Already => conflict("That was decided already."),
        NotDecided::SamePerson => OpError::refused(
            Code::AuthForbidden,
            "Somebody else than whoever asked must decide that.",
        ),
    }
}
