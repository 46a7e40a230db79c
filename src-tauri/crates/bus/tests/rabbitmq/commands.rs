//! Commands between gateways: to the one that is named or to nobody, again until they are handled, and aside
//! when that never happens.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bus::{Bus as _, BusError, Link};
use testkit::{AmqpProbe, RabbitMq, wait_until};

use crate::site::{DEAD_LETTERS, PUBLISH_MANY, Site, WAIT, command, listed, third_party};

const COMMANDS: &str = "forecourt.commands";
/// MSG-04: one poison among so many.
const MANY: u32 = 10_000;
const POISON: u32 = 5_000;
/// MSG-04: how often a poison may be tried.
const TRIES: usize = 10;

#[tokio::test]
async fn commands_reach_the_gateway_they_name_until_they_are_handled() {
    let broker = RabbitMq::start().await;
    let mut site = Site::start(&broker.url(), "kiosk-1");
    let mut other = Site::start(&broker.url(), "kiosk-2");
    site.until(Link::Connected).await;
    other.until(Link::Connected).await;

    who_is_named_gets_it_and_who_is_not_there_is_told(&broker, &mut site, &mut other).await;
    one_that_is_dropped_comes_again_at_once(&site, &mut other).await;
    a_poison_among_many_is_set_aside_and_holds_up_nothing(&broker, &mut other).await;
    what_nobody_takes_in_its_time_is_set_aside(&broker, &site, other).await;
    site.bus.close().await;
}

async fn who_is_named_gets_it_and_who_is_not_there_is_told(
    broker: &RabbitMq,
    site: &mut Site,
    other: &mut Site,
) {
    let mut probe = AmqpProbe::start(&broker.url(), COMMANDS, "kiosk-2").await;
    let sent = site.bus.send_command("kiosk-2", &command(1, WAIT)).await;
    sent.expect("it is there");
    let delivery = other.next_command().await;
    assert_eq!((delivery.body.as_str(), delivery.attempt), ("1", 1));
    assert_eq!(
        delivery.id,
        Some(command(1, WAIT).id.to_string()),
        "by which the inbox knows it"
    );
    delivery.ack();
    let seen = probe.next(WAIT).await;
    assert_eq!(seen["app_id"], "forecourt/kiosk-1", "who sent it: {seen}");
    assert_eq!(
        (&seen["delivery_mode"], &seen["content_type"]),
        (&2.into(), &"application/json".into())
    );

    let own = site.bus.send_command("kiosk-1", &command(2, WAIT)).await;
    own.expect("a gateway may name itself");
    let delivery = site.next_command().await;
    assert_eq!(delivery.body, "2");
    delivery.ack();

    for node in ["kiosk-3", "kiosk-#", ""] {
        let refused = site.bus.send_command(node, &command(3, WAIT)).await;
        assert!(
            matches!(&refused, Err(BusError::NoSuchNode(named)) if named == node),
            "{node:?}: {refused:?}"
        );
    }
    assert!(
        matches!(site.bus.commands(), Err(BusError::NoReader)),
        "there is one reader"
    );
}

async fn one_that_is_dropped_comes_again_at_once(site: &Site, other: &mut Site) {
    let sent = site.bus.send_command("kiosk-2", &command(4, WAIT)).await;
    sent.expect("it is there");
    for attempt in 1..=3 {
        let delivery = other.next_command().await;
        assert_eq!(
            (delivery.body.as_str(), delivery.attempt),
            ("4", attempt),
            "counted by the queue"
        );
        if attempt == 3 {
            delivery.ack();
        }
    }
}

async fn a_poison_among_many_is_set_aside_and_holds_up_nothing(
    broker: &RabbitMq,
    other: &mut Site,
) {
    let url = broker.url();
    let mut dead = AmqpProbe::start(&url, DEAD_LETTERS, "").await;
    let (first, last) = ("1".to_owned(), MANY.to_string());
    third_party(PUBLISH_MANY, &[&url, COMMANDS, "kiosk-2", &first, &last]).await;
    let poison = POISON.to_string();
    let (mut handled, mut tries) = (BTreeSet::new(), 0);
    let (mut longest, mut before) = (Duration::ZERO, Instant::now());
    while handled.len() < usize::try_from(MANY).expect("it fits") - 1 {
        let delivery = other.next_command().await;
        longest = longest.max(before.elapsed());
        before = Instant::now();
        if delivery.body == poison {
            tries += 1;
        } else {
            assert!(
                handled.insert(delivery.body.clone()),
                "{} came twice",
                delivery.body
            );
            delivery.ack();
        }
    }
    assert!(
        longest < Duration::from_secs(1),
        "another one waited {longest:?}"
    );
    let letter = dead.next(WAIT).await;
    assert_eq!(letter["body"].to_string(), poison, "as it came: {letter}");
    assert_eq!(
        letter["headers"]["x-reason"], "given up after 10 tries",
        "and why"
    );
    assert_eq!(tries, TRIES, "so often, and no more");

    // What can never be read is set aside at once, with the reader's own reason.
    third_party(PUBLISH_MANY, &[&url, COMMANDS, "kiosk-2", "1", "1"]).await;
    other.next_command().await.set_aside("no command");
    assert_eq!(dead.next(WAIT).await["headers"]["x-reason"], "no command");
}

async fn what_nobody_takes_in_its_time_is_set_aside(broker: &RabbitMq, site: &Site, other: Site) {
    let mut dead = AmqpProbe::start(&broker.url(), DEAD_LETTERS, "").await;
    let mut other = other;
    let sent = site.bus.send_command("kiosk-2", &command(7, WAIT)).await;
    sent.expect("it is there");
    let in_hand = other.next_command().await;
    other.bus.close().await;
    // Its reader says so when the connection has gone: too late for the broker.
    in_hand.ack();
    let mut again = Site::start(&broker.url(), "kiosk-2");
    let delivery = again.next_command().await;
    assert_eq!(
        delivery.body, "7",
        "its effect may not be stored: it comes again"
    );
    delivery.ack();
    let empty = wait_until(WAIT, async || {
        let queues = listed(broker, "list_queues", &["name", "messages"]).await;
        queues
            .contains(&"forecourt.commands.kiosk-2\t0".to_owned())
            .then_some(())
    });
    assert!(empty.await.is_some(), "nothing is left behind");

    again.bus.close().await;
    let late = command(8, Duration::from_millis(300));
    let kept = site.bus.send_command("kiosk-2", &late).await;
    kept.expect("a gateway that has just stopped may be back at any moment");
    let letter = dead.next(WAIT).await;
    assert_eq!(
        letter["body"], 8,
        "a command that is late is none: {letter}"
    );
    let why = letter["headers"]["x-death"].to_string();
    assert!(why.contains("expired"), "{letter}");
}
