//! Whether a secret is written down anywhere: every key and password that went through the gateway is looked for in its
//! logs, its database and its backups (SEC-04). Which bugs it was seen red on: see `keys`.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Program, wait_until};

use super::{EMAIL, PASSWORD, SEEN, comes_in, connected, sign_in, sign_up, text};
use crate::site;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_key_and_no_password_is_written_down_anywhere() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let registered = site::register(&data);
    sign_up(&data, PASSWORD);
    let shown = data.display().to_string();
    let mut words = site::serve(&shown);
    words.extend(["--log-level", "debug"]);
    let mut gateway = Program::start(Path::new(words[0]), &words[1..], &[]).await;
    let (http, url) = (gateway.http().to_owned(), gateway.ocpp().to_owned());

    let mut canaries = people(&http);
    canaries.push(registered.clone());
    let token = canaries[0].clone();
    canaries.extend(chargers(&http, &url, &token, &registered).await);
    let backup = folder.path().join("copy.db");
    let named = backup.display().to_string();
    site::done(&data, &["backup", &named], "");
    assert_eq!(gateway.terminate().await, 0);

    canaries.sort_unstable();
    canaries.dedup();
    println!("{} canaries", canaries.len());
    assert!(canaries.len() >= 20, "{}", canaries.len());
    let mut places = vec![
        ("the log".to_owned(), gateway.logs().into_bytes()),
        ("what it prints".to_owned(), gateway.stdout().into_bytes()),
        (
            "a backup".to_owned(),
            std::fs::read(&backup).expect("there"),
        ),
    ];
    read_all(&data, &mut places);
    let names: Vec<&str> = places.iter().map(|(name, _)| &**name).collect();
    assert!(
        names.iter().any(|name| std::path::Path::new(name)
            .extension()
            .is_some_and(|end| end == "db")),
        "{names:?}"
    );
    assert!(gateway.logs().len() > 2_000, "the log says much");
    let mut found = Vec::new();
    for (name, bytes) in &places {
        for canary in &canaries {
            if spellings(canary).iter().any(|way| holds(bytes, way)) {
                found.push(format!("{canary} in {name}"));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
    // The search itself: what is meant to be there is found by it.
    let database = places
        .iter()
        .find(|(name, _)| name.ends_with("forecourt.db"));
    let (_, database) = database.expect("the database is among them");
    assert!(holds(database, EMAIL.as_bytes()) && holds(database, b"AuthorizationKey"));
}

/// People sign up, in, wrongly, and change their passwords. The first is the desk's token.
fn people(http: &str) -> Vec<String> {
    let token = sign_in(http, PASSWORD);
    let wrong = "canary-2 of twenty birds".to_owned();
    let body = json!({ "email": EMAIL, "password": wrong });
    assert_eq!(site::post(http, "/api/cms/auth/login", &body).0, 401);
    let first = "canary-3 of twenty birds".to_owned();
    let body = json!({ "email": "driver@example.org", "password": first });
    let (status, driver) = site::post(http, "/api/user/auth/register", &body);
    assert_eq!(status, 201, "{driver}");
    let misplaced = "canary-4 of twenty birds".to_owned();
    let body = json!({ "email": "driver@example.org", "passwort": misplaced });
    assert!(site::post(http, "/api/user/auth/login", &body).0 >= 400);
    let user = "canary-5 of twenty birds".to_owned();
    let body =
        json!({ "email": "two@example.org", "name": "Two", "role": "viewer", "password": user });
    let (status, told) = site::post_as(http, &token, "/api/cms/users", &body);
    assert_eq!(status, 201, "{told}");
    let broken = "canary-6 of twenty birds".to_owned();
    let half = format!("{{\"email\":\"x\",\"password\":\"{broken}");
    assert_eq!(site::post_text(http, "/api/cms/auth/login", &half).0, 400);
    vec![
        token,
        PASSWORD.to_owned(),
        wrong,
        first,
        text(&driver["token"]),
        misplaced,
        user,
        broken,
    ]
}

/// Chargers are given keys in every way there is, and tell theirs in every way they may.
async fn chargers(http: &str, url: &str, token: &str, registered: &str) -> Vec<String> {
    let mut canaries = Vec::new();
    let (_, points) = site::get_as(http, token, "/api/cms/charging-points");
    let point = points["items"][0].clone();
    let chosen = "canary-chosen-key".to_owned();
    let body = json!({ "identity": "CP-2", "stationId": point["stationId"], "password": chosen });
    let (status, told) = site::post_as(http, token, "/api/cms/charging-points", &body);
    assert_eq!(status, 201, "{told}");
    assert!(comes_in(url, "CP-2", &chosen).await);
    canaries.push(chosen);
    let wrong = "ab".repeat(20);
    assert!(!comes_in(url, site::IDENTITY, &wrong).await);
    canaries.push(wrong);

    let id = text(&point["id"]);
    let path = format!("/api/cms/charging-points/{id}/rotate-key");
    let mut charger = connected(url, site::IDENTITY, registered).await;
    let ask = |path: &str, body: Value| {
        let (http, token, path) = (http.to_owned(), token.to_owned(), path.to_owned());
        tokio::task::spawn_blocking(move || site::post_as(&http, &token, &path, &body))
    };
    for answer in ["Accepted", "Rejected", "echo"] {
        let asked = ask(&path, json!({}));
        let (call, _, payload) = charger.next_call().await;
        let key = text(&payload["value"]);
        if answer == "echo" {
            let words = format!("cannot store {key} now");
            let frame = json!([4, call, "InternalError", words, { "AuthorizationKey": key }]);
            charger.send(&frame.to_string()).await;
        } else {
            charger.answer(&call, json!({ "status": answer })).await;
        }
        asked.await.expect("it is asked");
        canaries.push(key);
    }
    let typed = "0f".repeat(20);
    let body = json!({ "chargePointId": id, "key": "AuthorizationKey", "value": typed });
    let told = ask("/api/charger/change-configuration", body).await;
    assert_eq!(told.expect("it is asked").0, 422);
    canaries.push(typed);
    let (own, wifi) = ("1e".repeat(20), "canary-of-the-wifi".to_owned());
    let asked = ask(
        "/api/charger/get-configuration",
        json!({ "chargePointId": id }),
    );
    let (call, ..) = charger.next_call().await;
    let list = json!([{ "key": "AuthorizationKey", "readonly": false, "value": own },
        { "key": "WifiPassword", "readonly": false, "value": wifi }]);
    charger
        .answer(&call, json!({ "configurationKey": list }))
        .await;
    asked.await.expect("it is asked");
    canaries.extend([own, wifi]);
    let (said, unread) = (
        "canary-in-a-frame".to_owned(),
        "canary-in-a-half-frame".to_owned(),
    );
    let data = json!({ "vendorId": "V", "messageId": "m", "password": said, "data": "x" });
    charger.call("DataTransfer", data).await;
    charger
        .send(&format!(
            "[2,\"9\",\"Heartbeat\",{{\"password\":\"{unread}\""
        ))
        .await;
    canaries.extend([said, unread]);
    // What came last is in the message log last.
    let logged = wait_until(SEEN, async || {
        let path = format!("/api/cms/ocpp-messages?chargePointId={id}&limit=100");
        let (_, log) = site::get_as(http, token, &path);
        let items = log["items"].as_array()?;
        let all = items
            .iter()
            .any(|item| item["error"]["code"] == "unreadable");
        all.then_some(items.len())
    });
    println!("{} frames logged", logged.await.expect("they are logged"));
    let body = json!({ "identity": "CP-3", "stationId": point["stationId"] });
    let (_, made) = site::post_as(http, token, "/api/cms/charging-points", &body);
    let path = format!("/api/cms/charging-points/{}/rotate-key", text(&made["id"]));
    let (_, told) = site::post_as(http, token, &path, &json!({}));
    assert_eq!(told["applied"], "manual", "{told}");
    canaries.extend([text(&made["password"]), text(&told["password"])]);
    canaries
}

/// A secret as it is, as the bytes it stands for, and as a header carries it.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let mut ways = vec![secret.as_bytes().to_vec()];
    ways.extend(hex::decode(secret).ok().filter(|bytes| bytes.len() > 8));
    let header = STANDARD.encode(format!("{}:{secret}", site::IDENTITY));
    ways.push(header.into_bytes());
    ways
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn read_all(folder: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            read_all(&path, into);
        } else if std::fs::metadata(&path).is_ok_and(|about| about.len() < 60_000_000) {
            // The reserve for a full disk holds nothing.
            let bytes = std::fs::read(&path).expect("it can be read");
            into.push((path.display().to_string(), bytes));
        }
    }
}
