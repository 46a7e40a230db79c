//! Files that are there whole or not at all, whatever ends the machine.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file whole; its folder is made where there is none.
pub fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)?;
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = file.with_file_name(name);
    let written = File::create(&beside).and_then(|mut new| {
        new.write_all(bytes)?;
        new.sync_all()?;
        fs::rename(&beside, file)
    });
    if written.is_err() {
        // On a full disk half of it would take the room that others need.
        let _ = fs::remove_file(&beside);
        return written;
    }
    // The name, too, is on the disk when this returns.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}
