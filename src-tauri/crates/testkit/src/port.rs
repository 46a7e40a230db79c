//! Loopback ports that stay ours from the moment they are chosen until the part is dropped.
//!
//! Asking the kernel for port 0 and closing again leaves a gap in which any outgoing connection may
//! take the number; and a broker that is killed must come back on the same port. So ports are leased
//! below the kernel's ephemeral range, with a file lock against other tests of the same user.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

/// Below Linux's ephemeral range (32768–60999), above the ports that services use by habit.
const RANGE: std::ops::Range<u16> = 21_000..29_000;

/// A TCP port on 127.0.0.1, not used by anyone else while this value lives.
#[derive(Debug)]
pub struct Port {
    number: u16,
    /// Holds the lock; the file itself stays, an unlink would let two tests lock two files.
    _lock: File,
}

impl Port {
    /// Takes a free port. Each process looks from another place on: those who do not see our locks (another
    /// user, another container on this loopback) would otherwise all want the first one.
    pub fn lease() -> Self {
        let folder = leases();
        let lease = |number| {
            let lock = lock(&folder, number)?;
            is_free(number).then_some(Self {
                number,
                _lock: lock,
            })
        };
        let ports = RANGE.end - RANGE.start;
        let first = std::process::id().wrapping_mul(37) % u32::from(ports);
        let first = RANGE.start + u16::try_from(first).unwrap_or_default();
        (first..RANGE.end)
            .chain(RANGE.start..first)
            .find_map(lease)
            .expect("8,000 ports cannot all be in use by tests")
    }

    /// The port's number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

fn lock(folder: &Path, number: u16) -> Option<File> {
    let file = File::create(folder.join(number.to_string())).ok()?;
    file.try_lock().ok()?;
    Some(file)
}

/// Someone who does not know our locks may listen there.
fn is_free(number: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok()
}

fn leases() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    let folder = std::env::temp_dir().join(format!("forecourt-ports-{user}"));
    fs::create_dir_all(&folder).expect("the folder for temporary files is writable");
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_leases_never_share_a_port_and_a_dropped_one_can_be_taken_again() {
        let (first, second) = (Port::lease(), Port::lease());
        assert_ne!(first.number(), second.number(), "the first is still leased");

        // A folder of our own, so that no other test takes the lock in between.
        let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
        let held = lock(folder.path(), 21_000);
        assert!(held.is_some(), "nobody holds it yet");
        assert!(
            lock(folder.path(), 21_000).is_none(),
            "a lease is exclusive"
        );
        drop(held);
        assert!(
            lock(folder.path(), 21_000).is_some(),
            "a dropped lease holds no lock"
        );
    }

    #[test]
    fn a_port_that_someone_listens_on_is_passed_over() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let number = listener.local_addr().expect("it is bound").port();
        assert!(!is_free(number), "somebody listens there");
        drop(listener);
        assert!(is_free(number), "nobody listens there any more");
    }
}
