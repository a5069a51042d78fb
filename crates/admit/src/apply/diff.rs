//! Field-by-field comparison of a stored and a declared row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use model::{Digest, Timestamp, format_rfc3339};
use serde::Serialize;
use serde_json::Value;

/// The difference of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldDiff {
    name: String,
    before: Option<String>,
    after: Option<String>,
}

impl FieldDiff {
    /// Returns whether this is the attribute of a user with a name.
    pub(super) fn is_attribute(&self, attribute: &str) -> bool {
        self.name.strip_prefix("profile.").unwrap_or(&self.name) == attribute
    }

    /// Returns whether the field is the time before which everything is revoked.
    pub(super) fn is_revocation(&self) -> bool {
        self.name == REVOKED_FIELD
    }
}

impl std::fmt::Display for FieldDiff {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, before, after } = self;
        match (before, after) {
            (None, Some(after)) => write!(formatter, "+ {name} = {after}"),
            (Some(before), None) => write!(formatter, "- {name} = {before}"),
            (Some(before), Some(after)) => write!(formatter, "~ {name} = {before} -> {after}"),
            (None, None) => write!(formatter, "  {name}"),
        }
    }
}

/// The text in place of a secret that is generated when the plan is applied.
const GENERATED: &str = "(generated when applied)";
/// The fields that are not shown: internal ones and secrets.
const HIDDEN_FIELDS: [&str; 15] = [
    "tenant",
    "id",
    "pairwise_salt",
    "updated_at",
    "disabled_at",
    "removals",
    "deleted_users",
    "proofs_not_before",
    "replaced_password",
    "replaced_values",
    "sessions_not_before",
    "kept_sessions",
    "registration",
    "invitation",
    "accepted_terms",
];
/// The field that is shown only if a stored row is revoked: every new row has a time.
const REVOKED_FIELD: &str = "tokens_not_before";
/// The members that are not shown at any depth: the kind of a credential, and the bytes of a logo,
/// whose digest is shown.
const HIDDEN_MEMBERS: [&str; 2] = ["type", "content"];
/// The fields with a time that is declared.
const TIME_FIELDS: [&str; 2] = ["expires", "second_factor_from"];
/// The fields that name an element of a list.
const NAME_FIELDS: [&str; 4] = ["id", "value", "uri", "resource"];

