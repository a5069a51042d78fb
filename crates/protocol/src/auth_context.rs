//! Authentication contexts: an API requires one by a claims challenge in the form of the Microsoft
//! identity platform (`acrs`), and the client passes the challenge on in `claims`.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{
    AuthContext, Authenticators, ContextStrength, Fault, RequestedTokenClaims, Tenant, TenantStore,
};
use serde_json::{Map, Value, json};

use crate::{
    Checks, Decision, Entitlement, Strength, Subject, acr, claims_parameter, difference::list,
    parameters::Parameters,
};

/// The claim with the authentication contexts.
const CONTEXTS: &str = "acrs";
/// The claim with the capabilities of the client.
const CAPABILITIES: &str = "xms_cc";
/// The number of capabilities that a token can have. Microsoft's clients have one or two.
const CAPABILITIES_MAX: usize = 8;
/// The length of a capability, in bytes.
const CAPABILITY_BYTES_MAX: usize = 32;

/// The request of claims of access tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TokenClaimsRequest {
    /// The requested claims: contexts of the tenant, and capabilities.
    pub(crate) claims: RequestedTokenClaims,
    /// The strength that the client requires: that of the weakest essential context, or of an
    /// essential `acr`.
    pub(crate) required: Strength,
    /// The strength that the client prefers: that of the first context that is not essential, or of
    /// such an `acr`.
    pub(crate) preferred: Strength,
    /// The strength of an essential `acr`.
    required_acr: Strength,
}

impl Strength {
    /// Returns the strength that a context requires.
    pub const fn of_context(strength: ContextStrength) -> Self {
        match strength {
            ContextStrength::TwoFactors => Self::TwoFactors,
            ContextStrength::PhishingResistant => Self::PhishingResistant,
        }
    }
}

/// Reads `access_token` of `claims`.
///
/// # Errors
/// The parameter is malformed, or the tenant has none of the essential contexts.
pub(crate) fn check(
    claims: &Map<String, Value>,
    tenant: &Tenant,
) -> Result<TokenClaimsRequest, Refusal> {
    let Some(requested) = claims_parameter::place(claims, "access_token")? else {
        return Ok(TokenClaimsRequest::default());
    };
    let capabilities = requested.get(CAPABILITIES).map(claims_parameter::values);
    let mut request = TokenClaimsRequest::default();
    request.claims.xms_cc = capabilities.iter().flatten().filter_map(capability).collect();
    request.claims.xms_cc.truncate(CAPABILITIES_MAX);
    let (required, preferred) = acr::requested(requested.get("acr"));
    (request.required, request.required_acr, request.preferred) = (required, required, preferred);
    let Some(claim) = requested.get(CONTEXTS) else { return Ok(request) };
    let values = claims_parameter::values(claim);
    let known: Vec<&AuthContext> =
        values.iter().filter_map(|value| context(value.as_str()?, tenant)).collect();
    let strengths = || known.iter().map(|context| Strength::of_context(context.strength));
    if !claims_parameter::is_essential(claim) {
        request.preferred = preferred.max(strengths().next().unwrap_or_default());
    } else if known.is_empty() && !values.is_empty() {
        return Err(unknown(&values, tenant));
    } else {
        // Each of the values satisfies the client, also the weakest (OpenID Connect Core §5.5.1).
        request.required = required.max(strengths().min().unwrap_or_default());
    }
    let acrs = known.iter().map(|context| context.id.clone()).collect();
    request.claims.add(&RequestedTokenClaims { acrs, xms_cc: Vec::new() });
    Ok(request)
}

/// Reads `access_token` of `claims` of a token request.
///
/// # Errors
/// As [`check`].
pub(crate) fn of_token_request(
    parameters: &Parameters,
    tenant: &Tenant,
) -> Result<TokenClaimsRequest, Refusal> {
    let Some(claims) = claims_parameter::parse(parameters)? else {
        return Ok(TokenClaimsRequest::default());
    };
    if let Some(requested) = claims_parameter::place(&claims, "access_token")? {
        acr::check_requested(requested)?;
    }
    check(&claims, tenant)
}

/// Returns the ids of the contexts that `claims` of a request names, also unknown ones.
///
/// # Errors
/// The parameter is malformed.
pub fn requested_ids(parameters: &Parameters) -> Result<Vec<String>, Refusal> {
    let Some(claims) = claims_parameter::parse(parameters)? else { return Ok(Vec::new()) };
    let requested = claims_parameter::place(&claims, "access_token")?;
    let values = requested.and_then(|claims| claims.get(CONTEXTS)).map(claims_parameter::values);
    let texts = values.iter().flatten().filter_map(Value::as_str);
    Ok(texts.map(str::to_owned).collect())
}

