//! The state of a sign-in flow: a small sealed cookie of the browser that started it.

mod cookie;
mod derived;

use jose::digest;
use model::{Digest, SessionId, Timestamp, User, UserId};
use protocol::context::{RequestSeed, RuleContext, TenantContext};
use serde::{Deserialize, Serialize};
use signin::{
    factor::{
        passkey::{CHALLENGE_LENGTH, Challenge},
        totp::{SECRET_LENGTH, TotpSecret},
    },
    flow::Progress,
};

use self::cookie::{cookie_name, cookie_prefix};
pub(super) use self::derived::{grant_origin, session_id};
use crate::{
    authenticators,
    http::{cookies::RequestCookies, device_cookie::browser_id},
    sign_in::{
        flow_id::FlowId, form_problem::FormProblem, reset_state::Reset, sign_up_state::SignUp,
    },
};

/// Maximum length of the user name in a cookie, in bytes. It is only shown again.
const USERNAME_BYTES_MAX: usize = 512;

/// A sign-in flow that has not finished. Its cookie contains all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignInFlow {
    id: FlowId,
    /// The id in the request records. It stays the same when the flow restarts.
    record_id: [u8; 16],
    /// When the authorization request was received.
    received_at: Timestamp,
    /// The digest of the authorization request.
    request_digest: Digest,
    /// The id of the browser, in its device cookie. `None` until a user signs in who never used
    /// this browser before.
    browser: Option<[u8; 16]>,
    /// The user who passed the steps.
    user: Option<PassedUser>,
    /// The factor that the user has given while the second one is missing.
    first_factor: Option<FirstFactor>,
    /// The secret of the authenticator app that a user sets up, and that user.
    new_secret: Option<(UserId, [u8; SECRET_LENGTH])>,
    /// The challenge for a passkey, which the next response must contain.
    passkey_challenge: Option<[u8; CHALLENGE_LENGTH]>,
    /// The progress of a password reset.
    pub(super) reset: Option<Reset>,
    /// The progress of a sign-up.
    pub(super) sign_up: Option<SignUp>,
    /// The steps that the user has passed.
    pub(super) progress: Progress,
    /// The refusal of the last form.
    pub(super) problem: Option<FormProblem>,
}

/// The user who passed the steps of a flow, with their security generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PassedUser {
    id: UserId,
    /// The security generation of the user when they passed the first step.
    generation: Timestamp,
}

/// A factor that was verified in a flow which needs another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FirstFactor {
    /// Its methods (`amr`).
    pub(super) amr: Vec<String>,
    /// When it was verified.
    pub(super) at: Timestamp,
}

impl SignInFlow {
    /// Starts a flow for an authorization request.
    pub(super) fn new(
        request_digest: Digest,
        browser: Option<[u8; 16]>,
        context: &RuleContext<'_>,
    ) -> Self {
        let id = FlowId::new(context);
        Self {
            id,
            record_id: id.into_bytes(),
            received_at: context.now,
            request_digest,
            browser,
            user: None,
            first_factor: None,
            new_secret: None,
            passkey_challenge: None,
            reset: None,
            sign_up: None,
            progress: Progress::default(),
            problem: None,
        }
    }

    /// Opens the cookie of a flow, unless it belongs to another flow, request or browser.
    ///
    /// An expired flow is opened too, for the user name that the user typed.
    pub(super) fn open(
        id: FlowId,
        request_digest: Digest,
        cookies: &RequestCookies<'_>,
        tenant: &TenantContext,
    ) -> Option<Self> {
        let sealed = cookies.value(&cookie_name(id, tenant))?;
        let payload = tenant.sealers.flow_cookie.open(sealed).ok()?;
        let flow: Self = postcard::from_bytes(&payload).ok()?;
        let is_bound = flow.id == id && flow.request_digest == request_digest;
        let is_own_browser = flow.browser.is_none() || flow.browser == browser_id(cookies, tenant);
        (is_bound && is_own_browser).then_some(flow)
    }

    /// Finds the flow with this id in records among those of the browser, of any request.
    pub(super) fn find(
        record_id: [u8; 16],
        cookies: &RequestCookies<'_>,
        tenant: &TenantContext,
    ) -> Option<Self> {
        let prefix = cookie_prefix(tenant);
        let flows = cookies.with_prefix(&prefix).filter_map(|(name, sealed)| {
            let payload = tenant.sealers.flow_cookie.open(sealed).ok()?;
            let flow: Self = postcard::from_bytes(&payload).ok()?;
            (name == cookie_name(flow.id, tenant)).then_some(flow)
        });
        let browser = browser_id(cookies, tenant);
        let is_own = |flow: &Self| flow.browser.is_none() || flow.browser == browser;
        // A flow that restarted has a newer id, and keeps that of its records.
        flows.filter(|flow| flow.record_id == record_id && is_own(flow)).max_by_key(|it| it.id)
    }

