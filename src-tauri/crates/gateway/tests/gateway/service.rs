//! What a service manager goes by: a gateway whose writer, whose door for chargers or whose window hangs gives no sign of life
//! (TAU-12).
//!
//! Planted once and seen red: a look that asks neither writer nor door; a window that nobody looks at; a door that strangers
//! fill taken for a mute one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use gateway::door::Places;
use gateway::service::Vitals;
use gateway::settings::Settings;
use jiff::SignedDuration;
use store::StoreError;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::house::House;

const SOON: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_gateway_whose_writer_hangs_gives_no_sign_of_life() {
    let house = House::new().await;
    let (core, vitals) = (house.gateway.core.clone(), house.gateway.vitals.clone());
    assert_eq!(vitals.look(&core, SOON).await, Ok(()));
    let (begun, end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (says, waits) = (Arc::clone(&begun), Arc::clone(&end));
    let store = core.store.clone();
    let hanging = tokio::spawn(async move {
        let unit = store.write(move |_| {
            Box::pin(async move {
                says.notify_one();
                waits.notified().await;
                Ok::<_, StoreError>(())
            })
        });
        unit.await
    });
    begun.notified().await;
    let looked = vitals.look(&core, SOON).await;
    assert_eq!(looked, Err("the database's writer does not answer"));
    end.notify_one();
    hanging.await.expect("it ends").expect("nothing was wrong");
    assert_eq!(vitals.look(&core, SOON).await, Ok(()));
}

#[tokio::test]
async fn a_gateway_whose_door_for_chargers_is_mute_gives_no_sign_of_life() {
    let house = House::new().await;
    // Whoever knocks is let in by the system, and by nobody else.
    let mute = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let mute = mute.local_addr().expect("it has an address");
    let vitals = Vitals::new(mute, Places::default());
    let looked = vitals.look(&house.gateway.core, SOON).await;
    assert_eq!(looked, Err("the chargers' door does not answer"));
}

#[tokio::test]
async fn a_gateway_whose_window_stands_still_gives_no_sign_of_life_and_one_without_a_window_does() {
    let house = House::new().await;
    let (core, vitals) = (&house.gateway.core, &house.gateway.vitals);
    let now = Instant::now();
    vitals.window_lived(now);
    assert_eq!(vitals.look(core, SOON).await, Ok(()));
    let long_ago = now.checked_sub(Duration::from_secs(11));
    vitals.window_lived(long_ago.expect("a machine that is up for so long"));
    let looked = vitals.look(core, SOON).await;
    assert_eq!(looked, Err("the window's thread does not turn"));
}

#[tokio::test]
async fn strangers_who_hold_every_place_at_the_door_start_no_gateway_anew() {
    // So long that nobody is cut off before all are there.
    let patient =
        |settings: &mut Settings| settings.limits.header_timeout = SignedDuration::from_mins(5);
    let house = House::with(patient).await;
    let door = house.gateway.ocpp;
    let mut strangers = Vec::new();
    // Few at a time: the system lets no more than that wait before a door.
    for _ in 0..100 {
        let more = (0..64).map(|_| TcpStream::connect(door));
        strangers.extend(join_all(more).await.into_iter().flatten());
        if house.gateway.vitals.is_full() {
            break;
        }
    }
    assert!(
        house.gateway.vitals.is_full(),
        "{} connections fill it",
        strangers.len()
    );
    let looked = house.gateway.vitals.look(&house.gateway.core, SOON).await;
    assert_eq!(looked, Ok(()));
}
