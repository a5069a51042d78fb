//! The floor's answers.

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

use super::Floor;
use super::handle::Handle;
use super::ledger::{Work, row};
use super::signer::{self, Algorithm};
use crate::Outcome;

const LIFETIME_SECONDS: i64 = 3_600;

/// The parameters that any request of ours has.
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

/// As many claims as an access token of the service has.
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

/// Answers any request; whatever is wrong with it is a 400.
pub(super) async fn answer(
    floor: Arc<Floor>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let answered = if request.uri().path().ends_with("/keys") {
        Ok(floor.signer.key_set.clone().into_bytes())
    } else {
        posted(&floor, request).await
    };
    let (status, body) = match answered {
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

async fn posted(floor: &Floor, request: Request<Incoming>) -> Outcome<Vec<u8>> {
    let introspecting = request.uri().path().ends_with("/introspect");
    let form = Form::parse(&request.into_body().collect().await?.to_bytes());
    if introspecting {
        return introspection(floor, &form);
    }
    let tokens = match form.grant_type.as_str() {
        "client_credentials" => client_credentials(floor, &form)?,
        "authorization_code" => code(floor, &form).await?,
        _ => refresh(floor, &form).await?,
    };
    Ok(serde_json::to_vec(&tokens)?)
}

fn client_credentials(floor: &Floor, form: &Form) -> Outcome<Tokens> {
    authenticate(floor, form)?;
    let rs256 = form.scope.starts_with("api://rs256");
    let algorithm = if rs256 { Algorithm::Rs256 } else { Algorithm::Es256 };
    let token = token(floor, algorithm, (&form.client_id, &form.client_id))?;
    Ok(Tokens::new(token))
}

async fn code(floor: &Floor, form: &Form) -> Outcome<Tokens> {
    authenticate(floor, form)?;
    let code = Handle::open(&form.code)?;
    if signer::sha256(form.code_verifier.as_bytes()) != *code.rest {
        return Err("the verifier does not match".into());
    }
    let user = BASE64_URL_SAFE_NO_PAD.encode(code.grant);
    let (now, row) = (service::now().microseconds(), row(&form.client_id, &user));
    if !floor.ledger.commit(Work::Open { grant: code.grant, row, now }).await? {
        return Err("the code was redeemed already".into());
    }
    Ok(Tokens {
        refresh_token: Some(Handle::refresh_token(GrantId::new(code.grant), 0).seal()?),
        id_token: Some(token(floor, Algorithm::Es256, (&form.client_id, &user))?),
        ..Tokens::new(token(floor, Algorithm::Es256, (&form.client_id, &user))?)
    })
}

async fn refresh(floor: &Floor, form: &Form) -> Outcome<Tokens> {
    let presented = Handle::open(&form.refresh_token)?;
    let generation = presented.generation().ok_or("not a refresh token")?;
    let (grant, now) = (presented.grant, service::now().microseconds());
    let (row, _) = floor.ledger.find(grant)?.ok_or("no such grant")?;
    if !floor.ledger.commit(Work::Rotate { grant, generation, now }).await? {
        return Err("the refresh token was used already".into());
    }
    let user = row.split(' ').nth(1).unwrap_or_default();
    let next = Handle::refresh_token(GrantId::new(grant), generation + 1).seal()?;
    let token = token(floor, Algorithm::Es256, (&form.client_id, user))?;
    Ok(Tokens { refresh_token: Some(next), ..Tokens::new(token) })
}

fn introspection(floor: &Floor, form: &Form) -> Outcome<Vec<u8>> {
    authenticate(floor, form)?;
    let presented = Handle::open(&form.token)?;
    let found = floor.ledger.find(presented.grant)?;
    let (row, generation) = found.ok_or("no such grant")?;
    let sub = row.split(' ').nth(1).unwrap_or_default().to_owned();
    let active = presented.generation() == Some(generation);
    let exp = service::now().seconds() + LIFETIME_SECONDS;
    Ok(serde_json::to_vec(&Introspection { active, sub, iss: ISSUER, exp })?)
}

fn authenticate(floor: &Floor, form: &Form) -> Outcome<()> {
    let sent = signer::sha256(form.client_secret.as_bytes());
    match floor.clients.get(&form.client_id) {
        Some(known) if *known == sent => Ok(()),
        _ => Err("the client is unknown or its secret is wrong".into()),
    }
}

fn token(floor: &Floor, algorithm: Algorithm, (client, subject): (&str, &str)) -> Outcome<String> {
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
    floor.signer.sign(algorithm, &claims)
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
