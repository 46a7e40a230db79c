//! What a feed offers: its manifest, in the form that tauri-plugin-updater reads. Nobody signed the manifest: all it says is a claim that the
//! package's signature has to bear out.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use semver::Version;
use serde::Deserialize;
use url::{Host, Url};

use crate::Refusal;

/// A manifest has a few lines per kind of machine.
pub const MOST_MANIFEST: usize = 64 * 1024;
/// A signature has four lines.
const MOST_SIGNATURE: usize = 4 * 1024;

/// The kind of machine this is, in the words of the feed and of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The feed's key.
    pub target: &'static str,
    /// How the name of a package for it ends.
    pub ending: &'static str,
    /// dpkg's word for it.
    pub architecture: &'static str,
}

/// What runs here, and what was here.
#[derive(Clone, Debug)]
pub struct Here {
    /// The kind of machine.
    pub kind: Kind,
    /// The version that runs.
    pub running: Version,
    /// The newest version that was ever well here.
    pub floor: Option<Version>,
    /// What was tried and taken back.
    pub failed: Vec<Version>,
}

/// A package that the feed offers to this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its version, as the feed says.
    pub version: Version,
    /// Where it is.
    pub url: Url,
    /// Its signature: minisign's four lines.
    pub signature: String,
    /// The part of all machines that may take it by themselves, in percent.
    pub rollout: u8,
}

#[derive(Deserialize)]
struct Manifest {
    version: String,
    #[serde(default = "everyone")]
    rollout: u8,
    platforms: BTreeMap<String, Platform>,
}

#[derive(Clone, Deserialize)]
struct Platform {
    url: String,
    signature: String,
}

const fn everyone() -> u8 {
    100
}

impl Kind {
    /// This one's, if there are signed packages for such a machine.
    pub const fn here() -> Option<Self> {
        if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            Some(Self {
                target: "linux-x86_64-deb",
                ending: "_amd64.deb",
                architecture: "amd64",
            })
        } else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
            Some(Self {
                target: "linux-aarch64-deb",
                ending: "_arm64.deb",
                architecture: "arm64",
            })
        } else {
            None
        }
    }
}

/// Reads what the feed answered, as far as this machine may want it.
pub fn read(manifest: &[u8], here: &Here) -> Result<Offer, Refusal> {
    within("the feed's answer", manifest.len(), MOST_MANIFEST)?;
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|error| malformed(error.to_string()))?;
    let version = version(&manifest.version)
        .ok_or_else(|| malformed(format!("{:?} is no version", manifest.version)))?;
    wanted(&version, here)?;
    let target = here.kind.target;
    let found = manifest.platforms.get(target).cloned();
    let platform = found.ok_or_else(|| Refusal::NotForThisMachine(target.to_owned()))?;
    within("the signature", platform.signature.len(), MOST_SIGNATURE)?;
    let signature = BASE64_STANDARD
        .decode(platform.signature.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Refusal::NotASignature("it is not text in base64".to_owned()))?;
    Ok(Offer {
        version,
        url: place(&platform.url)?,
        signature,
        rollout: manifest.rollout.min(100),
    })
}

/// Where a feed or a package may be: behind TLS, or on this machine.
pub fn place(url: &str) -> Result<Url, Refusal> {
    let insecure = || Refusal::Insecure(url.to_owned());
    let place = Url::parse(url).map_err(|error| malformed(format!("{url:?}: {error}")))?;
    let is_here = match place.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let safe = place.scheme() == "https" || place.scheme() == "http" && is_here;
    safe.then_some(place).ok_or_else(insecure)
}

fn wanted(offered: &Version, here: &Here) -> Result<(), Refusal> {
    // By precedence: what stands behind a `+` makes nothing newer.
    if offered.cmp_precedence(&here.running).is_le() {
        return Err(Refusal::NotNewer {
            offered: offered.clone(),
            running: here.running.clone(),
        });
    }
    if let Some(floor) = &here.floor
        && offered.cmp_precedence(floor).is_lt()
    {
        return Err(Refusal::BelowFloor {
            offered: offered.clone(),
            floor: floor.clone(),
        });
    }
    if here.failed.contains(offered) {
        return Err(Refusal::FailedBefore(offered.clone()));
    }
    Ok(())
}

/// A version as the plugin reads it: a `v` in front is nothing.
pub(crate) fn version(text: &str) -> Option<Version> {
    Version::parse(text.trim_start_matches('v')).ok()
}

pub(crate) fn within(what: &'static str, bytes: usize, most: usize) -> Result<(), Refusal> {
    if bytes > most {
        return Err(Refusal::TooBig { what, bytes, most });
    }
    Ok(())
}

fn malformed(what: String) -> Refusal {
    Refusal::Malformed(what)
}
