//! The benchmarks of `cargo xtask bench`: start-up, memory, and how long a reading takes from a
//! charger's socket to a screen's. Prints a table and writes `bench.json` into the build folder.
//! Not a test: it judges nothing. `--short` takes four minutes instead of fifteen; `many` measures the crowds alone, `pages`
//! what a person sees of it, `pricing` what prices take, `ledger` how fast money is booked, `cost sqlite 1000` what a message
//! costs at that rate.

mod app;
mod charger;
mod cpu;
mod crowd;
mod fan_out;
mod figures;
mod helper;
mod ledger;
mod load;
mod marks;
mod pages;
mod paint;
mod pricing;
mod ramp;
mod rest;
mod schedule;
mod screen;
mod site;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use figures::{Figures, Run};
use ramp::Pace;
use site::{Ground, Site};
use tokio::runtime::Builder;

/// A figure, or the sentence that says why there is none.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The words that make this binary a load instead, see [`helper`].
const LOAD: &str = "load";
const CROWD: &str = "crowd";
const STARTS: &str = "starts";
const FAN_OUT: &str = "fan-out";
/// The rate of the steady figure, MeterValues a second.
const STEADY: u32 = 200;

/// How much of everything.
struct Plan {
    name: &'static str,
    starts: usize,
    steady: Duration,
    level: Duration,
    /// How often the highest rate is narrowed down.
    narrowings: usize,
    /// Charges begun one after the other, charge points that only are there, readers of one event.
    charges: usize,
    crowd: usize,
    readers: usize,
    pages: pages::Plan,
}

const FULL: Plan = Plan {
    name: "full",
    starts: 20,
    steady: Duration::from_secs(20),
    level: Duration::from_secs(10),
    narrowings: 4,
    charges: 500,
    crowd: site::CHARGE_POINTS,
    readers: 10_000,
    pages: pages::Plan {
        paints: 5,
        readings: 450,
        watched: Duration::from_secs(30),
        rounds: 3_600,
    },
};

const SHORT: Plan = Plan {
    name: "short",
    starts: 5,
    steady: Duration::from_secs(6),
    level: Duration::from_secs(4),
    narrowings: 1,
    charges: 100,
    crowd: 400,
    readers: 1_000,
    pages: pages::Plan {
        paints: 2,
        readings: 200,
        watched: Duration::from_secs(8),
        rounds: 900,
    },
};

