//! What the file, the environment and flags may say, and how a wrong word is answered.

use super::*;

fn load(toml: &str, flags: &serde_json::Value) -> Result<Settings, String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("forecourt.toml");
    std::fs::write(&file, toml).expect("a temporary file can be written");
    Settings::load(Some(&file), flags).map_err(|error| error.to_string())
}

#[test]
fn flags_go_over_the_file_and_the_file_over_the_defaults() {
    let flags = serde_json::json!({ "listen": "off" });
    let settings = load("listen = \"127.0.0.1:1\"\n[live]\ntick = \"1s\"\n", &flags)
        .expect("all keys are known");
    assert_eq!(settings.listen, Listen::Off);
    assert_eq!(settings.live.tick, SignedDuration::from_secs(1));
    assert_eq!(settings.live.retain, 100_000);
}

#[test]
fn a_wrong_setting_is_named_in_one_sentence() {
    let none = serde_json::json!({});
    for (toml, names) in [
        ("lisen = \"off\"", "lisen"),
        ("listen = \"everywhere\"", "everywhere"),
        ("[live]\ntick = \"0s\"", "live.tick"),
        ("[live]\ntick = \"soon\"", "live.tick"),
        ("broker_url = \"http://broker\"", "broker_url"),
        (
            "broker_url = \"amqp://site:secret@broker.example\"",
            "amqps",
        ),
        (
            "broker_url = \"amqps://guest:guest@broker.example\"",
            "guest",
        ),
        ("[broker]\noutbox_max_mb = 0", "broker.outbox_max_mb"),
        ("node = \"a b\"", "node"),
        ("[ocpp]\ncolour = 1", "colour"),
        ("[ocpp]\nqueue = 0", "ocpp.queue"),
        ("[limits]\nsockets = 1000000", "limits.sockets"),
        ("[wallet]\nhold = \"0\"", "wallet.hold"),
        ("[wallet]\nminimum = \"1.005\"", "wallet.minimum"),
        ("[wallet]\napproval_above = -1", "wallet.approval_above"),
        (
            "[updates]\nfeed = \"http://updates.example\"",
            "updates.feed",
        ),
        ("[updates]\nquiet_hours = \"night\"", "night"),
        ("[updates]\ncheck_every = \"1s\"", "updates.check_every"),
    ] {
        let error = load(toml, &none).expect_err(toml);
        assert!(error.contains(names), "{toml}: {error}");
        assert!(!error.contains('\n'), "{toml}: one sentence: {error}");
    }
    let missing = Settings::load(Some(Path::new("/nowhere/forecourt.toml")), none);
    assert!(missing.is_err_and(|error| error.to_string().contains("--config")));
}
