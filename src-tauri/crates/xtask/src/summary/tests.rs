//! What the three runners really print, and what we make of it.

use super::*;

/// What a runner's output gives, as passed, failed, skipped.
fn counts(read: Option<Summary>) -> Option<(u32, u32, u32)> {
    read.map(|sum| (sum.passed, sum.failed, sum.skipped))
}

#[test]
fn nextests_summary_line_is_read_in_all_its_forms() {
    let check =
        |line: &str, expect| assert_eq!(counts(of_nextest(line)), expect, "summary of `{line}`");
    check(
        "     Summary [   0.012s] 3 tests run: 3 passed, 0 skipped",
        Some((3, 0, 0)),
    );
    check(
        "     Summary [   0.012s] 1 test run: 1 passed, 4 skipped",
        Some((1, 0, 4)),
    );
    check(
        "     Summary [  61.0s] 9 tests run: 5 passed (1 slow, 1 leaky), 2 failed, 1 timed out, \
         1 exec failed, 2 skipped",
        Some((5, 4, 2)),
    );
    check(
        "     Summary [   0.2s] 2/7 tests run: 1 passed, 1 failed, 0 skipped",
        Some((1, 1, 0)),
    );
    check(
        "\u{1b}[32;1m     Summary\u{1b}[0m [   0.007s] \u{1b}[1m2\u{1b}[0m tests run: \
         \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped",
        Some((2, 0, 0)),
    );
    check("error: could not compile `store`", None);
}

#[test]
fn nextests_failures_after_the_summary_do_not_disturb_it() {
    let output = "
    Starting 2 tests across 1 binary
        PASS [   0.004s] domain money::tests::a_price_is_additive
        FAIL [   0.005s] domain money::tests::rounding
────────────
     Summary [   0.009s] 2 tests run: 1 passed, 1 failed, 0 skipped
        FAIL [   0.005s] domain money::tests::rounding
error: test run failed
";
    assert_eq!(counts(of_nextest(output)), Some((1, 1, 0)), "one of each");
}

#[test]
fn cargo_tests_results_are_added_up() {
    let output = "
running 2 tests
test a ... ok
test b ... ignored
test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s

     Running unittests src/main.rs
running 3 tests
test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
";
    assert_eq!(
        counts(of_cargo_test(output)),
        Some((3, 1, 1)),
        "both binaries count, filtered tests do not"
    );
    assert_eq!(
        counts(of_cargo_test("error: could not compile")),
        None,
        "no test came to run"
    );
}

#[test]
fn nodes_tap_and_spec_blocks_are_read() {
    let tap = "TAP version 13
# Subtest: a gap asks for a catch-up
ok 1 - a gap asks for a catch-up
# pass 99
1..1
# tests 7
# suites 1
# pass 4
# fail 1
# cancelled 1
# skipped 1
# todo 0
# duration_ms 41.5
";
    assert_eq!(
        counts(of_node(tap)),
        Some((4, 2, 1)),
        "a printed line that looks like a count is no count"
    );
    let spec = tap.replace("# ", "ℹ ").replace("ℹ Subtest", "✔");
    assert_eq!(
        counts(of_node(&spec)),
        Some((4, 2, 1)),
        "the spec form says the same"
    );
    assert_eq!(
        counts(of_node(&format!("{tap}{spec}"))),
        Some((8, 4, 2)),
        "two runs add up"
    );
    assert_eq!(
        counts(of_node("npm error Missing script: \"test\"")),
        None,
        "no test came to run"
    );
}

#[test]
fn the_closing_line_is_the_one_ci_reads() {
    let mut total = Summary::default();
    total += Summary {
        passed: 2,
        failed: 0,
        skipped: 0,
    };
    total += Summary {
        passed: 1,
        failed: 1,
        skipped: 0,
    };
    assert_eq!(
        total.to_string(),
        "3 passed, 1 failed, 0 skipped",
        "summed over runners"
    );
    assert!(
        Summary {
            skipped: 3,
            ..Summary::default()
        }
        .is_empty(),
        "skipping is not testing"
    );
}