/// Returns the requested contexts that an authentication with these methods (`amr`) satisfies. A
/// context that the tenant has no longer is satisfied by none.
pub(crate) fn satisfied(requested: &[String], amr: &[String], tenant: &Tenant) -> Vec<String> {
    let strength = Strength::of(amr);
    let is_satisfied = |id: &&String| {
        context(id, tenant).is_some_and(|it| Strength::of_context(it.strength) <= strength)
    };
    requested.iter().filter(is_satisfied).cloned().collect()
}

impl TokenClaimsRequest {
    /// Applies the request to a decision of the token endpoint: adds the requested claims, and
    /// refuses if the authentication of the user does not satisfy an essential context.
    pub(crate) async fn apply(
        &self,
        decision: Decision,
        store: TenantStore<'_>,
        checks: &mut Checks,
    ) -> Result<Decision, Fault> {
        let stored = match &decision.verdict {
            Ok(Entitlement { subject: Subject::User(user), authentication: Some(it), .. })
                if Strength::of(&it.amr) < self.required =>
            {
                store.authenticators(user.id).await?
            }
            _ => None,
        };
        Ok(decision.and_then(|mut entitlement| {
            let satisfies = self.check_authentication(&entitlement, stored.as_ref());
            if self.required > Strength::OneFactor {
                checks.record("auth_context", satisfies)?;
            }
            entitlement.claims.access_token.add(&self.claims);
            Ok(entitlement)
        }))
    }

    /// Refuses an authentication that is weaker than the required one. `stored` has the factors of
    /// the user.
    fn check_authentication(
        &self,
        entitlement: &Entitlement,
        stored: Option<&Authenticators>,
    ) -> Result<(), Refusal> {
        let Some(authentication) = &entitlement.authentication else {
            return if self.required > Strength::OneFactor {
                Err(refusal::auth_context_without_user(list(&self.claims.acrs)))
            } else {
                Ok(())
            };
        };
        let strength = Strength::of(&authentication.amr);
        if strength >= self.required {
            return Ok(());
        }
        let has_factor = stored.is_some_and(|stored| match self.required {
            Strength::PhishingResistant => !stored.passkeys.is_empty(),
            Strength::OneFactor | Strength::TwoFactors => stored.has_second_factor(),
        });
        let comparison = Comparison::mismatch("acr", self.required.acr(), strength.acr())
            .with_difference(Difference::new("auth_context"));
        let refusal = if has_factor {
            refusal::second_factor_required()
        } else {
            refusal::second_factor_set_up_required()
        };
        Err(refusal.with(comparison).with_claims(self.challenge()))
    }

    /// Returns the claims challenge that the client passes on in an interactive sign-in.
    fn challenge(&self) -> String {
        let mut requested = Map::new();
        match &*self.claims.acrs {
            [] => {}
            [only] => {
                requested.insert(CONTEXTS.into(), json!({ "essential": true, "value": only }));
            }
            several => {
                requested.insert(CONTEXTS.into(), json!({ "essential": true, "values": several }));
            }
        }
        if self.required_acr > Strength::OneFactor {
            let acr = self.required_acr.acr();
            requested.insert("acr".into(), json!({ "essential": true, "value": acr }));
        }
        json!({ "access_token": requested }).to_string()
    }
}

fn context<'t>(id: &str, tenant: &'t Tenant) -> Option<&'t AuthContext> {
    tenant.auth_contexts.iter().find(|context| context.id == id)
}

fn capability(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let is_capability = (1..=CAPABILITY_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_capability.then(|| text.to_owned())
}

/// Refuses contexts that the tenant does not have. The names of its contexts are recorded.
fn unknown(values: &[Value], tenant: &Tenant) -> Refusal {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let sent = list(values.iter().map(text));
    let contexts = &tenant.auth_contexts;
    let known: Vec<&str> = contexts.iter().map(|context| context.id.as_str()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let named = list(contexts.iter().map(|context| format!("{} ({})", context.id, context.name)));
    let comparison = Comparison::mismatch(CONTEXTS, named, &sent)
        .with_difference(Difference::new("auth_context_unknown"));
    refusal::auth_context_unknown(sent, known).with(comparison)
}
