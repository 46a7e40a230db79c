//! Updates, as far as the window has to do with them: a package is fetched by Tauri's updater, from here only, and while one is being
//! installed the window says so. When it may be, and who installs, is not decided here (`gateway::updating`, `forecourt-updater`).

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gateway::updating::State;
use gateway::updating::feed::{Fault, Fetch, Progress, Source, percent};
use semver::Version;
use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Manager as _, Wry};
use tauri_plugin_updater::{Builder, Config, Error, Update, UpdaterExt as _};
use tokio::sync::oneshot;
use updates::Refusal;
use updates::check::MOST_PACKAGE;
use updates::offer::Offer;

use super::{Kiosk, window};

/// The plugin. No page may call it: no capability names it.
pub(super) fn plugin() -> TauriPlugin<Wry, Config> {
    Builder::new().build()
}

/// Keeps this machine's package new, and the window honest about it.
pub(super) fn begin(app: &AppHandle) {
    let kiosk = app.state::<Kiosk>();
    let Some(hosted) = kiosk.hosted.get() else {
        return;
    };
    let mut state = hosted.gateway.updating.follow();
    hosted.gateway.renew(Arc::new(Tauris(app.clone())));
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut shown = false;
        while state.changed().await.is_ok() {
            let now = state.borrow_and_update().clone();
            match now {
                State::Installing(offered) => {
                    shown = true;
                    window::show_updating(&app, &offered.version);
                }
                _ if std::mem::take(&mut shown) => window::show_pages(&app),
                _ => {}
            }
        }
    });
}

/// Tauri's updater.
struct Tauris(AppHandle);

#[async_trait]
impl Fetch for Tauris {
    async fn package(
        &self,
        source: &Source,
        offer: &Offer,
        manifest: &[u8],
        progress: Progress<'_>,
    ) -> Result<Vec<u8>, Fault> {
        let update = self.update(source, offer, manifest)?;
        let (stop, stopped) = oneshot::channel();
        let (mut stop, mut so_far) = (Some(stop), 0);
        let all = update.download(
            move |bytes, all| {
                so_far += bytes;
                progress(percent(so_far, all));
                // The plugin gathers it without a bound.
                if so_far > MOST_PACKAGE
                    && let Some(stop) = stop.take()
                {
                    let _ = stop.send(so_far);
                }
            },
            || {},
        );
        tokio::select! {
            biased;
            Ok(bytes) = stopped => Err(Refusal::TooBig { what: "the package", bytes, most: MOST_PACKAGE }.into()),
            got = all => got.map_err(|error| fault(&error)),
        }
    }
}

impl Tauris {
    fn update(&self, source: &Source, offer: &Offer, manifest: &[u8]) -> Result<Update, Fault> {
        // It believes one key: the one that the signature names, if that is one of ours.
        let key = source.home.keys.named_by(&offer.signature);
        let key = key.ok_or(Refusal::UnknownKey)?;
        let file = format!("untrusted comment: minisign public key\n{key}\n");
        let careful = source.clone();
        let updater = self
            .0
            .updater_builder()
            .endpoints(vec![source.feed.clone()])
            .map_err(|error| fault(&error))?
            .pubkey(BASE64_STANDARD.encode(file))
            .target(source.home.kind.target)
            // What is newer was decided: by the package's version, not by the program's.
            .version_comparator(|_, _| true)
            .configure_client(move |client| careful.careful(client))
            .build()
            .map_err(|error| fault(&error))?;
        let manifest = serde_json::from_slice(manifest)
            .map_err(|error| Refusal::Malformed(error.to_string()))?;
        // Not asked a second time: what was judged is what is fetched. A version that is not signed is refused.
        let update = updater.restore_update(manifest);
        let mut update = update
            .map_err(|error| fault(&error))?
            .ok_or_else(|| Refusal::NotForThisMachine(source.home.kind.target.to_owned()))?;
        // The updater's own is for its feed.
        update.timeout = Some(gateway::updating::feed::PACKAGE);
        Ok(update)
    }
}

fn other_version(signed: &str, announced: &str) -> Fault {
    let signed = signed.to_owned();
    Version::parse(announced)
        .map_or_else(
            |error| Refusal::Malformed(error.to_string()),
            |offered| Refusal::OtherVersion { offered, signed },
        )
        .into()
}

/// What the plugin says, in our words where it is about trust.
fn fault(error: &Error) -> Fault {
    match error {
        Error::Minisign(_) => Refusal::OtherBytes.into(),
        Error::MissingSignedVersion => Refusal::NoSignedVersion.into(),
        Error::SignedVersionMismatch { signed, announced } => other_version(signed, announced),
        error => Fault::Way(error.to_string()),
    }
}
