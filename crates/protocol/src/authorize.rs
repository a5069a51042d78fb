//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): its checks, in order.

mod authenticated_user;
mod claims;
mod client;
mod code_challenge;
mod consent_proof;
mod dpop_jkt;
mod gather;
mod id_token_hint;
mod interaction_preview;
mod issue_code;
mod login_hint;
mod max_age;
mod nonce;
mod prompt;
mod redirect_owner;
mod redirect_target;
mod redirect_uri;
mod request_object;
mod response;
mod response_mode;
mod response_type;
mod scopes;
mod sid;
mod strength;
#[cfg(test)]
mod tests;
mod ui_locales;

use std::sync::Arc;

use catalogue::Refusal;
use model::{Client, Seconds, Timestamp};

use crate::{Checks, allowed_networks, context::RuleContext, parameters::Parameters};

pub use self::claims::ClaimsRequest;
pub use authenticated_user::{AuthenticatedUser, NotAuthenticated};
pub use consent_proof::{ConsentProof, ConsentRequired, MissingConsent};
pub use gather::AuthorizationInputs;
pub use interaction_preview::{ConsentPreview, InteractionPreview, SignInPreview};
pub use issue_code::{CODE_LIFETIME, GrantOrigin, IssuedCode};
pub use prompt::Prompt;
pub(crate) use prompt::supported as supported_prompts;
pub use redirect_owner::is_owner_known;
pub use redirect_target::RedirectTarget;
pub use response::{AuthorizationResponse, ErrorParameters, ResponseDelivery};
pub use response_mode::{NAMES as RESPONSE_MODES, ResponseMode};
pub use response_type::NAMES as RESPONSE_TYPES;
pub use scopes::Scopes;
pub use strength::RequestedStrength;
pub use ui_locales::UiLocales;

/// An authorization request that passed every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    client: Arc<Client>,
    /// The target of the response.
    pub redirect_target: RedirectTarget,
    /// The requested scopes.
    pub scopes: Scopes,
    /// The interactions that the client requires or forbids.
    pub prompt: Prompt,
    /// The maximum age of the user's authentication.
    pub max_age: Option<Seconds>,
    /// The strength of the authentication that the request asks for.
    pub strength: RequestedStrength,
    /// The only values of `sub` for which a code may be issued.
    pub subjects: Option<Vec<String>>,
    /// The user name that the client expects.
    pub login_hint: Option<String>,
    /// The session that the client expects, by the claim `sid` of ID tokens.
    pub sid: Option<String>,
    /// The languages of the pages.
    pub ui_locales: UiLocales,
    /// When the request was received.
    pub received_at: Timestamp,
    claims: ClaimsRequest,
    code_challenge: Option<String>,
    nonce: Option<String>,
    dpop_jkt: Option<[u8; 32]>,
    client_info: bool,
}

/// A refused request, with the redirect target that may receive the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeError {
    /// The refusal.
    pub refusal: Refusal,
    /// The redirect target, if client and redirect URI are verified. Otherwise only a page may show
    /// the error, because a redirect could lead anywhere: an open redirect (RFC 6749 §4.1.2.1,
    /// RFC 9700 §4.11).
    pub redirect_target: Option<Box<RedirectTarget>>,
}

