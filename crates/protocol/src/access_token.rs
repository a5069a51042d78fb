//! Validates access tokens that this service issued and a request presents (RFC 6750, RFC 9449 §7).

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{ClientId, Fault, Grant, GrantId, TenantStore, Timestamp, User, format_utc};
use serde_json::Value;

use crate::{
    Checks, Error, UnspentValues,
    context::RuleContext,
    difference,
    keys::{AT_JWT, JWT, TenantKeys},
    lost_memory,
    mint::AccessTokenClaims,
    origin,
    parameters::Parameters,
    request_head::RequestHead,
    sender_constraint,
};

mod mismatch;
mod revoked;
mod valid_access_token;

pub use valid_access_token::ValidAccessToken;

/// An access token in a request.
struct PresentedToken<'a> {
    token: &'a str,
    scheme_is_dpop: bool,
}

/// Validates the access token of a request, its DPoP proof if it is bound to a key, its grant, and
/// the origin of the page that sent it. Returns the one-time value of the proof, to spend if
/// nothing else refuses the request.
///
/// # Errors
/// The token is missing, in the wrong place, invalid, expired or revoked, or a page of another
/// origin sent it; or a fault.
pub async fn authenticate(
    (head, parameters): (&RequestHead<'_>, &Parameters),
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<(ValidAccessToken, UnspentValues), Error> {
    let presented = checks.record("token_presented", extract(head, parameters))?;
    let claims = verify(presented.token, keys, context, checks)?;
    let proof = sender_constraint::verify_proof(head, Some(presented.token), context, checks)?;
    let bound_to = claims.cnf.as_ref().and_then(crate::mint::Cnf::confirmation);
    sender_constraint::check_token_use(bound_to, proof.as_ref(), presented.scheme_is_dpop)?;
    checks.pass("sender_constraint");
    let token = load_grant_state(claims, store, context).await?;
    let token = token.map_err(|comparison| refusal::access_token_revoked().with(comparison));
    let token = checks.record("token_grant_active", token)?;
    checks.record("origin", origin::check(head.origin, &token.client))?;
    Ok((token, UnspentValues::new(proof.map(|proof| proof.one_time_value))))
}

/// Returns the client, grant, kind and expiry of the token in a request if this tenant signed it,
/// valid or not. A refused request is attributed to that client.
pub fn issued_token_info(
    (head, parameters): (&RequestHead<'_>, &Parameters),
    keys: &TenantKeys,
) -> Option<IssuedTokenInfo> {
    IssuedTokenInfo::from_token(extract(head, parameters).ok()?.token, keys)
}

/// Extracts the only token of a request, from the header or the form body (RFC 6750 §2). Never from
/// the URL, which logs and browser histories store.
fn extract<'a>(
    head: &RequestHead<'a>,
    parameters: &'a Parameters,
) -> Result<PresentedToken<'a>, Refusal> {
    let in_query = head.query.is_some_and(|query| {
        query.split('&').any(|pair| pair.split('=').next() == Some("access_token"))
    });
    if in_query {
        let comparison =
            Comparison::new("access_token").with_difference(Difference::new("in_query"));
        return Err(refusal::access_token_in_query().with(comparison));
    }
    let in_header = match head.authorization.as_slice() {
        [] => None,
        [header] => Some(from_header(header)?),
        several => {
            let comparison = Comparison::mismatch("Authorization", 1, several.len());
            return Err(refusal::several_authorization_headers().with(comparison));
        }
    };
    match (in_header, parameters.get("access_token")) {
        (Some(_), Some(_)) => {
            let comparison = Comparison::new("access_token").expected("1").received("2");
            Err(refusal::several_access_tokens().with(comparison))
        }
        (Some(presented), None) => Ok(presented),
        (None, Some(token)) => Ok(PresentedToken { token, scheme_is_dpop: false }),
        (None, None) => Err(missing("missing")),
    }
}

fn missing(kind: &'static str) -> Refusal {
    let comparison = Comparison::new("Authorization").expected("Bearer access_token");
    refusal::access_token_missing().with(comparison.with_difference(Difference::new(kind)))
}

fn from_header(header: &str) -> Result<PresentedToken<'_>, Refusal> {
    let (scheme, token) = header.split_once(' ').ok_or_else(|| {
        let is_scheme = ["Bearer", "DPoP"].iter().any(|it| it.eq_ignore_ascii_case(header));
        missing(if is_scheme { "empty" } else { "scheme_of_token_missing" })
    })?;
    let scheme_is_dpop = scheme.eq_ignore_ascii_case("DPoP");
    let token = token.trim();
    if !(scheme_is_dpop || scheme.eq_ignore_ascii_case("Bearer")) {
        let comparison = Comparison::mismatch("Authorization", "Bearer, DPoP", scheme)
            .with_difference(difference::suggest(scheme, ["Bearer", "DPoP"]));
        return Err(refusal::access_token_scheme_not_supported(scheme).with(comparison));
    }
    if token.is_empty() {
        return Err(missing("empty"));
    }
    Ok(PresentedToken { token, scheme_is_dpop })
}

