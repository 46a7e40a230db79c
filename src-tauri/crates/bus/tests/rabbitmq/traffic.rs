//! One broker that works, mostly: what is declared, what others see, what is set aside, what comes again.

use bus::{Bus as _, BusError, Link};
use testkit::{AmqpProbe, RabbitMq, wait_until};
use tokio::time::timeout;

use crate::site::{
    CONFIRM, DEAD_LETTERS, EVENTS, PUBLISH, Site, UNBIND, WAIT, body, listed, message, third_party,
};

const NODE: &str = "kiosk-1";
const OWN_QUEUE: &str = "forecourt.live.kiosk-1";
/// Longer than a frame: headers of this length would end the connection, again and again.
const ENDLESS: usize = 300_000;

#[tokio::test]
async fn events_go_out_as_the_contract_says_and_come_back_until_they_are_handled() {
    let broker = RabbitMq::start().await;
    let mut site = Site::start(&broker.url(), NODE);
    site.until(Link::Connected).await;

    everything_is_declared_durable(&broker).await;
    others_see_the_properties_and_the_gateway_its_own_events(&broker, &mut site).await;
    what_cannot_be_read_is_set_aside_with_the_reason(&broker, &mut site).await;
    what_was_not_acknowledged_comes_again_on_the_next_connection(&broker, &mut site).await;
    what_nobody_is_bound_for_is_not_stored(&broker, &mut site).await;
    a_blocked_broker_is_told_and_nothing_hangs(&broker, &mut site).await;
    closing_leaves_no_connection(&broker, &site).await;
}

