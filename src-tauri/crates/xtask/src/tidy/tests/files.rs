//! Planted faults in the tree and in the shape of its files.

use super::{DOMAIN, check, findings_with};

#[test]
fn a_wrong_top_level_entry_is_found_once() {
    check("notes.txt", "", "top-level", 1);
    let found = findings_with(&[("docs/a.md", ""), ("docs/b.md", "")]);
    assert_eq!(found.len(), 1, "one finding for the folder: {found:?}");
    assert_eq!(
        (found[0].path.as_str(), found[0].rule),
        ("docs", "top-level"),
        "{found:?}"
    );
}

#[test]
fn a_file_that_does_not_say_what_it_is_for_is_found() {
    check(&format!("{DOMAIN}/event.rs"), "pub mod a;\n", "opening", 1);
    check(
        &format!("{DOMAIN}/event.rs"),
        "#![allow(unused)]\n//! Late.\n",
        "opening",
        1,
    );
    check("public/modules/a.js", "import './b.js';\n", "opening", 1);
    check(
        "ui/scripts/build.mjs",
        "#!/usr/bin/env node\nimport fs from 'node:fs';\n",
        "opening",
        1,
    );
    check("public/styles/a.css", "body { margin: 0 }\n", "opening", 1);
    check(
        "migrations/0002_more.sql",
        "CREATE TABLE a (b BIGINT);\n",
        "opening",
        1,
    );
    check(".ci/more.sh", "#!/bin/sh\nset -e\n", "opening", 1);
}

#[test]
fn a_file_that_grew_too_long_is_found() {
    let rust = |lines: usize| format!("//! O.\n{}", "// more\n".repeat(lines - 1));
    check(&format!("{DOMAIN}/event.rs"), &rust(501), "length", 501);
    check("public/modules/a.js", &rust(201), "length", 201);
    let fine = [
        ("src-tauri/src/lib.rs", &*rust(500)),
        ("public/modules/a.js", &*rust(200)),
    ];
    assert_eq!(findings_with(&fine), [], "the limits themselves are fine");
}

#[test]
fn a_registrys_address_is_found() {
    for host in [
        concat!("https://static.crates", ".io/x"),
        concat!("//registry.npmjs", ".org/"),
        concat!("https://pypi", ".org/simple"),
        concat!("http://deb.debian", ".org/debian"),
    ] {
        check(
            "ui/.npmrc",
            &format!("a\nregistry={host}\n"),
            "registry-host",
            2,
        );
    }
}

#[test]
fn a_path_of_one_machine_is_found() {
    for path in [
        concat!("/wo", "rk/main"),
        concat!("/ro", "ot/.cargo"),
        concat!("/ho", "me/a"),
    ] {
        check(
            "tests/fixtures/a.json",
            &format!("{{\n\"dir\": \"{path}\" }}\n"),
            "machine-path",
            2,
        );
    }
}
