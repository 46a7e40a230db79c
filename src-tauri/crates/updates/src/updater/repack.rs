//! Makes a package of what is installed, for the first update: nobody kept the one that the admin installed. Of dpkg's own notes, by dpkg's
//! own tools.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::dpkg::PACKAGE;
use crate::machine::Machine;
use crate::programs::{LONG, done, program};
use crate::trouble::Trouble;

/// The scripts that a package may bring; dpkg makes the other notes again.
const SCRIPTS: [&str; 4] = ["preinst", "postinst", "prerm", "postrm"];

/// Writes what is installed as a package to `into`; `folder` is made for it, and taken away.
pub fn repack(machine: &Machine, folder: &Path, into: &Path) -> Result<(), Trouble> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Trouble::file(folder)(error));
        }
        _ => {}
    }
    let notes = folder.join("DEBIAN");
    fs::create_dir_all(&notes).map_err(Trouble::file(&notes))?;
    let status = machine.dpkg.query(&["--status", PACKAGE])?;
    let control = notes.join("control");
    fs::write(&control, of_package(&status)).map_err(Trouble::file(&control))?;
    for script in SCRIPTS {
        let path = machine.dpkg.query(&["--control-path", PACKAGE, script])?;
        if !path.trim().is_empty() {
            copy(Path::new(path.trim()), &notes.join(script))?;
        }
    }
    for path in machine.dpkg.query(&["--listfiles", PACKAGE])?.lines() {
        // Other lines are remarks, of files that another package has moved.
        let Some(path) = path
            .strip_prefix("/")
            .filter(|path| !["", "."].contains(path))
        else {
            continue;
        };
        let here = machine.path(path);
        // dpkg's settings may leave files out, such as papers where room is scarce (`path-exclude`).
        if fs::symlink_metadata(&here).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            eprintln!(
                "{} is not here; the package of it does without",
                here.display()
            );
            continue;
        }
        copy(&here, &folder.join(path))?;
    }
    let mut build = program("dpkg-deb");
    build.args(["--root-owner-group", "-Zgzip", "-z1", "--build"]);
    done(build.arg(folder).arg(into), LONG)?;
    fs::remove_dir_all(folder).map_err(Trouble::file(folder))
}

/// dpkg's paragraph without what it noted about the machine.
fn of_package(status: &str) -> String {
    let mut skip = false;
    let lines = status.lines().filter(|line| {
        if !line.starts_with(' ') {
            skip = line.starts_with("Status:") || line.starts_with("Conffiles:");
        }
        !skip && !line.is_empty()
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn copy(from: &Path, to: &Path) -> Result<(), Trouble> {
    let about = fs::symlink_metadata(from).map_err(Trouble::file(from))?;
    let copied = if about.is_dir() {
        fs::create_dir_all(to).and_then(|()| fs::set_permissions(to, about.permissions()))
    } else if about.is_symlink() {
        fs::read_link(from).and_then(|target| symlink(target, to))
    } else {
        fs::copy(from, to).map(drop)
    };
    copied.map_err(Trouble::file(from))
}
