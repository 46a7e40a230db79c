//! `cargo xtask bundle`: the packages that admins install, for the machine it runs on: .deb and .rpm on Linux. Everything in
//! them beside the programs is laid out here first, in one folder. Not for how a package is written: Tauri's
//! bundler does that, by `tauri.conf.json`.

mod feed;
mod notices;
mod sbom;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{
    args::Args,
    error::{Outcome, Stop},
    process,
    setup::{self, Purpose},
    stamp::files_under,
    workspace::{Workspace, fresh_dir},
};

/// What stands where, beside the programs: under `/usr` in the package, and in this repository.
const FILES: &[(&str, &str)] = &[
    (
        "lib/systemd/system/forecourt-gateway.service",
        "src-tauri/packaging/systemd/forecourt-gateway.service",
    ),
    (
        "lib/systemd/system/forecourt-kiosk.service",
        "src-tauri/packaging/systemd/forecourt-kiosk.service",
    ),
    (
        "lib/systemd/system/forecourt-resume.service",
        "src-tauri/packaging/systemd/forecourt-resume.service",
    ),
    (
        "lib/systemd/system/forecourt-update.service",
        "src-tauri/packaging/systemd/forecourt-update.service",
    ),
    (
        "lib/systemd/system/forecourt-update.path",
        "src-tauri/packaging/systemd/forecourt-update.path",
    ),
    (KEYS, "src-tauri/packaging/update-keys"),
    (
        "lib/sysusers.d/forecourt.conf",
        "src-tauri/packaging/sysusers.conf",
    ),
    (
        "lib/tmpfiles.d/forecourt.conf",
        "src-tauri/packaging/tmpfiles.conf",
    ),
    (
        "share/forecourt/forecourt.toml",
        "src-tauri/packaging/forecourt.toml",
    ),
    (
        "share/doc/forecourt/operations.md",
        "src-tauri/docs/operations.md",
    ),
    ("share/doc/forecourt/copyright", "LICENSE"),
];

/// Whose signature an update needs.
const KEYS: &str = "share/forecourt/update-keys";

/// The version that the programs beside it are, as the package says it.
const VERSION: &str = "share/forecourt/version";

/// The app, which Tauri packs by itself, the gateway without a window, and who installs updates.
const PROGRAMS: [&str; 3] = [APP, GATEWAY, UPDATER];
const APP: &str = "forecourt";
const GATEWAY: &str = "forecourt-gateway";
const UPDATER: &str = "forecourt-updater";
/// Which packages this kind of machine has the tools for. `AppImage`'s are downloaded by the bundler, from where nobody checks.
const KINDS: &str = if cfg!(windows) {
    "nsis,msi"
} else if cfg!(target_os = "macos") {
    "app,dmg"
} else {
    "deb,rpm"
};
/// How their files end.
const ENDINGS: &[&str] = &["deb", "rpm", "exe", "msi", "dmg"];

/// What is packed, and how.
struct Wish {
    /// With the development build, whose programs are there already: for tests of the packages.
    debug: bool,
    /// Another version than the workspace's.
    version: Option<String>,
    /// Of which kinds.
    kinds: String,
    /// Where the packages go.
    into: PathBuf,
    /// The public keys whose signature the packages' updates will need.
    keys: Option<PathBuf>,
    /// From where they will be fetched: then they are signed, and a feed is written.
    feed: Option<String>,
}

/// `bundle [--debug] [--version V] [--kind KINDS] [--into DIR] [--keys FILE] [--feed URL]`
pub fn verb(ws: &mut Workspace, mut args: Args) -> Outcome {
    let wish = Wish {
        debug: args.flag("--debug"),
        version: args.value("--version")?,
        kinds: args.value("--kind")?.unwrap_or_else(|| KINDS.to_owned()),
        into: args
            .value("--into")?
            .map_or_else(|| ws.target.join("packages"), PathBuf::from),
        keys: args.value("--keys")?.map(PathBuf::from),
        feed: args.value("--feed")?,
    };
    args.finish()?;
    wish.makes_sense()?;
    setup::ensure(ws, Purpose::Window)?;
    build(ws, &wish)?;
    if let Some(keys) = &wish.keys {
        feed::vouch(ws, &wish, keys, None)?;
    }
    let packing = ws.target.join("packing");
    fresh_dir(&packing)?;
    stage(ws, &wish, &packing.join("usr"))?;
    let packages = pack(ws, &wish, &packing)?;
    hand_over(&packages, &wish.into)?;
    let (Some(url), Some(keys)) = (&wish.feed, &wish.keys) else {
        return Ok(());
    };
    feed::write(ws, &wish.into, url)?;
    feed::vouch(ws, &wish, keys, Some(&wish.into))
}

/// Brings what packing needs beside the project's own: it is built the first time, which takes minutes.
pub fn bring_tools(ws: &Workspace) -> Outcome {
    sbom::tool(ws).map(|_| ())
}

impl Wish {
    /// Machines that install what the feed leads to trust its keys alone from then on: with none, they take nothing ever again.
    fn makes_sense(&self) -> Outcome {
        if self.feed.is_some() && self.keys.is_none() {
            let refusal = "--feed needs --keys: the machines that take these packages trust the keys in them from then on";
            return Err(Stop::Refused(refusal.to_owned()));
        }
        Ok(())
    }

