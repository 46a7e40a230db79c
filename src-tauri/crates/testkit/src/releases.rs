//! Who makes releases, with a throw-away key, and the server that offers them, with or without TLS: packages signed as Tauri's CLI signs
//! them, and feeds in the form of Tauri's updater, good ones and bad ones.

use std::collections::HashMap;
use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::serve::Listener;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minisign::KeyPair;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::server::TlsStream;

/// The feed's word for this kind of machine.
pub const TARGET: &str = if cfg!(target_arch = "aarch64") {
    "linux-aarch64-deb"
} else {
    "linux-x86_64-deb"
};
/// And the package's.
pub const ARCHITECTURE: &str = if cfg!(target_arch = "aarch64") {
    "arm64"
} else {
    "amd64"
};

/// One who signs.
pub struct Signer(KeyPair);

impl Signer {
    /// One with a new key.
    pub fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().expect("a key can be made"))
    }

    /// The public key, as it stands in a list of keys.
    pub fn key(&self) -> String {
        self.0.pk.to_base64()
    }

    /// The file that Tauri's CLI writes of it: all of minisign's, in base64.
    pub fn public_file(&self) -> String {
        let file = self.0.pk.to_box().expect("it has one").to_string();
        BASE64_STANDARD.encode(file)
    }

    /// And of the secret one.
    pub fn secret_file(&self) -> String {
        let file = self.0.sk.to_box(None).expect("it has one").to_string();
        BASE64_STANDARD.encode(file)
    }

    /// A signature with that trusted comment, as it stands in a feed.
    pub fn sign_with(&self, package: &[u8], comment: &str) -> String {
        let (public, secret) = (Some(&self.0.pk), &self.0.sk);
        let signed = minisign::sign(public, secret, Cursor::new(package), Some(comment), None);
        BASE64_STANDARD.encode(signed.expect("it can be signed").to_string())
    }

    /// As Tauri's CLI signs a .deb of that version.
    pub fn sign(&self, package: &[u8], version: &str) -> String {
        self.sign_with(package, &comment(version, ARCHITECTURE))
    }
}

impl Default for Signer {
    fn default() -> Self {
        Self::new()
    }
}

/// The trusted comment that Tauri's CLI writes.
pub fn comment(version: &str, architecture: &str) -> String {
    let file = format!("Forecourt_{version}_{architecture}.deb");
    format!("timestamp:1764500000\tfile:{file}\tversion:{version}")
}

/// A feed with one package.
pub fn feed(version: &str, url: &str, signature: &str) -> Value {
    json!({
        "version": version,
        "notes": "What is new",
        "platforms": { TARGET: { "url": url, "signature": signature } },
    })
}

/// What is answered at a path.
#[derive(Clone, Debug)]
pub enum Answer {
    /// These bytes.
    Bytes(Vec<u8>),
    /// This status and nothing else.
    Status(u16),
    /// Go elsewhere.
    Redirect(String),
}

#[derive(Default)]
struct Shelf {
    answers: HashMap<String, Answer>,
    asked: Vec<String>,
}

/// A server of releases on loopback. It is gone when it is dropped.
pub struct ReleaseServer {
    address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
    serving: JoinHandle<()>,
    tls: Option<TempDir>,
}

impl ReleaseServer {
    /// Without TLS.
    pub async fn start() -> Self {
        let listener = bind().await;
        let address = listener.local_addr().expect("it is bound");
        Self::serve(listener, address, None)
    }

    /// With TLS, for `localhost`, by a certificate that nobody trusts who was not given it.
    pub async fn start_tls() -> Self {
        let tcp = bind().await;
        let address = tcp.local_addr().expect("it is bound");
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
        let made = made.expect("a certificate can be made");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        std::fs::write(folder.path().join("ca.pem"), made.cert.pem()).expect("it can be written");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring speaks TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::Pkcs8(key))
            .expect("the key is the certificate's");
        let listener = Tls {
            tcp,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        };
        Self::serve(listener, address, Some(folder))
    }

    fn serve<L>(listener: L, address: SocketAddr, tls: Option<TempDir>) -> Self
    where
        L: Listener<Addr = SocketAddr>,
    {
        let shelf = Arc::<Mutex<Shelf>>::default();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shelf));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self {
            address,
            shelf,
            serving,
            tls,
        }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        let port = self.address.port();
        match self.tls {
            None => format!("http://127.0.0.1:{port}{path}"),
            Some(_) => format!("https://localhost:{port}{path}"),
        }
    }

    /// The certificate, for whoever is to trust it.
    pub fn ca(&self) -> Option<PathBuf> {
        self.tls.as_ref().map(|folder| folder.path().join("ca.pem"))
    }

    /// From now on, this is at a path.
    pub fn put(&self, path: &str, answer: Answer) {
        self.shelf().answers.insert(path.to_owned(), answer);
    }

    /// A feed at `/latest.json`.
    pub fn offer(&self, feed: &Value) {
        self.put("/latest.json", Answer::Bytes(feed.to_string().into_bytes()));
    }

    /// A package of that version, signed, and the feed that offers it.
    pub fn release(&self, signer: &Signer, version: &str, package: &[u8]) {
        let path = format!("/{}", file(version));
        self.put(&path, Answer::Bytes(package.to_vec()));
        self.offer(&feed(
            version,
            &self.url(&path),
            &signer.sign(package, version),
        ));
    }

    /// What was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.shelf().asked.clone()
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ReleaseServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The name of a package of that version.
pub fn file(version: &str) -> String {
    format!("Forecourt_{version}_{ARCHITECTURE}.deb")
}

/// A program as a package brings it: its file in `usr/bin`, its version and the keys that count beside it. Gives where it is.
pub fn install(root: &Path, program: &Path, version: &str, keys: &str) -> PathBuf {
    let (bin, share) = (root.join("usr/bin"), root.join("usr/share/forecourt"));
    for folder in [&bin, &share] {
        std::fs::create_dir_all(folder).expect("a folder can be made");
    }
    let installed = bin.join(program.file_name().expect("a program"));
    // The same bytes under another name, where both are on one disk.
    if std::fs::hard_link(program, &installed).is_err() {
        std::fs::copy(program, &installed).expect("it can be copied");
    }
    for (file, text) in [
        (bin.join("forecourt-updater"), ""),
        (share.join("version"), version),
        (share.join("update-keys"), keys),
    ] {
        std::fs::write(file, text).expect("it can be written");
    }
    installed
}

async fn bind() -> TcpListener {
    TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has a free port")
}

async fn answer(State(shelf): State<Arc<Mutex<Shelf>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = shelf.answers.get(&path).cloned();
    shelf.asked.push(path);
    match answer {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(Answer::Bytes(bytes)) => Body::from(bytes).into_response(),
        Some(Answer::Status(status)) => StatusCode::from_u16(status)
            .expect("a status")
            .into_response(),
        Some(Answer::Redirect(to)) => {
            let mut response = StatusCode::FOUND.into_response();
            let to = HeaderValue::from_str(&to).expect("an address");
            response.headers_mut().insert(header::LOCATION, to);
            response
        }
    }
}

/// Connections that begin with TLS.
struct Tls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.tcp.accept().await else {
                continue;
            };
            // Who does not trust the certificate hangs up.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}
