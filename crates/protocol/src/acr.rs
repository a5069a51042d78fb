//! The authentication context class (`acr`, OpenID Connect Core §2): how strongly the user proved
//! who they are.

/// One factor, such as a password.
const ONE_FACTOR: &str = "1";
/// Two factors, such as a password and a one-time code.
const TWO_FACTORS: &str = "mfa";

/// Every value of `acr`, for the metadata (`acr_values_supported`).
pub(crate) const SUPPORTED: [&str; 2] = [ONE_FACTOR, TWO_FACTORS];

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
}

impl Strength {
    /// Returns the strength of an authentication by its methods (`amr`).
    pub fn of(amr: &[String]) -> Self {
        if amr.iter().any(|method| method == MULTIPLE_FACTORS) {
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
            _ => None,
        }
    }

    /// Returns the value of `acr`.
    pub(crate) const fn acr(self) -> &'static str {
        match self {
            Self::OneFactor => ONE_FACTOR,
            Self::TwoFactors => TWO_FACTORS,
        }
    }
}

/// Returns the class of an authentication by its methods (`amr`); `None` without a method.
pub(crate) fn of(amr: &[String]) -> Option<&'static str> {
    (!amr.is_empty()).then(|| Strength::of(amr).acr())
}
