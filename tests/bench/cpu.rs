//! CPU time by program: the gateway's, that of the servers under it, the load's own. It says what a change is worth where
//! others use the machine too; a rate that holds does not. Source: proc(5), `stat`.

use std::collections::BTreeMap;
use std::os::unix::process::parent_id;

use crate::Outcome;

/// Linux counts in hundredths of a second, whatever its own clock does (proc(5), `sysconf(_SC_CLK_TCK)`).
const TICK_US: u64 = 10_000;

/// Microseconds of CPU by the program's name.
pub type Spent = BTreeMap<String, u64>;

/// A process as `stat` shows it.
struct Process {
    id: u32,
    name: String,
    parent: u32,
    ticks: u64,
}

/// What every process of this bench has used up to now, with those of its own that have ended.
pub fn spent() -> Outcome<Spent> {
    let mut family = vec![parent_id()];
    let mut others: Vec<Process> = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        // One that has just ended is not there to be read.
        let stat = std::fs::read_to_string(entry?.path().join("stat"));
        others.extend(stat.ok().as_deref().and_then(process));
    }
    let mut spent = Spent::new();
    while let Some(parent) = family.pop() {
        for child in others.extract_if(.., |other| other.parent == parent) {
            *spent.entry(child.name).or_default() += child.ticks * TICK_US;
            family.push(child.id);
        }
    }
    Ok(spent)
}

/// What was used since, for each of `count` things, µs.
pub fn each(since: &Spent, now: &Spent, count: u32) -> BTreeMap<String, u64> {
    let count = u64::from(count.max(1));
    now.iter()
        .map(|(name, us)| (name.clone(), us - since.get(name).unwrap_or(&0).min(us)))
        .map(|(name, us)| (name, us / count))
        .filter(|(_, us)| *us > 0)
        .collect()
}

fn process(stat: &str) -> Option<Process> {
    // The name stands in brackets and may hold any character.
    let (id, rest) = stat.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let ticks = fields.get(11..15)?.iter().map(|field| field.parse::<u64>());
    Some(Process {
        id: id.parse().ok()?,
        name: name.to_owned(),
        parent: fields.get(1)?.parse().ok()?,
        ticks: ticks.sum::<Result<u64, _>>().ok()?,
    })
}