/// Validates a request and records the checks that pass. `encoded` is the query, followed by the
/// body of a POST.
///
/// # Errors
/// The refusal of the first failed check, with the redirect target if it is verified by then.
pub fn check(
    encoded: &[u8],
    inputs: &AuthorizationInputs,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<AuthorizationRequest, AuthorizeError> {
    let parameters = Parameters::parse(encoded)
        .map_err(|refusal| malformed(encoded, refusal, inputs, context))?;
    checks.pass("form");

    // The order matters: before the redirect URI is verified, no error is sent to it.
    let client = client::check(&parameters, inputs, context);
    let client = checks.record("client_known", client).map_err(AuthorizeError::on_page)?;
    let matched = redirect_uri::check(&parameters, client);
    let matched = checks.record("redirect_uri", matched).map_err(AuthorizeError::on_page)?;
    let redirect_target = RedirectTarget::new(matched, &parameters, context);

    check_parameters((&parameters, client, &redirect_target), inputs, context, checks).map_err(
        |refusal| {
            let is_for_user = refusal.entry().page_only;
            let redirect_target = (!is_for_user).then(|| Box::new(redirect_target));
            AuthorizeError { refusal, redirect_target }
        },
    )
}

/// Runs the checks whose refusals are sent to the client.
fn check_parameters(
    (parameters, client, redirect_target): (&Parameters, &Arc<Client>, &RedirectTarget),
    inputs: &AuthorizationInputs,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<AuthorizationRequest, Refusal> {
    checks.record("authorization_allowed", client::check_grant_type(client))?;
    allowed_networks::check(client, context, checks)?;
    checks.record("request_object", request_object::check(parameters))?;
    checks.record("response_type", response_type::check(parameters, client))?;
    checks.record("response_mode", response_mode::check(parameters, redirect_target.mode()))?;
    let scopes = scopes::check(parameters, client, inputs, checks);
    let scopes = checks.record("scope", scopes)?;
    let code_challenge = code_challenge::check(parameters, client);
    let code_challenge = checks.record("code_challenge", code_challenge)?;
    let nonce = checks.record("nonce", nonce::check(parameters))?;
    if code_challenge.is_none() && nonce.is_none() {
        // Nothing ties the code to the browser that began the flow (RFC 9700 §2.1.1).
        checks.warn("code_not_bound", &client.id);
    }
    let prompt = checks.record("prompt", prompt::check(parameters, &context.tenant.row))?;
    let max_age = checks.record("max_age", max_age::check(parameters))?;
    let hinted_subject = id_token_hint::check(parameters, client, inputs, context);
    let hinted_subject = checks.record("id_token_hint", hinted_subject)?.map(|it| vec![it]);
    let claims = claims::check(parameters, &context.tenant.row);
    let claims::CheckedClaims { claims, subjects, of_tokens } = checks.record("claims", claims)?;
    let subjects = claims::common_subjects(hinted_subject, subjects);
    let subjects = checks.record("subject", subjects)?;
    let claims = if scopes.has_openid() { claims } else { claims.without_user() };
    let login_hint = login_hint::parse(parameters);
    let sid = checks.record("account_hint", sid::check(parameters))?;
    let ui_locales = UiLocales::parse(parameters);
    let dpop_jkt = checks.record("dpop_jkt", dpop_jkt::check(parameters))?;
    Ok(AuthorizationRequest {
        client: Arc::clone(client),
        redirect_target: redirect_target.clone(),
        scopes,
        prompt,
        max_age,
        strength: strength::parse(parameters, &of_tokens),
        subjects,
        login_hint,
        sid,
        ui_locales,
        received_at: context.now,
        claims,
        code_challenge,
        nonce,
        dpop_jkt,
        client_info: parameters.get("client_info") == Some("1"),
    })
}

impl AuthorizationRequest {
    /// Returns the client, as it was when the request was checked.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns whether only the client can receive a code at the redirect target, or prove at the
    /// token endpoint that it is the client.
    pub fn is_owner_known(&self) -> bool {
        is_owner_known(&self.client, self.redirect_target.registration())
    }
}

impl AuthorizeError {
    /// Creates an error that only a page may show.
    pub fn on_page(refusal: Refusal) -> Self {
        Self { refusal, redirect_target: None }
    }
}

/// The parameters that determine the redirect target.
const TARGET_PARAMETERS: [&str; 2] = ["client_id", "redirect_uri"];
/// The parameters that determine how the response is sent there.
const RESPONSE_PARAMETERS: [&str; 3] = ["state", "response_type", "response_mode"];

/// Refuses a malformed request, such as one with a repeated parameter.
fn malformed(
    encoded: &[u8],
    refusal: Refusal,
    inputs: &AuthorizationInputs,
    context: &RuleContext<'_>,
) -> AuthorizeError {
    let redirect_target = recover_redirect_target(encoded, inputs, context).map(Box::new);
    AuthorizeError { refusal, redirect_target }
}

/// Recovers the redirect target of a malformed request. Requires exactly one `client_id` and one
/// `redirect_uri`; ignores `state`, `response_type` and `response_mode` if repeated.
fn recover_redirect_target(
    encoded: &[u8],
    inputs: &AuthorizationInputs,
    context: &RuleContext<'_>,
) -> Option<RedirectTarget> {
    let pairs = encoded.split(|byte| *byte == b'&');
    let pairs: Vec<Parameters> = pairs.filter_map(|pair| Parameters::parse(pair).ok()).collect();
    let mut parameters = Parameters::default();
    for name in TARGET_PARAMETERS.into_iter().chain(RESPONSE_PARAMETERS) {
        let mut values = pairs.iter().filter_map(|pair| pair.get(name));
        let (Some(value), second) = (values.next(), values.next()) else { continue };
        let is_repeated = second.is_some();
        if is_repeated && TARGET_PARAMETERS.contains(&name) {
            return None;
        }
        if !is_repeated {
            parameters.insert(name, value).ok()?;
        }
    }
    let client = client::check(&parameters, inputs, context).ok()?;
    let matched = redirect_uri::check(&parameters, client).ok()?;
    Some(RedirectTarget::new(matched, &parameters, context))
}
