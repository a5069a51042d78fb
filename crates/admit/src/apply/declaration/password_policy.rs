//! The rules for new passwords of a declared tenant.

use model::Seconds;
use signin::factor::password::policy;

use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// Reads a least number of characters of new passwords.
pub(super) fn read_minimum_length(
    option: &'static str,
    reader: &mut TableReader<'_>,
) -> Declared<u16> {
    let length: Declared<Spanned<u16>> = reader.declared(option);
    let allowed = policy::LENGTH_MIN..=policy::LENGTH_MIN_MAX;
    if let Some(length) = length.value().filter(|length| !allowed.contains(&length.value)) {
        let message = "this length of passwords is outside of the limits";
        let problem = Problem::new(length.span.clone(), message, "");
        let (least, most) = (allowed.start(), allowed.end());
        reader.problems().add(problem.allowed(format!("expected {least} to {most}")));
    }
    length.without_span()
}

/// Reads the time after which a password must be replaced.
pub(super) fn read_lifetime(reader: &mut TableReader<'_>) -> Declared<Seconds> {
    let lifetime: Declared<Spanned<Seconds>> = reader.declared("password_lifetime");
    let allowed = Seconds::days(1)..=Seconds::days(3_650);
    if let Some(lifetime) = lifetime.value().filter(|it| !allowed.contains(&it.value)) {
        let message = "this lifetime of passwords is outside of the limits";
        let problem = Problem::new(lifetime.span.clone(), message, "");
        reader.problems().add(problem.allowed("expected \"1d\" to \"3650d\""));
    }
    lifetime.without_span()
}
