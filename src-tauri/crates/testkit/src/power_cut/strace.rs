//! strace's log, read into steps. Not for other formats than that of the options `Recording::of` gives.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use super::{Recording, Step};

/// Standard output, as strace names it.
const OUTPUT: &str = "1<";

/// A call that has returned.
struct Call<'l> {
    name: &'l str,
    arguments: &'l str,
    result: &'l str,
    /// How many steps there were when it was called.
    began: usize,
}

/// Reads a log of what was done to a folder.
pub(super) fn parse(log: &str, folder: &Path, left_out: &[&str]) -> Recording {
    let folder = folder.to_str().expect("temporary folders have UTF-8 names");
    let mut reader = Reader {
        folder: hex(folder),
        left_out,
        files: HashSet::new(),
        line: String::new(),
        recording: Recording::default(),
    };
    let mut open: HashMap<&str, (usize, &str)> = HashMap::new();
    for line in log.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        let now = reader.recording.steps.len();
        if let Some(begun) = rest.strip_suffix("<unfinished ...>") {
            open.insert(thread, (now, begun));
        } else if let Some((_, end)) = rest
            .strip_prefix("<... ")
            .and_then(|rest| rest.split_once("resumed>"))
        {
            let (began, begun) = open.remove(thread).expect("a call that resumes has begun");
            reader.take_line(&format!("{}{end}", begun.trim_end()), began);
        } else {
            reader.take_line(rest, now);
        }
    }
    reader.recording
}

struct Reader<'o> {
    folder: String,
    left_out: &'o [&'o str],
    files: HashSet<String>,
    line: String,
    recording: Recording,
}

impl Reader<'_> {
    fn take_line(&mut self, text: &str, began: usize) {
        let Some((call, result)) = text.rsplit_once('=') else {
            return;
        };
        let Some((name, arguments)) = call.trim_end().split_once('(') else {
            return;
        };
        let result = result.trim();
        if result.starts_with('-') || result.starts_with('?') {
            return;
        }
        self.take(&Call {
            name,
            arguments: arguments.strip_suffix(')').unwrap_or(arguments),
            result,
            began,
        });
    }

    fn take(&mut self, call: &Call<'_>) {
        let step = match call.name {
            "openat" => return self.open(call),
            "write" if call.arguments.starts_with(OUTPUT) => return self.hear(call),
            "unlink" | "unlinkat" => self.named(call, 0).map(|name| {
                self.files.remove(&name);
                Step::Removed(name)
            }),
            "rename" | "renameat" | "renameat2" => self
                .named(call, 0)
                .zip(self.named(call, 1))
                .map(|(from, to)| {
                    self.files.remove(&from);
                    self.files.insert(to.clone());
                    Step::Renamed(from, to)
                }),
            "fsync" | "fdatasync" if opened(call) == Some(&self.folder) => {
                Some(Step::FolderFlushed(call.began))
            }
            "fsync" | "fdatasync" => self.file(call).map(|name| Step::Flushed(name, call.began)),
            "pwrite64" => self.file(call).map(|name| written(call, name)),
            "ftruncate" => self.file(call).map(|name| {
                let length = call.arguments.rsplit_once(", ").map(|(_, length)| length);
                Step::Resized(name, number(length, call))
            }),
            name => {
                let touched = self.file(call).or_else(|| self.named(call, 0));
                assert!(touched.is_none(), "{name} is not recorded: {touched:?}");
                None
            }
        };
        self.recording.steps.extend(step);
    }

    /// A file that was not there is made; one that was may be emptied.
    fn open(&mut self, call: &Call<'_>) {
        let Some(name) = self.named(call, 0) else {
            return;
        };
        if call.arguments.contains("O_CREAT") && self.files.insert(name.clone()) {
            self.recording.steps.push(Step::Made(name));
        } else if call.arguments.contains("O_TRUNC") {
            self.recording.steps.push(Step::Resized(name, 0));
        }
    }

    /// A line counts once its end was written.
    fn hear(&mut self, call: &Call<'_>) {
        let bytes = unhex(quoted(call).next().unwrap_or_default());
        self.line.push_str(&String::from_utf8_lossy(&bytes));
        while let Some((line, rest)) = self.line.split_once('\n') {
            let done = self.recording.steps.len();
            self.recording.said.push((done, line.to_owned()));
            self.line = rest.to_owned();
        }
    }

    /// The folder's file that a call's first argument is open on.
    fn file(&self, call: &Call<'_>) -> Option<String> {
        self.within(opened(call)?)
    }

    /// The folder's file that a call names as its so-manieth text.
    fn named(&self, call: &Call<'_>, place: usize) -> Option<String> {
        self.within(quoted(call).nth(place)?)
    }

    fn within(&self, path: &str) -> Option<String> {
        let name = path.strip_prefix(&self.folder)?.strip_prefix(r"\x2f")?;
        let name = String::from_utf8_lossy(&unhex(name)).into_owned();
        let left_out = self.left_out.iter().any(|end| name.ends_with(end));
        (!left_out).then_some(name)
    }
}

