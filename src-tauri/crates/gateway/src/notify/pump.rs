//! To the readers: this gateway's own events, and those of others from the bus. Each gets its number in the log
//! first and is pushed second; what came over the bus is acknowledged last. A crash anywhere in between repeats
//! work and loses nothing. Whether a broker is up matters to nobody here.
//!
//! Own events come numbered with their commit. Those of an admin command, or of a time before this one, are taken from
//! the outbox.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{Arrival, Deliveries, Delivery};
use domain::event::Envelope;
use domain::{Event, EventId};
use store::repo::live_log::{self, Entry, Logged, Then};
use store::repo::outbox;
use store::{Own, OwnEvents};
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::Hub;
use super::content::Content;
use super::hub::News;
use super::notification::{self, Notification};
use super::sequence::Sequence;
use crate::core::{Core, OpError};

/// How many events of others share one commit.
const BATCH: usize = 100;
/// How many of this gateway's own do.
const OWN: i64 = 500;
/// How often the outbox is looked at without being woken: other processes write to it too (admin commands).
const LOOK: Duration = Duration::from_secs(1);
/// How many events that nobody handed on are read from the log at one look.
const FETCHED: i64 = 1_000;
/// How long after a gap the next one is told.
const BETWEEN_GAPS: Duration = Duration::from_secs(5);
/// How long to wait before a failed store is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// What the pump works between.
pub struct Pump {
    /// Store and clock.
    pub core: Core,
    /// The readers.
    pub hub: Arc<Hub>,
    /// What becomes of an own event once the screens have it.
    pub then: Then,
    /// Wakes the relay when there is something to publish.
    pub relay: Arc<Notify>,
}

/// A message of somebody else that reads.
struct Arrived {
    id: EventId,
    content: Foreign,
    delivery: Delivery,
}

enum Foreign {
    Event(Box<Event>),
    Notification(Notification),
}

/// What one commit takes in.
struct Round {
    own: bool,
    arrived: Vec<Arrived>,
    gap: bool,
}

/// What is to be pushed, under its number.
enum Numbered {
    Own(Own),
    Logged(Logged),
    Arrived(Arrived),
    Gap,
}

impl Numbered {
    fn of_commit(own: Own) -> (i64, Self) {
        (own.seq, Self::Own(own))
    }

    fn of_log(logged: Logged) -> (i64, Self) {
        (logged.seq, Self::Logged(logged))
    }
}

/// What that commit gave: the numbers.
struct Numbers {
    own: Vec<Logged>,
    more: bool,
    arrived: Vec<Option<i64>>,
    gap: Option<i64>,
}

impl Pump {
    /// Runs until the bus ends or the gateway stops.
    pub async fn run(self, mut deliveries: Deliveries, stopping: CancellationToken) {
        let head = self.hub.head();
        let mut committed = Committed(self.core.store.own_events(
            &self.core.node,
            head.stream,
            self.then,
        ));
        let mut line = Sequence::new(head.seq);
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut gaps = Gaps::default();
        let mut batch = Vec::with_capacity(BATCH);
        let mut more = false;
        loop {
            let own = if more {
                true
            } else {
                tokio::select! {
                    own = committed.next() => {
                        line.put_all(own.into_iter().map(Numbered::of_commit));
                        self.push(&mut line);
                        continue;
                    }
                    () = self.core.store.outbox_grew() => true,
                    _ = look.tick() => {
                        let missing = self.fetch_missing(&mut line).await;
                        line.put_all(missing);
                        self.push(&mut line);
                        self.has_own().await
                    }
                    count = deliveries.recv_many(&mut batch, BATCH) => {
                        if count == 0 { return }
                        false
                    }
                    () = stopping.cancelled() => return,
                }
            };
            while batch.len() < BATCH
                && let Ok(arrival) = deliveries.try_recv()
            {
                batch.push(arrival);
            }
            let arrived = sort(batch.drain(..), &mut gaps);
            let gap = gaps.is_due(Instant::now());
            let round = Round { own, arrived, gap };
            if !round.own && !round.gap && round.arrived.is_empty() {
                continue;
            }
            let (numbers, beside) = tokio::select! {
                numbered = self.number_beside(&round, &mut committed) => numbered,
                () = stopping.cancelled() => return,
            };
            more = numbers.more;
            line.put_all(merge(round, numbers));
            line.put_all(beside.into_iter().map(Numbered::of_commit));
            self.push(&mut line);
        }
    }

