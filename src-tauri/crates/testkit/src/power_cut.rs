//! A power cut that can be had again: a program runs once under strace, and what it wrote into one folder, flushed and
//! said is recorded in order; then the disk is made as it may be after a cut at any moment of that ([`Replay`]).
//! Not for what is written through mapped memory, nor for folders below the folder.

mod disk;
mod strace;

pub use disk::Replay;

use std::path::Path;
use std::process::{Command, Stdio};

/// The calls that are recorded, and those that must not be made on the folder's files because they are not.
const CALLS: &str = "trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,unlinkat,rename,renameat,renameat2,\
                     writev,pwritev,pwritev2,fallocate,copy_file_range,sendfile,sync_file_range,truncate,link,linkat";

/// One thing that happened to the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// A file was made.
    Made(String),
    /// Bytes were written at this place of a file.
    Written(String, usize, Vec<u8>),
    /// A file was made so long.
    Resized(String, usize),
    /// What was written to a file before this step is on the disk.
    Flushed(String, usize),
    /// What files there were before this step is on the disk.
    FolderFlushed(usize),
    /// A file was removed.
    Removed(String),
    /// A file got another name.
    Renamed(String, String),
}

/// What a program did to a folder, and what it said on its standard output meanwhile, in one order.
#[derive(Debug, Default)]
pub struct Recording {
    steps: Vec<Step>,
    /// Each line, and how many steps were done before it was said.
    said: Vec<(usize, String)>,
}

impl Recording {
    /// Runs a program to its end. The folder must be empty before; files whose names end so are left out.
    ///
    /// A call counts when it has returned; a flush covers what had returned before it was called.
    pub fn of(program: &Command, folder: &Path, left_out: &[&str]) -> Self {
        let log = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        let mut tracer = Command::new("strace");
        tracer
            .args(["-f", "--seccomp-bpf", "-y", "-xx", "-s", "100000000"])
            .args(["-e", CALLS, "-e", "signal=none", "-o"])
            .arg(log.path())
            .arg(program.get_program())
            .args(program.get_args())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => tracer.env(name, value),
                None => tracer.env_remove(name),
            };
        }
        let ended = tracer.status().expect("strace is there: cargo xtask setup");
        assert!(ended.success(), "the recorded program ends well: {ended}");
        let log = std::fs::read_to_string(log.path()).expect("strace wrote its log");
        strace::parse(&log, folder, left_out)
    }

    /// How many steps there are: a cut can be after any number of them.
    pub const fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing was done to the folder.
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How often something was flushed.
    pub fn flushes(&self) -> usize {
        let flushed = |step: &&Step| matches!(step, Step::Flushed(..) | Step::FolderFlushed(_));
        self.steps.iter().filter(flushed).count()
    }

    /// The lines said, each with how many steps were done by then.
    pub fn said(&self) -> &[(usize, String)] {
        &self.said
    }

    /// A disk on which nothing has happened yet.
    pub fn replay(&self) -> Replay<'_> {
        Replay::new(&self.steps)
    }
}
