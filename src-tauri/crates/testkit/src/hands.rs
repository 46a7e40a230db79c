//! A keyboard and a mouse in front of a screen, by xdotool: what reaches a program comes through its window, as from a person.
//! `WebDriver` puts keys into the page behind it.

use std::path::PathBuf;

use crate::display::Display;
use crate::tools;

/// Whoever stands in front of a screen.
#[derive(Debug)]
pub struct Hands<'a> {
    display: &'a Display,
    xdotool: PathBuf,
}

impl<'a> Hands<'a> {
    /// In front of this screen.
    pub fn before(display: &'a Display) -> Self {
        Self {
            display,
            xdotool: tools::find("xdotool", &[]),
        }
    }

    /// Presses keys together, such as `alt+F4`, and lets them go.
    pub async fn press(&self, keys: &str) {
        self.does(&["key", keys]).await;
    }

    /// Presses a mouse button somewhere on the screen: 1 is the left one, 3 the right one, 4 and 5 turn the wheel.
    pub async fn click(&self, button: u8, (x, y): (u32, u32)) {
        let [button, x, y] = [u32::from(button), x, y].map(|number| number.to_string());
        self.does(&["mousemove", &x, &y, "click", &button]).await;
    }

    /// Turns the wheel, or presses a button, while a key is held.
    pub async fn click_with(&self, key: &str, button: u8, (x, y): (u32, u32)) {
        let [button, x, y] = [u32::from(button), x, y].map(|number| number.to_string());
        self.does(&[
            "mousemove",
            &x,
            &y,
            "keydown",
            key,
            "click",
            &button,
            "keyup",
            key,
        ])
        .await;
    }

    /// What can be seen on the screen, menus included: the names that X gives windows.
    pub async fn windows(&self) -> Vec<String> {
        let search = |depth| ["search", "--maxdepth", depth, "--onlyvisible", "--name", ""];
        // The screen itself counts as one.
        let (screen, seen) = (self.asks(&search("0")).await, self.asks(&search("1")).await);
        let of_programs = |window: &&str| !screen.lines().any(|root| root == *window);
        let mut seen: Vec<String> = seen
            .lines()
            .filter(of_programs)
            .map(str::to_owned)
            .collect();
        seen.sort_unstable();
        seen
    }

    /// The window that has the keyboard; `None` while nobody has it.
    pub async fn focused(&self) -> Option<String> {
        let window = self.asks(&["getwindowfocus", "-f"]).await;
        Some(window.trim().to_owned()).filter(|window| !window.is_empty() && window != "1")
    }

    /// Where a window is and how large: x, y, width, height.
    pub async fn geometry(&self, window: &str) -> [i32; 4] {
        let said = self.asks(&["getwindowgeometry", "--shell", window]).await;
        ["X", "Y", "WIDTH", "HEIGHT"].map(|name| {
            let line = said
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            let number = line.and_then(|number| number.parse().ok());
            number.unwrap_or_else(|| panic!("{window} has no {name}: {said}"))
        })
    }

    async fn does(&self, arguments: &[&str]) {
        let output = self.run(arguments).await;
        assert!(
            output.status.success(),
            "xdotool {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// An empty text where there is nothing to tell: xdotool calls that a failure.
    async fn asks(&self, arguments: &[&str]) -> String {
        String::from_utf8_lossy(&self.run(arguments).await.stdout).into_owned()
    }

    async fn run(&self, arguments: &[&str]) -> std::process::Output {
        tokio::process::Command::new(&self.xdotool)
            .args(arguments)
            .envs(self.display.env())
            .kill_on_drop(true)
            .output()
            .await
            .expect("xdotool was found")
    }
}