/// The path behind the descriptor that is a call's first argument. One that has no name any more is nobody's.
fn opened<'l>(call: &Call<'l>) -> Option<&'l str> {
    let (_, rest) = call.arguments.split_once('<')?;
    let (path, rest) = rest.split_once('>')?;
    (!rest.starts_with("(deleted)")).then_some(path)
}

fn quoted<'l>(call: &Call<'l>) -> impl Iterator<Item = &'l str> {
    call.arguments.split('"').skip(1).step_by(2)
}

fn written(call: &Call<'_>, name: String) -> Step {
    let place = call.arguments.rsplit_once(", ").map(|(_, place)| place);
    let mut bytes = unhex(quoted(call).next().unwrap_or_default());
    let taken = number(Some(call.result), call);
    assert!(bytes.len() >= taken, "strace shows whole what is written");
    bytes.truncate(taken);
    Step::Written(name, number(place, call), bytes)
}

fn number(text: Option<&str>, call: &Call<'_>) -> usize {
    text.and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("{} has a number: {text:?}", call.name))
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, r"\x{byte:02x}").expect("a text takes what is written to it");
        hex
    })
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.wrapping_sub(b'a').wrapping_add(10),
    };
    text.as_bytes()
        .chunks_exact(4)
        .map(|byte| digit(byte[2]) << 4 | digit(byte[3]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(lines: &[String]) -> Recording {
        parse(&lines.join("\n"), Path::new("/f"), &["-shm"])
    }

    #[test]
    fn what_a_folders_files_went_through_is_read_and_nothing_else() {
        let (file, shm, other) = (hex("/f/a"), hex("/f/a-shm"), hex("/g/a"));
        let (folder, ok) = (hex("/f"), hex("ok\n"));
        let recording = steps(&[
            format!("7 openat(AT_FDCWD<\\x2f>, \"{file}\", O_RDWR|O_CREAT, 0644) = 9<{file}>"),
            format!("7 openat(AT_FDCWD<\\x2f>, \"{file}\", O_RDWR|O_CREAT, 0644) = 9<{file}>"),
            format!("7 openat(AT_FDCWD<\\x2f>, \"{shm}\", O_RDWR|O_CREAT, 0644) = 8<{shm}>"),
            format!("7 pwrite64(9<{file}>, \"\\x00\\xff\\x0a\", 3, 4096) = 2"),
            format!("7 pwrite64(8<{shm}>, \"\\x00\", 1, 0) = 1"),
            format!("7 pwrite64(5<{other}>, \"\\x00\", 1, 0) = 1"),
            format!("7 pwrite64(5<{file}>(deleted), \"\\x00\", 1, 0) = 1"),
            format!("7 fdatasync(9<{file}>) = -1 EIO (Input/output error)"),
            format!("7 fdatasync(9<{file}> <unfinished ...>"),
            format!("8 pwrite64(9<{file}>, \"\\x01\", 1, 0) = 1"),
            "7 <... fdatasync resumed>)      = 0".to_owned(),
            format!("8 write(1<\\x2f>, \"{ok}\", 3) = 3"),
            format!("8 ftruncate(9<{file}>, 12) = 0"),
            format!("8 fsync(4<{folder}>) = 0"),
            format!("8 rename(\"{file}\", \"{}\") = 0", hex("/f/b")),
            format!("8 unlink(\"{}\") = 0", hex("/f/b")),
            "8 +++ exited with 0 +++".to_owned(),
        ]);
        let name = || "a".to_owned();
        assert_eq!(
            recording.steps,
            [
                Step::Made(name()),
                Step::Written(name(), 4096, vec![0, 255]),
                Step::Written(name(), 0, vec![1]),
                // Called before the second write had returned: it covers only the first.
                Step::Flushed(name(), 2),
                Step::Resized(name(), 12),
                Step::FolderFlushed(5),
                Step::Renamed(name(), "b".to_owned()),
                Step::Removed("b".to_owned()),
            ]
        );
        assert_eq!(recording.said, [(4, "ok".to_owned())]);
    }

    #[test]
    #[should_panic(expected = "fallocate is not recorded")]
    fn a_way_to_write_that_is_not_recorded_is_no_silence() {
        let file = hex("/f/a");
        steps(&[format!("7 fallocate(9<{file}>, 0, 0, 4096) = 0")]);
    }
}
