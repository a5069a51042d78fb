//! Warns the client developer of parameters that this service ignores: the app may depend on them.

use model::Warning;
use protocol::parameters::Parameters;

use crate::http::incoming::IncomingRequest;

/// Ignored parameters of the authorization endpoint.
pub(crate) const AUTHORIZE: &[&str] = &[
    // OpenID Connect Core §3.1.2.1.
    "display",
    // OpenID Connect Core §5.2.
    "claims_locales",
    // Microsoft identity platform: selects the sign-in page of the user's organization.
    "domain_hint",
    // MSAL: requests the cloud of the account.
    "instance_aware",
];

/// Ignored parameters of the token endpoint.
pub(crate) const TOKEN: &[&str] = &[
    // The password grant (RFC 6749 §4.3), which is not supported.
    "username", "password",
];

/// Adds a warning for each of these parameters that a request has.
pub(crate) fn warn(incoming: &IncomingRequest, parameters: &Parameters, names: &[&'static str]) {
    for name in names.iter().filter(|name| parameters.get(name).is_some()) {
        incoming.context.annotate(|annotations| {
            annotations.add_warning(Warning::new("parameter_ignored", *name));
        });
    }
}
