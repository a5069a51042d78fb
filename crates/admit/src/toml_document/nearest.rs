//! Suggestion of a name for a misspelled one.

use catalogue::edit_distance;

/// Returns the allowed name with the smallest edit distance, if it is at most a third of the
/// length.
pub(crate) fn nearest<'a>(
    written: &str,
    allowed: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let letters = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    let written = letters(written);
    let max = (written.len() / 3).max(1);
    allowed
        .into_iter()
        .filter_map(|name| Some((edit_distance(&written, &letters(name), max)?, name)))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_name_is_corrected_and_another_word_is_not() {
        // Tries each kind of typing error, another case, and a different word.
        let allowed = ["address", "tls", "trusted_proxies"];
        for misspelled in ["adress", "adddress", "addres", "adderss", "Address"] {
            assert_eq!(nearest(misspelled, allowed), Some("address"), "{misspelled}");
        }
        assert_eq!(nearest("tsl", allowed), Some("tls"));
        assert_eq!(nearest("certificate", allowed), None);
        assert_eq!(nearest("", allowed), None);
    }
}
