//! The decision on a request to sign out.

use std::sync::Arc;

use catalogue::{Comparison, Refusal, refusal};
use model::{Client, ClientId, Session, SessionId, Tenant, is_loopback_url};

use super::{EndSessionRequest, IdTokenHint, LogoutTarget};
use crate::{difference, redirect_uri::flaw, subject};

/// The stored state that the decision depends on.
pub struct Inputs {
    /// The client that the request names, if it exists and is enabled.
    pub client: Option<Arc<Client>>,
    /// The active sessions of this browser.
    pub sessions: Vec<BrowserSession>,
}

/// A session of this browser.
#[derive(Clone, Debug)]
pub struct BrowserSession {
    /// The session.
    pub session: Session,
    /// The clients that got a grant in it, as far as the decision needs them.
    pub clients: Vec<Arc<Client>>,
}

/// The decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This session ends at once: the client has proven by its ID token that it knows it.
    End {
        /// The session.
        session: SessionId,
        /// The URI that follows.
        target: Option<LogoutTarget>,
    },
    /// The user is asked. Another site may have sent the browser here (CSRF).
    Ask {
        /// The URI that follows once the user has signed out.
        target: Option<LogoutTarget>,
    },
    /// There is no session to end.
    SignedOut {
        /// The URI that follows.
        target: Option<LogoutTarget>,
    },
}

/// Decides on a request to sign out.
///
/// # Errors
/// The client has not registered the redirect URI.
pub fn decide(
    request: &EndSessionRequest,
    inputs: &Inputs,
    tenant: &Tenant,
) -> Result<Verdict, Refusal> {
    let target = target(request, inputs)?;
    let client = inputs.client.as_deref();
    let hint = request.hint.as_ref();
    let hinted = client.zip(hint).and_then(|(client, hint)| {
        let sessions = || inputs.sessions.iter().map(|it| &it.session);
        // An earlier session of the user may have been replaced by a new sign-in.
        let found = sessions().find(|session| is_hinted(session, hint, client, tenant));
        found.or_else(|| sessions().find(|session| is_of_user(session, hint, client, tenant)))
    });
    Ok(match hinted {
        Some(session) => Verdict::End { session: session.id, target },
        None if inputs.sessions.is_empty() => {
            // Without a hint, only a click leads on, and nothing is left to click.
            Verdict::SignedOut { target: target.filter(|_| hint.is_some()) }
        }
        None => Verdict::Ask { target },
    })
}

fn is_hinted(session: &Session, hint: &IdTokenHint, client: &Client, tenant: &Tenant) -> bool {
    let sid = subject::session_id(session.id, client, tenant).to_string();
    hint.session.as_ref() == Some(&sid) && is_of_user(session, hint, client, tenant)
}

fn is_of_user(session: &Session, hint: &IdTokenHint, client: &Client, tenant: &Tenant) -> bool {
    subject::of_user(session.user, client, tenant) == hint.subject
}

/// Returns the URI to which the browser may be sent. Without a hint, any site could have sent it
/// here with the URI of another one, so the client must have asked for that and must be one of a
/// session of this browser.
fn target(request: &EndSessionRequest, inputs: &Inputs) -> Result<Option<LogoutTarget>, Refusal> {
    let Some(uri) = request.redirect_uri.as_deref() else { return Ok(None) };
    let is_registered = |client: &Client| {
        // As redirect URIs in a service for development: its apps choose their ports.
        let is_development = client.any_loopback && is_loopback_url(uri) && flaw(uri).is_none();
        is_development || client.post_logout_redirect_uris.iter().any(|it| it == uri)
    };
    if let Some(client) = &inputs.client
        && !is_registered(client)
    {
        let refusal = refusal::post_logout_redirect_uri_not_registered(uri, &client.name);
        return Err(refusal.with(mismatch(uri, client)));
    }
    let named: Option<&ClientId> = request.client();
    let may_follow = |client: &Client| {
        client.logout_without_hint
            && is_registered(client)
            && named.is_none_or(|named| client.id == *named)
    };
    let is_allowed = if request.hint.is_some() {
        inputs.client.is_some()
    } else {
        let mut clients = inputs.sessions.iter().flat_map(|session| &session.clients);
        clients.any(|client| may_follow(client))
    };
    Ok(is_allowed.then(|| LogoutTarget::new(uri, request.state.as_deref())))
}

/// Compares a URI that is not registered with the most similar registered one.
fn mismatch(sent: &str, client: &Client) -> Comparison {
    let common = |uri: &&String| sent.bytes().zip(uri.bytes()).take_while(|(a, b)| a == b).count();
    let nearest = client.post_logout_redirect_uris.iter().max_by_key(common);
    let comparison = Comparison::new("post_logout_redirect_uri").received(sent);
    match nearest {
        Some(registered) => {
            let difference = difference::url(sent, registered);
            comparison.expected(registered).with_difference(difference)
        }
        None => comparison,
    }
}

#[cfg(test)]
mod tests;
