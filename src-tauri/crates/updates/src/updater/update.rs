//! One update, step by step. Each step is noted before it begins and can be done again, so that whatever ends the updater, its next start
//! brings the machine to the new version or back to the old one.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use semver::Version;
use updates::check::{self, MOST_PACKAGE};
use updates::offer::{self, Here, MOST_MANIFEST, Offer};

use crate::inbox::Inbox;
use crate::machine::{Machine, PACKAGE, done, program, tell};
use crate::memory::{Known, Memory, Step, Underway};
use crate::repack::repack;
use crate::trouble::Trouble;

/// The new package, the last good one, and this program as it was before, which takes back what comes with a broken one.
const NEXT: &str = "next.deb";
const GOOD: &str = "good.deb";
const SELF: &str = "updater";

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
    },
}

/// One update.
pub struct Update {
    /// Where.
    pub machine: Machine,
    /// What is known.
    pub memory: Memory,
    /// How long the services have to get ready.
    pub wait: Duration,
}

impl Update {
    /// Brings the one underway to its end, then installs what lies in the folder.
    pub fn install(&mut self, from: Option<&Path>) -> Result<Outcome, Trouble> {
        let known = self.memory.read()?;
        if let Some(underway) = known.underway.clone() {
            return self.go_on(known, underway, true);
        }
        let folder = self.machine.inbox();
        let Some(inbox) = Inbox::open(from.unwrap_or(&folder))? else {
            return Ok(Outcome::Nothing);
        };
        let Some(feed) = inbox.feed(MOST_MANIFEST)? else {
            return Ok(Outcome::Nothing);
        };
        let mut offer = None;
        let taken = self.take(&known, &inbox, &feed, &mut offer);
        let noted = taken.and_then(|underway| {
            self.note(&known, &underway)?;
            Ok(underway)
        });
        if from.is_none() {
            // Good or not, it is looked at once; and never lost before it is noted.
            inbox.clear(offer.as_ref().map(|offer| &offer.url));
        }
        let underway = noted?;
        self.go_on(known, underway, true)
    }

    /// At boot, before the services start: nothing can get ready yet.
    pub fn resume(&mut self) -> Result<Outcome, Trouble> {
        let known = self.memory.read()?;
        match known.underway.clone() {
            None => Ok(Outcome::Nothing),
            Some(mut underway) => {
                match underway.step {
                    Step::Trying => underway.step = Step::TryingAgain,
                    // It had a start of the machine to get ready in.
                    Step::TryingAgain => underway.step = Step::GoingBack,
                    Step::Installing | Step::GoingBack | Step::Back => {}
                }
                self.note(&known, &underway)?;
                self.go_on(known, underway, false)
            }
        }
    }

    /// Looks at what lies in the folder, and makes all ready for it.
    fn take(
        &self,
        known: &Known,
        inbox: &Inbox,
        feed: &[u8],
        found: &mut Option<Offer>,
    ) -> Result<Underway, Trouble> {
        let running = self.machine.installed()?;
        let here = Here {
            kind: self.machine.kind,
            running: running.clone(),
            floor: known.floor.clone(),
            failed: known.failed.clone(),
        };
        let offer = found.insert(offer::read(feed, &here)?);
        let bytes = inbox.package(&offer.url, MOST_PACKAGE)?;
        check::package(offer, &bytes, &self.machine.keys()?, here.kind)?;
        // From here on, the bytes that were looked at.
        self.memory.write(NEXT, &bytes)?;
        drop(bytes);
        self.is_what_it_says(&offer.version)?;
        self.keep_good(&running)?;
        self.keep_self()?;
        Ok(Underway {
            step: Step::Installing,
            services: self.machine.running(),
            copy: self.machine.copy_database(&offer.version)?,
            from: running,
            to: offer.version.clone(),
        })
    }

    /// Whether dpkg finds in the package what the feed said.
    fn is_what_it_says(&self, version: &Version) -> Result<(), Trouble> {
        let said = about(&self.memory.file(NEXT))?;
        let should = format!("{PACKAGE} {version} {}", self.machine.kind.architecture);
        if said == should {
            return Ok(());
        }
        Err(Trouble::OtherPackage { is: said, should })
    }

