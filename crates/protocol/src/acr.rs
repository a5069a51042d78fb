//! The authentication context class (`acr`, OpenID Connect Core §2): how strongly the user proved
//! who they are.

use catalogue::{Comparison, Difference, Refusal, refusal};
use serde_json::{Map, Value};

use crate::claims_parameter::{is_essential, values};
use crate::difference::list;

/// One factor, such as a password.
const ONE_FACTOR: &str = "1";
/// Two factors, such as a password and a one-time code.
const TWO_FACTORS: &str = "mfa";

/// Two factors that a false page cannot obtain, such as a passkey (OpenID Connect EAP ACR Values
/// §4).
const PHISHING_RESISTANT: &str = "phr";

/// Every value of `acr`, for the metadata (`acr_values_supported`).
pub(crate) const SUPPORTED: [&str; 3] = [ONE_FACTOR, TWO_FACTORS, PHISHING_RESISTANT];

/// The methods of passkeys: a key in software, or in hardware (`amr`, RFC 8176 §2).
const KEYS: [&str; 2] = ["swk", "hwk"];

/// The authentication method of two or more factors (`amr`, RFC 8176 §2).
pub const MULTIPLE_FACTORS: &str = "mfa";

/// The method of a temporary access pass (`amr`). RFC 8176 has none for it, and allows others.
const ACCESS_PASS: &str = "tap";
/// The methods that remain to the user after their pass: an authenticator app and passkeys.
const LASTING: [&str; 3] = ["otp", "swk", "hwk"];

/// Returns whether an authentication ends with the temporary access pass that it came from, by its
/// methods (`amr`). An app or a passkey besides the pass shows that the user has set one up.
pub fn ends_with_access_pass(amr: &[String]) -> bool {
    let has = |name: &str| amr.iter().any(|method| method == name);
    has(ACCESS_PASS) && !LASTING.into_iter().any(has)
}

/// The strength of an authentication. The order is that of the strengths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// One factor.
    #[default]
    OneFactor,
    /// Two factors.
    TwoFactors,
    /// Two factors that a false page cannot obtain.
    PhishingResistant,
}

impl Strength {
    /// Returns the strength of an authentication by its methods (`amr`).
    pub fn of(amr: &[String]) -> Self {
        let has = |name: &str| amr.iter().any(|method| method == name);
        if has(MULTIPLE_FACTORS) && KEYS.into_iter().any(has) {
            Self::PhishingResistant
        } else if has(MULTIPLE_FACTORS) {
            Self::TwoFactors
        } else {
            Self::OneFactor
        }
    }

    /// Returns the strength that a value of `acr` stands for; `None` for an unknown value.
    pub(crate) fn named(acr: &str) -> Option<Self> {
        match acr {
            ONE_FACTOR => Some(Self::OneFactor),
            TWO_FACTORS => Some(Self::TwoFactors),
            PHISHING_RESISTANT => Some(Self::PhishingResistant),
            _ => None,
        }
    }

    /// Returns the value of `acr`.
    pub(crate) const fn acr(self) -> &'static str {
        match self {
            Self::OneFactor => ONE_FACTOR,
            Self::TwoFactors => TWO_FACTORS,
            Self::PhishingResistant => PHISHING_RESISTANT,
        }
    }
}

/// Returns the class of an authentication by its methods (`amr`); `None` without a method.
pub(crate) fn of(amr: &[String]) -> Option<&'static str> {
    (!amr.is_empty()).then(|| Strength::of(amr).acr())
}
/// Refuses a request for claims with an essential `acr` of which this service can give no value: it
/// is a condition (OpenID Connect Core §5.5.1.1).
pub(crate) fn check_requested(requested: &Map<String, Value>) -> Result<(), Refusal> {
    let Some(claim) = requested.get("acr") else { return Ok(()) };
    let values = values(claim);
    let is_supported =
        |value: &Value| value.as_str().is_some_and(|value| SUPPORTED.contains(&value));
    if is_essential(claim) && !values.is_empty() && !values.iter().any(is_supported) {
        let comparison = Comparison::mismatch("acr", list(SUPPORTED), claim)
            .with_difference(Difference::new("acr_unknown"));
        return Err(refusal::essential_claim_not_satisfiable("acr").with(comparison));
    }
    Ok(())
}

/// Returns the strengths that a request for the claim `acr` requires and prefers. Values that are
/// not supported are ignored.
pub(crate) fn requested(claim: Option<&Value>) -> (Strength, Strength) {
    let Some(claim) = claim else { return Default::default() };
    let values = values(claim);
    let mut strengths = values.iter().filter_map(Value::as_str).filter_map(Strength::named);
    if is_essential(claim) {
        // Each of the values satisfies the client, also the weakest.
        (strengths.min().unwrap_or_default(), Strength::default())
    } else {
        (Strength::default(), strengths.next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authentication_ends_with_the_pass_unless_a_lasting_factor_is_given_too() {
        // Lists the methods of sign-ins with a pass, and of others.
        for (methods, ends, strength) in [
            (&["tap", "mfa"][..], true, Strength::TwoFactors),
            (&["pwd", "tap", "mfa"], true, Strength::TwoFactors),
            (&["tap", "mfa", "otp"], false, Strength::TwoFactors),
            (&["tap", "mfa", "swk"], false, Strength::PhishingResistant),
            (&["pwd"], false, Strength::OneFactor),
            (&["pwd", "otp", "mfa"], false, Strength::TwoFactors),
        ] {
            let amr: Vec<String> = methods.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!((ends_with_access_pass(&amr), Strength::of(&amr)), (ends, strength));
        }
    }
}
