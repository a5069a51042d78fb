//! The responses of the minimal server.

use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use model::GrantId;

use super::MinimalServer;
use super::ledger::{Write, row};
use super::messages::{
    Claims, Confirmation, ErrorResponse, Form, Introspection, InvalidClient, LIFETIME_SECONDS,
    Tokens, UserInfo,
};
use super::proofs::{AccessToken, verify_access_token, verify_assertion, verify_proof};
use super::sealed_token::SealedToken;
use super::signer::{self, Algorithm};
use crate::Result;

/// The time for which a one-time value is stored.
const USED_MICROSECONDS: i64 = 300_000_000;

const ISSUER: &str = "http://127.0.0.1/00000000-0000-0000-0000-000000000000/v2.0";

/// Responds to a request. An error that no scenario expects has the status 400.
pub(super) async fn respond(
    server: Arc<MinimalServer>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path();
    let result = if path.ends_with("/keys") {
        Ok(server.signer.key_set.clone().into_bytes())
    } else if path.ends_with("/openid-configuration") {
        Ok(server.signer.discovery.clone().into_bytes())
    } else if path.ends_with("/userinfo") {
        userinfo(&server, &request)
    } else {
        respond_to_form(&server, request).await
    };
    let (status, body) = match result {
        Ok(body) => (StatusCode::OK, body),
        Err(error) if error.is::<InvalidClient>() => {
            (StatusCode::UNAUTHORIZED, invalid_client().unwrap_or_default())
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string().into_bytes()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(nonce) = HeaderValue::from_str(&server.nonce) {
        headers.insert("dpop-nonce", nonce);
    }
    Ok(response)
}

async fn respond_to_form(server: &MinimalServer, request: Request<Incoming>) -> Result<Vec<u8>> {
    let (head, body) = request.into_parts();
    let form = Form::parse(&body.collect().await?.to_bytes());
    if head.uri.path().ends_with("/introspect") {
        return introspection(server, &form);
    }
    if head.uri.path().ends_with("/revoke") {
        return revocation(server, &form).await;
    }
    let tokens = match form.grant_type.as_str() {
        "client_credentials" => client_credentials(server, &form, &head.headers).await?,
        "authorization_code" => code(server, &form).await?,
        _ => refresh(server, &form).await?,
    };
    Ok(serde_json::to_vec(&tokens)?)
}

async fn client_credentials(
    server: &MinimalServer,
    form: &Form,
    headers: &HeaderMap,
) -> Result<Tokens> {
    if form.client_assertion.is_empty() {
        authenticate(server, form)?;
    } else {
        if !server.clients.contains_key(&form.client_id) {
            return Err(InvalidClient.into());
        }
        let (assertion, client) = (&form.client_assertion, &form.client_id);
        use_up(server, verify_assertion(assertion, client, &server.client_key)?).await?;
    }
    let proof = match headers.get("dpop") {
        None => None,
        Some(proof) => {
            let proof = verify_proof(proof.to_str()?)?;
            if proof.nonce.as_ref().is_some_and(|nonce| *nonce != server.nonce) {
                return Err("the nonce is wrong".into());
            }
            use_up(server, proof.used).await?;
            Some(proof)
        }
    };
    let rs256 = form.scope.starts_with("api://rs256");
    let algorithm = if rs256 { Algorithm::Rs256 } else { Algorithm::Es256 };
    let thumbprint = proof.as_ref().map(|proof| proof.thumbprint.as_str());
    let (client, subject) = (&form.client_id, &form.client_id);
    let token = sign_token(server, algorithm, (client, subject), thumbprint)?;
    let token_type = if proof.is_some() { "DPoP" } else { "Bearer" };
    Ok(Tokens { token_type, ..Tokens::new(token) })
}

/// Stores that a one-time value is used up.
async fn use_up(server: &MinimalServer, digest: [u8; 32]) -> Result<()> {
    let expires_at = service::now().microseconds() + USED_MICROSECONDS;
    if server.ledger.commit(Write::UseValue { digest, expires_at }).await? {
        Ok(())
    } else {
        Err("the value was already used".into())
    }
}

fn userinfo(server: &MinimalServer, request: &Request<Incoming>) -> Result<Vec<u8>> {
    let authorization = request.headers().get(AUTHORIZATION).ok_or("no token")?.to_str()?;
    let token = authorization.strip_prefix("Bearer ").ok_or("not a bearer token")?;
    let AccessToken { sub, .. } = verify_access_token(token, &server.signer.es256_public)?;
    let name = format!("User {sub}");
    Ok(serde_json::to_vec(&UserInfo { preferred_username: &sub, name, sub: &sub })?)
}

async fn revocation(server: &MinimalServer, form: &Form) -> Result<Vec<u8>> {
    authenticate(server, form)?;
    let grant = SealedToken::open(&form.token)?.grant;
    let (row, _) = server.ledger.find(grant)?.ok_or("no such grant")?;
    if !row.starts_with(&form.client_id) {
        return Err("the grant is of another client".into());
    }
    let now = service::now().microseconds();
    if !server.ledger.commit(Write::RevokeGrant { grant, now }).await? {
        return Err("the grant is already revoked".into());
    }
    Ok(Vec::new())
}

async fn code(server: &MinimalServer, form: &Form) -> Result<Tokens> {
    authenticate(server, form)?;
    let code = SealedToken::open(&form.code)?;
    if signer::sha256(form.code_verifier.as_bytes()) != *code.rest {
        return Err("the verifier does not match".into());
    }
    let user = BASE64_URL_SAFE_NO_PAD.encode(code.grant);
    let (now, row) = (service::now().microseconds(), row(&form.client_id, &user));
    if !server.ledger.commit(Write::OpenGrant { grant: code.grant, row, now }).await? {
        return Err("the code was already redeemed".into());
    }
    Ok(Tokens {
        refresh_token: Some(SealedToken::refresh_token(GrantId::new(code.grant), 0).seal()?),
        id_token: Some(sign_token(server, Algorithm::Es256, (&form.client_id, &user), None)?),
        ..Tokens::new(sign_token(server, Algorithm::Es256, (&form.client_id, &user), None)?)
    })
}

async fn refresh(server: &MinimalServer, form: &Form) -> Result<Tokens> {
    let token = SealedToken::open(&form.refresh_token)?;
    let generation = token.generation().ok_or("not a refresh token")?;
    let (grant, now) = (token.grant, service::now().microseconds());
    let (row, _) = server.ledger.find(grant)?.ok_or("no such grant")?;
    if !server.ledger.commit(Write::RotateGrant { grant, generation, now }).await? {
        return Err("the refresh token was already used".into());
    }
    let user = row.split(' ').nth(1).unwrap_or_default();
    let next = SealedToken::refresh_token(GrantId::new(grant), generation + 1).seal()?;
    let token = sign_token(server, Algorithm::Es256, (&form.client_id, user), None)?;
    Ok(Tokens { refresh_token: Some(next), ..Tokens::new(token) })
}

fn introspection(server: &MinimalServer, form: &Form) -> Result<Vec<u8>> {
    authenticate(server, form)?;
    let token = SealedToken::open(&form.token)?;
    let (row, generation) = server.ledger.find(token.grant)?.ok_or("no such grant")?;
    let sub = row.split(' ').nth(1).unwrap_or_default().to_owned();
    let active = token.generation() == Some(generation);
    let exp = service::now().seconds() + LIFETIME_SECONDS;
    Ok(serde_json::to_vec(&Introspection { active, sub, iss: ISSUER, exp })?)
}

fn authenticate(server: &MinimalServer, form: &Form) -> Result<()> {
    let received = signer::sha256(form.client_secret.as_bytes());
    match server.clients.get(&form.client_id) {
        Some(expected) if *expected == received => Ok(()),
        _ => Err(InvalidClient.into()),
    }
}

fn invalid_client() -> Result<Vec<u8>> {
    let id = BASE64_URL_SAFE_NO_PAD.encode(signer::random::<16>()?);
    Ok(serde_json::to_vec(&ErrorResponse {
        error: "invalid_client",
        error_description: "The client is unknown, or its secret is wrong. Trace ID: \
                            00000000-0000-0000-0000-000000000000 Correlation ID: \
                            00000000-0000-0000-0000-000000000000",
        error_codes: [7_000_215],
        timestamp: service::now().seconds(),
        trace_id: &id,
        correlation_id: &id,
        error_uri: "http://127.0.0.1/error?code=7000215",
    })?)
}

fn sign_token(
    server: &MinimalServer,
    algorithm: Algorithm,
    (client, subject): (&str, &str),
    thumbprint: Option<&str>,
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
        cnf: thumbprint.map(|jkt| Confirmation { jkt }),
    };
    server.signer.sign(algorithm, &claims)
}
