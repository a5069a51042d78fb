//! A refresh token, exchanged for fresh tokens (RFC 6749 §6, RFC 9700 §4.14).

use std::sync::Arc;

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{
    Change, Client, Consent, Fault, Grant, GrantId, Revocation, RevocationReason, Seconds, Store,
    User, UserId,
};

use super::{GrantType, standing};
use crate::{
    Checks, consent,
    context::Context,
    decision::Decision,
    difference,
    form::Form,
    handle::{NotOurs, RefreshToken, nearest},
    moment,
};

/// A request that refreshes.
#[derive(Clone)]
pub(crate) struct RefreshTokenGrant {
    presented: RefreshToken,
}

/// The grant behind the token, and the person behind the grant.
pub(crate) struct RefreshFacts {
    /// The grant; `None` once its row was cleaned away.
    pub grant: Option<Grant>,
    /// The person.
    pub user: Option<Arc<User>>,
    /// What the person allows the client now.
    pub consents: Vec<Consent>,
}

impl GrantType for RefreshTokenGrant {
    const NAME: &'static str = "refresh_token";
    type Facts = RefreshFacts;

    fn parse(form: &Form, context: &Context<'_>, checks: &mut Checks) -> Result<Self, Refusal> {
        let text = form.require("refresh_token")?;
        let presented = RefreshToken::open(text, context.realm).map_err(|why| match why {
            NotOurs::OtherTenant => refusal::refresh_token_of_another_tenant()
                .with(nearest::of_another_tenant(Self::NAME))
                .with(nearest::tenant(Self::NAME, text, context.realm.tenant.id)),
            NotOurs::Malformed | NotOurs::NotAuthentic => {
                refusal::refresh_token_malformed().with(nearest::malformed(Self::NAME, text, why))
            }
        })?;
        checks.pass("refresh_token_known");
        Ok(Self { presented })
    }

    async fn gather(
        &self,
        store: &dyn Store,
        context: &Context<'_>,
    ) -> Result<RefreshFacts, Fault> {
        let tenant = context.realm.tenant.id;
        let Some(grant) = store.grant(tenant, self.presented.grant).await? else {
            return Ok(RefreshFacts { grant: None, user: None, consents: Vec::new() });
        };
        Ok(RefreshFacts {
            user: store.user(tenant, grant.user).await?,
            consents: consent::gather(store, (tenant, grant.user), &grant.client).await?,
            grant: Some(grant),
        })
    }

    fn grant(&self) -> Option<GrantId> {
        Some(self.presented.grant)
    }

    fn person(facts: &RefreshFacts) -> Option<UserId> {
        facts.grant.as_ref().map(|grant| grant.user)
    }

    fn decide(
        self,
        facts: RefreshFacts,
        client: &Client,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Decision {
        let Some(grant) = facts.grant else {
            let fact = Fact::about(Self::NAME).differing(Difference::of("grant_forgotten"));
            return refusal::grant_unknown().with(fact).into();
        };
        if grant.client != client.id {
            let fact = nearest::client(Self::NAME, &grant.client, &client.id);
            let said = nearest::of_another_client(Self::NAME);
            return refusal::refresh_token_of_another_client().with(said).with(fact).into();
        }
        checks.pass("refresh_token_client");
        let person = (facts.user, &*facts.consents);
        let user = match still_good(&grant, person, client, (context, checks)) {
            Ok(user) => user,
            Err(refusal) => return refusal.into(),
        };
        let decision = successor(self.presented.generation, &grant, user, client, context);
        decision.and_then(|entitlement| checks.note("refresh_token_newest", Ok(entitlement)))
    }
}

/// Which refresh token the client has next, if the presented one is good.
fn successor(
    presented: u32,
    grant: &Grant,
    user: Arc<User>,
    client: &Client,
    context: &Context<'_>,
) -> Decision {
    let mut entitlement = standing::entitlement(grant, user);
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
        return Decision::entitle_by(change, entitlement);
    }
    // Two windows of one app refresh at the same moment: the later one gets the same successor.
    let just_before = presented.checked_add(1) == Some(grant.generation);
    if just_before && context.now < grant.rotated_at + Grant::GRACE {
        next(grant.generation);
        return Decision::entitle(entitlement);
    }
    // Someone holds a stolen token; nobody can tell who (RFC 9700 §4.14.2): end the family.
    let revocation = Revocation { at: context.now, reason: RevocationReason::RefreshTokenReplayed };
    Decision::refuse_and(
        Change::RevokeGrant { tenant: grant.tenant, grant: grant.id, revocation },
        reused(presented, grant, context),
    )
}

