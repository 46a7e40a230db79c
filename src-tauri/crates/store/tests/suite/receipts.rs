//! Receipts keep their numbers without holes, whoever issues at once, and are found by their bill, their charge and their
//! link; what chargers signed is kept byte for byte, once.

use domain::meter::Signed;
use store::StoreError;
use store::repo::{bills, receipts, signed_readings};

use crate::database::{Database, ask, commit};
use crate::ledger::{billed, invoice, issue};
use crate::samples::{at, id, stored_point};

pub async fn a_receipt_is_found_by_its_bill_its_charge_and_its_link_while_that_holds(db: Database) {
    let (_, charge) = billed(&db).await;
    let bill = ask!(db.store, |conn| bills::standing(conn, charge)).expect("it has one");
    let expect = invoice(&bill);
    let found = ask!(db.store, |conn| receipts::find_by_bill(conn, bill.id));
    assert_eq!(found.as_ref(), Some(&expect), "whole");
    let found = ask!(db.store, |conn| receipts::standing(conn, charge));
    assert_eq!(found.as_ref(), Some(&expect));
    assert_eq!(
        ask!(db.store, |conn| receipts::list_of(conn, charge)),
        std::slice::from_ref(&expect)
    );
    for (link, moment, there) in [
        ("abc", 19_999, true),
        ("abc", 20_000, false),
        ("ABC", 1, false),
        ("", 1, false),
        ("%", 1, false),
    ] {
        let found = ask!(db.store, |conn| receipts::find_by_link(
            conn,
            link,
            at(moment)
        ));
        assert_eq!(found.is_some(), there, "{link} at {moment}");
    }
    assert_eq!(ask!(db.store, |conn| receipts::edition(conn)), 0);
}

pub async fn of_many_that_take_a_number_at_once_each_has_its_own_and_one_that_fails_leaves_no_hole(
    db: Database,
) {
    let units = (0..40).map(|number| {
        let store = db.store.clone();
        async move {
            let taken: Result<i64, StoreError> = store
                .write(move |conn| {
                    Box::pin(async move {
                        let place = receipts::next_place(conn, "2027").await?;
                        if number % 4 == 0 {
                            return Err(StoreError::Copy("planted".to_owned()));
                        }
                        Ok(place)
                    })
                })
                .await;
            taken.ok()
        }
    });
    let mut taken: Vec<i64> = futures_util::future::join_all(units)
        .await
        .into_iter()
        .flatten()
        .collect();
    taken.sort_unstable();
    assert_eq!(taken, (1..=30).collect::<Vec<i64>>());
}

pub async fn what_a_charger_signed_is_kept_byte_for_byte_and_once(db: Database) {
    let point = stored_point(&db.store, 1).await;
    let of = (point.id, 7);
    let signed = |context: &str, moment, data: &str| Signed {
        measured_at: at(moment),
        context: context.to_owned(),
        format: "OCMF".to_owned(),
        data: data.to_owned(),
        public_key: "k\u{e9}y".to_owned(),
    };
    let first = signed("Transaction.Begin", 10, "OCMF|{\"a\":1}|\u{2028}\r\n end ");
    let last = signed("Transaction.End", 90, "OCMF|<z>|'; DROP TABLE bill");
    for (place, one) in [(0, &first), (1, &last), (1, &last), (0, &first)] {
        commit!(db.store, [one], |conn| signed_readings::insert(
            conn, of, place, &one
        ))
        .expect("kept, or kept before");
    }
    let kept = ask!(db.store, |conn| signed_readings::list(conn, of));
    assert_eq!(kept, [first, last]);
    let other = ask!(db.store, |conn| signed_readings::list(conn, (point.id, 8)));
    assert_eq!(other, [], "another transaction's");
}

pub async fn a_second_receipt_of_a_bill_is_refused(db: Database) {
    let (_, charge) = billed(&db).await;
    let bill = ask!(db.store, |conn| bills::standing(conn, charge)).expect("it has one");
    let mut again = invoice(&bill);
    again.id = id(711);
    again.place = 2;
    "2026-000002".clone_into(&mut again.number);
    "def".clone_into(&mut again.link);
    let twice = commit!(db.store, [bill, again], |conn| issue(conn, &bill, &again));
    assert!(twice.is_err(), "{twice:?}");
    let place = commit!(db.store, [], |conn| receipts::next_place(conn, "2026"));
    assert_eq!(place.expect("a number"), 2, "no number was lost by it");
}
