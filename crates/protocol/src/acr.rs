//! The authentication context class (`acr`, OpenID Connect Core §2): how the user authenticated.

/// One factor, such as a password.
const ONE_FACTOR: &str = "1";

/// Every value of `acr`, for the metadata (`acr_values_supported`).
pub(crate) const SUPPORTED: [&str; 1] = [ONE_FACTOR];

/// Returns the class of an authentication by its methods (`amr`); `None` without a method.
pub(crate) fn of(amr: &[String]) -> Option<&'static str> {
    (!amr.is_empty()).then_some(ONE_FACTOR)
}
