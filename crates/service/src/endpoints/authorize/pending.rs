//! A sign-in under way: sealed into the forms of its pages, and tied to one browser by a cookie.

use axum::http::HeaderValue;
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Fault, FaultKind, Seconds, SessionId, Timestamp};
use protocol::{
    authorize::Request,
    context::{Context, Realm},
};
use serde::{Deserialize, Serialize};
use signin::journey::Progress;

use crate::cookies::{self, Jar, Life};

/// How long a sign-in may take.
const LIFETIME: Seconds = Seconds::minutes(10);
/// Sign-ins that one browser may have under way in one tenant: further ones put an end to the
/// oldest, so that the cookies never outgrow what a request may hold.
const AT_ONCE_MAX: usize = 8;

/// A sign-in under way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pending {
    id: [u8; 16],
    /// What the records of its steps are found by: the first id, also where it had to begin anew.
    #[serde(default)]
    flow: [u8; 16],
    expires_at: Timestamp,
    /// What the client asked for.
    pub(super) request: Request,
    /// How far the person has come.
    pub(super) progress: Progress,
}

impl Pending {
    /// Begins a sign-in.
    pub(super) fn begin(request: Request, context: &Context<'_>) -> Self {
        let id = context.entropy.draw("flow");
        let expires_at = context.now + LIFETIME;
        Self { id, flow: id, expires_at, request, progress: Progress::default() }
    }

    /// What the records of its steps are found by.
    pub(super) const fn flow(&self) -> [u8; 16] {
        self.flow
    }

    /// The text for the form's hidden field.
    pub(super) fn seal(&self, realm: &Realm) -> Result<String, Fault> {
        let payload = serde_json::to_vec(self);
        let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        cookies::seal(&realm.seals.flow, &payload)
    }

    /// Takes a posted flow, if it is one that we sealed.
    pub(super) fn unseal(flow: &str, realm: &Realm) -> Result<Self, Refusal> {
        let payload = realm.seals.flow.open(flow).map_err(|_| refusal::form_token_invalid())?;
        serde_json::from_slice(&payload).map_err(|_| refusal::form_token_invalid())
    }

    /// Goes on with it, if it is not over, and was begun in this very browser.
    pub(super) fn resume(self, jar: &Jar<'_>, context: &Context<'_>) -> Result<Self, Refusal> {
        let (pending, seals) = (self, &context.realm.seals);
        if pending.expires_at <= context.now {
            return Err(refusal::sign_in_expired());
        }
        let Some(cookie) = jar.value(&pending.cookie_name(context.realm)) else {
            let has_others = jar.beginning(&names(context.realm)).next().is_some();
            return Err(if has_others {
                refusal::form_token_invalid()
            } else {
                refusal::sign_in_not_found()
            });
        };
        let bound = seals.flow_cookie.open(cookie).is_ok_and(|bytes| bytes == pending.binding());
        if bound { Ok(pending) } else { Err(refusal::form_token_invalid()) }
    }

    /// Begins anew, where a sign-in opened its session and the person has to prove itself again.
    pub(super) fn restart(&mut self, context: &Context<'_>) {
        let progress = Progress { username: self.progress.username.take(), ..Progress::default() };
        self.id = context.entropy.draw("flow");
        self.expires_at = context.now + LIFETIME;
        self.progress = progress;
    }

    /// The session that this sign-in opens: always the same one, so that it opens only one.
    pub(super) fn session(&self) -> SessionId {
        let digest = digest::sha256(&[&b"session\0"[..], &self.id].concat());
        SessionId::new(*digest.first_chunk().unwrap_or(&[0; 16]))
    }

    /// The cookie that ties it to the browser, and the end of those that are too many.
    pub(super) fn bind(
        &self,
        jar: &Jar<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<HeaderValue>, Fault> {
        let sealed = cookies::seal(&context.realm.seals.flow_cookie, &self.binding())?;
        let life = Life::For(self.expires_at - context.now);
        let (names, name) = (names(context.realm), self.cookie_name(context.realm));
        let mut set = vec![cookies::set(&name, &sealed, life)?];
        let mut others: Vec<_> = jar
            .beginning(&names)
            .filter(|(other, _)| *other != name)
            .map(|(name, value)| (end(value, context), name))
            .collect();
        others.sort_unstable();
        for (_, name) in others.iter().rev().skip(AT_ONCE_MAX - 1) {
            set.push(cookies::set(name, "", Life::Over)?);
        }
        Ok(set)
    }

    /// Ends it: whatever of its forms is posted after this is refused.
    pub(super) fn unbind(&self, realm: &Realm) -> Result<HeaderValue, Fault> {
        cookies::set(&self.cookie_name(realm), "", Life::Over)
    }

    fn cookie_name(&self, realm: &Realm) -> String {
        names(realm) + &digest::base64url(self.id)
    }

    fn binding(&self) -> Vec<u8> {
        [&self.id[..], &self.expires_at.microseconds().to_be_bytes()].concat()
    }
}

/// What the names of a tenant's cookies begin with.
fn names(realm: &Realm) -> String {
    format!("__Host-flow-{}-", cookies::short(realm))
}

/// When the sign-in of another cookie ends; those that are not ours ended long ago.
fn end(value: &str, context: &Context<'_>) -> i64 {
    let bytes = context.realm.seals.flow_cookie.open(value).unwrap_or_default();
    let end = bytes.get(16..).and_then(|end| end.try_into().ok());
    end.map_or(i64::MIN, i64::from_be_bytes)
}
