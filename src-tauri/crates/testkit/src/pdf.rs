//! What a PDF says and shows, by Poppler (Debian's `poppler-utils`): another reader than the library that wrote it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::tools::find;

/// A picture of a page, one byte a pixel, 0 is black.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Row by row.
    pub grey: Vec<u8>,
}

/// The text of each page, laid out as it stands there.
pub fn text(pdf: &[u8]) -> Vec<String> {
    in_folder(pdf, |folder| {
        run(folder, "pdftotext", &["-layout", "in.pdf", "out"]);
        let text = fs::read_to_string(folder.join("out")).expect("pdftotext writes UTF-8");
        let pages = text.trim_end_matches('\u{c}').split('\u{c}');
        pages.map(str::to_owned).collect()
    })
}

/// A page, counted from 1, at `dpi` dots an inch.
pub fn picture(pdf: &[u8], page: u32, dpi: u32) -> Picture {
    in_folder(pdf, |folder| {
        let (page, dpi) = (page.to_string(), dpi.to_string());
        let args = [
            "-gray",
            "-singlefile",
            "-f",
            &page,
            "-r",
            &dpi,
            "in.pdf",
            "out",
        ];
        run(folder, "pdftoppm", &args);
        let file = fs::read(folder.join("out.pgm")).expect("pdftoppm writes a PGM");
        read_pgm(&file)
    })
}

/// What the file does when it is opened or clicked: its scripts, then a line for each link.
pub fn actions(pdf: &[u8]) -> String {
    in_folder(pdf, |folder| {
        let scripts = run(folder, "pdfinfo", &["-js", "in.pdf"]);
        let links = run(folder, "pdfinfo", &["-url", "in.pdf"]);
        let links = links.lines().filter(|line| line.contains(':'));
        let links: Vec<&str> = links.collect();
        format!("{scripts}{}", links.join("\n"))
    })
}

/// What is attached: names and bytes.
pub fn attachments(pdf: &[u8]) -> Vec<(String, Vec<u8>)> {
    in_folder(pdf, |folder| {
        let into = folder.join("attached");
        fs::create_dir(&into).expect("the folder is ours");
        run(
            folder,
            "pdfdetach",
            &["-saveall", "-o", "attached", "in.pdf"],
        );
        let files = fs::read_dir(into).expect("the folder is ours");
        let mut all: Vec<(String, Vec<u8>)> = files
            .map(|file| {
                let file = file.expect("it can be listed");
                let bytes = fs::read(file.path()).expect("it can be read");
                (file.file_name().to_string_lossy().into_owned(), bytes)
            })
            .collect();
        all.sort();
        all
    })
}

fn in_folder<T>(pdf: &[u8], act: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    fs::write(folder.path().join("in.pdf"), pdf).expect("the folder is ours");
    act(folder.path())
}

/// Poppler complains on its error stream of what is wrong with a file and goes on: that is a failure here.
fn run(folder: &Path, program: &str, args: &[&str]) -> String {
    let output = Command::new(find(program, &[]))
        .args(args)
        .current_dir(folder)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{program}: {} {said}",
        output.status
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// `P5 width height 255`, one white space, the bytes.
fn read_pgm(file: &[u8]) -> Picture {
    let mut numbers = Vec::new();
    let mut at = 2;
    while numbers.len() < 3 {
        let rest = &file[at..];
        let start = rest.iter().position(u8::is_ascii_digit);
        let start = start.expect("three numbers");
        let end = rest[start..].iter().position(|byte| !byte.is_ascii_digit());
        let end = start + end.expect("bytes follow");
        let number = String::from_utf8_lossy(&rest[start..end]).parse::<usize>();
        numbers.push(number.expect("digits"));
        at += end;
    }
    Picture {
        width: numbers[0],
        height: numbers[1],
        grey: file[at + 1..].to_vec(),
    }
}
