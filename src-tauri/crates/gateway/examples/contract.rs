//! Writes the generated contracts into a folder: `cargo run -p gateway --example contract -- DIR`.
//! `cargo xtask contract` calls it and puts the files where they belong.

use std::path::PathBuf;
use std::process::ExitCode;

use gateway::api::contract;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("contract: name the folder to write into");
        return ExitCode::from(2);
    };
    let pretty = |value: &serde_json::Value| format!("{value:#}\n");
    let openapi = serde_json::to_value(contract::openapi()).expect("OpenAPI is JSON");
    let files = [
        ("openapi.json", pretty(&openapi)),
        ("asyncapi.json", pretty(&contract::asyncapi())),
        ("events.md", contract::events_page()),
    ];
    for (name, text) in files {
        if let Err(error) = std::fs::write(folder.join(name), text) {
            eprintln!(
                "contract: {name} cannot be written to {}: {error}",
                folder.display()
            );
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
