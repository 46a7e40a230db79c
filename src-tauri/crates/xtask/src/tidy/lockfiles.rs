//! The supply chain, from the lockfiles: licences we may ship, no source but the two registries, no
//! banned package, a hash on every npm package and no script that npm would run. Not for known vulnerabilities: no database is at hand.

use serde_json::Value;

use super::{code::numbered, finding::Finding, licence, tree::Tree};
use crate::{
    error::{Outcome, Stop},
    process,
    workspace::Workspace,
};

/// Where every crate that is not ours comes from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Packages that must not come in by a side door, and what we use instead.
const BANNED: &[(&str, &str)] = &[
    (
        "openssl-sys",
        "rustls with ring; turn the feature off that brings it",
    ),
    (
        "native-tls",
        "rustls with ring; turn the feature off that brings it",
    ),
    ("aws-lc-rs", "ring; turn the feature off that brings it"),
    ("aws-lc-sys", "ring; turn the feature off that brings it"),
    ("rust-ocpp", "ocpp-kit, which knows all versions"),
];

/// Ours, and that of the tests' independent calculator.
const CARGO_LOCKS: &[&str] = &["Cargo.lock", "tests/oracle/Cargo.lock"];

/// The front end's packages, and the tests' third-party clients.
const NPM_LOCKS: &[&str] = &["ui/package-lock.json", "tests/node/package-lock.json"];

/// Licences beyond the common list that npm packages may have, each with its reason.
const NPM_LICENCES: &[&str] = &[
    // A permissive licence in plain words.
    "BlueOak-1.0.0",
    // Fonts: may be shipped with a program.
    "OFL-1.1",
    // argparse, in the build's tools only; both permissive.
    "PSF-2.0",
    "Python-2.0",
];

/// npm packages whose lockfile entry says no licence though the package does: in a form of old, or in
/// its README and the heads of its files.
const NPM_SILENT: &[(&str, &str)] = &[
    ("node_modules/xmlhttprequest-ssl", "MIT"),
    ("node_modules/precond", "MIT"),
];

/// Every crate of every Cargo.lock, for all features and platforms.
pub fn cargo(ws: &Workspace, tree: &Tree) -> Outcome<Vec<Finding>> {
    let mut found = Vec::new();
    for file in CARGO_LOCKS.iter().filter_map(|path| tree.file(path)) {
        found.extend(cargo_lock(ws, tree, &file.path, &file.text)?);
    }
    Ok(found)
}

