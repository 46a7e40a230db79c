//! What GTK and WebKitGTK ask before they do it: keys, fingers, menus, dialogs, permissions; and the focus, the keyboard and the
//! picture, which they are asked to keep. wry has no hook for any of them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use gtk::gdk::{EventType, ModifierType, ScrollDirection, SeatCapabilities, WindowState};
use gtk::glib::{Propagation, timeout_add_local_once};
use gtk::prelude::*;
use gtk::{ApplicationInhibitFlags, ApplicationWindow, gdk};
use tauri::{AppHandle, Manager as _, WebviewWindow};
use webkit2gtk::{
    AuthenticationRequestExt as _, ColorChooserRequestExt as _, FileChooserRequestExt as _,
    PermissionRequestExt as _, ScriptDialogType, WebView, WebViewExt as _,
};

use crate::desktop::Kiosk;
use crate::lockdown::{Fingers, Key, Touch, passes};

/// How long another window may have the focus before this one takes it back. A list that opens takes it for a moment.
const FOCUS_BACK: Duration = Duration::from_millis(200);

/// The held keys beside which nothing is typed.
const OTHER: [ModifierType; 5] = [
    ModifierType::MOD1_MASK,
    ModifierType::MOD4_MASK,
    ModifierType::SUPER_MASK,
    ModifierType::HYPER_MASK,
    ModifierType::META_MASK,
];

