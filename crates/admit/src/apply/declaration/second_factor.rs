//! When a second factor is asked for, of a declared tenant.

use model::Seconds;

use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// The limits on the time for which a browser counts as known. Its cookie lasts for a year.
const BROWSER_LIFETIME_MIN: Seconds = Seconds::days(1);
const BROWSER_LIFETIME_MAX: Seconds = Seconds::days(365);

/// Reads the time for which a browser counts as known after two factors.
pub(super) fn read_browser_lifetime(reader: &mut TableReader<'_>) -> Declared<Seconds> {
    let lifetime: Declared<Spanned<Seconds>> = reader.declared("second_factor_browser_lifetime");
    let allowed = BROWSER_LIFETIME_MIN..=BROWSER_LIFETIME_MAX;
    if let Some(lifetime) = lifetime.value().filter(|it| !allowed.contains(&it.value)) {
        let message = "this time for which a browser counts as known is outside of the limits";
        let problem = Problem::new(lifetime.span.clone(), message, "");
        reader.problems().add(problem.allowed("expected \"1d\" to \"365d\""));
    }
    lifetime.without_span()
}
