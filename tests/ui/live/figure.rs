//! A charger moves figures of the desk's list, by either road: in order, and a late reading moves none.

use crate::desk;
use crate::live_stage::{Road, Stage};

on_both_roads!(a_reading_moves_the_figure);

async fn a_reading_moves_the_figure(road: Road) {
    let page = Stage::open(road).await;
    page.desk("points").await;
    let mut charge = page.charger().await;
    desk::watch_a_charge(page.browser(), &page.site, &mut charge).await;
}
