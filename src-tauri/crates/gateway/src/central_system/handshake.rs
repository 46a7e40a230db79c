//! The handshake: who is this, may it come in, which OCPP version. All before the upgrade (SEC-01):
//! whoever is not let in reaches no handler and writes no row.

use std::net::SocketAddr;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::Identity;
use domain::charge_point::ChargePoint;
use ocpp::Version;
use store::repo::charge_points;
use tokio::time::Instant;

use super::connection::{self, Admitted};
use super::takeover::Contested;
use super::unknown::{Handshake, HandshakeResult};
use super::{CentralSystem, address, basic_auth};
use crate::ops::rotate_key::key_worked;

/// The largest message, bytes (FLT-09).
const MAX_MESSAGE: usize = 1024 * 1024;
/// Axum reserves 128 KiB a socket by default; chargers send a few hundred bytes, and what is larger makes it larger.
const READ_BUFFER: usize = 2 * 1024;

/// Why a charger is not let in, and how long it should stay away.
struct Refusal {
    status: StatusCode,
    /// What the operator is told; `None` where the charger itself did nothing wrong.
    result: Option<HandshakeResult>,
    seconds: Option<u64>,
}

impl Refusal {
    const fn new(status: StatusCode, result: HandshakeResult) -> Self {
        Self {
            status,
            result: Some(result),
            seconds: None,
        }
    }

