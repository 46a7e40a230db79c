//! The window: the only code that names tauri. It starts the gateway in this process, shows the boot screen
//! meanwhile, then the pages through the in-process scheme, and live events over IPC.

mod commands;
mod live;
mod scheme;
mod window;

use std::process::ExitCode;
use std::sync::OnceLock;

use gateway::app::StartError;
use gateway::cli::{self, ServeFlags};
use gateway::settings::Settings;
use tauri::{AppHandle, Manager as _, RunEvent};

use crate::supervisor::Hosted;

/// What the window knows of its gateway: nothing until it has started.
#[derive(Default)]
struct Kiosk {
    hosted: OnceLock<Hosted>,
    readers: live::Readers,
}

/// Runs the app with its window, to its exit code.
pub fn run(flags: ServeFlags) -> ExitCode {
    let context = tauri::generate_context!();
    let app = tauri::Builder::default()
        .manage(Kiosk::default())
        .register_asynchronous_uri_scheme_protocol(scheme::NAME, scheme::serve)
        .invoke_handler(tauri::generate_handler![
            commands::live_subscribe,
            commands::live_unsubscribe,
            commands::host_info,
        ])
        .setup(move |app| {
            window::open(app.handle())?;
            let handle = app.handle().clone();
            // A thread of its own: opening a database is no work for the pool that draws.
            std::thread::Builder::new()
                .name("gateway start".to_owned())
                .spawn(move || tauri::async_runtime::block_on(start(&handle, &flags)))?;
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(async move {
                cli::asked_to_stop().await;
                handle.exit(0);
            });
            Ok(())
        })
        .build(context);
    match app {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(stop_at_exit)).unwrap_or(1)),
        Err(error) => {
            eprintln!(
                "the window cannot be opened ({error}); on a machine without a display use --headless"
            );
            ExitCode::from(2)
        }
    }
}

async fn start(app: &AppHandle, flags: &ServeFlags) {
    match flags.settings().map_err(StartError::from) {
        Ok(settings) => begin(app, settings, flags.ready_json).await,
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
        if let Some(hosted) = kiosk.hosted.get() {
            tauri::async_runtime::block_on(hosted.stop());
        }
    }
}
