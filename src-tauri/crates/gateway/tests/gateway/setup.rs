//! The first set-up: by the code that was shown, once, by one of many, and what it says of the site holds.
//!
//! Planted once and seen red: nobody held back while the first is made; a code that still opens once there is an operator; guesses without
//! a wait (`set_up.rs`); one wait for all who guess, and for the gateway's own window too (`setup_code.rs`); the file's settings stored over, a
//! start refused for what is stored, a zone in another spelling taken for another (`stored.rs`); the default taken for the currency that
//! money moved in (`change_settings.rs`); what was said stored and not held, and what was read before it was said held over it
//! (`standing.rs`).

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::http::Method;
use domain::operator::Role;
use gateway::Gateway;
use gateway::ops::create_operator::create_operator;
use gateway::settings::{Listen, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Postgres, Program};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

use crate::desk::text;
use crate::house::{self, Answer, PASSWORD};
use crate::site;

/// A gateway on a database without an operator.
struct Empty {
    gateway: Gateway,
    folder: TempDir,
}

impl Empty {
    async fn new() -> Self {
        Self::with("", None).await
    }

    /// With a settings file, and a database of its own.
    async fn with(toml: &str, database: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let gateway = start(folder.path(), toml, database).await;
        Self { gateway, folder }
    }

    /// With a door to the network.
    async fn open() -> Self {
        Self::with("listen = \"127.0.0.1:0\"\n", None).await
    }

