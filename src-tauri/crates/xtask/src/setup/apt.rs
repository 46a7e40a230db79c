//! Debian's packages: who may install here, and installing without Debian starting the servers it
//! brings. Not for deciding which packages: see `packages`.

use std::process::Command;

use crate::{
    error::{Outcome, Stop},
    process,
    workspace::Workspace,
};

/// Debian asks this program whether a package's service may start; 101 means no.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// `$1` is the policy file, the rest are packages. One shell, so that with sudo the policy is taken
/// away again by the same right that put it there, also when apt fails or is interrupted. A policy
/// that is there already (containers have one) stays.
const INSTALL: &str = r#"
set -eu
policy=$1
shift
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -- "$@"
"#;

/// This machine's apt and our rights over it.
pub struct Apt<'a> {
    ws: &'a Workspace,
    rights: Rights,
}

enum Rights {
    Root,
    Sudo,
    None,
}

impl<'a> Apt<'a> {
    /// The machine's apt, if it has one.
    pub fn of(ws: &'a Workspace) -> Option<Self> {
        ws.which("apt-get")?;
        let root = process::capture(ws.command("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0");
        let rights = if root {
            Rights::Root
        } else if process::succeeds(ws.command("sudo").args(["-n", "true"])) {
            Rights::Sudo
        } else {
            Rights::None
        };
        Some(Self { ws, rights })
    }

    /// Whether we are root, or sudo asks for no password.
    pub const fn may_install(&self) -> bool {
        !matches!(self.rights, Rights::None)
    }

    /// Fetches the package lists.
    pub fn update(&self) -> Outcome {
        let mut command = self.as_root("apt-get");
        command.args([
            "update",
            "--quiet",
            "--quiet",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
        process::run(&mut command)
    }

    /// Installs `packages`, or says the line that a person with the right to it can type.
    pub fn install(&self, packages: &[&str]) -> Outcome {
        if !self.may_install() {
            return Err(Stop::Refused(refusal(packages)));
        }
        eprintln!("xtask: installing Debian packages: {}", packages.join(" "));
        let status = install_command(self.as_root("sh"), POLICY, packages)
            .status()
            .map_err(|e| Stop::Failed(format!("cannot start apt-get: {e}")))?;
        if !status.success() {
            return Err(Stop::Failed(format!(
                "apt-get could not install {} ({status}); its reason is above",
                packages.join(" ")
            )));
        }
        self.tell_of_services(packages);
        Ok(())
    }

    /// The version apt would install, when it has that package at all.
    pub fn candidate(&self, package: &str) -> Option<String> {
        let policy = process::capture(self.ws.command("apt-cache").args(["policy", package]));
        candidate_in(&policy.ok()?)
    }

    fn as_root(&self, program: &str) -> Command {
        match self.rights {
            Rights::Sudo => {
                let mut command = self.ws.command("sudo");
                command.args(["-n", program]);
                command
            }
            Rights::Root | Rights::None => self.ws.command(program),
        }
    }

    /// The servers were kept from starting now; at the next boot systemd would start them.
    fn tell_of_services(&self, packages: &[&str]) {
        let booted = std::path::Path::new("/run/systemd/system").exists();
        for server in packages
            .iter()
            .filter(|name| ["rabbitmq-server", "postgresql"].contains(name))
        {
            if booted && self.ws.which("systemctl").is_some() {
                eprintln!(
                    "xtask: to keep {server} off after a reboot: sudo systemctl disable {server}"
                );
            }
        }
    }
}

fn install_command(mut shell: Command, policy: &str, packages: &[&str]) -> Command {
    shell
        .args(["-c", INSTALL, "install", policy])
        .args(packages);
    shell
}

fn refusal(packages: &[&str]) -> String {
    format!(
        "system packages are missing and this user may not install them; run this, then try again:\n  \
         sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    )
}

fn candidate_in(policy: &str) -> Option<String> {
    let version = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (version != "(none)").then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    /// Runs the real install script with an apt-get that notes whether the policy stood, then ends
    /// with `code`. Gives what it noted, whether the policy is there afterwards, and the verdict.
    fn install(policy_before: bool, code: u8) -> (String, bool, bool) {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| dir.path().join(name);
        if policy_before {
            fs::write(path("policy"), "mine").expect("written");
        }
        let apt = "#!/bin/sh\n{ \"$POLICY\"; echo \"policy $?\"; echo \"$*\"; } > \"$NOTE\" 2>&1\n";
        fs::write(path("apt-get"), format!("{apt}exit {code}\n")).expect("written");
        fs::set_permissions(path("apt-get"), fs::Permissions::from_mode(0o755)).expect("set");
        let mut shell = Command::new("/bin/sh");
        shell.env("PATH", format!("{}:/usr/bin:/bin", dir.path().display()));
        shell
            .env("NOTE", path("note"))
            .env("POLICY", path("policy"));
        let policy = path("policy").display().to_string();
        let status = install_command(shell, &policy, &["xvfb", "xauth"])
            .status()
            .expect("sh runs");
        let note = fs::read_to_string(path("note")).expect("apt-get was called");
        (note, path("policy").exists(), status.success())
    }

    #[test]
    fn services_are_kept_from_starting_and_the_policy_is_taken_away() {
        for (code, succeeds) in [(0, true), (100, false)] {
            let (note, left, ok) = install(false, code);
            assert!(
                note.contains("policy 101"),
                "services may not start meanwhile: {note}"
            );
            assert!(
                note.contains("-- xvfb xauth"),
                "the packages reach apt-get: {note}"
            );
            assert!(!left, "our policy is gone after apt-get ended with {code}");
            assert_eq!(ok, succeeds, "apt-get's verdict {code} is passed on");
        }
    }

    #[test]
    fn a_policy_of_the_machine_stays() {
        let (_, left, ok) = install(true, 0);
        assert!(ok && left, "it was there before us, it is there after us");
    }

    #[test]
    fn without_rights_the_exact_line_is_said() {
        let said = refusal(&["xvfb", "chromium"]);
        let line = "sudo apt-get install -y --no-install-recommends xvfb chromium";
        assert!(said.contains(line), "it can be copied: {said}");
    }

    #[test]
    fn apts_candidate_is_read_and_none_is_none() {
        let policy = "nodejs:\n  Installed: (none)\n  Candidate: 18.20.4+dfsg-1~deb12u1\n";
        assert_eq!(
            candidate_in(policy).as_deref(),
            Some("18.20.4+dfsg-1~deb12u1"),
            "the version"
        );
        assert_eq!(
            candidate_in("npm:\n  Candidate: (none)\n"),
            None,
            "known but not to be had"
        );
        assert_eq!(candidate_in(""), None, "unknown");
    }
}
