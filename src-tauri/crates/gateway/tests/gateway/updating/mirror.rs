//! A gateway that offers on what it fetched.

use std::sync::Arc;

use axum::http::Method;
use domain::operator::Role;
use gateway::Gateway;
use gateway::settings::{Listen, Settings, Updates};
use gateway::updating::feed::{Plain, Source};
use gateway::updating::{Home, Keeper, Order, State};
use semver::Version;
use testkit::{ReleaseServer, Signer, wait_until};
use tokio_util::sync::CancellationToken;
use updates::keys::Keys;
use updates::offer::Kind;

use super::{Machine, PACKAGE, PATIENCE, any_hour};
use crate::desk::Desk;
use crate::house::{self, House};

#[tokio::test]
async fn a_mirror_offers_on_what_it_fetched_and_the_site_needs_no_internet() {
    let data = tempfile::tempdir().expect("a temporary folder can be made");
    let server = ReleaseServer::start().await;
    let signer = Signer::new();
    let mirror = Gateway::start(Settings {
        listen: Listen::On(([127, 0, 0, 1], 0).into()),
        ocpp_listen: ([127, 0, 0, 1], 0).into(),
        data_dir: Some(data.path().to_owned()),
        updates: Updates {
            feed: Some(server.url("/latest.json")),
            mirror: true,
            ..Updates::default()
        },
        ..Settings::default()
    })
    .await
    .expect("a fresh gateway starts");
    // It runs the newest itself: it fetches for the others.
    let home = Home {
        version: Version::new(0, 3, 0),
        kind: Kind::here().expect("these tests run where packages are made"),
        keys: Keys::read(&signer.key()).expect("a key"),
    };
    let stopping = CancellationToken::new();
    let settings = mirror.core.rules().settings().updates.clone();
    let source = Source::of(&settings, &home).expect("a feed");
    let updating = Arc::clone(&mirror.updating);
    let keeper = Keeper::new(
        mirror.core.clone(),
        Arc::clone(&updating),
        source.expect("there is one"),
        Arc::new(Plain),
        data.path(),
    );
    tokio::spawn(keeper.expect("nobody else does").run(stopping.clone()));
    let begun = async || (updating.state() != State::Off).then_some(());
    wait_until(PATIENCE, begun).await.expect("it begins");
    server.release(&signer, "0.3.0", PACKAGE);
    assert!(updating.order(Order::Check).await);
    let kept = data.path().join("fetched/latest.json");
    let there = async || kept.exists().then_some(());
    wait_until(PATIENCE, there).await.expect("it is fetched");
    // Another machine asks the mirror, and nobody else.
    let address = mirror.http.expect("its door is open");
    let feed = "/updates/{{target}}/{{arch}}/{{current_version}}";
    let settings = Updates {
        feed: Some(format!("http://{address}{feed}")),
        ..Updates::default()
    };
    let asked = server.asked().len();
    for (version, offered) in [("0.2.0", true), ("0.3.0", false), ("0.4.0", false)] {
        let home = Home {
            version: Version::parse(version).expect("a version"),
            ..home.clone()
        };
        let source = Source::of(&settings, &home).expect("a feed");
        let told = source.expect("there is one").ask().await;
        assert_eq!(told.expect("it answers").is_some(), offered, "{version}");
    }
    let house = House::with(|all| {
        all.updates = Updates {
            quiet_hours: any_hour(),
            ..settings
        };
    })
    .await;
    let token = house.token_of(Role::Admin).await;
    let kiosk = Machine {
        desk: Desk { house, token },
        data: tempfile::tempdir().expect("a temporary folder can be made"),
        server,
        signer,
        stopping: stopping.clone(),
    };
    kiosk.start("0.2.0", Arc::clone(&kiosk.gateway().updating));
    kiosk.shows("current").await;
    kiosk.check().await;
    kiosk.shows("installing").await;
    let there = async || kiosk.laid("latest.json").exists().then_some(());
    wait_until(PATIENCE, there).await.expect("it is laid");
    assert_eq!(kiosk.server.asked().len(), asked, "the site's own, alone");
    // What lies beside it is nobody's.
    for path in [
        "/updates/packages/note.json",
        "/updates/packages/..%2Fforecourt.db",
    ] {
        let told = house::ask(&mirror.router, Method::GET, path, None, None).await;
        assert_eq!(told.status, 404, "{path}");
    }
    mirror.stop().await;
}
