//! One broker that works, mostly: what is declared, what others see, what is set aside, what comes again.

use std::time::{Duration, Instant};

use bus::{Arrival, Bus as _, BusError, Link};
use testkit::{AmqpProbe, RabbitMq, wait_until};
use tokio::time::timeout;

use crate::site::{
    CONFIRM, DEAD_LETTERS, DELETE_QUEUE, EVENTS, PUBLISH, RECONNECT, Site, UNBIND, WAIT, body,
    command, listed, message, third_party,
};

const NODE: &str = "kiosk-1";
const COMMANDS: &str = "forecourt.commands.kiosk-1";
const OWN_QUEUE: &str = "forecourt.live.kiosk-1";
const OTHER_QUEUE: &str = "forecourt.live.kiosk-2";
/// Longer than a frame: headers of this length would end the connection, again and again.
const ENDLESS: usize = 300_000;

#[tokio::test]
async fn events_go_out_as_the_contract_says_and_come_back_until_they_are_handled() {
    let broker = RabbitMq::start().await;
    let site = Site::start(&broker.url(), NODE);
    site.until(Link::Connected).await;
    everything_is_declared_durable(&broker).await;

    let other = Site::start(&broker.url(), "kiosk-2");
    other.until(Link::Connected).await;
    let mut gateways = Gateways { site, other };
    others_see_the_properties_and_the_gateway_not_its_own(&broker, &mut gateways).await;
    what_cannot_be_read_is_set_aside_with_the_reason(&broker, &mut gateways).await;
    what_was_not_acknowledged_comes_again_on_the_next_connection(&broker, &mut gateways).await;
    what_was_lost_on_the_way_is_told_as_a_gap(&broker, &mut gateways).await;
    what_nobody_is_bound_for_is_not_stored(&broker, &mut gateways).await;
    a_blocked_broker_is_told_and_nothing_hangs(&broker, &mut gateways).await;
    closing_leaves_no_connection(&broker, &gateways).await;
}

/// The gateway that is looked at, and another one that publishes.
struct Gateways {
    site: Site,
    other: Site,
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
        "forecourt.commands\tdirect\ttrue".to_owned(),
    ] {
        assert!(
            exchanges.contains(&expected),
            "{expected} is among {exchanges:?}"
        );
    }
    let dead_letters = r#"ev_charging_dlq	quorum	true	[{"x-queue-type","quorum"}]"#;
    let own =
        format!(r#"{OWN_QUEUE}	classic	true	[{{"x-expires",600000}},{{"x-max-length",100000}}]"#);
    let commands = queues
        .iter()
        .find(|queue| queue.starts_with(COMMANDS))
        .cloned();
    let commands = commands.expect("a gateway has a queue of commands");
    assert_eq!(
        queues,
        [dead_letters.to_owned(), commands.clone(), own],
        "all outlive the broker, and an absent gateway's do not grow for ever"
    );
    for argument in [
        r#"{"x-queue-type","quorum"}"#,
        r#"{"x-delivery-limit",10}"#,
        r#"{"x-dead-letter-exchange","ev_charging_dlq_exchange"}"#,
        r#"{"x-dead-letter-strategy","at-least-once"}"#,
        r#"{"x-overflow","reject-publish"}"#,
    ] {
        assert!(
            commands.contains(argument),
            "{argument} (MSG-04): {commands}"
        );
    }
    for expected in [
        format!("{EVENTS}\t{OWN_QUEUE}\t#"),
        format!("{DEAD_LETTERS}\tev_charging_dlq\t"),
        format!("forecourt.commands\t{COMMANDS}\tkiosk-1"),
    ] {
        assert!(
            bindings.contains(&expected),
            "{expected} is among {bindings:?}"
        );
    }
}

