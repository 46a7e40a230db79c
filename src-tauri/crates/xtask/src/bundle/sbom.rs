//! What our packages are made of, in `CycloneDX`, for whoever has to know it (EU CRA, Annex I): the crates by cargo's plugin,
//! the pages' packages by npm.

use std::{fs, path::Path};

use crate::{
    error::{Outcome, Stop},
    process,
    workspace::Workspace,
};

/// The plugin, and the version that is known to work.
const TOOL: (&str, &str) = ("cargo-cyclonedx", "0.5.9");

/// Writes both lists into `folder`.
pub fn write(ws: &Workspace, folder: &Path) -> Outcome {
    let pages =
        process::capture(&mut ws.npm(&["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"]))?;
    let file = folder.join("pages.cdx.json");
    fs::write(&file, pages).map_err(|e| Stop::file(&file, &e))?;
    crates(ws, &folder.join("programs.cdx.json"))
}

/// The plugin writes beside each manifest of the workspace, and nowhere else.
fn crates(ws: &Workspace, file: &Path) -> Outcome {
    const NAME: &str = "forecourt-sbom";
    let mut tool = ws.command(tool(ws)?);
    tool.args(["cyclonedx", "--format", "json", "--features", "desktop"]);
    tool.args(["--override-filename", NAME, "--quiet"]);
    let written = process::run(&mut tool);
    let name = format!("{NAME}.json");
    let made = ws.root.join(&name);
    let kept = written.and_then(|()| {
        fs::copy(&made, file)
            .map(|_| ())
            .map_err(|e| Stop::file(&made, &e))
    });
    let members = fs::read_dir(ws.root.join("src-tauri/crates"))
        .into_iter()
        .flatten()
        .flatten();
    for folder in members.map(|entry| entry.path()).chain([ws.root.clone()]) {
        let left = folder.join(&name);
        if left.exists() {
            fs::remove_file(&left).map_err(|e| Stop::file(&left, &e))?;
        }
    }
    kept
}

/// The plugin in the build folder, built the first time.
pub fn tool(ws: &Workspace) -> Outcome<std::path::PathBuf> {
    let (name, version) = TOOL;
    let root = ws.tools().join(format!("{name}-{version}"));
    let program = root.join("bin").join(name);
    if !program.is_file() {
        let mut cargo = ws.cargo(&["install", "--locked", name, "--version", version, "--root"]);
        // A folder of its own: the workspace's programs are not its business.
        process::run(
            cargo
                .arg(&root)
                .arg("--target-dir")
                .arg(ws.target.join("tools-build")),
        )?;
    }
    Ok(program)
}
