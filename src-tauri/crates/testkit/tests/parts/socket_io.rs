//! The probe against the texts of the protocols' own documents, said by hand: there is no Socket.IO
//! server here but the gateway's, and the gateway is what the probe tests.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use testkit::SocketIoProbe;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// One connection that says and expects what a test says.
pub struct Server(WebSocketStream<TcpStream>);

impl Server {
    pub async fn say(&mut self, text: &str) {
        let said = self.0.send(Message::text(text.to_owned())).await;
        said.expect("the probe reads");
    }

    pub async fn hear(&mut self, expect: &str) {
        let heard = self.0.next().await.expect("the probe is there");
        assert_eq!(
            heard.expect("the probe speaks"),
            Message::text(expect.to_owned())
        );
    }
}

/// Listens, and plays `play` to the first who comes. Returns the address.
pub async fn serve<F: Future<Output = ()> + Send>(
    play: impl FnOnce(Server) -> F + Send + 'static,
) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a loopback port is free");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    let played = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("the probe connects");
        let socket = accept_async(stream).await.expect("the probe shakes hands");
        play(Server(socket)).await;
    });
    (format!("http://{address}"), played)
}

#[tokio::test]
async fn a_client_is_let_in_asks_is_pushed_events_and_sees_the_end() {
    let (http, played) = serve(|mut server| async move {
        server.say(r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#).await;
        server.hear(r#"40{"token":"secret"}"#).await;
        // socketioxide pings before it lets anybody in.
        server.say("2").await;
        server.hear("3").await;
        server.say(r#"40{"sid":"s"}"#).await;
        server.hear(r#"421["subscribe",{"rooms":["cms"]}]"#).await;
        server.say(r#"42["notification",{"seq":1}]"#).await;
        server.say(r#"431[{"ok":true}]"#).await;
        server.say(r#"42["notification",{"seq":2}]"#).await;
        server.say("2").await;
        server.hear("3").await;
        server.say("41").await;
    })
    .await;
    let connected = SocketIoProbe::connect(&http, Some("secret")).await;
    let mut probe = connected.expect("the server lets it in");
    let answer = probe.emit("subscribe", json!({ "rooms": ["cms"] })).await;
    assert_eq!(answer, json!({ "ok": true }));
    for seq in 1..=2 {
        let pushed = probe.next().await.expect("an event comes before the end");
        assert_eq!(pushed.name, "notification");
        assert_eq!(
            pushed.json(),
            json!({ "seq": seq }),
            "none is lost beside an answer"
        );
    }
    assert!(probe.next().await.is_none(), "the server said goodbye");
    played.await.expect("the server heard what it expected");
}

#[tokio::test]
async fn a_refusal_comes_back_as_the_server_put_it() {
    let (http, played) = serve(|mut server| async move {
        server.say(r#"0{"sid":"e"}"#).await;
        server.hear("40{}").await;
        server.say(r#"44{"message":"no"}"#).await;
    })
    .await;
    let refused = SocketIoProbe::connect(&http, None).await;
    assert_eq!(
        refused.expect_err("the server let nobody in"),
        json!({ "message": "no" })
    );
    played.await.expect("the server heard what it expected");
}
