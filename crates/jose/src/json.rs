//! A strict reader of JSON objects: a repeated member is an error (RFC 7515 §4).

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Parses a JSON object. Its nesting is limited, and no object in it may repeat a member.
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let duplicate = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict(&duplicate)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    if let Some(name) = duplicate.into_inner() {
        return Err(JsonError::DuplicateMember(name));
    }
    match value {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(JsonError::NotAnObject),
        Err(error) => Err(JsonError::Malformed { line: error.line(), column: error.column() }),
    }
}

/// The reason why a text is not an acceptable JSON object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or nested too deeply.
    #[error("not JSON (line {line}, column {column})")]
    Malformed {
        /// Line of the first error, from 1.
        line: usize,
        /// Column of the first error, from 1.
        column: usize,
    },
    /// JSON, but not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// An object repeats a member.
    #[error("the member {0:?} is repeated")]
    DuplicateMember(String),
}

struct Strict<'a>(&'a RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element_seed(Strict(self.0))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                self.0.borrow_mut().get_or_insert(name);
                return Err(A::Error::custom("a member is repeated"));
            }
            let value = map.next_value_seed(Strict(self.0))?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_json_member_is_refused_at_any_depth() {
        // Feeds duplicates at the top and inside an array.
        let repeated = Err(JsonError::DuplicateMember("a".into()));
        assert_eq!(object(br#"{"a":1,"a":1}"#), repeated);
        assert_eq!(object(br#"{"b":[{"a":1,"\u0061":2}]}"#), repeated);
        assert!(object(br#"{"a":{"a":1}}"#).is_ok());
    }

    #[test]
    fn only_a_whole_json_object_is_accepted() {
        // Feeds other values, trailing text and deep nesting.
        assert_eq!(object(b"[]"), Err(JsonError::NotAnObject));
        assert_eq!(object(b"\"a\""), Err(JsonError::NotAnObject));
        for text in ["", "{", "{} {}", "{}x", "{\"a\":}", "{\"a\":NaN}", "{\"a\":1e999}"] {
            assert!(
                matches!(object(text.as_bytes()), Err(JsonError::Malformed { .. })),
                "{text:?}"
            );
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(object(deep.as_bytes()), Err(JsonError::Malformed { .. })));
        assert!(object(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn json_values_equal_those_of_serde_json() {
        // Reads every kind of value with both readers.
        let text = br#"{"a":null,"b":[true,-1,2,1.5,"x"],"c":{"d":18446744073709551615}}"#;
        let expected: Option<Map<String, Value>> = serde_json::from_slice(text).ok();
        assert_eq!(object(text).ok(), expected);
        assert!(expected.is_some());
    }
}