/// Returns the fields that differ. `new_digests` are the digests of secrets that are not stored
/// yet.
pub(super) fn field_diffs<T: Serialize>(
    before: Option<&T>,
    after: &T,
    new_digests: &BTreeSet<Digest>,
) -> Vec<FieldDiff> {
    let flatten_row = |row: &T| {
        let mut flat = BTreeMap::new();
        let value = serde_json::to_value(row).unwrap_or_default();
        if let Value::Object(members) = &value {
            for (name, member) in members {
                flatten(name, member, new_digests, &mut flat);
            }
        }
        flat
    };
    let mut after = flatten_row(after);
    if before.is_none() {
        after.remove(REVOKED_FIELD);
    }
    let before = before.map(flatten_row).unwrap_or_default();
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| FieldDiff {
            name: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

fn flatten(
    path: &str,
    value: &Value,
    new_digests: &BTreeSet<Digest>,
    flat: &mut BTreeMap<String, String>,
) {
    let last = path.rsplit('.').next().unwrap_or(path);
    // `display_name.id` is a text in Indonesian, not an id.
    if HIDDEN_FIELDS.contains(&path) || HIDDEN_MEMBERS.contains(&last) {
        return;
    }
    match value {
        Value::Null => {}
        Value::Number(time) if last == REVOKED_FIELD => {
            let time = Timestamp::from_microseconds(time.as_i64().unwrap_or_default());
            if time != Timestamp::default() {
                flat.insert(path.to_owned(), format_rfc3339(time));
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if last == "sealed_secret" => {
            // Sealed values begin with the same bytes. The authentication tag at the end differs.
            let digest = jose::digest::sha256(&bytes(items));
            let text = if new_digests.contains(&digest) {
                GENERATED.to_owned()
            } else {
                let end: Vec<Value> = items.iter().rev().take(4).cloned().collect();
                fingerprint(&end, new_digests)
            };
            flat.insert(path.to_owned(), text);
        }
        Value::Array(items) if items.iter().all(Value::is_number) => {
            flat.insert(path.to_owned(), fingerprint(items, new_digests));
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            for item in items {
                flatten_item(path, item, new_digests, flat);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                flatten(&format!("{path}.{name}"), member, new_digests, flat);
            }
        }
        other => {
            let text = match other.as_i64() {
                Some(seconds) if last.ends_with("_lifetime") => format_duration(seconds),
                Some(time) if TIME_FIELDS.contains(&last) => {
                    format_rfc3339(Timestamp::from_microseconds(time))
                }
                _ => other.to_string(),
            };
            flat.insert(path.to_owned(), text);
        }
    }
}

/// Formats seconds as in a declaration.
pub(super) fn format_duration(seconds: i64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let largest = units.iter().find(|(unit, _)| seconds % unit == 0);
    let (unit, letter) = largest.copied().unwrap_or((1, 's'));
    format!("\"{}{letter}\"", seconds / unit)
}

/// Flattens an element of a list under its name, so that an insertion does not change the others.
fn flatten_item(
    path: &str,
    item: &Value,
    new_digests: &BTreeSet<Digest>,
    flat: &mut BTreeMap<String, String>,
) {
    let Value::Object(members) = item else { return };
    let named = NAME_FIELDS.iter().find_map(|name| Some((*name, members.get(*name)?.as_str()?)));
    let Some((name_field, name)) = named else { return };
    let path = format!("{path}[{name}]");
    let rest = members.iter().filter(|(member, _)| *member != name_field);
    let before = flat.len();
    for (member, value) in rest {
        flatten(&format!("{path}.{member}"), value, new_digests, flat);
    }
    if flat.len() == before {
        flat.insert(path, "present".to_owned());
    }
}

/// Returns the first four bytes of a digest in hexadecimal. They identify a secret and do not help
/// an attacker.
fn fingerprint(items: &[Value], new_digests: &BTreeSet<Digest>) -> String {
    let bytes = bytes(items);
    if Digest::try_from(bytes.as_slice()).is_ok_and(|digest| new_digests.contains(&digest)) {
        return GENERATED.to_owned();
    }
    let mut text = String::new();
    for byte in bytes.iter().take(4) {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text + "…"
}

fn bytes(items: &[Value]) -> Vec<u8> {
    items.iter().filter_map(|item| u8::try_from(item.as_u64()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_secret_is_shown_as_fingerprints() {
        // Compares two rows with different secrets.
        let row = |byte: u8| {
            serde_json::json!({
                "name": "web",
                "credentials": [{ "type": "secret", "id": "first", "sha256": vec![byte; 32] }],
            })
        };
        let diffs = field_diffs(Some(&row(0xaa)), &row(0xbb), &BTreeSet::new());
        let lines: Vec<String> = diffs.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["~ credentials[first].sha256 = aaaaaaaa… -> bbbbbbbb…"]);
    }

    #[test]
    fn times_and_durations_are_shown_as_they_are_declared() {
        // Compares rows with an expiry in microseconds and a lifetime in seconds.
        let row = serde_json::json!({
            "token_lifetime": 300,
            "second_factor_from": 1_893_456_000_000_000_i64,
            "credentials": [{ "id": "first", "expires": 1_893_456_000_000_000_i64 }],
        });
        let diffs = field_diffs(None, &row, &BTreeSet::new());
        let lines: Vec<String> = diffs.iter().map(ToString::to_string).collect();
        let expires = "+ credentials[first].expires = 2030-01-01T00:00:00Z";
        let from = "+ second_factor_from = 2030-01-01T00:00:00Z";
        assert_eq!(lines, [expires, from, "+ token_lifetime = \"5m\""]);
    }

    #[test]
    fn list_elements_are_compared_by_name() {
        // Inserts an element before another: only the new one differs.
        let row = |uris: &[&str]| {
            let uris: Vec<Value> = uris
                .iter()
                .map(|uri| serde_json::json!({ "uri": uri, "platform": "web" }))
                .collect();
            serde_json::json!({ "redirect_uris": uris })
        };
        let diffs = field_diffs(
            Some(&row(&["https://b"])),
            &row(&["https://a", "https://b"]),
            &BTreeSet::new(),
        );
        let lines: Vec<String> = diffs.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["+ redirect_uris[https://a].platform = \"web\""]);
    }
}
