//! npm's client against the texts of the protocol's own document, as the probe is tested too. Its other
//! transport needs a real server: `tests/system` has one.

use serde_json::json;
use testkit::{SocketIoClient, Transport};

use crate::socket_io::serve;

#[tokio::test]
async fn npms_client_asks_is_pushed_events_in_order_and_comes_back_when_told() {
    let (http, played) = serve(|mut server| async move {
        server.say(r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#).await;
        server.hear(r#"40{"token":"secret"}"#).await;
        server.say(r#"40{"sid":"s"}"#).await;
        server
            .hear(r#"420["subscribe",{"after":7,"rooms":["cms"]}]"#)
            .await;
        server.say(r#"42["notification",{"seq":8}]"#).await;
        server.say(r#"430[{"ok":true}]"#).await;
        server.say(r#"42["notification",{"seq":9}]"#).await;
        server.say("2").await;
        server.hear("3").await;
        server.say("41").await;
    })
    .await;
    let mut client = SocketIoClient::start(&http, Transport::WebSocket, Some("secret")).await;
    assert_eq!(client.connect().await, Ok("websocket".to_owned()));
    let answer = client
        .subscribe(json!({ "rooms": ["cms"], "after": 7 }))
        .await;
    assert_eq!(answer, json!({ "ok": true }));
    for seq in [8, 9] {
        let pushed = client.next().await;
        assert_eq!(
            pushed,
            json!({ "seq": seq }),
            "none is lost beside an answer"
        );
    }
    assert_eq!(client.disconnected().await, "io server disconnect");
    played.await.expect("the server heard what it expected");
}

#[tokio::test]
async fn a_refusal_is_the_connect_errors_message() {
    let (http, played) = serve(|mut server| async move {
        server.say(r#"0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}"#).await;
        server.hear("40{}").await;
        server.say(r#"44{"message":"no"}"#).await;
    })
    .await;
    let mut client = SocketIoClient::start(&http, Transport::WebSocket, None).await;
    assert_eq!(client.connect().await, Err("no".to_owned()));
    played.await.expect("the server heard what it expected");
}
