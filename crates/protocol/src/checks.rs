//! The checks that a request passed, in order.

use model::{Seconds, Timestamp, Warning};

/// The name of every check of every endpoint. Each has a text of its own, `check-<name>`.
pub const NAMES: &[&str] = &[
    // Parameters and client.
    "form",
    "client_named",
    "client_known",
    "client_enabled",
    // Client authentication.
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
    "not_replayed",
    // DPoP.
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
    "origin",
    "client_confidential",
    "code_known",
    "code_client",
    "code_unused",
    "code_not_expired",
    "refresh_token_known",
    "refresh_token_client",
    "grant_not_revoked",
    "grant_not_expired",
    "grant_not_idle",
    "refresh_token_newest",
    "redirect_uri",
    "code_verifier",
    "user",
    "second_factor",
    "network",
    "auth_context",
    "consent",
    "resource",
    "roles",
    "platform",
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
    // UserInfo, introspection and revocation.
    "token_presented",
    "token_signature",
    "token_type",
    "token_issuer",
    "token_not_expired",
    "token_grant_active",
    "token_scope",
    "token_client",
];

/// Most requests pass fewer checks than this.
const TYPICAL_CHECKS: usize = 24;

/// A credential that expires within this time causes a warning.
const EXPIRY_WARNING: Seconds = Seconds::days(30);

/// The checks that one request passed, and the warnings about them. Costs one allocation, because
/// names are static.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    names: Vec<&'static str>,
    warnings: Vec<Warning>,
}

impl Checks {
    /// Records a passed check.
    pub fn pass(&mut self, name: &'static str) {
        debug_assert!(NAMES.contains(&name), "{name} has no text");
        if self.names.capacity() == 0 {
            self.names.reserve_exact(TYPICAL_CHECKS);
        }
        self.names.push(name);
    }

    /// Records a warning with one value: a check passed, but will soon fail.
    pub fn warn(&mut self, kind: &'static str, value: impl std::fmt::Display) {
        self.add_warning(Warning::new(kind, value.to_string()));
    }

    /// Records a warning.
    pub fn add_warning(&mut self, warning: Warning) {
        // A repeated decision repeats its warnings.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Removes the warnings: another record has them.
    pub fn remove_warnings(&mut self) {
        self.warnings.clear();
    }

    /// Warns with the remaining days of a credential that expires soon.
    pub(crate) fn warn_of_expiry(&mut self, kind: &'static str, end: Timestamp, now: Timestamp) {
        let remaining = end - now;
        if remaining <= EXPIRY_WARNING {
            self.warn(kind, remaining.get().div_euclid(Seconds::days(1).get()));
        }
    }

    /// Records a check if its outcome is `Ok`, and returns the outcome.
    ///
    /// # Errors
    /// The error of the check.
    pub fn record<T, E>(&mut self, name: &'static str, outcome: Result<T, E>) -> Result<T, E> {
        if outcome.is_ok() {
            self.pass(name);
        }
        outcome
    }

    /// Returns the names of the passed checks, in order.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Returns the names of the passed checks and the warnings.
    pub fn into_parts(self) -> (Vec<&'static str>, Vec<Warning>) {
        (self.names, self.warnings)
    }

    /// Returns a checkpoint for [`Self::rollback_to`].
    pub(crate) fn checkpoint(&self) -> usize {
        self.names.len()
    }

    /// Removes the checks after a checkpoint, before the decision is taken again.
    pub(crate) fn rollback_to(&mut self, checkpoint: usize) {
        self.names.truncate(checkpoint);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use catalogue::Language;

    use super::*;

    #[test]
    fn every_check_has_a_unique_name_and_a_text_in_every_language() {
        // Looks up the text of each. A missing text is returned as its id; a missing translation is
        // returned in English, so two languages would have the same text.
        let unique: HashSet<_> = NAMES.iter().collect();
        assert_eq!(unique.len(), NAMES.len());
        for name in NAMES {
            let id = format!("check-{name}");
            let texts: HashSet<_> =
                Language::all().map(|language| catalogue::text(language, &id, &[])).collect();
            assert!(!texts.contains(&id), "{id} has no text");
            assert_eq!(texts.len(), Language::all().count(), "{id} is not translated");
        }
    }

    #[test]
    fn expiring_credential_warns_once_within_thirty_days() {
        // Passes an expiry outside of the thirty days, two inside of them, and one of those again.
        let now = Timestamp::from_seconds(1_800_000_000);
        let mut checks = Checks::default();
        for remaining in [Seconds::days(31), Seconds::days(5), Seconds::hours(3), Seconds::hours(3)]
        {
            checks.warn_of_expiry("secret_expires", now + remaining, now);
        }
        let (_, warnings) = checks.into_parts();
        let days: Vec<&str> = warnings.iter().map(|warning| warning.value.as_str()).collect();
        assert_eq!(days, ["5", "0"]);
    }

    #[test]
    fn failed_checks_are_not_recorded_and_rollback_removes_later_ones() {
        // Passes one check, fails another, and rolls a third one back.
        let mut checks = Checks::default();
        checks.pass("form");
        assert_eq!(checks.record("scope", Err::<(), _>(7)), Err(7));
        let checkpoint = checks.checkpoint();
        assert_eq!(checks.record("consent", Ok::<_, u32>(1)), Ok(1));
        assert_eq!(checks.names(), ["form", "consent"]);
        checks.rollback_to(checkpoint);
        assert_eq!(checks.names(), ["form"]);
    }
}
