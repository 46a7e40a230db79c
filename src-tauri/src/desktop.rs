//! The window: the only code that names tauri. It starts the gateway in this process, shows the boot screen
//! meanwhile, then the pages through the in-process scheme, and live events over IPC.

mod commands;
mod live;
mod lock;
mod scheme;
mod staff;
mod updater;
mod watch;
mod window;

use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::OnceLock;

use gateway::app::StartError;
use gateway::cli::{self, ServeFlags};
use gateway::settings::{Settings, SettingsError};
use tauri::{AppHandle, Manager as _, RunEvent};

use crate::lockdown::{Shown, driven};
use crate::supervisor::Hosted;

/// What the window knows of its gateway: nothing until it has started. How it is locked, and how its page does.
#[derive(Default)]
struct Kiosk {
    hosted: OnceLock<Hosted>,
    readers: live::Readers,
    lock: lock::Lock,
    door: staff::Door,
    watch: watch::Watch,
}

impl Kiosk {
    /// What the window shows now.
    fn shown(&self) -> Shown {
        Shown {
            screen: self.lock.screen(),
            started: self.hosted.get().is_some(),
        }
    }

    /// Another page begins: the channels of the one before lead nowhere, and staff was in front of that one.
    fn page_begins(&self) {
        self.watch.page_begins();
        if let Some(hosted) = self.hosted.get() {
            self.readers.leave_all(&hosted.gateway.hub);
        }
        self.door.page_is_gone();
    }
}

/// Runs the app with its window, to its exit code.
pub fn run(flags: ServeFlags) -> ExitCode {
    if let Some(name) = driven(cfg!(debug_assertions), is_set) {
        eprintln!(
            "{name} is set: whoever set it could drive this window; take it out of the environment"
        );
        return ExitCode::from(2);
    }
    let settings = flags.settings();
    // Settings that cannot be read are told in a window that can be closed.
    let lock = settings
        .as_ref()
        .map(|settings| lock::Lock::of(&settings.kiosk));
    let watch = settings.as_ref().map(watch::Watch::by);
    let kiosk = Kiosk {
        lock: lock.unwrap_or_default(),
        watch: watch.unwrap_or_default(),
        ..Kiosk::default()
    };
    let ready_json = flags.ready_json;
    // Now: an upgrade may put another in its place.
    let program = std::env::current_exe();
    let context = tauri::generate_context!();
    let app = tauri::Builder::default()
        .manage(kiosk)
        .plugin(updater::plugin())
        .register_asynchronous_uri_scheme_protocol(scheme::NAME, scheme::serve)
        .invoke_handler(tauri::generate_handler![
            commands::live_subscribe,
            commands::live_unsubscribe,
            commands::host_info,
            watch::alive,
            staff::staff_enter,
            staff::staff_act,
            staff::staff_leave,
            staff::wipe_screen,
        ])
        .setup(move |app| {
            window::open(app.handle())?;
            let handle = app.handle().clone();
            // A thread of its own: opening a database is no work for the pool that draws.
            std::thread::Builder::new()
                .name("gateway start".to_owned())
                .spawn(move || {
                    tauri::async_runtime::block_on(start(&handle, settings, ready_json));
                })?;
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(async move {
                cli::asked_to_stop().await;
                handle.state::<Kiosk>().watch.app_ends();
                handle.exit(0);
            });
            Ok(())
        })
        .build(context);
    match app {
        Ok(app) => match u8::try_from(app.run_return(stop_at_exit)).unwrap_or(1) {
            // A service manager was told that this process stops: it starts another.
            staff::RESTART if is_set("NOTIFY_SOCKET") => ExitCode::from(staff::RESTART),
            staff::RESTART => begin_again(program),
            code => ExitCode::from(code),
        },
        Err(error) => {
            eprintln!(
                "the window cannot be opened ({error}); on a machine without a display use --headless"
            );
            ExitCode::from(2)
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "these names are WebKit's, wry's and the service manager's own: no setting of ours"
)]
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

/// Starts the program anew in the place of this one: whoever watches over it sees one process.
fn begin_again(program: io::Result<PathBuf>) -> ExitCode {
    let mut again = match program {
        Ok(program) => Command::new(program),
        Err(error) => return unable(&error),
    };
    again.args(std::env::args_os().skip(1));
    #[cfg(unix)]
    let failed = std::os::unix::process::CommandExt::exec(&mut again);
    #[cfg(not(unix))]
    let failed = match again.spawn() {
        Ok(_) => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    unable(&failed)
}

fn unable(error: &io::Error) -> ExitCode {
    eprintln!("the app cannot start anew by itself ({error}); start it by hand");
    ExitCode::FAILURE
}

async fn start(app: &AppHandle, settings: Result<Settings, SettingsError>, ready_json: bool) {
    match settings.map_err(StartError::from) {
        Ok(settings) => begin(app, settings, ready_json).await,
        Err(error) => fail(app, &error),
    }
}

async fn begin(app: &AppHandle, settings: Settings, ready_json: bool) {
    cli::start_logging(&settings);
    cli::install_tls();
    match Hosted::start(settings).await {
        Ok(hosted) => {
            cli::announce(&hosted.gateway, ready_json);
            if app.state::<Kiosk>().hosted.set(hosted).is_ok() {
                window::show_pages(app);
                updater::begin(app);
            }
        }
        Err(error) => fail(app, &error),
    }
}

/// The gateway did not start: said on stderr, where a log may not have begun, and in the window.
fn fail(app: &AppHandle, error: &StartError) {
    eprintln!("{error}");
    window::show_failure(app, &error.to_string());
}

fn stop_at_exit(app: &AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event {
        let kiosk = app.state::<Kiosk>();
        kiosk.watch.app_ends();
        if let Some(hosted) = kiosk.hosted.get() {
            tauri::async_runtime::block_on(hosted.stop());
        }
    }
}
