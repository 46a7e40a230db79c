//! Settings that cannot be used: each ends the real program with exit code 2 and exactly one sentence on
//! standard error that names the key and says what to do. Nothing is on standard output.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A wrong start: what is in the file, in the environment and on the command line, and the words that the
/// sentence must hold. `{dir}` is a folder of the row's own.
struct Row {
    file: &'static str,
    env: &'static [(&'static str, &'static str)],
    flags: &'static [&'static str],
    names: &'static [&'static str],
}

const fn file(file: &'static str, names: &'static [&'static str]) -> Row {
    Row {
        file,
        env: &[],
        flags: &[],
        names,
    }
}

const fn env(env: &'static [(&'static str, &'static str)], names: &'static [&'static str]) -> Row {
    Row {
        file: "",
        env,
        flags: &[],
        names,
    }
}

const fn flags(flags: &'static [&'static str], names: &'static [&'static str]) -> Row {
    Row {
        file: "",
        env: &[],
        flags,
        names,
    }
}

/// THE table of wrong starts of `serve`.
const WRONG: &[Row] = &[
    // Keys that nobody knows, wherever they stand.
    file("lisen = \"off\"", &["no setting lisen", "remove it"]),
    file(
        "[ocpp]\ncolour = 1",
        &["no setting ocpp.colour", "remove it", "ping_interval"],
    ),
    file("[live]\ntik = \"3s\"", &["no setting live.tik"]),
    file("[mail]\nfrom = \"desk@example.org\"", &["no setting mail"]),
    file(
        "[payments.stripe]\nsecret = \"\"\nwebhook_secret = \"x\"",
        &["payments.stripe.secret"],
    ),
    file(
        "[payments.stripe]\nsecret = \"x\"\nwebhook_secret = \"\"",
        &["payments.stripe.webhook_secret"],
    ),
    file(
        "[payments.stripe]\nsecret = \"x\"\nwebhook_secret = \"x\"\nbase_url = \"http://pay.example\"",
        &["payments.stripe.base_url"],
    ),
    file(
        "[payments.stripe]\nsecret = \"x\"\nwebhook_secret = \"x\"",
        &["public_url"],
    ),
    file("public_url = \"kiosk.example\"", &["public_url"]),
    file(
        "[seller]\nnumber_prefix = \"A B\"",
        &["seller.number_prefix"],
    ),
    file(
        "[seller]\nnumber_prefix = \"THIRTEEN-LONG\"",
        &["seller.number_prefix"],
    ),
    file("[seller]\nlink_days = 0", &["seller.link_days"]),
    file("[seller]\nlink_days = 3661", &["seller.link_days"]),
    file(
        "[seller]\naddress = \"1\\n2\\n3\\n4\\n5\\n6\\n7\"",
        &["seller.address", "6 lines"],
    ),
    file("[kiosk]\nscreen = \"lobby\"", &["kiosk.screen", "lobby"]),
    file("[kiosk]\nlock = \"yes\"", &["kiosk.lock"]),
    file("[kiosk]\npin = \"12345\"", &["kiosk.pin", "6 to 12"]),
    file("[kiosk]\npin = \"12345a\"", &["kiosk.pin"]),
    file("[kiosk]\npin = \"1234567890123\"", &["kiosk.pin"]),
    file("[kiosk]\npin = 123456", &["kiosk.pin"]),
    file("[kiosk]\nkey = 1", &["kiosk.key"]),
    file("[payments]\nsmallest = \"0\"", &["payments.smallest"]),
    file("[payments]\nlargest = \"1\"", &["payments.largest"]),
    env(&[("FORECOURT_LISEN", "off")], &["no setting lisen"]),
    env(
        &[("FORECOURT_OCPP__COLOUR", "1")],
        &["no setting ocpp.colour"],
    ),
    env(
        &[("FORECOURT_OCPP_PING_INTERVAL", "30s")],
        &["no setting ocpp_ping_interval"],
    ),
    flags(&["--lisen", "off"], &["--lisen", "--help"]),
    // Values that are not of their type.
    file(
        "listen = \"everywhere\"",
        &["setting listen", "everywhere", "127.0.0.1:8180"],
    ),
    file("listen = 8180", &["setting listen", "8180"]),
    file(
        "ocpp_listen = \"localhost\"",
        &["setting ocpp_listen", "forecourt.toml"],
    ),
    file("ocpp_listen = \"off\"", &["setting ocpp_listen"]),
    file(
        "[live]\ntick = \"soon\"",
        &["setting live.tick", "forecourt.toml"],
    ),
    file("[live]\ntick = 3", &["setting live.tick"]),
    file("[live]\nretain = \"many\"", &["setting live.retain"]),
    file("[live]\nretain = 1.5", &["setting live.retain"]),
    file("[log]\nlevel = \"loud\"", &["loud", "info", "debug"]),
    file("[log]\nformat = \"xml\"", &["xml", "text", "json"]),
    file("demo = \"maybe\"", &["setting demo"]),
    file("allowed_hosts = \"kiosk\"", &["setting allowed_hosts"]),
    file("allowed_hosts = [7]", &["setting allowed_hosts"]),
    file("ocpp = \"1.6\"", &["setting ocpp"]),
    file("[limits]\nbody_kib = -1", &["setting limits.body_kib"]),
    env(
        &[("FORECOURT_LISTEN", "nowhere")],
        &["setting listen", "FORECOURT_LISTEN"],
    ),
    env(
        &[("FORECOURT_LIVE__TICK", "x")],
        &["setting live.tick", "FORECOURT_LIVE__TICK"],
    ),
    env(
        &[("FORECOURT_LIVE__RETAIN", "x")],
        &["live.retain", "FORECOURT_LIVE__RETAIN"],
    ),
    env(&[("FORECOURT_LOG__LEVEL", "loud")], &["loud"]),
    flags(
        &["--listen", "nowhere"],
        &["listen", "nowhere", "command line"],
    ),
    flags(
        &["--ocpp-listen", "8181"],
        &["--ocpp-listen", "8181", "--help"],
    ),
    flags(
        &["--log-level", "loud"],
        &["--log-level", "loud", "info, debug"],
    ),
    flags(&["--log-format", "xml"], &["--log-format", "xml"]),
    flags(&["--listen"], &["--listen", "--help"]),
    // Values out of their bounds.
    file("[live]\ntick = \"0s\"", &["live.tick", "30s"]),
    file("[live]\ntick = \"-3s\"", &["live.tick"]),
    file(
        "[ocpp]\nping_interval = \"9999h\"",
        &["ocpp.ping_interval", "at most a day"],
    ),
    file(
        "[broker]\nconfirm_timeout = \"0s\"",
        &["broker.confirm_timeout"],
    ),
    file("[live]\nretain = 0", &["live.retain", "100000"]),
    file("[live]\nretain = -1", &["live.retain"]),
    file("[limits]\nbody_kib = 0", &["limits.body_kib", "256"]),
    file(
        "[limits]\nheader_timeout = \"0s\"",
        &["limits.header_timeout"],
    ),
    file(
        "[limits]\nhandshake_failures_per_minute = 0",
        &["limits.handshake_failures_per_minute"],
    ),
    file("node = \"\"", &["setting node", "such as main"]),
    file("node = \"a b\"", &["setting node"]),
    file("node = \"../x\"", &["setting node"]),
    file("[broker]\nexchange = \"\"", &["broker.exchange"]),
    file(
        "allowed_hosts = [\"http://kiosk\"]",
        &["allowed_hosts", "kiosk.example:8180"],
    ),
    file("allowed_hosts = [\"*\"]", &["allowed_hosts"]),
    file(
        "allowed_origins = [\"kiosk.example\"]",
        &["allowed_origins", "https://desk.example"],
    ),
    file("allowed_origins = [\"*\"]", &["allowed_origins"]),
    file("[site]\ncurrency = \"Taler\"", &["site.currency", "EUR"]),
    file("[site]\ntax_percent = \"a fifth\"", &["site.tax_percent"]),
    env(
        &[("FORECOURT_SITE__TAX_PERCENT", "101")],
        &["site.tax_percent", "0 to 100"],
    ),
    file("[ocpp]\nqueue = 0", &["ocpp.queue"]),
    file("[limits]\nsockets = 0", &["limits.sockets"]),
    file(
        "[broker]\noutbox_max_mb = 0",
        &["broker.outbox_max_mb", "1500"],
    ),
    // URLs.
    file("broker_url = \"http://broker\"", &["broker_url", "amqp://"]),
    file("broker_url = \"amqp://\"", &["broker_url"]),
    flags(
        &["--broker-url", "broker:5672"],
        &["broker_url", "amqps://"],
    ),
    flags(
        &["--database-url", "mysql://x/y"],
        &["database_url", "postgres://"],
    ),
    flags(&["--database-url", "postgres://"], &["database_url"]),
    env(
        &[("FORECOURT_DATABASE_URL", "file.db")],
        &["database_url", "sqlite://"],
    ),
    flags(
        &["--database-url", "sqlite:///nowhere/site.db"],
        &["nowhere", "--database-url"],
    ),
    flags(
        &["--database-url", "sqlite://{dir}/x.db?colour=blue"],
        &["colour", "--database-url"],
    ),
    flags(
        &["--database-url", "postgres://u@127.0.0.1:1/d"],
        &["127.0.0.1:1", "does not answer", "--database-url"],
    ),
    flags(
        &["--database-url", "sqlite::memory:"],
        &["journal_mode", "--database-url"],
    ),
    // Files and rights.
    flags(
        &["--config", "/nowhere/forecourt.toml"],
        &["/nowhere/forecourt.toml", "--config"],
    ),
    flags(&["--config", "/"], &["settings file /", "--config"]),
    file("listen = ", &["forecourt.toml", "cannot be read"]),
    file(
        "listen = \"off\"\nlisten = \"off\"",
        &["forecourt.toml", "duplicate"],
    ),
    flags(
        &["--data-dir", "/proc/forecourt"],
        &["/proc/forecourt", "--data-dir"],
    ),
    flags(&["--data-dir", "/dev/null"], &["/dev/null", "--data-dir"]),
    flags(&["--listen", "192.0.2.1:80"], &["192.0.2.1:80", "--listen"]),
    flags(
        &["--ocpp-listen", "192.0.2.1:80"],
        &["192.0.2.1:80", "--ocpp-listen"],
    ),
];

