//! Writes a JSON object without a pass over each of its characters.

use std::io::Write;

/// A JSON object to which members are added in order.
pub(super) struct JsonObject(Vec<u8>);

impl JsonObject {
    /// Creates an empty object.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let mut json = Vec::with_capacity(bytes);
        json.push(b'{');
        Self(json)
    }

    /// Adds a member with a text. The name needs no escape.
    pub(super) fn text(&mut self, name: &'static str, value: &str) {
        self.name(name);
        // Every byte is checked, because a loop that ends early checks one at a time.
        if value.bytes().fold(true, |plain, byte| plain & is_plain(byte)) {
            self.0.push(b'"');
            self.0.extend_from_slice(value.as_bytes());
            self.0.push(b'"');
        } else {
            // Writing a text into memory does not fail.
            let _ = serde_json::to_writer(&mut self.0, value);
        }
    }

    /// Adds a member with a list of numbers. The name needs no escape.
    pub(super) fn numbers(&mut self, name: &'static str, values: &[u32]) {
        self.name(name);
        self.0.push(b'[');
        for (index, value) in values.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(self.0, "{comma}{value}");
        }
        self.0.push(b']');
    }

    /// Returns the object as text.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }

    fn name(&mut self, name: &'static str) {
        self.0.extend_from_slice(if self.0.len() > 1 { b",\"" } else { b"\"" });
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }
}

/// Returns whether a byte is a character that needs no escape.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_object_equals_that_of_a_serializer() {
        // Writes members with plain texts, with texts that need an escape, and with numbers.
        let hostile = "\"\\\u{0}\n\u{1f}\u{7f}\u{e9}\u{2028}\u{1f600}</script>";
        let mut object = JsonObject::with_capacity(0);
        object.text("a", "plain text: {}");
        object.text("b", hostile);
        object.text("c", "");
        object.numbers("d", &[1, u32::MAX]);
        object.numbers("e", &[]);
        let json = object.finish();
        let expected = serde_json::json!({
            "a": "plain text: {}", "b": hostile, "c": "", "d": [1, u32::MAX], "e": []
        });
        assert_eq!(String::from_utf8(json).expect("UTF-8"), expected.to_string());
        assert_eq!(JsonObject::with_capacity(9).finish(), b"{}");
    }
}
