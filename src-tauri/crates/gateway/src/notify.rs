//! Live events to the screens: numbered, kept, and pushed to whoever may know them, over Socket.IO and,
//! in the kiosk's own window, over IPC. It carries news; truth is a REST snapshot with its `seq`.

mod content;
pub mod hub;
mod notification;
mod places;
pub mod pump;
pub mod reader;
pub mod rooms;
mod sequence;
pub mod socket_io;
pub mod subscribe;

pub use content::Content;
pub use hub::Hub;
pub use reader::{Full, Pushed, Sink};
pub use rooms::{Room, View};
pub use subscribe::{Subscribe, Subscribed};
