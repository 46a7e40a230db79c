//! Charging on money: what is held, taken, given back and owed, when a charge is ended for it, what operators do by hand, and
//! that the books add up whatever happens.

/// Makes a test of each check for each engine.
macro_rules! on_both_engines {
    ($($check:ident),* $(,)?) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                super::$check(crate::money::till::Till::new().await).await;
            }
        )*}

        mod postgresql {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $check() {
                super::$check(crate::money::till::Till::on_postgresql().await).await;
            }
        )*}
    };
}

mod backlog;
mod bills;
mod books;
mod exports;
mod guests;
mod hands;
mod limits;
mod model;
mod power_loss;
mod receipts;
mod shifts;
mod spends;
mod starts;
mod statements;
pub mod till;
