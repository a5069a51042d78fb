//! `redirect_uri` (RFC 6749 §3.1.2.3): registered, byte for byte.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Client, Platform};

use crate::{difference::list, form::Form, redirect_uri, scope};

/// A redirect URI that was found registered.
pub(super) struct Target {
    pub(super) uri: String,
    pub(super) platform: Platform,
    pub(super) was_sent: bool,
}

/// Finds the registered URI. It may be left out only where there is exactly one, and the request
/// is not an OpenID Connect one (RFC 6749 §3.1.2.3, OpenID Connect Core §3.1.2.1).
pub(super) fn check(form: &Form, client: &Client) -> Result<Target, Refusal> {
    if client.redirect_uris.is_empty() {
        let fact = Fact::about("redirect_uri").expected("none");
        let fact = match form.get("redirect_uri") {
            Some(sent) => fact.received(sent),
            None => fact,
        };
        return Err(refusal::no_redirect_uri_registered(&client.name)
            .with(fact.differing(Difference::of("not_registered_for"))));
    }
    let Some(sent) = form.get("redirect_uri") else { return only_one(form, client) };
    match redirect_uri::find(sent, client) {
        // As it was sent: the port is the app's own choice.
        Some(found) => {
            Ok(Target { uri: sent.to_owned(), platform: found.platform, was_sent: true })
        }
        None if !redirect_uri::is_absolute(sent) => {
            Err(refusal::redirect_uri_malformed(sent).with(redirect_uri::nearest(sent, client)))
        }
        None => Err(refusal::redirect_uri_not_registered(sent, &client.name)
            .with(redirect_uri::nearest(sent, client))),
    }
}

fn only_one(form: &Form, client: &Client) -> Result<Target, Refusal> {
    let scope = form.get("scope").unwrap_or_default();
    let openid = scope.split(' ').any(|token| token == scope::OPENID_SCOPES[0]);
    match client.redirect_uris.as_slice() {
        [only] if !openid && redirect_uri::flaw(&only.uri).is_none() => {
            Ok(Target { uri: only.uri.clone(), platform: only.platform, was_sent: false })
        }
        registered => {
            let fact = form.nearly("redirect_uri");
            let uris = list(registered.iter().map(|registered| &registered.uri));
            Err(refusal::redirect_uri_missing(&client.name).with(fact.expected(uris)))
        }
    }
}
