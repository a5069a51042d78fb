//! A strict reader of the CBOR (RFC 8949) that authenticators send.

use ciborium::Value;

/// The deepest nesting. The attestation statements of WebAuthn §8 need five levels.
const DEPTH_MAX: usize = 8;
/// Maximum number of entries of a map. Those of WebAuthn have at most nine.
const ENTRIES_MAX: usize = 32;

/// A map whose keys are integers or texts, none of them repeated, at any depth.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Map(Vec<(Value, Value)>);

/// The error for bytes that are not such a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotMap;

impl Map {
    /// Reads a map at the beginning of the bytes. Returns it, and the bytes after it.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), NotMap> {
        let mut rest = bytes;
        let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEPTH_MAX);
        match value.map_err(|_| NotMap)? {
            Value::Map(entries) if is_strict_map(&entries) => Ok((Self(entries), rest)),
            _ => Err(NotMap),
        }
    }

    /// Reads a map that has no bytes after it.
    pub(super) fn read_whole(bytes: &[u8]) -> Result<Self, NotMap> {
        match Self::read(bytes)? {
            (map, []) => Ok(map),
            _ => Err(NotMap),
        }
    }

    /// Returns the value of an integer key.
    pub(super) fn at(&self, key: i64) -> Option<&Value> {
        self.find(&Value::from(key))
    }

    /// Returns the value of a text key.
    pub(super) fn named(&self, key: &str) -> Option<&Value> {
        self.find(&Value::from(key))
    }

    fn find(&self, key: &Value) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// Returns whether no map in the value is malformed.
fn is_strict(value: &Value) -> bool {
    match value {
        Value::Map(entries) => is_strict_map(entries),
        Value::Array(values) => values.iter().all(is_strict),
        Value::Tag(..) => false,
        _ => true,
    }
}

fn is_strict_map(entries: &[(Value, Value)]) -> bool {
    let is_new = |(index, (key, _)): (usize, &(Value, Value))| {
        entries.iter().take(index).all(|(earlier, _)| earlier != key)
    };
    entries.len() <= ENTRIES_MAX
        && entries
            .iter()
            .all(|(key, value)| (key.is_integer() || key.is_text()) && is_strict(value))
        && entries.iter().enumerate().all(is_new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_is_read_up_to_its_end() {
        // Reads {1: 2, "a": h'ff'} with two bytes after it.
        let bytes = b"\xa2\x01\x02\x61a\x41\xff\x00\x01";
        let (map, rest) = Map::read(bytes).expect("a map");
        assert_eq!((map.at(1), rest), (Some(&Value::from(2)), &b"\x00\x01"[..]));
        assert_eq!(map.named("a"), Some(&Value::Bytes(vec![0xff])));
        assert_eq!((map.at(2), map.named("b")), (None, None));
        assert_eq!(Map::read_whole(bytes), Err(NotMap));
        assert_eq!(Map::read_whole(&bytes[..7]), Ok(map));
    }

    #[test]
    fn map_that_two_readers_can_read_differently_is_refused() {
        // Reads maps with a repeated key at any depth, with other keys, with tags, and cut ones.
        for bytes in [
            &b"\xa2\x01\x02\x01\x03"[..],
            b"\xa2\x01\x02\x18\x01\x03",
            b"\xa2\x61a\x02\x61a\x03",
            b"\xa1\x01\xa2\x01\x02\x01\x03",
            b"\xa1\x01\x81\xa2\x01\x02\x01\x03",
            b"\xa1\x41a\x01",
            b"\xa1\xf4\x01",
            b"\xa1\x01\xc0\x61a",
            // The number 1 as one of any length.
            b"\xa2\x01\x02\xc2\x41\x01\x03",
            b"\xa1\x01",
            b"\xa1",
            b"",
            b"\x81\x01",
            b"\x01",
        ] {
            assert_eq!(Map::read(bytes), Err(NotMap), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn nested_or_large_map_is_refused_without_allocation() {
        // Reads maps and arrays in each other, and lengths that no bytes follow.
        let nested = |depth: usize| [&b"\xa1\x01".repeat(depth)[..], b"\x00"].concat();
        assert!(Map::read(&nested(5)).is_ok());
        for depth in [9, 100, 8_000] {
            assert_eq!(Map::read(&nested(depth)), Err(NotMap), "{depth}");
        }
        let arrays = [&b"\xa1\x01"[..], &b"\x81".repeat(8_000), b"\x00"].concat();
        let lengths: [&[u8]; 3] = [
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\xa1\x01\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
            b"\xa1\x01\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        ];
        for bytes in lengths.into_iter().chain([&arrays[..]]) {
            assert_eq!(Map::read(bytes), Err(NotMap));
        }
        let with = |entries: u8| {
            let each = (0..entries).flat_map(|key| [0x18, key + 24, 0]);
            [0xb8, entries].into_iter().chain(each).collect::<Vec<_>>()
        };
        assert!(Map::read(&with(32)).is_ok());
        assert_eq!(Map::read(&with(33)), Err(NotMap));
    }
}
