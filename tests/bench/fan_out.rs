//! One event, and everybody who watches: how long until the last screen has it.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::json;
use testkit::{Charger, SocketIoProbe};
use tokio::task::JoinSet;

use crate::app::Gateway;
use crate::charger::accepted;
use crate::figures::{Figure, quantile};
use crate::helper::{self, Helper};
use crate::site::{Registered, Site};
use crate::{FAN_OUT, Outcome};

/// How many readers connect at the same time.
const CONNECTING: usize = 64;

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    http: String,
    ocpp: String,
    token: String,
    readers: usize,
    charge_point: Registered,
}

/// From a charger's StatusNotification to the screens of `readers`.
pub async fn fan_out(
    site: &Site,
    gateway: &Gateway,
    token: &str,
    readers: usize,
) -> Outcome<[Figure; 2]> {
    let order = Order {
        http: gateway.http.clone(),
        ocpp: gateway.ocpp.clone(),
        token: token.to_owned(),
        readers,
        charge_point: site.charge_points.first().ok_or("an empty site")?.clone(),
    };
    let (crowd, took): (_, Vec<f64>) = Helper::start(FAN_OUT, &order).await?;
    crowd.release().await?;
    let at = |share| quantile(&took, share).ok_or("nobody heard of it");
    let figure = |name, value, which: &str| {
        let what = format!("one event to {} readers, {which}", took.len());
        Figure::new(name, value, "ms", what)
    };
    Ok([
        figure("fan_out_p50", at(0.5)?, "p50"),
        figure("fan_out_last", at(1.0)?, "the last"),
    ])
}

/// The process with the readers.
pub async fn serve() -> Outcome {
    let order: Order = helper::order()?;
    rlimit::increase_nofile_limit(u64::MAX)?;
    let point = &order.charge_point;
    let mut charger = Charger::connect(&order.ocpp, &point.identity, Some(&point.key)).await;
    let boot = json!({ "chargePointVendor": "Forecourt", "chargePointModel": "Bench" });
    accepted(&charger.call("BootNotification", boot).await);
    calm(&order).await?;
    let readers = connect(&order).await?;
    let status = json!({ "connectorId": 1, "errorCode": "NoError", "status": "Faulted" });
    let written = Instant::now();
    let mut hearing = JoinSet::new();
    for reader in readers {
        hearing.spawn(hear(reader, written));
    }
    accepted(&charger.call("StatusNotification", status).await);
    let took: Vec<Option<f64>> = hearing.join_all().await;
    let heard: Vec<f64> = took.iter().copied().flatten().collect();
    if heard.len() < took.len() {
        let lost = took.len() - heard.len();
        return Err(format!("{lost} readers were closed before they heard").into());
    }
    helper::report_and_hold(&heard).await
}

/// Reads until the connector is told to be faulted: how many milliseconds after the frame was written. `None` when the
/// gateway closed the connection before.
async fn hear(mut reader: SocketIoProbe, written: Instant) -> Option<f64> {
    while let Some(pushed) = reader.next().await {
        let text = pushed.data.get();
        if text.contains("connector.status.changed") && text.contains("faulted") {
            return Some((pushed.at - written).as_secs_f64() * 1000.0);
        }
    }
    None
}

/// Waits until the gateway has told everything that was waiting when it started: two ticks with one number.
async fn calm(order: &Order) -> Outcome {
    let mut reader = SocketIoProbe::connect(&order.http, Some(&order.token))
        .await
        .map_err(|refusal| format!("a reader was refused: {refusal}"))?;
    let mut last = None;
    while let Some(pushed) = reader.next().await {
        let news = pushed.json();
        if news["type"] == "live.tick" {
            let seq = news["seq"].as_i64();
            if seq == last {
                return Ok(());
            }
            last = seq;
        }
    }
    Err("the gateway closed its first reader".into())
}

/// Connects the readers, each with the desk's list of charge points open.
async fn connect(order: &Order) -> Outcome<Vec<SocketIoProbe>> {
    let mut readers = Vec::with_capacity(order.readers);
    while readers.len() < order.readers {
        let mut connecting = JoinSet::new();
        for _ in 0..CONNECTING.min(order.readers - readers.len()) {
            let (http, token) = (order.http.clone(), order.token.clone());
            connecting.spawn(async move {
                let reader = SocketIoProbe::connect(&http, Some(&token)).await?;
                let rooms = json!({ "rooms": ["cms:points"] });
                let joined = reader.emit("subscribe", rooms).await;
                if joined["ok"] == true {
                    Ok(reader)
                } else {
                    Err(joined)
                }
            });
        }
        for reader in connecting.join_all().await {
            readers.push(reader.map_err(|refusal| format!("a reader was refused: {refusal}"))?);
        }
    }
    Ok(readers)
}
