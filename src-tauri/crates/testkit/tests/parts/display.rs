//! A screen of its own for a program that draws.

use testkit::Display;
use tokio::process::Command;

#[tokio::test]
async fn a_program_finds_its_screen_and_a_picture_of_it_has_the_screens_size() {
    let (display, other) = tokio::join!(Display::start(), Display::start());
    assert_ne!(display.env(), other.env(), "each has a number of its own");

    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    let picture = folder.path().join("screen.png");
    display.screenshot(&picture).await;
    let identify = Command::new("identify")
        .args(["-format", "%m %wx%h"])
        .arg(&picture)
        .output();
    let identify = identify.await.expect("identify comes with ImageMagick");
    assert_eq!(String::from_utf8_lossy(&identify.stdout), "PNG 1280x800");
}
