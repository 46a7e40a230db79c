//! The whole system, with real parts started by each test: our programs, a charge point, a browser, the
//! kiosk's window, a broker, a database. One binary; what belongs to a screen stands in its own folder.

mod broker;
mod desk;
mod doors;
mod site;

#[path = "../ui/browser/live_figure.rs"]
mod browser_live_figure;
#[path = "../desktop/live_figure.rs"]
mod desktop_live_figure;
