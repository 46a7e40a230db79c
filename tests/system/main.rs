//! The whole system, with real parts started by each test: our programs, a charge point, a browser, the
//! kiosk's window, a broker, a database. One binary; what belongs to a screen stands in its own folder.
//!
//! Planted once and seen red: an event numbered but not pushed (`pump.rs`); the window without its door
//! (`scheme.rs`); any key opens (`handshake.rs`); the outbox never forgets (`relay.rs`); the tick goes on
//! without a broker (`jobs.rs`). By `third_party`: Socket.IO as a layer of the router (`socket_io.rs`); meter
//! values in `cms`, too (`rooms.rs`); the operators' part of an event told to the public (`data.rs`); what a charger
//! did next told before its answer (`commander.rs`); messages that a broker's restart loses (`publisher.rs`);
//! recipients left out (`notification.rs`). By the pages: one that takes no cost in, a stop that never asks
//! (`my-charges-model.js`, `ask.js`); a result that is never told (`commands-model.js`). By the demo site: one card for all its bays (`demo.rs`).

mod broker;
mod demo;
mod desk;
mod doors;
mod kill_loop;
mod live_cuts;
mod packages;
mod paid_charge;
mod payers;
mod rest;
mod service;
mod site;
mod slow_database;
mod storm;
mod third_party;

#[path = "../rigs/deliveries.rs"]
mod deliveries;
#[path = "../rigs/invariants.rs"]
mod invariants;
#[path = "../rigs/rebilled.rs"]
mod rebilled;

#[path = "../ui/live/stage.rs"]
#[macro_use]
mod live_stage;

#[path = "../ui/browser/axe.rs"]
mod browser_axe;
#[path = "../ui/browser/driver.rs"]
mod browser_driver;
#[path = "../ui/browser/first_operator.rs"]
mod browser_first_operator;
#[path = "../ui/browser/hostile_text.rs"]
mod browser_hostile_text;
#[path = "../ui/browser/keyboard.rs"]
mod browser_keyboard;
#[path = "../ui/browser/operator.rs"]
mod browser_operator;
#[path = "../ui/browser/organizations.rs"]
mod browser_organizations;
#[path = "../ui/browser/scenery.rs"]
mod browser_scenery;
#[path = "../ui/browser/screen_keyboard.rs"]
mod browser_screen_keyboard;
#[path = "../ui/browser/screens.rs"]
mod browser_screens;
#[path = "../ui/browser/secrets.rs"]
mod browser_secrets;
#[path = "../ui/browser/vehicles.rs"]
mod browser_vehicles;
#[path = "../ui/kiosk/ipc.rs"]
mod kiosk_ipc;
#[path = "../ui/kiosk/left_alone.rs"]
mod kiosk_left_alone;
#[path = "../ui/kiosk/locked.rs"]
mod kiosk_locked;
#[path = "../ui/kiosk/page_fails.rs"]
mod kiosk_page_fails;
#[path = "../ui/kiosk/public_place.rs"]
mod kiosk_place;
#[path = "../ui/kiosk/staff.rs"]
mod kiosk_staff;
#[path = "../ui/kiosk/updates.rs"]
mod kiosk_updates;
#[path = "../ui/live/board.rs"]
mod live_board;
#[path = "../ui/live/cars.rs"]
mod live_cars;
#[path = "../ui/live/desk.rs"]
mod live_desk;
#[path = "../ui/live/figure.rs"]
mod live_figure;
#[path = "../ui/live/mine.rs"]
mod live_mine;
#[path = "../ui/live/money_in.rs"]
mod live_money_in;
#[path = "../ui/live/office.rs"]
mod live_office;
#[path = "../ui/live/cuts.rs"]
mod live_page_cuts;
#[path = "../ui/live/tariffs.rs"]
mod live_tariffs;