    /// Events that are in the log and were not handed on: whoever committed them went away in that moment, or was not
    /// told that they are committed. A failing store is looked at again a moment later.
    async fn fetch_missing(&self, line: &mut Sequence<Numbered>) -> Vec<(i64, Numbered)> {
        let stream = self.hub.head().stream;
        let fetched = async {
            let mut conn = self.core.store.read().await?;
            let newest = live_log::newest(&mut conn, stream).await?;
            let Some(missing) = line.look(newest) else {
                return Ok(Vec::new());
            };
            let (first, last) = missing.into_inner();
            let last = last.min(first + FETCHED - 1);
            tracing::warn!(first, last, "events were not handed on; the log has them");
            let logged = live_log::list(&mut conn, stream, first - 1, last).await?;
            // What names rooms itself is none of the catalogue: its readers load anew.
            let events = logged.into_iter().filter(|one| one.rooms.is_none());
            let mut found: BTreeMap<_, _> = events.map(Numbered::of_log).collect();
            let all = (first..=last).map(|seq| (seq, found.remove(&seq).unwrap_or(Numbered::Gap)));
            Ok::<_, store::StoreError>(all.collect())
        };
        fetched.await.unwrap_or_default()
    }

    /// Whether the outbox holds anything for the screens. A failing store is the next round's to tell.
    async fn has_own(&self) -> bool {
        let look =
            async { outbox::is_fresh(&mut self.core.store.read().await?, &self.core.node).await };
        look.await.unwrap_or(true)
    }

    /// Numbers a round. What is committed meanwhile comes along: its numbers are below those of the round, or above.
    /// Whoever hands it on must not wait for the round, which may need the same database.
    async fn number_beside(&self, round: &Round, committed: &mut Committed) -> (Numbers, Vec<Own>) {
        let mut numbering = std::pin::pin!(self.number(round));
        let mut beside = Vec::new();
        let numbers = loop {
            tokio::select! {
                numbers = &mut numbering => break numbers,
                own = committed.next() => beside.extend(own),
            }
        };
        (numbers, beside)
    }

