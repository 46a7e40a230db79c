//! Fuzzed handshakes (SEC-01): whatever a stranger sends to the chargers' door, it is not upgraded, reaches no handler
//! and writes no row. The table of what is right and wrong is `handshake`'s.
//!
//! Planted once and seen red: any user name with the right key (`basic_auth.rs`).

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use testkit::Dice;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::time::timeout;

use super::running::Running;
use super::site::{KEY, OTHER_KEY};

/// Those who knock at the same time.
const AT_ONCE: u32 = 8;
const SOON: Duration = Duration::from_secs(10);

/// Counts the rows of every table, and digests what is known of the charge points. Looked at from outside.
const LOOK: &str = r#"
import hashlib, json, sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
seen = {n: db.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}
seen["charge points"] = hashlib.sha256(repr(db.execute("SELECT * FROM charge_point ORDER BY id").fetchall()).encode()).hexdigest()
print(json.dumps(seen, sort_keys=True))
"#;

fn look(database: &Path) -> String {
    let seen = Command::new(testkit::python::interpreter())
        .args(["-c", LOOK])
        .arg(database)
        .output()
        .expect("the interpreter is installed");
    let errors = String::from_utf8_lossy(&seen.stderr);
    assert!(seen.status.success(), "{errors}");
    String::from_utf8_lossy(&seen.stdout).into_owned()
}

const PATHS: &[&str] = &[
    "/ocpp/CP-0001",
    "/ocpp/CP-0001",
    "/ocpp/CP-0001",
    "/ocpp/CP-0001",
    "/ocpp/CP-0001",
    "/ocpp/CP-0002",
    "/ws/ocpp/16/CP-0001",
    "/ocpp/cp-0001",
    "/ocpp/CP-0001/",
    "/ocpp//CP-0001",
    "/ocpp/CP%2D0001",
    "/ocpp/CP-0001%00",
    "/ocpp/..%2FCP-0001",
    "/ocpp/../ocpp/CP-0001",
    "/ocpp/CP-0001?x=1",
    "/ocpp/%43P-0001",
    "/ocpp/CP-0001%0d%0aX:%20y",
    "/ocpp/",
    "/ocpp",
    "/",
    "/api/health",
    "/ocpp/%FF",
    "/ocpp/*",
    "/ocpp/CP-0001#x",
    "http://127.0.0.1/ocpp/CP-0001",
    "/ocpp/CP:0001",
    "/OCPP/CP-0001",
    "/ocpp/' OR 1=1--",
];

const METHODS: &[&str] = &[
    "GET", "GET", "GET", "GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT", "get", "G\0T",
];

/// What stands where a key would: never the right one for its name.
fn authorization(dice: &mut Dice) -> Option<Vec<u8>> {
    let basic = |bytes: &[u8]| Some(format!("Basic {}", STANDARD.encode(bytes)).into_bytes());
    let key = hex::decode(KEY).expect("keys are hex");
    let almost = {
        let mut almost = KEY.as_bytes().to_vec();
        let at = dice.roll(almost.len());
        almost[at] ^= 1 << dice.roll(3);
        almost
    };
    match dice.roll(20) {
        0 => None,
        1 => basic(b""),
        2 => basic(b"CP-0001"),
        3 => basic(b"CP-0001:"),
        4 => basic(b":"),
        5 => basic(format!("CP-0001:{OTHER_KEY}").as_bytes()),
        6 => basic(format!("cp-0001:{KEY}").as_bytes()),
        7 => basic(format!("CP-0001 :{KEY}").as_bytes()),
        8 => basic(format!("CP-0001:{KEY}{KEY}").as_bytes()),
        9 => basic(format!("CP-0001:{}", &KEY[1..]).as_bytes()),
        10 => basic(&[b"CP-0001:", &key[1..]].concat()),
        11 => basic(&[b"CP-0001:", &almost[..]].concat()),
        12 => basic(b"CP-0001:\xff\xfe\xfd"),
        13 => basic(&vec![b'A'; 1 + dice.roll(5_000)]),
        14 => Some(format!("Bearer {KEY}").into_bytes()),
        15 => Some(format!("Basic CP-0001:{KEY}").into_bytes()),
        16 => Some(b"Basic !!!".to_vec()),
        17 => Some(b"Basic".to_vec()),
        18 => Some([b"Basic ", &[0x80 | dice.byte(); 30][..]].concat()),
        _ => {
            let noise: Vec<u8> = (0..dice.roll(60)).map(|_| dice.byte()).collect();
            basic(&[b"CP-0001:", &noise[..]].concat())
        }
    }
}

