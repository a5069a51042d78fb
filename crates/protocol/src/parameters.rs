//! The parameters of a request (RFC 6749 appendix B), parsed within limits.

use std::{borrow::Cow, ops::Range};

use catalogue::{Comparison, Refusal, refusal};

use crate::percent::{self, DecodeError};

mod mismatch;

/// The maximum number of parameters of a request.
pub const PARAMETERS_MAX: usize = 100;
/// The longest value of one parameter, in bytes after decoding.
pub const PARAMETER_BYTES_MAX: usize = 8 * 1024;
/// The length of most names with their values.
const PAIR_BYTES_EXPECTED: usize = 32;
/// The largest body, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Decoded parameters without duplicates. An empty value counts as absent (RFC 6749 §3.1).
#[derive(Clone, Default)]
pub struct Parameters {
    /// Each name, followed by its value. One text for all, because each would be an allocation.
    text: String,
    pairs: Vec<Pair>,
}

/// The places of a name and of its value in the text of [`Parameters`].
#[derive(Clone)]
struct Pair {
    name: Range<usize>,
    value: Range<usize>,
}

/// The only parameter that may be repeated (RFC 8707 §2).
const REPEATABLE: &str = "resource";

impl Parameters {
    /// Parses `application/x-www-form-urlencoded` bytes: a body, or a query without its `?`.
    ///
    /// # Errors
    /// A broken escape, bytes that are not UTF-8, too many parameters, a parameter that is too
    /// long, or a repeated parameter.
    pub fn parse(encoded: &[u8]) -> Result<Self, Refusal> {
        let pairs = encoded.len().div_ceil(PAIR_BYTES_EXPECTED).min(PARAMETERS_MAX);
        // Decoded text is no longer than encoded text.
        let text = String::with_capacity(encoded.len());
        let mut parameters = Self { text, pairs: Vec::with_capacity(pairs) };
        for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if parameters.pairs.len() == PARAMETERS_MAX {
                return Err(
                    refusal::too_many_parameters(PARAMETERS_MAX).with(mismatch::too_many(encoded))
                );
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            parameters.insert(&name, &value)?;
        }
        Ok(parameters)
    }

    /// Adds a parameter.
    ///
    /// # Errors
    /// The parameter exists already, or is too long.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        if name.len() > PARAMETER_BYTES_MAX || value.len() > PARAMETER_BYTES_MAX {
            let shortened: String = name.chars().take(64).collect();
            let comparison = mismatch::too_long(&shortened, name.len().max(value.len()));
            return Err(
                refusal::parameter_too_long(shortened, PARAMETER_BYTES_MAX).with(comparison)
            );
        }
        if name != REPEATABLE && self.pairs().any(|(known, _)| known == name) {
            let comparison = mismatch::repeated(name, value, self);
            return Err(refusal::repeated_parameter(name).with(comparison));
        }
        let (name, value) = (self.append(name), self.append(value));
        self.pairs.push(Pair { name, value });
        Ok(())
    }

    /// Returns the value of a parameter, unless it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut matching = self.pairs().filter(|(known, _)| *known == name);
        matching.find(|(_, value)| !value.is_empty()).map(|(_, value)| value)
    }

    /// Returns every non-empty value of a parameter that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let matching = self.pairs().filter(move |(known, _)| *known == name);
        matching.map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    /// Returns the value of a required parameter.
    ///
    /// # Errors
    /// The parameter is absent or empty.
    pub fn require(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    /// Refuses a missing parameter, and names an unknown parameter of a similar name.
    pub fn missing(&self, name: &'static str) -> Refusal {
        refusal::missing_parameter(name).with(self.describe_missing(name))
    }

    /// Describes a missing parameter: it is absent, empty, or misnamed.
    pub(crate) fn describe_missing(&self, name: &'static str) -> Comparison {
        mismatch::missing(name, self)
    }

    /// Returns whether there is no parameter.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Returns names and values, in the order in which they were sent.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let text = |range: &Range<usize>| self.text.get(range.clone()).unwrap_or_default();
        self.pairs.iter().map(move |pair| (text(&pair.name), text(&pair.value)))
    }

    fn append(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }
}

impl std::fmt::Debug for Parameters {
    /// Writes names only: a value may be a secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.pairs().map(|(name, _)| name)).finish()
    }
}

fn decode(encoded: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    percent::decode(encoded).map_err(|error| {
        let (kind, at) = match error {
            DecodeError::BrokenEscape(at) => ("broken_escape_at", at),
            DecodeError::NotUtf8(at) => ("not_utf8_at", at),
        };
        refusal::malformed_form().with(mismatch::malformed(encoded, kind, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(encoded: &[u8]) -> u32 {
        Parameters::parse(encoded).expect_err("refused").number()
    }

    #[test]
    fn values_are_decoded_and_empty_values_are_absent() {
        // Parses escapes, a plus sign, an empty value and a name without a value.
        let parameters = Parameters::parse(b"a=%C3%A9+b&empty=&bare").expect("parameters");
        assert_eq!(parameters.get("a"), Some("é b"));
        assert_eq!(parameters.get("empty"), None);
        assert_eq!(parameters.get("bare"), None);
    }

    #[test]
    fn repeated_parameter_is_refused_even_if_one_value_is_empty() {
        // Hostile input T17: sends the same name in three combinations.
        for encoded in [&b"code=a&code=a"[..], b"code=a&code=b", b"code=&code=a"] {
            assert_eq!(number(encoded), 9_000_411);
        }
    }

    #[test]
    fn parameter_resource_may_be_repeated() {
        // RFC 8707 §2 allows it. The scope rules refuse several resources later.
        let parameters = Parameters::parse(b"resource=a&resource=b").expect("parameters");
        assert_eq!(parameters.all("resource").count(), 2);
    }

    #[test]
    fn broken_escapes_and_invalid_utf8_are_refused() {
        // Sends an incomplete escape, a wrong one, and bytes that are not UTF-8.
        for encoded in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff%fe", b"\xff=a"] {
            assert_eq!(number(encoded), 9_002_313);
        }
    }

    #[test]
    fn each_limit_is_accepted_and_one_beyond_it_refused() {
        // Sends exactly the maximum and one more, for the number and for the length of parameters.
        let many =
            |count: usize| (0..count).map(|n| format!("p{n}=x")).collect::<Vec<_>>().join("&");
        assert!(Parameters::parse(many(PARAMETERS_MAX).as_bytes()).is_ok());
        let too_many = Parameters::parse(many(PARAMETERS_MAX + 1).as_bytes());
        assert_eq!(too_many.expect_err("refused").entry().constructor, "too_many_parameters");
        let long = |length: usize| format!("state={}", "x".repeat(length));
        assert!(Parameters::parse(long(PARAMETER_BYTES_MAX).as_bytes()).is_ok());
        let too_long = Parameters::parse(long(PARAMETER_BYTES_MAX + 1).as_bytes());
        assert_eq!(too_long.expect_err("refused").entry().constructor, "parameter_too_long");
    }
}
