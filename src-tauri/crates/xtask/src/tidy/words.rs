//! Words that do not belong in the tree: markup from strings, unfinished work, tests that are switched
//! off or sleep, hosts and paths of one machine. The words are written in halves: this file is checked too.

use super::{
    code::{blanked, has_word, names, numbered},
    finding::Finding,
    tree::{SourceFile, Tree},
};

/// Ways to make markup out of a string: the door for foreign script.
const MARKUP: &[&str] = &[
    concat!("inner", "HTML"),
    concat!("outer", "HTML"),
    concat!("insertAdjacent", "HTML"),
    concat!("unsafe", "HTML"),
    concat!("document", ".write"),
];

/// The linter's own list of the same words.
const MARKUP_LINTER: &str = "ui/eslint.config.";

const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];
const UNFINISHED_MACROS: &[&str] = &[concat!("to", "do!"), concat!("unimple", "mented!")];

/// What is written by hand and runs, or configures what runs.
const WRITTEN: &[&str] = &[
    "rs", "js", "mjs", "ts", "css", "html", "sql", "sh", "py", "toml", "yml", "yaml",
];

/// Machine-written; the rules of `lockfiles` look at them.
const LOCKFILES: &[&str] = &[
    "Cargo.lock",
    "ui/package-lock.json",
    "tests/node/package-lock.json",
];

const REGISTRY_HOSTS: &[&str] = &[
    concat!("crates", ".io"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("debian", ".org"),
];

const MACHINE_PATHS: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
];

/// Gives a finding for every line of `file` that `bad` says a word about.
fn lines<'a>(
    file: &'a SourceFile,
    text: &'a str,
    rule: &'static str,
    advice: &'a str,
    bad: impl Fn(&str) -> Option<&'static str> + 'a,
) -> impl Iterator<Item = Finding> + 'a {
    numbered(text).filter_map(move |(line, words)| {
        let word = bad(words)?;
        Some(Finding::at(
            &file.path,
            line,
            rule,
            format!("`{word}`: {advice}"),
        ))
    })
}

fn first_of(words: &'static [&'static str], has: impl Fn(&str) -> bool) -> Option<&'static str> {
    words.iter().copied().find(|word| has(word))
}

/// Pages build their parts from elements and templates, never from markup in a string.
pub fn markup(tree: &Tree) -> Vec<Finding> {
    let advice = "build elements or use a template; text goes in as text";
    tree.ending(&["js", "mjs", "html", "ts"])
        .filter(|file| file.is_in("public") || file.is_in("ui"))
        .filter(|file| !file.path.starts_with(MARKUP_LINTER))
        .flat_map(|file| {
            let bad = |line: &str| first_of(MARKUP, |word| line.contains(word));
            lines(file, &file.text, "markup", advice, bad)
        })
        .collect()
}

/// Unfinished work is an issue, not a word in the source.
pub fn unfinished(tree: &Tree) -> Vec<Finding> {
    let advice = "finish it, or take it out and file an issue";
    let mut found = Vec::new();
    for file in tree.ending(WRITTEN) {
        let bad = |line: &str| first_of(UNFINISHED, |word| has_word(line, word));
        found.extend(lines(file, &file.text, "unfinished", advice, bad));
    }
    for file in tree.ending(&["rs"]) {
        let bad = |line: &str| first_of(UNFINISHED_MACROS, |word| line.contains(word));
        found.extend(lines(file, &blanked(&file.text), "unfinished", advice, bad));
    }
    found
}

/// A test that does not run protects nothing, and one that runs alone switches the others off.
pub fn switched_off_tests(tree: &Tree) -> Vec<Finding> {
    let advice = "every test runs every time; mend it or remove it";
    let mut found = Vec::new();
    for file in tree.ending(&["rs"]) {
        let bad = |line: &str| {
            let dense: String = line.split_whitespace().collect();
            (dense.starts_with("#[ignore]") || dense.starts_with("#[ignore="))
                .then_some("#[ignore]")
        };
        found.extend(lines(
            file,
            &blanked(&file.text),
            "switched-off",
            advice,
            bad,
        ));
    }
    for file in tree
        .ending(&["js", "mjs", "ts"])
        .filter(|file| file.is_test())
    {
        let bad =
            |line: &str| first_of(&[".only(", ".skip(", ".todo("], |word| line.contains(word));
        found.extend(lines(file, &file.text, "switched-off", advice, bad));
    }
    found
}

/// A test waits for what it waits for, with a deadline; a pause is a guess.
pub fn sleeps(tree: &Tree) -> Vec<Finding> {
    let advice = "wait for the event or the condition with a deadline, or advance the clock";
    let mut found = Vec::new();
    for file in tree.ending(&["rs"]) {
        let code = blanked(&file.text);
        let from = if file.is_test() {
            Some(1)
        } else {
            tests_start(&code)
        };
        let sleeping = |line: &str| {
            let sleep = |name: &str| ["sleep", "sleep_ms", "sleep_until"].contains(&name);
            names(line).any(sleep).then_some("sleep")
        };
        let all = lines(file, &code, "sleep", advice, sleeping);
        found.extend(all.filter(|finding| from.is_some_and(|from| finding.line >= from)));
    }
    for file in tree
        .ending(&["js", "mjs", "ts", "py", "sh"])
        .filter(|file| file.is_test())
    {
        found.extend(lines(file, &file.text, "sleep", advice, script_sleep));
    }
    found
}

/// The line where a source file's own tests start: by custom they stand at its end.
fn tests_start(code: &str) -> Option<usize> {
    numbered(code)
        .find(|(_, line)| line.trim() == "#[cfg(test)]")
        .map(|(at, _)| at)
}

/// A pause in JavaScript, Python or shell.
fn script_sleep(line: &str) -> Option<&'static str> {
    if line.contains("setTimeout(") && line.contains("Promise") {
        return Some("setTimeout");
    }
    let words: &[&str] = &["sleep", "waitForTimeout", "timers/promises"];
    first_of(words, |word| has_word(line, word))
}

/// Packages come by name through the ordinary clients, which know where from.
pub fn registry_hosts(tree: &Tree) -> Vec<Finding> {
    let advice = "name the package, not the registry's address";
    let mut found = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| !LOCKFILES.contains(&file.path.as_str()))
    {
        let bad = |line: &str| {
            let hosts = line.split("//").skip(1).map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric() && !".-".contains(c))
                    .next()
                    .unwrap_or("")
            });
            let named: Vec<&str> = hosts.collect();
            first_of(REGISTRY_HOSTS, |host| {
                named.iter().any(|name| is_host(name, host))
            })
        };
        found.extend(lines(file, &file.text, "registry-host", advice, bad));
    }
    found
}

/// Whether `name` is `host` or one below it.
fn is_host(name: &str, host: &str) -> bool {
    name.strip_suffix(host)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A path of one machine works on that machine only.
pub fn machine_paths(tree: &Tree) -> Vec<Finding> {
    let advice = "start from the root of the checkout, or take the path as an argument";
    let mut found = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| !LOCKFILES.contains(&file.path.as_str()))
    {
        let bad = |line: &str| first_of(MACHINE_PATHS, |path| has_absolute(line, path));
        found.extend(lines(file, &file.text, "machine-path", advice, bad));
    }
    found
}

/// Whether `path` stands in the line as the start of a path, not as a part of a longer one.
fn has_absolute(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~})]>*".contains(c))
    })
}