/// Verifies the signature, type, issuer and expiry of an access token. Refuses ID tokens, which the
/// same keys sign: they have no claim `client_id`.
fn verify(
    token: &str,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<AccessTokenClaims, Refusal> {
    let verified = keys.verify(token).ok_or_else(|| mismatch::unverified(token, context));
    let verified = checks.record("token_signature", verified)?;
    if !matches!(verified.header().typ.as_deref(), Some(AT_JWT | JWT)) {
        return Err(mismatch::not_an_access_token(verified.header().typ.as_deref()));
    }
    // The service wrote them: none is repeated, and a value for each would only cost time.
    let claims: AccessTokenClaims = serde_json::from_slice(verified.payload())
        .map_err(|_| mismatch::not_an_access_token(None))?;
    checks.pass("token_type");
    if claims.iss != context.tenant.endpoints.issuer {
        let expected = &context.tenant.endpoints.issuer;
        let comparison = Comparison::mismatch("iss", expected, &claims.iss)
            .with_difference(difference::url(&claims.iss, expected));
        return Err(refusal::access_token_issuer_wrong(&claims.iss, expected).with(comparison));
    }
    checks.pass("token_issuer");
    let expires = Timestamp::from_seconds(claims.exp);
    if expires <= context.now {
        let comparison = Comparison::mismatch("exp", format_utc(context.now), format_utc(expires))
            .with_difference(difference::expired(expires, context.now));
        return Err(refusal::access_token_expired(format_utc(expires)).with(comparison));
    }
    checks.pass("token_not_expired");
    Ok(claims)
}

/// Reads the client, grant and user of a token. Returns a comparison if one of them was deleted,
/// disabled, expired or revoked, or if the tokens of the tenant or client were revoked.
async fn load_grant_state(
    claims: AccessTokenClaims,
    store: TenantStore<'_>,
    context: &RuleContext<'_>,
) -> Result<Result<ValidAccessToken, Comparison>, Fault> {
    let tenant = &context.tenant.row;
    let issued = claims.issued_at();
    if issued.is_future(context.now) {
        return Ok(Err(revoked::of_the_future(issued, context.now)));
    }
    if issued < tenant.tokens_not_before {
        return Ok(Err(revoked::before_revocation(issued, tenant.tokens_not_before)));
    }
    let client = match ClientId::new(&claims.client_id) {
        Some(id) => store.client(&id).await?.filter(|client| client.enabled),
        None => None,
    };
    let Some(client) = client else {
        return Ok(Err(mismatch::unavailable("client_id", "client_deleted_or_disabled")));
    };
    if issued < client.tokens_not_before {
        return Ok(Err(revoked::before_revocation(issued, client.tokens_not_before)));
    }
    let not_before = revoked::revocation_at(&claims.aud, store).await?;
    if issued < not_before {
        return Ok(Err(revoked::before_revocation(issued, not_before)));
    }
    let not_before = not_before.max(tenant.tokens_not_before).max(client.tokens_not_before);
    let Some(gid) = claims.gid.as_deref() else {
        let userinfo_claims = Vec::new();
        let (user, grant) = (None, None);
        return Ok(Ok(ValidAccessToken { claims, client, user, grant, userinfo_claims }));
    };
    let grant = match grant_id(gid) {
        Some(id) => store.grant(id).await?,
        None => None,
    };
    let Some(grant) = grant else {
        return Ok(Err(Comparison::new("gid").with_difference(Difference::new("grant_not_found"))));
    };
    let since = context.tenant.remembered_since;
    if grant.opened_at < since {
        return Ok(Err(lost_memory::comparison("gid", Some(grant.opened_at), since)));
    }
    // A process that had not read the revocation yet may have issued the token after it.
    if grant.opened_at < not_before {
        return Ok(Err(revoked::before_revocation(grant.opened_at, not_before)));
    }
    let user = store.user(grant.user).await?;
    match user.filter(|user| may_act(user, &grant, context.now)) {
        Some(user) => Ok(Ok(ValidAccessToken {
            claims,
            client,
            user: Some(user),
            grant: Some(grant.id),
            userinfo_claims: grant.details.claims.map(|it| it.userinfo).unwrap_or_default(),
        })),
        None => Ok(Err(mismatch::inactive(&grant, context.now))),
    }
}

fn may_act(user: &User, grant: &Grant, now: Timestamp) -> bool {
    user.is_active(now)
        && grant.is_active(now)
        && user.accepts_grant(grant.session, grant.auth_time, grant.opened_at)
}

fn grant_id(text: &str) -> Option<GrantId> {
    let hexadecimal: String = text.chars().filter(|character| *character != '-').collect();
    u128::from_str_radix(&hexadecimal, 16).ok().map(|number| GrantId::new(number.to_be_bytes()))
}

/// Validates an access token for introspection: without a DPoP proof. The reasons of an invalid
/// token are for the request record only (RFC 7662 §2.2).
///
/// # Errors
/// A fault.
pub async fn validate_for_introspection(
    token: &str,
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
) -> Result<Result<ValidAccessToken, Vec<Comparison>>, Fault> {
    match verify(token, keys, context, &mut Checks::default()) {
        Ok(claims) => {
            Ok(load_grant_state(claims, store, context).await?.map_err(|reason| vec![reason]))
        }
        Err(refusal) => Ok(Err(refusal.comparisons().to_vec())),
    }
}

/// Returns the reasons why a text is no token that this tenant signed.
pub(crate) fn not_issued(token: &str, context: &RuleContext<'_>) -> Vec<Comparison> {
    mismatch::unverified(token, context).comparisons().to_vec()
}

/// The client, grant, kind and expiry of a token that this tenant signed, expired or not.
pub struct IssuedTokenInfo {
    /// The client to which the token was issued.
    pub client: ClientId,
    /// The grant with whose revocation the token is revoked; `None` if it only expires.
    pub grant: Option<GrantId>,
    /// The identifier of the resource that it is for (`aud`).
    pub audience: Option<String>,
    /// `access_token` or `id_token`.
    pub kind: &'static str,
    /// When the token expires.
    pub expires_at: Timestamp,
}

impl IssuedTokenInfo {
    /// Reads the claims of a token that this tenant signed.
    pub fn from_token(token: &str, keys: &TenantKeys) -> Option<Self> {
        let claims = keys.verify(token)?.claims().ok()?;
        let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
        // The client of an ID token is its audience.
        let (client, kind) = match text("client_id") {
            Some(client) => (client, "access_token"),
            None => (text("aud")?, "id_token"),
        };
        Some(Self {
            client: ClientId::new(client)?,
            audience: text("aud").map(str::to_owned),
            grant: text("gid").and_then(grant_id),
            kind,
            expires_at: Timestamp::from_seconds(claims.get("exp").and_then(Value::as_i64)?),
        })
    }
}
