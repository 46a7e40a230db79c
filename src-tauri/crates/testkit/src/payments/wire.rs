//! As much of HTTP/1.1 as a provider's API needs: one request with a length, one answer, the connection ends.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest request that is read.
const LONGEST: usize = 1024 * 1024;

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `GET` or `POST`.
    pub method: String,
    /// The path without its query.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As text.
    pub body: String,
}

impl Asked {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    location: Option<String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) const fn new(status: u16, body: String) -> Self {
        Self {
            status,
            location: None,
            body,
        }
    }

    pub(crate) fn elsewhere(to: &str) -> Self {
        Self {
            status: 307,
            location: Some(to.to_owned()),
            body: String::new(),
        }
    }

    fn head(&self) -> String {
        let location = self
            .location
            .as_ref()
            .map(|to| format!("location: {to}\r\n"));
        format!(
            "HTTP/1.1 {} -\r\ncontent-type: application/json\r\n{}content-length: {}\r\nconnection: close\r\n\r\n",
            self.status,
            location.unwrap_or_default(),
            self.body.len()
        )
    }
}

/// Reads one request; none where it is none.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head_end = loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            break end;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut asked = Asked {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        body: String::new(),
    };
    let length: usize = asked.header("content-length").parse().unwrap_or_default();
    while bytes.len() < head_end + 4 + length {
        more(stream, &mut bytes).await?;
    }
    asked.body = String::from_utf8(bytes[head_end + 4..].to_vec()).ok()?;
    Some(asked)
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 4096];
    let read = stream.read(&mut piece).await.ok()?;
    bytes.extend_from_slice(&piece[..read]);
    (read > 0 && bytes.len() <= LONGEST).then_some(())
}

/// Writes it whole. Whoever asked may be gone by then.
pub(crate) async fn write(stream: &mut TcpStream, answer: &Answer) {
    let whole = format!("{}{}", answer.head(), answer.body);
    let _gone = stream.write_all(whole.as_bytes()).await;
    let _gone = stream.shutdown().await;
}

/// Writes the head and half of the body.
pub(crate) async fn write_half(stream: &mut TcpStream, answer: &Answer) {
    let half = &answer.body[..answer.body.len() / 2];
    let cut = format!("{}{half}", answer.head());
    let _gone = stream.write_all(cut.as_bytes()).await;
    let _gone = stream.shutdown().await;
}

/// Says nothing until whoever asked hangs up.
pub(crate) async fn hold(mut stream: TcpStream) {
    let mut rest = [0; 64];
    while matches!(stream.read(&mut rest).await, Ok(read) if read > 0) {}
}
