//! How far a request came: the names of the checks that it passed, in order.

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

/// The checks that one request passed. Cheap: names only, and one allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks(Vec<&'static str>);

impl Checks {
    /// Notes that a check was passed.
    pub fn pass(&mut self, name: &'static str) {
        debug_assert!(NAMES.contains(&name), "{name} has no text");
        if self.0.capacity() == 0 {
            self.0.reserve_exact(USUAL);
        }
        self.0.push(name);
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
        &self.0
    }

    /// What was passed, in order, for whoever keeps it.
    pub fn into_names(self) -> Vec<&'static str> {
        self.0
    }

    /// How many were passed: a place to come back to.
    pub(crate) fn place(&self) -> usize {
        self.0.len()
    }

    /// Forgets what was passed after a place, because it is all decided anew.
    pub(crate) fn back_to(&mut self, place: usize) {
        self.0.truncate(place);
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
    fn what_did_not_pass_is_not_noted_and_what_is_decided_anew_is_forgotten() {
        // Passes one check, fails another, and goes back behind a third.
        let mut checks = Checks::default();
        checks.pass("form");
        assert_eq!(checks.note("scope", Err::<(), _>(7)), Err(7));
        let place = checks.place();
        assert_eq!(checks.note("consent", Ok::<_, u32>(1)), Ok(1));
        assert_eq!(checks.names(), ["form", "consent"]);
        checks.back_to(place);
        assert_eq!(checks.into_names(), ["form"]);
    }
}
