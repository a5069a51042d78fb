//! A code from the authorization endpoint, redeemed once (RFC 6749 §4.1.3).

use std::sync::Arc;

use catalogue::{Fact, Refusal, refusal};
use facts::{Books, Change, Client, Consent, Fault, Grant, Revocation, RevocationReason, User};

use super::GrantType;
use crate::{
    consent,
    context::Context,
    decision::{Decision, Entitlement, IdTokenFacts, Subject},
    form::Form,
    grant::refresh_token::user_may_go_on,
    handle::{Code, NotOurs, RefreshToken},
    moment, pkce,
};

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

    fn parse(form: &Form, context: &Context<'_>) -> Result<Self, Refusal> {
        let code = form.require("code")?;
        let code = Code::open(code, context.realm).map_err(|not_ours| match not_ours {
            NotOurs::Malformed if RefreshToken::is_form_of(code) => code_is_refresh_token(),
            NotOurs::Malformed | NotOurs::NotAuthentic => refusal::code_malformed(),
            NotOurs::OtherTenant => refusal::code_of_another_tenant(),
        })?;
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

    fn decide(self, facts: CodeFacts, client: &Client, context: &Context<'_>) -> Decision {
        let code = self.code;
        if code.client != client.id {
            return refusal::code_of_another_client().into();
        }
        // Someone holds a stolen code: end what the first redemption began (RFC 9700 §4.5).
        if let Some(grant) = facts.earlier {
            let revocation = Revocation { at: context.now, reason: RevocationReason::CodeReplayed };
            return Decision::refuse_and(
                Change::RevokeGrant { tenant: grant.tenant, grant: grant.id, revocation },
                refusal::code_already_redeemed(context.now - grant.opened_at),
            );
        }
        if code.expires_at <= context.now {
            return refusal::code_expired(moment::shown(code.expires_at)).into();
        }
        // RFC 6749 §4.1.3: identical to the one of the authorization request.
        match self.redirect_uri.as_deref() {
            None => return refusal::redirect_uri_missing_at_redemption().into(),
            Some(sent) if sent != code.redirect_uri => {
                return refusal::redirect_uri_differs(sent, &code.redirect_uri).into();
            }
            Some(_) => {}
        }
        if let Err(refusal) = check_verifier(self.code_verifier.as_deref(), &code.code_challenge) {
            return refusal.into();
        }
        let given = (&*code.resource, &*code.scopes, &*code.openid_scopes);
        let user = user_may_go_on(facts.user, code.auth_time)
            .and_then(|user| consent::still_covers(&facts.consents, client, given).map(|()| user));
        match user {
            Ok(user) => open(code, user, client, context),
            Err(refusal) => refusal.into(),
        }
    }
}

fn code_is_refresh_token() -> Refusal {
    refusal::code_malformed().with(Fact {
        name: "code",
        expected: None,
        received: None,
        difference: Some("a refresh token was sent in place of the code".to_owned()),
    })
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
    let tenant = &context.realm.tenant;
    let lifetime =
        if code.single_page { tenant.single_page_grant_lifetime } else { tenant.grant_lifetime };
    let has = |scope: &str| code.openid_scopes.iter().any(|given| given == scope);
    let refreshable = has("offline_access") && client.may_use("refresh_token");
    let expires_at = context.now + lifetime;
    let grant = Grant {
        tenant: tenant.id,
        id: code.grant,
        client: code.client,
        user: user.id,
        session: code.session,
        resource: code.resource,
        scopes: code.scopes,
        openid_scopes: code.openid_scopes,
        auth_time: code.auth_time,
        amr: code.amr,
        confirmation: None,
        single_page: code.single_page,
        opened_at: context.now,
        expires_at,
        generation: 0,
        rotated_at: context.now,
        revoked: None,
    };
    let entitlement = Entitlement {
        refresh_token: refreshable
            .then_some(RefreshToken { grant: grant.id, generation: grant.generation }),
        default_scope: code.default_scope,
        id_token: Some(IdTokenFacts { nonce: code.nonce, ..id_token_facts(&grant) }),
        confirmation: code.dpop_jkt.map(facts::Confirmation::Jkt),
        ..entitlement_of(&grant, user)
    };
    Decision::entitle_by(Change::OpenGrant(grant), entitlement)
}

/// What a grant is worth, before the request narrows it.
pub(super) fn entitlement_of(grant: &Grant, user: Arc<User>) -> Entitlement {
    let roles = user.roles.iter().filter(|assignment| assignment.resource == grant.resource);
    Entitlement {
        roles: roles.map(|assignment| assignment.role.clone()).collect(),
        subject: Subject::User(user),
        resource: grant.resource.clone(),
        scopes: grant.scopes.clone(),
        default_scope: false,
        openid_scopes: grant.openid_scopes.clone(),
        refresh_token: None,
        id_token: Some(id_token_facts(grant)),
        confirmation: grant.confirmation,
        single_page: grant.single_page,
        grant: Some(grant.id),
        expires_at: Some(grant.expires_at),
    }
}

fn id_token_facts(grant: &Grant) -> IdTokenFacts {
    IdTokenFacts {
        nonce: None,
        auth_time: grant.auth_time,
        amr: grant.amr.clone(),
        session: grant.session.to_string(),
    }
}
