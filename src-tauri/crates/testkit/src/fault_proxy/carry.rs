//! One connection: its bytes, late and slow as it was told, to its end. Not for which connections there are.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::{Duration, Instant, sleep, sleep_until};

use super::{Cut, Orders};

/// How much is read at once, and how often that may be under way: what a slow network holds.
const PIECE: usize = 16 * 1024;
const UNDER_WAY: usize = 16;
/// A throttled stream moves this often.
const STEPS_PER_SECOND: u32 = 20;

/// What was read, and when; nothing: the end.
type Piece = (Instant, Vec<u8>);

/// Carries bytes both ways until both sides have ended or an order ends it.
pub(super) async fn carry(
    mut client: TcpStream,
    mut server: TcpStream,
    mut orders: watch::Receiver<Orders>,
) {
    // The delays are the proxy's own, not Nagle's. A socket that is gone already is seen soon enough.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let ended = {
        let (client_reads, client_writes) = client.split();
        let (server_reads, server_writes) = server.split();
        let both = async {
            tokio::try_join!(
                pump(client_reads, server_writes, orders.clone()),
                pump(server_reads, client_writes, orders.clone()),
            )
        };
        let mut told = orders.clone();
        tokio::select! {
            ended = both => Some(ended.is_ok()),
            () = cut(&mut told) => None,
        }
    };
    match ended {
        Some(true) => return,
        // As a reset goes through a network that is whole.
        Some(false) => return both_reset(client, server),
        None => {}
    }
    let order = orders.borrow_and_update().cut;
    match order {
        Some(Cut::Reset) | None => both_reset(client, server),
        Some(Cut::Close) => {
            let _ = tokio::join!(client.shutdown(), server.shutdown());
            tokio::select! {
                _ = async { tokio::join!(swallow(&mut client), swallow(&mut server)) } => {}
                () = cut_anew(&mut orders) => both_reset(client, server),
            }
        }
        Some(Cut::ClientGone) => {
            reset(client);
            outlive(server, orders).await;
        }
        Some(Cut::ServerGone) => {
            reset(server);
            outlive(client, orders).await;
        }
    }
}

/// Sends a side away as a crash does (RST).
pub(super) fn reset(side: TcpStream) {
    // On a socket that is gone there is nothing to set.
    let _ = side.set_zero_linger();
    drop(side);
}

fn both_reset(client: TcpStream, server: TcpStream) {
    reset(client);
    reset(server);
}

/// The side that was told nothing: it is heard until it ends by itself, or the next order.
async fn outlive(mut side: TcpStream, mut orders: watch::Receiver<Orders>) {
    tokio::select! {
        () = swallow(&mut side) => {}
        () = cut_anew(&mut orders) => reset(side),
    }
}

async fn swallow(side: &mut TcpStream) {
    let mut buffer = vec![0; PIECE];
    while matches!(side.read(&mut buffer).await, Ok(1..)) {}
}

async fn cut(orders: &mut watch::Receiver<Orders>) {
    // The proxy that could tell is gone, and with it this task soon.
    if orders
        .wait_for(|orders| orders.cut.is_some())
        .await
        .is_err()
    {
        std::future::pending::<()>().await;
    }
}

/// A further order, after one that left something open.
async fn cut_anew(orders: &mut watch::Receiver<Orders>) {
    if orders.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn pump(
    from: ReadHalf<'_>,
    to: WriteHalf<'_>,
    orders: watch::Receiver<Orders>,
) -> io::Result<()> {
    let (queue, queued) = mpsc::channel(UNDER_WAY);
    tokio::try_join!(take(from, queue, orders.clone()), give(to, queued, orders)).map(drop)
}

async fn take(
    mut from: ReadHalf<'_>,
    queue: mpsc::Sender<Piece>,
    mut orders: watch::Receiver<Orders>,
) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    loop {
        let read = from.read(&mut buffer).await;
        let is_hole = orders.borrow().faults.black_hole;
        match read {
            Ok(1..) if is_hole => {}
            Ok(length @ 1..) => {
                let piece = (Instant::now(), buffer[..length].to_vec());
                // Gone only where the other side is, which ends all of it.
                let _ = queue.send(piece).await;
            }
            end => {
                // Into a black hole nobody tells anything, an end neither.
                let lifted = orders.wait_for(|orders| !orders.faults.black_hole);
                let _ = lifted.await.is_ok();
                let _ = queue.send((Instant::now(), Vec::new())).await;
                return end.map(drop);
            }
        }
    }
}

async fn give(
    mut to: WriteHalf<'_>,
    mut queued: mpsc::Receiver<Piece>,
    mut orders: watch::Receiver<Orders>,
) -> io::Result<()> {
    while let Some((read_at, bytes)) = queued.recv().await {
        arrive(read_at, &mut orders).await;
        if bytes.is_empty() {
            return to.shutdown().await;
        }
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let faults = orders.borrow().faults;
            if faults.black_hole {
                break;
            }
            let step = faults.bytes_per_second.map_or(rest.len(), |rate| {
                usize::try_from((rate / STEPS_PER_SECOND).max(1)).unwrap_or(usize::MAX)
            });
            let (now, later) = rest.split_at(step.min(rest.len()));
            to.write_all(now).await?;
            if let Some(rate) = faults.bytes_per_second {
                sleep(time_for(now.len(), rate)).await;
            }
            rest = later;
        }
    }
    Ok(())
}

/// How long so many bytes take at this rate.
fn time_for(bytes: usize, rate: u32) -> Duration {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    Duration::from_secs(1) * bytes / rate.max(1)
}

/// Waits until a piece has been under way for as long as it takes now.
async fn arrive(read_at: Instant, orders: &mut watch::Receiver<Orders>) {
    loop {
        let due = read_at + orders.borrow_and_update().faults.delay;
        if due <= Instant::now() {
            return;
        }
        tokio::select! {
            () = sleep_until(due) => return,
            changed = orders.changed() => if changed.is_err() { return },
        }
    }
}
