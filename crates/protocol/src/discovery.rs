//! The metadata of a tenant (OpenID Connect Discovery §3, RFC 8414 §2).

use model::{Fault, FaultKind};
use serde::Serialize;

use crate::{
    acr, authorize, client_auth, context::TenantContext, grant, scope, sender_constraint,
    user_claims,
};

/// The metadata of a tenant. It depends only on configuration, so clients may cache it.
#[derive(Debug, Serialize)]
pub struct Metadata<'a> {
    /// The token endpoint.
    ///
    /// Source: RFC 8414 §2.
    token_endpoint: &'a str,
    /// Client authentication at the token endpoint.
    ///
    /// Source: RFC 8414 §2.
    token_endpoint_auth_methods_supported: &'static [&'static str],
    /// Algorithms of assertions with which clients authenticate.
    ///
    /// Source: RFC 8414 §2.
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    /// The keys with which tokens are verified.
    ///
    /// Source: RFC 8414 §2.
    jwks_uri: &'a str,
    /// Ways in which the response reaches the client.
    ///
    /// Source: RFC 8414 §2.
    response_modes_supported: [&'static str; 3],
    /// The types of `sub`.
    ///
    /// Source: OpenID Connect Discovery §3. Option: `subject_type` of the client.
    subject_types_supported: [&'static str; 2],
    /// Algorithms of ID tokens.
    ///
    /// Source: OpenID Connect Discovery §3. Option: `signing_algs` of the tenant, `id_token_alg` of
    /// the client.
    id_token_signing_alg_values_supported: Vec<&'a str>,
    /// The types of responses of the authorization endpoint.
    ///
    /// Source: RFC 8414 §2.
    response_types_supported: [&'static str; 1],
    /// The scopes of OpenID Connect. Those of resources are not public.
    ///
    /// Source: RFC 8414 §2.
    scopes_supported: [&'static str; 6],
    /// The issuer, which equals `iss` of tokens.
    ///
    /// Source: RFC 8414 §2. Option: `issuer` of the tenant.
    issuer: &'a str,
    /// Whether request objects are accepted.
    ///
    /// Source: OpenID Connect Discovery §3.
    request_parameter_supported: bool,
    /// Whether request objects are fetched.
    ///
    /// Source: OpenID Connect Discovery §3.
    request_uri_parameter_supported: bool,
    /// Algorithms of request objects. Without it, some clients assume `none`.
    ///
    /// Source: OpenID Connect Discovery §3.
    request_object_signing_alg_values_supported: [&'static str; 5],
    /// The values of `acr`.
    ///
    /// Source: OpenID Connect Discovery §3.
    acr_values_supported: [&'static str; 3],
    /// Whether clients may request claims by name.
    ///
    /// Source: OpenID Connect Discovery §3.
    claims_parameter_supported: bool,
    /// The UserInfo endpoint.
    ///
    /// Source: OpenID Connect Discovery §3.
    userinfo_endpoint: &'a str,
    /// The authorization endpoint.
    ///
    /// Source: RFC 8414 §2.
    authorization_endpoint: &'a str,
    /// The endpoint for signing out.
    ///
    /// Source: OpenID Connect RP-Initiated Logout §2.1.
    end_session_endpoint: &'a str,
    /// Whether clients get logout tokens.
    ///
    /// Source: OpenID Connect Back-Channel Logout §2.1. Option: `backchannel_logout_uri` of the
    /// client.
    backchannel_logout_supported: bool,
    /// Whether logout tokens have `sid`.
    ///
    /// Source: OpenID Connect Back-Channel Logout §2.1.
    backchannel_logout_session_supported: bool,
    /// Whether a page of each client is loaded in a frame at a sign-out.
    ///
    /// Source: OpenID Connect Front-Channel Logout §3. Option: `frontchannel_logout_uri` of the
    /// client.
    frontchannel_logout_supported: bool,
    /// Whether the frame gets `iss` and `sid`.
    ///
    /// Source: OpenID Connect Front-Channel Logout §3.
    frontchannel_logout_session_supported: bool,
    /// Equals `frontchannel_logout_supported`.
    ///
    /// Source: Microsoft.
    http_logout_supported: bool,
    /// The introspection endpoint.
    ///
    /// Source: RFC 8414 §2.
    introspection_endpoint: &'a str,
    /// Client authentication at introspection.
    ///
    /// Source: RFC 8414 §2.
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Algorithms of assertions at introspection.
    ///
    /// Source: RFC 8414 §2.
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    /// The revocation endpoint.
    ///
    /// Source: RFC 8414 §2.
    revocation_endpoint: &'a str,
    /// Client authentication at revocation.
    ///
    /// Source: RFC 8414 §2.
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    /// Algorithms of assertions at revocation.
    ///
    /// Source: RFC 8414 §2.
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    /// The grant types.
    ///
    /// Source: RFC 8414 §2. Option: `grant_types` of the client.
    grant_types_supported: &'static [&'static str],
    /// The methods of PKCE (RFC 7636).
    ///
    /// Source: RFC 8414 §2.
    code_challenge_methods_supported: [&'static str; 1],
    /// The values of `prompt`.
    ///
    /// Source: OpenID Connect Prompt Create §4.
    prompt_values_supported: Vec<&'static str>,
    /// The languages of pages.
    ///
    /// Source: OpenID Connect Discovery §3.
    ui_locales_supported: Vec<&'static str>,
    /// Whether authorization responses have `iss`.
    ///
    /// Source: RFC 9207 §3.
    authorization_response_iss_parameter_supported: bool,
    /// Algorithms of DPoP proofs.
    ///
    /// Source: RFC 9449 §5.1.
    dpop_signing_alg_values_supported: Vec<&'static str>,
    /// The claims of ID tokens and UserInfo.
    ///
    /// Source: OpenID Connect Discovery §3.
    claims_supported: Vec<&'static str>,
}

/// The claims of ID tokens that are not about the user.
const CLAIMS: [&str; 13] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "acr",
    "nonce",
    "amr",
    "sid",
    "tid",
    "ver",
    "uti",
];

/// Returns the metadata of a tenant as JSON. Serializes it once for each version of the tenant.
///
/// # Errors
/// The metadata cannot be serialized.
pub fn metadata(tenant: &TenantContext) -> Result<&str, Fault> {
    if let Some(metadata) = tenant.metadata.get() {
        return Ok(metadata);
    }
    let metadata = serde_json::to_string(&Metadata::new(tenant));
    let metadata = metadata.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    Ok(tenant.metadata.get_or_init(|| metadata))
}

impl<'a> Metadata<'a> {
    /// Creates the metadata of a tenant.
    pub fn new(tenant: &'a TenantContext) -> Self {
        let endpoints = &tenant.endpoints;
        // Some libraries read the first one only, and RS256 is the default of clients.
        let mut id_token_algs: Vec<&str> =
            tenant.row.signing_algs.iter().map(String::as_str).collect();
        id_token_algs.sort_by_key(|algorithm| *algorithm != "RS256");
        let algorithms = jose::Algorithm::ALL.map(jose::Algorithm::as_str);
        let confidential = client_auth::NAMES.iter().filter(|name| **name != "none");
        Self {
            token_endpoint: &endpoints.token,
            token_endpoint_auth_methods_supported: client_auth::NAMES,
            token_endpoint_auth_signing_alg_values_supported: algorithms,
            jwks_uri: &endpoints.jwks,
            response_modes_supported: authorize::RESPONSE_MODES,
            subject_types_supported: ["pairwise", "public"],
            id_token_signing_alg_values_supported: id_token_algs,
            response_types_supported: authorize::RESPONSE_TYPES,
            scopes_supported: scope::OPENID_SCOPES,
            issuer: &endpoints.issuer,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            // Without this member, clients assume `none`: request objects without a signature.
            request_object_signing_alg_values_supported: algorithms,
            acr_values_supported: acr::SUPPORTED,
            claims_parameter_supported: true,
            userinfo_endpoint: &endpoints.userinfo,
            authorization_endpoint: &endpoints.authorization,
            end_session_endpoint: &endpoints.end_session,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
            http_logout_supported: true,
            introspection_endpoint: &endpoints.introspection,
            introspection_endpoint_auth_methods_supported: confidential.copied().collect(),
            introspection_endpoint_auth_signing_alg_values_supported: algorithms,
            revocation_endpoint: &endpoints.revocation,
            revocation_endpoint_auth_methods_supported: client_auth::NAMES,
            revocation_endpoint_auth_signing_alg_values_supported: algorithms,
            grant_types_supported: grant::NAMES,
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: authorize::supported_prompts(&tenant.row),
            ui_locales_supported: catalogue::Language::all()
                .map(catalogue::Language::tag)
                .collect(),
            authorization_response_iss_parameter_supported: true,
            dpop_signing_alg_values_supported: sender_constraint::DPOP_ALGORITHMS
                .iter()
                .map(|algorithm| algorithm.as_str())
                .collect(),
            claims_supported: CLAIMS.into_iter().chain(user_claims::names()).collect(),
        }
    }
}
