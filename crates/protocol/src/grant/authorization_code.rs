//! A code from the authorization endpoint, redeemed once (RFC 6749 §4.1.3).

use std::sync::Arc;

use catalogue::{Difference, Fact, Refusal, refusal};
use facts::{
    Books, Change, Client, Consent, Fault, Grant, Revocation, RevocationReason, Seconds, User,
};

use super::{GrantType, standing};
use crate::{
    Checks, consent,
    context::Context,
    decision::{Decision, Entitlement, IdTokenFacts},
    form::Form,
    handle::{Code, NotOurs, RefreshToken},
    moment, pkce,
};

/// The scope that asks for a refresh token (OpenID Connect Core §11).
const OFFLINE: &str = "offline_access";

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
        let code = Code::open(code, context.realm).map_err(|not_ours| match not_ours {
            NotOurs::Malformed if RefreshToken::is_form_of(code) => code_is_refresh_token(),
            NotOurs::Malformed | NotOurs::NotAuthentic => refusal::code_malformed(),
            NotOurs::OtherTenant => refusal::code_of_another_tenant(),
        })?;
        checks.pass("code_known");
        Ok(Self {
            code,
            redirect_uri: form.get("redirect_uri").map(str::to_owned),
            code_verifier: form.get("code_verifier").map(str::to_owned),
        })
    }

    async fn gather(&self, books: &dyn Books, context: &Context<'_>) -> Result<CodeFacts, Fault> {
        let (tenant, code) = (context.realm.tenant.id, &self.code);
        Ok(CodeFacts {
            earlier: books.grant(tenant, code.grant).await?,
            user: books.user(tenant, code.user).await?,
            consents: consent::gather(books, (tenant, code.user), &code.client).await?,
        })
    }

    fn decide(
        self,
        facts: CodeFacts,
        client: &Client,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Decision {
        if self.code.client != client.id {
            return refusal::code_of_another_client().into();
        }
        checks.pass("code_client");
        // Someone holds a stolen code: end what the first redemption began (RFC 9700 §4.5).
        if let Some(grant) = facts.earlier {
            let revocation = Revocation { at: context.now, reason: RevocationReason::CodeReplayed };
            return Decision::refuse_and(
                Change::RevokeGrant { tenant: grant.tenant, grant: grant.id, revocation },
                refusal::code_already_redeemed(context.now - grant.opened_at),
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
        return Err(refusal::code_expired(moment::shown(code.expires_at)));
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
        None if code.redirect_uri_was_sent => Err(refusal::redirect_uri_missing_at_redemption()),
        Some(sent) if sent != code.redirect_uri => {
            Err(refusal::redirect_uri_differs(sent, &code.redirect_uri))
        }
        _ => Ok(()),
    }
}

fn code_is_refresh_token() -> Refusal {
    refusal::code_malformed()
        .with(Fact::about("code").differing(Difference::of("refresh_token_as_code")))
}

/// RFC 7636 §4.6; each cause has a refusal of its own.
fn check_verifier(verifier: Option<&str>, challenge: &str) -> Result<(), Refusal> {
    let verifier = verifier.ok_or_else(refusal::verifier_missing)?;
    if !pkce::is_verifier(verifier) {
        return Err(refusal::verifier_malformed());
    }
    if !pkce::matches(verifier, challenge) {
        return Err(refusal::verifier_mismatch());
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
        confirmation: code.dpop_jkt.map(facts::Confirmation::Jkt),
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
