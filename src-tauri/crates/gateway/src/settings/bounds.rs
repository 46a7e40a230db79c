//! What a setting may be, beyond its type: each refusal is one sentence that names the key and what to do.

use jiff::SignedDuration;

use super::{Settings, SettingsError, kiosk, updates};

/// The longest time that can be set: beyond it a clock's arithmetic has an end.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// The longest that messages of chargers are kept.
const OLDEST_LOG: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);

/// Refuses the first setting that is out of its bounds.
pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    durations(settings)?;
    numbers(settings)?;
    names(settings)?;
    site(settings)?;
    urls(settings)?;
    kiosk::check(settings)?;
    updates::check(settings)?;
    lists(settings)
}

fn must(right: bool, sentence: impl FnOnce() -> String) -> Result<(), SettingsError> {
    if right {
        Ok(())
    } else {
        Err(SettingsError(sentence()))
    }
}

fn durations(settings: &Settings) -> Result<(), SettingsError> {
    let (ocpp, live, broker) = (&settings.ocpp, &settings.live, &settings.broker);
    for (name, duration) in [
        ("ocpp.ping_interval", ocpp.ping_interval),
        ("ocpp.pong_timeout", ocpp.pong_timeout),
        ("ocpp.heartbeat_interval", ocpp.heartbeat_interval),
        ("ocpp.call_timeout", ocpp.call_timeout),
        ("ocpp.write_timeout", ocpp.write_timeout),
        ("ocpp.takeover_ping", ocpp.takeover_ping),
        ("ocpp.connection_timeout", ocpp.connection_timeout),
        ("ocpp.remote_start_ttl", ocpp.remote_start_ttl),
        ("live.tick", live.tick),
        ("live.ping_interval", live.ping_interval),
        ("live.ping_timeout", live.ping_timeout),
        ("limits.header_timeout", settings.limits.header_timeout),
        ("broker.confirm_timeout", broker.confirm_timeout),
        ("broker.reconnect_max", broker.reconnect_max),
    ] {
        must(duration.is_positive() && duration <= LONGEST, || {
            format!(
                "the setting {name} must be longer than nothing and at most a day; write it like 30s"
            )
        })?;
    }
    must(
        ocpp.log_age.is_positive() && ocpp.log_age <= OLDEST_LOG,
        || {
            "the setting ocpp.log_age must be longer than nothing and at most ten years; write it like 720h"
            .to_owned()
        },
    )
}

fn numbers(settings: &Settings) -> Result<(), SettingsError> {
    let limits = &settings.limits;
    must(settings.broker.outbox_max_mb > 0, || {
        "the setting broker.outbox_max_mb must be 1 or more; 1500 is the default".to_owned()
    })?;
    must(
        (1..=100_000_000).contains(&settings.ocpp.log_retain),
        || {
            "the setting ocpp.log_retain must be 1 to 100000000 frames; 200000 is the default"
                .to_owned()
        },
    )?;
    must((500..=100_000_000).contains(&settings.live.retain), || {
        "the setting live.retain must be 500 to 100000000 events; 100000 is the default".to_owned()
    })?;
    must((1..=16_384).contains(&limits.body_kib), || {
        "the setting limits.body_kib must be 1 to 16384; 256 is the default".to_owned()
    })?;
    for (name, count) in [
        ("ocpp.queue", settings.ocpp.queue),
        ("limits.sockets", limits.sockets),
        (
            "limits.accepts_per_second",
            limits.accepts_per_second as usize,
        ),
        (
            "limits.requests_per_second",
            limits.requests_per_second as usize,
        ),
    ] {
        must((1..=100_000).contains(&count), || {
            format!("the setting {name} must be 1 to 100000; leave it out for the default")
        })?;
    }
    must(limits.handshake_failures_per_minute > 0, || {
        "the setting limits.handshake_failures_per_minute must be at least 1; 10 is the default"
            .to_owned()
    })
}

fn names(settings: &Settings) -> Result<(), SettingsError> {
    let plain = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let node = &settings.node;
    must((1..=64).contains(&node.len()) && plain(node), || {
        "the setting node must be 1 to 64 characters of A-Z a-z 0-9 - _ . such as main".to_owned()
    })?;
    for (name, exchange) in [
        ("broker.exchange", &settings.broker.exchange),
        (
            "broker.dead_letter_exchange",
            &settings.broker.dead_letter_exchange,
        ),
    ] {
        must(
            (1..=127).contains(&exchange.len()) && plain(exchange),
            || format!("the setting {name} must be 1 to 127 characters of A-Z a-z 0-9 - _ ."),
        )?;
    }
    Ok(())
}

fn site(settings: &Settings) -> Result<(), SettingsError> {
    settings.currency()?;
    settings.money()?;
    settings.receipts()?;
    settings.topup_bounds()?;
    settings.providers()?;
    settings.site.check()
}

fn urls(settings: &Settings) -> Result<(), SettingsError> {
    let begins = |url: &Option<String>, schemes: &[&str]| {
        let has = |url: &String| {
            let rest = schemes.iter().find_map(|scheme| url.strip_prefix(scheme));
            rest.is_some_and(|rest| !rest.is_empty())
        };
        url.as_ref().is_none_or(has)
    };
    must(
        begins(&settings.broker_url, &["amqp://", "amqps://"]),
        || {
            "the setting broker_url must be amqp://… or amqps://…; leave it out for no broker"
                .to_owned()
        },
    )?;
    if let Some(url) = &settings.broker_url {
        bus::check_url(url).map_err(|reason| {
            SettingsError(format!("the setting broker_url cannot be used: {reason}"))
        })?;
    }
    let public = settings
        .public_url
        .as_ref()
        .map(|text| url::Url::parse(text));
    let plain = |url: &url::Url| {
        let bare = url.query().is_none() && url.fragment().is_none() && url.password().is_none();
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && bare
    };
    must(
        public.is_none_or(|url| url.is_ok_and(|url| plain(&url))),
        || {
            "the setting public_url must be an http or https address without more, such as https://kiosk.example"
            .to_owned()
        },
    )?;
    let databases = ["sqlite:", "postgres://", "postgresql://"];
    must(begins(&settings.database_url, &databases), || {
        "the setting database_url must be sqlite://… or postgres://…; leave it out for a file in the data folder"
            .to_owned()
    })
}

fn lists(settings: &Settings) -> Result<(), SettingsError> {
    for host in &settings.allowed_hosts {
        let reads = !host.is_empty() && !host.contains(['/', ' ', '*', '@']);
        must(reads, || {
            format!(
                "the setting allowed_hosts has {host:?}; write a host and its port, such as kiosk.example:8180"
            )
        })?;
    }
    for origin in &settings.allowed_origins {
        let host = ["http://", "https://"]
            .iter()
            .find_map(|scheme| origin.strip_prefix(scheme));
        let reads = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ', '*']));
        must(reads, || {
            format!(
                "the setting allowed_origins has {origin:?}; write a page's origin, such as https://desk.example"
            )
        })?;
    }
    Ok(())
}
