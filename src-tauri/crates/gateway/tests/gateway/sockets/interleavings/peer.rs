//! One socket of a station, and what goes over it.

use serde_json::{Value, json};
use testkit::charger::Message;
use testkit::{Charger, FaultProxy};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// A CALL that came: which peer heard it, its id, its mark.
pub(super) type Heard = (usize, String, String);

/// One socket of a station, behind a proxy of its own.
pub(super) struct Peer {
    pub(super) number: usize,
    pub(super) proxy: FaultProxy,
    /// Does not answer CALLs.
    pub(super) mute: watch::Sender<bool>,
    pub(super) hang: Option<oneshot::Sender<()>>,
    pub(super) life: JoinHandle<Charger>,
    /// Once it hangs.
    pub(super) hung: Option<Charger>,
}

impl Peer {
    pub(super) async fn hangs(&mut self) {
        if let Some(hang) = self.hang.take() {
            // One that ended by itself hears it no more.
            let _ = hang.send(());
            self.hung = (&mut self.life).await.ok();
        }
    }

    pub(super) async fn says(&mut self, message: Message) {
        if let Some(charger) = &mut self.hung {
            // Its socket may be gone: then nobody hears it, as it should be.
            let _ = charger.send_message(message).await;
        }
    }
}

/// Reads, answers pings by that, and CALLs with its own number behind their mark.
pub(super) async fn live(
    mut charger: Charger,
    number: usize,
    mute: watch::Receiver<bool>,
    mut hang: oneshot::Receiver<()>,
    tell: mpsc::Sender<Heard>,
) -> Charger {
    loop {
        let came = tokio::select! {
            _ = &mut hang => return charger,
            came = charger.receive() => came,
        };
        let text = match came {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => return charger,
        };
        let frame: Value = serde_json::from_str(&text).expect("a frame is JSON");
        if frame[0] != 2 {
            continue;
        }
        let word = |value: &Value| value.as_str().expect("a text").to_owned();
        let (id, mark) = (word(&frame[1]), word(&frame[3]["data"]));
        tell.try_send((number, id.clone(), mark.clone()))
            .expect("the station listens");
        if !*mute.borrow() {
            let _ = charger
                .send_message(Message::text(answer(&id, &mark, number)))
                .await;
        }
    }
}

pub(super) fn answer(id: &str, mark: &str, number: usize) -> String {
    json!([3, id, { "status": "Accepted", "data": format!("{mark}/{number}") }]).to_string()
}
