//! What is said on one charger's socket: its CALLs served in order, ours sent one at a time, pings, and the signs of
//! life. Reading goes on while a CALL is worked off, so that answers, pongs and the close are heard at once.
//! Not for what a message means (`dispatch`) nor for a socket's beginning and end (`connection`).

mod noting;
mod serving;

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, close_code};
use domain::{ChargePointId, SocketId};
use ocpp::frame::{self, Frame};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::CentralSystem;
use super::calls::{Calls, Order};
use super::connection::{Admitted, Ending, broken};
use super::outbound::CallFailure;
use super::registry::{Challenge, Seat};
use serving::{Call, Inbound, Served, Work};

/// CALLs that wait while one is worked off; beyond it the socket is not read (FLT-13).
const INBOX: usize = 16;
/// And how long they may be together, bytes.
const INBOX_BYTES: usize = 512 * 1024;
/// How long what was read may take to be answered once the gateway stops (FLT-18).
const LAST_ANSWERS: Duration = Duration::from_secs(8);

/// What the socket's task wakes up for.
enum Woken {
    Message(Option<Result<Message, axum::Error>>),
    Served(Served),
    Ordered(Box<Order>),
    Challenged(Challenge),
    Settled,
    TimeUp,
    Ping,
    Stopping,
}

/// The state of one socket.
pub(super) struct Conversation<'s> {
    system: &'s CentralSystem,
    with: &'s Admitted,
    id: SocketId,
    seat: &'s mut Seat,
    socket: &'s mut WebSocket,
    calls: Calls,
    inbox: VecDeque<Inbound>,
    work: Option<Work>,
    challengers: Vec<(u64, Challenge)>,
    challenged: u64,
    ping: Interval,
    heard: Instant,
}

/// Ends the conversation from wherever the end is noticed.
type Said<T = ()> = Result<T, Ending>;