    /// Returns whether the browser sent a cookie for this flow.
    pub(super) fn has_cookie(
        id: FlowId,
        cookies: &RequestCookies<'_>,
        tenant: &TenantContext,
    ) -> bool {
        cookies.value(&cookie_name(id, tenant)).is_some()
    }

    /// Returns the id of the flow.
    pub(super) const fn id(&self) -> FlowId {
        self.id
    }

    /// Returns the digest of the authorization request.
    pub(super) const fn request_digest(&self) -> Digest {
        self.request_digest
    }

    /// Returns the id of the flow in request records.
    pub(super) const fn record_id(&self) -> [u8; 16] {
        self.record_id
    }

    /// Returns when the authorization request was received.
    pub(super) const fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// Binds the flow to the user who signed in, to their security generation and to this browser.
    pub(super) fn bind(&mut self, user: &User, session: SessionId, browser: [u8; 16]) {
        self.hold(user, browser, None);
        self.new_secret = None;
        self.progress.session = Some(session);
        self.progress.signed_in = true;
    }

    /// Binds the flow to the user whose first factor was verified, to their security generation and
    /// to this browser. There is no session until the second one is.
    pub(super) fn hold(
        &mut self,
        user: &User,
        browser: [u8; 16],
        first_factor: Option<FirstFactor>,
    ) {
        self.browser = Some(browser);
        self.user = Some(PassedUser { id: user.id, generation: user.generation() });
        self.first_factor = first_factor;
    }

    /// Returns the factor that the user has given while the second one is missing.
    pub(super) fn first_factor(&self) -> Option<&FirstFactor> {
        self.first_factor.as_ref()
    }

    /// Removes what belongs to the factors of a user.
    fn remove_factors(&mut self) {
        (self.first_factor, self.new_secret, self.passkey_challenge) = (None, None, None);
    }

    /// Returns the secret of the authenticator app that a user sets up. Creates it if there is none
    /// of this user.
    pub(super) fn new_secret(&mut self, user: UserId, seed: &RequestSeed) -> TotpSecret {
        let known = self.new_secret.filter(|(known, _)| *known == user);
        let (_, secret) = known.unwrap_or_else(|| (user, authenticators::new_secret(seed)));
        self.new_secret = Some((user, secret));
        TotpSecret::new(secret)
    }

    /// Returns the challenge for a passkey. Creates it if there is none.
    pub(super) fn passkey_challenge(&mut self, context: &RuleContext<'_>) -> Challenge {
        let challenge = self.passkey_challenge.get_or_insert_with(|| {
            digest::sha256(&["passkey", "rest"].map(|label| context.seed.derive(label)).concat())
        });
        Challenge::new(*challenge)
    }

    /// Removes the challenge for a passkey: a response to it was received.
    pub(super) const fn take_passkey_challenge(&mut self) -> Option<[u8; CHALLENGE_LENGTH]> {
        self.passkey_challenge.take()
    }

    /// Returns the user who passed the steps so far.
    pub(super) fn user(&self) -> Option<UserId> {
        self.user.as_ref().map(|user| user.id)
    }

    /// Removes the passed steps if the user is not the one who passed them any more: deleted,
    /// disabled, expired, or with another security generation.
    pub(super) fn recheck(&mut self, stored: Option<&User>, now: Timestamp) {
        let Some(passed) = &self.user else { return };
        let is_same = stored.is_some_and(|user| {
            user.is_active(now) && user.id == passed.id && user.generation() == passed.generation
        });
        if !is_same {
            let signed_in = self.progress.signed_in;
            self.remove_factors();
            self.progress = without_steps(&mut self.progress, signed_in);
        }
    }

    /// Restarts the flow under another id if the user must authenticate again after the flow opened
    /// a session.
    pub(super) fn restart(&mut self, context: &RuleContext<'_>) {
        self.id = FlowId::new(context);
        self.user = None;
        self.remove_factors();
        self.progress = without_steps(&mut self.progress, false);
    }

    /// Takes the id of an expired flow, whose cookie keeps nothing but the user name from then on.
    pub(super) fn become_expired(&mut self, expired: FlowId) {
        let username = self.progress.username.take();
        self.remove_factors();
        self.reset = self.reset.take().map(|_| Reset::Expired);
        self.sign_up = None;
        self.id = expired;
        self.progress = Progress { username, ..Progress::default() };
    }

    /// Sets the user name that the user typed.
    pub(super) fn set_username(&mut self, typed: &str) {
        let mut username = String::new();
        for character in typed.chars().filter(|character| !character.is_control()) {
            if username.len() + character.len_utf8() > USERNAME_BYTES_MAX {
                break;
            }
            username.push(character);
        }
        self.progress.username = Some(username).filter(|username| !username.is_empty());
    }
}

/// Returns progress without passed steps: the user signs in, with the name that they typed.
fn without_steps(progress: &mut Progress, signed_in: bool) -> Progress {
    // Another account of this browser must not continue in place of this user.
    let username = progress.username.take();
    Progress { username, signed_in, other_account: true, ..Progress::default() }
}
