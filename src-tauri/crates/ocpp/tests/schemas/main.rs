//! Every OCPP 1.6 message against the official JSON schemas, which the PyPI package `ocpp` carries and set-up installs;
//! none of it is committed. What we print is judged by a validator that is not ours either (PyPI `jsonschema`).
//!
//! Planted once and seen red: a response read as its request; a lenient reading where the strict one belongs; undefined
//! members let through; our requests sent as they come (`payload.rs`).

mod instances;
mod official;

use ocpp::action::{self, Action, Meaning, Sender, V16};
use ocpp::{ErrorCode, RawValue, Version, payload};
use serde_json::Value;

use instances::Kind;
use official::Schema;

fn raw(json: &Value) -> Box<RawValue> {
    RawValue::from_string(json.to_string()).expect("a value is JSON")
}

/// Takes a message through its type and back, strictly: the road of everything that leaves.
fn through(schema: &Schema, json: &Value) -> Result<Value, ErrorCode> {
    let checked = payload::transcode(Version::V1_6, &schema.action, schema.kind, &raw(json));
    let printed = checked.map_err(|error| error.code)?;
    Ok(serde_json::from_str(printed.get()).expect("what is printed is JSON"))
}

#[test]
fn the_official_package_has_a_request_and_a_response_for_each_of_our_actions() {
    let mut theirs: Vec<_> = official::schemas().into_iter().map(|s| s.name()).collect();
    let mut ours: Vec<_> = Action::all(Version::V1_6)
        .flat_map(|action| {
            [
                action.name().to_owned(),
                format!("{}Response", action.name()),
            ]
        })
        .collect();
    theirs.sort();
    ours.sort();
    assert_eq!(theirs.len(), 78, "39 actions");
    assert_eq!(ours, theirs, "the same messages under the same names");
}

#[test]
fn every_message_comes_through_whole_and_leaves_as_its_schema_has_it() {
    let mut printed = Vec::new();
    for schema in official::schemas() {
        let instances = instances::valid(&schema.json);
        assert!(!instances.is_empty(), "{} has an instance", schema.name());
        for instance in instances {
            let back = through(&schema, &instance)
                .unwrap_or_else(|code| panic!("{} refuses {instance}: {code}", schema.name()));
            assert_eq!(back, instance, "{} comes back whole", schema.name());
            printed.push((schema.name(), instance));
            printed.push((schema.name(), back));
        }
    }
    assert!(printed.len() > 1_000, "only {} instances", printed.len());
    let wrong = official::judge(&printed);
    assert_eq!(
        wrong,
        Vec::<String>::new(),
        "all of them keep to the official schemas"
    );
}

#[test]
fn a_broken_message_is_refused_with_the_code_its_fault_has() {
    let mut broken = Vec::new();
    for schema in official::schemas() {
        for (kind, instance) in instances::broken(&schema.json) {
            let expect = match kind {
                Kind::Missing | Kind::TooFew => ErrorCode::OccurrenceConstraintViolation,
                Kind::WrongType => ErrorCode::TypeConstraintViolation,
                Kind::TooLong | Kind::UnknownWord | Kind::NoTime => {
                    ErrorCode::PropertyConstraintViolation
                }
                Kind::UnknownMember => ErrorCode::ProtocolError,
            };
            assert_eq!(
                through(&schema, &instance),
                Err(expect),
                "{} with {kind:?}: {instance}",
                schema.name()
            );
            // `jsonschema` looks at times only where asked, and needs more packages for it.
            if kind != Kind::NoTime {
                broken.push((schema.name(), instance));
            }
        }
    }
    assert!(broken.len() > 500, "only {} mutations", broken.len());
    let wrong = official::judge(&broken);
    assert_eq!(
        wrong.len(),
        broken.len(),
        "the official schemas refuse each of them too"
    );
}

#[test]
fn what_a_charger_may_say_and_what_we_may_say_are_checked_by_the_same_table() {
    for schema in official::schemas()
        .iter()
        .filter(|s| s.kind == payload::Kind::Request)
    {
        let Some(Action::V16(known)) = Action::find(Version::V1_6, &schema.action) else {
            panic!("{} is no action", schema.action);
        };
        let ours = Action::V16(known).sender() != Sender::Charger;
        for instance in instances::valid(&schema.json) {
            let checked = payload::check_request(Version::V1_6, &schema.action, &raw(&instance));
            assert_eq!(checked.is_ok(), ours, "{}: {instance}", schema.action);
        }
        let expect = match known {
            V16::DataTransfer => (true, true),
            _ => (!ours, ours),
        };
        let meant = |meaning| matches!(meaning, Meaning::Action(_));
        assert_eq!(
            (
                meant(action::from_charger(Version::V1_6, &schema.action)),
                meant(action::from_central(Version::V1_6, &schema.action))
            ),
            expect,
            "{}",
            schema.action
        );
    }
}
