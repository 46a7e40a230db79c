//! The disk after a cut: what was flushed, and of the rest what chance leaves of it.
//!
//! Kept whole: what a flush covered, in the order it was done. Of what waited for one, each sector arrives or does not,
//! whatever its neighbours do, so that a page or a row of pages is torn; a sector that was written several times may be
//! any of them. A sector that arrived leaves the bytes beside those written as they were. A file that grew may be as long
//! as before, as long as what arrived, or as long as it was made, and where nothing arrived there are zeros, or rubbish.
//! Which files there are is flushed with the folder alone, not with a file; what was done to the folder since then
//! arrives in order, up to some point.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Step;
use crate::Dice;

/// A change of a file that waits for a flush.
#[derive(Clone, Copy)]
enum Change<'r> {
    Bytes(usize, &'r [u8]),
    Length(usize),
}

#[derive(Default)]
struct File<'r> {
    /// What is on the disk for certain.
    safe: Vec<u8>,
    /// What is not, each with the step it was done in.
    waiting: Vec<(usize, Change<'r>)>,
}

/// Which file stands under which name.
type Names<'r> = BTreeMap<&'r str, usize>;

/// A recording that is gone through once, step by step, and can be cut at each.
pub struct Replay<'r> {
    steps: &'r [Step],
    done: usize,
    files: Vec<File<'r>>,
    names: Names<'r>,
    safe_names: Names<'r>,
    /// What was done to the folder and not flushed: the step, and the names it left.
    waiting_names: Vec<(usize, Names<'r>)>,
}

impl<'r> Replay<'r> {
    pub(super) fn new(steps: &'r [Step]) -> Self {
        Self {
            steps,
            done: 0,
            files: Vec::new(),
            names: Names::new(),
            safe_names: Names::new(),
            waiting_names: Vec::new(),
        }
    }

    /// Goes on until so many steps are done; never back.
    pub fn go_on_to(&mut self, steps: usize) {
        while self.done < steps.min(self.steps.len()) {
            self.step(self.done);
            self.done += 1;
        }
    }

    fn step(&mut self, at: usize) {
        match &self.steps[at] {
            Step::Made(name) => {
                self.names.insert(name, self.files.len());
                self.files.push(File::default());
                self.waiting_names.push((at, self.names.clone()));
            }
            Step::Removed(name) => {
                self.names.remove(name.as_str());
                self.waiting_names.push((at, self.names.clone()));
            }
            Step::Renamed(from, to) => {
                let file = self.number(from);
                self.names.remove(from.as_str());
                self.names.insert(to, file);
                self.waiting_names.push((at, self.names.clone()));
            }
            Step::Written(name, place, bytes) => self.wait(at, name, Change::Bytes(*place, bytes)),
            Step::Resized(name, length) => self.wait(at, name, Change::Length(*length)),
            Step::Flushed(name, before) => {
                let number = self.number(name);
                self.files[number].flush(*before);
            }
            Step::FolderFlushed(before) => {
                let covered = self.waiting_names.partition_point(|(at, _)| at < before);
                if let Some((_, names)) = self.waiting_names.drain(..covered).next_back() {
                    self.safe_names = names;
                }
            }
        }
    }

    fn number(&self, name: &str) -> usize {
        let number = self.names.get(name).copied();
        number.unwrap_or_else(|| panic!("the folder was empty, and nobody made {name}"))
    }

    fn wait(&mut self, at: usize, name: &str, change: Change<'r>) {
        let number = self.number(name);
        self.files[number].waiting.push((at, change));
    }

    /// Writes down the folder as it may be after a cut here, on a disk with sectors of so many bytes.
    pub fn cut(&self, dice: &mut Dice, sector: usize, into: &Path) {
        let chance = Chance {
            sector,
            arrives: *dice.pick(&[0, 1, 5, 9, 10]),
            grows: dice.once_in(2),
            rubbish: dice.once_in(2),
        };
        let moved = dice.roll(self.waiting_names.len() + 1);
        let names = match moved.checked_sub(1) {
            Some(last) => &self.waiting_names[last].1,
            None => &self.safe_names,
        };
        for (name, number) in names {
            let left = self.files[*number].after_a_cut(&chance, dice);
            fs::write(into.join(name), left).expect("the folder for the disk is writable");
        }
    }
}

/// How kind a cut is.
struct Chance {
    /// Bytes that arrive together.
    sector: usize,
    /// In how many of ten cases one does.
    arrives: usize,
    /// Whether a file is as long as it was made though its bytes did not arrive.
    grows: bool,
    /// Whether there is rubbish where nothing arrived.
    rubbish: bool,
}

