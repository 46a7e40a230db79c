//! `cargo run --example invariants -- DATABASE_URL TRUTH_FILE`: holds what a simulator was told (`--data-dir`, its
//! `truth.jsonl`) against what the gateway's database has, once the gateway is stopped. One JSON line; exit code 0 where
//! everything holds, 1 where something does not (each on a line of standard error), 2 where it cannot be looked at.

mod invariants;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, truth] = &words[..] else {
        eprintln!("give a database URL, such as sqlite:///…/forecourt.db, and a truth file");
        return ExitCode::from(2);
    };
    let entries = match simulator::truth::read(truth) {
        Ok(entries) => entries,
        Err(error) => {
            eprintln!("the truth file {truth} cannot be read: {error}");
            return ExitCode::from(2);
        }
    };
    match invariants::look(url, &entries).await {
        Ok(findings) => {
            for violation in &findings.violations {
                eprintln!("{violation}");
            }
            let found = serde_json::json!({
                "ok": findings.violations.is_empty(), "acknowledged": findings.acknowledged,
                "ended": findings.ended, "violations": findings.violations.len(),
            });
            println!("{found}");
            ExitCode::from(u8::from(!findings.violations.is_empty()))
        }
        Err(error) => {
            eprintln!("the database cannot be looked at: {error}");
            ExitCode::from(2)
        }
    }
}
