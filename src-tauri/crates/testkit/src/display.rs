//! A screen of one's own for programs with a window: Xvfb on a display number nobody else has.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::process::Process;
use crate::tools;

const READY: Duration = Duration::from_secs(20);

/// A running virtual screen in 24-bit colour.
#[derive(Debug)]
pub struct Display {
    _process: Process,
    name: String,
    _folder: TempDir,
}

impl Display {
    /// Starts one of 1280 × 800 pixels.
    pub async fn start() -> Self {
        Self::of_size(1280, 800).await
    }

    /// Starts Xvfb, which picks a free number itself and tells it once it accepts clients.
    pub async fn of_size(width: u32, height: u32) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("forecourt-display-")
            .tempdir();
        let folder = folder.expect("the folder for temporary files is writable");
        let mut command = Command::new(tools::find("Xvfb", &[]));
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            &format!("{width}x{height}x24"),
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let process = Process::spawn("Xvfb", &mut command, folder.path());
        // SIGTERM lets it remove its lock and socket from /tmp.
        let mut process = process.on_drop(Signal::TERM);
        let number =
            async |process: &Process| process.stdout().strip_suffix('\n').map(str::to_owned);
        let number = process.ready(READY, number).await;
        Self {
            _process: process,
            name: format!(":{number}"),
            _folder: folder,
        }
    }

    /// The environment that makes a program open its window here.
    pub fn env(&self) -> Vec<(String, String)> {
        [("DISPLAY", self.name.as_str()), ("GDK_BACKEND", "x11")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    /// Takes a picture of the whole screen as a PNG file. Panics where `ImageMagick` is missing or fails.
    pub async fn screenshot(&self, path: &Path) {
        screenshot(&self.name, path).await;
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// The same for those who know the screen by its name only.
pub(crate) async fn screenshot(display: &str, path: &Path) {
    let output = tokio::process::Command::new(tools::find("import", &[]))
        .args(["-display", display, "-window", "root"])
        .arg(path)
        .kill_on_drop(true)
        .output()
        .await
        .expect("ImageMagick's import was found");
    assert!(
        output.status.success(),
        "no picture of {display}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
