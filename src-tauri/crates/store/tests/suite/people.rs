//! Customers, their cards and the users of the CMS: every column, searches, and what removing frees.

use domain::AccessTokenId;
use domain::authorization::{IdToken, IdTokenStatus};
use domain::customer::Customer;
use domain::operator::{Operator, Role};
use store::repo::access_tokens::{self, AccessToken, Holder};
use store::repo::id_tokens::Named;
use store::repo::{customers, id_tokens, operators};

use crate::database::{Database, ask, commit};
use crate::desk::wanted;
use crate::samples::{at, customer, id, id_token, operator};

pub async fn a_customer_is_found_searched_changed_and_removed(db: Database) {
    let plain = customer(30);
    let full = Customer {
        email: "ada_l@example.org".to_owned(),
        name: "Ada 100%".to_owned(),
        price_group: Some("staff".to_owned()),
        phone: Some("+49 40".to_owned()),
        language: "de".to_owned(),
        ..customer(31)
    };
    for one in [&plain, &full] {
        commit!(db.store, [one], |conn| customers::insert(conn, &one)).expect("a new customer");
    }
    let find = async |search: &str| {
        let page = ask!(db.store, |conn| customers::search(
            conn,
            &wanted(Some(search), None)
        ));
        let names: Vec<_> = page.items.into_iter().map(|one| one.id).collect();
        assert_eq!(
            page.total,
            i64::try_from(names.len()).expect("few"),
            "{search}"
        );
        names
    };
    for (search, expect) in [
        ("ADA", vec![full.id]),
        ("100%", vec![full.id]),
        ("a_l", vec![full.id]),
        ("+49", vec![full.id]),
        ("_", vec![full.id]),
        ("!", vec![]),
        ("example.org", vec![full.id, plain.id]),
    ] {
        assert_eq!(find(search).await, expect, "{search:?} is no pattern");
    }
    let changed = Customer {
        email: "new@example.org".to_owned(),
        phone: Some("1".to_owned()),
        name: "New".to_owned(),
        language: "fr".to_owned(),
        password_hash: "other".to_owned(),
        version: 2,
        updated_at: at(77),
        ..plain.clone()
    };
    commit!(db.store, [changed], |conn| customers::update(
        conn, &changed
    ))
    .expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| customers::find_by_email(
            conn,
            "new@example.org"
        )),
        Some(changed)
    );
    let card = id_token(70);
    let card = IdToken {
        customer_id: Some(plain.id),
        ..card
    };
    commit!(db.store, [card], |conn| id_tokens::insert(
        conn,
        &card,
        "CARD",
        at(1)
    ))
    .expect("a new card");
    commit!(db.store, [], |conn| id_tokens::block_of(conn, id(30))).expect("a sound update");
    let blocked = ask!(db.store, |conn| id_tokens::find(conn, "CARD")).expect("it is there");
    assert_eq!(blocked.status, IdTokenStatus::Blocked);
    commit!(db.store, [], |conn| customers::delete(conn, id(30), at(9))).expect("it is there");
    assert_eq!(ask!(db.store, |conn| customers::find(conn, plain.id)), None);
    let again = Customer {
        email: "new@example.org".to_owned(),
        ..customer(32)
    };
    commit!(db.store, [again], |conn| customers::insert(conn, &again))
        .expect("the address is free again");
}

