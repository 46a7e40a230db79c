//! The official schemas, read from the installed package, and the official validator, asked once for many instances.
//! Not for making instances: that is `instances`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ocpp::payload::Kind;
use serde_json::Value;

const JUDGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../tests/python/judge_schemas.py"
);

/// One message's schema.
pub struct Schema {
    pub action: String,
    pub kind: Kind,
    /// With its references resolved.
    pub json: Value,
}

impl Schema {
    /// The file's name, which is the message's.
    pub fn name(&self) -> String {
        match self.kind {
            Kind::Request => self.action.clone(),
            Kind::Response => format!("{}Response", self.action),
        }
    }
}

/// All of them, by name.
pub fn schemas() -> Vec<Schema> {
    let folder = folder();
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask setup`", folder.display()))
        .map(|file| file.expect("the folder can be listed").path())
        .filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> Schema {
    let name = file.file_stem().and_then(|name| name.to_str());
    let name = name.expect("messages have plain names");
    let text = fs::read_to_string(file).expect("an installed file can be read");
    let json: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("a schema is JSON");
    let (action, kind) = match name.strip_suffix("Response") {
        Some(action) => (action, Kind::Response),
        None => (name, Kind::Request),
    };
    Schema {
        action: action.to_owned(),
        kind,
        json: resolved(&json, &json),
    }
}

/// The schema with each `$ref` replaced by what it names. None of them names itself.
fn resolved(node: &Value, root: &Value) -> Value {
    match node {
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(place) => {
                let place = place.trim_start_matches('#');
                resolved(
                    root.pointer(place).expect("references point somewhere"),
                    root,
                )
            }
            None => members
                .iter()
                .map(|(key, value)| (key.clone(), resolved(value, root)))
                .collect(),
        },
        Value::Array(items) => items.iter().map(|item| resolved(item, root)).collect(),
        other => other.clone(),
    }
}

/// What the official validator finds wrong: a line for each instance that does not keep to its schema.
pub fn judge(instances: &[(String, Value)]) -> Vec<String> {
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    fs::write(
        file.path(),
        serde_json::to_vec(instances).expect("values are JSON"),
    )
    .expect("a temporary file can be written");
    let output = Command::new(testkit::python::interpreter())
        .args([
            JUDGE.as_ref(),
            folder().as_os_str(),
            file.path().as_os_str(),
        ])
        .output()
        .expect("the interpreter starts");
    assert!(
        output.status.success(),
        "the judge failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("the judge speaks UTF-8");
    text.lines().map(str::to_owned).collect()
}

fn folder() -> PathBuf {
    let python = testkit::python::interpreter();
    let lib = python
        .ancestors()
        .nth(2)
        .expect("venv/bin/python")
        .join("lib");
    let versions = fs::read_dir(&lib).expect("an environment has a lib folder");
    versions
        .map(|version| version.expect("it can be listed").path())
        .map(|version| version.join("site-packages/ocpp/v16/schemas"))
        .find(|schemas| schemas.is_dir())
        .unwrap_or_else(|| {
            panic!(
                "{} has no package `ocpp`; run `cargo xtask setup`",
                lib.display()
            )
        })
}
