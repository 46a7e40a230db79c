//! An update from the step that was noted to its end. Each step is noted before it begins and can be done again, so that whatever ends the
//! updater, its next start brings the machine to the new version or back to the old one. Whatever goes wrong on the way, the service
//! that was stopped is started again.

use std::fs;

use semver::Version;

use crate::database::FRESH;
use crate::dpkg::Claim;
use crate::memory::{Known, Step, Underway};
use crate::services::Stopped;
use crate::trouble::Trouble;
use crate::update::{GOOD, NEXT, Outcome, Update};

/// How often a copy is tried to be brought back, a minute apart; one that cannot be is worse than none.
const TRIES: u8 = 30;

/// An update on its way.
pub struct Going<'a> {
    update: &'a Update,
    known: Known,
    underway: Underway,
    /// Whether services may run: not yet, while the machine starts.
    up: bool,
    claim: Option<Claim>,
    stopped: Option<Stopped<'a>>,
}

impl<'a> Going<'a> {
    /// On a machine that is up.
    pub fn on(update: &'a Update, known: Known, underway: Underway, claim: Option<Claim>) -> Self {
        Self {
            update,
            known,
            underway,
            up: true,
            claim,
            stopped: None,
        }
    }

    /// While the machine starts, before its services do.
    pub fn at_boot(update: &'a Update, known: Known, underway: Underway) -> Self {
        Self {
            up: false,
            ..Self::on(update, known, underway, None)
        }
    }

    /// Step by step to the end, or to where the service has to start first.
    pub fn finish(mut self) -> Result<Outcome, Trouble> {
        loop {
            self.underway.step = match self.underway.step {
                Step::Installing => self.install()?,
                Step::Trying | Step::Back if !self.up => return Ok(Outcome::Waits),
                Step::Trying => {
                    if self.gets_ready() {
                        return self.took();
                    }
                    self.underway.lived += self.update.lived(&self.underway);
                    Step::GoingBack
                }
                Step::GoingBack => self.go_back().map_err(Trouble::later)?,
                Step::Restoring => self.restore().map_err(Trouble::later)?,
                Step::Back => return self.came_back(),
                Step::Staying => {
                    self.bring(NEXT).map_err(Trouble::later)?;
                    return self.stays();
                }
            };
            let noted = self.update.note(&self.known, &self.underway);
            noted.map_err(Trouble::later)?;
        }
    }

    /// Nothing of the new version has run yet: the copy, made anew at each try, has all that is in the books.
    fn install(&mut self) -> Result<Step, Trouble> {
        // A cut fell behind it. Whoever started the service by hand since has let it at the books: the copy is from before.
        if self.update.machine.dpkg.has(&self.underway.to) {
            self.underway.lived += self.update.lived(&self.underway);
            return Ok(Step::Trying);
        }
        // dpkg was at it before, and something of the new version may have run: what was copied then is the only copy from before.
        let touched =
            self.underway.copy.is_some() && !self.update.machine.dpkg.has(&self.underway.from);
        if touched {
            self.underway.lived += self.update.lived(&self.underway);
        } else {
            self.underway.lived = 0;
        }
        let prepared = self.alone().and_then(|()| {
            if touched {
                return Ok(());
            }
            self.underway.copy = self.update.machine.books.copy(&self.underway.to)?;
            self.update.note(&self.known, &self.underway)
        });
        let (from, to) = (self.underway.from.clone(), self.underway.to.clone());
        let dpkg = &self.update.machine.dpkg;
        let installed = prepared.and_then(|()| self.bring_version(NEXT, &to));
        match installed {
            Ok(()) => Ok(Step::Trying),
            // Of the lock alone it is tried again.
            Err(busy @ Trouble::DpkgBusy(_)) => Err(busy),
            // Nothing was touched, such as for want of room: the package is not to blame.
            Err(trouble) if dpkg.has(&from) => {
                self.update.end(&self.known)?;
                Err(trouble)
            }
            Err(trouble) => {
                eprintln!("{trouble}");
                Ok(Step::GoingBack)
            }
        }
    }

    fn go_back(&mut self) -> Result<Step, Trouble> {
        self.bring(GOOD)?;
        let to = &self.underway.to;
        self.known.failed.retain(|version| version != to);
        self.known.failed.push(to.clone());
        Ok(Step::Restoring)
    }

