//! From a meter's register to energy: what rose, what rolled over, what began again at zero, and what cannot be
//! (FLT-08). A fold over marks in the order of their times, so that the order of arrival decides nothing. See ADR 0013.

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::energy::WattHours;

/// Where registers roll over, Wh: after six to nine digits, and after 32 bits.
const MODULI: [i64; 5] = [1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 1 << 32];

/// A register at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// When, by the clock the charge is counted by.
    pub at: Timestamp,
    /// What it said.
    pub wh: WattHours,
}

/// What a mark was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Energy flowed, or none did.
    Counted,
    /// Below what was counted and no new beginning: the clock beside it is wrong, the meter rounds, or it was read before
    /// the charge began. Nothing is lost.
    Low,
    /// It cannot be: negative, or more than the rated power gives in the time.
    Refused,
}

/// The energy of one charge, mark by mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    start: Mark,
    /// The mark counted last.
    top: Mark,
    energy: WattHours,
    /// The charger's rated power, W. None where the clock of the start cannot be true: without time there is nothing to
    /// measure by, and the highest register counts.
    rated_w: Option<i64>,
    /// The last top before the register began again, and the energy then: a zero in passing is taken back.
    before: Option<(Mark, WattHours)>,
}

impl Count {
    /// Nothing yet.
    pub const fn new(start: Mark, rated_w: Option<i64>) -> Self {
        Self {
            start,
            top: start,
            energy: WattHours(0),
            rated_w,
            before: None,
        }
    }

    /// Going on from a register that has never fallen.
    pub fn resumed(start: Mark, top: WattHours, rated_w: Option<i64>) -> Self {
        Self {
            top: Mark { wh: top, ..start },
            energy: top.since(start.wh),
            ..Self::new(start, rated_w)
        }
    }

    /// The register counted last.
    pub const fn top(&self) -> WattHours {
        self.top.wh
    }

    /// What was charged up to it.
    pub const fn energy(&self) -> WattHours {
        self.energy
    }

    /// Counts the marks of a charge, in whatever order they came, and names those that cannot be.
    pub fn all(&mut self, marks: &[Mark]) -> Vec<Mark> {
        let mut sorted = marks.to_vec();
        sorted.sort_unstable();
        sorted.retain(|mark| self.take(*mark) == Verdict::Refused);
        sorted
    }

    /// Takes the next mark by time.
    pub fn take(&mut self, mark: Mark) -> Verdict {
        if mark.wh.0 < 0 {
            return Verdict::Refused;
        }
        if mark.wh >= self.top.wh {
            return self.rise(mark);
        }
        let Some(lapse) = self.could_flow(self.top.at, mark) else {
            return Verdict::Low;
        };
        if mark.at < self.start.at {
            return Verdict::Low;
        }
        // Near its end before and near its beginning now: in a week much else could have flowed.
        let rolled = MODULI
            .into_iter()
            .filter(|modulus| mark.wh.0 <= modulus / 10)
            .map(|modulus| (modulus - self.top.wh.0, modulus / 10))
            .find(|(left, near)| (1..=*near).contains(left))
            .map(|(left, _)| left)
            .filter(|left| left + mark.wh.0 <= lapse + coarseness(self.top, mark));
        if let Some(left) = rolled {
            return self.count(mark, left + mark.wh.0);
        }
        let base = if self.before.is_some() || self.top.wh < self.start.wh {
            0
        } else {
            self.start.wh.0
        };
        let fell_far = mark.wh.0 < base || mark.wh.0 < self.top.wh.0 / 2;
        if fell_far && mark.wh.0 <= lapse {
            let before = (self.top, self.energy);
            let verdict = self.count(mark, mark.wh.0);
            if verdict == Verdict::Counted {
                self.before = Some(before);
            }
            return verdict;
        }
        if mark.wh.0 >= base {
            Verdict::Low
        } else {
            Verdict::Refused
        }
    }

    /// Takes the mark of the stop: the charger's last word. One a little below the top stands, for meters round.
    pub fn finish(&mut self, mark: Mark) -> Verdict {
        let verdict = self.take(mark);
        let fell = self.top.wh.0 - mark.wh.0;
        if verdict != Verdict::Low {
            return verdict;
        }
        if self.rated_w.is_some() && mark.wh.0 < self.top.wh.0 / 2 {
            return Verdict::Refused;
        }
        self.energy = WattHours((self.energy.0 - fell).max(0));
        self.top = mark;
        Verdict::Counted
    }

    fn rise(&mut self, mark: Mark) -> Verdict {
        let rise = mark.wh.0.saturating_sub(self.top.wh.0);
        let Some((top, energy)) = self.before else {
            return self.count(mark, rise);
        };
        let lapse = self.could_flow(self.top.at, mark);
        if lapse.is_none_or(|lapse| rise <= lapse + coarseness(self.top, mark)) {
            return self.count(mark, rise);
        }
        if mark.wh < top.wh {
            return Verdict::Refused;
        }
        // It never began again: what said so was wrong.
        let now = *self;
        (self.top, self.energy, self.before) = (top, energy, None);
        let verdict = self.count(mark, mark.wh.0 - top.wh.0);
        if verdict == Verdict::Refused {
            *self = now;
        }
        verdict
    }

    /// Counts what flowed up to a mark, unless the whole charge were more than can be.
    fn count(&mut self, mark: Mark, flowed: i64) -> Verdict {
        let energy = self.energy.0.saturating_add(flowed);
        let most = self.could_flow(self.start.at, mark);
        if most.is_some_and(|most| energy > most.saturating_add(coarseness(self.start, mark))) {
            return Verdict::Refused;
        }
        self.energy = WattHours(energy);
        self.top = mark;
        Verdict::Counted
    }

    /// The most that can have flowed from a moment to a mark: the rated power and a tenth. A second more, for chargers
    /// tell whole ones.
    fn could_flow(&self, from: Timestamp, mark: Mark) -> Option<i64> {
        let seconds = i128::from(mark.at.duration_since(from).as_secs().max(-1) + 1);
        let most = i128::from(self.rated_w?) * seconds * 11 / 36_000;
        Some(i64::try_from(most).unwrap_or(i64::MAX))
    }
}

/// What a register of this kind moves by at once, Wh: a meter that shows whole kWh takes none for long, and then a
/// thousand.
fn coarseness(one: Mark, other: Mark) -> i64 {
    let both = |step| one.wh.0 % step == 0 && other.wh.0 % step == 0;
    [1_000, 100, 10]
        .into_iter()
        .find(|step| both(*step))
        .unwrap_or(1)
}
