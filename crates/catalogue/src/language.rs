//! Language negotiation: selects the language of a response from those that are shipped.

use crate::generated::locales::LOCALES;

/// The limit on the number of preferences; the rest is ignored.
const PREFERENCES_MAX: usize = 32;
/// The limit on one preference list, in bytes; the rest is ignored.
const LIST_BYTES_MAX: usize = 1_024;

/// A shipped language. Every text exists in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language(usize);

impl Language {
    /// The language on the wire, and the fallback.
    pub const ENGLISH: Self = Self(0);

    /// Returns every shipped language, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LOCALES.len()).map(Self)
    }

    /// Returns the BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        LOCALES.get(self.0).map_or("en", |locale| locale.tag)
    }

    /// Selects a language by `ui_locales` (space-separated, OpenID Connect Core §3.1.2.1), then by
    /// `mkt` (one tag), then by the header `Accept-Language` (RFC 9110 §12.5.4). The default is
    /// English.
    pub fn negotiate(
        ui_locales: Option<&str>,
        mkt: Option<&str>,
        accept_language: Option<&str>,
    ) -> Self {
        let mut preferred = bounded(ui_locales).split_ascii_whitespace().take(PREFERENCES_MAX);
        preferred
            .find_map(Self::from_tag)
            .or_else(|| Self::from_tag(bounded(mkt)))
            .or_else(|| Self::from_accept_language(bounded(accept_language)))
            .unwrap_or(Self::ENGLISH)
    }

    pub(crate) fn index(self) -> usize {
        self.0
    }

    fn from_accept_language(header: &str) -> Option<Self> {
        let mut ranges: Vec<(u16, &str)> =
            header.split(',').take(PREFERENCES_MAX).filter_map(parse_range).collect();
        // A stable sort: equal weights keep the order of the header.
        ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        ranges.into_iter().find_map(|(_, range)| match range {
            "*" => Some(Self::ENGLISH),
            tag => Self::from_tag(tag),
        })
    }

    /// Returns the language of a tag, by the whole tag or its first subtag. Returns `None` if it is
    /// not shipped.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        // Older Java and Android versions still send the withdrawn code for Indonesian.
        let primary = if primary.eq_ignore_ascii_case("in") { "id" } else { primary };
        let exact = Self::all().find(|language| language.tag().eq_ignore_ascii_case(tag));
        exact.or_else(|| Self::all().find(|known| known.tag().eq_ignore_ascii_case(primary)))
    }
}

fn bounded(list: Option<&str>) -> &str {
    let list = list.unwrap_or_default().trim();
    let mut end = list.len().min(LIST_BYTES_MAX);
    while !list.is_char_boundary(end) {
        end -= 1;
    }
    list.get(..end).unwrap_or_default()
}

/// Parses a language range and returns its weight in thousandths; `None` for a weight of zero or a
/// malformed one.
fn parse_range(item: &str) -> Option<(u16, &str)> {
    let (range, parameters) = item.split_once(';').unwrap_or((item, ""));
    let parameters = parameters.trim();
    if parameters.is_empty() {
        return Some((1_000, range.trim()));
    }
    let weight: f32 = parameters.strip_prefix("q=")?.trim().parse().ok()?;
    if !(weight > 0.0 && weight <= 1.0) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the check above proves that the weight is between 0 and 1"
    )]
    let thousandths = (weight * 1_000.0) as u16;
    Some((thousandths, range.trim()))
}

#[cfg(test)]
mod tests {
    use super::{LIST_BYTES_MAX, Language};

    fn negotiated(header: &str) -> &'static str {
        Language::negotiate(None, None, Some(header)).tag()
    }

    #[test]
    fn ui_locales_precedes_mkt_and_mkt_precedes_accept_language() {
        // Gives the sources different languages and removes the first one step by step.
        let tag = |ui, mkt, header| Language::negotiate(ui, mkt, header).tag();
        assert_eq!(tag(Some("id"), Some("en"), Some("en")), "id");
        assert_eq!(tag(None, Some("id-ID"), Some("en")), "id");
        assert_eq!(tag(None, None, Some("id")), "id");
        assert_eq!(tag(None, None, None), "en");
    }

    #[test]
    fn a_language_that_is_not_shipped_is_skipped() {
        // Requests French by ui_locales and Indonesian by the header.
        assert_eq!(Language::negotiate(Some("fr-CA fr"), None, Some("id")).tag(), "id");
        assert_eq!(Language::negotiate(Some("fr id en"), None, None).tag(), "id");
    }

    #[test]
    fn accept_language_is_ordered_by_weight() {
        // Lists the ranges in another order than their weights.
        assert_eq!(negotiated("en;q=0.5, id;q=0.8"), "id");
        assert_eq!(negotiated("fr, id;q=0.3, en;q=0.2"), "id");
        assert_eq!(negotiated("id;q=0, en;q=0.1"), "en");
        assert_eq!(negotiated("*, id;q=0.5"), "en");
        assert_eq!(negotiated("id;q=0.5, *;q=0.1"), "id");
    }

    #[test]
    fn language_tags_id_and_in_select_indonesian() {
        // The tags for Indonesian that browsers and phones send.
        for range in ["ID", "id-ID", "id_ID", "in", "in-ID"] {
            assert_eq!(negotiated(range), "id", "{range}");
        }
        assert_eq!(negotiated("inh"), "en");
    }

    #[test]
    fn malformed_and_overlong_preferences_fall_back_to_english() {
        // Sends malformed weights, a character across the limit, and a tag after the limit.
        for header in ["id;q=NaN", "id;q=-1", "id;q=2", "id;q=", ";;;,,,", "\u{0}", "id;level=1"] {
            assert_eq!(negotiated(header), "en", "{header:?}");
        }
        assert_eq!(negotiated(&"\u{20ac}".repeat(LIST_BYTES_MAX)), "en");
        assert_eq!(negotiated(&format!("{}id", "x,".repeat(LIST_BYTES_MAX))), "en");
        let many = format!("{}id", "fr ".repeat(100));
        assert_eq!(Language::negotiate(Some(&many), None, None).tag(), "en");
    }
}