    /// The old program says whether it has a use for the database as the new one left it. Then that is kept: it has more in it
    /// than any copy. Once a copy is back, the answer is the same: none comes back twice.
    fn restore(&mut self) -> Result<Step, Trouble> {
        self.alone()?;
        let books = &self.update.machine.books;
        let given_up = self.underway.tries >= TRIES;
        self.underway.tries = self.underway.tries.saturating_add(1);
        let copy = self.underway.copy.as_ref();
        let database = match books.look() {
            Ok(database) => database,
            // What stands in the way may be over in a minute, and there is a copy that may be needed.
            Err(trouble) if copy.is_some() && !given_up => {
                self.update.note(&self.known, &self.underway)?;
                return Err(trouble);
            }
            Err(trouble) => {
                eprintln!("the database stays as it is: {trouble}");
                return Ok(Step::Back);
            }
        };
        if database.is_of_use(copy.is_some()) {
            return Ok(Step::Back);
        }
        match copy.filter(|_| self.underway.lived < FRESH && !given_up) {
            Some(copy) => {
                self.update.note(&self.known, &self.underway)?;
                let said = books.restore(copy, &self.underway.to)?;
                eprintln!(
                    "{} has no use for the database as {} left it; it is the copy again: {}",
                    self.underway.from,
                    self.underway.to,
                    said.trim()
                );
                Ok(Step::Back)
            }
            None => Ok(Step::Staying),
        }
    }

    fn took(mut self) -> Result<Outcome, Trouble> {
        let version = self.underway.to;
        self.known.floor = self.known.floor.max(Some(version.clone()));
        self.update.end(&self.known).map_err(Trouble::later)?;
        let memory = &self.update.memory;
        memory.rename(NEXT, &memory.file(GOOD))?;
        Ok(Outcome::Updated(version))
    }

    fn came_back(mut self) -> Result<Outcome, Trouble> {
        let ready = self.gets_ready();
        self.update.end(&self.known).map_err(Trouble::later)?;
        let _ = fs::remove_file(self.update.memory.file(NEXT));
        Ok(Outcome::TakenBack {
            failed: self.underway.to,
            back: self.underway.from,
            ready,
        })
    }

    fn stays(mut self) -> Result<Outcome, Trouble> {
        let version = self.underway.to.clone();
        self.known.failed.retain(|failed| *failed != version);
        if !self.gets_ready() {
            eprintln!("{version} stays, and is not ready");
        }
        self.update.end(&self.known).map_err(Trouble::later)?;
        Ok(Outcome::Stays(version))
    }

    /// Installs one of the two packages that are kept, while nothing runs.
    fn bring(&mut self, package: &str) -> Result<(), Trouble> {
        self.alone()?;
        let version = match package {
            NEXT => self.underway.to.clone(),
            _ => self.underway.from.clone(),
        };
        self.bring_version(package, &version)
    }

    fn bring_version(&self, package: &str, version: &Version) -> Result<(), Trouble> {
        let update = self.update;
        let claim = self.claim.as_ref().expect("`alone` has taken it");
        let package = update.memory.file(package);
        update.machine.dpkg.install(claim, &package, version)
    }

    /// Sees to it that nobody else installs anything, and that the service does not run.
    fn alone(&mut self) -> Result<(), Trouble> {
        let machine = &self.update.machine;
        if self.claim.is_none() {
            self.claim = Some(machine.dpkg.claim(self.update.lock)?);
        }
        if self.up && self.stopped.is_none() {
            let service = self.underway.service.as_deref();
            self.stopped = Some(machine.services.stop(service)?);
        }
        Ok(())
    }

    /// Has the service started, and looks how it does. Where there is none, that its program can be run at all is what can be seen.
    fn gets_ready(&mut self) -> bool {
        self.claim = None;
        let machine = &self.update.machine;
        let Some(service) = self.underway.service.as_deref() else {
            let runs = machine.books.look();
            if let Err(trouble) = &runs {
                eprintln!("{trouble}");
            }
            return runs.is_ok();
        };
        match self.stopped.take() {
            // Its end is the start.
            Some(stopped) => drop(stopped),
            None => machine.services.start(Some(service)),
        }
        machine.services.gets_ready(service, self.update.patience)
    }
}
