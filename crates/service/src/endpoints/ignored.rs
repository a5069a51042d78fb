//! Parameters that clients send and nothing here reads: told to the client's owner, who may count
//! on them.

use model::Warning;
use protocol::form::Form;

use crate::call::Call;

/// At the authorization endpoint.
pub(super) const AUTHORIZE: &[&str] = &[
    // OpenID Connect Core §3.1.2.1.
    "acr_values",
    "display",
    // OpenID Connect Core §5.2.
    "claims_locales",
    // Microsoft identity platform: sends people to the sign-in of their own organization.
    "domain_hint",
    // MSAL: asks which cloud an account is in.
    "instance_aware",
];

/// At the token endpoint.
pub(super) const TOKEN: &[&str] = &[
    // MSAL, for a client that declares capabilities; OpenID Connect knows it at the authorization
    // endpoint only.
    "claims",
    // The resource owner's credentials (RFC 6749 §4.3), which no grant type here takes.
    "username", "password",
];

/// Notes those of a list that a form has.
pub(super) fn note(call: &Call, form: &Form, names: &[&'static str]) {
    for name in names.iter().filter(|name| form.get(name).is_some()) {
        call.exchange.note(|traces| traces.warn(Warning::new("parameter_ignored", *name)));
    }
}
