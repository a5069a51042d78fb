//! The lifetimes of a declared tenant that have limits.

use model::Seconds;

use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// Reads the time without use after which a session ends.
pub(super) fn read_idle(name: &'static str, reader: &mut TableReader<'_>) -> Declared<Seconds> {
    let lifetime: Declared<Spanned<Seconds>> = reader.declared(name);
    if let Some(lifetime) = lifetime.value().filter(|it| it.value < IDLE_LIFETIME_MIN) {
        let found = "a user who reads a page and fills in a form would be signed out meanwhile";
        let span = lifetime.span.clone();
        let problem = Problem::new(span, "the time without use is too short", found);
        reader.problems().add(problem.allowed("expected at least \"5m\""));
    }
    lifetime.without_span()
}

/// The minimum time without use after which a session ends.
const IDLE_LIFETIME_MIN: Seconds = Seconds::minutes(5);
