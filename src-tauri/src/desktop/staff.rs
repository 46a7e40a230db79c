//! Staff in front of the screen: in by the PIN, then what they may do. How often it may be tried is `lockdown`'s to say.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use gateway::ops::staff_pin::staff_pin;
use gateway::settings::Screen;
use serde::Serialize;
use tauri::{AppHandle, State, WebviewWindow};
use tokio::sync::Mutex;

use super::{Kiosk, lock, window};
use crate::lockdown::{Act, Refusal, Staff};

/// How the process ends when staff ended it: nobody should start it again (`docs/operations.md`).
pub(super) const QUIT: u8 = 10;
/// How the app ends that is to start anew, where a service manager starts it. Without one no process ends with it.
pub(super) const RESTART: u8 = 11;

/// The longest text that is looked at as a PIN.
const LONGEST: usize = 12;

/// Who is in front of the screen. One PIN is looked at at a time.
pub(super) struct Door {
    staff: Mutex<Staff>,
    /// How many pages there were, and before which of them staff said the PIN.
    pages: AtomicU64,
    inside: AtomicU64,
    since: Instant,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            staff: Mutex::default(),
            pages: AtomicU64::new(0),
            inside: AtomicU64::new(0),
            since: Instant::now(),
        }
    }
}

impl Door {
    /// The page is gone, and whoever was in front of it with it: what a PIN opened, or opens in this moment, was that page's.
    pub(super) fn page_is_gone(&self) {
        self.pages.fetch_add(1, Ordering::SeqCst);
    }
}

/// What a PIN did.
#[derive(Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub(super) enum Entered {
    /// It is the right one.
    Inside,
    /// It is not; nobody is listened to for so many seconds.
    Wrong { wait: u64 },
    /// Nobody was listened to.
    Wait { wait: u64 },
    /// The site has none.
    None,
    /// The gateway is not there to be asked.
    Away,
}

/// Somebody says the PIN.
#[tauri::command]
pub(super) async fn staff_enter(kiosk: State<'_, Kiosk>, pin: String) -> Result<Entered, String> {
    let Some(hosted) = kiosk.hosted.get() else {
        return Ok(Entered::Away);
    };
    let page = kiosk.door.pages.load(Ordering::SeqCst);
    let mut staff = kiosk.door.staff.lock().await;
    if let Err(Refusal::Wait(wait)) = staff.tries(kiosk.door.since.elapsed()) {
        return Ok(Entered::Wait {
            wait: wait.as_secs().saturating_add(1),
        });
    }
    let said = if pin.len() > LONGEST {
        String::new()
    } else {
        pin
    };
    let right = staff_pin(&hosted.gateway.core, said).await;
    let now = kiosk.door.since.elapsed();
    Ok(match right {
        None => {
            staff.was_not_asked();
            Entered::None
        }
        Some(true) => {
            staff.enters(now);
            kiosk.door.inside.store(page, Ordering::SeqCst);
            tracing::info!("staff is in front of the screen");
            Entered::Inside
        }
        Some(false) => {
            let wait = staff
                .waits(now)
                .map_or(0, |wait| wait.as_secs().saturating_add(1));
            tracing::warn!(wait, "a wrong PIN was typed at the screen");
            Entered::Wrong { wait }
        }
    })
}

/// Staff does something. Whether it was done: not without the PIN before it.
#[tauri::command]
pub(super) async fn staff_act(
    app: AppHandle,
    kiosk: State<'_, Kiosk>,
    act: Act,
) -> Result<bool, String> {
    let door = &kiosk.door;
    let may = door.staff.lock().await.may_act(door.since.elapsed());
    let same_page = door.inside.load(Ordering::SeqCst) == door.pages.load(Ordering::SeqCst);
    if may.is_err() || !same_page {
        return Ok(false);
    }
    tracing::info!(?act, "staff acts at the screen");
    match act {
        Act::Unlock => lock::turn(&app, false),
        Act::Lock => lock::turn(&app, true),
        Act::Driver => show(&app, &kiosk, Screen::Driver),
        Act::Desk => show(&app, &kiosk, Screen::Desk),
        Act::Restart => app.exit(RESTART.into()),
        Act::Quit => app.exit(QUIT.into()),
    }
    Ok(true)
}

fn show(app: &AppHandle, kiosk: &Kiosk, screen: Screen) {
    kiosk.lock.show(screen);
    window::show_pages(app);
}

/// Staff goes.
#[tauri::command]
pub(super) async fn staff_leave(kiosk: State<'_, Kiosk>) -> Result<(), String> {
    kiosk.door.staff.lock().await.leaves();
    Ok(())
}

/// Forgets what the window keeps of whoever used it: storage, cookies, caches. The page forgets what it holds by itself.
#[tauri::command]
pub(super) fn wipe_screen(window: WebviewWindow) -> Result<(), String> {
    window
        .clear_all_browsing_data()
        .map_err(|error| error.to_string())
}