fn main() -> ExitCode {
    // Cargo says `--bench` to every benchmark.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut runtime = match words[..] {
        // The gateway has the machine; the load wants one core of it, and no threads that wake each other.
        [LOAD] => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let done = runtime
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(&words)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(words: &[&str]) -> Outcome {
    match words {
        [] => measure(&FULL, &[Ground::Sqlite, Ground::Servers]).await,
        ["--short"] => measure(&SHORT, &[Ground::Sqlite, Ground::Servers]).await,
        ["--short", "sqlite"] => measure(&SHORT, &[Ground::Sqlite]).await,
        ["--short", "servers"] => measure(&SHORT, &[Ground::Servers]).await,
        ["many"] => measure_many(&FULL).await,
        ["pages"] => measure_pages(&FULL).await,
        ["pages", "--short"] => measure_pages(&SHORT).await,
        ["pricing"] => measure_pricing(),
        ["ledger"] => measure_ledger(&FULL).await,
        ["cost", "sqlite", rate] => measure_cost(Ground::Sqlite, rate).await,
        ["cost", "servers", rate] => measure_cost(Ground::Servers, rate).await,
        [LOAD] => load::serve().await,
        [CROWD] => crowd::serve().await,
        [STARTS] => crowd::serve_starts().await,
        [FAN_OUT] => fan_out::serve().await,
        _ => Err(format!(
            "the bench takes --short, and behind it sqlite or servers, or many, pages, pricing or ledger alone, or cost with ground and rate; not {words:?}"
        )
        .into()),
    }
}

/// Beside the build, not in /tmp: that may be memory, and a commit there costs nothing.
fn disk() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

async fn measure(plan: &Plan, grounds: &[Ground]) -> Outcome {
    let disk = disk();
    let mut figures = Figures::new(Run::of_this(plan.name));
    for ground in grounds {
        figures.on(*ground);
        measure_on(*ground, plan, disk, &mut figures).await?;
    }
    let target = disk.parent().unwrap_or(disk);
    figures.print();
    figures.write(&target.join("bench.json"))
}

/// The crowds alone, printed and not written: it takes the rest of the figures nothing.
async fn measure_many(plan: &Plan) -> Outcome {
    let mut figures = Figures::new(Run::of_this(plan.name));
    figures.on(Ground::Sqlite);
    let site = Site::register(disk(), Ground::Sqlite).await?;
    many(&site, plan, &mut figures).await?;
    figures.print();
    Ok(())
}

/// What a person sees, alone, printed and not written.
async fn measure_pages(plan: &Plan) -> Outcome {
    let mut figures = Figures::new(Run::of_this(plan.name));
    figures.on(Ground::Sqlite);
    figures.say("pages");
    figures.extend(Box::pin(pages::measure(disk(), &plan.pages)).await?);
    figures.print();
    Ok(())
}

/// Prices alone, printed and not written.
fn measure_pricing() -> Outcome {
    let mut figures = Figures::new(Run::of_this(FULL.name));
    figures.on(Ground::Sqlite);
    figures.extend(pricing::measure()?);
    figures.print();
    Ok(())
}

/// Money alone, on both grounds, printed and not written.
async fn measure_ledger(plan: &Plan) -> Outcome {
    let mut figures = Figures::new(Run::of_this(plan.name));
    for ground in [Ground::Sqlite, Ground::Servers] {
        figures.on(ground);
        figures.say("money is booked");
        figures.extend(ledger::measure(ground, disk(), plan.level).await?);
    }
    figures.print();
    Ok(())
}

/// One rate alone, printed and not written: what a message costs in CPU time.
async fn measure_cost(ground: Ground, rate: &str) -> Outcome {
    let site = Site::register(disk(), ground).await?;
    let gateway = site.serve().await?;
    let token = rest::sign_in(&gateway.http, site::EMAIL, site::PASSWORD).await?;
    let mut pace = Pace::new(&site, &gateway, token);
    let report = pace.run(rate.parse()?, FULL.level).await?;
    println!("{} at {rate}/s: {report}", ground.name());
    gateway.stop().await
}

async fn measure_on(ground: Ground, plan: &Plan, disk: &Path, figures: &mut Figures) -> Outcome {
    figures.say("registering the site");
    let site = Site::register(disk, ground).await?;

    figures.say("starting the gateway");
    figures.extend(marks::start_up(&site, plan.starts).await?);
    let gateway = site.serve().await?;
    figures.push(marks::idle_memory(&gateway).await?);

    figures.say("readings at a steady rate");
    let token = rest::sign_in(&gateway.http, site::EMAIL, site::PASSWORD).await?;
    let mut pace = Pace::new(&site, &gateway, token.clone());
    figures.extend(marks::latency(
        STEADY,
        &pace.run(STEADY, plan.steady).await?,
    )?);
    figures.say("the highest rate");
    figures.extend(pace.highest(plan.level, plan.narrowings).await?);
    figures.say("charges begin");
    figures.extend(crowd::starts(&site, &gateway, plan.charges).await?);
    gateway.stop().await?;
    figures.say("money is booked");
    figures.extend(ledger::measure(ground, disk, plan.level).await?);
    if ground == Ground::Servers {
        return Ok(());
    }
    figures.say("prices");
    figures.extend(pricing::measure()?);

    figures.say("pages");
    figures.extend(Box::pin(pages::measure(disk, &plan.pages)).await?);
    many(&site, plan, figures).await
}

/// What it costs to be many. It does not depend on the ground. The readers come first: a gateway that starts after a
/// crowd tells of each charge point that is gone, and that is not what one event takes.
async fn many(site: &Site, plan: &Plan, figures: &mut Figures) -> Outcome {
    let gateway = site.serve().await?;
    figures.say("readers connect");
    let token = rest::sign_in(&gateway.http, site::EMAIL, site::PASSWORD).await?;
    figures.extend(fan_out::fan_out(site, &gateway, &token, plan.readers).await?);
    gateway.stop().await?;
    let gateway = site.serve().await?;
    figures.say("a crowd connects");
    figures.push(crowd::idle(site, &gateway, plan.crowd).await?);
    gateway.stop().await
}
