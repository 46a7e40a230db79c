//! Reads how many tests passed, failed and were skipped from what the test runners print.
//! Not for showing it: the runners' own output has been passed on by then.

use std::{fmt, ops::AddAssign};

/// A count over any number of runners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, ran out of time or could not start.
    pub failed: u32,
    /// Tests that were left out or marked as not to be run.
    pub skipped: u32,
}

impl Summary {
    /// Whether no test ran at all.
    pub const fn is_empty(self) -> bool {
        self.passed + self.failed == 0
    }
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// The one `Summary` line of cargo-nextest; none when it never came to run a test.
pub fn of_nextest(output: &str) -> Option<Summary> {
    let plain = without_colours(output);
    let line = plain
        .lines()
        .rev()
        .find(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, counts) = line.split_once(" run: ")?;
    let mut sum = Summary::default();
    // `3 passed (1 slow, 1 leaky), 1 timed out, 2 skipped`: what stands in brackets is counted already.
    for (count, what) in without_brackets(counts)
        .split(',')
        .filter_map(count_and_word)
    {
        match what.as_str() {
            "passed" => sum.passed += count,
            "skipped" => sum.skipped += count,
            // failed, timed out, exec failed, and whatever else is not a pass.
            _ => sum.failed += count,
        }
    }
    Some(sum)
}

/// The sum of the `test result:` lines of `cargo test`; none when there is no such line.
pub fn of_cargo_test(output: &str) -> Option<Summary> {
    let plain = without_colours(output);
    let mut sum = None;
    for line in plain
        .lines()
        .filter_map(|line| line.strip_prefix("test result: "))
    {
        let counts = line.split_once(". ").map_or(line, |(_, counts)| counts);
        let sum = sum.get_or_insert_with(Summary::default);
        for (count, what) in counts.split(';').filter_map(count_and_word) {
            match what.as_str() {
                "passed" => sum.passed += count,
                "failed" => sum.failed += count,
                "ignored" => sum.skipped += count,
                _ => {}
            }
        }
    }
    sum
}

/// The sum of node's closing blocks, in its TAP form (`# pass 3`) or its spec form (`ℹ pass 3`).
pub fn of_node(output: &str) -> Option<Summary> {
    const BLOCK: [&str; 7] = [
        "tests",
        "suites",
        "pass",
        "fail",
        "cancelled",
        "skipped",
        "todo",
    ];
    let plain = without_colours(output);
    let lines: Vec<_> = plain.lines().map(node_count).collect();
    let mut sum = None;
    // Only the whole block counts: a test may print a line that looks like one of its lines.
    for block in lines.windows(BLOCK.len()) {
        let counts: Vec<u32> = block
            .iter()
            .zip(BLOCK)
            .map_while(|(line, key)| {
                line.and_then(|(found, count)| (found == key).then_some(count))
            })
            .collect();
        if let [_, _, passed, failed, cancelled, skipped, todo] = counts[..] {
            *sum.get_or_insert_with(Summary::default) += Summary {
                passed,
                failed: failed + cancelled,
                skipped: skipped + todo,
            };
        }
    }
    sum
}

/// `# pass 3` or `ℹ pass 3` as (`pass`, 3).
fn node_count(line: &str) -> Option<(&str, u32)> {
    let rest = line
        .strip_prefix("# ")
        .or_else(|| line.strip_prefix("ℹ "))?;
    let (key, count) = rest.split_once(' ')?;
    Some((key, count.trim().parse().ok()?))
}

/// ` 3 timed out` as (3, `timed out`).
fn count_and_word(part: &str) -> Option<(u32, String)> {
    let (count, what) = part.trim().split_once(' ')?;
    Some((count.parse().ok()?, what.trim().to_owned()))
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// Takes terminal colour sequences (`ESC [ … letter`) out.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, sequence)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = sequence
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or(0, |at| at + 1);
        rest = &sequence[end..];
    }
    plain + rest
}

#[cfg(test)]
mod tests;
