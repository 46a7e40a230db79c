//! A charger moves a figure in the kiosk's own window, over IPC: there is no other way in, the TCP door is shut.

use testkit::port::Port;
use testkit::{Browser, Display};

use crate::desk;
use crate::site::{Site, app_with_window};

#[tokio::test]
async fn a_reading_moves_the_figure_in_the_webview_over_ipc_with_the_tcp_door_shut() {
    let site = Site::new().await;
    let display = Display::start().await;
    let chargers = Port::lease();
    let ocpp = format!("127.0.0.1:{}", chargers.number());
    let mut arguments = site.arguments();
    arguments.extend(["--listen", "off", "--ocpp-listen", &ocpp].map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let browser = Browser::webview(&app_with_window(), &arguments, &[], &display).await;
    desk::sign_in(&browser).await;
    let mut charge = site.charger(&format!("ws://{ocpp}/ocpp")).await;
    desk::watch_a_charge(&browser, &site, &mut charge).await;
}