async fn everything_is_declared_durable(broker: &RabbitMq) {
    let (exchanges, queues, bindings) = tokio::join!(
        listed(broker, "list_exchanges", &["name", "type", "durable"]),
        listed(
            broker,
            "list_queues",
            &["name", "type", "durable", "arguments"]
        ),
        listed(
            broker,
            "list_bindings",
            &["source_name", "destination_name", "routing_key"]
        ),
    );
    for expected in [
        format!("{EVENTS}\ttopic\ttrue"),
        format!("{DEAD_LETTERS}\tfanout\ttrue"),
    ] {
        assert!(
            exchanges.contains(&expected),
            "{expected} is among {exchanges:?}"
        );
    }
    let dead_letters = r#"ev_charging_dlq	quorum	true	[{"x-queue-type","quorum"}]"#;
    let own =
        format!(r#"{OWN_QUEUE}	classic	true	[{{"x-expires",600000}},{{"x-max-length",100000}}]"#);
    assert_eq!(
        queues,
        [dead_letters.to_owned(), own],
        "both outlive the broker, and an absent gateway's queue does not grow for ever"
    );
    for expected in [
        format!("{EVENTS}\t{OWN_QUEUE}\t#"),
        format!("{DEAD_LETTERS}\tev_charging_dlq\t"),
    ] {
        assert!(
            bindings.contains(&expected),
            "{expected} is among {bindings:?}"
        );
    }
}

async fn others_see_the_properties_and_the_gateway_its_own_events(
    broker: &RabbitMq,
    site: &mut Site,
) {
    let mut probe = AmqpProbe::start(&broker.url(), EVENTS, "meter.#").await;
    let batch: Vec<_> = (1..=50)
        .map(|number| message(number, "meter.values"))
        .collect();
    site.store(&batch).await;
    for number in 1..=50 {
        let delivery = site.next().await;
        assert_eq!(
            delivery.body,
            body(number),
            "the gateway reads its own events in order"
        );
        delivery.ack();
        let seen = probe.next(WAIT).await;
        assert_eq!(seen["routing_key"], "meter.values");
        assert_eq!(seen["message_id"], message(number, "").id.to_string());
        assert_eq!(seen["app_id"], "forecourt/kiosk-1");
        assert_eq!(seen["delivery_mode"], 2, "persistent");
        assert_eq!(seen["content_type"], "application/json");
        assert_eq!(seen["headers"]["x-key"], "point-1");
        assert_eq!(
            seen["headers"]["x-key-seq"], number,
            "in order for everybody"
        );
        assert_eq!(seen["body"]["number"], number);
    }
    assert!(
        matches!(site.bus.deliveries(), Err(BusError::NoReader)),
        "there is one reader"
    );
}

async fn what_cannot_be_read_is_set_aside_with_the_reason(broker: &RabbitMq, site: &mut Site) {
    let url = broker.url();
    let mut dead = AmqpProbe::start(&url, DEAD_LETTERS, "").await;
    third_party(
        PUBLISH,
        &[&url, EVENTS, "notification.station", "no JSON at all"],
    )
    .await;
    site.store(&[message(60, "meter.values")]).await;

    let unreadable = site.next().await;
    assert_eq!(
        unreadable.body, "no JSON at all",
        "foreign messages arrive too"
    );
    unreadable.set_aside(format!("not an envelope: {}", "?".repeat(ENDLESS)));
    let behind = site.next().await;
    assert_eq!(behind.body, body(60), "it blocks nothing behind it");
    behind.ack();

    let letter = dead.next(WAIT).await;
    assert_eq!(letter["body"], "no JSON at all", "as it came");
    assert_eq!(letter["delivery_mode"], 2, "persistent, whatever it was");
    assert_eq!(
        letter["message_id"], "theirs-1",
        "whoever repairs it knows it by its id"
    );
    assert_eq!(letter["app_id"], "theirs");
    assert_eq!(letter["content_type"], "text/plain");
    let headers = &letter["headers"];
    assert_eq!(
        (&headers["x-theirs"], &headers["x-routing-key"]),
        (&7.into(), &"notification.station".into())
    );
    let reason = headers["x-reason"].as_str().expect("the reason is text");
    assert!(
        reason.starts_with("not an envelope: ?"),
        "it begins as it was given: {reason}"
    );
    let waits = wait_until(WAIT, async || {
        let queues = listed(broker, "list_queues", &["name", "messages"]).await;
        queues
            .contains(&"ev_charging_dlq\t1".to_owned())
            .then_some(())
    });
    assert!(
        waits.await.is_some(),
        "one letter waits for the operator, and does not expire"
    );
}

async fn what_was_not_acknowledged_comes_again_on_the_next_connection(
    broker: &RabbitMq,
    site: &mut Site,
) {
    let batch: Vec<_> = (70..=72)
        .map(|number| message(number, "meter.values"))
        .collect();
    site.store(&batch).await;
    site.next().await.ack();
    let dropped = site.next().await.body;
    site.next().await.ack();
    assert_eq!(dropped, body(71));
    let left = wait_until(WAIT, async || {
        let queues = listed(broker, "list_queues", &["name", "messages"]).await;
        queues.contains(&format!("{OWN_QUEUE}\t1")).then_some(())
    });
    assert!(
        left.await.is_some(),
        "the broker keeps what was dropped, and nothing else"
    );

    // Looked at while it happens: a new connection may be there before `rabbitmqctl` has ended.
    let host = broker.vhost();
    let close = ["close_all_connections", "--vhost", &host, "a test"];
    tokio::join!(broker.ctl(&close), site.until(Link::Down));
    site.until(Link::Connected).await;
    let again = site.next().await;
    assert_eq!(again.body, body(71), "it comes again");
    again.ack();
    site.store(&[message(73, "meter.values")]).await;
    let next = site.next().await;
    assert_eq!(next.body, body(73), "what was acknowledged does not");
    next.ack();
}

async fn what_nobody_is_bound_for_is_not_stored(broker: &RabbitMq, site: &mut Site) {
    let url = broker.url();
    site.store(&[message(80, "meter.values")]).await;
    let unreadable = site.next().await;
    third_party(UNBIND, &[&url, OWN_QUEUE, EVENTS, "#"]).await;
    third_party(UNBIND, &[&url, "ev_charging_dlq", DEAD_LETTERS, ""]).await;
    // Somebody is bound for all but one of each batch. The broker may confirm several at once, and returns
    // come apart from their confirms: which one was returned must not be guessed.
    let mut probe = AmqpProbe::start(&url, EVENTS, "meter.#").await;
    for round in 0..100 {
        let unwanted = usize::try_from(round % 10).expect("a digit");
        let mut batch: Vec<_> = (0..10)
            .map(|at| message(1_000 + round * 10 + at, "meter.values"))
            .collect();
        "charging.started".clone_into(&mut batch[unwanted].name);
        let published = site.bus.publish(&batch).await;
        assert_eq!(
            published.stored, unwanted,
            "round {round}: up to the one that nobody wanted: {published:?}"
        );
        assert!(
            matches!(published.failure, Some(BusError::Unroutable(name)) if name == "charging.started"),
            "round {round}: it is named"
        );
    }
    let first = probe.next(WAIT).await;
    assert_eq!(
        first["headers"]["x-key-seq"], 1_001,
        "the others have reached who wanted them"
    );

    // A letter that no queue takes is not dropped: the message comes again, over a new connection that
    // has bound everything anew.
    unreadable.set_aside("nobody takes it");
    site.until(Link::Down).await;
    site.until(Link::Connected).await;
    let mut dead = AmqpProbe::start(&url, DEAD_LETTERS, "").await;
    let again = site.next().await;
    assert_eq!(again.body, body(80));
    again.set_aside("now somebody does");
    assert_eq!(
        dead.next(WAIT).await["headers"]["x-reason"],
        "now somebody does"
    );
    let unwanted_before = message(83, "charging.started");
    site.store(&[unwanted_before]).await;
    site.drain_to(&body(83)).await;
}

async fn a_blocked_broker_is_told_and_nothing_hangs(broker: &RabbitMq, site: &mut Site) {
    broker
        .ctl(&["set_vm_memory_high_watermark", "0.0001"])
        .await;
    let batch: Vec<_> = (90..=99)
        .map(|number| message(number, "meter.values"))
        .collect();
    let published = timeout(CONFIRM * 3, site.bus.publish(&batch))
        .await
        .expect("it does not hang");
    assert_eq!(
        published.stored, 0,
        "a blocked broker stores nothing: {published:?}"
    );
    assert!(
        matches!(published.failure, Some(BusError::Timeout(_))),
        "{published:?}"
    );
    site.until(Link::Blocked).await;

    broker.ctl(&["set_vm_memory_high_watermark", "0.4"]).await;
    site.until(Link::Connected).await;
    // What was held back may arrive now as well: at least once.
    site.store(&batch).await;
    site.drain_to(&body(99)).await;
}

async fn closing_leaves_no_connection(broker: &RabbitMq, site: &Site) {
    site.bus.close().await;
    assert_eq!(*site.bus.link().borrow(), Link::Down);
    let published = site.bus.publish(&[message(100, "meter.values")]).await;
    assert!(
        matches!(published.failure, Some(BusError::Down)),
        "{published:?}"
    );
    let gone = wait_until(WAIT, async || {
        let open = broker
            .ctl(&[
                "list_connections",
                "--no-table-headers",
                "client_properties",
            ])
            .await;
        (!open.contains("forecourt/")).then_some(())
    });
    assert!(
        gone.await.is_some(),
        "the broker has no connection of ours left"
    );
}
