//! The lock on the window: whether it is on, and what holds it. What is let through is `lockdown`'s to say; what WebKit and GTK
//! offer to be stopped is in `signals`.

#[cfg(target_os = "linux")]
mod signals;

use std::sync::atomic::{AtomicBool, Ordering};

use gateway::settings::{self, Screen};
use tauri::{AppHandle, Manager as _, WebviewWindow, WindowEvent};

use super::{Kiosk, window};

/// Runs in every page before its own scripts: nothing is dragged, and a finger leaves no pointer behind.
pub(super) const IN_EVERY_PAGE: &str = include_str!("../../../ui/shell/every-page.js");

/// What the window is now; staff can change it until the next start.
#[derive(Debug, Default)]
pub(super) struct Lock {
    on: AtomicBool,
    driver: AtomicBool,
}

impl Lock {
    pub(super) fn of(kiosk: &settings::Kiosk) -> Self {
        Self {
            on: kiosk.is_locked().into(),
            driver: (kiosk.screen == Screen::Driver).into(),
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub(super) fn screen(&self) -> Screen {
        if self.driver.load(Ordering::Relaxed) {
            Screen::Driver
        } else {
            Screen::Desk
        }
    }

    pub(super) fn show(&self, screen: Screen) {
        self.driver
            .store(screen == Screen::Driver, Ordering::Relaxed);
    }
}

/// Shuts what can be shut once and for all, and listens to the rest.
pub(super) fn connect(window: &WebviewWindow) -> tauri::Result<()> {
    let app = window.app_handle().clone();
    window.on_window_event(move |event| {
        // A window manager, or Alt+F4 that it kept for itself.
        if let WindowEvent::CloseRequested { api, .. } = event
            && app.state::<Kiosk>().lock.is_on()
        {
            api.prevent_close();
        }
    });
    #[cfg(target_os = "linux")]
    signals::connect(window)?;
    Ok(())
}

/// Turns the lock on or off.
pub(super) fn turn(app: &AppHandle, on: bool) {
    app.state::<Kiosk>().lock.on.store(on, Ordering::Relaxed);
    if let Some(window) = app.get_webview_window(window::LABEL) {
        apply(&window);
    }
}

/// Makes the window what the lock says.
pub(super) fn apply(window: &WebviewWindow) {
    let on = window.state::<Kiosk>().lock.is_on();
    if let Err(error) = shape(window, on) {
        tracing::error!(%error, on, "the window does not take the shape of its lock");
    }
    #[cfg(target_os = "linux")]
    signals::hold(window, on);
}

fn shape(window: &WebviewWindow, on: bool) -> tauri::Result<()> {
    window.set_decorations(!on)?;
    window.set_always_on_top(on)?;
    window.set_skip_taskbar(on)?;
    // A bare X server has nobody who makes a window fill the screen.
    if on && let Some(monitor) = window.primary_monitor()? {
        window.set_position(*monitor.position())?;
        window.set_size(*monitor.size())?;
    }
    window.set_fullscreen(on)?;
    if on { window.set_focus() } else { Ok(()) }
}
