//! What the page may ask of the app; what staff may is in `staff`. THE list is in `desktop.rs`; the capability and `build.rs` name
//! the same.

use gateway::notify::hub::ReaderId;
use gateway::notify::subscribe::{self, Subscribed};
use gateway::notify::{Pushed, Subscribe, View};
use gateway::ops::sign_in::recognise;
use gateway::settings::Screen;
use serde::Serialize;
use tauri::State;
use tauri::ipc::Channel;
use uuid::Uuid;

use super::Kiosk;
use super::live::Ipc;
use crate::supervisor::Hosted;

/// The answer to a subscription: the same as over Socket.IO, with the handle to end it by.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Joined {
        id: ReaderId,
        #[serde(flatten)]
        subscribed: Subscribed,
    },
    Refused {
        ok: bool,
        code: &'static str,
    },
}

impl Answer {
    const fn refused(code: &'static str) -> Self {
        Self::Refused { ok: false, code }
    }
}

/// Joins rooms; their events come through the channel from now on.
#[tauri::command]
pub(super) async fn live_subscribe(
    kiosk: State<'_, Kiosk>,
    rooms: Vec<String>,
    after: Option<i64>,
    stream: Option<Uuid>,
    token: Option<String>,
    channel: Channel<Pushed>,
) -> Result<Answer, String> {
    let Some(Hosted { gateway, .. }) = kiosk.hosted.get() else {
        return Ok(Answer::refused("server.unavailable"));
    };
    let (view, known) = match token {
        None => (View::Public, None),
        Some(token) => match recognise(&gateway.core, &token).await {
            Ok(known) => (View::of(&known.user), Some(known.token)),
            Err(error) => {
                tracing::info!(%error, "the window's reader is not recognised");
                return Ok(Answer::refused(error.code().as_str()));
            }
        },
    };
    // What operators hear is not for a driver's screen, whoever's token it found (TAU-14).
    if kiosk.lock.screen() == Screen::Driver && matches!(view, View::Operator(_)) {
        return Ok(Answer::refused("auth.forbidden"));
    }
    let id = gateway.hub.enter(view, known, Box::new(Ipc(channel)));
    kiosk.readers.add(id);
    let ask = Subscribe {
        rooms,
        after,
        stream,
    };
    match subscribe::join(&gateway.hub, &gateway.core.store, view, id, &ask).await {
        Ok(subscribed) => Ok(Answer::Joined { id, subscribed }),
        Err(code) => {
            tracing::info!(
                code = code.as_str(),
                "a subscription of the window is refused"
            );
            kiosk.readers.leave(&gateway.hub, id);
            Ok(Answer::refused(code.as_str()))
        }
    }
}

/// Ends a subscription. Whether it still stood.
#[tauri::command]
pub(super) fn live_unsubscribe(kiosk: State<'_, Kiosk>, id: ReaderId) -> bool {
    kiosk
        .hosted
        .get()
        .is_some_and(|hosted| kiosk.readers.leave(&hosted.gateway.hub, id))
}

/// What the app says of itself.
#[derive(Serialize)]
pub(super) struct HostInfo {
    version: &'static str,
    screen: Screen,
    locked: bool,
    demo: Option<Demo>,
    setup: Option<String>,
    http: Option<String>,
}

/// The demo site's operator, whose password was made by this very process.
#[derive(Serialize)]
struct Demo {
    email: String,
    password: String,
}

/// The app's version, what its window is for, its TCP door where it has one, in a demo whom to sign in as, and on a fresh site the code of its first
/// set-up.
#[tauri::command]
pub(super) fn host_info(kiosk: State<'_, Kiosk>) -> HostInfo {
    let gateway = kiosk.hosted.get().map(|hosted| &hosted.gateway);
    let screen = kiosk.lock.screen();
    // Nobody becomes an operator from a driver's screen.
    let desk = gateway.filter(|_| screen == Screen::Desk);
    HostInfo {
        version: env!("CARGO_PKG_VERSION"),
        screen,
        locked: kiosk.lock.is_on(),
        demo: desk
            .and_then(|gateway| gateway.demo.as_ref())
            .map(|demo| Demo {
                email: demo.email.clone(),
                password: demo.password.clone(),
            }),
        setup: desk
            .and_then(|gateway| gateway.setup.as_ref())
            .map(|code| code.printed()),
        http: gateway
            .and_then(|gateway| gateway.http)
            .map(|address| format!("http://{address}")),
    }
}
