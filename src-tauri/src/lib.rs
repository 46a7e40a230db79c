//! Package `forecourt`: the kiosk app. The gateway in one process with its window, or without one.

#[cfg(feature = "desktop")]
pub mod desktop;
#[cfg(feature = "desktop")]
pub mod lockdown;
pub mod supervisor;
#[cfg(feature = "desktop")]
pub mod watchdog;
