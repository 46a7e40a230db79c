//! A site registered by the real admin commands, for tests that run the real program on it. Not for what the
//! commands themselves answer: see `admin`.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

pub const IDENTITY: &str = "CP-1";
pub const CARD: &str = "04A1B27F2A";
pub const SECOND_CARD: &str = "04FFFFFFFF";
/// How many posts were asked: each has a key of its own.
static ASKED: AtomicU64 = AtomicU64::new(0);
const GATEWAY: &str = env!("CARGO_BIN_EXE_forecourt-gateway");

/// Runs an admin command to its end, with `input` on its standard input.
pub fn admin(data: &Path, words: &[&str], input: &str) -> Output {
    let mut command = Command::new(GATEWAY);
    let mut running = command
        .env_clear()
        .arg("admin")
        .args(words)
        .arg("--data-dir")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = running.stdin.take().expect("it is piped");
    // A command that reads nothing may have ended before this is written.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    running.wait_with_output().expect("it ends by itself")
}

/// The one JSON line of a command that must succeed.
pub fn done(data: &Path, words: &[&str], input: &str) -> Value {
    let output = admin(data, words, input);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.lines().count(), 1, "{words:?}: one line: {text}");
    serde_json::from_str(&text).expect("one JSON line")
}

/// A station, a charge point and two cards. The charge point's key.
pub fn register(data: &Path) -> String {
    done(data, &["add-station", "--name", "Test"], "");
    done(data, &["add-id-token", CARD], "");
    done(data, &["add-id-token", SECOND_CARD], "");
    let point = [
        "add-charge-point",
        IDENTITY,
        "--station",
        "Test",
        "--connectors",
        "2",
    ];
    let point = done(data, &point, "");
    point["password"]
        .as_str()
        .expect("a key was made")
        .to_owned()
}

/// The program's name and the words that run it on a data folder, on ports of its own.
pub fn serve(data: &str) -> Vec<&str> {
    let ports = ["--listen", "127.0.0.1:0", "--ocpp-listen", "127.0.0.1:0"];
    let mut words = vec![GATEWAY, "serve", "--data-dir", data];
    words.extend(ports);
    words
}

/// One GET of an address such as `http://127.0.0.1:8180`: the status, and the body where it is JSON.
pub fn get(http: &str, path: &str) -> (u16, Value) {
    let (status, body) = get_text(http, path, &[]);
    (status, serde_json::from_str(&body).unwrap_or_default())
}

/// The same with the body as text, and headers of the test's own.
pub fn get_text(http: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    ask(http, &format!("GET {path}"), headers, "")
}

/// One GET by somebody who is signed in.
pub fn get_as(http: &str, token: &str, path: &str) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let (status, body) = get_text(http, path, &[("Authorization", &*bearer)]);
    (status, serde_json::from_str(&body).unwrap_or_default())
}

/// One POST of JSON.
pub fn post(http: &str, path: &str, body: &Value) -> (u16, Value) {
    let json = ("Content-Type", "application/json");
    let (status, body) = ask(http, &format!("POST {path}"), &[json], &body.to_string());
    (status, serde_json::from_str(&body).unwrap_or_default())
}

/// One POST of what may be no JSON, said to be some.
pub fn post_text(http: &str, path: &str, body: &str) -> (u16, String) {
    let json = ("Content-Type", "application/json");
    ask(http, &format!("POST {path}"), &[json], body)
}

/// The same by somebody who is signed in.
pub fn post_as(http: &str, token: &str, path: &str, body: &Value) -> (u16, Value) {
    try_post_as(http, token, path, body).expect("a head and a body")
}

/// The same of a gateway that may be killed meanwhile.
pub fn try_post_as(http: &str, token: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
    let bearer = format!("Bearer {token}");
    let key = format!("site-{}", ASKED.fetch_add(1, Ordering::Relaxed));
    let headers = [
        ("Content-Type", "application/json"),
        ("Authorization", &*bearer),
        ("Idempotency-Key", &*key),
    ];
    let what = format!("POST {path}");
    let (status, body) = try_ask(http, &what, &headers, &body.to_string()).ok()??;
    Some((status, serde_json::from_str(&body).unwrap_or_default()))
}

fn ask(http: &str, what: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let answer = try_ask(http, what, headers, body).expect("the door is open, and it answers");
    answer.expect("a head and a body")
}

fn try_ask(
    http: &str,
    what: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<Option<(u16, String)>> {
    let length = body.len();
    let address = http.trim_start_matches("http://");
    let mut request = format!(
        "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n"
    );
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.push_str("\r\n");
    request.push_str(body);
    let mut socket = TcpStream::connect(address)?;
    socket.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return Ok(None);
    };
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Ok(Some((status.expect("a status line"), body.to_owned())))
}