fn cargo_lock(ws: &Workspace, tree: &Tree, path: &str, lock: &str) -> Outcome<Vec<Finding>> {
    let mut cargo = ws.cargo(&[
        "metadata",
        "--locked",
        "--quiet",
        "--all-features",
        "--format-version",
        "1",
    ]);
    cargo
        .arg("--manifest-path")
        .arg(tree.root.join(path).with_file_name("Cargo.toml"));
    let Ok(answer) = process::capture(&mut cargo) else {
        // The other rules still have their say: what changed the manifests may be what they find.
        let advice = "it does not fit the manifests; run `cargo check` and commit what it writes";
        return Ok(vec![Finding::at(path, 1, "lockfile", advice)]);
    };
    let metadata: Value = serde_json::from_str(&answer)
        .map_err(|e| Stop::Failed(format!("cargo metadata gave no JSON: {e}")))?;
    let packages = metadata["packages"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    Ok(packages
        .iter()
        .flat_map(|package| check_crate(package, path, lock))
        .collect())
}

fn check_crate(package: &Value, path: &str, lock: &str) -> Vec<Finding> {
    let text = |key: &str| package[key].as_str().unwrap_or_default();
    let (name, licence, source) = (text("name"), text("license"), text("source"));
    let line = line_with(lock, &format!("name = \"{name}\""));
    let mut found = Vec::new();
    let mut tell = |rule, advice| found.push(Finding::at(path, line, rule, advice));
    if !licence::is_allowed(licence, &[]) {
        let advice = format!("`{name}` is under `{licence}`, which is not on the list; replace it");
        tell("licence", advice);
    }
    // Without a source it is a path: ours.
    if !source.is_empty() && source != REGISTRY {
        tell(
            "source",
            format!("`{name}` comes from {source}; take it from the registry"),
        );
    }
    if let Some((_, instead)) = BANNED.iter().find(|(banned, _)| *banned == name) {
        tell("banned", format!("`{name}` is banned; use {instead}"));
    }
    found
}

/// Every package of every npm lockfile.
pub fn npm(tree: &Tree) -> Vec<Finding> {
    NPM_LOCKS
        .iter()
        .filter_map(|path| tree.file(path))
        .flat_map(|file| npm_lock(&file.path, &file.text))
        .collect()
}

fn npm_lock(path: &str, text: &str) -> Vec<Finding> {
    let fault = |advice| vec![Finding::at(path, 1, "lockfile", advice)];
    let Ok(lock) = serde_json::from_str::<Value>(text) else {
        return fault("it is no JSON; write it with npm");
    };
    let Some(packages) = lock["packages"].as_object() else {
        return fault("it lists no packages; use npm 7 or newer");
    };
    // The entry without a name is our own package.
    let others = packages.iter().filter(|(name, _)| !name.is_empty());
    others
        .flat_map(|(name, package)| check_npm(name, package, path, text))
        .collect()
}

fn check_npm(name: &str, package: &Value, path: &str, lock: &str) -> Vec<Finding> {
    let line = line_with(lock, &format!("\"{name}\": {{"));
    let mut found = Vec::new();
    let mut tell = |rule, advice| found.push(Finding::at(path, line, rule, advice));
    // What a package carries inside itself is covered by that package's hash.
    if !package["integrity"].is_string() && package["inBundle"] != true {
        tell(
            "lockfile",
            format!("`{name}` has no integrity hash; install it by name and version"),
        );
    }
    // npm leaves the registry's own address out when it is told to.
    if let Some(source) = package["resolved"].as_str() {
        let advice = format!(
            "`{name}` comes from {source}; take it from the registry, with npm's \
             omit-lockfile-registry-resolved set"
        );
        tell("source", advice);
    }
    if package["hasInstallScript"] == true {
        let advice = format!("`{name}` runs a script when it is installed; take one that does not");
        tell("install-script", advice);
    }
    let known = NPM_SILENT.iter().find(|(silent, _)| *silent == name);
    let silent = known.map_or("", |(_, licence)| licence);
    let licence = package["license"].as_str().unwrap_or(silent);
    if !licence::is_allowed(licence, NPM_LICENCES) {
        let advice = format!("`{name}` is under `{licence}`, which is not on the list; replace it");
        tell("licence", advice);
    }
    found
}

fn line_with(text: &str, part: &str) -> usize {
    numbered(text)
        .find(|(_, line)| line.trim() == part)
        .map_or(1, |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(found: &[Finding]) -> Vec<&str> {
        found.iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_crate_is_judged_by_licence_source_and_name() {
        let check = |name: &str, licence: Value, source: Value, expect: &[&str]| {
            let package = json!({ "name": name, "license": licence, "source": source });
            let found = check_crate(&package, "Cargo.lock", "");
            assert_eq!(rules(&found), expect, "{name} {licence} {source}");
        };
        let registry = json!(REGISTRY);
        check("serde", json!("MIT OR Apache-2.0"), registry.clone(), &[]);
        check("domain", json!("Apache-2.0"), Value::Null, &[]);
        check(
            "readline",
            json!("GPL-3.0-only"),
            registry.clone(),
            &["licence"],
        );
        check("silent", Value::Null, registry.clone(), &["licence"]);
        check(
            "fork",
            json!("MIT"),
            json!("git+ssh://host/fork"),
            &["source"],
        );
        for (banned, _) in BANNED {
            check(banned, json!("MIT"), registry.clone(), &["banned"]);
        }
    }

    #[test]
    fn a_crate_is_found_at_its_line_of_the_lockfile() {
        let lock = "version = 4\n\n[[package]]\nname = \"native-tls\"\n";
        let package = json!({ "name": "native-tls", "license": "MIT", "source": REGISTRY });
        let found = check_crate(&package, "Cargo.lock", lock);
        assert_eq!(
            (found[0].path.as_str(), found[0].line),
            ("Cargo.lock", 4),
            "{found:?}"
        );
    }
}
