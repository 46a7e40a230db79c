//! The licences of others that our packages carry: each crate and each page's package with the texts its authors ship.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    error::{Outcome, Stop},
    process,
    workspace::Workspace,
};

/// How files that hold a licence begin.
const NAMES: &[&str] = &[
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "unlicense",
];

/// Somebody's package that is in ours.
struct Part {
    name: String,
    version: String,
    licence: String,
    folder: PathBuf,
}

/// Writes them all into one file.
pub fn write(ws: &Workspace, file: &Path) -> Outcome {
    let mut parts = crates(ws)?;
    parts.extend(page_packages(ws)?);
    let mut out = String::from(
        "Forecourt is under the Apache License 2.0 (see copyright). It contains the following, each under its own terms. Their texts\n\
         follow, each once, with the names of those that ship it.\n\n",
    );
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in &parts {
        let name = named(&part.name, &part.version);
        out.extend([&name, ": ", &part.licence, "\n"]);
        for text in part.texts()? {
            texts.entry(text).or_default().push(name.clone());
        }
    }
    for (text, names) in texts {
        let line = "=".repeat(78);
        out.extend(["\n", &line, "\n", &names.join(", "), "\n\n", &text, "\n"]);
    }
    fs::write(file, out).map_err(|e| Stop::file(file, &e))
}

impl Part {
    /// What its authors ship of licences.
    fn texts(&self) -> Outcome<Vec<String>> {
        let read = |file: PathBuf| {
            let text = fs::read_to_string(&file).map_err(|e| Stop::file(&file, &e))?;
            Ok(text.replace('\r', "").trim().to_owned())
        };
        licence_files(&self.folder)?.into_iter().map(read).collect()
    }
}

fn licence_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|e| Stop::file(folder, &e))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        file.is_file() && NAMES.iter().any(|begin| name.starts_with(begin))
    });
    files.sort();
    Ok(files)
}

/// The crates of both programs, on this kind of machine.
fn crates(ws: &Workspace) -> Outcome<Vec<Part>> {
    let metadata = metadata(ws)?;
    let known: BTreeMap<String, &Value> = list(&metadata["packages"])
        .iter()
        .map(|package| {
            (
                named(text(&package["name"]), text(&package["version"])),
                package,
            )
        })
        .collect();
    let mut parts = Vec::new();
    for name in in_the_programs(ws)? {
        let Some(package) = known.get(&name) else {
            return Err(Stop::Failed(format!("cargo metadata does not know {name}")));
        };
        // Without a source it is ours.
        if package["source"].is_null() {
            continue;
        }
        let manifest = Path::new(text(&package["manifest_path"]));
        parts.push(Part {
            name: text(&package["name"]).to_owned(),
            version: text(&package["version"]).to_owned(),
            licence: text(&package["license"]).to_owned(),
            folder: manifest.parent().unwrap_or(manifest).to_owned(),
        });
    }
    Ok(parts)
}

fn metadata(ws: &Workspace) -> Outcome<Value> {
    let mut cargo = ws.cargo(&["metadata", "--locked", "--quiet", "--format-version", "1"]);
    cargo.args(["--features", "desktop"]);
    serde_json::from_str(&process::capture(&mut cargo)?)
        .map_err(|e| Stop::Failed(format!("cargo metadata gave no JSON: {e}")))
}

/// `name version` of each crate that is linked into one of the programs.
fn in_the_programs(ws: &Workspace) -> Outcome<Vec<String>> {
    let mut cargo = ws.cargo(&["tree", "--locked", "--quiet", "--package", "forecourt"]);
    cargo.args([
        "--features",
        "desktop",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ]);
    cargo.args(["--format", "{p}"]);
    let tree = process::capture(&mut cargo)?;
    let mut names: Vec<String> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, version) = (words.next()?, words.next()?);
            Some(named(name, version.trim_start_matches('v')))
        })
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn named(name: &str, version: &str) -> String {
    format!("{name} {version}")
}

/// What the pages load, by npm's lockfile.
fn page_packages(ws: &Workspace) -> Outcome<Vec<Part>> {
    let file = ws.ui().join("package-lock.json");
    let lock = fs::read_to_string(&file).map_err(|e| Stop::file(&file, &e))?;
    let lock: Value = serde_json::from_str(&lock)
        .map_err(|e| Stop::Failed(format!("{} is no JSON: {e}", file.display())))?;
    let empty = serde_json::Map::new();
    let packages = lock["packages"].as_object().unwrap_or(&empty);
    let ours = packages
        .iter()
        .filter(|(path, package)| !path.is_empty() && package["dev"] != true);
    Ok(ours
        .map(|(path, package)| Part {
            name: path.trim_start_matches("node_modules/").to_owned(),
            version: text(&package["version"]).to_owned(),
            licence: text(&package["license"]).to_owned(),
            folder: ws.ui().join(path),
        })
        .collect())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[][..], Vec::as_slice)
}
