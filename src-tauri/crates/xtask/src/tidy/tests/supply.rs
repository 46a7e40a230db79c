//! Planted faults in what the packages build on: layers, homes, lockfiles.

use super::{check, findings_with};

#[test]
fn a_crate_that_reaches_past_its_layer_is_found() {
    let manifest = |name: &str, rest: &str| {
        format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n{rest}\n\n[lints]\nworkspace = true\n"
        )
    };
    let plant = |name: &str, rest: &str, line| {
        let path = format!("src-tauri/crates/{name}/Cargo.toml");
        check(&path, &manifest(name, rest), "layering", line);
    };
    // Of ours, below or beside it.
    plant(
        "domain",
        "[dependencies]\nstore = { path = \"../store\" }",
        6,
    );
    plant("testkit", "[dependencies]\ndomain.workspace = true", 6);
    plant("testkit", "[dependencies.domain]\npath = \"../domain\"", 5);
    plant(
        "domain",
        "[build-dependencies]\ntestkit.workspace = true",
        6,
    );
    // A library away from its home, also for tests only, also of tauri's family.
    plant("domain", "[dev-dependencies]\nsqlx.workspace = true", 6);
    plant(
        "store",
        "[dependencies]\ndomain.workspace = true\nlapin = \"4\"",
        7,
    );
    plant("testkit", "[dependencies]\nsocketioxide = \"0.18\"", 6);
    plant("testkit", "[dependencies]\nocpp-kit = \"0.3\"", 6);
    plant("testkit", "[dependencies]\ntauri-plugin-updater = \"2\"", 6);
    // I/O in a pure crate.
    plant("domain", "[dependencies]\ntokio = \"1\"", 6);
    plant("domain", "[dependencies]\naxum = \"0.8\"", 6);
}

#[test]
fn a_crate_without_a_layer_is_found() {
    let found = findings_with(&[
        (
            "src-tauri/crates/helpers/Cargo.toml",
            "[package]\nname = \"helpers\"\n\n[lints]\nworkspace = true\n",
        ),
        ("src-tauri/crates/helpers/src/lib.rs", "//! Helps.\n"),
    ]);
    assert_eq!(found.len(), 1, "one fault: {found:?}");
    assert_eq!(found[0].rule, "layering", "{found:?}");
}

#[test]
fn an_npm_package_from_elsewhere_is_found() {
    let lock = |entry: &str| {
        format!("{{\n\"packages\": {{\n\"\": {{}},\n\"node_modules/a\": {{\n{entry}\n}}\n}}\n}}\n")
    };
    let hash = "\"integrity\": \"sha512-x\", \"license\": \"MIT\"";
    for path in ["ui/package-lock.json", "tests/node/package-lock.json"] {
        let check = |entry: &str, rule| check(path, &lock(entry), rule, 4);
        check("\"license\": \"MIT\"", "lockfile");
        check(
            "\"integrity\": \"sha512-x\", \"license\": \"GPL-3.0-only\"",
            "licence",
        );
        check(
            &format!("{hash}, \"hasInstallScript\": true"),
            "install-script",
        );
        for source in [
            "git+ssh://git@host/a.git",
            "file:../a",
            "https://host/a.tgz",
        ] {
            check(&format!("{hash}, \"resolved\": \"{source}\""), "source");
        }
        assert_eq!(
            findings_with(&[(path, &lock(hash))]),
            [],
            "hashed and free: {path}"
        );
    }
}

#[test]
fn the_crates_of_a_lockfile_are_judged_by_cargos_metadata() {
    let planted = [
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"src-tauri/crates/domain\"]\n\n\
             [workspace.lints.rust]\nunsafe_code = \"forbid\"\n\n[workspace.lints.clippy]\nunwrap_used = \"warn\"\n",
        ),
        (
            "Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"domain\"\nversion = \"0.0.0\"\n",
        ),
    ];
    let oracle = [
        (
            "tests/oracle/Cargo.toml",
            "[package]\nname = \"oracle\"\n\n[lints]\nworkspace = true\n\n[workspace]\n\n\
             [workspace.lints.rust]\nunsafe_code = \"forbid\"\n",
        ),
        (
            "tests/oracle/Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"oracle\"\nversion = \"0.0.0\"\n",
        ),
        ("tests/oracle/src/main.rs", "//! O.\nfn main() {}\n"),
    ];
    let found = findings_with(&[&planted[..], &oracle[..]].concat());
    let said: Vec<_> = found
        .iter()
        .map(|f| (f.path.as_str(), f.line, f.rule))
        .collect();
    assert_eq!(
        said,
        [
            ("Cargo.lock", 4, "licence"),
            ("tests/oracle/Cargo.lock", 4, "licence")
        ],
        "our own crates say no licence"
    );
}
