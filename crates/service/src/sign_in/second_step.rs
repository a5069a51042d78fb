//! The second step of a sign-in: who has given one factor, and which second factor they can give.

use std::sync::Arc;

use model::{Authenticators, Fault, FaultKind, Session, SessionId, Timestamp, User};
use protocol::Strength;
use signin::factor::{VerifiedFactor, totp::TotpSecret};

use crate::sign_in::{
    access_pass::UsedPass,
    flow::{self, FirstFactor},
    flow_context::FlowContext,
};

/// A user who has given one factor and has to give another.
pub(super) struct SecondStep {
    pub(super) user: Arc<User>,
    /// The methods of the first factor (`amr`).
    pub(super) amr: Vec<String>,
    /// When the first factor was verified.
    pub(super) auth_time: Timestamp,
    /// The session of the first factor, which the new session replaces. `None` if the first factor
    /// was verified in this flow.
    pub(super) replaced: Option<Session>,
    /// The stored row of the user's authenticators.
    pub(super) stored: Option<Authenticators>,
}

impl SecondStep {
    /// Returns the second step after a first factor that was verified in this flow.
    pub(super) async fn after_first_factor(
        flow_context: &FlowContext<'_>,
    ) -> Result<Option<Self>, Fault> {
        let (Some(FirstFactor { amr, at }), Some(id)) =
            (flow_context.flow.first_factor().cloned(), flow_context.flow.user())
        else {
            return Ok(None);
        };
        let Some(user) = flow_context.store().user(id).await? else { return Ok(None) };
        let stored = flow_context.store().authenticators(id).await?;
        Ok(Some(Self { user, amr, auth_time: at, replaced: None, stored }))
    }

    /// Returns the second step of the user of a session. `None` for a session that this flow
    /// opened, as a flow opens one session only, and for one that outlived a revocation.
    pub(super) async fn of_session(
        flow_context: &FlowContext<'_>,
        session: SessionId,
    ) -> Result<Option<Self>, Fault> {
        let (store, tenant) = (flow_context.store(), &flow_context.tenant.row);
        if session == flow::session_id(flow_context.flow.id(), tenant, store) {
            return Ok(None);
        }
        let Some(session) = store.session(session).await? else { return Ok(None) };
        let Some(user) = store.user(session.user).await? else { return Ok(None) };
        // The time of an authentication before a revocation would end the new session at once.
        if !user.has_authenticated_since(session.auth_time) {
            return Ok(None);
        }
        let stored = store.authenticators(user.id).await?;
        let (amr, auth_time) = (session.amr.clone(), session.auth_time);
        Ok(Some(Self { user, amr, auth_time, replaced: Some(session), stored }))
    }

    /// Returns whether only a passkey satisfies the request.
    pub(super) fn is_passkey_required(&self, flow_context: &FlowContext<'_>) -> bool {
        required_of(flow_context, &self.user) == Strength::PhishingResistant
    }

    /// Returns until when the user may postpone setting up a second factor. `None` if the request
    /// or the policy requires it now.
    pub(super) fn postponable_until(&self, flow_context: &FlowContext<'_>) -> Option<Timestamp> {
        let is_required = required_of(flow_context, &self.user) >= Strength::TwoFactors;
        let grace = flow_context.tenant.row.second_factor_grace(flow_context.rule_context().now);
        grace.filter(|_| !is_required)
    }

    /// Returns the methods of both factors.
    pub(super) fn amr_with(&self, second: &VerifiedFactor) -> Vec<String> {
        with_both_factors(self.amr.clone(), second)
    }

    /// Opens the secret of each authenticator app.
    pub(super) fn secrets(&self, flow_context: &FlowContext<'_>) -> Result<Vec<TotpSecret>, Fault> {
        let sealer = &flow_context.tenant.sealers.totp_secret;
        let cause = "no root key opens the secret of an authenticator app";
        let fault = || Fault::from_message(FaultKind::KeyMissing, cause);
        let apps = self.stored.iter().flat_map(|stored| &stored.apps);
        apps.map(|app| {
            let opened = sealer.open_bytes(&app.sealed_secret).map_err(|_| fault())?;
            TotpSecret::from_bytes(&opened).ok_or_else(fault)
        })
        .collect()
    }
}

/// Adds the methods of a factor that makes an authentication one of several factors.
pub(super) fn with_both_factors(mut amr: Vec<String>, factor: &VerifiedFactor) -> Vec<String> {
    for method in factor.methods().iter().copied().chain([protocol::MULTIPLE_FACTORS]) {
        if amr.iter().all(|known| known != method) {
            amr.push(method.to_owned());
        }
    }
    amr
}

/// Returns the strength that every session of the user needs now.
fn required_of(flow_context: &FlowContext<'_>, user: &User) -> Strength {
    let (client, tenant) = (flow_context.request.client(), &flow_context.tenant.row);
    let now = flow_context.rule_context().now;
    flow_context.request.strength.required_of(user, client, tenant, now)
}

/// Returns whether the user has to give a second factor before a session is opened: by the request,
/// by the policy of the client or tenant, or because they have one. A user who may still postpone
/// the set-up is led to it, too. `is_known_browser`: the user
/// has given two factors in this browser, not too long ago.
pub(super) async fn is_needed(
    flow_context: &FlowContext<'_>,
    user: &User,
    is_known_browser: bool,
) -> Result<bool, Fault> {
    let (client, tenant) = (flow_context.request.client(), &flow_context.tenant.row);
    let requested = flow_context.request.strength;
    if required_of(flow_context, user) >= Strength::TwoFactors {
        return Ok(true);
    }
    let policy = client.second_factor_in(tenant);
    if policy.is_required_of(user) {
        // The user may postpone the set-up.
        return Ok(true);
    }
    let is_asked = policy.is_asked(is_known_browser);
    if !is_asked && requested.preferred == Strength::OneFactor {
        return Ok(false);
    }
    let stored = flow_context.store().authenticators(user.id).await?;
    Ok(stored.is_some_and(|stored| stored.has_second_factor()))
}

/// Returns whether the user has to do more after a temporary access pass before a session is
/// opened. The pass stands for two factors: it asks for none that the user may have lost. A user
/// without a second factor sets one up if the policy requires it, and a passkey remains required.
pub(super) fn is_needed_after_pass(
    flow_context: &FlowContext<'_>,
    user: &User,
    pass: &UsedPass,
) -> bool {
    let (client, tenant) = (flow_context.request.client(), &flow_context.tenant.row);
    let now = flow_context.rule_context().now;
    let required = required_of(flow_context, user);
    let is_set_up_required = client.requires_second_factor(user, tenant, now);
    required == Strength::PhishingResistant || is_set_up_required && !pass.has_second_factor
}
