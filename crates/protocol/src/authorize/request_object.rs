//! `request`, `request_uri` and `registration` (OpenID Connect Core §6, §7.2.1): not taken here.

use catalogue::{Difference, Fact, Refusal, refusal};

use crate::form::Form;

/// Refuses them with the errors that are made for it (OpenID Connect Core §3.1.2.6): a client that
/// believes them heard would believe its request protected.
pub(super) fn check(form: &Form) -> Result<(), Refusal> {
    if form.get("request").is_some() {
        return Err(refusal::request_not_supported().with(not_taken("request")));
    }
    if form.get("request_uri").is_some() {
        return Err(refusal::request_uri_not_supported().with(not_taken("request_uri")));
    }
    if form.get("registration").is_some() {
        return Err(refusal::registration_not_supported().with(not_taken("registration")));
    }
    Ok(())
}

fn not_taken(name: &'static str) -> Fact {
    Fact::about(name).differing(Difference::of("not_taken"))
}
