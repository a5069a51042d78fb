//! The refresh token grant (RFC 6749 §6, RFC 9700 §4.14).

use std::sync::Arc;

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{
    Change, Client, Consent, Fault, Grant, GrantId, Revocation, RevocationReason, Seconds,
    TenantStore, User, UserId, format_utc,
};

use super::{GrantType, user_grant};
use crate::{
    Checks, allowed_networks, consent,
    context::RuleContext,
    decision::Decision,
    difference, lost_memory,
    parameters::Parameters,
    sealed_token::{RefreshToken, SealedTokenError, mismatch},
};

/// A request that redeems a refresh token.
pub(crate) struct RefreshTokenGrant {
    presented: RefreshToken,
}

/// The stored state that a refresh depends on.
pub(crate) struct RefreshInputs {
    /// The grant of the token; `None` after its row was deleted.
    pub grant: Option<Grant>,
    /// The user of the grant.
    pub user: Option<Arc<User>>,
    /// The consents that the user has given to the client.
    pub consents: Vec<Consent>,
}

impl GrantType for RefreshTokenGrant {
    const NAME: &'static str = "refresh_token";
    type Inputs = RefreshInputs;

    fn parse(
        parameters: &Parameters,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Result<Self, Refusal> {
        let text = parameters.require("refresh_token")?;
        let presented = RefreshToken::open(text, context.tenant).map_err(|error| match error {
            SealedTokenError::OtherTenant => refusal::refresh_token_of_another_tenant()
                .with(mismatch::of_another_tenant(Self::NAME))
                .with(mismatch::tenant(Self::NAME, text, context.tenant.id())),
            SealedTokenError::Malformed | SealedTokenError::NotAuthentic => {
                refusal::refresh_token_malformed().with(mismatch::malformed(
                    Self::NAME,
                    text,
                    error,
                ))
            }
        })?;
        checks.pass("refresh_token_known");
        Ok(Self { presented })
    }

    async fn gather(&self, store: TenantStore<'_>) -> Result<RefreshInputs, Fault> {
        let Some(grant) = store.grant(self.presented.grant).await? else {
            return Ok(RefreshInputs { grant: None, user: None, consents: Vec::new() });
        };
        Ok(RefreshInputs {
            user: store.user(grant.user).await?,
            consents: consent::gather(store, grant.user, &grant.client).await?,
            grant: Some(grant),
        })
    }

    fn grant(&self) -> Option<GrantId> {
        Some(self.presented.grant)
    }

    fn user(inputs: &RefreshInputs) -> Option<UserId> {
        inputs.grant.as_ref().map(|grant| grant.user)
    }

    fn decide(
        &self,
        inputs: RefreshInputs,
        client: &Client,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Decision {
        let Some(grant) = inputs.grant else {
            if lost_memory::may_be_lost(context.tenant.row.grant_lifetime, context) {
                let since = context.tenant.remembered_since;
                return lost_memory::refuse(Self::NAME, None, since).into();
            }
            let comparison =
                Comparison::new(Self::NAME).with_difference(Difference::new("grant_not_found"));
            return refusal::grant_unknown().with(comparison).into();
        };
        if grant.client != client.id {
            return refusal::refresh_token_of_another_client()
                .with(mismatch::of_another_client(Self::NAME))
                .with(mismatch::client(Self::NAME, &grant.client, &client.id))
                .into();
        }
        checks.pass("refresh_token_client");
        let user_and_consents = (inputs.user, &*inputs.consents);
        let user = match check_grant(&grant, user_and_consents, client, (context, checks)) {
            Ok(user) => user,
            Err(refusal) => return refusal.into(),
        };
        let decision = successor(self.presented.generation, &grant, user, client, context);
        decision.and_then(|entitlement| checks.record("refresh_token_newest", Ok(entitlement)))
    }
}

/// Decides which refresh token the client gets next.
fn successor(
    presented: u32,
    grant: &Grant,
    user: Arc<User>,
    client: &Client,
    context: &RuleContext<'_>,
) -> Decision {
    let mut entitlement = user_grant::entitlement(grant, user);
    let mut next = |generation| {
        entitlement.refresh_token = Some(RefreshToken { grant: grant.id, generation });
    };
    if presented == grant.generation {
        if !rotates(client, grant) {
            next(presented);
            return Decision::entitle(entitlement);
        }
        next(presented.saturating_add(1));
        let (tenant, generation, at) = (grant.tenant, grant.generation, context.now);
        let change = Change::RotateGrant { tenant, grant: grant.id, generation, at };
        return Decision::entitle_with_change(change, entitlement);
    }
    // Two windows of an app can refresh at the same time. Both get the same successor.
    let is_previous = presented.checked_add(1) == Some(grant.generation);
    if is_previous && context.now < grant.rotated_at + Grant::GRACE {
        next(grant.generation);
        return Decision::entitle(entitlement);
    }
    // A replay means that the client or an attacker holds a stolen token. Revoke the grant and all
    // its refresh tokens, because the two cannot be told apart (RFC 9700 §4.14.2).
    let revocation = Revocation { at: context.now, reason: RevocationReason::RefreshTokenReplayed };
    Decision::refuse_with_change(
        Change::RevokeGrant { tenant: grant.tenant, grant: grant.id, revocation },
        reused(presented, grant, context),
    )
}

/// Returns whether each refresh replaces the token. It must if neither a credential nor a key
/// binds the token to the client (RFC 9700 §4.14.2).
fn rotates(client: &Client, grant: &Grant) -> bool {
    let unbound = grant.confirmation.is_none();
    client.public && unbound || client.refresh_token_rotation == Some(true)
}

/// Checks that the grant is active and that its user and consent still permit it.
fn check_grant(
    grant: &Grant,
    (user, consents): (Option<Arc<User>>, &[Consent]),
    client: &Client,
    (context, checks): (&RuleContext<'_>, &mut Checks),
) -> Result<Arc<User>, Refusal> {
    check_active(grant, client, context, checks)?;
    let times = (grant.auth_time, grant.opened_at);
    let user = user_grant::check_user(user, grant.session, times, context.now);
    let user = checks.record("user", user)?;
    let strength = user_grant::check_strength(grant, &user, client, context);
    checks.record("second_factor", strength)?;
    allowed_networks::check(client, context, checks)?;
    let granted = (&*grant.resource, &*grant.scopes, &*grant.openid_scopes);
    let claims = grant.details.claims.as_deref();
    let consent = consent::still_covers(consents, client, granted, claims, grant.opened_at);
    checks.record("consent", consent)?;
    Ok(user)
}

/// Checks that the grant is not revoked, not expired and not idle.
pub(crate) fn check_active(
    grant: &Grant,
    client: &Client,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<(), Refusal> {
    let tenant = &context.tenant.row;
    if let Some(revocation) = grant.revoked {
        let comparison = user_grant::revocation("refresh_token", revocation, context.now);
        return Err(refusal::grant_revoked(format_utc(revocation.at)).with(comparison));
    }
    let times = [grant.opened_at, grant.auth_time];
    user_grant::check_not_future("refresh_token", times, context.now)?;
    lost_memory::check(("refresh_token", grant.opened_at), context.tenant)?;
    let not_before = tenant.tokens_not_before.max(client.tokens_not_before);
    if grant.opened_at < not_before {
        return Err(user_grant::before_revocation(grant.opened_at, not_before));
    }
    checks.pass("grant_not_revoked");
    if grant.expires_at <= context.now {
        let comparison = Comparison::new("refresh_token")
            .expected(format!("before {}", format_utc(grant.expires_at)))
            .received(format_utc(context.now))
            .with_difference(difference::expired(grant.expires_at, context.now));
        return Err(expired(grant, tenant.single_page_grant_lifetime).with(comparison));
    }
    checks.pass("grant_not_expired");
    if is_idle(grant, client, context) {
        return Err(refusal::refresh_token_inactive(
            format_utc(grant.rotated_at),
            duration(tenant.grant_idle_lifetime),
        )
        .with(idle(grant, context)));
    }
    checks.pass("grant_not_idle");
    Ok(())
}

/// Returns whether the refresh token was unused for too long. Only a rotation records a use, so a
/// grant whose tokens do not rotate is never idle.
fn is_idle(grant: &Grant, client: &Client, context: &RuleContext<'_>) -> bool {
    let idle_at = grant.rotated_at + context.tenant.row.grant_idle_lifetime;
    rotates(client, grant) && idle_at <= context.now
}

fn idle(grant: &Grant, context: &RuleContext<'_>) -> Comparison {
    let most = context.tenant.row.grant_idle_lifetime;
    let unused = context.now - grant.rotated_at;
    Comparison::mismatch("refresh_token", difference::span(most), difference::span(unused))
        .with_difference(Difference::new("idle"))
}

fn expired(grant: &Grant, single_page_lifetime: Seconds) -> Refusal {
    if grant.single_page {
        let limit = duration(single_page_lifetime);
        refusal::single_page_refresh_token_expired(format_utc(grant.opened_at), limit)
    } else {
        refusal::refresh_token_expired(format_utc(grant.expires_at))
    }
}

fn reused(presented: u32, grant: &Grant, context: &RuleContext<'_>) -> Refusal {
    refusal::refresh_token_reused().with(replaced(presented, grant, context))
}

/// Describes a replaced token: its generation, and how long ago the grant last rotated.
pub(crate) fn replaced(presented: u32, grant: &Grant, context: &RuleContext<'_>) -> Comparison {
    let ago = difference::span(context.now - grant.rotated_at);
    Comparison::mismatch("refresh_token", number(grant.generation), number(presented))
        .with_difference(Difference::new("rotated").with("ago", ago))
}

/// Formats a generation, counted from 1.
fn number(generation: u32) -> String {
    format!("#{}", u64::from(generation) + 1)
}

fn duration(lifetime: Seconds) -> String {
    format!("{} h", lifetime.get().div_euclid(3_600))
}
