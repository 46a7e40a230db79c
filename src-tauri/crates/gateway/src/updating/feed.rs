//! A feed, asked: never for ever, never more than it may say, and nobody else than it names. A package is fetched here where there is no
//! window; the window has Tauri's updater for it ([`Fetch`]).

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, Response, StatusCode};
use updates::Refusal;
use updates::check::MOST_PACKAGE;
use updates::offer::{MOST_MANIFEST, Offer};
use url::Url;

use super::Home;
use crate::settings;

/// How long a feed may take.
const FEED: Duration = Duration::from_secs(20);
/// How long nothing may come of it.
const SILENCE: Duration = Duration::from_mins(1);
/// How long a package may take.
pub const PACKAGE: Duration = Duration::from_mins(30);

/// Why nothing came.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The way there: it is tried again.
    #[error("{0}")]
    Way(String),
    /// What came is not to be trusted.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        // reqwest says what, its sources say why; the address is in the settings.
        let error = error.without_url();
        let why = std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
        let said: Vec<String> = why.map(ToString::to_string).collect();
        Self::Way(said.join(": "))
    }
}

/// Told how much has come, in percent.
pub type Progress<'p> = &'p (dyn Fn(u8) + Send + Sync);

/// Who fetches a package.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// The package of an offer, which stood so in the manifest. It is looked at again by whoever asked.
    async fn package(
        &self,
        source: &Source,
        offer: &Offer,
        manifest: &[u8],
        progress: Progress<'_>,
    ) -> Result<Vec<u8>, Fault>;
}

/// Where it is fetched from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The feed, with what it wants to know put in.
    pub feed: Url,
    /// Whose signature counts.
    pub home: Home,
    trusted: Vec<Certificate>,
}

impl Source {
    /// Of the settings; none where they name no feed.
    pub fn of(settings: &settings::Updates, home: &Home) -> Result<Option<Self>, String> {
        let Some(feed) = &settings.feed else {
            return Ok(None);
        };
        let (target, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let feed = feed
            .replace("{{target}}", target)
            .replace("{{arch}}", arch)
            .replace("{{current_version}}", &home.version.to_string());
        let feed = updates::offer::place(&feed).map_err(|error| error.to_string())?;
        crate::cli::install_tls();
        let ca = settings.ca.as_deref().map(certificates).transpose()?;
        Ok(Some(Self {
            feed,
            home: home.clone(),
            trusted: ca.unwrap_or_default(),
        }))
    }

    /// A client that goes where it is sent and nowhere else.
    pub fn careful(&self, client: ClientBuilder) -> ClientBuilder {
        client
            .read_timeout(SILENCE)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .tls_certs_merge(self.trusted.clone())
    }

    fn client(&self, patience: Duration) -> Result<Client, Fault> {
        let client = Client::builder().user_agent("forecourt").timeout(patience);
        Ok(self.careful(client).build()?)
    }

    /// What the feed says; none where it says that there is nothing.
    pub async fn ask(&self) -> Result<Option<Vec<u8>>, Fault> {
        let answer = self.client(FEED)?.get(self.feed.clone()).send().await?;
        if answer.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        bounded(answer, "the feed's answer", MOST_MANIFEST, &|_| ())
            .await
            .map(Some)
    }
}

fn certificates(file: &Path) -> Result<Vec<Certificate>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let pem = std::fs::read(file).map_err(|error| failed(&error))?;
    Certificate::from_pem_bundle(&pem).map_err(|error| failed(&error))
}

/// Fetches by itself.
pub struct Plain;

#[async_trait]
impl Fetch for Plain {
    async fn package(
        &self,
        source: &Source,
        offer: &Offer,
        _manifest: &[u8],
        progress: Progress<'_>,
    ) -> Result<Vec<u8>, Fault> {
        let client = source.client(PACKAGE)?;
        let answer = client.get(offer.url.clone()).send().await?;
        bounded(answer, "the package", MOST_PACKAGE, progress).await
    }
}

/// An answer that is one, up to a size.
async fn bounded(
    mut answer: Response,
    what: &'static str,
    most: usize,
    progress: Progress<'_>,
) -> Result<Vec<u8>, Fault> {
    let status = answer.status();
    // An answer that sends elsewhere is none: nobody is followed.
    if status != StatusCode::OK {
        return Err(Fault::Way(format!("it was answered {status}")));
    }
    let (mut bytes, all) = (Vec::new(), answer.content_length());
    while let Some(more) = answer.chunk().await? {
        bytes.extend_from_slice(&more);
        if bytes.len() > most {
            let bytes = bytes.len();
            return Err(Refusal::TooBig { what, bytes, most }.into());
        }
        progress(percent(bytes.len(), all));
    }
    Ok(bytes)
}

/// How much of all that is; nothing where nobody said how much all is.
pub fn percent(bytes: usize, all: Option<u64>) -> u8 {
    let all = all.unwrap_or_default().max(1);
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    u8::try_from((bytes.saturating_mul(100) / all).min(100)).unwrap_or(100)
}
