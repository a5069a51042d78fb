//! Keys and certificates: their thumbprints, and who registered them.

use jose::{Certificate, Jwk, JwkError, JwkSet, digest};
use model::{ClientCredential, Timestamp};
use serde_json::{Map, Value};

use super::{
    Setting, Unsaid,
    report::{Check, Note, Report},
    safe,
};

/// One key as JSON.
pub(super) async fn jwk(members: &Map<String, Value>, setting: &Setting) -> Result<Report, Unsaid> {
    one(Jwk::from_members(members), "jwk", setting).await
}

/// A set of keys.
pub(super) async fn jwk_set(text: &str, setting: &Setting) -> Result<Report, Unsaid> {
    let mut report = Report::new("jwks");
    match JwkSet::from_json(text.as_bytes()) {
        Ok(set) => {
            report.value("keys", &set.keys.len().to_string());
            report.checks.push(Check::passed("form", Note::plain("decode-keys-form")));
            for (place, jwk) in set.keys.into_iter().enumerate() {
                let part = one(Ok(jwk), "jwk", setting).await?;
                report.parts.push(part.at(format!("keys[{place}]")));
            }
        }
        Err(error) => refuse(&mut report, &error),
    }
    Ok(report)
}

/// A PEM text.
pub(super) async fn pem(text: &str, setting: &Setting) -> Result<Report, Unsaid> {
    if text.contains("BEGIN CERTIFICATE REQUEST") {
        return Err(Unsaid::Note(Note::plain("decode-no-csr")));
    }
    let kind = if text.contains("BEGIN CERTIFICATE") { "certificate" } else { "public_key" };
    // The library that reads certificates names both thumbprints.
    let certificate = Certificate::from_pem(text).ok();
    let jwk = match certificate {
        Some(certificate) if !text.contains("PRIVATE KEY-----") => Ok(certificate.into_jwk()),
        _ => Jwk::from_pem(text),
    };
    if jwk == Err(JwkError::NotSpki) {
        let error = JwkError::NotSpki.to_string();
        return Err(Unsaid::Note(Note::new("decode-no-pem", [("error", &error)])));
    }
    one(jwk, kind, setting).await
}

async fn one(
    jwk: Result<Jwk, JwkError>,
    kind: &'static str,
    setting: &Setting,
) -> Result<Report, Unsaid> {
    let mut report = Report::new(kind);
    let jwk = match jwk {
        Ok(jwk) => jwk,
        Err(error) => {
            refuse(&mut report, &error);
            return Ok(report);
        }
    };
    report.value("kty", &jwk.key.kind().to_string());
    for (name, value) in [("kid", jwk.kid.clone()), ("alg", jwk.alg.clone())] {
        if let Some(value) = value {
            report.value(name, &value);
        }
    }
    if let Some(key_use) = jwk.key_use {
        report.value("use", key_use.as_str());
    }
    report.value("RFC 7638", &jwk.thumbprint().to_string());
    if let Some(x5t) = jwk.x5t {
        report.value("x5t", &digest::base64url(x5t));
        report.value("x5t (hex)", &safe::hexadecimal(&x5t).to_uppercase());
    }
    if let Some(x5t) = jwk.x5t_s256 {
        report.value("x5t#S256", &digest::base64url(x5t));
    }
    report.checks.push(Check::passed("form", Note::plain("decode-key-form")));
    let usable = jose::VerifyingKey::new(&jwk);
    report.checks.push(match &usable {
        Ok(key) => {
            let algorithms: Vec<&str> = key.algorithms().map(jose::Algorithm::as_str).collect();
            let values = [("algorithms", algorithms.join(", "))];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            Check::passed("signatures", Note::new("decode-key-verifies", values))
        }
        Err(error) => {
            let error = error.to_string();
            Check::failed("signatures", Note::new("decode-key-useless", [("error", &error)]))
        }
    });
    registered(&mut report, &jwk, setting).await?;
    Ok(report)
}

fn refuse(report: &mut Report, error: &JwkError) {
    let shown = error.to_string();
    report.checks.push(Check::failed("form", Note::new("decode-key-flawed", [("error", &shown)])));
    report.steps.push(Note::plain(match error {
        JwkError::Private(_) | JwkError::Symmetric => "decode-step-private-key",
        _ => "decode-step-make-key-anew",
    }));
}

/// Who registered the key: a client, or a tenant that signs with it.
async fn registered(report: &mut Report, jwk: &Jwk, setting: &Setting) -> Result<(), Unsaid> {
    let Some(known) = &setting.known else {
        report.checks.push(Check::unknown("registered", Note::plain("decode-key-needs-store")));
        report.steps.push(Note::plain("decode-step-needs-store"));
        return Ok(());
    };
    report.against = Some(Note::plain("decode-against-store"));
    let before = report.checks.len();
    for tenant in known.tenants().await? {
        for row in known.rows(&tenant).await?.iter() {
            let ours = Jwk::from_json(row.jwk.as_bytes());
            if ours.is_ok_and(|ours| ours.thumbprint() == jwk.thumbprint()) {
                let values = [("tenant", tenant.name.as_str()), ("kid", row.kid.as_str())];
                let note = Note::new("decode-key-of-tenant", values);
                report.checks.push(Check::passed("registered", note));
            }
        }
        for client in known.service().store.clients(tenant.id).await? {
            for credential in &client.credentials {
                let ClientCredential::PublicKey { id, jwk: theirs, expires, .. } = credential
                else {
                    continue;
                };
                let theirs = Jwk::from_json(theirs.as_bytes());
                if theirs.is_ok_and(|theirs| theirs.thumbprint() == jwk.thumbprint()) {
                    let whose = [client.name.as_str(), tenant.name.as_str(), id.as_str()];
                    report.checks.push(of_client(whose, *expires, setting.now));
                }
            }
        }
    }
    if report.checks.len() == before {
        report.checks.push(Check::failed("registered", Note::plain("decode-key-unregistered")));
        report.steps.push(Note::plain("decode-step-register-key"));
    }
    Ok(())
}

fn of_client([client, tenant, id]: [&str; 3], expires: Option<Timestamp>, now: Timestamp) -> Check {
    let values = [("client", client), ("tenant", tenant), ("id", id)];
    match expires.filter(|end| *end <= now) {
        None => Check::passed("registered", Note::new("decode-key-of-client", values)),
        Some(end) => {
            let at = safe::moment(end);
            let note = Note::new("decode-key-over", [("id", id), ("at", &at)]);
            Check::failed("registered", note)
        }
    }
}

/// The names that an assertion may call a registered key by.
pub(super) fn thumbprints_of(credential: &ClientCredential) -> Vec<String> {
    let ClientCredential::PublicKey { jwk, x5t, x5t_s256, .. } = credential else {
        return Vec::new();
    };
    let own = Jwk::from_json(jwk.as_bytes()).map(|jwk| format!("RFC 7638 {}", jwk.thumbprint()));
    let sha1 = x5t.map(|digest| format!("x5t {}", digest::base64url(digest)));
    let sha256 = x5t_s256.map(|digest| format!("x5t#S256 {}", digest::base64url(digest)));
    own.into_iter().chain(sha1).chain(sha256).collect()
}
