//! `cargo xtask run`: from a fresh clone to the kiosk with a demo site. Without a display the same
//! without a window. Not for serving: the app prints its addresses and demo logins itself.

use std::{fs, os::unix::process::CommandExt, path::PathBuf, process::Command};

use crate::{
    args::Args,
    error::{Outcome, Stop},
    process,
    setup::{self, Purpose},
    workspace::{Workspace, fresh_dir},
};

struct Options {
    headless: bool,
    release: bool,
    demo: bool,
    /// `--broker-url URL` and `--database-url URL`, handed on as they are.
    handed_on: Vec<String>,
}

/// `run [--headless] [--release] [--no-demo] [--broker-url URL] [--database-url URL]`
pub fn verb(ws: &mut Workspace, args: Args) -> Outcome {
    let options = Options::from(args)?;
    let kind = if options.headless {
        "headless"
    } else {
        "with its window"
    };
    eprintln!("xtask: set-up, build, then Forecourt {kind}; the first time this takes minutes");
    let purpose = if options.headless {
        Purpose::Headless
    } else {
        Purpose::Window
    };
    setup::ensure(ws, purpose)?;
    process::run(&mut options.build(ws))?;
    let mut app = options.app(ws)?;
    process::echo(&app);
    // The app takes our place: Ctrl-C reaches it directly, and its exit code is ours.
    let error = app.exec();
    Err(Stop::Failed(format!(
        "cannot start `{}`: {error}",
        process::line(&app)
    )))
}

impl Options {
    fn from(mut args: Args) -> Outcome<Self> {
        let mut handed_on = Vec::new();
        for name in ["--broker-url", "--database-url"] {
            if let Some(url) = args.value(name)? {
                handed_on.extend([name.to_owned(), url]);
            }
        }
        let options = Self {
            headless: args.flag("--headless") || Purpose::of_this_display() == Purpose::Headless,
            release: args.flag("--release"),
            demo: !args.flag("--no-demo"),
            handed_on,
        };
        args.finish()?;
        Ok(options)
    }

    fn build(&self, ws: &Workspace) -> Command {
        let mut build = ws.cargo(&["build", "--bin", "forecourt"]);
        if !self.headless {
            build.args(["--features", "desktop"]);
        }
        if self.release {
            build.arg("--release");
        }
        build
    }

    fn app(&self, ws: &Workspace) -> Outcome<Command> {
        let profile = if self.release { "release" } else { "debug" };
        let mut app = ws.command(ws.target.join(profile).join("forecourt"));
        if self.headless {
            app.arg("--headless");
        }
        if self.demo {
            app.arg("--demo");
        }
        app.arg("--data-dir").arg(self.data_dir(ws)?);
        app.args(&self.handed_on);
        Ok(app)
    }

    /// The demo starts over each time; a site's own data stays.
    fn data_dir(&self, ws: &Workspace) -> Outcome<PathBuf> {
        let dir = ws.target.join(if self.demo { "demo" } else { "data" });
        if self.demo {
            fresh_dir(&dir)?;
        } else {
            fs::create_dir_all(&dir).map_err(|e| Stop::file(&dir, &e))?;
        }
        Ok(dir)
    }
}
