//! One update: what lies in the folder is judged, and what is needed to go back is laid by. How it goes on from there: see `going`.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use semver::Version;
use updates::Refusal;
use updates::check::{self, MOST_PACKAGE};
use updates::offer::{self, Here, MOST_MANIFEST};
use url::Url;

use crate::database::Copied;
use crate::dpkg::{Claim, PACKAGE, about};
use crate::going::Going;
use crate::inbox::Inbox;
use crate::machine::Machine;
use crate::memory::{Known, Memory, Step, Underway};
use crate::repack::repack;
use crate::services::Patience;
use crate::trouble::Trouble;

/// The new package, the last good one, and this program as it was before, which takes back what comes with a broken one.
pub const NEXT: &str = "next.deb";
pub const GOOD: &str = "good.deb";
pub const SELF: &str = "updater";
/// So many starts of the machine without a word on how the new version does, and it is taken back: it may be what ends them.
const MOST_STARTS: u8 = 3;

/// How it ended.
#[derive(Debug)]
pub enum Outcome {
    /// There was nothing to do.
    Nothing,
    /// It is installed, and will be looked at after the services' start.
    Waits,
    /// The new version is here and ready.
    Updated(Version),
    /// The new one did not get ready, and the old one is here.
    TakenBack {
        /// The new one.
        failed: Version,
        /// The old one.
        back: Version,
        /// Whether that gets ready.
        ready: bool,
    },
    /// The new one did not get ready, and has to stay: the old one has no use for the database.
    Stays(Version),
}

/// One update.
pub struct Update {
    /// Where.
    pub machine: Machine,
    /// What is known.
    pub memory: Memory,
    /// How long the service has to get ready.
    pub patience: Patience,
    /// How long others may install something before.
    pub lock: Duration,
}

impl Update {
    /// Brings the one underway to its end, then installs what lies in that folder.
    pub fn install_from(&self, folder: &Path) -> Result<Outcome, Trouble> {
        match self.go_on()? {
            Outcome::Nothing => self.begin(folder, false),
            outcome => Ok(outcome),
        }
    }

    /// The same with what the app has fetched; then looks again, as long as there is something new.
    pub fn install_fetched(&self) -> Result<Outcome, Trouble> {
        let folder = self.machine.inbox();
        let mut last = self.go_on()?;
        loop {
            match self.begin(&folder, true) {
                Ok(Outcome::Nothing) => return Ok(last),
                Ok(outcome) => last = outcome,
                Err(trouble) if matches!(last, Outcome::Nothing) => return Err(trouble),
                // How the first one ended is the answer.
                Err(trouble) => {
                    eprintln!("{trouble}");
                    return Ok(last);
                }
            }
        }
    }

    /// At boot, before the services start: nothing can get ready yet.
    pub fn resume(&self) -> Result<Outcome, Trouble> {
        let known = self.memory.read()?;
        let Some(mut underway) = known.underway.clone() else {
            return Ok(Outcome::Nothing);
        };
        underway.lived += self.lived(&underway);
        underway.boot = self.machine.boot();
        if underway.step == Step::Trying {
            underway.starts = underway.starts.saturating_add(1);
            if underway.starts >= MOST_STARTS {
                underway.step = Step::GoingBack;
            }
        }
        self.note(&known, &underway)?;
        Going::at_boot(self, known, underway).finish()
    }

    fn go_on(&self) -> Result<Outcome, Trouble> {
        let known = self.memory.read()?;
        match known.underway.clone() {
            Some(underway) => Going::on(self, known, underway, None).finish(),
            None => Ok(Outcome::Nothing),
        }
    }

    /// Looks at what lies in the folder, and installs it; `ours` is the one that the app fills.
    fn begin(&self, folder: &Path, ours: bool) -> Result<Outcome, Trouble> {
        let Some(inbox) = Inbox::open(folder)? else {
            return Ok(Outcome::Nothing);
        };
        let Some(feed) = inbox.feed(MOST_MANIFEST)? else {
            return Ok(Outcome::Nothing);
        };
        let known = self.memory.read()?;
        let taken = self.take(&known, &inbox, &feed);
        if ours && let Err(Trouble::Refused(refusal)) = &taken {
            // What a fetch that goes on would still mend is left to it.
            if is_for_good(refusal) {
                inbox.clear(self.place(&feed).as_ref());
            }
            // A cut fell between its installation and its clearing away.
            if is_here(refusal) {
                return Ok(Outcome::Nothing);
            }
        }
        let (underway, claim) = taken?;
        self.note(&known, &underway)?;
        let outcome = Going::on(self, known, underway, Some(claim)).finish();
        if ours && !matches!(outcome, Err(_) | Ok(Outcome::Nothing)) {
            inbox.clear(self.place(&feed).as_ref());
        }
        outcome
    }