impl<'s> Conversation<'s> {
    pub(super) fn new(
        system: &'s CentralSystem,
        with: &'s Admitted,
        id: SocketId,
        seat: &'s mut Seat,
        socket: &'s mut WebSocket,
    ) -> Self {
        let care = system.care;
        let mut ping = interval_at(Instant::now() + care.ping_interval, care.ping_interval);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            system,
            with,
            id,
            seat,
            socket,
            calls: Calls::new(care.call_timeout),
            inbox: VecDeque::new(),
            work: None,
            challengers: Vec::new(),
            challenged: 0,
            ping,
            heard: Instant::now(),
        }
    }

    /// Talks until the socket is to be closed.
    pub(super) async fn run(&mut self) -> Ending {
        loop {
            if let Err(ending) = self.step().await {
                return ending;
            }
        }
    }

    /// Tells everybody who waits for an answer that there will be none.
    pub(super) fn end(&mut self) {
        self.calls.end();
        self.seat.orders.close();
        while let Ok(order) = self.seat.orders.try_recv() {
            // Whoever asked may have gone.
            let _ = order.answer.send(Err(CallFailure::Offline));
        }
    }

    async fn step(&mut self) -> Said {
        self.serve_next().await?;
        self.call_next().await?;
        match self.wake().await {
            Woken::Message(message) => self.hear(message).await,
            Woken::Served(served) => self.answer(served).await,
            Woken::Ordered(order) => {
                self.calls.push(*order);
                Ok(())
            }
            Woken::Challenged(challenge) => self.ask_for_life(challenge).await,
            Woken::Settled => Ok(()),
            Woken::TimeUp => {
                self.time_up();
                Ok(())
            }
            Woken::Ping => self.look_after().await,
            Woken::Stopping => Err(Box::pin(self.last_answers()).await),
        }
    }

    async fn wake(&mut self) -> Woken {
        // Not reading is what slows a flood down: the charger's own socket fills up.
        let reads = self.reads();
        let stopping = self.system.tasks.stopping();
        let deadline = self.calls.deadline();
        let time_up = async {
            match deadline {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let served = async {
            match &mut self.work {
                Some(work) => work.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            message = self.socket.recv(), if reads => Woken::Message(message),
            served = served => Woken::Served(served),
            Some(order) = self.seat.orders.recv() => Woken::Ordered(order),
            Some(challenge) = self.seat.challenges.recv() => Woken::Challenged(challenge),
            () = self.calls.settled() => Woken::Settled,
            () = time_up => Woken::TimeUp,
            _ = self.ping.tick() => Woken::Ping,
            () = stopping.cancelled() => Woken::Stopping,
        }
    }

    fn reads(&self) -> bool {
        let bytes: usize = self.inbox.iter().map(Inbound::bytes).sum();
        self.inbox.len() < INBOX && bytes < INBOX_BYTES
    }

    fn point(&self) -> ChargePointId {
        self.with.charger.id
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Said {
        self.heard = Instant::now();
        match message {
            None | Some(Ok(Message::Close(_))) => {
                Err(Ending::new(close_code::NORMAL, "the charger hung up"))
            }
            Some(Err(error)) => Err(broken(&error)),
            Some(Ok(Message::Binary(_))) => Err(Ending::new(
                close_code::UNSUPPORTED,
                "the charger sent a binary message",
            )),
            Some(Ok(Message::Ping(_))) => Ok(()),
            Some(Ok(Message::Pong(payload))) => {
                self.acquit(&payload);
                Ok(())
            }
            Some(Ok(Message::Text(text))) => {
                self.read(&text).await;
                Ok(())
            }
        }
    }

    async fn read(&mut self, text: &str) {
        let fresh = self.system.core.clock.id();
        let text = frame::without_nul(text);
        let heard = frame::parse(&text, self.with.version);
        // The answer to a CALL of ours is traced as that CALL.
        let asked = heard
            .as_ref()
            .ok()
            .and_then(|frame| self.calls.asked(frame.id()));
        let (action, trace) = asked.map_or((None, fresh), |(action, trace)| (Some(action), trace));
        let entry = self.came(&text, &heard, action.as_deref(), trace);
        self.system.log.note(entry).await;
        match heard {
            Ok(Frame::Call {
                id,
                action,
                payload,
            }) => self.inbox.push_back(Inbound::Call(Call {
                id,
                action: action.into_owned(),
                payload: payload.into_owned(),
                trace,
            })),
            Ok(Frame::CallResult { id, payload }) => {
                self.result(&id, payload.into_owned(), trace);
            }
            Ok(Frame::CallError { id, error }) => self.error(&id, &error, trace),
            Ok(other) => {
                tracing::warn!(charge_point = %self.point(), %trace, message = %other.id().as_str().escape_debug(), "a kind of message that this version does not have");
            }
            Err(fault) => {
                tracing::warn!(charge_point = %self.point(), %trace, reason = fault.reason, bytes = text.len(), "a frame cannot be read");
                // In its turn, as if it were the answer to a CALL.
                let answer = fault.answer.map(|text| Inbound::Unreadable { text, trace });
                self.inbox.extend(answer);
            }
        }
    }

    /// Pings for a newcomer who wants this place (SEC-02). Only the pong to this very ping counts: any
    /// other message may have been on its way for long.
    async fn ask_for_life(&mut self, challenge: Challenge) -> Said {
        self.challengers.retain(|(_, waiting)| !waiting.is_closed());
        self.challenged += 1;
        self.challengers.push((self.challenged, challenge));
        let payload = self.challenged.to_be_bytes().to_vec();
        self.send(Message::Ping(payload.into())).await
    }

    fn acquit(&mut self, payload: &[u8]) {
        let answered = payload.try_into().map_or(0, u64::from_be_bytes);
        let challengers = std::mem::take(&mut self.challengers);
        for (number, challenge) in challengers {
            if number <= answered {
                // A newcomer that went away needs no answer.
                let _ = challenge.send(());
            } else {
                self.challengers.push((number, challenge));
            }
        }
    }

    /// Pings, unless the charger has been silent for too long (FLT-14), or its place is another's by now.
    async fn look_after(&mut self) -> Said {
        let care = self.system.care;
        // What is not read cannot be heard; any traffic counts as alive.
        if self.reads() && self.heard.elapsed() > care.ping_interval + care.pong_timeout {
            return Err(Ending::new(close_code::POLICY, "the charger fell silent"));
        }
        let superseded = Box::pin(self.system.superseded(self.point(), self.id));
        if let Some(reason) = superseded.await {
            return Err(Ending::new(close_code::POLICY, reason));
        }
        self.send(Message::Ping(Vec::new().into())).await
    }

    /// The gateway stops: what was read is answered, within a bounded time, and nothing new is read.
    async fn last_answers(&mut self) -> Ending {
        let finish = async {
            loop {
                if self.calls.is_settling() {
                    self.calls.settled().await;
                }
                self.serve_next().await?;
                let Some(work) = &mut self.work else {
                    return Ok::<_, Ending>(());
                };
                let served = work.await;
                self.answer(served).await?;
            }
        };
        match timeout(LAST_ANSWERS, finish).await {
            Ok(Err(ending)) => ending,
            Ok(Ok(())) | Err(_) => Ending::new(close_code::AWAY, "the gateway is stopping"),
        }
    }

    /// Writes, within the time a reader has (FLT-09).
    async fn send(&mut self, message: Message) -> Said {
        match timeout(self.system.care.write_timeout, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(broken(&error)),
            Err(_) => Err(Ending::new(
                close_code::POLICY,
                "the charger does not take what it is sent",
            )),
        }
    }
}
