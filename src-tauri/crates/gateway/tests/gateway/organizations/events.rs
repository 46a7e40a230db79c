//! A socket of a user of one organisation hears what is its own and nothing else: pushed, caught up, and when a station
//! changes hands. One of the whole site hears both, so that a silence is one.
//!
//! Planted once and seen red: catching up without asking whose it was (`subscribe.rs`); a station that was given away and
//! is still heard (`places.rs`); a change of hands that is caught up across (`hub.rs`).

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use testkit::SocketIoProbe;
use tokio::sync::Mutex;

use super::{Side, Town};

/// All rooms of the desk.
const CMS: [&str; 9] = [
    "cms",
    "cms:dashboard",
    "cms:stations",
    "cms:points",
    "cms:sessions",
    "cms:customers",
    "cms:tariffs",
    "cms:alerts",
    "cms:system",
];

/// The rooms of what one organisation has.
fn rooms_of(side: &Side) -> Vec<String> {
    vec![
        format!("station:{}", side.station),
        format!("charger:{}", side.point),
        format!("session:{}", side.running),
        format!("session:{}", side.over),
    ]
}

/// A socket in every room it could join.
struct Ear {
    probe: SocketIoProbe,
    heard: Vec<Value>,
}

impl Ear {
    async fn new(town: &Town, token: &str, sides: &[&Side]) -> Self {
        let http = town.house.gateway.http.expect("the door is open");
        let probe = SocketIoProbe::connect(&format!("http://{http}"), Some(token)).await;
        let ear = Self {
            probe: probe.expect("it is signed in"),
            heard: Vec::new(),
        };
        let mut rooms: Vec<String> = CMS.map(str::to_owned).to_vec();
        rooms.extend(sides.iter().flat_map(|side| rooms_of(side)));
        let joined = ear.ask(&rooms).await;
        assert_eq!(joined["ok"], true, "{joined}");
        ear
    }

    async fn ask(&self, rooms: &[String]) -> Value {
        self.probe
            .emit("subscribe", json!({ "rooms": rooms }))
            .await
    }

    /// Listens until the stream stands here, and gives what was heard meanwhile.
    async fn listen(&mut self, seq: i64) -> String {
        self.heard.clear();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.probe.next()).await;
            let pushed = next.expect("it ticks").expect("it is open").json();
            if pushed["type"] == "live.tick" && pushed["seq"].as_i64() >= Some(seq) {
                return json!(self.heard).to_string();
            }
            if pushed["type"] != "live.tick" {
                self.heard.push(pushed);
            }
        }
    }

    fn heard(&self, name: &str) -> usize {
        self.heard.iter().filter(|one| one["type"] == name).count()
    }
}

/// What `GET /api/live` gives of every room of the desk and of these.
async fn caught_up(town: &Town, token: &str, since: i64, sides: &[&Side]) -> String {
    let stream = town.house.gateway.hub.head().stream;
    let mut rooms: Vec<String> = CMS.map(str::to_owned).to_vec();
    rooms.extend(sides.iter().flat_map(|side| rooms_of(side)));
    let path = format!(
        "/api/live?after={since}&stream={stream}&rooms={}",
        rooms.join(",")
    );
    town.ask(Method::GET, &path, token, json!({}), 200)
        .await
        .text
}

