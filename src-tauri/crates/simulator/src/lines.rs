//! A file of JSON lines that survives a crash within any write: what is whole stays, a torn last line
//! goes. Not for what the lines mean: see `queue` and `truth`.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

/// An open file that is only ever appended to, or replaced as a whole.
#[derive(Debug)]
pub(crate) struct Lines {
    path: PathBuf,
    file: File,
    bytes: u64,
    count: usize,
}

impl Lines {
    /// Opens or makes the file and gives the whole lines that stand in it.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, String)> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        text.truncate(whole(&text).len());
        let mut lines = Self {
            path: path.to_owned(),
            file,
            bytes: 0,
            count: text.lines().count(),
        };
        lines.cut_to(u64::try_from(text.len()).unwrap_or(u64::MAX))?;
        Ok((lines, text))
    }

    /// Refuses a file that another process, or another fleet of this one, has locked.
    pub(crate) fn lock(&self) -> io::Result<()> {
        self.file.try_lock().map_err(io::Error::from)
    }

    /// How many lines stand in the file.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Appends whole lines; `durable` = they are on the disk when this returns.
    pub(crate) fn append(&mut self, text: &str, durable: bool) -> io::Result<()> {
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // Half a line would swallow the next one.
            self.cut_to(self.bytes)?;
            return Err(error);
        }
        self.bytes += u64::try_from(text.len()).unwrap_or_default();
        self.count += text.lines().count();
        if durable {
            self.file.sync_data()?;
        }
        Ok(())
    }

    /// Puts `text` in the place of everything; a crash leaves the old file or the new one.
    pub(crate) fn replace(&mut self, text: &str) -> io::Result<()> {
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)?;
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        self.file = file;
        self.bytes = u64::try_from(text.len()).unwrap_or_default();
        self.count = text.lines().count();
        Ok(())
    }

    fn cut_to(&mut self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)?;
        self.file.seek(SeekFrom::Start(bytes))?;
        self.bytes = bytes;
        Ok(())
    }
}

/// The part of a text that ends with a line's end: a writer died within what comes after it.
pub(crate) fn whole(text: &str) -> &str {
    &text[..text.rfind('\n').map_or(0, |end| end + 1)]
}

/// Does what waits for the disk beside the runtime's own threads. Once begun it is done, even when
/// nobody waits for it any more.
pub(crate) async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only a runtime that is shutting down leaves work undone; it drops this task as well.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_torn_is_cut_and_the_next_one_is_whole() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("lines");
        std::fs::write(&path, "one\ntwo\nthr").expect("the folder is ours");
        let (mut lines, text) = Lines::open(&path).expect("it opens");
        assert_eq!((text.as_str(), lines.count()), ("one\ntwo\n", 2));
        lines.append("three\n", true).expect("it appends");
        let text = std::fs::read_to_string(&path).expect("it reads");
        assert_eq!(
            text, "one\ntwo\nthree\n",
            "nothing of the torn line is left"
        );
        lines.replace("four\n").expect("it is replaced");
        lines.append("five\n", true).expect("it appends");
        let (lines, text) = Lines::open(&path).expect("it opens");
        assert_eq!((text.as_str(), lines.count()), ("four\nfive\n", 2));
    }
}
