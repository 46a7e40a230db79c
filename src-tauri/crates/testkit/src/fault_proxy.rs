//! A TCP proxy that does to connections what bad networks do: it is slow, it cuts, it lets one side vanish untold, it
//! swallows everything, it refuses. Each connection by itself or all of them, and changed while they run. It knows
//! nothing of what is carried; what it is told in words is `words`'.

mod carry;
mod words;

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::port::Port;

pub use words::obey;

/// What the network does to bytes, in both directions. None of it ends a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// How much later they arrive.
    pub delay: Duration,
    /// How many pass in a second; what is too much waits, at last in the sender.
    pub bytes_per_second: Option<u32>,
    /// All are swallowed, and so is the end of either side. What was swallowed does not come back.
    pub black_hole: bool,
}

/// How a connection ends. Either side that is left hears nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Both are told in order (FIN).
    Close,
    /// Both are told at once, and what was under way is lost (RST).
    Reset,
    /// Who connected is gone; the other side's connection stays, and what it sends is swallowed.
    ClientGone,
    /// Where it connected to is gone, the same the other way about.
    ServerGone,
}

/// What one connection is told.
#[derive(Clone, Copy, Debug, Default)]
struct Orders {
    faults: Faults,
    cut: Option<Cut>,
}

#[derive(Debug, Default)]
struct State {
    /// For connections to come.
    faults: Faults,
    refuses: bool,
    last_number: u64,
    open: BTreeMap<u64, watch::Sender<Orders>>,
}

/// A running proxy; dropped, it is gone with all its connections.
#[derive(Debug)]
pub struct FaultProxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
    /// Nobody else's while the proxy lives.
    port: Option<Port>,
}

impl FaultProxy {
    /// In front of `target`, on a port of its own.
    pub async fn start(target: SocketAddr) -> Self {
        let port = Port::lease();
        let listen = (Ipv4Addr::LOCALHOST, port.number()).into();
        let mut proxy = Self::on(listen, target)
            .await
            .expect("a leased port is free");
        proxy.port = Some(port);
        proxy
    }

    /// In front of `target`, on an address that somebody chose.
    pub async fn on(listen: SocketAddr, target: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let state = Arc::default();
        Ok(Self {
            address: listener.local_addr()?,
            serving: tokio::spawn(serve(listener, target, Arc::clone(&state))),
            state,
            port: None,
        })
    }

    /// Where to connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The connections that are open on either side, by number, the oldest first.
    pub fn connections(&self) -> Vec<u64> {
        self.lock().open.keys().copied().collect()
    }

    /// The number of the newest connection so far, open or not.
    pub fn newest(&self) -> u64 {
        self.lock().last_number
    }

    /// Whether whoever connects from now on is sent away at once (RST).
    pub fn refuse(&self, refuses: bool) {
        self.lock().refuses = refuses;
    }

    /// What happens to all connections, those to come included.
    pub fn set_all(&self, faults: Faults) {
        let mut state = self.lock();
        state.faults = faults;
        for orders in state.open.values() {
            orders.send_modify(|orders| orders.faults = faults);
        }
    }

    /// What happens to one connection. `false` when it is no longer there.
    pub fn set(&self, number: u64, faults: Faults) -> bool {
        self.order(number, |orders| orders.faults = faults)
    }

    /// What happens to one connection now; `None` when it is no longer there.
    pub fn faults(&self, number: u64) -> Option<Faults> {
        let state = self.lock();
        state.open.get(&number).map(|orders| orders.borrow().faults)
    }

    /// Ends one connection so. `false` when it is no longer there.
    pub fn cut(&self, number: u64, cut: Cut) -> bool {
        self.order(number, |orders| orders.cut = Some(cut))
    }

    /// Ends all connections so.
    pub fn cut_all(&self, cut: Cut) {
        for orders in self.lock().open.values() {
            orders.send_modify(|orders| orders.cut = Some(cut));
        }
    }

    fn order(&self, number: u64, change: impl FnOnce(&mut Orders)) -> bool {
        let state = self.lock();
        let open = state.open.get(&number);
        open.is_some_and(|orders| {
            orders.send_modify(change);
            true
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, target: SocketAddr, state: Arc<Mutex<State>>) {
    let mut carried = JoinSet::new();
    loop {
        tokio::select! {
            // One that was gone before it was taken in is nobody's connection.
            Ok((client, _)) = listener.accept() => {
                if lock(&state).refuses {
                    carry::reset(client);
                    continue;
                }
                let state = Arc::clone(&state);
                carried.spawn(connect(client, target, state));
            }
            Some(_) = carried.join_next() => {}
        }
    }
}

async fn connect(client: TcpStream, target: SocketAddr, state: Arc<Mutex<State>>) {
    // Numbered first: whoever sees the connection at its other end can name it.
    let (number, orders) = {
        let mut state = lock(&state);
        state.last_number += 1;
        let (tell, orders) = watch::channel(Orders {
            faults: state.faults,
            cut: None,
        });
        let number = state.last_number;
        state.open.insert(number, tell);
        (number, orders)
    };
    match TcpStream::connect(target).await {
        Ok(server) => carry::carry(client, server, orders).await,
        Err(_) => carry::reset(client),
    }
    lock(&state).open.remove(&number);
}

#[cfg(test)]
mod tests;
