//! Which of the shipped languages a reader is spoken to in.

use crate::generated::locales::LOCALES;

/// Nobody prefers more languages than this; what follows is not read.
const PREFERENCES_MAX: usize = 32;
/// The bytes of one preference list that are read.
const LIST_BYTES_MAX: usize = 1_024;

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language(usize);

impl Language {
    /// The language of the wire, and the one that is spoken where no other fits.
    pub const ENGLISH: Self = Self(0);

    /// Every shipped language, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..LOCALES.len()).map(Self)
    }

    /// The BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        LOCALES.get(self.0).map_or("en", |locale| locale.tag)
    }

    /// The language for a reader: by `ui_locales` (space-separated, OpenID Connect Core §3.1.2.1),
    /// else `mkt` (one tag), else the header `Accept-Language` (RFC 9110 §12.5.4), else English.
    pub fn negotiate(
        ui_locales: Option<&str>,
        mkt: Option<&str>,
        accept_language: Option<&str>,
    ) -> Self {
        let mut asked = bounded(ui_locales).split_ascii_whitespace().take(PREFERENCES_MAX);
        asked
            .find_map(Self::shipped)
            .or_else(|| Self::shipped(bounded(mkt)))
            .or_else(|| Self::accepted(bounded(accept_language)))
            .unwrap_or(Self::ENGLISH)
    }

    pub(crate) fn place(self) -> usize {
        self.0
    }

    fn accepted(header: &str) -> Option<Self> {
        let mut ranges: Vec<(u16, &str)> =
            header.split(',').take(PREFERENCES_MAX).filter_map(weighted).collect();
        // A stable sort: equal weights keep the order of the header.
        ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        ranges.into_iter().find_map(|(_, range)| match range {
            "*" => Some(Self::ENGLISH),
            tag => Self::shipped(tag),
        })
    }

    fn shipped(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        // Older Java and Android still send the withdrawn code for Indonesian.
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

/// A language range with its weight in thousandths; nothing for one that is not acceptable.
fn weighted(item: &str) -> Option<(u16, &str)> {
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
        reason = "the weight was just seen to lie between 0 and 1"
    )]
    let thousandths = (weight * 1_000.0) as u16;
    Some((thousandths, range.trim()))
}

#[cfg(test)]
mod tests {
    use super::{LIST_BYTES_MAX, Language};

    fn by_header(header: &str) -> &'static str {
        Language::negotiate(None, None, Some(header)).tag()
    }

    #[test]
    fn what_the_app_says_comes_before_what_the_browser_says() {
        // Gives each source another language, and takes the first ones away one by one.
        let tag = |ui, mkt, header| Language::negotiate(ui, mkt, header).tag();
        assert_eq!(tag(Some("id"), Some("en"), Some("en")), "id");
        assert_eq!(tag(None, Some("id-ID"), Some("en")), "id");
        assert_eq!(tag(None, None, Some("id")), "id");
        assert_eq!(tag(None, None, None), "en");
    }

    #[test]
    fn a_language_that_is_not_shipped_leaves_the_choice_to_the_next_source() {
        // Asks for French by ui_locales, for Indonesian by the header.
        assert_eq!(Language::negotiate(Some("fr-CA fr"), None, Some("id")).tag(), "id");
        assert_eq!(Language::negotiate(Some("fr id en"), None, None).tag(), "id");
    }

    #[test]
    fn the_header_is_read_by_weight() {
        // Orders the ranges differently from their weights.
        assert_eq!(by_header("en;q=0.5, id;q=0.8"), "id");
        assert_eq!(by_header("fr, id;q=0.3, en;q=0.2"), "id");
        assert_eq!(by_header("id;q=0, en;q=0.1"), "en");
        assert_eq!(by_header("*, id;q=0.5"), "en");
        assert_eq!(by_header("id;q=0.5, *;q=0.1"), "id");
    }

    #[test]
    fn regions_letter_case_and_the_withdrawn_code_do_not_hide_a_language() {
        // Writes Indonesian as browsers and phones have written it.
        for range in ["ID", "id-ID", "id_ID", "in", "in-ID"] {
            assert_eq!(by_header(range), "id", "{range}");
        }
        assert_eq!(by_header("inh"), "en");
    }

    #[test]
    fn hostile_lists_fall_back_to_english_and_are_not_read_to_their_end() {
        // Sends weights that are none, splits a character at the limit, hides a tag behind it.
        for header in ["id;q=NaN", "id;q=-1", "id;q=2", "id;q=", ";;;,,,", "\u{0}", "id;level=1"] {
            assert_eq!(by_header(header), "en", "{header:?}");
        }
        assert_eq!(by_header(&"\u{20ac}".repeat(LIST_BYTES_MAX)), "en");
        assert_eq!(by_header(&format!("{}id", "x,".repeat(LIST_BYTES_MAX))), "en");
        let many = format!("{}id", "fr ".repeat(100));
        assert_eq!(Language::negotiate(Some(&many), None, None).tag(), "en");
    }
}
