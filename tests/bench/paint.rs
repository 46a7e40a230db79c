//! What is on the screen after a cold start: the driver's board in a browser that has never been here, with what it takes
//! over the line; and the first page in the kiosk's window, from the start of the program.

use std::path::Path;

use serde_json::Value;
use testkit::{Browser, Display};

use crate::Outcome;
use crate::figures::{Figure, quantile};
use crate::screen::number;
use crate::site::Site;

/// When the largest of it was painted, and what came over the line: all but the fonts, as it came and as gzip makes it.
const LOADED: &str = "
    const painted = new Promise((done) => {
        new PerformanceObserver((list) => done(Math.max(...list.getEntries().map(({ startTime }) => startTime))))
            .observe({ type: 'largest-contentful-paint', buffered: true });
        setTimeout(() => done(null), 5000);
    });
    const came = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const packed = async ({ name }) => {
        const { body } = await fetch(name);
        return (await new Response(body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()).byteLength;
    };
    const fonts = ({ name }) => name.endsWith('.woff2');
    const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
    return (async () => {
        const rest = came.filter((one) => !fonts(one));
        const sizes = await Promise.all(rest.map((one) => packed(one).catch(() => 0)));
        return { painted: await painted, files: rest.length, came: sum(rest.map(({ transferSize }) => transferSize)),
            fonts: sum(came.filter(fonts).map(({ transferSize }) => transferSize)), packed: sum(sizes) };
    })()";

/// The board in a browser with an empty cache.
pub async fn board(site: &Site, times: usize) -> Outcome<Vec<Figure>> {
    let gateway = site.serve().await?;
    let mut painted = Vec::with_capacity(times);
    let mut last = Value::Null;
    for _ in 0..times {
        let browser = Browser::chromium().await;
        let page = format!("{}/user-panel.html", gateway.http);
        browser.goto(&page).await;
        browser.wait_for(".bay").await;
        last = browser.execute(LOADED).await;
        painted.push(number(&last["painted"])?);
        browser.close().await;
    }
    gateway.stop().await?;
    let kb = |name: &str| number(&last[name]).map(|bytes| bytes / 1000.0);
    let files = &last["files"];
    let at = |share| quantile(&painted, share).ok_or("the board was never painted");
    Ok(vec![
        Figure::new(
            "board_painted_p50",
            at(0.5)?,
            "ms",
            format!("the board painted in a new browser, median of {times}"),
        ),
        Figure::new(
            "board_painted_max",
            at(1.0)?,
            "ms",
            "the board painted in a new browser, the slowest",
        ),
        Figure::new(
            "board_transferred",
            kb("came")?,
            "kB",
            format!("what the board's {files} files take over the line, without fonts"),
        ),
        Figure::new(
            "board_gzipped",
            kb("packed")?,
            "kB",
            "the same files as gzip packs them",
        ),
        Figure::new("board_fonts", kb("fonts")?, "kB", "the board's fonts"),
    ])
}

/// The window's first page, from the start of the program until it can be filled in.
pub async fn app(site: &Site, times: usize) -> Outcome<Vec<Figure>> {
    let program = Path::new(env!("CARGO_BIN_EXE_forecourt"));
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let display = Display::start().await;
        let mut arguments = site.arguments();
        arguments.extend(["--listen", "off", "--ocpp-listen", "127.0.0.1:0"].map(str::to_owned));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let browser = Browser::webview(program, &arguments, &[], &display).await;
        browser.wait_for("[name=email]").await;
        took.push(browser.app_age("forecourt").as_secs_f64() * 1000.0);
        browser.close().await;
    }
    let at = |share| quantile(&took, share).ok_or("the app was never started");
    Ok(vec![
        Figure::new(
            "app_painted_p50",
            at(0.5)?,
            "ms",
            format!("from the app's start to its first page, median of {times}"),
        ),
        Figure::new(
            "app_painted_max",
            at(1.0)?,
            "ms",
            "from the app's start to its first page, the slowest",
        ),
    ])
}
