//! The service: which one is used, that it is told, and what ready is.

use crate::machine::{Is, Machine, SERVICE, both};
use testkit::releases::Signer;

const KIOSK: &str = "forecourt-kiosk.service";

#[test]
fn one_that_dies_again_and_again_or_is_only_enabled_is_used_all_the_same() {
    for enabled in [false, true] {
        let maker = Signer::new();
        let machine = Machine::with("0.1.0", &maker.key());
        if enabled {
            machine.systemctl(&["stop", SERVICE]);
        } else {
            // Enabled no more, and between two starts: it is `activating`.
            machine.remove(&format!("run/{SERVICE}.enabled"));
            machine.dpkg(&machine.package_named("dead", "0.1.0", Is::Dead, &maker.key()));
        }
        machine.offer("0.2.0", Is::Dead, &maker);
        let (code, said) = machine.run(&["install"]);
        assert_eq!(code, Some(1), "it is looked at: {said}");
        assert!(said.contains("did not get ready"), "{said}");
        assert_eq!(machine.version(), both("0.1.0"));
    }
}

#[test]
fn the_kiosk_is_looked_at_where_that_is_what_runs() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.systemctl(&["stop", SERVICE]);
    machine.systemctl(&["--no-block", "start", KIOSK]);
    let before = machine.told().len();
    machine.offer("0.2.0", Is::Well, &maker);
    assert_eq!(machine.run(&["install"]).0, Some(0));
    let told = [format!("stop {KIOSK}"), format!("--no-block start {KIOSK}")];
    assert_eq!(machine.told()[before..], told);
}

#[test]
fn a_machine_without_a_service_is_told_nothing() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.systemctl(&["stop", SERVICE]);
    machine.remove(&format!("run/{SERVICE}.enabled"));
    let before = machine.told();
    machine.offer("0.2.0", Is::Well, &maker);
    assert_eq!(machine.run(&["install"]).0, Some(0));
    assert_eq!(machine.told(), before);
    assert!(!machine.is_up());
}

#[test]
fn one_that_works_on_its_start_is_waited_for_longer_than_one_that_dies() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.offer("0.2.0", Is::Slow, &maker);
    // Ready at the sixtieth look, long after the second that it is given.
    let (code, said) = machine.run(&["install"]);
    assert_eq!(code, Some(0), "{said}");
    let looks: u32 = machine
        .read(&format!("run/{SERVICE}.up"))
        .trim()
        .parse()
        .expect("a number");
    assert!(looks > 60, "{looks} looks");
}

#[test]
fn one_that_does_not_stop_is_left_as_it_is() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.write("run/does-not-stop", "");
    machine.offer("0.2.0", Is::Well, &maker);
    let (code, said) = machine.run(&["install"]);
    assert!(code == Some(2) && said.contains("does not stop"), "{said}");
    assert_eq!(machine.version(), both("0.1.0"));
    let last = machine.told().pop();
    assert_eq!(last, Some(format!("--no-block start {SERVICE}")));
}

#[test]
fn services_that_cannot_be_asked_for_are_not_taken_for_none() {
    let maker = Signer::new();
    let machine = Machine::with("0.1.0", &maker.key());
    machine.write("run/dumb", "");
    machine.offer("0.2.0", Is::Well, &maker);
    let (code, said) = machine.run(&["install"]);
    assert!(code == Some(2) && said.contains("systemctl show"), "{said}");
    assert_eq!(machine.version(), both("0.1.0"));
}