/// Runs the program to its end, with nothing of the test's own environment.
fn run(folder: &Path, row: &Row) -> Output {
    let here = |text: &str| text.replace("{dir}", &folder.display().to_string());
    let settings = folder.join("forecourt.toml");
    std::fs::write(&settings, row.file).expect("a temporary file can be written");
    // What is taken by mistake would serve for ever: then it is ended, and its exit code is not two.
    let mut command = Command::new("timeout");
    command
        .args(["20", env!("CARGO_BIN_EXE_forecourt-gateway")])
        .env_clear()
        .env("HOME", folder)
        .envs(row.env.iter().copied())
        .current_dir(folder)
        .arg("serve");
    // A row that says where something is has the last word.
    let said = |flag: &str| row.flags.contains(&flag);
    for (flag, value) in [
        ("--data-dir", folder.join("data").display().to_string()),
        ("--config", settings.display().to_string()),
    ] {
        if !said(flag) {
            command.args([flag, &value]);
        }
    }
    // Free ports, where the row is not about them, so that no row fails for another's reason.
    for (flag, key) in [("--listen", "listen"), ("--ocpp-listen", "ocpp_listen")] {
        let key_said =
            row.file.contains(key) || row.env.iter().any(|(name, _)| name.ends_with("LISTEN"));
        if !said(flag) && !key_said {
            command.args([flag, "127.0.0.1:0"]);
        }
    }
    command.args(row.flags.iter().map(|flag| here(flag)));
    command.output().expect("the program starts")
}

