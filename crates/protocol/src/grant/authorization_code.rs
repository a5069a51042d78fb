//! The authorization code grant (RFC 6749 §4.1.3): redeems a code once.

use std::{iter, sync::Arc};

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{
    Change, Client, Consent, Fault, Grant, GrantDetails, GrantId, Seconds, TenantStore, User,
    UserId, format_utc,
};

use super::{GrantType, user_grant};
use crate::{
    Checks, consent,
    context::RuleContext,
    decision::{Authentication, Decision, Entitlement},
    difference, lost_memory,
    parameters::Parameters,
    pkce,
    sealed_token::{AuthorizationCode, RefreshToken, SealedTokenError, mismatch},
};

mod second_redemption;
mod session_grant;

/// The scope that requests a refresh token (OpenID Connect Core §11).
const OFFLINE_ACCESS: &str = "offline_access";

/// A redemption in the last seconds of a code passes with a warning: a slower one would fail.
const EXPIRY_WARNING: Seconds = Seconds::new(10);

/// A request that redeems a code.
pub(crate) struct AuthorizationCodeGrant {
    code: AuthorizationCode,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
}

/// The stored state that a redemption depends on.
pub(crate) struct CodeInputs {
    /// The grant that an earlier redemption of the same code opened.
    pub earlier: Option<Grant>,
    /// The user of the code.
    pub user: Option<Arc<User>>,
    /// The consents that the user has given to the client.
    pub consents: Vec<Consent>,
}

impl GrantType for AuthorizationCodeGrant {
    const NAME: &'static str = "authorization_code";
    type Inputs = CodeInputs;

