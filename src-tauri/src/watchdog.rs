//! What is done about a page that died or hangs. Pure: it is told what happened and when, and says what to do; `desktop/watch.rs`
//! does it. Three rings: the page again; where that does not last, the app again; where that does not last either, a page of
//! the app itself that says so, and the gateway goes on.

use std::collections::VecDeque;
use std::time::Duration;

#[cfg(test)]
mod tests;

/// How long a page may take to its first beat, on a slow machine with a cold disk.
const FIRST: Duration = Duration::from_secs(20);
/// Failures count within this time.
const RECENT: Duration = Duration::from_mins(5);
/// Starts of the app that failing pages were the reason for count within this one.
const RECENT_STARTS: Duration = Duration::from_mins(30);
/// After so many of them the app starts no more by itself.
const MOST_STARTS: usize = 3;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// End the page's process, which hangs: it will be told as dead.
    End,
    /// Show the page again.
    Reload,
    /// Start the app anew.
    Restart,
    /// Show the page that says that none stays.
    GiveUp,
}

/// What is known of the page. Times are since the app's start.
#[derive(Debug)]
pub struct Watchdog {
    most: usize,
    hung_after: Duration,
    /// Until when the next beat is waited for; none: nobody waits for one.
    due: Option<Duration>,
    failures: VecDeque<Duration>,
    gave_up: bool,
}

impl Watchdog {
    /// One that takes a page for hung that says nothing for `hung_after`, and starts the app at the `most`th failure in five
    /// minutes.
    pub fn new(hung_after: Duration, most: usize) -> Self {
        Self {
            most,
            hung_after,
            // The first page, from the start on.
            due: Some(FIRST),
            failures: VecDeque::new(),
            gave_up: false,
        }
    }

    /// A page begins.
    pub fn begins(&mut self, now: Duration) {
        self.due = Some(now + FIRST);
    }

    /// The page says that it lives.
    pub fn beat(&mut self, now: Duration) {
        if self.due.is_some() {
            self.due = Some(now + self.hung_after);
        }
    }

    /// Time passed.
    pub fn look(&mut self, now: Duration) -> Option<Deed> {
        if now < self.due? {
            return None;
        }
        // Where even that does not end it, once more.
        self.due = Some(now + FIRST);
        Some(Deed::End)
    }

    /// The page's process is gone. `starts`: how long ago failing pages made the app start.
    pub fn died(&mut self, starts: &[Duration], now: Duration) -> Option<Deed> {
        // The next page has to come, too.
        self.due = Some(now + FIRST);
        if self.gave_up {
            // The app's own page: there is nothing simpler to show.
            return Some(Deed::GiveUp);
        }
        self.failures.push_back(now);
        while self
            .failures
            .front()
            .is_some_and(|then| now > *then + RECENT)
        {
            self.failures.pop_front();
        }
        if self.failures.len() < self.most {
            return Some(Deed::Reload);
        }
        let recent = starts.iter().filter(|ago| **ago <= RECENT_STARTS).count();
        if recent < MOST_STARTS {
            return Some(Deed::Restart);
        }
        Some(self.gives_up())
    }

    /// Nothing helps any more.
    pub fn gives_up(&mut self) -> Deed {
        self.gave_up = true;
        Deed::GiveUp
    }
}
