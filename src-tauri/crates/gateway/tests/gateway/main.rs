//! The gateway as a library: its routes through the window's door, its ops on a real database, its live events.
//! No browser and no socket here; those are in the whole-system tests.

mod api;
mod charge;
mod house;
mod live;