impl File<'_> {
    fn flush(&mut self, before: usize) {
        let covered = self.waiting.partition_point(|(at, _)| *at < before);
        for (_, change) in self.waiting.drain(..covered) {
            match change {
                Change::Bytes(place, bytes) => put(&mut self.safe, place, bytes, || 0),
                Change::Length(length) => self.safe.resize(length, 0),
            }
        }
    }

    fn after_a_cut(&self, chance: &Chance, dice: &mut Dice) -> Vec<u8> {
        let mut left = self.safe.clone();
        let mut rubbish = dice.clone();
        let mut fill = || if chance.rubbish { rubbish.byte() } else { 0 };
        let mut length = left.len();
        for (_, change) in &self.waiting {
            match *change {
                Change::Length(made) => {
                    length = made;
                    if dice.roll(10) < chance.arrives {
                        left.resize(made, 0);
                    }
                }
                Change::Bytes(place, bytes) => {
                    length = length.max(place + bytes.len());
                    let mut from = 0;
                    while from < bytes.len() {
                        let end_of_sector = chance.sector - (place + from) % chance.sector;
                        let to = bytes.len().min(from + end_of_sector);
                        if dice.roll(10) < chance.arrives {
                            put(&mut left, place + from, &bytes[from..to], &mut fill);
                        }
                        from = to;
                    }
                }
            }
        }
        if chance.grows && length > left.len() {
            left.resize_with(length, fill);
        }
        left
    }
}

fn put(file: &mut Vec<u8>, place: usize, bytes: &[u8], fill: impl FnMut() -> u8) {
    let end = place + bytes.len();
    if file.len() < end {
        file.resize_with(end.max(place), fill);
    }
    file[place..end].copy_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn made(name: &str) -> Step {
        Step::Made(name.to_owned())
    }

    fn written(name: &str, place: usize, bytes: &[u8]) -> Step {
        Step::Written(name.to_owned(), place, bytes.to_vec())
    }

    fn flushed(name: &str, before: usize) -> Step {
        Step::Flushed(name.to_owned(), before)
    }

    /// Everything a file may be after a cut at the end; `None`: it is not there.
    fn may_be(steps: &[Step], name: &str, sector: usize) -> BTreeSet<Option<Vec<u8>>> {
        let mut replay = Replay::new(steps);
        replay.go_on_to(steps.len());
        let mut dice = Dice::new(1);
        let one = |_| {
            let folder = tempfile::tempdir().expect("a temporary folder can be made");
            replay.cut(&mut dice, sector, folder.path());
            fs::read(folder.path().join(name)).ok()
        };
        (0..300).map(one).collect()
    }

    fn all(may: &[Option<&[u8]>]) -> BTreeSet<Option<Vec<u8>>> {
        may.iter().map(|one| one.map(<[u8]>::to_vec)).collect()
    }

    #[test]
    fn what_was_flushed_stays_and_what_was_not_is_torn_by_sectors() {
        let base = vec![
            made("a"),
            Step::FolderFlushed(1),
            written("a", 0, b"1111"),
            flushed("a", 3),
        ];
        assert_eq!(may_be(&base, "a", 2), all(&[Some(b"1111")]), "flushed");
        let mut torn = base.clone();
        torn.push(written("a", 1, b"22"));
        assert_eq!(
            may_be(&torn, "a", 2),
            all(&[Some(b"1111"), Some(b"1211"), Some(b"1121"), Some(b"1221")]),
            "each sector or not, and nothing beside what was written"
        );
        assert_eq!(
            may_be(&torn, "a", 4),
            all(&[Some(b"1111"), Some(b"1221")]),
            "a sector is never torn"
        );
        torn.push(written("a", 2, b"3"));
        torn.push(flushed("a", 5));
        assert_eq!(
            may_be(&torn, "a", 4),
            all(&[Some(b"1221"), Some(b"1231")]),
            "a flush covers what was written before it was called"
        );
    }

    #[test]
    fn a_file_that_was_not_flushed_may_be_longer_than_what_arrived() {
        let steps = [
            made("a"),
            Step::FolderFlushed(1),
            written("a", 0, b"11"),
            flushed("a", 3),
            written("a", 2, b"22"),
        ];
        let may = may_be(&steps, "a", 2);
        for left in [&b"11"[..], b"11\0\0", b"1122"] {
            assert!(may.contains(&Some(left.to_vec())), "{left:?} of {may:?}");
        }
        assert!(may.len() > 3, "and there may be rubbish: {may:?}");
        assert!(
            may.iter().flatten().all(|left| left.starts_with(b"11")),
            "what was flushed stays: {may:?}"
        );
    }

    #[test]
    fn a_file_is_there_for_certain_once_its_folder_was_flushed_and_goes_the_same_way() {
        let mut steps = vec![made("a"), written("a", 0, b"1"), flushed("a", 2)];
        assert_eq!(may_be(&steps, "a", 2), all(&[None, Some(b"1")]), "perhaps");
        steps.push(Step::FolderFlushed(3));
        assert_eq!(may_be(&steps, "a", 2), all(&[Some(b"1")]), "for certain");
        steps.push(Step::Renamed("a".to_owned(), "b".to_owned()));
        assert_eq!(may_be(&steps, "b", 2), all(&[None, Some(b"1")]), "perhaps");
        steps.push(Step::Removed("b".to_owned()));
        steps.push(Step::FolderFlushed(6));
        assert_eq!(may_be(&steps, "b", 2), all(&[None]), "gone");
    }
}
