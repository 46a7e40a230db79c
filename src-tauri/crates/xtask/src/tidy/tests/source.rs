//! Planted faults in what the source says.

use super::{CLEAN, DOMAIN, check, findings_with};

#[test]
fn a_library_named_away_from_its_home_is_found() {
    for path in [
        &format!("{DOMAIN}/lib.rs"),
        "src-tauri/crates/bus/src/lib.rs",
        "tests/system/main.rs",
    ] {
        check(path, "//! Opens.\n\nuse sqlx::Row;\n", "one-home", 3);
    }
    check(
        "src-tauri/crates/bus/src/envelope.rs",
        "//! Opens.\nuse ::lapin::Channel;\n",
        "one-home",
        2,
    );
    check(
        "src-tauri/crates/gateway/src/app.rs",
        "//! O.\ntype S = socketioxide::SocketIo;\n",
        "one-home",
        2,
    );
    check(
        "src-tauri/crates/gateway/src/api.rs",
        "//! O.\nuse ocpp_kit::v1_6;\n",
        "one-home",
        2,
    );
    check(
        "src-tauri/src/main.rs",
        "//! O.\nfn f() { tauri::generate_context!(); }\n",
        "one-home",
        2,
    );
    check(
        "src-tauri/src/lib.rs",
        "//! O.\nuse tauri_plugin_updater as u;\n",
        "one-home",
        2,
    );
}

#[test]
fn a_library_at_home_is_fine() {
    let found = findings_with(&[
        (
            "src-tauri/crates/bus/src/rabbitmq.rs",
            "//! O.\nuse lapin::Channel;\n",
        ),
        (
            "src-tauri/crates/bus/src/rabbitmq/topology.rs",
            "//! O.\nuse lapin::Channel;\n",
        ),
        (
            "src-tauri/crates/gateway/src/notify/rooms.rs",
            "//! O.\nuse socketioxide::SocketIo;\n",
        ),
        (
            "src-tauri/src/desktop/live.rs",
            "//! O.\nuse tauri::ipc::Channel;\n",
        ),
        (
            "src-tauri/build.rs",
            "// O.\nfn main() { tauri_build::build(); }\n",
        ),
        (
            "src-tauri/crates/gateway/src/log.rs",
            "//! O.\nconst F: &str = \"lapin=warn\"; // lapin\n",
        ),
    ]);
    assert_eq!(found, [], "homes, strings and comments are free");
}

#[test]
fn the_shells_bridge_in_another_page_module_is_found() {
    let internals = "/* O. */\n\nwindow.__TAURI_INTERNALS__.invoke('x');\n";
    check("public/utils/socket.js", internals, "one-home", 3);
    check(
        "ui/shell/failed.js",
        "// O.\nimport '@tauri-apps/api/core.js';\n",
        "one-home",
        2,
    );
}

#[test]
fn io_and_clocks_in_a_pure_crate_are_found() {
    let lines = [
        "use std::fs;",
        "use std::{fmt, net::IpAddr};",
        "use std::time::SystemTime;",
        "fn f() { jiff::Timestamp::now(); }",
    ];
    for line in lines {
        check(
            &format!("{DOMAIN}/session.rs"),
            &format!("//! O.\n{line}\n"),
            "pure-core",
            2,
        );
        check(
            "src-tauri/crates/ocpp/src/frame.rs",
            &format!("//! O.\n{line}\n"),
            "pure-core",
            2,
        );
    }
}

#[test]
fn floats_in_money_are_found() {
    for file in [
        "money.rs",
        "money_format.rs",
        "tariff/price.rs",
        "ledger.rs",
        "billing.rs",
    ] {
        let path = format!("{DOMAIN}/{file}");
        check(&path, "//! O.\nfn f(a: f64) {}\n", "no-float-money", 2);
        check(
            &path,
            "//! O.\nconst A: i64 = 1_0f32 as i64;\n",
            "no-float-money",
            2,
        );
    }
    let power = (&*format!("{DOMAIN}/power.rs"), "//! O.\nfn f(a: f64) {}\n");
    assert_eq!(findings_with(&[power]), [], "outside money a float may be");
}

#[test]
fn unfinished_work_is_found() {
    for word in [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ] {
        check(
            &format!("{DOMAIN}/a.rs"),
            &format!("//! O.\n// {word}: later\n"),
            "unfinished",
            2,
        );
        check(
            "public/a.css",
            &format!("/* O. */\n/* {word} */\n"),
            "unfinished",
            2,
        );
    }
    for word in [concat!("to", "do!()"), concat!("unimple", "mented!()")] {
        check(
            &format!("{DOMAIN}/a.rs"),
            &format!("//! O.\nfn f() {{ {word} }}\n"),
            "unfinished",
            2,
        );
    }
}

#[test]
fn a_test_that_is_switched_off_is_found() {
    for attribute in ["#[ignore]", "#[ignore = \"slow\"]", "# [ ignore ]"] {
        let text = format!("//! O.\n#[test]\n{attribute}\nfn f() {{}}\n");
        check("tests/system/a.rs", &text, "switched-off", 3);
    }
    for call in ["test.only(", "it.skip(", "test.todo("] {
        check(
            "tests/ui/unit/a.test.js",
            &format!("// O.\n{call}'a');\n"),
            "switched-off",
            2,
        );
    }
}

#[test]
fn a_sleep_in_a_test_is_found() {
    let rust = "//! O.\nasync fn f() { tokio::time::sleep(d).await; }\n";
    check("tests/system/a.rs", rust, "sleep", 2);
    check("src-tauri/crates/bus/tests/a.rs", rust, "sleep", 2);
    let inside = "//! O.\nfn f() { sleep(); }\n#[cfg(test)]\nmod tests { fn g() { sleep(); } }\n";
    check("src-tauri/crates/bus/src/a.rs", inside, "sleep", 4);
    let js = "// O.\nawait new Promise((done) => setTimeout(done, 50));\n";
    check("tests/ui/unit/a.test.js", js, "sleep", 2);
    check("tests/python/a.py", "# O.\ntime.sleep(1)\n", "sleep", 2);
}

#[test]
fn markup_from_strings_is_found() {
    let words = ["inner", "outer", "insertAdjacent", "unsafe"].map(|half| format!("{half}HTML"));
    for word in words
        .iter()
        .map(String::as_str)
        .chain([concat!("document", ".write(a)")])
    {
        check(
            "public/modules/a.js",
            &format!("// O.\nx.{word} = y;\n"),
            "markup",
            2,
        );
        check(
            "ui/shell/failed.js",
            &format!("// O.\nx.{word} = y;\n"),
            "markup",
            2,
        );
    }
}

#[test]
fn a_package_without_the_workspaces_lints_and_a_workspace_without_them_are_found() {
    let alone = "[package]\nname = \"domain\"\nedition = \"2024\"\n";
    check("src-tauri/crates/domain/Cargo.toml", alone, "lints", 1);
    for left_out in ["unsafe_code = \"forbid\"\n", "unwrap_used = \"warn\"\n"] {
        let root = CLEAN[0].1.replace(left_out, "");
        check("Cargo.toml", &root, "lints", 1);
    }
    let softer = CLEAN[0].1.replace("forbid", "deny");
    check("Cargo.toml", &softer, "lints", 1);
}
