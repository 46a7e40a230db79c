//! JSON inside an event that nobody looks into: it is kept as the text that is stored and sent. As a tree it would be built
//! and copied for each frame of a charger.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// Any JSON, as its text.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Verbatim(Arc<RawValue>);

impl Verbatim {
    /// Its text.
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

impl From<&Value> for Verbatim {
    fn from(value: &Value) -> Self {
        Self(to_raw_value(value).expect("a tree prints as JSON").into())
    }
}

/// A member of a flattened object comes as a tree, whatever was sent: serde keeps no text there.
impl<'de> Deserialize<'de> for Verbatim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|value| Self::from(&value))
    }
}

impl PartialEq for Verbatim {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl JsonSchema for Verbatim {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Value::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Value::json_schema(generator)
    }
}