/// What happens at both, and what only admins of the whole site do.
async fn stir(town: &Town, round: i64) -> i64 {
    for side in [&town.beta, &town.alpha] {
        side.stir(&town.house, round).await;
        let path = format!("/api/cms/stations/{}", side.station);
        let body = json!({ "helpline": format!("{} {round}", side.mark) });
        town.ask(Method::PUT, &path, &town.boss, body, 200).await;
        let path = format!("/api/cms/tariffs/{}", side.tariff);
        let body = json!({ "name": format!("{} TARIFF {round}", side.mark) });
        town.ask(Method::PUT, &path, &town.boss, body, 200).await;
        let path = format!("/api/cms/customers/{}", side.customer);
        let body = json!({ "name": format!("{} DRIVER {round}", side.mark) });
        town.ask(Method::PUT, &path, &town.boss, body, 200).await;
    }
    town.house.drained().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_hears_its_own_organisation_in_every_room_and_no_other() {
    let town = Town::new().await;
    let (alpha, beta) = (&town.alpha, &town.beta);
    let since = town.house.drained().await;
    let mut own = Ear::new(&town, &alpha.admin, &[alpha]).await;
    let mut whole = Ear::new(&town, &town.boss, &[alpha, beta]).await;
    for room in rooms_of(beta)
        .into_iter()
        .chain([format!("customer:{}", alpha.customer)])
    {
        let told = own
            .ask(&[format!("station:{}", alpha.station), room.clone()])
            .await;
        assert_eq!(told["code"], "live.room_refused", "{room}: {told}");
    }
    let seq = stir(&town, 1).await;
    let (of_own, of_all) = (own.listen(seq).await, whole.listen(seq).await);
    assert_eq!(beta.hits(&of_own), Vec::<String>::new(), "{of_own}");
    assert!(!beta.hits(&of_all).is_empty(), "the whole site hears it");
    for (name, hears) in [
        ("charging.started", true),
        ("charging.stopped", true),
        ("meter.values", true),
        ("cost.updated", true),
        ("revenue.updated", true),
        ("alert.raised", true),
        ("cms.station.updated", true),
        ("connector.status.changed", true),
        ("cms.tariff.updated", false),
        ("cms.customer.updated", false),
        ("live.gap", false),
    ] {
        assert_eq!(own.heard(name) > 0, hears, "{name}: {of_own}");
    }
    let late = caught_up(&town, &alpha.admin, since, &[alpha]).await;
    assert_eq!(beta.hits(&late), Vec::<String>::new(), "{late}");
    assert!(late.contains("charging.stopped") && !alpha.hits(&late).is_empty());
    assert!(
        !beta
            .hits(&caught_up(&town, &town.boss, since, &[alpha, beta]).await)
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_station_that_is_given_away_is_heard_by_its_new_owner_alone_from_that_moment() {
    let town = Arc::new(Town::new().await);
    let (alpha, beta) = (&town.alpha, &town.beta);
    let since = town.house.drained().await;
    let mut old = Ear::new(&town, &alpha.admin, &[alpha]).await;
    let mut new = Ear::new(&town, &beta.admin, &[beta]).await;
    // Something happens all the time, from before the change to after it.
    let over = Arc::new(Mutex::new(false));
    let busy = {
        let (town, over) = (Arc::clone(&town), Arc::clone(&over));
        tokio::spawn(async move {
            let mut round = 10;
            while !*over.lock().await {
                town.alpha.stir(&town.house, round).await;
                round += 1;
            }
        })
    };
    let path = format!("/api/cms/stations/{}", alpha.station);
    let given = json!({ "organizationId": beta.organization, "name": "GIVEN AWAY" });
    town.ask(Method::PUT, &path, &town.boss, given, 200).await;
    let moved = town.house.gateway.hub.head().seq;
    *over.lock().await = true;
    busy.await.expect("it stirs to the end");
    alpha.stir(&town.house, 5_000).await;
    let seq = town.house.drained().await;
    let _ = old.listen(seq).await;
    let _ = new.listen(seq).await;
    assert!(old.heard("live.gap") >= 1, "it loads its snapshots again");
    assert!(new.heard("live.gap") >= 1, "so does the other");
    let late: Vec<_> = old
        .heard
        .iter()
        .filter(|one| one["type"] != "live.gap" && one["seq"].as_i64() > Some(moved))
        .collect();
    assert_eq!(late, Vec::<&Value>::new(), "nothing of it after the answer");
    assert!(new.heard("charging.stopped") >= 1);
    let told = json!(old.heard).to_string();
    assert!(
        !told.contains("GIVEN AWAY"),
        "not even where it went: {told}"
    );
    // Who was away meanwhile knows what is no longer so: it does not catch up, it loads anew. From then on it does.
    for side in [alpha, beta] {
        let stream = town.house.gateway.hub.head().stream;
        let path = format!("/api/live?after={since}&stream={stream}&rooms=cms");
        let told = town
            .ask(Method::GET, &path, &side.admin, json!({}), 410)
            .await;
        assert_eq!(told.code(), "live.gap");
    }
    alpha.stir(&town.house, 5_001).await;
    town.house.drained().await;
    let told = caught_up(&town, &alpha.admin, seq, &[]).await;
    assert!(!told.contains(&alpha.point), "{told}");
    let told = caught_up(&town, &beta.admin, seq, &[beta, alpha]).await;
    assert!(told.contains(&alpha.point), "{told}");
    for room in rooms_of(alpha) {
        let told = old.ask(std::slice::from_ref(&room)).await;
        assert_eq!(told["code"], "live.room_refused", "{room}");
    }
    town.ask(Method::GET, &path, &alpha.admin, json!({}), 404)
        .await;
    town.ask(Method::GET, &path, &beta.admin, json!({}), 200)
        .await;
}