    const fn later(status: StatusCode, seconds: u64) -> Self {
        Self {
            status,
            result: None,
            seconds: Some(seconds),
        }
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        let mut response = refusal.status.into_response();
        if let Some(seconds) = refusal.seconds {
            let value = HeaderValue::from(seconds.max(1));
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        if refusal.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"OCPP\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Answers a charger's connection request.
pub(super) async fn accept(
    State(system): State<CentralSystem>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Path(identity): Path<String>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let knock = Knock {
        system: &system,
        from,
        identity: &identity,
        headers: &headers,
    };
    let charger = match knock.admit().await {
        Ok(charger) => charger,
        Err(refusal) => return knock.refuse(refusal),
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => {
            knock.note(HandshakeResult::NoWebSocket);
            return rejection.into_response();
        }
    };
    let upgrade = upgrade
        .protocols(Version::OFFERED.iter().map(|version| version.subprotocol()))
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_MESSAGE);
    let chosen = upgrade
        .selected_protocol()
        .and_then(|name| name.to_str().ok());
    let Some(version) = chosen.and_then(Version::from_subprotocol) else {
        tracing::info!(identity = %charger.identity, %from, "a charger offered no OCPP version that is spoken here");
        knock.note(HandshakeResult::WrongSubprotocol);
        return upgrade.on_upgrade(connection::refuse);
    };
    match knock.make_room(charger, version).await {
        Ok(admitted) => {
            let system = system.clone();
            upgrade.on_upgrade(async move |socket| connection::run(system, admitted, socket))
        }
        Err(refusal) => knock.refuse(refusal),
    }
}

/// A connection request.
struct Knock<'r> {
    system: &'r CentralSystem,
    from: SocketAddr,
    identity: &'r str,
    headers: &'r HeaderMap,
}

impl Knock<'_> {
    /// Who this is, proven where it has to be.
    async fn admit(&self) -> Result<ChargePoint, Refusal> {
        let address = address::source(self.from.ip());
        let Ok(identity) = Identity::parse(self.identity) else {
            return Err(self.stranger(&address, HandshakeResult::InvalidIdentity));
        };
        let found = find(self.system, &identity).await.map_err(|error| {
            tracing::error!(%error, "a charger could not be looked up");
            Refusal::later(StatusCode::SERVICE_UNAVAILABLE, 5)
        })?;
        let Some(charger) = found else {
            return Err(self.stranger(&address, HandshakeResult::UnknownIdentity));
        };
        if charger.security_profile == 0 {
            if !self.system.private {
                tracing::warn!(identity = %charger.identity, "a charger without credentials may connect only where --ocpp-listen is a loopback or private address");
                return Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    HandshakeResult::PublicListener,
                ));
            }
            return Ok(charger);
        }
        self.prove(charger, &identity, &address).await
    }

    fn stranger(&self, address: &str, result: HandshakeResult) -> Refusal {
        let limits = &self.system.limits;
        let now = self.system.core.clock.now();
        if let Some(wait) = limits.addresses.wait(address, now) {
            return rate_limited(wait);
        }
        limits.addresses.failed(address, now);
        Refusal::new(StatusCode::NOT_FOUND, result)
    }

    /// Checks the credentials. A right key always gets in, whoever else fails; only wrong ones wait.
    async fn prove(
        &self,
        charger: ChargePoint,
        identity: &Identity,
        address: &str,
    ) -> Result<ChargePoint, Refusal> {
        let limits = &self.system.limits;
        let now = self.system.core.clock.now();
        let key = format!("{address} {identity}");
        let wait = || {
            let (pair, address) = (
                limits.pairs.wait(&key, now),
                limits.addresses.wait(address, now),
            );
            pair.max(address)
        };
        // Keys made here cost one hash to check; what a person chose costs too much to try for nothing.
        let made = charger
            .password_hash
            .as_deref()
            .is_some_and(|hash| hash.starts_with("sha256:"));
        if self.proves_next(&charger, identity).await {
            limits.pairs.succeeded(&key);
            return Ok(charger);
        }
        if !made && let Some(wait) = limits.pairs.wait(&key, now) {
            return Err(rate_limited(wait));
        }
        let hash = charger.password_hash.as_ref();
        if proves(self.system, hash, self.headers, identity).await {
            limits.pairs.succeeded(&key);
            if charger.key_sent_at.is_some() {
                self.note_key(&charger, charger.password_hash.clone()).await;
            }
            return Ok(charger);
        }
        if let Some(wait) = wait() {
            return Err(rate_limited(wait));
        }
        limits.pairs.failed(&key, now);
        limits.addresses.failed(address, now);
        let sent = self.headers.contains_key(header::AUTHORIZATION);
        Err(Refusal::new(
            StatusCode::UNAUTHORIZED,
            if sent {
                HandshakeResult::WrongPassword
            } else {
                HandshakeResult::NoCredentials
            },
        ))
    }

    /// Whether it shows a key that was offered to it and never used yet (SEC-04). Made here, so it costs one hash.
    async fn proves_next(&self, charger: &ChargePoint, identity: &Identity) -> bool {
        let Some(hash) = &charger.next_password_hash else {
            return false;
        };
        let proven = proves(self.system, Some(hash), self.headers, identity).await;
        if proven {
            self.note_key(charger, Some(hash.clone())).await;
        }
        proven
    }

    /// Which of two keys a charger has. Where that cannot be stored it comes in all the same: both stay taken.
    async fn note_key(&self, charger: &ChargePoint, hash: Option<String>) {
        let noted = key_worked(&self.system.core, charger.id, hash.unwrap_or_default()).await;
        if let Err(error) = noted {
            tracing::error!(identity = %charger.identity, %error, "which key a charger has could not be stored");
        }
    }

    /// Whether there is a place for it, and whose it would be.
    async fn make_room(&self, charger: ChargePoint, version: Version) -> Result<Admitted, Refusal> {
        let system = self.system;
        let registry = &system.outbound.registry;
        let own = usize::from(registry.holder(charger.id).is_some());
        system
            .gate
            .pass(registry.len() - own, Instant::now())
            .map_err(|full| Refusal::later(StatusCode::SERVICE_UNAVAILABLE, full.0.as_secs()))?;
        let claim = system
            .takeovers
            .contest(registry, &charger, system.care.takeover_ping)
            .await
            .map_err(|contested| match contested {
                Contested::Occupied => Refusal::later(StatusCode::CONFLICT, 30),
                Contested::Held(left) => {
                    Refusal::later(StatusCode::TOO_MANY_REQUESTS, left.as_secs())
                }
            })?;
        system.unknown.came_in(charger.identity.as_str());
        Ok(Admitted {
            charger,
            from: self.from,
            version,
            claim,
        })
    }

    fn refuse(&self, refusal: Refusal) -> Response {
        let identity: String = self.identity.chars().take(Identity::MAX_LEN).collect();
        tracing::info!(identity = %identity.escape_debug(), from = %self.from, status = refusal.status.as_u16(), "a charger was not let in");
        if let Some(result) = refusal.result {
            self.note(result);
        }
        refusal.into()
    }

    fn note(&self, result: HandshakeResult) {
        let clock = &self.system.core.clock;
        let handshake = Handshake::read(clock.now(), self.from, self.headers);
        self.system
            .unknown
            .note(self.identity, handshake, result, || clock.id());
    }
}

fn rate_limited(wait: std::time::Duration) -> Refusal {
    Refusal {
        // Up, or the next try would come too early and make it worse.
        seconds: Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
        ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, HandshakeResult::RateLimited)
    }
}

async fn find(
    system: &CentralSystem,
    identity: &Identity,
) -> Result<Option<ChargePoint>, store::StoreError> {
    charge_points::find_by_identity(&mut system.core.store.read().await?, identity).await
}

async fn proves(
    system: &CentralSystem,
    hash: Option<&String>,
    headers: &HeaderMap,
    identity: &Identity,
) -> bool {
    let Some(password) = basic_auth::password(headers, identity) else {
        return false;
    };
    for spelling in basic_auth::spellings(&password) {
        if system.core.passwords.verify(spelling, hash.cloned()).await {
            return true;
        }
    }
    false
}
