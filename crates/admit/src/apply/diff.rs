//! What differs between a row as it is and as it is declared, field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use model::Digest;
use serde::Serialize;
use serde_json::Value;

/// A field that differs, as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    name: String,
    before: Option<String>,
    after: Option<String>,
}

impl std::fmt::Display for Field {
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

/// Members that say nothing to people, or that nobody may see.
const HIDDEN: [&str; 5] = ["tenant", "id", "pairwise_salt", "tokens_not_before", "type"];
/// What an element of a list is called by.
const NAMES: [&str; 4] = ["id", "value", "uri", "resource"];

/// The fields that differ. Digests in `fresh` are of secrets that are still to be made.
pub(super) fn fields<T: Serialize>(
    before: Option<&T>,
    after: &T,
    fresh: &BTreeSet<Digest>,
) -> Vec<Field> {
    let flat = |row: &T| {
        let mut flat = BTreeMap::new();
        let value = serde_json::to_value(row).unwrap_or_default();
        if let Value::Object(members) = &value {
            for (name, member) in members {
                flatten(name, member, fresh, &mut flat);
            }
        }
        flat
    };
    let before = before.map(flat).unwrap_or_default();
    let after = flat(after);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| Field {
            name: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

fn flatten(
    path: &str,
    value: &Value,
    fresh: &BTreeSet<Digest>,
    flat: &mut BTreeMap<String, String>,
) {
    let last = path.rsplit('.').next().unwrap_or(path);
    if HIDDEN.contains(&last) {
        return;
    }
    match value {
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if last == "sealed_secret" => {
            // What is sealed begins alike; its end is the authenticator, which tells all apart.
            let end: Vec<Value> = items.iter().rev().take(4).cloned().collect();
            flat.insert(path.to_owned(), fingerprint(&end, fresh));
        }
        Value::Array(items) if items.iter().all(Value::is_number) => {
            flat.insert(path.to_owned(), fingerprint(items, fresh));
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            for item in items {
                flatten_item(path, item, fresh, flat);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                flatten(&format!("{path}.{name}"), member, fresh, flat);
            }
        }
        other => {
            let span = other.as_i64().filter(|_| last.ends_with("_lifetime"));
            flat.insert(path.to_owned(), span.map_or_else(|| other.to_string(), span_of_time));
        }
    }
}

/// Seconds as a declaration writes them.
fn span_of_time(seconds: i64) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let fitting = units.iter().find(|(unit, _)| seconds % unit == 0);
    let (unit, letter) = fitting.copied().unwrap_or((1, 's'));
    format!("\"{}{letter}\"", seconds / unit)
}

/// An element of a list, under its own name rather than its place.
fn flatten_item(
    path: &str,
    item: &Value,
    fresh: &BTreeSet<Digest>,
    flat: &mut BTreeMap<String, String>,
) {
    let Value::Object(members) = item else { return };
    let known = NAMES.iter().find_map(|name| Some((*name, members.get(*name)?.as_str()?)));
    let Some((named_by, name)) = known else { return };
    let path = format!("{path}[{name}]");
    let rest = members.iter().filter(|(member, _)| *member != named_by);
    let before = flat.len();
    for (member, value) in rest {
        flatten(&format!("{path}.{member}"), value, fresh, flat);
    }
    if flat.len() == before {
        flat.insert(path, "there".to_owned());
    }
}

/// The beginning of a digest: enough to compare by, useless to anybody else.
fn fingerprint(items: &[Value], fresh: &BTreeSet<Digest>) -> String {
    let bytes: Vec<u8> =
        items.iter().filter_map(|item| u8::try_from(item.as_u64()?).ok()).collect();
    if Digest::try_from(bytes.as_slice()).is_ok_and(|digest| fresh.contains(&digest)) {
        return "(made when applied)".to_owned();
    }
    let mut shown = String::new();
    for byte in bytes.iter().take(4) {
        // Into a String, this cannot fail.
        write!(shown, "{byte:02x}").unwrap_or_default();
    }
    shown + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_shown_as_fingerprints_only() {
        // Compares two rows with a secret changed, and looks for any of its bytes in full.
        let row = |byte: u8| {
            serde_json::json!({
                "name": "web",
                "credentials": [{ "type": "secret", "id": "first", "sha256": vec![byte; 32] }],
            })
        };
        let fields = fields(Some(&row(0xaa)), &row(0xbb), &BTreeSet::new());
        let shown: Vec<String> = fields.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["~ credentials[first].sha256 = aaaaaaaa… -> bbbbbbbb…"]);
    }

    #[test]
    fn an_element_of_a_list_is_compared_under_its_own_name() {
        // Puts an element in front of another: only the new one differs.
        let row = |uris: &[&str]| {
            let uris: Vec<Value> = uris
                .iter()
                .map(|uri| serde_json::json!({ "uri": uri, "platform": "web" }))
                .collect();
            serde_json::json!({ "redirect_uris": uris })
        };
        let fields =
            fields(Some(&row(&["https://b"])), &row(&["https://a", "https://b"]), &BTreeSet::new());
        let shown: Vec<String> = fields.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["+ redirect_uris[https://a].platform = \"web\""]);
    }
}
