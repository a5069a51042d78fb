//! The documents of change events, in one form for all stores.

use serde_json::Value;

/// Returns a document with its members in the order of their names. A text that is not JSON stays
/// as it is.
pub(crate) fn canonical(document: &str) -> String {
    parse(document).map_or_else(|| document.to_owned(), |value| value.to_string())
}

/// Returns a document with the number of a folded event.
pub(crate) fn with_number(document: &str, number: i64) -> String {
    let Some(mut value) = parse(document) else { return document.to_owned() };
    if let Some(members) = value.as_object_mut() {
        members.insert("detail".to_owned(), Value::String(number.to_string()));
    }
    value.to_string()
}

/// Returns the text of a member.
pub(crate) fn text(document: &str, member: &str) -> Option<String> {
    Some(parse(document)?.get(member)?.as_str()?.to_owned())
}

/// Returns the number of a member.
pub(crate) fn number(document: &str, member: &str) -> Option<i64> {
    parse(document)?.get(member)?.as_i64()
}

fn parse(document: &str) -> Option<Value> {
    serde_json::from_str(document).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_with_the_same_members_have_one_canonical_text() {
        // Writes a document in two orders and with a number, and one that is not JSON.
        assert_eq!(canonical(r#"{"kind": "a", "at": 1}"#), r#"{"at":1,"kind":"a"}"#);
        assert_eq!(canonical(r#"{"at":1,"kind":"a"}"#), r#"{"at":1,"kind":"a"}"#);
        assert_eq!(with_number(r#"{"detail":"1","at":1}"#, 7), r#"{"at":1,"detail":"7"}"#);
        assert_eq!(canonical("{"), "{");
    }
}
