//! Values of rows in the form that all stores share.

/// A value. Values of one column of a key compare as the databases compare them: texts by their
/// bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value.
    Null,
    /// A number, a time, or 0 and 1 for a boolean.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes. A UUID is its sixteen bytes.
    Bytes(Vec<u8>),
}

/// The values of the columns of a table, in their order.
pub type Row = Vec<Value>;

impl Value {
    /// Returns the canonical encoding: the type, the length and the bytes. Two rows have the same
    /// encoding only if all their values are equal.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let (kind, bytes): (u8, &[u8]) = match self {
            Self::Null => (0, &[]),
            Self::Integer(number) => (1, &number.to_be_bytes()),
            Self::Text(text) => (2, text.as_bytes()),
            Self::Bytes(bytes) => (3, bytes),
        };
        out.push(kind);
        out.extend(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend(bytes);
    }

    /// Returns about the number of bytes that it needs in memory.
    pub(crate) fn size(&self) -> usize {
        let content = match self {
            Self::Null | Self::Integer(_) => 0,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        };
        size_of::<Self>() + content
    }

    /// Returns the number.
    pub(crate) const fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    /// Returns the text.
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the bytes.
    pub(crate) fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// Returns the sixteen bytes of a UUID.
    pub(crate) fn as_uuid(&self) -> Option<[u8; 16]> {
        self.as_bytes()?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_of_a_row_differs_if_a_value_moves_to_another_column() {
        // Encodes rows whose texts are the same when they are concatenated.
        let encode = |row: &[Value]| {
            let mut out = Vec::new();
            for value in row {
                value.encode(&mut out);
            }
            out
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let rows = [
            vec![text("ab"), text("c")],
            vec![text("a"), text("bc")],
            vec![text("abc"), Value::Null],
            vec![Value::Bytes(b"ab".to_vec()), text("c")],
            vec![Value::Integer(0), text("c")],
        ];
        for (index, row) in rows.iter().enumerate() {
            assert!(rows.iter().skip(index + 1).all(|other| encode(row) != encode(other)));
        }
    }
}