    /// Numbers a round in one commit, for as long as that takes: what is not in the log is not pushed.
    async fn number(&self, round: &Round) -> Numbers {
        let stream = self.hub.head().stream;
        let entries: Arc<[Entry]> = round.arrived.iter().map(Arrived::entry).collect();
        let (own, gap, then) = (round.own, round.gap, self.then);
        loop {
            let entries = Arc::clone(&entries);
            let node = Arc::clone(&self.core.node);
            let numbered: Result<Numbers, OpError> = self
                .core
                .write(move |unit| {
                    Box::pin(async move {
                        let mut numbers = Numbers {
                            own: Vec::new(),
                            more: false,
                            arrived: Vec::new(),
                            gap: None,
                        };
                        if own {
                            let taken =
                                live_log::take_own(unit.conn, stream, &node, OWN, then).await?;
                            (numbers.own, numbers.more) = (taken.logged, taken.more);
                        }
                        if !entries.is_empty() {
                            numbers.arrived = live_log::append(unit.conn, stream, &entries).await?;
                        }
                        if gap {
                            // Behind all of this round: whoever has any of it is told too.
                            numbers.gap = Some(live_log::leave_out(unit.conn, stream).await?);
                        }
                        Ok(numbers)
                    })
                })
                .await;
            match numbered {
                Ok(numbers) => return numbers,
                Err(error) => {
                    tracing::error!(%error, "events cannot be logged; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Pushes what is in the log now, in the log's order. Gaps behind each other are one to the readers.
    fn push(&self, line: &mut Sequence<Numbered>) {
        let (mut has_own, mut gap) = (false, None);
        while let Some((seq, numbered)) = line.take() {
            if !matches!(numbered, Numbered::Gap) {
                self.tell_gap(gap.take());
            }
            match numbered {
                Numbered::Own(own) => {
                    has_own = true;
                    self.tell(seq, Content::Event(&own.event), &own.envelope, true);
                }
                Numbered::Logged(logged) => {
                    has_own = true;
                    match event(&logged.envelope) {
                        Ok((_, event)) => {
                            self.tell(seq, Content::Event(&event), &logged.envelope, false);
                        }
                        // The broker gets it all the same; the log has it, for whoever can read it.
                        Err(reason) => {
                            tracing::error!(reason, "an event of our own cannot be read");
                        }
                    }
                }
                Numbered::Arrived(arrived) => {
                    match &arrived.content {
                        Foreign::Event(event) => {
                            self.tell(seq, Content::Event(event), &arrived.delivery.body, false);
                        }
                        Foreign::Notification(one) => {
                            self.tell(seq, Content::Named(&one.named), &one.envelope, false);
                        }
                    }
                    arrived.delivery.ack();
                }
                Numbered::Gap => gap = Some(seq),
            }
        }
        self.tell_gap(gap);
        if has_own && self.then == Then::Publish {
            self.relay.notify_one();
        }
    }

    fn tell_gap(&self, gap: Option<i64>) {
        if let Some(seq) = gap {
            let clock = &self.core.clock;
            self.hub.gap(clock.id(), seq, clock.now());
        }
    }

    fn tell(&self, seq: i64, content: Content<'_>, envelope: &str, own: bool) {
        crate::metrics::event_pushed();
        let clock = &self.core.clock;
        let news = News {
            seq,
            content,
            envelope,
            own,
        };
        self.hub.push(&news, || (clock.id(), clock.now()));
    }
}

/// The commits of this process.
struct Committed(Option<OwnEvents>);

impl Committed {
    /// The events of the next commit; for ever none where another one listens.
    async fn next(&mut self) -> Vec<Own> {
        match &mut self.0 {
            Some(events) => match events.recv().await {
                Some(events) => events,
                // The store has closed.
                None => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }
}

/// A round under its numbers. What the log had already is acknowledged here: the readers had it too.
fn merge(round: Round, numbers: Numbers) -> Vec<(i64, Numbered)> {
    let mut all: Vec<_> = numbers.own.into_iter().map(Numbered::of_log).collect();
    for (arrived, seq) in round.arrived.into_iter().zip(numbers.arrived) {
        match seq {
            Some(seq) => all.push((seq, Numbered::Arrived(arrived))),
            None => arrived.delivery.ack(),
        }
    }
    all.extend(numbers.gap.map(|seq| (seq, Numbered::Gap)));
    all
}

impl Arrived {
    /// What the log keeps of it.
    fn entry(&self) -> Entry {
        match &self.content {
            Foreign::Event(_) => Entry {
                id: self.id,
                envelope: self.delivery.body.clone(),
                rooms: None,
            },
            Foreign::Notification(one) => one.entry(),
        }
    }
}

/// What can be read of a batch; the rest is set aside.
fn sort(batch: impl Iterator<Item = Arrival>, gaps: &mut Gaps) -> Vec<Arrived> {
    let mut arrived = Vec::new();
    for arrival in batch {
        match arrival {
            Arrival::Message(delivery) => arrived.extend(read(delivery)),
            Arrival::Gap(reason) => {
                tracing::warn!(
                    reason,
                    "events of others were missed; readers load their snapshots again"
                );
                gaps.open = true;
            }
        }
    }
    arrived
}

/// Gaps that follow each other are told as one: a queue that overflowed has a hole for every key, and each
/// telling makes every page load its snapshots. Telling late is telling more: it covers all before it.
#[derive(Default)]
struct Gaps {
    open: bool,
    told: Option<Instant>,
}

impl Gaps {
    /// Whether one is to be told now.
    fn is_due(&mut self, now: Instant) -> bool {
        let long_ago = self
            .told
            .is_none_or(|told| now.duration_since(told) >= BETWEEN_GAPS);
        let due = self.open && long_ago;
        if due {
            *self = Self {
                open: false,
                told: Some(now),
            };
        }
        due
    }
}

fn read(delivery: Delivery) -> Option<Arrived> {
    let parsed = if notification::is_one(&delivery.routing_key) {
        let message = notification::Message {
            routing_key: &delivery.routing_key,
            id: delivery.id.as_deref(),
            body: &delivery.body,
        };
        notification::read(&message).map(|one| (one.id, Foreign::Notification(one)))
    } else {
        event(&delivery.body).map(|(id, event)| (id, Foreign::Event(Box::new(event))))
    };
    match parsed {
        Ok((id, content)) => Some(Arrived {
            id,
            content,
            delivery,
        }),
        Err(reason) => {
            delivery.set_aside(reason);
            None
        }
    }
}

/// The event in an envelope, or why there is none.
fn event(envelope: &str) -> Result<(EventId, Event), String> {
    let envelope: Envelope<'_> =
        serde_json::from_str(envelope).map_err(|error| format!("not an envelope: {error}"))?;
    match envelope.event() {
        Some(Ok(event)) => Ok((envelope.id, event)),
        Some(Err(error)) => Err(format!(
            "the data of {} does not read: {error}",
            envelope.name
        )),
        None => Err(format!("no event is called {}", envelope.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_that_follow_each_other_are_told_at_once_and_then_as_one() {
        let start = Instant::now();
        let mut gaps = Gaps::default();
        for (ms, opens, told) in [
            (0, false, false),
            (10, true, true),
            (20, true, false),
            (1_000, true, false),
            (5_009, false, false),
            (5_010, false, true),
            (20_000, false, false),
            (20_001, true, true),
        ] {
            gaps.open |= opens;
            let now = start + Duration::from_millis(ms);
            assert_eq!(gaps.is_due(now), told, "after {ms} ms");
        }
    }
}
