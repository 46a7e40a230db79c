//! A door: takes connections in, bounds what a stranger may hold without asking for anything, and closes in order.
//! Not for who may come in: that is decided by what stands behind it.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tower::{ServiceExt as _, service_fn};

use crate::tasks::Tasks;

/// How many connections may wait for a request or an answer at once. Sockets that were upgraded do not count: they have
/// bounds of their own.
const MOST_WAITING: usize = 2_048;

/// How long to leave the listener alone when the system has nothing left for a new connection.
const PAUSE: Duration = Duration::from_secs(1);

/// The places of those that wait at a door.
#[derive(Clone)]
pub struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_WAITING)))
    }
}

impl Places {
    /// Whether everybody else has to wait.
    pub fn are_taken(&self) -> bool {
        self.0.available_permits() == 0
    }
}

/// Serves a door until the gateway stops; gives its places. Whoever has not sent a request's head within `head` is cut off (WEB-10).
pub fn serve(
    tasks: &Tasks,
    name: &'static str,
    listener: TcpListener,
    router: Router,
    head: Duration,
) -> Places {
    let places = Places::default();
    let Places(waiting) = places.clone();
    let stopping = tasks.stopping();
    let door = tasks.clone();
    tasks.spawn(name, async move {
        loop {
            let (socket, from, place) = tokio::select! {
                () = stopping.cancelled() => break,
                taken = take(&listener, &waiting) => taken,
            };
            let (router, stopping) = (router.clone(), stopping.clone());
            door.spawn(name, async move {
                talk(socket, from, router, head, &stopping).await;
                drop(place);
            });
        }
    });
    places
}

/// The next connection and its place among those that wait.
async fn take(
    listener: &TcpListener,
    waiting: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let place = Arc::clone(waiting).acquire_owned().await;
    let place = place.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((socket, from)) => return (socket, from, place),
            Err(error) if is_of_one_peer(&error) => {
                tracing::debug!(%error, "a connection was gone before it was taken in");
            }
            Err(error) => {
                tracing::error!(%error, "no connection can be taken in right now");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_one_peer(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

async fn talk(
    socket: TcpStream,
    from: SocketAddr,
    router: Router,
    head: Duration,
    stopping: &CancellationToken,
) {
    // An event that waits for the next one to share a packet is no live event.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "a socket keeps Nagle's algorithm");
    }
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        router.clone().oneshot(request)
    });
    // Not hyper-util's builder for both versions: it waits without a limit for the first bytes, to tell them apart.
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .serve_connection(TokioIo::new(socket), TowerToHyperService::new(service))
            .with_upgrades()
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%from, %error, "a connection ended before its time");
    }
}