    /// Judges what lies in the folder, and makes all ready for it. Nothing is stopped or installed yet.
    fn take(
        &self,
        known: &Known,
        inbox: &Inbox,
        feed: &[u8],
    ) -> Result<(Underway, Claim), Trouble> {
        let running = self.machine.dpkg.installed()?;
        let here = Here {
            kind: self.machine.kind,
            running: running.clone(),
            floor: known.floor.clone(),
            failed: known.failed.clone(),
        };
        let offer = offer::read(feed, &here)?;
        let bytes = inbox.package(&offer.url, MOST_PACKAGE)?;
        check::package(&offer, &bytes, &self.machine.keys()?, here.kind)?;
        // From here on, the bytes that were looked at.
        self.memory.write(NEXT, &bytes)?;
        drop(bytes);
        self.is_what_it_says(&offer.version)?;
        // Whether the books can be asked for shows before anything is stopped.
        self.machine.books.look()?;
        let claim = self.machine.dpkg.claim(self.lock)?;
        self.keep_good(&running)?;
        self.keep_self()?;
        let underway = Underway {
            step: Step::Installing,
            from: running,
            to: offer.version.clone(),
            service: self.machine.services.used()?.map(str::to_owned),
            copy: None,
            lived: 0,
            tries: 0,
            boot: self.machine.boot(),
            starts: 0,
        };
        Ok((underway, claim))
    }

    /// Where a feed leads, refused or not: that much of it is taken away with it.
    fn place(&self, feed: &[u8]) -> Option<Url> {
        let feed: serde_json::Value = serde_json::from_slice(feed).ok()?;
        let platform = feed.get("platforms")?.get(self.machine.kind.target)?;
        Url::parse(platform.get("url")?.as_str()?).ok()
    }

    /// Whether dpkg finds in the package what the feed said.
    fn is_what_it_says(&self, version: &Version) -> Result<(), Trouble> {
        let is = about(&self.memory.file(NEXT))?;
        let should = self.name_of(version);
        if is == should {
            return Ok(());
        }
        Err(Trouble::OtherPackage { is, should })
    }

    /// Sees to it that the package of what runs is there.
    fn keep_good(&self, running: &Version) -> Result<(), Trouble> {
        let good = self.memory.file(GOOD);
        if about(&good).is_ok_and(|is| is == self.name_of(running)) {
            return Ok(());
        }
        let made = self.memory.file("made.deb");
        repack(&self.machine, &self.memory.file("repack"), &made)?;
        flush(&made)?;
        self.memory.rename("made.deb", &good)
    }

    fn name_of(&self, version: &Version) -> String {
        format!("{PACKAGE} {version} {}", self.machine.kind.architecture)
    }

    fn keep_self(&self) -> Result<(), Trouble> {
        let (own, copy) = (Path::new("/proc/self/exe"), self.memory.file(SELF));
        if own.canonicalize().is_ok_and(|own| own == copy) {
            return Ok(());
        }
        // Never a half one under its name: the next boot would start it.
        let made = self.memory.file("made");
        fs::copy(own, &made).map_err(Trouble::file(&made))?;
        flush(&made)?;
        self.memory.rename("made", &copy)
    }

    /// For how many seconds the books were written since the last note. The machine may have been off for longer.
    pub fn lived(&self, underway: &Underway) -> u64 {
        let written = underway.copy.as_ref().and_then(Copied::books_written);
        let lived = written.and_then(|written| {
            let noted = self.memory.noted()?;
            written.duration_since(noted).ok()
        });
        lived.unwrap_or_default().as_secs()
    }

    /// Notes how far it is, for good.
    pub fn note(&self, known: &Known, underway: &Underway) -> Result<(), Trouble> {
        self.memory.keep(&Known {
            underway: Some(underway.clone()),
            ..known.clone()
        })
    }

    /// Notes that nothing is underway any more.
    pub fn end(&self, known: &Known) -> Result<(), Trouble> {
        self.memory.keep(&Known {
            underway: None,
            ..known.clone()
        })?;
        let _ = fs::remove_file(self.memory.file(SELF));
        Ok(())
    }
}

/// Whether something is underway that a start of the machine has interrupted. Whoever starts a service has `resume` started, too, in the
/// middle of an update as well: only at boot nothing runs.
pub fn is_interrupted(machine: &Machine) -> Result<bool, Trouble> {
    let underway = machine.memory().read()?.underway;
    let boot = machine.boot();
    Ok(underway.is_some_and(|underway| boot.is_none() || boot != underway.boot))
}

/// Whether no later look would find it otherwise. A feed or a package that is half there looks like one that was tampered with.
fn is_for_good(refusal: &Refusal) -> bool {
    !matches!(refusal, Refusal::Malformed(_) | Refusal::OtherBytes)
}

/// Whether it is what runs.
fn is_here(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NotNewer { offered, running } if offered == running)
}

fn flush(path: &Path) -> Result<(), Trouble> {
    let flushed = File::open(path).and_then(|file| file.sync_all());
    flushed.map_err(Trouble::file(path))
}