    fn parse(
        parameters: &Parameters,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Result<Self, Refusal> {
        let code = parameters.require("code")?;
        let code = AuthorizationCode::open(code, context.tenant).map_err(|error| match error {
            SealedTokenError::Malformed | SealedTokenError::NotAuthentic => {
                refusal::code_malformed().with(mismatch::malformed("code", code, error))
            }
            SealedTokenError::OtherTenant => refusal::code_of_another_tenant()
                .with(mismatch::of_another_tenant("code"))
                .with(mismatch::tenant("code", code, context.tenant.id())),
        })?;
        checks.pass("code_known");
        Ok(Self {
            code,
            redirect_uri: parameters.get("redirect_uri").map(str::to_owned),
            code_verifier: parameters.get("code_verifier").map(str::to_owned),
        })
    }

    async fn gather(&self, store: TenantStore<'_>) -> Result<CodeInputs, Fault> {
        let code = &self.code;
        Ok(CodeInputs {
            earlier: store.grant(code.grant).await?,
            user: store.user(code.user).await?,
            consents: consent::gather(store, code.user, &code.client).await?,
        })
    }

    fn grant(&self) -> Option<GrantId> {
        Some(self.code.grant)
    }

    fn user(inputs: &CodeInputs) -> Option<UserId> {
        inputs.user.as_ref().map(|user| user.id)
    }

    fn decide(
        &self,
        inputs: CodeInputs,
        client: &Client,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Decision {
        if self.code.client != client.id {
            return refusal::code_of_another_client()
                .with(mismatch::of_another_client("code"))
                .with(mismatch::client("code", &self.code.client, &client.id))
                .into();
        }
        checks.pass("code_client");
        if let Some(grant) = inputs.earlier {
            let verifier = self.code_verifier.as_deref();
            return second_redemption::decide(&grant, (&self.code, verifier), context);
        }
        checks.pass("code_unused");
        match self.check(inputs.user, &inputs.consents, client, (context, checks)) {
            Ok(user) => open_grant(self.code.clone(), user, client, context),
            Err(refusal) => refusal.into(),
        }
    }
}

impl AuthorizationCodeGrant {
    /// Checks the age of an unused code, the parameters that go with it, the user and the consent.
    fn check(
        &self,
        user: Option<Arc<User>>,
        consents: &[Consent],
        client: &Client,
        (context, checks): (&RuleContext<'_>, &mut Checks),
    ) -> Result<Arc<User>, Refusal> {
        let code = &self.code;
        checks.record("code_not_expired", check_age(code, client, context))?;
        let remaining = code.expires_at - context.now;
        if remaining < EXPIRY_WARNING {
            checks.warn("code_nearly_expired", remaining);
        }
        checks.record("redirect_uri", check_redirect_uri(self.redirect_uri.as_deref(), code))?;
        let verifier = self.code_verifier.as_deref();
        checks.record("code_verifier", check_verifier(verifier, code.code_challenge.as_deref()))?;
        let times = (code.auth_time, code.issued_at);
        let user = user_grant::check_user(user, code.session, times, context.now);
        let user = checks.record("user", user)?;
        let granted = (&*code.resource, &*code.scopes, &*code.openid_scopes);
        let claims = Some(&code.claims);
        let consent = consent::still_covers(consents, client, granted, claims, code.issued_at);
        checks.record("consent", consent)?;
        Ok(user)
    }
}

fn check_age(
    code: &AuthorizationCode,
    client: &Client,
    context: &RuleContext<'_>,
) -> Result<(), Refusal> {
    if code.expires_at <= context.now {
        return Err(expired(code, context));
    }
    user_grant::check_not_future("code", [code.issued_at, code.auth_time], context.now)?;
    lost_memory::check(("code", code.issued_at), context.tenant)?;
    let not_before = context.tenant.row.tokens_not_before.max(client.tokens_not_before);
    if code.issued_at < not_before {
        return Err(user_grant::before_revocation(code.issued_at, not_before));
    }
    Ok(())
}

fn expired(code: &AuthorizationCode, context: &RuleContext<'_>) -> Refusal {
    let comparison = Comparison::new("code")
        .expected(format!("before {}", format_utc(code.expires_at)))
        .received(format_utc(context.now))
        .with_difference(difference::expired(code.expires_at, context.now));
    refusal::code_expired(format_utc(code.expires_at)).with(comparison)
}

/// Compares the redirect URI with that of the authorization request (RFC 6749 §4.1.3).
fn check_redirect_uri(sent: Option<&str>, code: &AuthorizationCode) -> Result<(), Refusal> {
    match sent {
        None if code.redirect_uri_was_sent => {
            let comparison = Comparison::new("redirect_uri").expected(&code.redirect_uri);
            Err(refusal::redirect_uri_missing_at_redemption()
                .with(comparison.with_difference(Difference::new("missing"))))
        }
        Some(sent) if sent != code.redirect_uri => {
            let comparison = Comparison::mismatch("redirect_uri", &code.redirect_uri, sent)
                .with_difference(difference::url(sent, &code.redirect_uri));
            Err(refusal::redirect_uri_differs(sent, &code.redirect_uri).with(comparison))
        }
        _ => Ok(()),
    }
}

/// Compares the verifier with the challenge (RFC 7636 §4.6). Each cause has its own refusal.
///
/// A verifier without a challenge is refused: the client used PKCE, so the challenge was removed
/// from its authorization request (PKCE downgrade, RFC 9700 §4.8.2).
fn check_verifier(verifier: Option<&str>, challenge: Option<&str>) -> Result<(), Refusal> {
    let (verifier, challenge) = match (verifier, challenge) {
        (Some(verifier), Some(challenge)) => (verifier, challenge),
        (None, None) => return Ok(()),
        (Some(_), None) => {
            let comparison =
                Comparison::new("code_challenge").with_difference(Difference::new("missing"));
            return Err(refusal::verifier_without_challenge().with(comparison));
        }
        (None, Some(_)) => {
            let comparison =
                Comparison::new("code_verifier").with_difference(Difference::new("missing"));
            return Err(refusal::verifier_missing().with(comparison));
        }
    };
    if !pkce::is_verifier(verifier) {
        return Err(
            refusal::verifier_malformed().with(pkce::mismatch::malformed_verifier(verifier))
        );
    }
    if !pkce::matches(verifier, challenge) {
        return Err(
            refusal::verifier_mismatch().with(pkce::mismatch::mismatch(verifier, challenge))
        );
    }
    Ok(())
}

fn open_grant(
    code: AuthorizationCode,
    user: Arc<User>,
    client: &Client,
    context: &RuleContext<'_>,
) -> Decision {
    let lifetime = grant_lifetime((client, &code.openid_scopes), code.single_page, context);
    let end = context.now + lifetime;
    let mut openid_scopes = code.openid_scopes;
    let refreshable = is_refreshable(client, &openid_scopes);
    if !refreshable {
        openid_scopes.retain(|scope| scope != OFFLINE_ACCESS);
    }
    let claims = (!code.claims.is_empty()).then(|| Box::new(code.claims));
    let grant = Grant {
        tenant: context.tenant.id(),
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
        expires_at: code.grant_ends_at.map_or(end, |latest| latest.min(end)),
        generation: 0,
        rotated_at: context.now,
        revoked: None,
        details: GrantDetails { scope_spellings: code.scope_spellings, claims },
    };
    let authentication = Authentication { nonce: code.nonce, ..user_grant::authentication(&grant) };
    let entitlement = Entitlement {
        refresh_token: refreshable
            .then_some(RefreshToken { grant: grant.id, generation: grant.generation }),
        default_scope: code.default_scope,
        authentication: Some(authentication),
        confirmation: code.dpop_jkt.map(model::Confirmation::Jkt),
        granted_at: Some(code.issued_at),
        ..user_grant::entitlement(&grant, user)
    };
    let of_session = session_grant::of(&grant, client, context).map(Change::AddSessionGrant);
    let changes = iter::once(Change::OpenGrant(grant)).chain(of_session).collect();
    Decision { changes, verdict: Ok(entitlement) }
}

/// Returns whether a grant of these scopes yields refresh tokens.
fn is_refreshable(client: &Client, openid_scopes: &[String]) -> bool {
    let offline = openid_scopes.iter().any(|scope| scope == OFFLINE_ACCESS);
    offline && client.may_use("refresh_token")
}

/// Returns how long a grant lasts. A grant without a refresh token yields only one access token, so
/// its row is stored no longer than that token can last.
pub(crate) fn grant_lifetime(
    (client, openid_scopes): (&Client, &[String]),
    single_page: bool,
    context: &RuleContext<'_>,
) -> Seconds {
    let tenant = &context.tenant.row;
    match (is_refreshable(client, openid_scopes), single_page) {
        (false, _) => Seconds::days(1),
        (true, true) => tenant.single_page_grant_lifetime,
        (true, false) => tenant.grant_lifetime,
    }
}
