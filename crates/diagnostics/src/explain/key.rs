//! Report about keys and certificates: their thumbprints, and where they are registered.

use jose::{Certificate, Jwk, JwkError, JwkSet, digest};
use model::{ClientCredential, Timestamp};
use serde_json::{Map, Value};

use super::{
    ExplainContext, ExplainError,
    report::{Check, Message, Report},
    sanitize,
};

/// Returns the report about a JWK.
pub(super) async fn report_jwk(
    members: &Map<String, Value>,
    context: &ExplainContext,
) -> Result<Report, ExplainError> {
    report_key(Jwk::from_members(members), "jwk", context).await
}

/// Returns the report about a JWK set.
pub(super) async fn report_jwk_set(
    text: &str,
    context: &ExplainContext,
) -> Result<Report, ExplainError> {
    let mut report = Report::new("jwks");
    match JwkSet::from_json(text.as_bytes()) {
        Ok(set) => {
            report.add_value("keys", &set.keys.len().to_string());
            report.checks.push(Check::passed("form", Message::new("decode-keys-form")));
            for (index, jwk) in set.keys.into_iter().enumerate() {
                let part = report_key(Ok(jwk), "jwk", context).await?;
                report.parts.push(part.at(format!("keys[{index}]")));
            }
        }
        Err(error) => add_malformed(&mut report, &error),
    }
    Ok(report)
}

/// Returns the report about a key or certificate in PEM.
pub(super) async fn report_pem(
    text: &str,
    context: &ExplainContext,
) -> Result<Report, ExplainError> {
    if text.contains("BEGIN CERTIFICATE REQUEST") {
        return Err(ExplainError::Message(Message::new("decode-no-csr")));
    }
    let kind = if text.contains("BEGIN CERTIFICATE") { "certificate" } else { "public_key" };
    // `Certificate` computes both thumbprints, `Jwk` does not.
    let certificate = Certificate::from_pem(text).ok();
    let jwk = match certificate {
        Some(certificate) if !text.contains("PRIVATE KEY-----") => Ok(certificate.into_jwk()),
        _ => Jwk::from_pem(text),
    };
    if jwk == Err(JwkError::NotSpki) {
        let error = JwkError::NotSpki.to_string();
        return Err(ExplainError::Message(Message::with("decode-no-pem", [("error", &error)])));
    }
    report_key(jwk, kind, context).await
}

async fn report_key(
    jwk: Result<Jwk, JwkError>,
    kind: &'static str,
    context: &ExplainContext,
) -> Result<Report, ExplainError> {
    let mut report = Report::new(kind);
    let jwk = match jwk {
        Ok(jwk) => jwk,
        Err(error) => {
            add_malformed(&mut report, &error);
            return Ok(report);
        }
    };
    report.add_value("kty", &jwk.key.kind().to_string());
    for (name, value) in [("kid", jwk.kid.clone()), ("alg", jwk.alg.clone())] {
        if let Some(value) = value {
            report.add_value(name, &value);
        }
    }
    if let Some(key_use) = jwk.key_use {
        report.add_value("use", key_use.as_str());
    }
    report.add_value("RFC 7638", &jwk.thumbprint().to_string());
    if let Some(x5t) = jwk.x5t {
        report.add_value("x5t", &digest::base64url(x5t));
        report.add_value("x5t (hex)", &sanitize::hexadecimal(&x5t).to_uppercase());
    }
    if let Some(x5t) = jwk.x5t_s256 {
        report.add_value("x5t#S256", &digest::base64url(x5t));
    }
    report.checks.push(Check::passed("form", Message::new("decode-key-form")));
    let usable = jose::VerifyingKey::new(&jwk);
    report.checks.push(match &usable {
        Ok(key) => {
            let algorithms: Vec<&str> = key.algorithms().map(jose::Algorithm::as_str).collect();
            let values = [("algorithms", algorithms.join(", "))];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            Check::passed("signatures", Message::with("decode-key-verifies", values))
        }
        Err(error) => {
            let error = error.to_string();
            Check::failed("signatures", Message::with("decode-key-useless", [("error", &error)]))
        }
    });
    check_registration(&mut report, &jwk, context).await?;
    Ok(report)
}

fn add_malformed(report: &mut Report, error: &JwkError) {
    let text = error.to_string();
    report
        .checks
        .push(Check::failed("form", Message::with("decode-key-flawed", [("error", &text)])));
    report.steps.push(Message::new(match error {
        JwkError::Private(_) | JwkError::Symmetric => "decode-step-private-key",
        _ => "decode-step-create-key",
    }));
}

/// Finds the clients that registered the key, and the tenants that sign with it.
async fn check_registration(
    report: &mut Report,
    jwk: &Jwk,
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let Some(lookup) = &context.store_lookup else {
        report.checks.push(Check::unknown("registered", Message::new("decode-key-needs-data")));
        report.steps.push(Message::new("decode-step-needs-data"));
        return Ok(());
    };
    report.checked_against = Some(Message::new("decode-against-data"));
    let before = report.checks.len();
    for tenant in lookup.tenants().await? {
        for row in lookup.signing_keys(&tenant).await?.iter() {
            let own = Jwk::from_json(row.jwk.as_bytes());
            if own.is_ok_and(|own| own.thumbprint() == jwk.thumbprint()) {
                let values = [("tenant", tenant.name.as_str()), ("kid", row.kid.as_str())];
                let message = Message::with("decode-key-of-tenant", values);
                report.checks.push(Check::passed("registered", message));
            }
        }
        for client in lookup.store().clients(tenant.id).await? {
            for credential in &client.credentials {
                let ClientCredential::PublicKey { id, jwk: registered, expires, .. } = credential
                else {
                    continue;
                };
                let registered = Jwk::from_json(registered.as_bytes());
                if registered.is_ok_and(|registered| registered.thumbprint() == jwk.thumbprint()) {
                    let owner = [client.name.as_str(), tenant.name.as_str(), id.as_str()];
                    report.checks.push(client_key_check(owner, *expires, context.now));
                }
            }
        }
    }
    if report.checks.len() == before {
        report.checks.push(Check::failed("registered", Message::new("decode-key-unregistered")));
        report.steps.push(Message::new("decode-step-register-key"));
    }
    Ok(())
}

fn client_key_check(
    [client, tenant, id]: [&str; 3],
    expires: Option<Timestamp>,
    now: Timestamp,
) -> Check {
    let values = [("client", client), ("tenant", tenant), ("id", id)];
    match expires.filter(|expiry| *expiry <= now) {
        None => Check::passed("registered", Message::with("decode-key-of-client", values)),
        Some(expiry) => {
            let at = model::format_utc(expiry);
            let message = Message::with("decode-key-expired", [("id", id), ("at", &at)]);
            Check::failed("registered", message)
        }
    }
}

/// Returns the thumbprints that an assertion may name a registered key by.
pub(super) fn thumbprints(credential: &ClientCredential) -> Vec<String> {
    let ClientCredential::PublicKey { jwk, x5t, x5t_s256, .. } = credential else {
        return Vec::new();
    };
    let rfc7638 =
        Jwk::from_json(jwk.as_bytes()).map(|jwk| format!("RFC 7638 {}", jwk.thumbprint()));
    let sha1 = x5t.map(|digest| format!("x5t {}", digest::base64url(digest)));
    let sha256 = x5t_s256.map(|digest| format!("x5t#S256 {}", digest::base64url(digest)));
    rfc7638.into_iter().chain(sha1).chain(sha256).collect()
}
