//! How far a request came: the names of the checks that it passed, in order.

use model::{Seconds, Timestamp, Warning};

/// The name of every check of every endpoint. Each has a text of its own, `check-<name>`.
pub const NAMES: &[&str] = &[
    // What every request goes through.
    "form",
    "client_named",
    "client_known",
    "client_enabled",
    // The client's proof of itself.
    "client_secret",
    "client_secret_current",
    "assertion_form",
    "assertion_type",
    "assertion_key",
    "assertion_signature",
    "assertion_issuer",
    "assertion_audience",
    "assertion_time",
    "assertion_id",
    "client_authentication",
    "first_use",
    // The proof of a key (DPoP).
    "dpop_form",
    "dpop_key",
    "dpop_signature",
    "dpop_target",
    "dpop_time",
    "dpop_access_token",
    "dpop_nonce",
    // The token endpoint.
    "grant_type",
    "grant_type_allowed",
    "client_confidential",
    "code_known",
    "code_client",
    "code_unused",
    "code_fresh",
    "refresh_token_known",
    "refresh_token_client",
    "grant_not_revoked",
    "grant_not_expired",
    "grant_in_use",
    "refresh_token_newest",
    "redirect_uri",
    "code_verifier",
    "user",
    "consent",
    "resource",
    "roles",
    "origin",
    "scope",
    "scope_still_allowed",
    "sender_constraint",
    "signing_keys",
    // The authorization endpoint.
    "authorization_allowed",
    "request_object",
    "response_type",
    "response_mode",
    "code_challenge",
    "nonce",
    "prompt",
    "max_age",
    "id_token_hint",
    "claims",
    "subject",
    "account_hint",
    "dpop_jkt",
    // The endpoints that take or judge tokens.
    "token_presented",
    "token_signature",
    "token_type",
    "token_issuer",
    "token_not_expired",
    "token_standing",
    "token_scope",
    "token_owner",
];

/// Most requests pass fewer checks than this.
const USUAL: usize = 24;

/// The client is told of the end of what it proves itself with from so long before.
const END_NEAR: Seconds = Seconds::days(30);

/// The checks that one request passed, and what was remarkable about passing them. Cheap: names
/// only, and one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    names: Vec<&'static str>,
    warnings: Vec<Warning>,
}

impl Checks {
    /// Notes that a check was passed.
    pub fn pass(&mut self, name: &'static str) {
        debug_assert!(NAMES.contains(&name), "{name} has no text");
        if self.names.capacity() == 0 {
            self.names.reserve_exact(USUAL);
        }
        self.names.push(name);
    }

    /// Notes that a check was passed that will not be for long, or only just was.
    pub fn warn(&mut self, kind: &'static str, value: impl std::fmt::Display) {
        let warning = Warning::new(kind, value.to_string());
        // What is decided anew is warned of anew.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Notes how many days are left of a credential, if they are few.
    pub(crate) fn warn_of_end(&mut self, kind: &'static str, end: Timestamp, now: Timestamp) {
        let left = end - now;
        if left <= END_NEAR {
            self.warn(kind, left.get().div_euclid(Seconds::days(1).get()));
        }
    }

    /// Notes that a check was passed, if it was, and gives its outcome on.
    ///
    /// # Errors
    /// That of the check.
    pub fn note<T, E>(&mut self, name: &'static str, outcome: Result<T, E>) -> Result<T, E> {
        if outcome.is_ok() {
            self.pass(name);
        }
        outcome
    }

    /// What was passed, in order.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// What was passed, and what will not pass for long, for whoever keeps them.
    pub fn into_parts(self) -> (Vec<&'static str>, Vec<Warning>) {
        (self.names, self.warnings)
    }

    /// How many were passed: a place to come back to.
    pub(crate) fn place(&self) -> usize {
        self.names.len()
    }

    /// Forgets what was passed after a place, because it is all decided anew.
    pub(crate) fn back_to(&mut self, place: usize) {
        self.names.truncate(place);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use catalogue::Language;

    use super::*;

    #[test]
    fn every_check_has_one_name_and_a_text_in_every_language() {
        // Looks up the text of each; where one is missing, its id stands for itself. English that
        // stands in for another language is the same text.
        let unique: HashSet<_> = NAMES.iter().collect();
        assert_eq!(unique.len(), NAMES.len());
        for name in NAMES {
            let id = format!("check-{name}");
            let texts: HashSet<_> =
                Language::all().map(|language| catalogue::text(language, &id, &[])).collect();
            assert!(!texts.contains(&id), "{id} has no text");
            assert_eq!(texts.len(), Language::all().count(), "{id} is not said in every language");
        }
    }

    #[test]
    fn the_end_of_a_credential_is_told_a_month_before_and_once() {
        // Passes ends on both sides of the month, the last hours, and the same one again.
        let now = Timestamp::from_seconds(1_800_000_000);
        let mut checks = Checks::default();
        for left in [Seconds::days(31), Seconds::days(5), Seconds::hours(3), Seconds::hours(3)] {
            checks.warn_of_end("secret_expires", now + left, now);
        }
        let (_, warnings) = checks.into_parts();
        let days: Vec<&str> = warnings.iter().map(|warning| warning.value.as_str()).collect();
        assert_eq!(days, ["5", "0"]);
    }

    #[test]
    fn what_did_not_pass_is_not_noted_and_what_is_decided_anew_is_forgotten() {
        // Passes one check, fails another, and goes back behind a third.
        let mut checks = Checks::default();
        checks.pass("form");
        assert_eq!(checks.note("scope", Err::<(), _>(7)), Err(7));
        let place = checks.place();
        assert_eq!(checks.note("consent", Ok::<_, u32>(1)), Ok(1));
        assert_eq!(checks.names(), ["form", "consent"]);
        checks.back_to(place);
        assert_eq!(checks.names(), ["form"]);
    }
}