thread_local! {
    /// What holds off blanking and sleep, while it does. GTK lives on one thread.
    static AWAKE: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Listens. On the thread of the window.
pub(super) fn connect(window: &WebviewWindow) -> tauri::Result<()> {
    let app = window.app_handle().clone();
    let shell = window.gtk_window()?;
    keys(&shell, &app);
    focus(&shell, &app);
    window.with_webview(move |view| {
        let view = view.inner();
        touches(&view, &app);
        questions(&view);
        menu(&view, &app);
        gestures(&view, &app);
    })
}

fn is_on(app: &AppHandle) -> bool {
    app.state::<Kiosk>().lock.is_on()
}

const fn stop(yes: bool) -> Propagation {
    if yes {
        Propagation::Stop
    } else {
        Propagation::Proceed
    }
}

fn keys(shell: &ApplicationWindow, app: &AppHandle) {
    let app = app.clone();
    let judge = move |shell: &ApplicationWindow, event: &gdk::EventKey| {
        if !is_on(&app) {
            return Propagation::Proceed;
        }
        // Whoever had the keyboard in between has given it back: the window manager must not see the next key.
        grab(shell);
        let (value, held) = (event.keyval(), event.state());
        let name = value.name();
        let key = Key {
            name: name.as_deref().unwrap_or_default(),
            letter: value.to_unicode(),
            ctrl: held.contains(ModifierType::CONTROL_MASK),
            other: OTHER.iter().any(|other| held.intersects(*other)),
        };
        stop(!passes(key, app.state::<Kiosk>().lock.screen()))
    };
    shell.connect_key_press_event(judge.clone());
    shell.connect_key_release_event(judge);
}

fn focus(shell: &ApplicationWindow, app: &AppHandle) {
    let on = app.clone();
    shell.connect_focus_in_event(move |shell, _| {
        if is_on(&on) {
            grab(shell);
        }
        Propagation::Proceed
    });
    let on = app.clone();
    shell.connect_focus_out_event(move |shell, _| {
        let (on, shell) = (on.clone(), shell.clone());
        timeout_add_local_once(FOCUS_BACK, move || {
            if is_on(&on) && !shell.has_toplevel_focus() {
                shell.present();
            }
        });
        Propagation::Proceed
    });
    let on = app.clone();
    shell.connect_window_state_event(move |shell, event| {
        if is_on(&on) && event.new_window_state().contains(WindowState::ICONIFIED) {
            shell.deiconify();
            shell.present();
        }
        Propagation::Proceed
    });
}

/// Takes the whole keyboard, the window manager's own combinations included. The virtual terminals' are the X server's.
fn grab(shell: &ApplicationWindow) {
    let Some(window) = shell.window() else { return };
    if let Some(seat) = window.display().default_seat() {
        // Refused while a list is open: that has it then, and is ours.
        seat.grab(&window, SeatCapabilities::KEYBOARD, true, None, None, None);
    }
}

/// Notes that somebody is there: while they are, nothing is installed.
fn touches(view: &WebView, app: &AppHandle) {
    let app = app.clone();
    view.connect_event(move |_, event| {
        let touched = matches!(
            event.event_type(),
            EventType::ButtonPress
                | EventType::KeyPress
                | EventType::MotionNotify
                | EventType::Scroll
                | EventType::TouchBegin
        );
        if touched && let Some(hosted) = app.state::<Kiosk>().hosted.get() {
            let gateway = &hosted.gateway;
            gateway.updating.is_touched(gateway.core.clock.now());
        }
        Propagation::Proceed
    });
}

/// Nothing that WebKit would open a window of its own for, or ask the person in front of it: no page of ours needs any.
fn questions(view: &WebView) {
    view.connect_run_file_chooser(|_, request| {
        request.cancel();
        true
    });
    view.connect_run_color_chooser(|_, request| {
        request.cancel();
        true
    });
    view.connect_script_dialog(|_, dialog| {
        // A page that wants to be asked before it goes is not.
        if dialog.dialog_type() == ScriptDialogType::BeforeUnloadConfirm {
            dialog.confirm_set_confirmed(true);
        }
        true
    });
    view.connect_permission_request(|_, request| {
        request.deny();
        true
    });
    view.connect_authenticate(|_, request| {
        request.cancel();
        true
    });
    view.connect_print(|_, _| true);
    view.connect_show_notification(|_, _| true);
    view.connect_enter_fullscreen(|_| true);
}

fn menu(view: &WebView, app: &AppHandle) {
    let app = app.clone();
    view.connect_context_menu(move |_, _, _, _| is_on(&app));
}

fn gestures(view: &WebView, app: &AppHandle) {
    let on = app.clone();
    view.connect_button_press_event(move |_, event| stop(is_on(&on) && event.button() != 1));
    let on = app.clone();
    view.connect_scroll_event(move |_, event| {
        let zooms = event.state().contains(ModifierType::CONTROL_MASK);
        let sideways = matches!(
            event.direction(),
            ScrollDirection::Left | ScrollDirection::Right
        );
        stop(is_on(&on) && (zooms || sideways))
    });
    let on = app.clone();
    view.connect_event(move |_, event| {
        let pad = matches!(
            event.event_type(),
            EventType::TouchpadPinch | EventType::TouchpadSwipe
        );
        stop(is_on(&on) && pad)
    });
    let (on, fingers, since) = (
        app.clone(),
        Rc::new(RefCell::new(Fingers::default())),
        Instant::now(),
    );
    view.connect_touch_event(move |_, event| {
        let touch = match event.event_type() {
            EventType::TouchBegin => Touch::Begin,
            EventType::TouchUpdate => Touch::Update,
            _ => Touch::End,
        };
        let passes = fingers
            .borrow_mut()
            .passes(event.event_sequence(), touch, since.elapsed());
        stop(is_on(&on) && !passes)
    });
    // A word beside the pointer is a window, too.
    view.connect_has_tooltip_notify(|view| view.set_has_tooltip(false));
    view.connect_zoom_level_notify(|view| {
        if (view.zoom_level() - 1.0).abs() > f64::EPSILON {
            view.set_zoom_level(1.0);
        }
    });
}

/// Keeps the picture on, or lets it go. A desktop's session does it; a bare X server is told by whoever starts it.
pub(super) fn hold(window: &WebviewWindow, on: bool) {
    let held = window.clone();
    let told = window.run_on_main_thread(move || {
        let Ok(shell) = held.gtk_window() else { return };
        let Some(application) = shell.application() else {
            return;
        };
        match (on, AWAKE.get()) {
            (true, None) => {
                let flags = ApplicationInhibitFlags::IDLE
                    | ApplicationInhibitFlags::SUSPEND
                    | ApplicationInhibitFlags::SWITCH;
                let cookie = application.inhibit(Some(&shell), flags, Some("A kiosk is always on"));
                AWAKE.set(Some(cookie).filter(|cookie| *cookie != 0));
            }
            (false, Some(cookie)) => {
                application.uninhibit(cookie);
                AWAKE.set(None);
                if let Some(seat) = shell.display().default_seat() {
                    seat.ungrab();
                }
            }
            _ => {}
        }
    });
    if let Err(error) = told {
        tracing::warn!(%error, "nothing keeps the screen from going blank");
    }
}
