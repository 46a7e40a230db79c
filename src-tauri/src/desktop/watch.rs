//! Watches over the page: hears that it lives, sees its process end, and does what `watchdog` says. Not for a gateway that does
//! not start, nor for the app itself: whoever started it watches over that.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gateway::clock::SystemClock;
use gateway::settings::{self, Settings};
use tauri::{AppHandle, Manager as _, State, WebviewWindow};
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{Kiosk, staff, window};
use crate::lockdown::may_go;
use crate::watchdog::{Deed, Watchdog};

/// How often it is looked whether the page still speaks.
const LOOK: Duration = Duration::from_millis(500);
/// Where starts are noted that pages were the reason for, in the data folder: milliseconds since 1970, a line each.
const STARTS: &str = "window-starts";
/// How many of them are kept.
const KEPT: usize = 10;

/// How long the window's own thread may be busy before what a page said meanwhile counts for nothing.
const BUSY: Duration = Duration::from_secs(1);
/// Between two showings of the page that says that none lasts: at first, and at most.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The page, watched.
pub(super) struct Watch {
    dog: Mutex<Watchdog>,
    since: Instant,
    starts: Option<PathBuf>,
    stopping: AtomicBool,
    gave_up: AtomicU32,
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
            stopping: AtomicBool::new(false),
            gave_up: AtomicU32::new(0),
        }
    }

    /// Another page begins.
    pub(super) fn page_begins(&self) {
        self.dog().begins(self.since.elapsed());
    }

    fn dog(&self) -> MutexGuard<'_, Watchdog> {
        self.dog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The app ends: its pages' processes may, too.
    pub(super) fn app_ends(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn died(&self) -> Option<Deed> {
        if self.is_stopping() {
            return None;
        }
        let starts = self.starts();
        let deed = self.dog().died(&starts, self.since.elapsed());
        // One that is not noted would be forgotten: then it would start anew for ever.
        if deed == Some(Deed::Restart) && !self.note_start() {
            return Some(self.dog().gives_up());
        }
        deed
    }

    /// The window's thread turns; `late`: so long after it was asked to.
    fn looks(&self, late: Duration) -> Option<Deed> {
        if self.is_stopping() {
            return None;
        }
        let (mut dog, now) = (self.dog(), self.since.elapsed());
        if late > BUSY {
            // What pages said meanwhile is heard after this.
            dog.beat(now);
        }
        dog.look(now)
    }

    fn pause(&self) -> Duration {
        let times = self.gave_up.fetch_add(1, Ordering::SeqCst);
        if times == 0 {
            return Duration::ZERO;
        }
        (PAUSE * 2_u32.saturating_pow(times.min(10) - 1)).min(LONGEST_PAUSE)
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

    /// Notes one more; whether it is noted.
    fn note_start(&self) -> bool {
        let Some(file) = &self.starts else {
            return false;
        };
        let mut noted = self.noted();
        noted.push(now_ms());
        let kept = noted.split_off(noted.len().saturating_sub(KEPT));
        let lines: Vec<String> = kept.iter().map(i64::to_string).collect();
        let written = write_whole(file, &lines.join("\n"));
        if let Err(error) = &written {
            tracing::error!(%error, "that the app starts for the page's sake cannot be noted");
        }
        written.is_ok()
    }
}

/// Writes a file at once or not at all.
fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension("new");
    fs::write(&beside, text)?;
    fs::rename(&beside, file)
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
        next.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            next.tick().await;
            // On the window's own thread: one that is stuck says nothing of the page, and the service manager hears no more of
            // this process.
            let (handle, asked) = (app.clone(), Instant::now());
            let (done, turned) = oneshot::channel();
            let posted = app.run_on_main_thread(move || {
                let kiosk = handle.state::<Kiosk>();
                if let Some(hosted) = kiosk.hosted.get() {
                    hosted.gateway.vitals.window_lived(Instant::now());
                }
                if let Some(deed) = kiosk.watch.looks(asked.elapsed()) {
                    act(&handle, deed);
                }
                let _ = done.send(());
            });
            if posted.is_err() || turned.await.is_err() {
                return;
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
            tracing::error!("the page hangs; it is shown anew");
            #[cfg(target_os = "linux")]
            process::end(&window);
            #[cfg(not(target_os = "linux"))]
            show_again(app, &window);
        }
        Deed::Reload => show_again(app, &window),
        Deed::Restart => {
            tracing::error!("pages do not last; the app starts anew");
            app.exit(staff::RESTART.into());
        }
        Deed::GiveUp => {
            let pause = app.state::<Kiosk>().watch.pause();
            tracing::error!(?pause, "no page lasts; the gateway goes on without");
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                sleep(pause).await;
                window::show_given_up(&app);
            });
        }
    }
}

/// The page that was there; the pages' first one where that was the boot screen, which is over.
fn show_again(app: &AppHandle, window: &WebviewWindow) {
    let shown = app.state::<Kiosk>().shown();
    if window.url().is_ok_and(|url| may_go(&url, shown)) {
        if let Err(error) = window.reload() {
            tracing::error!(%error, "the page is not shown again");
        }
    } else {
        window::show_pages(app);
    }
}

/// The page's process, as WebKitGTK tells of it. wry has a hook for macOS only.
#[cfg(target_os = "linux")]
mod process {
    use gtk::glib::idle_add_local_once;
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
                    // Not within the signal: WebKit has not done with the process it ended, and would forget the next page with it.
                    let app = app.clone();
                    idle_add_local_once(move || super::act(&app, deed));
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