    /// Sees to it that the package of what runs is there.
    fn keep_good(&self, running: &Version) -> Result<(), Trouble> {
        let good = self.memory.file(GOOD);
        let should = format!("{PACKAGE} {running} {}", self.machine.kind.architecture);
        if about(&good).is_ok_and(|said| said == should) {
            return Ok(());
        }
        let made = self.memory.file("made.deb");
        repack(&self.machine, &self.memory.file("repack"), &made)?;
        flush(&made)?;
        self.memory.rename("made.deb", &good)
    }

    fn keep_self(&self) -> Result<(), Trouble> {
        let (own, copy) = (Path::new("/proc/self/exe"), self.memory.file(SELF));
        if own.canonicalize().is_ok_and(|own| own == copy) {
            return Ok(());
        }
        fs::copy(own, &copy).map_err(Trouble::file(&copy))?;
        flush(&copy)
    }

    /// From the step that was noted to the end, or to where the services have to start first.
    fn go_on(
        &mut self,
        mut known: Known,
        mut underway: Underway,
        started: bool,
    ) -> Result<Outcome, Trouble> {
        loop {
            underway.step = match underway.step {
                Step::Installing => {
                    match self.machine.install(&self.memory.file(NEXT), &underway.to) {
                        Ok(()) => Step::Trying,
                        // Nothing was touched, such as while another dpkg is at work: the package is not to blame.
                        Err(trouble) if self.machine.has(&underway.from) => {
                            self.end(known)?;
                            return Err(trouble);
                        }
                        Err(trouble) => {
                            eprintln!("{trouble}");
                            Step::GoingBack
                        }
                    }
                }
                Step::Trying | Step::TryingAgain | Step::Back if !started => {
                    return Ok(Outcome::Waits);
                }
                Step::Trying | Step::TryingAgain => {
                    if self.machine.gets_ready(&underway.services, self.wait) {
                        return self.is_well(known, underway.to);
                    }
                    Step::GoingBack
                }
                Step::GoingBack => {
                    self.machine
                        .install(&self.memory.file(GOOD), &underway.from)?;
                    known.failed.retain(|version| *version != underway.to);
                    known.failed.push(underway.to.clone());
                    Step::Back
                }
                Step::Back => return self.is_back(known, underway),
            };
            self.note(&known, &underway)?;
        }
    }

    fn is_well(&self, mut known: Known, version: Version) -> Result<Outcome, Trouble> {
        known.floor = known.floor.max(Some(version.clone()));
        self.end(known)?;
        self.memory.rename(NEXT, &self.memory.file(GOOD))?;
        Ok(Outcome::Updated(version))
    }

    /// The old one is installed: on the database as the new one left it, or, where that does not do, on the copy.
    fn is_back(&self, known: Known, underway: Underway) -> Result<Outcome, Trouble> {
        let services = &underway.services;
        let ready = self.machine.gets_ready(services, self.wait / 4);
        if !ready && let Some(copy) = &underway.copy {
            tell("stop", services)?;
            self.machine.restore_database(copy)?;
            tell("start", services)?;
        }
        self.end(known)?;
        let _ = fs::remove_file(self.memory.file(NEXT));
        Ok(Outcome::TakenBack {
            failed: underway.to,
            back: underway.from,
        })
    }

    fn note(&self, known: &Known, underway: &Underway) -> Result<(), Trouble> {
        self.memory.keep(&Known {
            underway: Some(underway.clone()),
            ..known.clone()
        })
    }

    fn end(&self, mut known: Known) -> Result<(), Trouble> {
        known.underway = None;
        self.memory.keep(&known)?;
        let _ = fs::remove_file(self.memory.file(SELF));
        Ok(())
    }
}

/// Name, version and architecture of a package.
fn about(package: &Path) -> Result<String, Trouble> {
    let mut ask = program("dpkg-deb");
    ask.arg("--showformat=${Package} ${Version} ${Architecture}");
    done(ask.arg("--show").arg(package))
}

fn flush(path: &Path) -> Result<(), Trouble> {
    let flushed = File::open(path).and_then(|file| file.sync_all());
    flushed.map_err(Trouble::file(path))
}
