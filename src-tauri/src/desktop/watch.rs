//! Watches over the page: hears that it lives, sees its process end, and does what `watchdog` says. Not for a gateway that does
//! not start, nor for the app itself: whoever started it watches over that.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gateway::clock::SystemClock;
use gateway::settings::{self, Settings};
use tauri::{AppHandle, Manager as _, State, WebviewWindow};
use tokio::time::interval;

use super::{Kiosk, staff, window};
use crate::watchdog::{Deed, Watchdog};

/// How often it is looked whether the page still speaks.
const LOOK: Duration = Duration::from_millis(500);
/// Where starts are noted that pages were the reason for, in the data folder: milliseconds since 1970, a line each.
const STARTS: &str = "window-starts";
/// How many of them are kept.
const KEPT: usize = 10;

/// The page, watched.
pub(super) struct Watch {
    dog: Mutex<Watchdog>,
    since: Instant,
    starts: Option<PathBuf>,
}

impl Default for Watch {
    fn default() -> Self {
        Self::of(&settings::Kiosk::default(), None)
    }
}

impl Watch {
    /// As the settings want it.
    pub(super) fn by(settings: &Settings) -> Self {
        Self::of(&settings.kiosk, settings.data_dir.as_deref())
    }

    fn of(kiosk: &settings::Kiosk, data: Option<&Path>) -> Self {
        let hung_after = kiosk.hung_after.unsigned_abs();
        Self {
            dog: Mutex::new(Watchdog::new(hung_after, kiosk.restart_after)),
            since: Instant::now(),
            starts: data.map(|folder| folder.join(STARTS)),
        }
    }

    /// Another page begins.
    pub(super) fn page_begins(&self) {
        self.dog().begins(self.since.elapsed());
    }

    fn dog(&self) -> MutexGuard<'_, Watchdog> {
        self.dog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn died(&self) -> Option<Deed> {
        let starts = self.starts();
        self.dog().died(&starts, self.since.elapsed())
    }

    /// How long ago failing pages made the app start. What cannot be read was none.
    fn starts(&self) -> Vec<Duration> {
        let now = now_ms();
        let ago = |then: i64| u64::try_from(now - then).ok().map(Duration::from_millis);
        self.noted().into_iter().filter_map(ago).collect()
    }

    fn noted(&self) -> Vec<i64> {
        let text = self.starts.as_ref().map(fs::read_to_string);
        let text = text.and_then(Result::ok).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// Notes one more.
    fn note_start(&self) {
        let Some(file) = &self.starts else { return };
        let mut noted = self.noted();
        noted.push(now_ms());
        let kept = noted.split_off(noted.len().saturating_sub(KEPT));
        let lines: Vec<String> = kept.iter().map(i64::to_string).collect();
        if let Err(error) = fs::write(file, lines.join("\n")) {
            tracing::warn!(%error, "that the app starts for the page's sake is not noted");
        }
    }
}

fn now_ms() -> i64 {
    SystemClock::shared().now().as_millisecond()
}

/// A page says that it lives; each does, once a second (`ui/shell/every-page.js`).
#[tauri::command]
pub(super) fn alive(kiosk: State<'_, Kiosk>) {
    kiosk.watch.dog().beat(kiosk.watch.since.elapsed());
}

/// Begins to watch.
pub(super) fn connect(window: &WebviewWindow) -> tauri::Result<()> {
    let app = window.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let mut next = interval(LOOK);
        loop {
            next.tick().await;
            let watch = &app.state::<Kiosk>().watch;
            let deed = watch.dog().look(watch.since.elapsed());
            if let Some(deed) = deed {
                act(&app, deed);
            }
        }
    });
    #[cfg(target_os = "linux")]
    process::connect(window)?;
    Ok(())
}

fn act(app: &AppHandle, deed: Deed) {
    let Some(window) = app.get_webview_window(window::LABEL) else {
        return;
    };
    match deed {
        Deed::End => {
            tracing::error!("the page hangs; its process is ended");
            #[cfg(target_os = "linux")]
            process::end(&window);
        }
        Deed::Reload => {
            if let Err(error) = window.reload() {
                tracing::error!(%error, "the page is not shown again");
            }
        }
        Deed::Restart => {
            tracing::error!("pages do not last; the app starts anew");
            app.state::<Kiosk>().watch.note_start();
            app.exit(staff::RESTART.into());
        }
        Deed::GiveUp => {
            tracing::error!(
                "no page lasts, and starting anew did not help; the gateway goes on without"
            );
            window::show_given_up(app);
        }
    }
}

/// The page's process, as WebKitGTK tells of it. wry has a hook for macOS only.
#[cfg(target_os = "linux")]
mod process {
    use tauri::{Manager as _, WebviewWindow};
    use webkit2gtk::{WebProcessTerminationReason as Reason, WebViewExt as _};

    use crate::desktop::Kiosk;

    /// Listens for its end.
    pub(super) fn connect(window: &WebviewWindow) -> tauri::Result<()> {
        let app = window.app_handle().clone();
        window.with_webview(move |view| {
            view.inner().connect_web_process_terminated(move |_, why| {
                let why = match why {
                    Reason::Crashed => "it died",
                    Reason::ExceededMemoryLimit => "it took too much memory",
                    _ => "it was ended",
                };
                tracing::error!(why, "the page's process is gone");
                if let Some(deed) = app.state::<Kiosk>().watch.died() {
                    super::act(&app, deed);
                }
            });
        })
    }

    /// Ends it, whatever it does.
    pub(super) fn end(window: &WebviewWindow) {
        let asked = window.with_webview(|view| view.inner().terminate_web_process());
        if let Err(error) = asked {
            tracing::error!(%error, "the page's process cannot be ended");
        }
    }
}
