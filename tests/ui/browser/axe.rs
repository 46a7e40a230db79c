//! Every screen in every theme and at every size it is made for: axe finds nothing wrong with it, and nothing reaches beyond
//! its edge. Right to left and at twice the size of text, too. A picture of each is kept. axe-core is a tool of development
//! (MPL-2.0): it is shipped with nothing.
//!
//! Planted once and seen red: words too pale to read (`tokens.css`); a table without room to scroll (`desk.css`). Found by it:
//! figures that lay over each other at twice the size of text; a report whose headings left a step out.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::Browser;

use crate::browser_scenery::{Scenery, sign_driver_in};
use crate::browser_screens::{DESK, DRIVER, FORMS, PASSER_BY, Screen, open};
use crate::site::ADMIN;

type Size = (u32, u32);

/// What the driver's page is made for: a station's screen, upright and not, a small one, a phone.
const SCREENS: [Size; 4] = [(1080, 1920), (1920, 1080), (1280, 800), (390, 844)];
const DESKS: [Size; 3] = [(1024, 768), (1280, 800), (1920, 1080)];
/// The desk's smallest screen at twice the size is half a screen.
const HALF: [Size; 1] = [(640, 400)];

/// How a page is looked at.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    theme: &'static str,
    language: &'static str,
    /// The size of text that the driver's page is told, in percent.
    text: u32,
}

const LIGHT: Way = Way {
    name: "light",
    theme: "light",
    language: "en",
    text: 100,
};
const DARK: Way = Way {
    name: "dark",
    theme: "dark",
    ..LIGHT
};
const CONTRAST: Way = Way {
    name: "contrast",
    theme: "contrast",
    ..LIGHT
};
const ARABIC: Way = Way {
    name: "arabic",
    language: "ar",
    ..LIGHT
};
const LARGE: Way = Way {
    name: "large",
    text: 200,
    ..LIGHT
};

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_in_the_light_theme() {
    driver(LIGHT, &SCREENS).await;
}

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_in_the_dark_theme() {
    driver(DARK, &SCREENS).await;
}

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_in_high_contrast() {
    driver(CONTRAST, &SCREENS).await;
}

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_from_right_to_left() {
    driver(ARABIC, &[SCREENS[0], SCREENS[3]]).await;
}

