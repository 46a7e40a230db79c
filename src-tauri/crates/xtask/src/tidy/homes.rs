//! Names with one home: a library that changes the world is named in one place only, the pure crates
//! name no I/O and no clock, and money knows no floating point. Not for dependencies: see `layers`.

use super::{
    code::{blanked, has_word, names, numbered},
    finding::Finding,
    tree::{SourceFile, Tree},
};

/// A library and the one place whose source may name it.
pub struct Home {
    /// Its name in a Cargo.toml.
    pub dependency: &'static str,
    /// The package that may depend on it.
    pub package: &'static str,
    name: &'static str,
    /// Its plugins and build crates (`name_…`) live there too.
    family: bool,
    places: &'static [&'static str],
}

/// THE table of libraries with one home.
pub const HOMES: &[Home] = &[
    Home {
        dependency: "sqlx",
        package: "store",
        name: "sqlx",
        family: false,
        places: &["src-tauri/crates/store/"],
    },
    Home {
        dependency: "lapin",
        package: "bus",
        name: "lapin",
        family: false,
        places: &["src-tauri/crates/bus/src/rabbitmq"],
    },
    Home {
        dependency: "socketioxide",
        package: "gateway",
        name: "socketioxide",
        family: false,
        places: &["src-tauri/crates/gateway/src/notify"],
    },
    Home {
        dependency: "ocpp-kit",
        package: "ocpp",
        name: "ocpp_kit",
        family: false,
        places: &["src-tauri/crates/ocpp/"],
    },
    Home {
        dependency: "sd-notify",
        package: "gateway",
        name: "sd_notify",
        family: false,
        places: &["src-tauri/crates/gateway/src/service.rs"],
    },
    Home {
        dependency: "tauri",
        package: "forecourt",
        name: "tauri",
        family: true,
        places: &["src-tauri/src/desktop", "src-tauri/build.rs"],
    },
    Home {
        dependency: "gtk",
        package: "forecourt",
        name: "gtk",
        family: false,
        places: &[
            "src-tauri/src/desktop/lock",
            "src-tauri/src/desktop/watch.rs",
        ],
    },
    Home {
        dependency: "webkit2gtk",
        package: "forecourt",
        name: "webkit2gtk",
        family: false,
        places: &[
            "src-tauri/src/desktop/lock",
            "src-tauri/src/desktop/watch.rs",
        ],
    },
];

impl Home {
    /// Whether a dependency of this name is the library or one of its family.
    pub fn covers_dependency(&self, name: &str) -> bool {
        name == self.dependency || self.family && is_kin(name, self.dependency, '-')
    }

    fn covers_name(&self, name: &str) -> bool {
        name == self.name || self.family && is_kin(name, self.name, '_')
    }
}

fn is_kin(name: &str, head: &str, joint: char) -> bool {
    name.strip_prefix(head)
        .is_some_and(|rest| rest.starts_with(joint))
}

/// The one page module that knows whether it runs in the kiosk's window; and the script that the window puts before each page.
const BRIDGE: &str = "public/utils/host.js";
const BEFORE: &str = "ui/shell/every-page.js";
const BRIDGE_NAMES: &[&str] = &["@tauri-apps", "__TAURI_INTERNALS__"];

/// The crates without I/O, async or clock.
const PURE: &[&str] = &["src-tauri/crates/ocpp/src/", "src-tauri/crates/domain/src/"];

/// What they may not say; the last part may also stand in a `use std::{…}`.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
];

/// The domain's files that reckon with money, by the start of a file's or folder's name.
const MONEY: &[&str] = &["money", "tariff", "pricing", "ledger", "billing"];

/// A library of `HOMES` is named only at home.
pub fn names_in_source(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.ending(&["rs"]) {
        let code = blanked(&file.text);
        let elsewhere = HOMES
            .iter()
            .filter(|home| !home.places.iter().any(|place| file.is_in(place)));
        for home in elsewhere {
            let named = numbered(&code).find(|(_, line)| names(line).any(|n| home.covers_name(n)));
            if let Some((line, _)) = named {
                let advice = format!(
                    "`{}` is named only in {}; go through that",
                    home.name,
                    home.places.join(" and ")
                );
                found.push(Finding::at(&file.path, line, "one-home", advice));
            }
        }
    }
    found
}

/// Pages reach the kiosk's shell through one module.
pub fn shell_bridge(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree
        .ending(&["js", "mjs", "html", "ts"])
        .filter(|file| is_page(file))
    {
        for (line, text) in numbered(&file.text) {
            if let Some(name) = BRIDGE_NAMES.iter().find(|name| text.contains(**name)) {
                let advice = format!("`{name}` is named only in {BRIDGE}; import that module");
                found.push(Finding::at(&file.path, line, "one-home", advice));
            }
        }
    }
    found
}

/// What a browser loads; the front end's build files are not.
fn is_page(file: &SourceFile) -> bool {
    (file.is_in("public") || file.is_in("ui/shell")) && ![BRIDGE, BEFORE].contains(&&*file.path)
}

/// The pure crates touch no file, no socket and no clock.
pub fn pure_crates(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let pure = |file: &&SourceFile| PURE.iter().any(|place| file.is_in(place));
    for file in tree.ending(&["rs"]).filter(pure) {
        let code = blanked(&file.text);
        for (line, text) in numbered(&code) {
            if let Some(name) = IMPURE.iter().find(|name| says(text, name)) {
                let advice = format!("`{name}` is I/O or a clock; take its result as an argument");
                found.push(Finding::at(&file.path, line, "pure-core", advice));
            }
        }
    }
    found
}

/// Whether the line names `path`, spelled out or inside a `use std::{…}`.
fn says(line: &str, path: &str) -> bool {
    let grouped = path.strip_prefix("std::").is_some_and(|part| {
        line.split_once("std::{")
            .is_some_and(|(_, group)| has_word(group, part))
    });
    has_word(line, path) || grouped
}

/// No floating point where money is reckoned.
pub fn no_floats_in_money(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let domain = "src-tauri/crates/domain/src/";
    let money = |file: &&SourceFile| {
        let mut parts = file
            .path
            .strip_prefix(domain)
            .into_iter()
            .flat_map(|path| path.split('/'));
        parts.any(|part| MONEY.iter().any(|start| part.starts_with(start)))
    };
    for file in tree.ending(&["rs"]).filter(money) {
        for (line, text) in numbered(&blanked(&file.text)) {
            // Also as the ending of a number: `0.1f64`.
            let float = |name: &str| {
                let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
                ["f32", "f64"].contains(&name)
            };
            if names(text).any(float) {
                let advice = "money is whole minor units; use integers or Decimal";
                found.push(Finding::at(&file.path, line, "no-float-money", advice));
            }
        }
    }
    found
}
