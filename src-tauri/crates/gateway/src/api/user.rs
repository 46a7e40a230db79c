//! A driver's own routes: a file per area. What any passer-by may see is `board`'s.

pub(super) mod account;
pub(super) mod auth;
pub(super) mod charging;
pub(super) mod guest_orders;
pub(super) mod guests;
pub(super) mod sessions;
pub(super) mod statements;
pub(super) mod topups;
pub(super) mod vehicles;
pub(super) mod wallet;
