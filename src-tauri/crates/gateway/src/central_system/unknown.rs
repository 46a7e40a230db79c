//! Chargers that knocked and were not let in, for the operator who wonders why (2-contract, Chargers). In memory: the
//! newest hundred, one per identity and address, never in the database. Everything they say is hostile and cut short.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, header};
use domain::Timestamp;
use uuid::Uuid;

/// How many are remembered.
const MOST: usize = 100;
/// How many subprotocols of an offer are kept.
const SUBPROTOCOLS: usize = 10;

/// How a handshake ended that let nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandshakeResult {
    /// Nobody of this name is registered.
    UnknownIdentity,
    /// What it calls itself is no identity at all.
    InvalidIdentity,
    /// It sent no credentials.
    NoCredentials,
    /// Its credentials are wrong: another user name, another password, or unreadable.
    WrongPassword,
    /// It offered no version of OCPP that is spoken here.
    WrongSubprotocol,
    /// It has to wait: too many failures.
    RateLimited,
    /// It needs no credentials, and this door is open to more than the own network.
    PublicListener,
    /// Its request opens no WebSocket.
    NoWebSocket,
}

impl HandshakeResult {
    /// The word that the pages know.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownIdentity => "unknown_identity",
            Self::InvalidIdentity => "invalid_identity",
            Self::NoCredentials => "no_credentials",
            Self::WrongPassword => "wrong_password",
            Self::WrongSubprotocol => "wrong_subprotocol",
            Self::RateLimited => "rate_limited",
            Self::PublicListener => "public_listener",
            Self::NoWebSocket => "no_websocket",
        }
    }
}

/// What a charger's newest handshake looked like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// When.
    pub at: Timestamp,
    /// From which port and address.
    pub from: SocketAddr,
    /// The subprotocols it offered, as it spelt them.
    pub subprotocols: Vec<String>,
    /// Whether it sent an Authorization header, right or wrong.
    pub credentials_sent: bool,
    /// What it calls its software.
    pub user_agent: Option<String>,
}

impl Handshake {
    /// Reads what is worth telling from a request, cut to what a page can show.
    pub(super) fn read(at: Timestamp, from: SocketAddr, headers: &HeaderMap) -> Self {
        let offers = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
        let offered = offers.flat_map(|line| {
            let line = String::from_utf8_lossy(line.as_bytes()).into_owned();
            let names: Vec<_> = line.split(',').map(|name| shown(name.trim(), 32)).collect();
            names
        });
        Self {
            at,
            from,
            subprotocols: offered.take(SUBPROTOCOLS).collect(),
            credentials_sent: headers.contains_key(header::AUTHORIZATION),
            user_agent: headers
                .get(header::USER_AGENT)
                .map(|agent| shown(&String::from_utf8_lossy(agent.as_bytes()), 120)),
        }
    }
}

/// A charger that was not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownChargePoint {
    /// Names it while it is remembered.
    pub id: Uuid,
    /// What it calls itself, 48 characters at most. Hostile: show it as text only.
    pub identity: String,
    /// Where it comes from.
    pub address: IpAddr,
    /// When it first knocked.
    pub first_seen_at: Timestamp,
    /// How often it knocked.
    pub attempts: u64,
    /// Its newest handshake.
    pub handshake: Handshake,
    /// How that ended.
    pub result: HandshakeResult,
}

/// The newest chargers that were not let in.
#[derive(Debug, Default)]
pub struct UnknownChargePoints {
    newest_last: Mutex<Vec<UnknownChargePoint>>,
}

impl UnknownChargePoints {
    /// All that are remembered, the newest first.
    pub fn list(&self) -> Vec<UnknownChargePoint> {
        self.lock().iter().rev().cloned().collect()
    }

    /// Forgets one, for it was dealt with; returns what was known of it.
    pub fn remove(&self, id: Uuid) -> Option<UnknownChargePoint> {
        let mut all = self.lock();
        let place = all.iter().position(|known| known.id == id)?;
        Some(all.remove(place))
    }

    /// Forgets an identity that came in after all, wherever it knocked before.
    pub(super) fn came_in(&self, identity: &str) {
        self.lock().retain(|known| known.identity != identity);
    }

