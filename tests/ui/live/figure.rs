//! A charger moves a figure in a browser, over Socket.IO.

use testkit::Browser;

use crate::desk;
use crate::site::Site;

#[tokio::test]
async fn a_reading_moves_the_figure_in_chromium_over_socket_io() {
    let site = Site::new().await;
    let gateway = site.serve(&[]).await;
    let browser = Browser::chromium().await;
    browser.goto(&format!("{}/cms.html", gateway.http())).await;
    desk::sign_in(&browser).await;
    let mut charge = site.charger(gateway.ocpp()).await;
    desk::watch_a_charge(&browser, &site, &mut charge).await;
}
