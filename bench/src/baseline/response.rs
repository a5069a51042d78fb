//! The responses of the baseline server.

use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response, StatusCode};
use model::GrantId;
use serde::Serialize;

use super::Baseline;
use super::ledger::{Write, row};
use super::sealed_token::SealedToken;
use super::signer::{self, Algorithm};
use crate::Result;

const LIFETIME_SECONDS: i64 = 3_600;

/// The parameters of all requests.
#[derive(Default)]
struct Form {
    grant_type: String,
    client_id: String,
    client_secret: String,
    scope: String,
    code: String,
    code_verifier: String,
    refresh_token: String,
    token: String,
}

/// As many claims as in an access token of the service.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'static str,
    sub: &'a str,
    aud: &'static str,
    exp: i64,
    iat: i64,
    nbf: i64,
    jti: &'a str,
    client_id: &'a str,
    azp: &'a str,
    azpacr: &'static str,
    scp: &'static str,
    tid: &'static str,
    oid: &'a str,
    ver: &'static str,
    uti: &'a str,
}

#[derive(Serialize)]
struct Tokens {
    token_type: &'static str,
    expires_in: i64,
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

#[derive(Serialize)]
struct Introspection {
    active: bool,
    sub: String,
    iss: &'static str,
    exp: i64,
}

const ISSUER: &str = "http://127.0.0.1/00000000-0000-0000-0000-000000000000/v2.0";

/// Responds to a request. Every error has the status 400.
pub(super) async fn respond(
    baseline: Arc<Baseline>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let result = if request.uri().path().ends_with("/keys") {
        Ok(baseline.signer.key_set.clone().into_bytes())
    } else {
        respond_to_form(&baseline, request).await
    };
    let (status, body) = match result {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string().into_bytes()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn respond_to_form(baseline: &Baseline, request: Request<Incoming>) -> Result<Vec<u8>> {
    let is_introspection = request.uri().path().ends_with("/introspect");
    let form = Form::parse(&request.into_body().collect().await?.to_bytes());
    if is_introspection {
        return introspection(baseline, &form);
    }
    let tokens = match form.grant_type.as_str() {
        "client_credentials" => client_credentials(baseline, &form)?,
        "authorization_code" => code(baseline, &form).await?,
        _ => refresh(baseline, &form).await?,
    };
    Ok(serde_json::to_vec(&tokens)?)
}

fn client_credentials(baseline: &Baseline, form: &Form) -> Result<Tokens> {
    authenticate(baseline, form)?;
    let rs256 = form.scope.starts_with("api://rs256");
    let algorithm = if rs256 { Algorithm::Rs256 } else { Algorithm::Es256 };
    let token = sign_token(baseline, algorithm, (&form.client_id, &form.client_id))?;
    Ok(Tokens::new(token))
}

async fn code(baseline: &Baseline, form: &Form) -> Result<Tokens> {
    authenticate(baseline, form)?;
    let code = SealedToken::open(&form.code)?;
    if signer::sha256(form.code_verifier.as_bytes()) != *code.rest {
        return Err("the verifier does not match".into());
    }
    let user = BASE64_URL_SAFE_NO_PAD.encode(code.grant);
    let (now, row) = (service::now().microseconds(), row(&form.client_id, &user));
    if !baseline.ledger.commit(Write::OpenGrant { grant: code.grant, row, now }).await? {
        return Err("the code was already redeemed".into());
    }
    Ok(Tokens {
        refresh_token: Some(SealedToken::refresh_token(GrantId::new(code.grant), 0).seal()?),
        id_token: Some(sign_token(baseline, Algorithm::Es256, (&form.client_id, &user))?),
        ..Tokens::new(sign_token(baseline, Algorithm::Es256, (&form.client_id, &user))?)
    })
}

async fn refresh(baseline: &Baseline, form: &Form) -> Result<Tokens> {
    let token = SealedToken::open(&form.refresh_token)?;
    let generation = token.generation().ok_or("not a refresh token")?;
    let (grant, now) = (token.grant, service::now().microseconds());
    let (row, _) = baseline.ledger.find(grant)?.ok_or("no such grant")?;
    if !baseline.ledger.commit(Write::RotateGrant { grant, generation, now }).await? {
        return Err("the refresh token was already used".into());
    }
    let user = row.split(' ').nth(1).unwrap_or_default();
    let next = SealedToken::refresh_token(GrantId::new(grant), generation + 1).seal()?;
    let token = sign_token(baseline, Algorithm::Es256, (&form.client_id, user))?;
    Ok(Tokens { refresh_token: Some(next), ..Tokens::new(token) })
}

fn introspection(baseline: &Baseline, form: &Form) -> Result<Vec<u8>> {
    authenticate(baseline, form)?;
    let token = SealedToken::open(&form.token)?;
    let (row, generation) = baseline.ledger.find(token.grant)?.ok_or("no such grant")?;
    let sub = row.split(' ').nth(1).unwrap_or_default().to_owned();
    let active = token.generation() == Some(generation);
    let exp = service::now().seconds() + LIFETIME_SECONDS;
    Ok(serde_json::to_vec(&Introspection { active, sub, iss: ISSUER, exp })?)
}

fn authenticate(baseline: &Baseline, form: &Form) -> Result<()> {
    let received = signer::sha256(form.client_secret.as_bytes());
    match baseline.clients.get(&form.client_id) {
        Some(expected) if *expected == received => Ok(()),
        _ => Err("the client is unknown or its secret is wrong".into()),
    }
}

fn sign_token(
    baseline: &Baseline,
    algorithm: Algorithm,
    (client, subject): (&str, &str),
) -> Result<String> {
    let now = service::now().seconds();
    let id = BASE64_URL_SAFE_NO_PAD.encode(signer::random::<16>()?);
    let claims = Claims {
        iss: ISSUER,
        sub: subject,
        aud: "api://es256",
        exp: now + LIFETIME_SECONDS,
        iat: now,
        nbf: now,
        jti: &id,
        client_id: client,
        azp: client,
        azpacr: "1",
        scp: "read",
        tid: "00000000-0000-0000-0000-000000000000",
        oid: subject,
        ver: "2.0",
        uti: &id,
    };
    baseline.signer.sign(algorithm, &claims)
}

impl Tokens {
    const fn new(access_token: String) -> Self {
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
    fn parse(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let field = match &*name {
                "grant_type" => &mut form.grant_type,
                "client_id" => &mut form.client_id,
                "client_secret" => &mut form.client_secret,
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
