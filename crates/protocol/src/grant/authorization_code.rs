//! A code from the authorization endpoint, redeemed once (RFC 6749 §4.1.3).

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
    decision::{Decision, Entitlement, IdTokenFacts},
    difference,
    form::Form,
    handle::{Code, NotOurs, RefreshToken, nearest},
    moment, pkce,
};

/// The scope that asks for a refresh token (OpenID Connect Core §11).
const OFFLINE: &str = "offline_access";

/// Whoever needs so much of a code's life will be too late one day.
const CODE_LEFT: Seconds = Seconds::new(10);

/// A request that redeems a code.
#[derive(Clone)]
pub(crate) struct AuthorizationCode {
    code: Code,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
}

/// What is known about the code and the person who stands behind it.
pub(crate) struct CodeFacts {
    /// The grant that an earlier redemption of the same code opened.
    pub earlier: Option<Grant>,
    /// The person.
    pub user: Option<Arc<User>>,
    /// What the person allows the client now.
    pub consents: Vec<Consent>,
}

impl GrantType for AuthorizationCode {
    const NAME: &'static str = "authorization_code";
    type Facts = CodeFacts;

    fn parse(form: &Form, context: &Context<'_>, checks: &mut Checks) -> Result<Self, Refusal> {
        let code = form.require("code")?;
        let code = Code::open(code, context.realm).map_err(|why| match why {
            NotOurs::Malformed | NotOurs::NotAuthentic => {
                refusal::code_malformed().with(nearest::malformed("code", code, why))
            }
            NotOurs::OtherTenant => refusal::code_of_another_tenant()
                .with(nearest::of_another_tenant("code"))
                .with(nearest::tenant("code", code, context.realm.tenant.id)),
        })?;
        checks.pass("code_known");
        Ok(Self {
            code,
            redirect_uri: form.get("redirect_uri").map(str::to_owned),
            code_verifier: form.get("code_verifier").map(str::to_owned),
        })
    }

    async fn gather(&self, store: &dyn Store, context: &Context<'_>) -> Result<CodeFacts, Fault> {
        let (tenant, code) = (context.realm.tenant.id, &self.code);
        Ok(CodeFacts {
            earlier: store.grant(tenant, code.grant).await?,
            user: store.user(tenant, code.user).await?,
            consents: consent::gather(store, (tenant, code.user), &code.client).await?,
        })
    }

    fn grant(&self) -> Option<GrantId> {
        Some(self.code.grant)
    }

    fn person(facts: &CodeFacts) -> Option<UserId> {
        facts.user.as_ref().map(|user| user.id)
    }

