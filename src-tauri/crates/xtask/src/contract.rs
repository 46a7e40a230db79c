//! `cargo xtask contract`: the published contract, generated from the code: OpenAPI, AsyncAPI, the
//! event list, and the types the pages are checked with. `--check` says what has drifted.
//! Not for what stands in them: the gateway's `contract` example and `npm run types` write that.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    args::Args,
    error::{Outcome, Stop},
    process,
    setup::{self, Purpose},
    stamp::files_under,
    workspace::{Workspace, fresh_dir},
};

/// Where a kind of generated file lives in the tree; the left name is its folder while generating.
const HOMES: &[(&str, &str)] = &[("docs", "src-tauri/docs"), ("types", "ui/types")];

/// `contract [--check]`
pub fn verb(ws: &mut Workspace, mut args: Args) -> Outcome {
    let only_check = args.flag("--check");
    args.finish()?;
    setup::ensure(ws, Purpose::Headless)?;
    if only_check { check(ws) } else { write(ws) }
}

/// Fails when a generated file of the tree is not what the code gives; touches none of them.
pub fn check(ws: &Workspace) -> Outcome {
    let generated = generate(ws)?;
    let mut drifted = Vec::new();
    for (name, home) in HOMES {
        let drift = drift(&generated.join(name), &ws.root.join(home))?;
        drifted.extend(drift.into_iter().map(|said| format!("{home}/{said}")));
    }
    if drifted.is_empty() {
        return Ok(());
    }
    Err(Stop::Failed(format!(
        "the contract drifted from the code; run `cargo xtask contract` and commit the result:\n  {}",
        drifted.join("\n  ")
    )))
}

fn write(ws: &Workspace) -> Outcome {
    let generated = generate(ws)?;
    for (name, home) in HOMES {
        let (from, to) = (generated.join(name), ws.root.join(home));
        for said in drift(&from, &to)? {
            eprintln!("xtask: writing {home}/{said}");
        }
        copy(&from, &to)?;
    }
    Ok(())
}

/// Generates all of it under the build folder and gives where.
fn generate(ws: &Workspace) -> Outcome<PathBuf> {
    let dir = ws.target.join("contract");
    let (docs, types) = (dir.join("docs"), dir.join("types"));
    fresh_dir(&docs)?;
    fresh_dir(&types)?;
    let mut example = ws.cargo(&["run", "--quiet", "--locked", "-p", "gateway"]);
    process::run(example.args(["--example", "contract", "--"]).arg(&docs))?;
    must_hold_files(&docs)?;
    let mut npm = ws.npm(&["run", "types", "--silent", "--"]);
    process::run(npm.arg(&docs).arg(&types))?;
    must_hold_files(&types)?;
    Ok(dir)
}

/// A generator that writes nothing would pass every comparison.
fn must_hold_files(dir: &Path) -> Outcome {
    if files_under(dir, &[]).is_empty() {
        return Err(Stop::Failed(format!(
            "nothing was generated in {}",
            dir.display()
        )));
    }
    Ok(())
}

/// Which files of `generated` are missing from `home` or differ there; files of `home` that are
/// written by hand are nobody's business here.
fn drift(generated: &Path, home: &Path) -> Outcome<Vec<String>> {
    let mut drifted = Vec::new();
    for file in files_under(generated, &[]) {
        let name = file.strip_prefix(generated).unwrap_or(&file);
        let fresh = fs::read(&file).map_err(|e| Stop::file(&file, &e))?;
        match fs::read(home.join(name)) {
            Ok(committed) if committed == fresh => {}
            Ok(_) => drifted.push(format!("{} differs", name.display())),
            Err(_) => drifted.push(format!("{} is missing", name.display())),
        }
    }
    Ok(drifted)
}

fn copy(generated: &Path, home: &Path) -> Outcome {
    for file in files_under(generated, &[]) {
        let target = home.join(file.strip_prefix(generated).unwrap_or(&file));
        let folder = target.parent().unwrap_or(home);
        fs::create_dir_all(folder)
            .and_then(|()| fs::copy(&file, &target))
            .map_err(|e| Stop::file(&target, &e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A generated folder with two files, and a home that holds what `home` says.
    fn drifted(home: &[(&str, &str)]) -> Vec<String> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let generated = [("openapi.json", "{}"), ("events.md", "# Events")];
        for (folder, files) in [("new", &generated[..]), ("home", home)] {
            fs::create_dir(dir.path().join(folder)).expect("made");
            for (name, text) in files {
                fs::write(dir.path().join(folder).join(name), text).expect("written");
            }
        }
        drift(&dir.path().join("new"), &dir.path().join("home")).expect("both can be read")
    }

    #[test]
    fn drift_names_each_file_that_differs_or_is_missing() {
        let check = |home: &[(&str, &str)], expect: &[&str]| {
            assert_eq!(drifted(home), expect, "drift of {home:?}");
        };
        let (api, events) = (("openapi.json", "{}"), ("events.md", "# Events"));
        check(&[api, events, ("glossary.md", "by hand")], &[]);
        check(
            &[("openapi.json", "{ }"), events],
            &["openapi.json differs"],
        );
        check(&[api], &["events.md is missing"]);
        check(&[], &["events.md is missing", "openapi.json is missing"]);
    }

    #[test]
    fn writing_mends_the_drift() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (new, home) = (dir.path().join("new"), dir.path().join("home"));
        fs::create_dir(&new).expect("made");
        fs::write(new.join("api.d.ts"), "export {};").expect("written");
        copy(&new, &home).expect("copied");
        must_hold_files(&dir.path().join("nothing")).expect_err("an empty folder is no contract");
        assert_eq!(
            drift(&new, &home),
            Ok(vec![]),
            "what was written is what was generated"
        );
    }
}
