//! The bodies of requests and responses of the minimal server.

use serde::Serialize;

/// The lifetime of tokens in seconds.
pub(super) const LIFETIME_SECONDS: i64 = 3_600;

/// The client is unknown, or its secret is wrong.
#[derive(Debug)]
pub(super) struct InvalidClient;

impl std::fmt::Display for InvalidClient {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the client is unknown or its secret is wrong")
    }
}

impl std::error::Error for InvalidClient {}

/// The parameters of all requests.
#[derive(Default)]
pub(super) struct Form {
    pub(super) grant_type: String,
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) client_assertion: String,
    pub(super) scope: String,
    pub(super) code: String,
    pub(super) code_verifier: String,
    pub(super) refresh_token: String,
    pub(super) token: String,
}

/// As many claims as in an access token of the service.
#[derive(Serialize)]
pub(super) struct Claims<'a> {
    pub(super) iss: &'static str,
    pub(super) sub: &'a str,
    pub(super) aud: &'static str,
    pub(super) exp: i64,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) jti: &'a str,
    pub(super) client_id: &'a str,
    pub(super) azp: &'a str,
    pub(super) azpacr: &'static str,
    pub(super) scp: &'static str,
    pub(super) tid: &'static str,
    pub(super) oid: &'a str,
    pub(super) ver: &'static str,
    pub(super) uti: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Confirmation<'a>>,
}

/// The key that a token is bound to (RFC 9449 §6.1).
#[derive(Serialize)]
pub(super) struct Confirmation<'a> {
    pub(super) jkt: &'a str,
}

#[derive(Serialize)]
pub(super) struct Tokens {
    pub(super) token_type: &'static str,
    pub(super) expires_in: i64,
    pub(super) access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id_token: Option<String>,
}

#[derive(Serialize)]
pub(super) struct UserInfo<'a> {
    pub(super) sub: &'a str,
    pub(super) name: String,
    pub(super) preferred_username: &'a str,
}

/// A refusal of about the size of the service's.
#[derive(Serialize)]
pub(super) struct ErrorResponse<'a> {
    pub(super) error: &'static str,
    pub(super) error_description: &'static str,
    pub(super) error_codes: [u32; 1],
    pub(super) timestamp: i64,
    pub(super) trace_id: &'a str,
    pub(super) correlation_id: &'a str,
    pub(super) error_uri: &'static str,
}

#[derive(Serialize)]
pub(super) struct Introspection {
    pub(super) active: bool,
    pub(super) sub: String,
    pub(super) iss: &'static str,
    pub(super) exp: i64,
}

impl Tokens {
    pub(super) const fn new(access_token: String) -> Self {
        Self {
            token_type: "Bearer",
            expires_in: LIFETIME_SECONDS,
            access_token,
            refresh_token: None,
            id_token: None,
        }
    }
}

impl Form {
    pub(super) fn parse(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "grant_type" => &mut form.grant_type,
                "client_id" => &mut form.client_id,
                "client_secret" => &mut form.client_secret,
                "client_assertion" => &mut form.client_assertion,
                "scope" => &mut form.scope,
                "code" => &mut form.code,
                "code_verifier" => &mut form.code_verifier,
                "refresh_token" => &mut form.refresh_token,
                "token" => &mut form.token,
                _ => continue,
            };
            *field = value.into_owned();
        }
        form
    }
}
