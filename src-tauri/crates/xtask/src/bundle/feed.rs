//! Signs the packages that update themselves, and writes the feed that leads to them. The key never comes near this repository: Tauri's
//! CLI, which signs, finds it by `TAURI_SIGNING_PRIVATE_KEY` or `TAURI_SIGNING_PRIVATE_KEY_PATH`.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::{UPDATER, Wish};
use crate::{
    error::{Outcome, Stop},
    process,
    stamp::files_under,
    workspace::Workspace,
};

/// How a package's name ends, and what the feed calls such machines.
const TARGETS: &[(&str, &str)] = &[
    ("_amd64.deb", "linux-x86_64-deb"),
    ("_arm64.deb", "linux-aarch64-deb"),
];

/// Has the updater that was just built read the list of keys, as machines will; and, with a folder, judge what lies in it by them.
pub fn vouch(ws: &Workspace, wish: &Wish, keys: &Path, folder: Option<&Path>) -> Outcome {
    // From wherever one asked; it runs in the repository.
    let whole = |path: &Path| path.canonicalize().map_err(|e| Stop::file(path, &e));
    let mut vouch = ws.command(ws.target.join(wish.profile()).join(UPDATER));
    vouch.args(["vouch", "--keys"]).arg(whole(keys)?);
    process::run(vouch.args(folder.map(whole).transpose()?))
}

/// Signs what is in the folder and writes `latest.json` beside it. The packages will be below `url`.
pub fn write(ws: &Workspace, folder: &Path, url: &str) -> Outcome {
    let mut platforms = Map::new();
    let mut version = None;
    for package in files_under(folder, &[]) {
        let name = package.file_name().unwrap_or_default().to_string_lossy();
        let Some((named, target)) = TARGETS
            .iter()
            .find_map(|(ending, target)| Some((name.strip_suffix(ending)?, target)))
        else {
            continue;
        };
        // The bundler's names: `Forecourt_0.1.0_amd64.deb`.
        let is = named.rsplit('_').next().unwrap_or_default().to_owned();
        let mut signer = ws.command(ws.ui().join("node_modules/.bin/tauri"));
        signer.args(["signer", "sign", "--app-version", &is]);
        process::run(signer.arg(&package))?;
        let file = folder.join(format!("{name}.sig"));
        let signature = fs::read_to_string(&file).map_err(|e| Stop::file(&file, &e))?;
        let url = format!("{}/{name}", url.trim_end_matches('/'));
        platforms.insert(
            (*target).to_owned(),
            json!({ "url": url, "signature": signature.trim() }),
        );
        version = Some(is);
    }
    let Some(version) = version else {
        let refusal = "only .deb packages update themselves; there is none among these";
        return Err(Stop::Failed(refusal.to_owned()));
    };
    let feed = json!({ "version": version, "platforms": Value::Object(platforms) });
    let file = folder.join("latest.json");
    fs::write(&file, format!("{feed:#}\n")).map_err(|e| Stop::file(&file, &e))
}