async fn others_see_the_properties_and_the_gateway_not_its_own(
    broker: &RabbitMq,
    gateways: &mut Gateways,
) {
    let Gateways { site, other } = gateways;
    let mut probe = AmqpProbe::start(&broker.url(), EVENTS, "meter.#").await;
    let batch: Vec<_> = (1..=150)
        .map(|number| message(number, "meter.values"))
        .collect();
    site.store(&batch).await;
    other.store(&[message(151, "meter.values")]).await;
    for number in 1..=150 {
        let delivery = other.next().await;
        assert_eq!(
            delivery.body,
            body(number),
            "another gateway reads them in order"
        );
        assert_eq!(
            (
                delivery.id.as_deref(),
                delivery.routing_key.as_str(),
                delivery.attempt
            ),
            (
                Some(message(number, "").id.to_string().as_str()),
                "meter.values",
                1
            )
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
    let first = site.next().await;
    assert_eq!(
        first.body,
        body(151),
        "its own were on its screens before the broker had them"
    );
    first.ack();
    assert_eq!(
        site.gaps,
        ["this gateway's queue was not there"],
        "and its own numbers are no hole"
    );
    queue_holds(broker, 0)
        .await
        .expect("its own are acknowledged, by the hundred");
    assert!(
        matches!(site.bus.deliveries(), Err(BusError::NoReader)),
        "there is one reader"
    );
}

/// Waits until the gateway's own queue holds so many messages.
async fn queue_holds(broker: &RabbitMq, count: u32) -> Option<()> {
    let line = format!("{OWN_QUEUE}\t{count}");
    let holds = async || {
        let queues = listed(broker, "list_queues", &["name", "messages"]).await;
        queues.contains(&line).then_some(())
    };
    wait_until(WAIT, holds).await
}

async fn what_cannot_be_read_is_set_aside_with_the_reason(
    broker: &RabbitMq,
    gateways: &mut Gateways,
) {
    let Gateways { site, other } = gateways;
    let url = broker.url();
    let mut dead = AmqpProbe::start(&url, DEAD_LETTERS, "").await;
    third_party(
        PUBLISH,
        &[&url, EVENTS, "notification.station", "no JSON at all"],
    )
    .await;
    other.store(&[message(160, "meter.values")]).await;

    let unreadable = site.next().await;
    assert_eq!(
        unreadable.body, "no JSON at all",
        "foreign messages arrive too"
    );
    unreadable.set_aside(format!("not an envelope: {}", "?".repeat(ENDLESS)));
    let behind = site.next().await;
    assert_eq!(behind.body, body(160), "it blocks nothing behind it");
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
    gateways: &mut Gateways,
) {
    let Gateways { site, other } = gateways;
    let batch: Vec<_> = (170..=172)
        .map(|number| message(number, "meter.values"))
        .collect();
    other.store(&batch).await;
    site.next().await.ack();
    let dropped = site.next().await.body;
    site.next().await.ack();
    assert_eq!(dropped, body(171));
    let left = queue_holds(broker, 1).await;
    left.expect("the broker keeps what was dropped, and nothing else");

    // Looked at while it happens: a new connection may be there before `rabbitmqctl` has ended.
    let host = broker.vhost();
    let close = ["close_all_connections", "--vhost", &host, "a test"];
    tokio::join!(
        broker.ctl(&close),
        site.until(Link::Down),
        other.until(Link::Down)
    );
    site.until(Link::Connected).await;
    other.until(Link::Connected).await;
    let again = site.next().await;
    assert_eq!(again.body, body(171), "it comes again");
    again.ack();
    other.store(&[message(173, "meter.values")]).await;
    let next = site.next().await;
    assert_eq!(next.body, body(173), "what was acknowledged does not");
    next.ack();
}

async fn what_was_lost_on_the_way_is_told_as_a_gap(broker: &RabbitMq, gateways: &mut Gateways) {
    let Gateways { site, other } = gateways;
    site.gaps.clear();
    let with_a_hole = [174, 177].map(|number| message(number, "meter.values"));
    other.store(&with_a_hole).await;
    for (number, gaps) in [(174, 0), (177, 1)] {
        let delivery = site.next().await;
        assert_eq!(
            (delivery.body, site.gaps.len()),
            (body(number), gaps),
            "told before what follows it"
        );
    }
    // What comes twice is no hole; the next number is none either.
    let without = [176, 178].map(|number| message(number, "meter.values"));
    other.store(&without).await;
    for _ in 0..2 {
        site.next().await.ack();
    }
    assert_eq!(site.gaps, ["2 messages were lost on the way"]);

    // The queue goes, as one does whose gateway was away for long, and with it what it would have held.
    third_party(DELETE_QUEUE, &[&broker.url(), OWN_QUEUE]).await;
    let told = timeout(RECONNECT, site.inbox.recv()).await;
    let told = told.expect("it is noticed");
    assert!(matches!(told, Some(Arrival::Gap(_))), "{told:?}");
    site.until(Link::Connected).await;
    other.store(&[message(190, "meter.values")]).await;
    let next = site.next().await;
    assert_eq!(
        (next.body.as_str(), site.gaps.len()),
        (body(190).as_str(), 1),
        "told once: what came before the new queue is not known"
    );
    next.ack();
}

async fn what_nobody_is_bound_for_is_not_stored(broker: &RabbitMq, gateways: &mut Gateways) {
    let Gateways { site, other } = gateways;
    let url = broker.url();
    other.store(&[message(200, "meter.values")]).await;
    let unreadable = site.next().await;
    for (queue, exchange, key) in [
        (OWN_QUEUE, EVENTS, "#"),
        (OTHER_QUEUE, EVENTS, "#"),
        ("ev_charging_dlq", DEAD_LETTERS, ""),
    ] {
        third_party(UNBIND, &[&url, queue, exchange, key]).await;
    }
    // Somebody is bound for all but one of each batch. The broker may confirm several at once, and returns
    // come apart from their confirms: which one was returned must not be guessed.
    let mut probe = AmqpProbe::start(&url, EVENTS, "meter.#").await;
    for round in 0..100 {
        let unwanted = usize::try_from(round % 10).expect("a digit");
        let mut batch: Vec<_> = (0..10)
            .map(|at| message(1_000 + round * 10 + at, "meter.values"))
            .collect();
        "charging.started".clone_into(&mut batch[unwanted].routing_key);
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
    assert_eq!(again.body, body(200));
    again.set_aside("now somebody does");
    assert_eq!(
        dead.next(WAIT).await["headers"]["x-reason"],
        "now somebody does"
    );
    let unwanted_before = message(203, "charging.started");
    other.store(&[unwanted_before]).await;
    let next = site.next().await;
    assert_eq!(next.body, body(203), "bound anew");
    next.ack();
}

async fn a_blocked_broker_is_told_and_nothing_hangs(broker: &RabbitMq, gateways: &mut Gateways) {
    let Gateways { site, other } = gateways;
    broker
        .ctl(&["set_vm_memory_high_watermark", "0.0001"])
        .await;
    let batch: Vec<_> = (90..=99)
        .map(|number| message(number, "meter.values"))
        .collect();
    let published = timeout(CONFIRM * 3, other.bus.publish(&batch))
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
    other.until(Link::Blocked).await;
    // From now on nothing is sent that would only pile up in this process.
    let published = other.bus.publish(&batch).await;
    assert!(
        matches!(published.failure, Some(BusError::Blocked)),
        "{published:?}"
    );
    let refused = other.bus.send_command(NODE, &command(1, WAIT)).await;
    assert!(matches!(refused, Err(BusError::Blocked)), "{refused:?}");

    let lifted = Instant::now();
    broker.ctl(&["set_vm_memory_high_watermark", "0.4"]).await;
    other.until(Link::Connected).await;
    // What was held back may arrive now as well: at least once.
    other.store(&batch).await;
    assert!(
        lifted.elapsed() < Duration::from_secs(10),
        "MSG-08: it recovered after {:?}",
        lifted.elapsed()
    );
    site.drain_to(&body(99)).await;
}

async fn closing_leaves_no_connection(broker: &RabbitMq, gateways: &Gateways) {
    for Site { bus, .. } in [&gateways.site, &gateways.other] {
        bus.close().await;
        assert_eq!(*bus.link().borrow(), Link::Down);
        let published = bus.publish(&[message(100, "meter.values")]).await;
        assert!(
            matches!(published.failure, Some(BusError::Down)),
            "{published:?}"
        );
    }
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
