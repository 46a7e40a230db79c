//! Stored settings, and the first set-up that ends once.

use store::repo::{operators, settings};

use crate::database::{Database, ask, commit};
use crate::samples::{at, operator};

pub async fn a_setting_is_stored_changed_and_forgotten(db: Database) {
    assert!(ask!(db.store, |conn| settings::list(conn)).is_empty());
    for (name, value, ms) in [
        ("site.name", "Harbour", 1),
        ("site.currency", "INR", 2),
        ("site.name", "", 3),
        ("seller.address", "Am Kai 1\n20457 Hamburg '\"; --", 4),
    ] {
        commit!(db.store, [], |conn| settings::put(
            conn,
            name,
            value,
            at(ms)
        ))
        .expect("any text can be stored");
    }
    let all = ask!(db.store, |conn| settings::list(conn));
    let all: Vec<_> = all
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(
        all,
        [
            ("seller.address", "Am Kai 1\n20457 Hamburg '\"; --"),
            ("site.currency", "INR"),
            ("site.name", ""),
        ]
    );
    commit!(db.store, [], |conn| settings::remove(conn, "site.currency")).expect("it is there");
    commit!(db.store, [], |conn| settings::remove(conn, "site.currency")).expect("it is gone");
    assert_eq!(ask!(db.store, |conn| settings::list(conn)).len(), 2);
    assert!(
        !ask!(db.store, |conn| settings::has_money(conn)),
        "nothing has moved"
    );
}

pub async fn the_first_operator_ends_the_set_up_whoever_makes_it(db: Database) {
    assert!(ask!(db.store, |conn| settings::is_unset(conn)));
    let first = operator(1);
    commit!(db.store, [first], |conn| operators::insert(
        conn,
        &first,
        at(1)
    ))
    .expect("a new operator");
    assert!(!ask!(db.store, |conn| settings::is_unset(conn)));
    let ended = commit!(db.store, [], |conn| settings::end_setup(conn, at(2)));
    assert!(!ended.expect("a sound statement"), "it ended before");
    commit!(db.store, [], |conn| operators::delete(
        conn,
        first.id,
        at(3)
    ))
    .expect("it is there");
    assert!(
        !ask!(db.store, |conn| settings::is_unset(conn)),
        "it does not begin again"
    );
}

/// Two units that both saw a fresh site: the second waits for the first, and is told.
pub async fn of_many_that_end_the_set_up_at_once_one_is_the_first(db: Database) {
    let mut tried = Vec::new();
    for number in 0..16 {
        let store = db.store.clone();
        tried.push(tokio::spawn(async move {
            commit!(store, [], |conn| settings::end_setup(conn, at(number)))
        }));
    }
    let mut first = 0;
    for one in tried {
        let ended = one.await.expect("no panic").expect("a sound statement");
        first += u32::from(ended);
    }
    assert_eq!(first, 1);
    assert!(
        !ask!(db.store, |conn| settings::is_unset(conn)),
        "it is set up"
    );
}
