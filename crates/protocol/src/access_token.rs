//! An access token of our own, presented to us (RFC 6750, RFC 9449 §7).

use std::sync::Arc;

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Client, ClientId, Fault, Grant, GrantId, Store, Timestamp, User};
use serde_json::Value;

use crate::{
    Checks, Failure, binding,
    context::Context,
    difference,
    form::Form,
    keys::{AT_JWT, JWT, TenantKeys},
    mint::AccessToken,
    moment,
    request::Head,
};

mod nearest;

/// A token found in a request.
struct Presented<'a> {
    token: &'a str,
    scheme_is_dpop: bool,
}

/// What stands behind a token that is good.
pub struct Bearer {
    /// Its claims.
    pub claims: AccessToken,
    /// Who it was given to.
    pub client: Arc<Client>,
    /// Who it speaks for; `None` for a client's own.
    pub user: Option<Arc<User>>,
    /// What it comes from; `None` for a client's own.
    pub grant: Option<GrantId>,
}

/// Checks the access token that a request carries, with the proof of its key if it is bound, and
/// what stands behind it.
///
/// # Errors
/// No token, one at a wrong place, one that is not good, or a fault.
pub async fn authenticate(
    (head, form): (&Head<'_>, &Form),
    store: &dyn Store,
    keys: &TenantKeys,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<Bearer, Failure> {
    let presented = checks.note("token_presented", find(head, form))?;
    let claims = read(presented.token, keys, context, checks)?;
    let proof = binding::find(head, Some(presented.token), context, checks)?;
    let bound_to = claims.cnf.as_ref().and_then(crate::mint::Cnf::confirmation);
    binding::check_use(bound_to, proof.as_ref(), presented.scheme_is_dpop)?;
    checks.pass("sender_constraint");
    if let Some(proof) = proof {
        proof.once.spend(store, checks).await?;
    }
    let bearer = stands(claims, store, context).await?;
    let bearer = bearer.map_err(|fact| refusal::access_token_revoked().with(fact));
    Ok(checks.note("token_standing", bearer)?)
}

/// Where the token of a request came from, be it good or not, if we signed it: for whoever wants to
/// know whose request was turned down.
pub fn origin((head, form): (&Head<'_>, &Form), keys: &TenantKeys) -> Option<Origin> {
    Origin::of(find(head, form).ok()?.token, keys)
}

/// RFC 6750 §2: exactly one token, in the header, or in the body of a form; never in the URL,
/// where logs and histories keep it.
fn find<'a>(head: &Head<'a>, form: &'a Form) -> Result<Presented<'a>, Refusal> {
    let in_query = head.query.is_some_and(|query| {
        query.split('&').any(|pair| pair.split('=').next() == Some("access_token"))
    });
    if in_query {
        let fact = Fact::about("access_token").differing(Difference::of("in_query"));
        return Err(refusal::access_token_in_query().with(fact));
    }
    let in_header = match head.authorization.as_slice() {
        [] => None,
        [header] => Some(from_header(header)?),
        several => {
            let fact = Fact::mismatch("Authorization", 1, several.len());
            return Err(refusal::several_authorization_headers().with(fact));
        }
    };
    match (in_header, form.get("access_token")) {
        (Some(_), Some(_)) => {
            let fact = Fact::about("access_token").expected("1").received("2");
            Err(refusal::several_access_tokens().with(fact))
        }
        (Some(presented), None) => Ok(presented),
        (None, Some(token)) => Ok(Presented { token, scheme_is_dpop: false }),
        (None, None) => Err(missing("missing")),
    }
}

fn missing(kind: &'static str) -> Refusal {
    let fact = Fact::about("Authorization").expected("Bearer access_token");
    refusal::access_token_missing().with(fact.differing(Difference::of(kind)))
}

fn from_header(header: &str) -> Result<Presented<'_>, Refusal> {
    let (scheme, token) = header.split_once(' ').ok_or_else(|| {
        let is_scheme = ["Bearer", "DPoP"].iter().any(|it| it.eq_ignore_ascii_case(header));
        missing(if is_scheme { "empty" } else { "scheme_of_token_missing" })
    })?;
    let scheme_is_dpop = scheme.eq_ignore_ascii_case("DPoP");
    let token = token.trim();
    if !(scheme_is_dpop || scheme.eq_ignore_ascii_case("Bearer")) {
        let fact = Fact::mismatch("Authorization", "Bearer, DPoP", scheme)
            .differing(difference::named(scheme, ["Bearer", "DPoP"]));
        return Err(refusal::access_token_scheme_not_supported(scheme).with(fact));
    }
    if token.is_empty() {
        return Err(missing("empty"));
    }
    Ok(Presented { token, scheme_is_dpop })
}

/// The claims of an access token that this tenant signed and that is not over. An ID token is
/// none, although the same keys sign it: it has no `client_id`, and another `typ` or audience.
fn read(
    token: &str,
    keys: &TenantKeys,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<AccessToken, Refusal> {
    let verified = keys.verify(token).ok_or_else(|| nearest::unverified(token, context));
    let verified = checks.note("token_signature", verified)?;
    if !matches!(verified.header().typ.as_deref(), Some(AT_JWT | JWT)) {
        return Err(nearest::not_one(verified.header().typ.as_deref()));
    }
    let claims: AccessToken = verified.claims_as().map_err(|_| nearest::not_one(None))?;
    checks.pass("token_type");
    if claims.iss != context.realm.endpoints.issuer {
        let expected = &context.realm.endpoints.issuer;
        let fact = Fact::mismatch("iss", expected, &claims.iss)
            .differing(difference::url(&claims.iss, expected));
        return Err(refusal::access_token_issuer_wrong(&claims.iss, expected).with(fact));
    }
    checks.pass("token_issuer");
    let expires = Timestamp::from_seconds(claims.exp);
    if expires <= context.now {
        let fact = Fact::mismatch("exp", moment::shown(context.now), moment::shown(expires))
            .differing(difference::expired(expires, context.now));
        return Err(refusal::access_token_expired(moment::shown(expires)).with(fact));
    }
    checks.pass("token_not_expired");
    Ok(claims)
}

/// Whether what stands behind a token still stands: tenant, client, user, grant; else, what of it
/// does not.
async fn stands(
    claims: AccessToken,
    store: &dyn Store,
    context: &Context<'_>,
) -> Result<Result<Bearer, Fact>, Fault> {
    let tenant = &context.realm.tenant;
    let issued = Timestamp::from_seconds(claims.iat);
    if issued < tenant.tokens_not_before {
        let since = format!("after {}", moment::shown(tenant.tokens_not_before));
        let fact = Fact::mismatch("iat", since, moment::shown(issued));
        return Ok(Err(fact.differing(Difference::of("before_revocation"))));
    }
    let client = match ClientId::new(&claims.client_id) {
        Some(id) => store.client(tenant.id, &id).await?.filter(|client| client.enabled),
        None => None,
    };
    let Some(client) = client else { return Ok(Err(nearest::gone("client_id", "client_gone"))) };
    let Some(gid) = claims.gid.as_deref() else {
        return Ok(Ok(Bearer { claims, client, user: None, grant: None }));
    };
    let grant = match grant_id(gid) {
        Some(id) => store.grant(tenant.id, id).await?,
        None => None,
    };
    let Some(grant) = grant else {
        return Ok(Err(Fact::about("gid").differing(Difference::of("grant_forgotten"))));
    };
    let user = store.user(tenant.id, grant.user).await?;
    match user.filter(|user| still_speaks_for(user, &grant, context.now)) {
        Some(user) => Ok(Ok(Bearer { claims, client, user: Some(user), grant: Some(grant.id) })),
        None => Ok(Err(nearest::over(&grant, context.now))),
    }
}

fn still_speaks_for(user: &User, grant: &Grant, now: Timestamp) -> bool {
    user.enabled && !grant.is_over(now) && user.tokens_not_before <= grant.auth_time
}

fn grant_id(text: &str) -> Option<GrantId> {
    let hexadecimal: String = text.chars().filter(|character| *character != '-').collect();
    u128::from_str_radix(&hexadecimal, 16).ok().map(|number| GrantId::new(number.to_be_bytes()))
}

/// An access token that somebody asks about: what stands behind it if it is good, without a
/// word on why if it is not (RFC 7662 §2.2).
///
/// # Errors
/// A fault.
pub async fn inspect(
    token: &str,
    store: &dyn Store,
    keys: &TenantKeys,
    context: &Context<'_>,
) -> Result<Option<Bearer>, Fault> {
    match read(token, keys, context, &mut Checks::default()) {
        Ok(claims) => Ok(stands(claims, store, context).await?.ok()),
        Err(_) => Ok(None),
    }
}

/// What stands in a signed token of ours, be it over or not, of where it came from.
pub struct Origin {
    /// Who it was given to.
    pub client: ClientId,
    /// The grant that it ends with; `None` where it ends by time alone.
    pub grant: Option<GrantId>,
    /// `access_token` or `id_token`.
    pub kind: &'static str,
    /// When it ends by time.
    pub expires_at: Timestamp,
}

impl Origin {
    /// Reads it, if the token is one that we signed.
    pub fn of(token: &str, keys: &TenantKeys) -> Option<Self> {
        let claims = keys.verify(token)?.claims().ok()?;
        let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
        // An ID token names its client as the audience.
        let (client, kind) = match text("client_id") {
            Some(client) => (client, "access_token"),
            None => (text("aud")?, "id_token"),
        };
        Some(Self {
            client: ClientId::new(client)?,
            grant: text("gid").and_then(grant_id),
            kind,
            expires_at: Timestamp::from_seconds(claims.get("exp").and_then(Value::as_i64)?),
        })
    }
}

impl Bearer {
    /// Whether the token has a scope.
    ///
    /// # Errors
    /// It has not (RFC 6750 §3.1, `insufficient_scope`).
    pub fn require_scope(&self, scope: &'static str) -> Result<(), Refusal> {
        let given = self.claims.scope.as_deref().unwrap_or_default();
        if given.split(' ').any(|given| given == scope) {
            Ok(())
        } else {
            Err(refusal::insufficient_scope(scope).with(Fact::mismatch("scope", scope, given)))
        }
    }
}
