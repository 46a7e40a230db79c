//! What a service manager is told, where one started this process (`sd_notify(3)`): that the gateway serves, that it stops,
//! and, for as long as it does its work, that it lives. One that hears nothing of it for its `WatchdogSec` starts the process
//! anew. Not for what only the outside can mend: a database elsewhere that hangs is no better after a start.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sd_notify::NotifyState;
use store::StoreError;
use store::repo::gateways;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::core::Core;
use crate::door::Places;
use crate::tasks::Tasks;

/// Signs of life within the time in which one must come.
const SIGNS: u32 = 3;
/// How long the window's thread may be busy: a slow machine draws a large page.
const WINDOW: Duration = Duration::from_secs(10);

/// The gateway serves.
pub fn is_ready() {
    tell(NotifyState::Ready);
}

/// The gateway stops, because it was asked to.
pub fn is_stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager was not told");
    }
}

/// What shows that the gateway does its work.
#[derive(Clone)]
pub struct Vitals {
    ocpp: SocketAddr,
    places: Places,
    window: Arc<Mutex<Option<Instant>>>,
}

impl Vitals {
    /// Of a gateway with this door for chargers.
    pub fn new(ocpp: SocketAddr, places: Places) -> Self {
        Self {
            ocpp,
            places,
            window: Arc::default(),
        }
    }

    /// The thread that draws the window did something at that moment. From the first time on it has to go on doing so.
    pub fn window_lived(&self, at: Instant) {
        *self.window() = Some(at);
    }

    /// Whether strangers hold every place at the door.
    pub fn is_full(&self) -> bool {
        self.places.are_taken()
    }

    fn window(&self) -> MutexGuard<'_, Option<Instant>> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether work is done: a unit of work ends, the chargers' door answers, the window's thread turns; each in time.
    pub async fn look(&self, core: &Core, most: Duration) -> Result<(), &'static str> {
        if core.store.is_file() {
            // That it says no is an answer, too: a full disk is no fault of the process.
            let written = timeout(most, beat(core)).await;
            let _answer = written.map_err(|_| "the database's writer does not answer")?;
        }
        let knocked = timeout(most, knock(self.ocpp)).await;
        // Strangers who hold every place are no fault of the process either.
        if !matches!(knocked, Ok(Ok(()))) && !self.is_full() {
            return Err("the chargers' door does not answer");
        }
        match *self.window() {
            Some(last) if last.elapsed() > WINDOW + most => {
                Err("the window's thread does not turn")
            }
            _ => Ok(()),
        }
    }
}

/// Gives signs of life until the gateway stops, where a service manager waits for them.
pub(crate) fn watch(tasks: &Tasks, core: &Core, vitals: Vitals) -> Vitals {
    if let Some(within) = sd_notify::watchdog_enabled() {
        let every = within / SIGNS;
        let signs = give_signs(core.clone(), vitals.clone(), every, tasks.stopping());
        tasks.spawn("signs of service", signs);
    }
    vitals
}

async fn give_signs(core: Core, vitals: Vitals, every: Duration, stopping: CancellationToken) {
    let mut next = interval(every);
    next.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut well = true;
    loop {
        tokio::select! {
            _ = next.tick() => {}
            () = stopping.cancelled() => return,
        }
        let looked = vitals.look(&core, every).await;
        match looked {
            Ok(()) => tell(NotifyState::Watchdog),
            Err(what) if well => {
                tracing::error!("{what}; the service manager is told nothing until it does");
            }
            Err(_) => {}
        }
        well = looked.is_ok();
    }
}

async fn beat(core: &Core) -> Result<(), StoreError> {
    let node = core.node.clone();
    let beat = core
        .store
        .write(move |conn| Box::pin(async move { gateways::beat(conn, &node).await }));
    beat.await
}

/// Asks the chargers' door for a page it does not have.
async fn knock(door: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(at_home(door)).await?;
    let ask = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    socket.write_all(ask).await?;
    let mut begin = [0; 5];
    socket.read_exact(&mut begin).await?;
    if begin == *b"HTTP/" {
        return Ok(());
    }
    Err(io::ErrorKind::InvalidData.into())
}

/// An address to reach a door by from this machine, where it is open on every one.
fn at_home(mut door: SocketAddr) -> SocketAddr {
    if door.ip().is_unspecified() {
        door.set_ip(match door {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    door
}