/// Whether each refresh replaces the token (RFC 9700 §4.14.2: it must, where nothing else ties
/// the token to the client).
fn rotates(client: &Client, grant: &Grant) -> bool {
    let unbound = grant.confirmation.is_none();
    client.public && unbound || client.refresh_token_rotation == Some(true)
}

/// Neither revoked nor too old, and the person still stands behind it.
fn still_good(
    grant: &Grant,
    (user, consents): (Option<Arc<User>>, &[Consent]),
    client: &Client,
    (context, checks): (&Context<'_>, &mut Checks),
) -> Result<Arc<User>, Refusal> {
    in_time(grant, client, context, checks)?;
    let user = checks.note("user", standing::person(user, grant.auth_time))?;
    let given = (&*grant.resource, &*grant.scopes, &*grant.openid_scopes);
    checks.note("consent", consent::still_covers(consents, client, given))?;
    Ok(user)
}

/// Neither revoked nor too old, by each of the three clocks.
fn in_time(
    grant: &Grant,
    client: &Client,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<(), Refusal> {
    let tenant = &context.realm.tenant;
    if let Some(revocation) = grant.revoked {
        let fact = standing::revocation("refresh_token", revocation, context.now);
        return Err(refusal::grant_revoked(moment::shown(revocation.at)).with(fact));
    }
    if grant.opened_at < tenant.tokens_not_before {
        return Err(standing::before_revocation(grant.opened_at, tenant.tokens_not_before));
    }
    checks.pass("grant_not_revoked");
    if grant.expires_at <= context.now {
        let fact = Fact::about("refresh_token")
            .expected(format!("before {}", moment::shown(grant.expires_at)))
            .received(moment::shown(context.now))
            .differing(difference::expired(grant.expires_at, context.now));
        return Err(expired(grant, tenant.single_page_grant_lifetime).with(fact));
    }
    checks.pass("grant_not_expired");
    if is_idle(grant, client, context) {
        return Err(refusal::refresh_token_inactive(
            moment::shown(grant.rotated_at),
            duration(tenant.grant_idle_lifetime),
        )
        .with(idle(grant, context)));
    }
    checks.pass("grant_in_use");
    Ok(())
}

/// Whether the refresh token went unused for too long. Only a rotation leaves a trace of use, so
/// only where tokens rotate can disuse be told from use that writes nothing.
pub(crate) fn is_idle(grant: &Grant, client: &Client, context: &Context<'_>) -> bool {
    let idle_at = grant.rotated_at + context.realm.tenant.grant_idle_lifetime;
    rotates(client, grant) && idle_at <= context.now
}

fn idle(grant: &Grant, context: &Context<'_>) -> Fact {
    let most = context.realm.tenant.grant_idle_lifetime;
    let unused = context.now - grant.rotated_at;
    Fact::mismatch("refresh_token", difference::span(most), difference::span(unused))
        .differing(Difference::of("idle"))
}

fn expired(grant: &Grant, single_page_lifetime: Seconds) -> Refusal {
    if grant.single_page {
        let limit = duration(single_page_lifetime);
        refusal::single_page_refresh_token_expired(moment::shown(grant.opened_at), limit)
    } else {
        refusal::refresh_token_expired(moment::shown(grant.expires_at))
    }
}

/// Which of the tokens in a row came, and how long it has been replaced.
fn reused(presented: u32, grant: &Grant, context: &Context<'_>) -> Refusal {
    let ago = difference::span(context.now - grant.rotated_at);
    let fact = Fact::mismatch("refresh_token", number(grant.generation), number(presented));
    refusal::refresh_token_reused().with(fact.differing(Difference::of("rotated").with("ago", ago)))
}

/// Of the tokens in a row, counted from 1.
fn number(generation: u32) -> String {
    format!("#{}", u64::from(generation) + 1)
}

fn duration(span: Seconds) -> String {
    format!("{} h", span.get().div_euclid(3_600))
}