    /// As somebody elsewhere in the network would: the status, and the answer as it came.
    async fn set_up_from(&self, source: &str, body: &Value) -> (u16, String) {
        let door = self.gateway.http.expect("the door is open");
        let socket = TcpSocket::new_v4().expect("a socket");
        let source = source.parse().expect("an address");
        socket
            .bind(SocketAddr::new(source, 0))
            .expect("loopback is all of 127");
        let mut stream = socket.connect(door).await.expect("the door is open");
        let body = body.to_string();
        let head = format!(
            "POST /api/setup HTTP/1.1\r\nHost: {door}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let sent = stream.write_all(format!("{head}{body}").as_bytes()).await;
        sent.expect("it is taken");
        let mut told = String::new();
        let read = stream.read_to_string(&mut told).await;
        read.expect("an answer of text");
        let status = told.split(' ').nth(1).and_then(|word| word.parse().ok());
        (status.expect("a status"), told)
    }

    fn code(&self) -> String {
        let code = self.gateway.setup.as_ref();
        code.expect("there is something to set up").printed()
    }

    async fn ask(&self, method: Method, path: &str, token: Option<&str>, body: Value) -> Answer {
        let body = (method != Method::GET).then_some(body);
        house::ask(&self.gateway.router, method, path, token, body).await
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Value {
        let told = self.ask(Method::GET, path, token, Value::Null).await;
        assert_eq!(told.status, 200, "{path}: {}", told.body);
        told.body
    }

    async fn set_up(&self, body: Value) -> Answer {
        self.ask(Method::POST, "/api/setup", None, body).await
    }
}

/// Starts one on a folder, with the text of a settings file.
async fn start(folder: &Path, toml: &str, database: Option<String>) -> Gateway {
    let file = folder.join("forecourt.toml");
    std::fs::write(&file, toml).expect("a temporary file can be written");
    let mut settings = Settings::load(Some(&file), json!({})).expect("a file that reads");
    if !toml.contains("listen") {
        settings.listen = Listen::Off;
    }
    let settings = Settings {
        ocpp_listen: ([127, 0, 0, 1], 0).into(),
        data_dir: Some(folder.join("data")),
        database_url: database,
        ..settings
    };
    Gateway::start(settings)
        .await
        .expect("a fresh gateway starts")
}

fn first(code: &str) -> Value {
    json!({
        "code": code,
        "site": { "name": "Hafen", "currency": "INR", "taxPercent": "18", "timeZone": "Asia/Kolkata" },
        "operator": { "email": "First@example.org", "password": PASSWORD },
    })
}

#[tokio::test]
async fn a_site_is_set_up_once_by_the_code_that_was_shown_and_what_is_said_holds() {
    let site = Empty::new().await;
    let code = site.code();
    assert_eq!(site.get("/api/setup", None).await["needed"], true);
    let told = site
        .set_up(first(&code.to_lowercase().replace('-', " ")))
        .await;
    assert_eq!(told.status, 201, "{}", told.body);
    let token = told.body["token"].as_str().expect("signed in").to_owned();
    assert_eq!(
        (&told.body["user"]["role"], &told.body["user"]["email"]),
        (&json!("admin"), &json!("first@example.org"))
    );
    let known = site.get("/api/setup", None).await;
    assert_eq!(known["needed"], false);
    let said = json!({ "name": "Hafen", "currency": "INR", "taxPercent": "18.0", "timeZone": "Asia/Kolkata",
        "language": "en", "helpline": null, "version": known["site"]["version"] });
    assert_eq!(site.get("/api/user/site", None).await, said);
    // It is what the site works by, not only what it says.
    let station = site
        .ask(
            Method::POST,
            "/api/cms/stations",
            Some(&token),
            json!({ "name": "One" }),
        )
        .await;
    assert_eq!(station.body["timeZone"], "Asia/Kolkata");
    let driver = json!({ "email": "driver@example.org", "password": PASSWORD });
    let driver = site
        .ask(Method::POST, "/api/user/auth/register", None, driver)
        .await;
    let driver = driver.body["token"]
        .as_str()
        .expect("registered")
        .to_owned();
    let purse = site.get("/api/user/wallet/balance", Some(&driver)).await;
    assert_eq!(
        purse["balance"],
        json!({ "amount": "0.00", "currency": "INR" })
    );

    let again = site.set_up(first(&code)).await;
    assert_eq!((again.status.as_u16(), again.code()), (410, "setup.done"));
    let login = json!({ "email": "first@example.org", "password": PASSWORD });
    let login = site
        .ask(Method::POST, "/api/cms/auth/login", None, login)
        .await;
    assert_eq!(login.status, 200, "the password that was chosen");

    let Empty { gateway, folder } = site;
    gateway.stop().await;
    drop(gateway);
    let gateway = start(folder.path(), "", None).await;
    assert!(
        gateway.setup.is_none(),
        "no code is made where there is an operator"
    );
    let after = Empty { gateway, folder };
    assert_eq!(
        after.get("/api/user/site", None).await,
        said,
        "it outlives a restart"
    );
    let again = after.set_up(first(&code)).await;
    assert_eq!((again.status.as_u16(), again.code()), (410, "setup.done"));
    after.gateway.stop().await;
}

#[tokio::test]
async fn what_does_not_do_is_named_and_nothing_is_set_up() {
    let site = Empty::new().await;
    let code = site.code();
    for (pointer, place, bad) in [
        ("/code", "/code", json!("0000-0000-0000-0000")),
        ("/code", "/code", json!(7)),
        ("/site/currency", "/site/currency", json!("XXY")),
        ("/site/taxPercent", "/site/taxPercent", json!("101")),
        ("/site/timeZone", "/site/timeZone", json!("Mars/Base")),
        ("/site/name", "/site/name", json!("")),
        ("/site/name", "/site/name", json!("n".repeat(61))),
        ("/operator/email", "/operator/email", json!("nobody")),
        ("/operator/password", "/operator/password", json!("short")),
        (
            "/operator/password",
            "/operator/password",
            json!("password1234"),
        ),
        ("/operator", "/operator", Value::Null),
        (
            "/site/more",
            "/site",
            json!({ "name": "H", "currency": "EUR", "taxPercent": "0", "timeZone": "UTC", "more": 1 }),
        ),
    ] {
        let mut body = first(&code);
        *body.pointer_mut(place).expect("a field of the body") = bad.clone();
        let told = site.set_up(body).await;
        assert_eq!(told.status, 422, "{place} {bad}: {}", told.body);
        assert_eq!(
            told.body["errors"][0]["pointer"], pointer,
            "{bad}: {}",
            told.body
        );
    }
    assert_eq!(site.get("/api/setup", None).await["needed"], true);
    assert_eq!(site.get("/api/user/site", None).await["currency"], "EUR");
    site.gateway.stop().await;
}

#[tokio::test]
async fn whoever_guesses_the_code_waits_and_keeps_nobody_else_out() {
    let site = Empty::open().await;
    let wrong = first("0000-0000-0000-0000");
    let mut waits = None;
    for guess in 0..20 {
        let (status, told) = site.set_up_from("127.0.0.2", &wrong).await;
        if status == 429 {
            waits = Some((guess, told));
            break;
        }
        assert!(told.contains("wrong_code"), "{told}");
    }
    let (guess, told) = waits.expect("twenty guesses are too many");
    assert!((5..=10).contains(&guess), "after {guess}");
    assert!(told.contains("auth.too_many_attempts"), "{told}");
    assert!(told.to_lowercase().contains("retry-after:"), "{told}");
    let right = first(&site.code());
    let (status, told) = site.set_up_from("127.0.0.2", &right).await;
    assert_eq!(status, 429, "the right one waits as well: {told}");
    // Strangers from many places; and the gateway's own window, whatever is typed there.
    for number in 0..60 {
        let source = format!("127.0.1.{number}");
        site.set_up_from(&source, &wrong).await;
        assert_eq!(site.set_up(wrong.clone()).await.status, 422, "{number}");
    }
    let (status, told) = site.set_up_from("127.0.0.3", &right).await;
    assert_eq!(status, 201, "{told}");
    site.gateway.stop().await;
}

#[tokio::test]
async fn of_many_who_come_at_once_one_is_the_first_on_sqlite() {
    one_of_many(Empty::new().await).await;
}

#[tokio::test]
async fn of_many_who_come_at_once_one_is_the_first_on_postgresql() {
    let server = Postgres::start().await;
    one_of_many(Empty::with("", Some(server.database_url("setup").await)).await).await;
}

async fn one_of_many(site: Empty) {
    let code = site.code();
    let ask = |number: usize| {
        let mut body = first(&code);
        body["operator"]["email"] = json!(format!("n{number}@example.org"));
        body["site"]["name"] = json!(format!("N{number}"));
        site.set_up(body)
    };
    let told = futures_util::future::join_all((0..8).map(ask)).await;
    let status = |wanted: u16| told.iter().filter(|one| one.status == wanted).count();
    assert_eq!(
        (status(201), status(410)),
        (1, 7),
        "one is the first, the others are told"
    );
    let winner = told.iter().position(|one| one.status == 201);
    let name = format!("N{}", winner.expect("there is one"));
    assert_eq!(
        site.get("/api/user/site", None).await["name"],
        name,
        "and its word holds"
    );
    let token = told.iter().find_map(|one| one.body["token"].as_str());
    let users = site.get("/api/cms/users", token).await;
    assert_eq!(users["total"], 1, "no other operator was made");
    site.gateway.stop().await;
}

#[tokio::test]
async fn the_code_is_dead_once_an_operator_is_there_however_it_was_made() {
    let site = Empty::new().await;
    let code = site.code();
    // As `admin create-operator` does, beside the running gateway.
    create_operator(
        &site.gateway.core,
        "by@hand.example",
        Role::Viewer,
        PASSWORD.to_owned(),
    )
    .await
    .expect("the first operator");
    let told = site.set_up(first(&code)).await;
    assert_eq!((told.status.as_u16(), told.code()), (410, "setup.done"));
    assert_eq!(site.get("/api/setup", None).await["needed"], false);
    site.gateway.stop().await;
}

#[tokio::test]
async fn what_the_file_names_is_the_files() {
    let site = Empty::with("[site]\ncurrency = \"CHF\"\ntax_percent = 18\n", None).await;
    let state = site.get("/api/setup", None).await;
    assert_eq!(state["fixed"], json!(["site.currency", "site.tax_percent"]));
    assert_eq!(state["site"]["currency"], "CHF");
    let mut body = first(&site.code());
    let told = site.set_up(body.clone()).await;
    assert_eq!(
        (
            &told.body["errors"][0]["pointer"],
            &told.body["errors"][0]["code"]
        ),
        (&json!("/site/currency"), &json!("set_elsewhere")),
        "{}",
        told.body
    );
    body["site"]["currency"] = json!("CHF");
    let told = site.set_up(body).await;
    assert_eq!(
        told.status, 201,
        "the same again is no change: {}",
        told.body
    );
    let known = site.get("/api/user/site", None).await;
    assert_eq!(
        (&known["currency"], &known["name"]),
        (&json!("CHF"), &json!("Hafen"))
    );
    site.gateway.stop().await;
}

#[tokio::test]
async fn what_the_file_writes_in_its_own_way_is_the_same_all_the_same() {
    let toml = "[site]\nname = \" Hafen \"\ntime_zone = \"asia/kolkata\"\ntax_percent = 18\ncurrency = \"INR\"\n";
    let site = Empty::with(toml, None).await;
    let state = site.get("/api/setup", None).await;
    assert_eq!(
        (&state["site"]["name"], &state["site"]["timeZone"]),
        (&json!("Hafen"), &json!("Asia/Kolkata"))
    );
    let told = site.set_up(first(&site.code())).await;
    assert_eq!(told.status, 201, "{}", told.body);
    site.gateway.stop().await;
}

/// A site that was set up in yen, under a file that says cents since.
#[tokio::test]
async fn a_gateway_starts_whatever_is_stored_and_tells_what_of_it_does_not_hold() {
    let site = Empty::new().await;
    let mut body = first(&site.code());
    body["site"]["currency"] = json!("JPY");
    let told = site.set_up(body).await;
    let token = text(&told.body["token"]);
    let yen =
        json!({ "name": "Fair", "amount": { "amount": "500", "currency": "JPY" }, "count": 1 });
    let made = site
        .ask(Method::POST, "/api/cms/prepaid-codes", Some(&token), yen)
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let Empty { gateway, folder } = site;
    gateway.stop().await;
    drop(gateway);
    let misfits = async |gateway: Gateway, expect: Value| {
        let site = Empty {
            gateway,
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
        };
        let shown = site.get("/api/cms/settings", Some(&token)).await;
        assert_eq!(shown["misfits"], expect);
        let open = testkit::wait_until(Duration::from_secs(10), async || {
            let page = site.get("/api/cms/alerts?status=open", Some(&token)).await;
            (page["total"] == expect.as_array().map_or(0, Vec::len)).then_some(())
        });
        open.await.expect("an alert for each, and no other");
        // Whoever has money in yen has it in euros by nobody's word; all else can be changed.
        for (field, value, status) in [("currency", "EUR", 409), ("name", "Hafen", 200)] {
            let body = json!({ "site": { field: value } });
            let told = site
                .ask(Method::PUT, "/api/cms/settings", Some(&token), body)
                .await;
            assert_eq!(told.status, status, "{field}: {}", told.body);
        }
        site.gateway.stop().await;
        shown
    };
    let toml = "[wallet]\nhold = \"7.50\"\n";
    let shown = misfits(
        start(folder.path(), toml, None).await,
        json!(["site.currency"]),
    )
    .await;
    assert_eq!(
        (&shown["site"]["currency"], &shown["site"]["name"]),
        (&json!("EUR"), &json!("Hafen")),
        "the default of what does not hold, and the rest of what is stored"
    );
    let shown = misfits(start(folder.path(), "", None).await, json!([])).await;
    assert_eq!(
        shown["site"]["currency"], "JPY",
        "nothing of it was forgotten"
    );
}

/// The real program: the code is on its standard error, once, and in no file.
#[tokio::test]
async fn the_code_is_shown_once_and_written_down_nowhere() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().to_str().expect("UTF-8").to_owned();
    let words = site::serve(&data);
    let start = async || Program::start(Path::new(words[0]), &words[1..], &[]).await;
    let mut program = start().await;
    let said = program.logs();
    let shown = |line: &&str| line.starts_with("first set-up:");
    let lines: Vec<&str> = said.lines().filter(shown).collect();
    assert_eq!(lines.len(), 1, "shown once: {said}");
    let code = lines[0]
        .split_whitespace()
        .find(|word| word.trim_end_matches(';').len() == 19 && word.matches('-').count() == 3)
        .expect("a code in four groups")
        .trim_end_matches(';')
        .to_owned();
    let http = program.http().to_owned();
    let (status, told) = site::post(&http, "/api/setup", &first(&code));
    assert_eq!(status, 201, "{told}");
    let plain = code.replace('-', "");
    for entry in std::fs::read_dir(&data).expect("the data folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        let has = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        assert!(
            !has(&code) && !has(&plain),
            "{} has the code",
            path.display()
        );
    }
    program.terminate().await;
    let again = start().await;
    assert!(
        !again.logs().contains("first set-up:"),
        "there is nothing to set up any more"
    );
}