    /// Cargo's name of the folder.
    fn profile(&self) -> &'static str {
        if self.debug { "debug" } else { "release" }
    }
}

fn build(ws: &Workspace, wish: &Wish) -> Outcome {
    let made = ws.target.join(wish.profile());
    let mut cargo = ws.cargo(&["build", "--locked"]);
    if wish.debug {
        if PROGRAMS.iter().all(|program| made.join(program).is_file()) {
            return Ok(());
        }
        cargo.args(["--features", "desktop"]);
    } else {
        // Pages from within the program, not from a folder.
        cargo.args(["--release", "--features", "desktop,tauri/custom-protocol"]);
    }
    cargo.args(["--package", "forecourt", "--package", "gateway"]);
    cargo.args(["--package", "updates"]);
    for program in PROGRAMS {
        cargo.args(["--bin", program]);
    }
    process::run(&mut cargo)
}

/// Lays out what goes under `/usr`.
fn stage(ws: &Workspace, wish: &Wish, usr: &Path) -> Outcome {
    for (there, here) in FILES {
        put(&ws.root.join(here), &usr.join(there))?;
    }
    for program in [GATEWAY, UPDATER] {
        let made = ws.target.join(wish.profile()).join(program);
        put(&made, &usr.join("bin").join(program))?;
    }
    let keys = usr.join(KEYS);
    if let Some(list) = &wish.keys {
        put(list, &keys)?;
    }
    only_ours(&keys)?;
    let version = wish.version.as_deref().unwrap_or(env!("CARGO_PKG_VERSION"));
    let file = usr.join(VERSION);
    fs::write(&file, format!("{version}\n")).map_err(|e| Stop::file(&file, &e))?;
    only_ours(&file)?;
    let doc = usr.join("share/doc/forecourt");
    notices::write(ws, &doc.join("third-party.txt"))?;
    sbom::write(ws, &doc)
}

/// A file that its owner alone may change: keys that others could write do not count.
#[cfg(unix)]
fn only_ours(file: &Path) -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).map_err(|e| Stop::file(file, &e))
}

#[cfg(not(unix))]
fn only_ours(_: &Path) -> Outcome {
    Ok(())
}

fn put(from: &Path, to: &Path) -> Outcome {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(from, to))
        .map_err(|e| Stop::file(from, &e))?;
    Ok(())
}

/// Lets Tauri write the packages; gives where they are. It writes into the app which kind of package that came in, so it gets a
/// copy, in what it takes for the build folder.
fn pack(ws: &Workspace, wish: &Wish, packing: &Path) -> Outcome<Vec<PathBuf>> {
    let app = Path::new(wish.profile()).join(APP);
    put(&ws.target.join(&app), &packing.join(&app))?;
    let overlay = packing.join("overlay.json");
    let said = self::overlay(wish, &packing.join("usr")).to_string();
    fs::write(&overlay, said).map_err(|e| Stop::file(&overlay, &e))?;
    let mut npx = ws.command(ws.ui().join("node_modules/.bin/tauri"));
    npx.args(["bundle", "--ci", "--features", "desktop", "--bundles"]);
    npx.arg(&wish.kinds)
        .arg("--config")
        .arg(&overlay)
        .env("CARGO_TARGET_DIR", packing);
    if wish.debug {
        npx.arg("--debug");
    }
    process::run(&mut npx)?;
    let made = packing.join(wish.profile()).join("bundle");
    let mut packages = files_under(&made, &[]);
    packages.retain(|file| {
        file.extension()
            .is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known))
    });
    if packages.is_empty() {
        return Err(Stop::Failed(format!(
            "no package was written to {}",
            made.display()
        )));
    }
    Ok(packages)
}

/// What `tauri.conf.json` cannot say: where the staged files are, and another version.
fn overlay(wish: &Wish, usr: &Path) -> Value {
    let files: Map<String, Value> = files_under(usr, &[])
        .into_iter()
        .map(|file| {
            let there = Path::new("/usr").join(file.strip_prefix(usr).unwrap_or(&file));
            (there.display().to_string(), json!(file))
        })
        .collect();
    let linux = json!({ "deb": { "files": files }, "rpm": { "files": files } });
    let mut overlay = json!({ "bundle": { "linux": linux } });
    if let Some(version) = &wish.version {
        overlay["version"] = json!(version);
    }
    overlay
}

/// The packages, in one folder.
fn hand_over(packages: &[PathBuf], into: &Path) -> Outcome {
    fresh_dir(into)?;
    for package in packages {
        let name = package.file_name().unwrap_or_default();
        put(package, &into.join(name))?;
        eprintln!("xtask: {}", into.join(name).display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_needs_the_keys_that_its_machines_will_trust() {
        let wish = |keys: Option<&str>, feed: Option<&str>| Wish {
            debug: true,
            version: None,
            kinds: "deb".to_owned(),
            into: PathBuf::new(),
            keys: keys.map(PathBuf::from),
            feed: feed.map(str::to_owned),
        };
        let feed = Some("https://updates.example/");
        assert!(matches!(
            wish(None, feed).makes_sense(),
            Err(Stop::Refused(_))
        ));
        for (keys, feed) in [(Some("list"), feed), (Some("list"), None), (None, None)] {
            assert_eq!(wish(keys, feed).makes_sense(), Ok(()));
        }
    }
}
