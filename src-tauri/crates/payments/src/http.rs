//! Requests to a provider: bounded in time and size, no redirect followed, nothing repeated by itself.
//! Not for what is asked: see `stripe` and `razorpay`.

use std::time::Duration;

use domain::Money;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::ProviderSettings;
use crate::base_url::BaseUrl;
use crate::error::{PaymentError, SettingsFault};
use crate::order::{Checkout, Order, Provider};

/// The longest answer that is read, bytes.
const MAX_ANSWER: usize = 256 * 1024;

/// The longest word or sentence of a provider's that is passed on, characters.
const MAX_WORDS: usize = 200;

/// How long a connection may take; a request in all has the provider's patience.
const CONNECT: Duration = Duration::from_secs(5);

/// A provider's API.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: Client,
    base: BaseUrl,
    provider: Provider,
}

/// What both providers answer when they refuse: Stripe names `type` and `message`, Razorpay `description`.
#[derive(Deserialize)]
struct Refusal {
    error: RefusalBody,
}

#[derive(Deserialize)]
struct RefusalBody {
    code: Option<String>,
    r#type: Option<String>,
    message: Option<String>,
    description: Option<String>,
}

impl Http {
    /// The API of a provider: at its `own` address, where the settings name no other. They must say what its webhooks are
    /// signed with: else everybody could sign.
    pub(crate) fn new(
        provider: Provider,
        own: &str,
        settings: &ProviderSettings,
    ) -> Result<Self, SettingsFault> {
        if settings.webhook_secret.is_empty() {
            return Err(SettingsFault::WebhookSecret(provider));
        }
        let base = settings.base_url.as_deref().unwrap_or(own);
        let base = BaseUrl::parse(base).ok_or(SettingsFault::BaseUrl(provider))?;
        let patience = settings.patience;
        // reqwest takes the process's TLS provider. The gateway has chosen ring by then; a test has not.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            let chosen = rustls::crypto::ring::default_provider().install_default();
            drop(chosen); // Somebody else was faster: then there is one.
        }
        let client = Client::builder()
            .user_agent("forecourt")
            .https_only(!base.is_loopback())
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT.min(patience))
            .timeout(patience)
            .build()
            .map_err(|error| SettingsFault::Client(provider, error.to_string()))?;
        Ok(Self {
            client,
            base,
            provider,
        })
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.request(Method::GET, self.base.at(path))
    }

    pub(crate) fn post(&self, path: &str, media_type: &str, body: String) -> RequestBuilder {
        self.client
            .request(Method::POST, self.base.at(path))
            .header("content-type", media_type)
            .body(body)
    }

    /// Sends it and reads the answer as JSON.
    pub(crate) async fn ask<A: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<A, PaymentError> {
        let response = request
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let body = self.read(response).await?;
        if !status.is_success() {
            return Err(self.refused(status.as_u16(), &body));
        }
        serde_json::from_slice(&body).map_err(|_| self.unreadable("it is not the JSON asked for"))
    }

    pub(crate) const fn unreadable(&self, what: &'static str) -> PaymentError {
        PaymentError::Unreadable {
            provider: self.provider,
            what,
        }
    }

    fn lets_show(&self, page: &str) -> bool {
        self.base.lets_show(page)
    }

    /// The page that was made: for what was ordered, and one that may be shown.
    pub(crate) fn page(
        &self,
        order: &Order,
        (amount, url, provider_ref): (Option<Money>, Option<String>, String),
    ) -> Result<Checkout, PaymentError> {
        if amount != Some(order.amount) {
            return Err(self.unreadable("the checkout is for another amount"));
        }
        let url = url.filter(|url| self.lets_show(url));
        Ok(Checkout {
            url: url.ok_or_else(|| self.unreadable("no page to pay on"))?,
            provider_ref,
        })
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, PaymentError> {
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            let Some(chunk) = chunk.map_err(|error| self.unreachable(&error))? else {
                return Ok(body);
            };
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(self.unreadable("it is too long"));
            }
            body.extend_from_slice(&chunk);
        }
    }

    /// reqwest's own text holds the address; what a caller needs is how far the request came.
    fn unreachable(&self, error: &reqwest::Error) -> PaymentError {
        let reason = if error.is_timeout() {
            "it took too long"
        } else if error.is_connect() {
            "no connection"
        } else {
            "the answer broke off"
        };
        PaymentError::Unreachable {
            provider: self.provider,
            reason,
        }
    }

    fn refused(&self, status: u16, body: &[u8]) -> PaymentError {
        let error = serde_json::from_slice(body)
            .ok()
            .map(|said: Refusal| said.error);
        let (code, message) = error.map_or((None, None), |error| {
            (
                error.code.or(error.r#type),
                error.message.or(error.description),
            )
        });
        PaymentError::Refused {
            provider: self.provider,
            status,
            code: words(code),
            message: words(message),
        }
    }
}

/// A provider's words, short enough for a log and without what would break its lines.
fn words(text: Option<String>) -> String {
    let clean = |text: String| -> String {
        text.chars()
            .filter(|c| !c.is_control())
            .take(MAX_WORDS)
            .collect()
    };
    text.map(clean)
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "none".to_owned())
}
