//! What a page may ask the app for: the list and nothing else (TAU-05), and nothing that it says does harm (TAU-15).
//!
//! Planted once and seen red: a command that panics (`staff.rs`).

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use testkit::{Dice, rounds};

use crate::kiosk_place::PublicPlace;

/// THE list (`src-tauri/src/desktop.rs`).
const OURS: [&str; 8] = [
    "alive",
    "host_info",
    "live_subscribe",
    "live_unsubscribe",
    "staff_act",
    "staff_enter",
    "staff_leave",
    "wipe_screen",
];

/// Every command that tauri and its plugins have, by their own lists of them.
fn of_tauri() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("gen/schemas/acl-manifests.json");
    let text = std::fs::read_to_string(file).expect("the build of the window writes it");
    let all: Value = serde_json::from_str(&text).expect("it is JSON");
    let all = all.as_object().expect("plugins by their names");
    let mut commands = BTreeSet::new();
    for (plugin, known) in all.iter().filter(|(plugin, _)| *plugin != "__app-acl__") {
        let plugin = plugin.trim_start_matches("core:");
        let permissions = known["permissions"].as_object().expect("permissions");
        for permission in permissions.values() {
            let allowed = permission["commands"]["allow"].as_array();
            for command in allowed.into_iter().flatten().filter_map(Value::as_str) {
                commands.insert(format!("plugin:{plugin}|{command}"));
            }
        }
    }
    commands
}

#[tokio::test]
async fn every_command_that_is_not_ours_is_refused() {
    let kiosk = PublicPlace::board().await;
    let mut others = of_tauri();
    assert!(others.len() > 150, "the list was read: {}", others.len());
    let fetches = "plugin:updater|download_and_install";
    assert!(others.contains(fetches), "plugins are in it, too (TAU-02)");
    for made_up in [
        "plugin:shell|execute",
        "plugin:fs|read_file",
        "plugin:http|fetch",
        "plugin:opener|open_url",
        "plugin:process|exit",
        "plugin:dialog|open",
        "plugin:__TAURI_CHANNEL__|fetch",
        "greet",
        "Host_Info",
        "host_info ",
        "host-info",
        "desktop::host_info",
        "../host_info",
        "plugin:|",
        "plugin:x",
        "|",
    ] {
        others.insert(made_up.to_owned());
    }
    let mut answered = Vec::new();
    for command in &others {
        let answer = kiosk
            .invoke(command, &json!({ "label": "main", "value": true }))
            .await;
        if answer.get("refused").is_none() {
            answered.push(format!("{command}: {answer}"));
        }
    }
    // The channel's own: what was too large for it is fetched so, by the page whose channel it is.
    answered.retain(|answer| !answer.starts_with("plugin:__TAURI_CHANNEL__|fetch"));
    assert!(answered.is_empty(), "{answered:#?}");
    let acl = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/capabilities/main.json");
    let acl = std::fs::read_to_string(acl).expect("the capability is part of the source");
    let acl: Value = serde_json::from_str(&acl).expect("it is JSON");
    let granted = acl["permissions"].as_array().expect("a list");
    let granted: BTreeSet<_> = granted
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let ours: BTreeSet<_> = OURS
        .map(|name| format!("allow-{}", name.replace('_', "-")))
        .into();
    assert_eq!(granted, ours, "what the window may is this list");
}

/// A page that makes up what it says, from a seed, and waits for each answer before it says more than fifty things.
const ODD: &str = "
    let state = SEED;
    const dice = (n) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state % n; };
    const words = ['', 'a', '246810', '000000', '__CHANNEL__:1', '__CHANNEL__:99999999999999999999', '__CHANNEL__:-1', 'quit', 'unlock',
        'null', '\\u0000', '\\ud800', 'ع', '💥', '../../etc/passwd', '%00', '9007199254740993', '-1', 'x'.repeat(70000), '{', '[]', 'public',
        'operators', 'customer:x', '00000000-0000-0000-0000-000000000000'];
    const names = ['pin', 'act', 'id', 'rooms', 'after', 'stream', 'token', 'channel', '__proto__', 'constructor', 'cmd', ''];
    const any = (deep) => {
        const kind = dice(deep > 3 ? 6 : 9);
        if (kind === 0) return null;
        if (kind === 1) return dice(2) === 0;
        if (kind === 2) return [0, -1, 1e308, -1e308, 5e-324, 2 ** 53, NaN, Infinity, 0.1, 4294967296][dice(10)];
        if (kind < 6) return words[dice(words.length)];
        if (kind === 6) return Array.from({ length: dice(6) }, () => any(deep + 1));
        if (kind === 7) { let nest = []; for (let n = dice(200); n > 0; n -= 1) nest = [nest]; return nest; }
        return Object.fromEntries(Array.from({ length: dice(6) }, () => [names[dice(names.length)], any(deep + 1)]));
    };
    const bodies = () => dice(20) === 0 ? new Uint8Array(dice(300)) : Object.fromEntries(names.filter(() => dice(3) > 0).map((name) => [name, any(0)]));
    window.done = 0;
    window.lost = null;
    const { invoke } = window.__TAURI_INTERNALS__;
    (async () => {
        for (let said = 0; said < COUNT; said += 50) {
            const some = Array.from({ length: Math.min(50, COUNT - said) }, async () => {
                try { await invoke('COMMAND', bodies()); } catch { /* refused */ }
                window.done += 1;
            });
            await Promise.all(some);
        }
    })().catch((error) => { window.lost = String(error); });
    return 0";

#[tokio::test]
async fn no_odd_payload_makes_the_app_panic_or_leaves_a_page_without_an_answer() {
    let kiosk = PublicPlace::board().await;
    let count = rounds(500, 10_000);
    let mut dice = Dice::thrown();
    for command in OURS {
        let seed = dice.bits() >> 32;
        let say = ODD
            .replace("SEED", &seed.to_string())
            .replace("COUNT", &count.to_string())
            .replace("COMMAND", command);
        kiosk.run(&say).await;
        let mut done = Value::Null;
        // Each look must find more: nothing is left hanging.
        loop {
            let before = done.clone();
            kiosk
                .until(&format!(
                    "return window.done !== {before} || window.lost !== null"
                ))
                .await;
            done = kiosk.run("return window.done").await;
            assert_eq!(
                kiosk.run("return window.lost").await,
                Value::Null,
                "{command}"
            );
            if done == count {
                break;
            }
        }
        let logs = kiosk.browser().logs();
        assert!(
            !logs.contains("panic"),
            "{command} with seed {seed}: {logs}"
        );
    }
    assert_eq!(kiosk.ended(), None, "the app runs");
    let info = kiosk.invoke("host_info", &json!({})).await;
    assert_eq!(info["said"]["locked"], true, "and is locked: {info}");
}