#[tokio::test]
async fn a_driver_s_screens_are_for_everybody_at_twice_the_size_of_text() {
    driver(LARGE, &SCREENS).await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_in_the_light_theme() {
    desk(LIGHT, &DESKS).await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_in_the_dark_theme() {
    desk(DARK, &DESKS).await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_in_high_contrast() {
    desk(CONTRAST, &DESKS).await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_from_right_to_left() {
    desk(ARABIC, &DESKS[1..2]).await;
}

#[tokio::test]
async fn the_desk_is_for_everybody_at_twice_the_size() {
    let large = Way { text: 100, ..LARGE };
    desk(large, &HALF).await;
}

async fn driver(way: Way, sizes: &[Size]) {
    let mut set = Box::pin(Scenery::set()).await;
    let mut looks = Looks::new("driver", way, sizes);
    set.page.goto("user-panel.html").await;
    looks.prepare(set.page.browser()).await;
    set.page.goto("user-panel.html").await;
    for screen in PASSER_BY {
        looks.at(&mut set, screen).await;
    }
    left_alone(&set, &mut looks).await;
    sign_driver_in(&mut set).await;
    for screen in DRIVER {
        looks.at(&mut set, screen).await;
    }
    open(&mut set, ("", "charge", &[".figures"])).await;
    set.charge.stop(11_700).await;
    looks
        .at(
            &mut set,
            (
                "charge-over",
                "charge",
                &["[data-session=stopped] [data-receipt]"],
            ),
        )
        .await;
    let receipt = set.receipt().await;
    let path = receipt.find("/r/").expect("a receipt's address");
    set.page.goto(receipt[path..].trim_start_matches('/')).await;
    looks.here(set.page.browser(), "receipt", true).await;
    looks.end();
}

/// A station's screen: its keyboard, and what it asks when somebody went away. Its clock is held, so that it waits.
async fn left_alone(set: &Scenery, looks: &mut Looks<'_>) {
    set.page
        .goto("user-panel.html?screen=station#/account")
        .await;
    set.page.sees(".account [name=email]").await;
    let browser = set.page.browser();
    browser.click(".account [name=email]").await;
    set.page.sees(".keyboard:not([hidden]) .hg-button").await;
    looks.here(browser, "keyboard", true).await;
    let later = "const then = performance.now() + 62_000; performance.now = () => then; return 0";
    browser.execute(later).await;
    set.page.sees("[data-dialog=idle]").await;
    looks.here(browser, "still-here", true).await;
    set.page.goto("user-panel.html").await;
}

async fn desk(way: Way, sizes: &[Size]) {
    let mut set = Box::pin(Scenery::set()).await;
    let mut looks = Looks::new("desk", way, sizes);
    set.page.goto("cms.html").await;
    looks.prepare(set.page.browser()).await;
    set.page.goto("cms.html").await;
    set.page.sees(".sign-in").await;
    looks.here(set.page.browser(), "sign-in", false).await;
    set.page.desk_as(ADMIN, "").await;
    for screen in DESK.into_iter().chain(FORMS) {
        looks.at(&mut set, screen).await;
    }
    looks.end();
}

/// One way to look at a panel, and all that was found wrong.
struct Looks<'a> {
    panel: &'static str,
    way: Way,
    sizes: &'a [Size],
    wrong: Vec<String>,
}

impl<'a> Looks<'a> {
    fn new(panel: &'static str, way: Way, sizes: &'a [Size]) -> Self {
        let (wrong, folder) = (Vec::new(), folder(panel));
        std::fs::create_dir_all(&folder).expect("the build's folder can be written");
        println!("pictures: {}", folder.display());
        Self {
            panel,
            way,
            sizes,
            wrong,
        }
    }

    /// Chooses for the page that is loaded next, as somebody chose before.
    async fn prepare(&self, browser: &Browser) {
        let Way {
            theme,
            language,
            text,
            ..
        } = self.way;
        let choose = format!(
            "localStorage.setItem('forecourt.theme', '{theme}'); localStorage.setItem('forecourt.language', '{language}');
             localStorage.setItem('forecourt.comfort', JSON.stringify({{ size: {text} }})); return 0"
        );
        browser.execute(&choose).await;
    }

    /// Opens a screen and looks at it. What is a step further than an address is looked at on the largest and the smallest.
    async fn at(&mut self, set: &mut Scenery, screen: Screen) {
        open(set, screen).await;
        let whole = screen.2.len() == 1;
        self.here(set.page.browser(), screen.0, whole).await;
    }

    /// Looks at what is open.
    async fn here(&mut self, browser: &Browser, name: &str, whole: bool) {
        let few = [self.sizes.first(), self.sizes.last()];
        let mut few: Vec<Size> = few.into_iter().flatten().copied().collect();
        few.dedup();
        load_axe(browser).await;
        for (width, height) in if whole { self.sizes } else { &few } {
            browser.resize(*width, *height).await;
            let found = find_faults(browser).await;
            let way = self.way.name;
            let picture = format!("{name}-{width}x{height}-{way}.png");
            browser.screenshot(&folder(self.panel).join(picture)).await;
            if found != json!([]) {
                let panel = self.panel;
                self.wrong
                    .push(format!("{panel}: {name} {way} {width}×{height}: {found}"));
            }
        }
    }

    /// Tells all that is wrong at once.
    fn end(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}

/// Where a panel's pictures are kept: beside the build.
fn folder(panel: &str) -> PathBuf {
    let build = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    build
        .expect("a folder of the build's")
        .join("screenshots")
        .join(panel)
}

/// What is wrong with the page that is open.
pub async fn faults(browser: &Browser) -> Value {
    load_axe(browser).await;
    find_faults(browser).await
}

/// Puts axe beside the page. The page itself never loads it, and its policy would not let it.
async fn load_axe(browser: &Browser) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error} (cargo xtask setup)", file.display()));
    browser.execute(&format!("{source}; return 0")).await;
}

/// What axe finds, and what reaches beyond the edge.
async fn find_faults(browser: &Browser) -> Value {
    browser
        .execute(
            "const { scrollWidth, clientWidth } = document.documentElement;
             const beyond = (element) => { const { left, right } = element.getBoundingClientRect(); return right > clientWidth + 1 || left < -1; };
             const named = ({ localName, className }) => `${localName}.${className?.baseVal ?? className}`;
             const widest = () => [...document.querySelectorAll('#app *')].filter((element) => beyond(element) && ![...element.children].some(beyond)).slice(0, 4).map(named).join(' | ');
             // What fades in is not what is looked at.
             const brief = ({ effect }) => effect?.getComputedTiming().endTime < 1000;
             const still = Promise.all(document.getAnimations().filter(brief).map(({ finished }) => finished.catch(() => 0)));
             return still.then(() => axe.run(document, { resultTypes: ['violations'] })).then(({ violations }) => [
               ...violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(' | ')}`),
               ...(scrollWidth > clientWidth ? [`${scrollWidth} px wide on ${clientWidth}: ${widest()}`] : []),
             ])",
        )
        .await
}