    /// Remembers a handshake that let nobody in.
    pub(super) fn note(
        &self,
        identity: &str,
        handshake: Handshake,
        result: HandshakeResult,
        id: impl FnOnce() -> Uuid,
    ) {
        let identity = shown(identity, domain::Identity::MAX_LEN);
        let address = handshake.from.ip();
        let mut all = self.lock();
        let known = all
            .iter()
            .position(|known| known.identity == identity && known.address == address);
        let knocked = match known.map(|place| all.remove(place)) {
            Some(known) => UnknownChargePoint {
                attempts: known.attempts + 1,
                handshake,
                result,
                ..known
            },
            None => UnknownChargePoint {
                id: id(),
                identity,
                address,
                first_seen_at: handshake.at,
                attempts: 1,
                handshake,
                result,
            },
        };
        if all.len() == MOST {
            all.remove(0);
        }
        all.push(knocked);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<UnknownChargePoint>> {
        self.newest_last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Foreign text without control characters, cut to a length in characters.
fn shown(text: &str, most: usize) -> String {
    text.chars()
        .take(most)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handshake(second: i64, address: [u8; 4]) -> Handshake {
        let at = Timestamp::from_second(second).expect("a small number of seconds is a time");
        let mut headers = HeaderMap::new();
        let line = "ocpp2.0.1, soap\t, ".to_owned() + &"x".repeat(500);
        headers.insert(
            header::SEC_WEBSOCKET_PROTOCOL,
            line.parse().expect("a header"),
        );
        Handshake::read(at, (address, 4000).into(), &headers)
    }

    #[test]
    fn one_entry_an_identity_and_address_with_what_it_last_tried() {
        let unknown = UnknownChargePoints::default();
        let note = |identity: &str, second, address, result| {
            let id = Uuid::from_u128(u128::try_from(second).expect("positive"));
            unknown.note(identity, handshake(second, address), result, || id);
        };
        note("CP-1", 1, [10, 0, 0, 1], HandshakeResult::UnknownIdentity);
        note("CP-2", 2, [10, 0, 0, 1], HandshakeResult::NoCredentials);
        note("CP-1", 3, [10, 0, 0, 1], HandshakeResult::WrongSubprotocol);
        note("CP-1", 4, [10, 0, 0, 2], HandshakeResult::UnknownIdentity);
        let seen: Vec<_> = unknown
            .list()
            .into_iter()
            .map(|known| {
                (
                    known.identity,
                    known.handshake.at.as_second(),
                    known.attempts,
                    known.result.as_str(),
                )
            })
            .collect();
        let expect = [
            ("CP-1", 4, 1, "unknown_identity"),
            ("CP-1", 3, 2, "wrong_subprotocol"),
            ("CP-2", 2, 1, "no_credentials"),
        ];
        assert_eq!(
            seen,
            expect.map(|(name, at, n, word)| (name.to_owned(), at, n, word)),
            "newest first"
        );
        let removed = unknown.remove(Uuid::from_u128(2)).expect("it is there");
        assert_eq!(removed.identity, "CP-2", "the one that was named");
        assert_eq!(unknown.remove(Uuid::from_u128(2)), None, "and only once");
        unknown.came_in("CP-1");
        assert_eq!(unknown.list(), [], "who came in is unknown at no address");
    }

    #[test]
    fn however_many_knock_and_whatever_they_say_the_list_stays_small() {
        let unknown = UnknownChargePoints::default();
        for number in 0..1_000 {
            let name = format!("{number}\r\n{}", "<b>".repeat(10_000));
            unknown.note(
                &name,
                handshake(number, [10, 0, 0, 1]),
                HandshakeResult::InvalidIdentity,
                || Uuid::from_u128(u128::try_from(number).expect("positive")),
            );
        }
        let all = unknown.list();
        assert_eq!(all.len(), 100, "the newest hundred");
        assert!(
            all[0].identity.starts_with("999\u{fffd}\u{fffd}<b>"),
            "no control characters: {:?}",
            all[0]
        );
        for known in all {
            assert!(known.identity.chars().count() <= 48, "{}", known.identity);
            let offered = &known.handshake.subprotocols;
            assert_eq!(offered[..2], ["ocpp2.0.1", "soap"], "as it was offered");
            assert!(offered.iter().all(|name| name.len() <= 32), "{offered:?}");
        }
    }
}
