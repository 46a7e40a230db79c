//! The folder where a feed and its package lie. The app may write it, or whoever brought the stick: nothing in it is trusted. What is read is
//! read through the opened folder, never through a link, and only from plain files up to a size.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, open, openat, unlinkat};
use url::Url;

use crate::trouble::Trouble;

/// The feed.
const FEED: &str = "latest.json";

/// The folder.
pub struct Inbox {
    path: PathBuf,
    folder: OwnedFd,
}

impl Inbox {
    /// Opens it; none, where there is no such folder.
    pub fn open(path: &Path) -> Result<Option<Self>, Trouble> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match open(path, flags, Mode::empty()) {
            Ok(folder) => Ok(Some(Self {
                path: path.to_owned(),
                folder,
            })),
            Err(rustix::io::Errno::NOENT) => Ok(None),
            Err(error) => Err(Trouble::file(path)(error.into())),
        }
    }

    /// The feed, if there is one.
    pub fn feed(&self, most: usize) -> Result<Option<Vec<u8>>, Trouble> {
        match self.read(FEED, most) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            read => read.map(Some).map_err(Trouble::file(&self.path.join(FEED))),
        }
    }

    /// The package that the feed names: the file of that name beside it.
    pub fn package(&self, url: &Url, most: usize) -> Result<Vec<u8>, Trouble> {
        let name = name(url);
        self.read(name, most)
            .map_err(Trouble::file(&self.path.join(name)))
    }

    /// Takes both away: they are done with.
    pub fn clear(&self, url: Option<&Url>) {
        // A package without a feed is nothing; a feed without its package would be a fault.
        for name in [FEED].into_iter().chain(url.map(name)) {
            let gone = unlinkat(&self.folder, name, AtFlags::empty());
            if let Err(error) = gone
                && error != rustix::io::Errno::NOENT
            {
                eprintln!("{}: {error}", self.path.join(name).display());
            }
        }
    }

    /// At most one byte more than `most`: too much is then seen by its reader.
    fn read(&self, name: &str, most: usize) -> io::Result<Vec<u8>> {
        // A pipe without a writer is not waited for.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(&self.folder, name, flags, Mode::empty())?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "it is no plain file",
            ));
        }
        let mut bytes = Vec::new();
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The last part of an address: it has no slash in it.
fn name(url: &Url) -> &str {
    url.path_segments()
        .and_then(|mut parts| parts.next_back())
        .filter(|name| ![".", "..", ""].contains(name))
        .unwrap_or("package")
}