pub async fn a_card_changes_in_every_column_and_frees_its_text_when_it_goes(db: Database) {
    let owner = customer(30);
    commit!(db.store, [owner], |conn| customers::insert(conn, &owner)).expect("a new customer");
    for number in [70, 71] {
        let (card, text) = (id_token(number), format!("CARD-{number}"));
        commit!(db.store, [card, text], |conn| id_tokens::insert(
            conn,
            &card,
            &text,
            at(5)
        ))
        .expect("a new card");
    }
    let mut changed = Named {
        token: id_token(70),
        text: "OTHER".to_owned(),
        created_at: at(5),
    };
    changed.token.status = IdTokenStatus::Expired;
    changed.token.expires_at = Some(at(99));
    changed.token.customer_id = Some(owner.id);
    changed.token.parent = Some("FLEET".to_owned());
    commit!(db.store, [changed], |conn| id_tokens::update(
        conn, &changed
    ))
    .expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| id_tokens::find_by_id(conn, id(70))),
        Some(changed.clone())
    );
    let own = ask!(db.store, |conn| id_tokens::search(
        conn,
        Some(owner.id),
        &wanted(None, None)
    ));
    assert_eq!(own.items, [changed.clone()]);
    let late = ask!(db.store, |conn| id_tokens::search(
        conn,
        None,
        &wanted(None, Some(("-expiresAt", id_tokens::SORTS)))
    ));
    assert_eq!(
        late.items.first(),
        Some(&changed),
        "without an end come last, whichever way"
    );
    commit!(db.store, [], |conn| id_tokens::delete(conn, id(70), at(9))).expect("it is there");
    assert_eq!(
        ask!(db.store, |conn| id_tokens::find(conn, "OTHER")),
        None,
        "it charges no more"
    );
    let again = id_token(72);
    commit!(db.store, [again], |conn| id_tokens::insert(
        conn,
        &again,
        "OTHER",
        at(5)
    ))
    .expect("the text is free again");
}

pub async fn an_operator_changes_and_goes_with_its_sign_ins(db: Database) {
    let boss = Operator {
        role: Role::Admin,
        ..operator(1)
    };
    let rider = customer(30);
    commit!(db.store, [boss], |conn| operators::insert(
        conn,
        &boss,
        at(1)
    ))
    .expect("a new operator");
    commit!(db.store, [rider], |conn| customers::insert(conn, &rider)).expect("a new customer");
    for (number, holder) in [
        (5, Holder::Operator(boss.id)),
        (6, Holder::Operator(boss.id)),
        (7, Holder::Customer(rider.id)),
    ] {
        let token = AccessToken {
            id: id(number),
            token_hash: format!("hash-{number}"),
            holder,
            last_used_at: at(1),
            idle: std::time::Duration::from_secs(90),
            expires_at: at(100),
        };
        commit!(db.store, [token], |conn| access_tokens::insert(
            conn, &token
        ))
        .expect("a new sign-in");
    }
    let kept: AccessTokenId = id(5);
    let others = commit!(db.store, [], |conn| access_tokens::delete_others(
        conn,
        Holder::Operator(id(1)),
        kept
    ));
    assert_eq!(
        others.expect("a sound delete"),
        [id(6)],
        "all but the one that is kept"
    );
    let ended = commit!(db.store, [], |conn| access_tokens::delete_of(
        conn,
        Holder::Operator(id(1))
    ));
    assert_eq!(
        ended.expect("a sound delete"),
        [kept],
        "its own and nobody else's"
    );
    assert!(ask!(db.store, |conn| access_tokens::find(conn, "hash-7")).is_some());

    let changed = Operator {
        email: "n@example.org".to_owned(),
        name: "N".to_owned(),
        role: Role::Viewer,
        password_hash: "other".to_owned(),
        ..boss.clone()
    };
    assert_eq!(ask!(db.store, |conn| operators::count_admins(conn)), 1);
    commit!(db.store, [changed], |conn| operators::update(
        conn, &changed
    ))
    .expect("it is there");
    commit!(db.store, [], |conn| operators::hold_all(conn)).expect("a sound update");
    assert_eq!(ask!(db.store, |conn| operators::count_admins(conn)), 0);
    let listed = ask!(db.store, |conn| operators::search(
        conn,
        &wanted(Some("N@"), None)
    ));
    assert_eq!(
        listed
            .items
            .first()
            .map(|known| (&known.operator, known.created_at)),
        Some((&changed, at(1)))
    );
    commit!(db.store, [], |conn| operators::delete(conn, id(1), at(9))).expect("it is there");
    assert_eq!(ask!(db.store, |conn| operators::find(conn, boss.id)), None);
    let again = Operator {
        id: id(2),
        ..changed
    };
    commit!(db.store, [again], |conn| operators::insert(
        conn,
        &again,
        at(1)
    ))
    .expect("the address is free again");
}
