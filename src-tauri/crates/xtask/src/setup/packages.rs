//! THE table of system packages: what is needed for which purpose, by its Debian name, and the cheap
//! sign that a machine has it by other means. Not for installing: see `apt`.

use std::{collections::HashSet, path::Path};

use super::{Purpose, python};
use crate::{
    error::{Outcome, Stop},
    process,
    workspace::Workspace,
};

/// One system package.
pub struct Package {
    /// Its name in Debian 12.
    pub debian: &'static str,
    from: Purpose,
    sign: Sign,
    gives: &'static str,
}

/// How a machine shows that it has a package's content without Debian's word for it.
enum Sign {
    Program(&'static str),
    Library(&'static str),
    Path(&'static str),
    VenvPython,
}

/// The lowest purpose first. SQLite and ring are compiled: a C compiler is always needed.
const PACKAGES: &[Package] = &[
    package(
        "build-essential",
        Purpose::Headless,
        Sign::Program("cc"),
        "a C compiler",
    ),
    package(
        "pkg-config",
        Purpose::Headless,
        Sign::Program("pkg-config"),
        "pkg-config",
    ),
    package(
        "libwebkit2gtk-4.1-dev",
        Purpose::Window,
        Sign::Library("webkit2gtk-4.1"),
        "WebKitGTK 4.1 with headers",
    ),
    package(
        "libsoup-3.0-dev",
        Purpose::Window,
        Sign::Library("libsoup-3.0"),
        "libsoup 3 with headers",
    ),
    package(
        "librsvg2-dev",
        Purpose::Window,
        Sign::Library("librsvg-2.0"),
        "librsvg 2 with headers",
    ),
    package(
        "fonts-dejavu-core",
        Purpose::Window,
        Sign::Path("/usr/share/fonts"),
        "fonts",
    ),
    package(
        "systemd",
        Purpose::Test,
        Sign::Program("systemd-analyze"),
        "systemd-analyze",
    ),
    package("xvfb", Purpose::Test, Sign::Program("Xvfb"), "Xvfb"),
    package(
        "xdotool",
        Purpose::Test,
        Sign::Program("xdotool"),
        "xdotool",
    ),
    package("strace", Purpose::Test, Sign::Program("strace"), "strace"),
    package(
        "poppler-utils",
        Purpose::Test,
        Sign::Program("pdftotext"),
        "Poppler's PDF tools",
    ),
    package(
        "imagemagick",
        Purpose::Test,
        Sign::Program("import"),
        "ImageMagick",
    ),
    package(
        "webkit2gtk-driver",
        Purpose::Test,
        Sign::Program("WebKitWebDriver"),
        "WebKitWebDriver",
    ),
    package(
        "chromium",
        Purpose::Test,
        Sign::Program("chromium"),
        "Chromium",
    ),
    package(
        "chromium-driver",
        Purpose::Test,
        Sign::Program("chromedriver"),
        "chromedriver",
    ),
    package(
        "rabbitmq-server",
        Purpose::Test,
        Sign::Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),
        "RabbitMQ in /usr/lib/rabbitmq",
    ),
    package(
        "postgresql-15",
        Purpose::Test,
        Sign::Path("/usr/lib/postgresql/15/bin/postgres"),
        "PostgreSQL 15 in /usr/lib/postgresql/15",
    ),
    package(
        "python3-venv",
        Purpose::Test,
        Sign::VenvPython,
        "Python 3 with venv",
    ),
];

const fn package(debian: &'static str, from: Purpose, sign: Sign, gives: &'static str) -> Package {
    Package {
        debian,
        from,
        sign,
        gives,
    }
}

/// What `purpose` needs and this machine does not have.
pub fn missing(ws: &Workspace, purpose: Purpose) -> Vec<&'static Package> {
    let needed: Vec<_> = PACKAGES
        .iter()
        .filter(|package| package.from <= purpose)
        .collect();
    let installed = installed(ws, &needed);
    needed
        .into_iter()
        .filter(|package| !installed.contains(package.debian) && !package.sign.shows(ws))
        .collect()
}

/// Says what to bring on a machine whose packages we do not know.
pub fn refuse_without_apt(missing: &[&Package], python_too: bool) -> Outcome {
    let mut names: Vec<_> = missing
        .iter()
        .map(|package| format!("{} (Debian: {})", package.gives, package.debian))
        .collect();
    if python_too {
        names.push("Node 20.19 or newer with npm, or Python 3 with venv to fetch it".into());
    }
    if names.is_empty() {
        return Ok(());
    }
    Err(Stop::Refused(format!(
        "this machine has no apt-get; install these its own way and try again: {}",
        names.join(", ")
    )))
}

/// The Debian names among `packages` that dpkg has installed; none where there is no dpkg.
fn installed(ws: &Workspace, packages: &[&Package]) -> HashSet<String> {
    let mut query = ws.command("dpkg-query");
    query.args(["-W", "-f", "${Package} ${db:Status-Status}\\n"]);
    query.args(packages.iter().map(|package| package.debian));
    // Its exit code is 1 as soon as one name is unknown: only what it prints counts.
    query.output().map_or_else(
        |_| HashSet::new(),
        |output| installed_names(&String::from_utf8_lossy(&output.stdout)),
    )
}

fn installed_names(dpkg: &str) -> HashSet<String> {
    dpkg.lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .map(str::to_owned)
        .collect()
}

impl Sign {
    fn shows(&self, ws: &Workspace) -> bool {
        match self {
            Self::Program(name) => ws.which(name).is_some(),
            Self::Library(name) => {
                process::succeeds(ws.command("pkg-config").args(["--exists", name]))
            }
            Self::Path(path) => Path::new(path).exists(),
            Self::VenvPython => python::find(ws).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fully_installed_packages_count() {
        let dpkg = "xvfb not-installed\nchromium installed\npostgresql config-files\n";
        let names = installed_names(dpkg);
        assert_eq!(
            names,
            HashSet::from(["chromium".to_owned()]),
            "one of three is installed"
        );
    }

    #[test]
    fn running_without_a_window_needs_no_webkit() {
        let needed = |purpose| {
            PACKAGES
                .iter()
                .filter(|p| p.from <= purpose)
                .map(|p| p.debian)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            needed(Purpose::Headless),
            ["build-essential", "pkg-config"],
            "a compiler"
        );
        assert!(
            needed(Purpose::Window).contains(&"libwebkit2gtk-4.1-dev"),
            "the window's engine"
        );
        assert_eq!(
            needed(Purpose::Test).len(),
            PACKAGES.len(),
            "tests need everything"
        );
    }

    #[test]
    fn a_machine_without_apt_is_told_each_missing_thing() {
        let missing: Vec<_> = PACKAGES.iter().filter(|p| p.debian == "xvfb").collect();
        let stop = refuse_without_apt(&missing, true).expect_err("something is missing");
        assert_eq!(stop.code(), 2, "it is the machine that lacks something");
        for word in ["Xvfb", "xvfb", "Node 20.19"] {
            assert!(stop.to_string().contains(word), "{word} is named: {stop}");
        }
        assert_eq!(
            refuse_without_apt(&[], false),
            Ok(()),
            "nothing missing is no refusal"
        );
    }
}
