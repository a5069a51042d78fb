//! The parameters of a request (RFC 6749 appendix B), taken apart within limits.

use catalogue::{Fact, Refusal, refusal};

mod nearest;

/// The most parameters that one request may have.
pub const PARAMETERS_MAX: usize = 100;
/// The longest value of one parameter, in bytes after decoding.
pub const PARAMETER_BYTES_MAX: usize = 8 * 1024;
/// The largest body, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Decoded parameters, none of them twice. An empty value counts as absent (RFC 6749 §3.1).
#[derive(Clone, Default)]
pub struct Form {
    parameters: Vec<(String, String)>,
}

/// May stand more than once (RFC 8707 §2).
const REPEATABLE: &str = "resource";

impl Form {
    /// Takes `application/x-www-form-urlencoded` bytes apart: a body, or a query without its `?`.
    ///
    /// # Errors
    /// A broken escape, bytes that are not UTF-8, too many parameters, one that is too long, or
    /// one that stands twice.
    pub fn parse(encoded: &[u8]) -> Result<Self, Refusal> {
        let mut form = Self::default();
        for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if form.parameters.len() == PARAMETERS_MAX {
                return Err(
                    refusal::too_many_parameters(PARAMETERS_MAX).with(nearest::too_many(encoded))
                );
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            form.insert(name, value)?;
        }
        Ok(form)
    }

    /// A form with one parameter more.
    ///
    /// # Errors
    /// The parameter stands there already, or is too long.
    pub fn insert(&mut self, name: String, value: String) -> Result<(), Refusal> {
        if name.len() > PARAMETER_BYTES_MAX || value.len() > PARAMETER_BYTES_MAX {
            let shown: String = name.chars().take(64).collect();
            let fact = nearest::too_long(&shown, name.len().max(value.len()));
            return Err(refusal::parameter_too_long(shown, PARAMETER_BYTES_MAX).with(fact));
        }
        let repeated =
            name != REPEATABLE && self.parameters.iter().any(|(known, _)| *known == name);
        if repeated {
            let fact = nearest::repeated(&name, &value, self);
            return Err(refusal::repeated_parameter(name).with(fact));
        }
        self.parameters.push((name, value));
        Ok(())
    }

    /// The value of a parameter that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter(|(known, _)| known == name);
        named.find(|(_, value)| !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Every non-empty value of a parameter that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parameters
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that has to be there.
    ///
    /// # Errors
    /// It is missing or empty.
    pub fn require(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| self.missing(name))
    }

    /// The refusal for a parameter that is not there: with the name that was sent for it, maybe.
    pub fn missing(&self, name: &'static str) -> Refusal {
        refusal::missing_parameter(name).with(self.nearly(name))
    }

    /// What was sent for a parameter that is not there: nothing, an empty one, or one of almost
    /// its name.
    pub(crate) fn nearly(&self, name: &'static str) -> Fact {
        nearest::missing(name, self)
    }

    /// Whether no parameter is there.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }
}

impl std::fmt::Debug for Form {
    /// Names only: a value may be a secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.parameters.iter().map(|(name, _)| name)).finish()
    }
}

/// Undoes form encoding. Stricter than browsers: a broken escape is an error, not a literal, and
/// the bytes must be UTF-8, so that one text has one meaning for every reader of a request.
pub(crate) fn decode(encoded: &[u8]) -> Result<String, Refusal> {
    let broken = |kind, at| refusal::malformed_form().with(nearest::malformed(encoded, kind, at));
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut bytes = encoded.iter().copied().enumerate();
    while let Some((at, byte)) = bytes.next() {
        let mut digit = || bytes.next().and_then(|(_, digit)| hex(digit));
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => match (digit(), digit()) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(broken("broken_escape_at", at)),
            },
            other => other,
        });
    }
    String::from_utf8(decoded)
        .map_err(|error| broken("not_utf8_at", error.utf8_error().valid_up_to()))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(encoded: &[u8]) -> u32 {
        Form::parse(encoded).expect_err("refused").number()
    }

    #[test]
    fn values_are_decoded_and_empty_ones_are_absent() {
        // Parses escapes, a plus, an empty value and a name without a value.
        let form = Form::parse(b"a=%C3%A9+b&empty=&bare").expect("a form");
        assert_eq!(form.get("a"), Some("é b"));
        assert_eq!(form.get("empty"), None);
        assert_eq!(form.get("bare"), None);
    }

    #[test]
    fn a_parameter_that_stands_twice_is_refused_even_when_one_is_empty() {
        // T17 of the hostile inputs: sends the same name in three combinations.
        for encoded in [&b"code=a&code=a"[..], b"code=a&code=b", b"code=&code=a"] {
            assert_eq!(number(encoded), 9_000_411);
        }
    }

    #[test]
    fn resource_may_be_repeated() {
        // RFC 8707 §2 allows it; what follows from several is for the scope rules.
        let form = Form::parse(b"resource=a&resource=b").expect("a form");
        assert_eq!(form.all("resource").count(), 2);
    }

    #[test]
    fn broken_escapes_and_bytes_that_are_not_utf8_are_refused() {
        // Sends each way an encoding can break.
        for encoded in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff%fe", b"\xff=a"] {
            assert_eq!(number(encoded), 9_002_313);
        }
    }

    #[test]
    fn every_limit_has_its_refusal() {
        // Goes one over each limit, and stays on it once.
        let many =
            |count: usize| (0..count).map(|n| format!("p{n}=x")).collect::<Vec<_>>().join("&");
        assert!(Form::parse(many(PARAMETERS_MAX).as_bytes()).is_ok());
        let too_many = Form::parse(many(PARAMETERS_MAX + 1).as_bytes());
        assert_eq!(too_many.expect_err("refused").entry().constructor, "too_many_parameters");
        let long = |length: usize| format!("state={}", "x".repeat(length));
        assert!(Form::parse(long(PARAMETER_BYTES_MAX).as_bytes()).is_ok());
        let too_long = Form::parse(long(PARAMETER_BYTES_MAX + 1).as_bytes());
        assert_eq!(too_long.expect_err("refused").entry().constructor, "parameter_too_long");
    }
}
