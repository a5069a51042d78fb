//! The authentication context class (`acr`, OpenID Connect Core §2): how strongly the user proved
//! who they are.

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