    fn decide(
        self,
        facts: CodeFacts,
        client: &Client,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Decision {
        if self.code.client != client.id {
            let fact = nearest::client("code", &self.code.client, &client.id);
            let said = nearest::of_another_client("code");
            return refusal::code_of_another_client().with(said).with(fact).into();
        }
        checks.pass("code_client");
        // Someone holds a stolen code: end what the first redemption began (RFC 9700 §4.5).
        if let Some(grant) = facts.earlier {
            let revocation = Revocation { at: context.now, reason: RevocationReason::CodeReplayed };
            return Decision::refuse_and(
                Change::RevokeGrant { tenant: grant.tenant, grant: grant.id, revocation },
                already_redeemed(&grant, context),
            );
        }
        checks.pass("code_unused");
        match self.check(facts.user, &facts.consents, client, (context, checks)) {
            Ok(user) => open(self.code, user, client, context),
            Err(refusal) => refusal.into(),
        }
    }
}

impl AuthorizationCode {
    /// What must hold of a code that was never redeemed, and of the request that brings it.
    fn check(
        &self,
        user: Option<Arc<User>>,
        consents: &[Consent],
        client: &Client,
        (context, checks): (&Context<'_>, &mut Checks),
    ) -> Result<Arc<User>, Refusal> {
        let code = &self.code;
        checks.note("code_fresh", check_age(code, context))?;
        let left = code.expires_at - context.now;
        if left < CODE_LEFT {
            checks.warn("code_nearly_expired", left);
        }
        checks.note("redirect_uri", check_redirect_uri(self.redirect_uri.as_deref(), code))?;
        let verifier = self.code_verifier.as_deref();
        checks.note("code_verifier", check_verifier(verifier, &code.code_challenge))?;
        let user = checks.note("user", standing::person(user, code.auth_time))?;
        let given = (&*code.resource, &*code.scopes, &*code.openid_scopes);
        checks.note("consent", consent::still_covers(consents, client, given))?;
        Ok(user)
    }
}

fn check_age(code: &Code, context: &Context<'_>) -> Result<(), Refusal> {
    if code.expires_at <= context.now {
        let fact = Fact::about("code")
            .expected(format!("before {}", moment::shown(code.expires_at)))
            .received(moment::shown(context.now))
            .differing(difference::expired(code.expires_at, context.now));
        return Err(refusal::code_expired(moment::shown(code.expires_at)).with(fact));
    }
    let not_before = context.realm.tenant.tokens_not_before;
    if code.issued_at < not_before {
        return Err(standing::before_revocation(code.issued_at, not_before));
    }
    Ok(())
}

/// RFC 6749 §4.1.3: identical to the one of the authorization request.
fn check_redirect_uri(sent: Option<&str>, code: &Code) -> Result<(), Refusal> {
    match sent {
        None if code.redirect_uri_was_sent => {
            let fact = Fact::about("redirect_uri").expected(&code.redirect_uri);
            Err(refusal::redirect_uri_missing_at_redemption()
                .with(fact.differing(Difference::of("missing"))))
        }
        Some(sent) if sent != code.redirect_uri => {
            let fact = Fact::mismatch("redirect_uri", &code.redirect_uri, sent)
                .differing(difference::url(sent, &code.redirect_uri));
            Err(refusal::redirect_uri_differs(sent, &code.redirect_uri).with(fact))
        }
        _ => Ok(()),
    }
}

fn already_redeemed(grant: &Grant, context: &Context<'_>) -> Refusal {
    let age = context.now - grant.opened_at;
    let fact = Fact::about("code")
        .received(format!("redeemed {}", moment::shown(grant.opened_at)))
        .differing(Difference::of("redeemed").with("ago", difference::span(age)));
    let refusal = refusal::code_already_redeemed(age).with(fact);
    match grant.revoked {
        Some(revocation) => refusal.with(standing::revocation("grant", revocation, context.now)),
        None => refusal,
    }
}

/// RFC 7636 §4.6; each cause has a refusal of its own.
fn check_verifier(verifier: Option<&str>, challenge: &str) -> Result<(), Refusal> {
    let verifier = verifier.ok_or_else(|| {
        let fact = Fact::about("code_verifier").differing(Difference::of("missing"));
        refusal::verifier_missing().with(fact)
    })?;
    if !pkce::is_verifier(verifier) {
        return Err(refusal::verifier_malformed().with(pkce::nearest::malformed_verifier(verifier)));
    }
    if !pkce::matches(verifier, challenge) {
        return Err(refusal::verifier_mismatch().with(pkce::nearest::mismatch(verifier, challenge)));
    }
    Ok(())
}

fn open(code: Code, user: Arc<User>, client: &Client, context: &Context<'_>) -> Decision {
    let mut openid_scopes = code.openid_scopes;
    let offline = openid_scopes.iter().any(|scope| scope == OFFLINE);
    let refreshable = offline && client.may_use("refresh_token");
    if !refreshable {
        openid_scopes.retain(|scope| scope != OFFLINE);
    }
    let grant = Grant {
        tenant: context.realm.tenant.id,
        id: code.grant,
        client: code.client,
        user: user.id,
        session: code.session,
        resource: code.resource,
        scopes: code.scopes,
        openid_scopes,
        auth_time: code.auth_time,
        amr: code.amr,
        confirmation: None,
        single_page: code.single_page,
        opened_at: context.now,
        expires_at: context.now + lifetime(refreshable, code.single_page, context),
        generation: 0,
        rotated_at: context.now,
        revoked: None,
    };
    let entitlement = Entitlement {
        refresh_token: refreshable
            .then_some(RefreshToken { grant: grant.id, generation: grant.generation }),
        default_scope: code.default_scope,
        id_token: Some(IdTokenFacts { nonce: code.nonce, ..standing::sign_in(&grant) }),
        confirmation: code.dpop_jkt.map(model::Confirmation::Jkt),
        ..standing::entitlement(&grant, user)
    };
    Decision::entitle_by(Change::OpenGrant(grant), entitlement)
}

/// Without a refresh token nothing comes of a grant but its first access token, and the row is
/// remembered no longer than that can last.
fn lifetime(refreshable: bool, single_page: bool, context: &Context<'_>) -> Seconds {
    let tenant = &context.realm.tenant;
    match (refreshable, single_page) {
        (false, _) => Seconds::days(1),
        (true, true) => tenant.single_page_grant_lifetime,
        (true, false) => tenant.grant_lifetime,
    }
}
