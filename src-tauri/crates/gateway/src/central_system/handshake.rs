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

use super::{CentralSystem, basic_auth, connection};

/// The largest message, bytes (FLT-09).
const MAX_MESSAGE: usize = 1024 * 1024;
/// Axum reserves 128 KiB a socket by default; chargers send a few hundred bytes.
const READ_BUFFER: usize = 8 * 1024;

/// Answers a charger's connection request.
pub(super) async fn accept(
    State(system): State<CentralSystem>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Path(identity): Path<String>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let charger = match admit(&system, from, &identity, &headers).await {
        Ok(charger) => charger,
        Err(refusal) => {
            tracing::info!(identity = %identity.escape_debug(), %from, status = refusal.status().as_u16(), "a charger was not let in");
            return *refusal;
        }
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    upgrade
        .protocols(Version::OFFERED.iter().map(|version| version.subprotocol()))
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_MESSAGE)
        .on_upgrade(move |socket| connection::run(system, charger, from, socket))
}

async fn admit(
    system: &CentralSystem,
    from: SocketAddr,
    identity: &str,
    headers: &HeaderMap,
) -> Result<ChargePoint, Box<Response>> {
    let now = system.core.clock.now();
    let address = from.ip().to_string();
    let unknown = |status: StatusCode, key: &str| {
        system.throttle.failed(key, now);
        Box::new(status.into_response())
    };
    let Ok(identity) = Identity::parse(identity) else {
        wait_turn(system, &address)?;
        return Err(unknown(StatusCode::NOT_FOUND, &address));
    };
    let found = find(system, &identity).await.map_err(|error| {
        tracing::error!(%error, "a charger could not be looked up");
        Box::new(StatusCode::SERVICE_UNAVAILABLE.into_response())
    })?;
    let Some(charger) = found else {
        wait_turn(system, &address)?;
        return Err(unknown(StatusCode::NOT_FOUND, &address));
    };
    let key = format!("{address} {identity}");
    if charger.security_profile == 0 {
        // Anybody on this network can claim to be it, so the one that is there stays.
        if system.registry.has(charger.id) {
            return Err(Box::new(StatusCode::CONFLICT.into_response()));
        }
        return Ok(charger);
    }
    // A right key always gets in; only wrong ones wait. Keys made here cost one hash to check.
    let made = charger
        .password_hash
        .as_deref()
        .is_some_and(|hash| hash.starts_with("sha256:"));
    if !made {
        wait_turn(system, &key)?;
    }
    if proves(system, &charger, headers, &identity).await {
        system.throttle.succeeded(&key);
        return Ok(charger);
    }
    wait_turn(system, &key)?;
    let mut refusal = unknown(StatusCode::UNAUTHORIZED, &key);
    let challenge = HeaderValue::from_static("Basic realm=\"OCPP\"");
    refusal
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, challenge);
    Err(refusal)
}

async fn find(
    system: &CentralSystem,
    identity: &Identity,
) -> Result<Option<ChargePoint>, store::StoreError> {
    charge_points::find_by_identity(&mut system.core.store.read().await?, identity).await
}

async fn proves(
    system: &CentralSystem,
    charger: &ChargePoint,
    headers: &HeaderMap,
    identity: &Identity,
) -> bool {
    let Some(password) = basic_auth::password(headers, identity) else {
        return false;
    };
    for spelling in basic_auth::spellings(&password) {
        if system
            .core
            .passwords
            .verify(spelling, charger.password_hash.clone())
            .await
        {
            return true;
        }
    }
    false
}

fn wait_turn(system: &CentralSystem, key: &str) -> Result<(), Box<Response>> {
    match system.throttle.wait(key, system.core.clock.now()) {
        None => Ok(()),
        Some(wait) => {
            let seconds = wait.as_secs().max(1).to_string();
            let mut refusal = StatusCode::TOO_MANY_REQUESTS.into_response();
            if let Ok(value) = HeaderValue::from_str(&seconds) {
                refusal.headers_mut().insert(header::RETRY_AFTER, value);
            }
            Err(Box::new(refusal))
        }
    }
}
