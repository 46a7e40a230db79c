//! Writes a sample receipt of each language, a reversal, a crowded one and a statement into a folder: to be looked at.
//! `cargo run -p receipts --example samples -- FOLDER`

#[path = "../tests/receipts/sample.rs"]
mod sample;

use std::path::PathBuf;

use receipts::{Language, statement_to_pdf, to_pdf};

fn main() {
    let folder = std::env::args()
        .nth(1)
        .map_or_else(PathBuf::new, PathBuf::from);
    let fonts = sample::fonts();
    for language in Language::ALL {
        let receipt = sample::receipt(language);
        let reversal = receipt.reversed("FC-2026-000124", receipt.issued_at, String::new());
        let busy = sample::busy(language);
        for (name, receipt) in [("receipt", receipt), ("reversal", reversal), ("busy", busy)] {
            let pdf = to_pdf(&receipt, fonts).expect("the sample adds up");
            let path = folder.join(format!("{name}-{}.pdf", language.code()));
            std::fs::write(&path, pdf).expect("the folder is there");
            println!("{}", path.display());
        }
        let statement = sample::statement(language);
        let pdf = statement_to_pdf(&statement, fonts).expect("the sample adds up");
        let path = folder.join(format!("statement-{}.pdf", language.code()));
        std::fs::write(&path, pdf).expect("the folder is there");
        println!("{}", path.display());
    }
}
