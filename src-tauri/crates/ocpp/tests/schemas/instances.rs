//! Instances of a schema: valid ones (the least, all of it, each word of each list, the bounds) and broken ones with one
//! fault each. Knows the little of JSON Schema that OCPP 1.6 uses, and stops at what it does not know.

use serde_json::{Map, Value, json};

/// The one fault of a broken instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Missing,
    WrongType,
    TooLong,
    TooFew,
    UnknownWord,
    UnknownMember,
    NoTime,
}

/// Which of many values one is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Size {
    Least,
    Full,
    Bounds,
}

/// Valid instances, each different from the next in something that matters.
pub fn valid(schema: &Value) -> Vec<Value> {
    let mut all: Vec<_> = [Size::Least, Size::Full, Size::Bounds]
        .map(|size| sample(schema, size))
        .into();
    let full = sample(schema, Size::Full);
    each_place(schema, "", &mut |place, part| {
        for other in others(part) {
            all.push(with(&full, place, other));
        }
    });
    all
}

/// Instances with one fault each, and which.
pub fn broken(schema: &Value) -> Vec<(Kind, Value)> {
    let full = sample(schema, Size::Full);
    let mut all = Vec::new();
    each_place(schema, "", &mut |place, part| {
        // The whole has no type to get wrong: it is an object, or no payload at all.
        for (kind, value) in faults(part).into_iter().filter(|_| !place.is_empty()) {
            all.push((kind, with(&full, place, value)));
        }
        for member in required(part) {
            let mut without = full.clone();
            let object = without.pointer_mut(place).and_then(Value::as_object_mut);
            object.expect("an object stands here").remove(&member);
            all.push((Kind::Missing, without));
        }
        if part["additionalProperties"] == false && part["type"] == "object" {
            let mut more = full.clone();
            more.pointer_mut(place).expect("an object stands here")["vendorOwn"] = json!(1);
            all.push((Kind::UnknownMember, more));
        }
    });
    all
}

fn sample(schema: &Value, size: Size) -> Value {
    match word(schema) {
        "object" => {
            let wanted = required(schema);
            let members =
                properties(schema).filter(|(name, _)| size != Size::Least || wanted.contains(name));
            let members: Map<_, _> = members
                .map(|(name, part)| (name, sample(part, size)))
                .collect();
            Value::Object(members)
        }
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            let count = match size {
                Size::Least => least,
                Size::Full => least.max(1),
                Size::Bounds => least.max(3),
            };
            (0..count).map(|_| sample(&schema["items"], size)).collect()
        }
        "string" => text(schema, size),
        "integer" => match size {
            Size::Least => json!(0),
            Size::Full => json!(7),
            Size::Bounds => json!(i32::MAX),
        },
        "number" => match size {
            Size::Least => json!(0.0),
            Size::Full => json!(16.5),
            Size::Bounds => json!(999_999.9),
        },
        "boolean" => json!(size == Size::Full),
        other => panic!("the schemas have learnt a type: {other}"),
    }
}

fn text(schema: &Value, size: Size) -> Value {
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    match schema["format"].as_str() {
        Some("date-time") => json!("2026-11-22T09:30:00Z"),
        Some("uri") => json!("https://example.org/firmware?v=1"),
        Some(other) => panic!("the schemas have learnt a format: {other}"),
        None => {
            let longest = schema["maxLength"].as_u64().unwrap_or(300);
            let length = match size {
                Size::Least => 0,
                Size::Full => longest.min(5),
                Size::Bounds => longest,
            };
            // Two bytes each: lengths are of characters.
            json!("é".repeat(usize::try_from(length).expect("bounds are small")))
        }
    }
}

/// Further valid values of a part: each word of a list, another number.
fn others(schema: &Value) -> Vec<Value> {
    match (word(schema), schema["enum"].as_array()) {
        ("string", Some(words)) => words.clone(),
        ("string", None) if schema["format"] == "date-time" => {
            vec![json!("2026-11-22T09:30:00.125Z")]
        }
        ("string", None) if schema["format"].is_null() => vec![json!("\u{0}\"\\🔌")],
        ("integer", _) => vec![json!(-1), json!(i32::MIN)],
        ("number", _) => vec![json!(0.1), json!(32)],
        ("boolean", _) => vec![json!(true), json!(false)],
        _ => Vec::new(),
    }
}

fn faults(schema: &Value) -> Vec<(Kind, Value)> {
    let mut faults = vec![(
        Kind::WrongType,
        match word(schema) {
            "string" => json!({ "no": "text" }),
            "object" => json!("no object"),
            "array" => json!("no list"),
            _ => json!("no number"),
        },
    )];
    if let Some(most) = schema["maxLength"].as_u64() {
        let length = usize::try_from(most + 1).expect("bounds are small");
        faults.push((Kind::TooLong, json!("x".repeat(length))));
    }
    if schema["minItems"].as_u64().is_some_and(|least| least > 0) {
        faults.push((Kind::TooFew, json!([])));
    }
    if schema["enum"].is_array() {
        faults.push((Kind::UnknownWord, json!("Perhaps")));
        faults.push((Kind::UnknownWord, json!("")));
    }
    if schema["format"] == "date-time" {
        faults.push((Kind::NoTime, json!("yesterday")));
    }
    faults
}

/// Visits each part of a schema with its place in a full instance, the whole at "".
fn each_place(schema: &Value, place: &str, visit: &mut impl FnMut(&str, &Value)) {
    if !place.is_empty() || word(schema) == "object" {
        visit(place, schema);
    }
    match word(schema) {
        "object" => {
            for (name, part) in properties(schema) {
                each_place(part, &format!("{place}/{name}"), visit);
            }
        }
        "array" => each_place(&schema["items"], &format!("{place}/0"), visit),
        _ => {}
    }
}

fn with(full: &Value, place: &str, value: Value) -> Value {
    let mut changed = full.clone();
    *changed
        .pointer_mut(place)
        .expect("a full instance has every place") = value;
    changed
}

fn word(schema: &Value) -> &str {
    schema["type"].as_str().expect("each part has a type")
}

fn properties(schema: &Value) -> impl Iterator<Item = (String, &Value)> {
    let members = schema["properties"].as_object();
    members
        .into_iter()
        .flatten()
        .map(|(name, part)| (name.clone(), part))
}

fn required(schema: &Value) -> Vec<String> {
    let names = schema["required"].as_array().into_iter().flatten();
    names
        .map(|name| name.as_str().expect("names are texts").to_owned())
        .collect()
}