#[test]
fn a_wrong_start_ends_with_two_and_one_sentence_that_names_the_key_and_what_to_do() {
    for row in WRONG {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let output = run(folder.path(), row);
        let what = format!("{:?} {:?} {:?}", row.file, row.env, row.flags);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{what}: {errors}");
        assert!(output.stdout.is_empty(), "{what}: stdout is for programs");
        let lines: Vec<&str> = errors.lines().collect();
        assert_eq!(lines.len(), 1, "{what}: one sentence, not {errors:?}");
        for name in row.names {
            assert!(
                lines[0].contains(name),
                "{what}: {name:?} is not in {errors:?}"
            );
        }
    }
}

#[test]
fn a_flag_goes_over_the_environment_and_that_over_the_file() {
    // The address of documentation cannot be listened on, so that the sentence shows which one was tried.
    let from_file = "listen = \"192.0.2.1:1\"";
    let in_env: &[(&str, &str)] = &[("FORECOURT_LISTEN", "192.0.2.1:2")];
    let flag: &[&str] = &["--listen", "192.0.2.1:3"];
    for (env, flags, tried) in [
        (&[] as &[_], &[] as &[_], "192.0.2.1:1 "),
        (in_env, &[], "192.0.2.1:2 "),
        (in_env, flag, "192.0.2.1:3 "),
    ] {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let row = Row {
            file: from_file,
            env,
            flags,
            names: &[],
        };
        let output = run(folder.path(), &row);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            errors.starts_with(tried),
            "{tried:?} was to be tried: {errors}"
        );
    }
}

#[test]
fn what_the_program_makes_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let output = Command::new(env!("CARGO_BIN_EXE_forecourt-gateway"))
        .env_clear()
        .args(["admin", "add-station", "--name", "North", "--data-dir"])
        .arg(&data)
        .output()
        .expect("the program starts");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("one JSON line");
    assert_eq!(answer["name"], "North");
    let files = std::fs::read_dir(&data).expect("the folder was made");
    let mode = |path: &Path| {
        let about = std::fs::metadata(path).expect("it is there");
        about.permissions().mode() & 0o777
    };
    assert_eq!(mode(&data), 0o700, "everybody's data");
    for file in files {
        let path = file.expect("readable").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}
