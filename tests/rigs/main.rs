//! `cargo run --example invariants -- DATABASE_URL TRUTH_FILE [DELIVERIES]`: holds what a simulator was told
//! (`--data-dir`, its `truth.jsonl`), and what a plain AMQP consumer wrote down (`tests/python/amqp_consume.py`),
//! against what the gateway's database has, once the gateway is stopped. One JSON line; exit code 0 where everything
//! holds, 1 where something does not (each on a line of standard error), 2 where it cannot be looked at.

mod deliveries;
mod invariants;
mod rebilled;

use std::process::ExitCode;

use serde_json::json;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let looked = match &words[..] {
        [url, truth] => look(url, truth, None).await,
        [url, truth, came] => look(url, truth, Some(came)).await,
        _ => Err(
            "give a database URL, such as sqlite:///…/forecourt.db, a truth file, and a consumer's lines where there are any"
                .to_owned(),
        ),
    };
    match looked {
        Ok((found, violations)) => {
            for violation in &violations {
                eprintln!("{violation}");
            }
            println!("{found}");
            ExitCode::from(u8::from(!violations.is_empty()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// What is told of it, and what does not hold.
async fn look(
    url: &str,
    truth: &str,
    came: Option<&str>,
) -> Result<(serde_json::Value, Vec<String>), String> {
    let entries = simulator::truth::read(truth)
        .map_err(|error| format!("the truth file {truth} cannot be read: {error}"))?;
    let database = |error| format!("the database cannot be looked at: {error}");
    let stored = invariants::look(url, &entries).await.map_err(database)?;
    let mut violations = stored.violations;
    let mut found = json!({ "acknowledged": stored.acknowledged, "ended": stored.ended, "billed": stored.billed });
    if let Some(came) = came {
        let lines = std::fs::read_to_string(came)
            .map_err(|error| error.to_string())
            .and_then(|text| deliveries::parse(&text).map_err(|error| error.to_string()))
            .map_err(|error| format!("the deliveries {came} cannot be read: {error}"))?;
        let events = deliveries::look(url, &lines).await.map_err(database)?;
        found["published"] = events.published.into();
        found["repeats"] = events.repeats.into();
        found["waiting"] = events.waiting.into();
        violations.extend(events.violations);
    }
    found["ok"] = violations.is_empty().into();
    found["violations"] = violations.len().into();
    Ok((found, violations))
}
