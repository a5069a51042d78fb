//! Pagination: the cursor in the query of a list, and the links to other pages of the list.

use model::{Cursor, Timestamp};
use pages::{LanguageSwitch, Layout};
use uuid::Uuid;

use crate::admin::page_context::AdminContext;

/// Returns the cursor of the query's parameter `before`, or `None` if it is absent or malformed.
pub(super) fn from_query(admin: &AdminContext<'_>) -> Option<Cursor> {
    parse(admin.query.get("before")?)
}

/// Returns the layout of a list at `path`. Its language switch keeps the cursor and what was typed
/// into the search form.
pub(super) fn list_layout(admin: &AdminContext<'_>, path: &str) -> Layout {
    let before = from_query(admin).map(format);
    let path = before.map_or_else(|| path.to_owned(), |before| format!("{path}?before={before}"));
    Layout { language_switch: LanguageSwitch::in_search(path), ..admin.layout() }
}

/// Returns the path of the list at `path` with the same filter, from the cursor `before` on or from
/// the newest entry.
pub(super) fn page_path(admin: &AdminContext<'_>, path: &str, before: Option<Cursor>) -> String {
    let query = admin.incoming.parts().uri.query().unwrap_or_default();
    let filter = form_urlencoded::parse(query.as_bytes()).filter(|(name, value)| {
        !value.is_empty() && !matches!(&**name, "before" | "ui_locales" | "tenant")
    });
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filter);
    if let Some(before) = before {
        query.append_pair("before", &format(before));
    }
    format!("{path}?{}", query.finish())
}

fn format((at, id): Cursor) -> String {
    format!("{}.{}", at.microseconds(), id.simple())
}

fn parse(text: &str) -> Option<Cursor> {
    let (at, id) = text.split_once('.')?;
    let at = Timestamp::from_microseconds(at.parse().ok()?);
    Some((at, Uuid::try_parse(id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_is_parsed_as_it_is_formatted() {
        // Formats and parses one cursor, and parses texts that are not cursors.
        let cursor = (Timestamp::from_microseconds(1_795_363_200_000_001), Uuid::from_u128(7));
        assert_eq!(parse(&format(cursor)), Some(cursor));
        for malformed in ["", "1", "1.", ".", "x.7", "1795363200000001"] {
            assert_eq!(parse(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn fuzzed_cursor_never_panics() {
        // Parses mutated cursors. One that is read is written in a form that is read again.
        fuzz::run_text("cursor", &["-", ".", "+", "9223372036854775807", "0x", "{"], |input| {
            if let Some(cursor) = parse(input) {
                assert_eq!(parse(&format(cursor)), Some(cursor));
            }
        });
    }
}
