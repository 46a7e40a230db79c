//! The services that run Forecourt, as systemd tells of them: which one is used here, stopping and starting it, and whether what is
//! installed gets ready. What ready is, the service says itself (`Type=notify`): the gateway once its doors are open, and with a sign of
//! life each ten seconds from then on.

use std::path::{Path, PathBuf};
use std::thread::park_timeout;
use std::time::{Duration, Instant};

use crate::programs::{SOON, done, program};
use crate::trouble::Trouble;

/// They exclude each other.
const SERVICES: [&str; 2] = ["forecourt-kiosk.service", "forecourt-gateway.service"];
/// A service has half a minute to stop; then systemd kills it.
const STOPPED: Duration = Duration::from_mins(2);
/// How long one may work at its start before it serves: years of books are checked, and brought to new tables.
const LONGEST_START: Duration = Duration::from_hours(1);
/// How many looks there are while it has to stay well.
const LOOKS: u32 = 20;

/// Whoever starts services on a machine.
#[derive(Clone, Debug)]
pub struct Services {
    systemctl: Option<PathBuf>,
}

/// How long a service has to get ready, and to stay so.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until it is ready, where it is not at work on its start.
    pub wait: Duration,
    /// On end. Longer than a service that gives no sign of life is left alone.
    pub calm: Duration,
}

/// What systemd says of a service.
#[derive(Debug, Default, PartialEq, Eq)]
struct Look {
    active: String,
    sub: String,
    pid: u64,
    restarts: u64,
    enabled: bool,
}

impl Look {
    /// Whether the service is used: one that dies and is started again, or works on its start, is, too.
    fn is_up(&self) -> bool {
        !["", "inactive", "failed"].contains(&self.active.as_str())
    }

    /// It has said that it is ready.
    fn is_ready(&self) -> bool {
        self.active == "active"
    }

    /// The same process that was at work on its start before.
    fn still_starts(&self, before: &Self) -> bool {
        self.active == "activating" && self.sub.starts_with("start") && self.is_one_with(before)
    }

    fn is_one_with(&self, before: &Self) -> bool {
        self.pid != 0 && self.pid == before.pid && self.restarts == before.restarts
    }
}

impl Services {
    /// Those of the machine whose files are there: this one's where systemd runs; of another, only those of whom one is told.
    pub fn of(root: &Path, told: Option<PathBuf>) -> Self {
        let here = root == Path::new("/") && Path::new("/run/systemd/system").is_dir();
        Self {
            systemctl: told.or_else(|| here.then(|| PathBuf::from("systemctl"))),
        }
    }

    /// The one that is used: that is up, or would be at the next boot.
    pub fn used(&self) -> Result<Option<&'static str>, Trouble> {
        let mut looks = Vec::new();
        for service in SERVICES {
            looks.push((service, self.look(service)?));
        }
        let is = |what: fn(&Look) -> bool| looks.iter().find(|(_, look)| what(look));
        let found = is(Look::is_up).or_else(|| is(|look| look.enabled));
        Ok(found.map(|(service, _)| *service))
    }

    /// Stops it. What is given back starts it again, whatever happens until then.
    pub fn stop<'a>(&'a self, service: Option<&str>) -> Result<Stopped<'a>, Trouble> {
        let stopped = Stopped {
            services: self,
            service: service.map(str::to_owned),
        };
        if let Some(service) = service {
            self.tell(&["stop", service], STOPPED)?;
            if self.look(service)?.is_up() {
                return Err(Trouble::DoesNotStop(service.to_owned()));
            }
        }
        Ok(stopped)
    }

    /// Has it started, and waits for nothing: its start may wait for us.
    pub fn start(&self, service: Option<&str>) {
        if let Some(service) = service
            && let Err(trouble) = self.tell(&["--no-block", "start", service], SOON)
        {
            eprintln!("{trouble}");
        }
    }

    /// Whether it gets ready in time and stays so. A start that works on is waited for, for an hour; one that dies is not.
    pub fn gets_ready(&self, service: &str, patience: Patience) -> bool {
        let began = Instant::now();
        let mut before = Look::default();
        let mut ready: Option<Instant> = None;
        loop {
            // What cannot be asked now is not ready now.
            let look = self.look(service).unwrap_or_else(|trouble| {
                eprintln!("{trouble}");
                Look::default()
            });
            let now = Instant::now();
            if !look.is_ready() {
                ready = None;
            } else if ready.is_none() || !look.is_one_with(&before) {
                ready = Some(now);
            }
            if ready.is_some_and(|since| now - since >= patience.calm) {
                return true;
            }
            let works = look.still_starts(&before) && now - began < LONGEST_START;
            // One that stays ready is not cut short; one that is another at each look does not stay.
            let stays = look.is_ready() && look.is_one_with(&before);
            if now - began >= patience.wait && !stays && !works {
                eprintln!(
                    "{service} is {} ({}), started again {} times",
                    look.active, look.sub, look.restarts
                );
                return false;
            }
            before = look;
            park_timeout(patience.calm / LOOKS);
        }
    }

    fn look(&self, service: &str) -> Result<Look, Trouble> {
        let names = "--property=ActiveState,SubState,MainPID,NRestarts,UnitFileState";
        let said = self.tell(&["show", names, service], SOON)?;
        let mut look = Look::default();
        for (name, value) in said.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "ActiveState" => value.clone_into(&mut look.active),
                "SubState" => value.clone_into(&mut look.sub),
                "MainPID" => look.pid = value.parse().unwrap_or(0),
                "NRestarts" => look.restarts = value.parse().unwrap_or(0),
                "UnitFileState" => look.enabled = value.starts_with("enabled"),
                _ => {}
            }
        }
        Ok(look)
    }

    fn tell(&self, words: &[&str], within: Duration) -> Result<String, Trouble> {
        let Some(systemctl) = &self.systemctl else {
            return Ok(String::new());
        };
        done(program(systemctl).args(words), within)
    }
}

/// A service that is stopped for as long as this is there.
pub struct Stopped<'a> {
    services: &'a Services,
    service: Option<String>,
}

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        self.services.start(self.service.as_deref());
    }
}
