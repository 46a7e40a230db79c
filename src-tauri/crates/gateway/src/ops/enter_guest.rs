//! Somebody without an account charges on a prepaid code: the code makes an account without a name that can only be entered
//! by that code, and what is left on it stays there for the next time.

use domain::CustomerId;
use domain::customer::Customer;
use domain::prepaid::{Batch, PrepaidCode, Voucher};
use store::repo::{customers, prepaid};

use super::account;
use super::add_guest::add_guest;
use super::prepaid_codes;
use super::refusal::missing;
use super::sign_in::{self, Place};
use crate::core::{Core, OpError, Unit};

/// Enters with a code: who that is now, and the sign-in. The first time it is redeemed; later it opens the same account
/// again, for whoever has it.
pub async fn enter_guest(
    core: &Core,
    place: Place,
    code: PrepaidCode,
    language: &str,
) -> Result<(CustomerId, String), OpError> {
    let language = account::language(language)?;
    core.write(move |mut unit| {
        Box::pin(async move {
            let found = prepaid::hold_code(unit.conn, &code).await?;
            let (voucher, batch) = found.ok_or_else(|| missing("code"))?;
            let known = match voucher.redeemed_by {
                Some(id) => customers::find(unit.conn, id).await?,
                None => None,
            };
            // A driver's own account is not entered by a code that it once redeemed.
            let guest = match known.filter(Customer::is_guest) {
                Some(guest) => guest,
                None => make(&mut unit, language, (voucher, batch)).await?,
            };
            let id = guest.id;
            let entered = sign_in::issue_to(&mut unit, guest, &place).await?;
            Ok((id, entered.token))
        })
    })
    .await
}

/// Makes the account of a code that is entered for the first time.
async fn make(
    unit: &mut Unit<'_>,
    language: String,
    code: (Voucher, Batch),
) -> Result<Customer, OpError> {
    let guest = add_guest(unit, language).await?;
    prepaid_codes::take(unit, guest.id, code).await?;
    Ok(guest)
}
