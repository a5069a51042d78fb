//! The metadata of a tenant (OpenID Connect Discovery §3, RFC 8414 §2).

use serde::Serialize;

use crate::{
    acr, authorize, client_auth, context::TenantContext, grant, scope, sender_constraint,
    user_claims,
};

/// The metadata of a tenant. It depends only on configuration, so clients may cache it.
#[derive(Debug, Serialize)]
pub struct Metadata<'a> {
    token_endpoint: &'a str,
    token_endpoint_auth_methods_supported: &'static [&'static str],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    jwks_uri: &'a str,
    response_modes_supported: [&'static str; 3],
    subject_types_supported: [&'static str; 2],
    id_token_signing_alg_values_supported: Vec<&'a str>,
    response_types_supported: [&'static str; 1],
    scopes_supported: [&'static str; 6],
    issuer: &'a str,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    request_object_signing_alg_values_supported: [&'static str; 5],
    acr_values_supported: [&'static str; 1],
    claims_parameter_supported: bool,
    userinfo_endpoint: &'a str,
    authorization_endpoint: &'a str,
    introspection_endpoint: &'a str,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    revocation_endpoint: &'a str,
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 5],
    grant_types_supported: &'static [&'static str],
    code_challenge_methods_supported: [&'static str; 1],
    prompt_values_supported: [&'static str; 4],
    ui_locales_supported: Vec<&'static str>,
    authorization_response_iss_parameter_supported: bool,
    dpop_signing_alg_values_supported: Vec<&'static str>,
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
            introspection_endpoint: &endpoints.introspection,
            introspection_endpoint_auth_methods_supported: confidential.copied().collect(),
            introspection_endpoint_auth_signing_alg_values_supported: algorithms,
            revocation_endpoint: &endpoints.revocation,
            revocation_endpoint_auth_methods_supported: client_auth::NAMES,
            revocation_endpoint_auth_signing_alg_values_supported: algorithms,
            grant_types_supported: grant::NAMES,
            code_challenge_methods_supported: ["S256"],
            prompt_values_supported: ["none", "login", "select_account", "consent"],
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