/// A handshake of a stranger, mostly well formed.
fn handshake(dice: &mut Dice) -> Vec<u8> {
    let mut request = format!(
        "{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        dice.pick(METHODS),
        dice.pick(PATHS)
    )
    .into_bytes();
    // A second one now and then: only the first may count.
    for _ in 0..=usize::from(dice.once_in(8)) {
        if let Some(value) = authorization(dice) {
            request.extend([b"Authorization: ", &value[..], b"\r\n"].concat());
        }
    }
    for line in [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: ocpp1.6",
    ] {
        // Now and then without one, or with one twice.
        for _ in 0..usize::from(!dice.once_in(12)) + usize::from(dice.once_in(12)) {
            request.extend([line.as_bytes(), b"\r\n"].concat());
        }
    }
    if dice.once_in(10) {
        let (name, value) = *dice.pick(&[
            ("X-Forwarded-For", "127.0.0.1"),
            ("X-Real-IP", "::1"),
            ("Content-Length", "99"),
            ("Transfer-Encoding", "chunked"),
            ("X-HTTP-Method-Override", "GET"),
            ("Expect", "100-continue"),
            ("Host", "evil.example"),
            ("X-Identity", "CP-0001"),
        ]);
        request.extend(format!("{name}: {value}\r\n").bytes());
    }
    request.extend(b"\r\n");
    if dice.once_in(5) {
        for _ in 0..=dice.roll(4) {
            let at = dice.roll(request.len());
            match dice.roll(3) {
                0 => request[at] = dice.byte(),
                1 => drop(request.remove(at)),
                _ => request.insert(at, dice.byte()),
            }
        }
    }
    // What a charger would say if it were in.
    let boot = json!([2, "x", "BootNotification", { "chargePointVendor": "Evil", "chargePointModel": "Two" }]);
    request.extend(testkit::frame_mutator::text_frame(
        boot.to_string().as_bytes(),
        [1, 2, 3, 4],
    ));
    request
}

/// Knocks once and gives the answer's status, 0 where there was none.
async fn knock(door: SocketAddr, from: Ipv4Addr, request: &[u8]) -> u16 {
    let socket = TcpSocket::new_v4().expect("a socket can be made");
    socket.bind((from, 0).into()).expect("all of 127/8 is ours");
    let mut socket = socket.connect(door).await.expect("the door is open");
    // It may hang up half-way.
    let _ = socket.write_all(request).await;
    let mut answer = [0; 512];
    // A request that never ends is waited for by the gateway, not by us.
    let read = timeout(Duration::from_millis(300), socket.read(&mut answer)).await;
    let length = read.map_or(0, |read| read.unwrap_or(0));
    let head = String::from_utf8_lossy(&answer[..length]);
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_a_stranger_knocks_it_is_not_upgraded_and_leaves_no_trace_in_the_database() {
    let knocks = testkit::rounds(600, 10_000);
    let mut dice = Dice::thrown();
    let site = Running::start(2, &[("LIMITS__ACCEPTS_PER_SECOND", "10000")]).await;
    let door = site.program.ocpp();
    let door: SocketAddr = door["ws://".len()..door.len() - "/ocpp".len()]
        .parse()
        .expect("an address");
    let before = look(&site.database());
    let mut strangers = Vec::new();
    for stranger in 0..AT_ONCE {
        let mut dice = Dice::new(dice.bits());
        let lane = u8::try_from(stranger).expect("there are few");
        strangers.push(tokio::spawn(async move {
            let mut statuses = std::collections::BTreeMap::new();
            for number in 0..knocks / AT_ONCE {
                // An address is tried a few times only: whoever has to wait is not even asked for a key.
                let [.., high, low] = (number / 4).to_be_bytes();
                let request = handshake(&mut dice);
                let status = knock(
                    door,
                    Ipv4Addr::new(127, 10 + lane, high, low.max(1)),
                    &request,
                )
                .await;
                assert_ne!(
                    status,
                    101,
                    "it came in: {}",
                    String::from_utf8_lossy(&request)
                );
                *statuses.entry(status).or_insert(0) += 1;
            }
            statuses
        }));
    }
    let mut all = std::collections::BTreeMap::new();
    for stranger in strangers {
        for (status, count) in stranger.await.expect("no stranger comes in") {
            *all.entry(status).or_insert(0) += count;
        }
    }
    println!("{knocks} knocks were told {all:?}");
    assert!(
        all[&401] > knocks / 20,
        "many came as far as the key: {all:?}"
    );
    assert_eq!(look(&site.database()), before, "no row is written");
    site.has_not_panicked();
    // And the same look sees one who is let in.
    let mut charger = site.charger(1).await;
    let boot = json!({ "chargePointVendor": "Test", "chargePointModel": "One" });
    assert_eq!(charger.call("BootNotification", boot).await[0], 3);
    let seen = testkit::wait_until(SOON, async || {
        (look(&site.database()) != before).then_some(())
    });
    assert!(
        seen.await.is_some(),
        "a charger that boots is a row at least"
    );
}
