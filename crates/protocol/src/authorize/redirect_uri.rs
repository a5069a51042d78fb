//! `redirect_uri` (RFC 6749 §3.1.2.3): must match a registered one.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Client, Platform};

use crate::{difference::list, parameters::Parameters, redirect_uri, scope};

/// A redirect URI that is registered for the client.
pub(super) struct MatchedRedirectUri {
    pub(super) uri: String,
    pub(super) platform: Platform,
    pub(super) was_in_request: bool,
}

/// Finds the registered URI. The parameter may be absent if exactly one is registered (RFC 6749
/// §3.1.2.3), except in an OpenID Connect request (OpenID Connect Core §3.1.2.1).
pub(super) fn check(
    parameters: &Parameters,
    client: &Client,
) -> Result<MatchedRedirectUri, Refusal> {
    if client.redirect_uris.is_empty() {
        let comparison = Comparison::new("redirect_uri").expected("none");
        let comparison = match parameters.get("redirect_uri") {
            Some(sent) => comparison.received(sent),
            None => comparison,
        };
        return Err(refusal::no_redirect_uri_registered(&client.name)
            .with(comparison.with_difference(Difference::new("not_registered_for"))));
    }
    let Some(sent) = parameters.get("redirect_uri") else {
        return only_registered(parameters, client);
    };
    match redirect_uri::find(sent, client) {
        // The sent URI, because a native app chooses the port.
        Some(found) => Ok(MatchedRedirectUri {
            uri: sent.to_owned(),
            platform: found.platform,
            was_in_request: true,
        }),
        None if !redirect_uri::is_absolute(sent) => {
            Err(refusal::redirect_uri_malformed(sent).with(redirect_uri::mismatch(sent, client)))
        }
        None => Err(refusal::redirect_uri_not_registered(sent, &client.name)
            .with(redirect_uri::mismatch(sent, client))),
    }
}

fn only_registered(
    parameters: &Parameters,
    client: &Client,
) -> Result<MatchedRedirectUri, Refusal> {
    let scope = parameters.get("scope").unwrap_or_default();
    let openid = scope.split(' ').any(|token| token == scope::OPENID_SCOPES[0]);
    match client.redirect_uris.as_slice() {
        [only] if !openid && redirect_uri::flaw(&only.uri).is_none() => Ok(MatchedRedirectUri {
            uri: only.uri.clone(),
            platform: only.platform,
            was_in_request: false,
        }),
        registered => {
            let comparison = parameters.describe_missing("redirect_uri");
            let uris = list(registered.iter().map(|registered| &registered.uri));
            Err(refusal::redirect_uri_missing(&client.name).with(comparison.expected(uris)))
        }
    }
}
