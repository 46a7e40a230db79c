//! Which crate may depend on which, from cargo's own reading of the manifests.
//! Not for what the source names: see `homes`.

use serde_json::Value;

use super::{finding::Finding, homes::HOMES, tree::Tree};
use crate::{
    error::{Outcome, Stop},
    process,
    workspace::Workspace,
};

/// A package's place among the layers.
struct Layer {
    package: &'static str,
    /// Ours that it may build on.
    on: &'static [&'static str],
    /// Ours that its tests may use besides; `testkit` is allowed to all.
    in_tests: &'static [&'static str],
    /// It knows no I/O and no async.
    pure: bool,
}

/// THE layers. `gateway` is the only place where `ocpp` and `domain` meet.
const LAYERS: &[Layer] = &[
    layer("ocpp", &[], &[], true),
    layer("domain", &[], &[], true),
    layer("store", &["domain"], &[], false),
    layer("bus", &["domain"], &[], false),
    layer("payments", &["domain"], &[], false),
    layer("receipts", &["domain"], &[], true),
    layer("updates", &[], &[], false),
    layer(
        "gateway",
        &[
            "bus", "domain", "ocpp", "payments", "receipts", "store", "updates",
        ],
        &[],
        false,
    ),
    layer("simulator", &["ocpp"], &[], false),
    layer("testkit", &[], &[], false),
    layer("xtask", &[], &[], false),
    layer(
        "forecourt",
        &["gateway", "simulator", "updates"],
        &["domain", "store"],
        false,
    ),
];

const TESTKIT: &str = "testkit";

/// What makes a crate impure by depending on it.
const IMPURE: &[&str] = &["tokio", "axum", "reqwest", "sqlx"];

const fn layer(
    package: &'static str,
    on: &'static [&'static str],
    in_tests: &'static [&'static str],
    pure: bool,
) -> Layer {
    Layer {
        package,
        on,
        in_tests,
        pure,
    }
}

/// One dependency as a manifest has it.
struct Dependency<'a> {
    name: &'a str,
    only_tests: bool,
    ours: bool,
}

/// Every package of the tree keeps to its layer, and a library with one home is depended on there.
pub fn check(ws: &Workspace, tree: &Tree) -> Outcome<Vec<Finding>> {
    let mut cargo = ws.cargo(&[
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]);
    cargo
        .arg("--manifest-path")
        .arg(tree.root.join("Cargo.toml"));
    let metadata: Value = serde_json::from_str(&process::capture(&mut cargo)?)
        .map_err(|e| Stop::Failed(format!("cargo metadata gave no JSON: {e}")))?;
    let packages = metadata["packages"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    Ok(packages
        .iter()
        .flat_map(|package| check_package(tree, package))
        .collect())
}

fn check_package(tree: &Tree, package: &Value) -> Vec<Finding> {
    let name = package["name"].as_str().unwrap_or_default();
    let manifest = manifest_path(tree, package);
    let Some(layer) = LAYERS.iter().find(|layer| layer.package == name) else {
        let advice = format!("`{name}` has no layer; give it one in xtask's tidy/layers.rs");
        return vec![Finding::at(&manifest, 1, "layering", advice)];
    };
    let dependencies = package["dependencies"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let mut found = Vec::new();
    for dependency in dependencies.iter().map(dependency) {
        if let Some(advice) = layer.objects_to(&dependency) {
            let line = line_of(tree, &manifest, dependency.name);
            found.push(Finding::at(&manifest, line, "layering", advice));
        }
    }
    found
}

fn dependency(value: &Value) -> Dependency<'_> {
    let name = value["name"].as_str().unwrap_or_default();
    Dependency {
        name,
        only_tests: value["kind"] == "dev",
        // A path is ours; so is one of our names from anywhere else.
        ours: value["path"].is_string() || LAYERS.iter().any(|layer| layer.package == name),
    }
}

impl Layer {
    /// What to do instead, when this layer may not have that dependency.
    fn objects_to(&self, dependency: &Dependency) -> Option<String> {
        let (package, name) = (self.package, dependency.name);
        if let Some(home) = HOMES.iter().find(|home| home.covers_dependency(name)) {
            let elsewhere = home.package != package;
            return elsewhere.then(|| {
                format!(
                    "only `{}` depends on `{name}`; go through `{}`",
                    home.package, home.package
                )
            });
        }
        if self.pure && !dependency.only_tests && IMPURE.contains(&name) {
            return Some(format!(
                "`{package}` does no I/O: move what needs `{name}` to the edge"
            ));
        }
        let allowed = !dependency.ours
            || self.on.contains(&name)
            || dependency.only_tests && (name == TESTKIT || self.in_tests.contains(&name));
        (!allowed).then(|| {
            let on = if self.on.is_empty() {
                "none of ours".into()
            } else {
                self.on.join(", ")
            };
            format!("`{package}` builds on {on}; it may not depend on `{name}`")
        })
    }
}

fn manifest_path(tree: &Tree, package: &Value) -> String {
    let full = package["manifest_path"].as_str().unwrap_or_default();
    let root = tree.root.to_string_lossy();
    full.strip_prefix(root.as_ref())
        .map_or(full, |path| path.trim_start_matches('/'))
        .to_owned()
}

/// The line of a manifest that names the dependency, as `name = …`, `name.workspace = …` or a table.
fn line_of(tree: &Tree, manifest: &str, name: &str) -> usize {
    let text = tree.file(manifest).map_or("", |file| file.text.as_str());
    let names = |line: &str| {
        let line = line.trim_end_matches(']');
        let key = line
            .rsplit_once("dependencies.")
            .map_or(line, |(_, key)| key);
        key.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ', '=']))
    };
    // The root manifest lists every version first; what it depends on itself comes after.
    text.lines()
        .enumerate()
        .filter(|(_, line)| names(line))
        .last()
        .map_or(1, |(at, _)| at + 1)
}
