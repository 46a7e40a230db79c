//! The one REST call a bench needs: signing in. Written out, for one call is no reason for a client
//! library; the answer's end is the connection's.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;

/// Signs an operator in at `http` (`http://127.0.0.1:PORT`) and returns the token.
pub async fn sign_in(http: &str, email: &str, password: &str) -> Outcome<String> {
    let host = http.strip_prefix("http://").ok_or("not an http address")?;
    let body = json!({ "email": email, "password": password }).to_string();
    let request = format!(
        "POST /api/cms/auth/login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let token = answer
        .split_once("\r\n\r\n")
        .and_then(|(_, body)| serde_json::from_str::<Value>(body).ok())
        .and_then(|body| body["token"].as_str().map(str::to_owned));
    token.ok_or_else(|| format!("the sign-in was answered {answer}").into())
}
