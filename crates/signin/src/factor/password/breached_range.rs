//! The question to a service of breached passwords whether it knows a new one, without naming it
//! (k-anonymity): the first five of forty hexadecimal digits of its SHA-1 are asked for, and the
//! service returns the rest of all that begin with them.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use model::opaque_string;

/// Number of digits that are sent.
const PREFIX_DIGITS: usize = 5;
/// Number of digits that are compared.
const SUFFIX_DIGITS: usize = 35;

/// The range of a password. The password cannot be read from it, and it is not printed.
pub struct BreachedRange {
    prefix: String,
    suffix: String,
}

/// The error for a response that is no list of suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedRange;

impl BreachedRange {
    /// Returns the range of a password, in the form that is hashed. Those lists have SHA-1.
    pub fn of(password: &str) -> Self {
        let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, opaque_string(password).as_bytes());
        let mut prefix = data_encoding::HEXUPPER.encode(digest.as_ref());
        let suffix = prefix.split_off(PREFIX_DIGITS);
        Self { prefix, suffix }
    }

    /// Returns the digits to ask for.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns whether a response lists the password: lines of a suffix, a colon, and how often it
    /// was seen. A line with 0 is padding, which hides the number of lines from a listener.
    ///
    /// # Errors
    /// The response is empty, or a line is something else.
    pub fn is_listed(&self, response: &[u8]) -> Result<bool, MalformedRange> {
        let text = std::str::from_utf8(response).map_err(|_| MalformedRange)?;
        let (mut is_empty, mut is_listed) = (true, false);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (suffix, count) = line.trim().split_once(':').ok_or(MalformedRange)?;
            let count: u64 = count.trim().replace(',', "").parse().map_err(|_| MalformedRange)?;
            let is_hex = suffix.bytes().all(|digit| digit.is_ascii_hexdigit());
            if suffix.len() != SUFFIX_DIGITS || !is_hex {
                return Err(MalformedRange);
            }
            is_empty = false;
            is_listed |= count > 0 && suffix.eq_ignore_ascii_case(&self.suffix);
        }
        if is_empty { Err(MalformedRange) } else { Ok(is_listed) }
    }
}

impl std::fmt::Debug for BreachedRange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("BreachedRange")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rest of the SHA-1 of `password`, 5BAA6 before it.
    const REST: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

    #[test]
    fn range_sends_five_digits_and_compares_the_others() {
        // Asks for the known digest of `password`, which a response has with and without a count.
        let range = BreachedRange::of("password");
        assert_eq!(range.prefix(), "5BAA6");
        let other = "0018A45C4D1DEF81644B54AB7F969B88D65:21";
        let listed = |line: &str| range.is_listed(format!("{other}\r\n{line}\r\n").as_bytes());
        assert_eq!(listed(&format!("{REST}:3730471")), Ok(true));
        assert_eq!(listed(&format!("{}:1", REST.to_lowercase())), Ok(true));
        assert_eq!(listed(&format!("{REST}:0")), Ok(false));
        assert_eq!(listed(""), Ok(false));
        assert_eq!(format!("{range:?}"), "BreachedRange");
    }

    #[test]
    fn response_that_is_no_list_of_suffixes_is_refused() {
        // Reads pages, cut lines, other lengths, other digits, and counts that are no numbers.
        let range = BreachedRange::of("password");
        let long = format!("{REST}0:1");
        let cut = format!("{REST}:");
        let other = format!("{}G:1", &REST[1..]);
        for response in ["", "\r\n", "<html></html>", REST, "1E4C9:1", &long, &cut, &other] {
            assert_eq!(range.is_listed(response.as_bytes()), Err(MalformedRange), "{response}");
        }
        assert_eq!(range.is_listed(b"\xff\xfe"), Err(MalformedRange));
    }
}
