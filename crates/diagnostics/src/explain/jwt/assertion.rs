//! Client assertions (RFC 7523), held against the keys that their client registered.

use std::sync::Arc;

use model::{Client, ClientCredential, Tenant};
use protocol::{
    Checks,
    client_auth::{ASSERTION_SKEW, Presented},
    form::Form,
    request::Head,
};

use super::{Token, times, token::named};
use crate::explain::{
    Setting, Unsaid,
    key::thumbprints_of,
    known::{Known, context, verify},
    report::{Check, Note, Report},
    safe,
};

/// `client_assertion_type` of RFC 7523 §2.2.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The checks of an assertion, in the order in which they are made.
pub(super) async fn check(
    report: &mut Report,
    token: &Token<'_>,
    setting: &Setting,
) -> Result<(), Unsaid> {
    let subject = token.claim("sub").unwrap_or_default();
    let audience = token.claim("aud").unwrap_or_default();
    let found = match &setting.known {
        Some(known) => {
            let tenant = match &setting.tenant {
                Some(name) => known.tenant(name).await?,
                None => known.tenant_of_url(audience).await?,
            };
            let found = known.client(subject, tenant.as_ref()).await?;
            let against = match &found {
                Some((tenant, client)) => {
                    let values = [("client", named(client)), ("tenant", tenant.name.clone())];
                    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                    Note::new("decode-against-client", values)
                }
                None => Note::plain("decode-against-store"),
            };
            report.against = Some(against);
            found.map(|(tenant, client)| (known, tenant, client))
        }
        None => None,
    };
    let client = found.as_ref().map(|(_, _, client)| &**client);
    report.checks.push(subject_check(subject, client, setting));
    report.checks.push(signature(token, client, setting));
    report.checks.push(issuer(token, subject));
    report
        .checks
        .push(audience_check(token, found.as_ref().map(|(_, tenant, _)| tenant), setting).await?);
    let strictness = times::Strictness::Skewed(ASSERTION_SKEW);
    report.checks.extend(times::all(&token.claims, setting.now, strictness));
    report.checks.push(match token.claim("jti") {
        Some(jti) if !jti.is_empty() => Check::passed("jti", Note::plain("decode-jti-once")),
        _ => times::missing("jti"),
    });
    match found {
        Some((known, tenant, client)) => {
            verdict(report, token, known, (&tenant, client), setting).await?;
        }
        None if setting.known.is_none() => {
            report.steps.push(Note::plain("decode-step-needs-store"));
        }
        None => report.accepted = Some(false),
    }
    report.steps.push(Note::plain("decode-step-assertion"));
    Ok(())
}

fn subject_check(subject: &str, client: Option<&Client>, setting: &Setting) -> Check {
    match (subject, client) {
        ("", _) => times::missing("sub"),
        (_, Some(client)) if client.enabled => {
            Check::passed("sub", Note::new("decode-client", [("client", &named(client))]))
        }
        (_, Some(client)) => {
            Check::failed("sub", Note::new("decode-client-disabled", [("client", &client.name)]))
        }
        (id, None) if setting.known.is_some() => {
            Check::failed("sub", Note::new("decode-client-unknown", [("client", id)]))
        }
        (id, None) => {
            Check::unknown("sub", Note::new("decode-client-needs-store", [("client", id)]))
        }
    }
}

/// Which of the client's keys made the signature, whatever the header says; and every key that is
/// registered, where none did.
fn signature(token: &Token<'_>, client: Option<&Client>, setting: &Setting) -> Check {
    let Some(client) = client else {
        let id = match setting.known {
            Some(_) => "decode-signature-no-client",
            None => "decode-signature-needs-client",
        };
        return Check::unknown("signature", Note::plain(id));
    };
    let mut registered = Vec::new();
    let mut error = None;
    for credential in &client.credentials {
        let ClientCredential::PublicKey { id, jwk, expires, .. } = credential else { continue };
        match verify(token.text, jwk) {
            Ok(()) if expires.is_some_and(|end| end <= setting.now) => {
                let end = expires.map(safe::moment).unwrap_or_default();
                let values = [("id", id.as_str()), ("at", end.as_str())];
                return Check::failed("signature", Note::new("decode-key-over", values));
            }
            Ok(()) => {
                return Check::passed("signature", Note::new("decode-signature-by", [("id", id)]));
            }
            Err(why) => error = Some(why),
        }
        registered.push(format!("{id}: {}", thumbprints_of(credential).join(", ")));
    }
    let registered = registered.join("; ");
    let values = [("registered", registered.as_str()), ("error", error.as_deref().unwrap_or("-"))];
    Check::failed(
        "signature",
        if registered.is_empty() {
            Note::new("decode-no-key-registered", [("client", client.name.as_str())])
        } else {
            Note::new("decode-signature-by-none", values)
        },
    )
}

fn issuer(token: &Token<'_>, subject: &str) -> Check {
    let Some(issuer) = token.claim("iss") else { return times::missing("iss") };
    let values = [("issuer", issuer), ("subject", subject)];
    Check::that(
        issuer == subject,
        "iss",
        (Note::new("decode-issuer-self", values), Note::new("decode-issuer-not-self", values)),
    )
}

async fn audience_check(
    token: &Token<'_>,
    tenant: Option<&Arc<Tenant>>,
    setting: &Setting,
) -> Result<Check, Unsaid> {
    let Some(value) = token.claims.get("aud") else { return Ok(times::missing("aud")) };
    let Some(audience) = value.as_str() else {
        let shown = value.to_string();
        let note = Note::new("decode-audience-several", [("audience", shown.as_str())]);
        return Ok(Check::failed("aud", note));
    };
    let realm = match (tenant, &setting.known) {
        (Some(tenant), Some(known)) => known.realm(tenant).await?,
        _ => None,
    };
    let Some(realm) = realm else {
        let note = Note::new("decode-audience-needs-store", [("audience", audience)]);
        return Ok(Check::unknown("aud", note));
    };
    let ends = &realm.endpoints;
    let accepted = [&ends.token, &ends.token_by_name, &ends.issuer];
    let listed = accepted.map(String::as_str).join(", ");
    let values = [("audience", audience), ("accepted", listed.as_str())];
    Ok(Check::that(
        accepted.iter().any(|it| *it == audience),
        "aud",
        (Note::new("decode-audience", values), Note::new("decode-audience-wrong", values)),
    ))
}

/// What the server itself says, by the very rule that it goes by.
async fn verdict(
    report: &mut Report,
    token: &Token<'_>,
    known: &Known,
    (tenant, client): (&Tenant, Arc<Client>),
    setting: &Setting,
) -> Result<(), Unsaid> {
    let Some(realm) = known.realm(tenant).await? else {
        report.accepted = Some(false);
        return Ok(());
    };
    let context = context(&realm, setting.now);
    let mut form = Form::default();
    for (name, value) in [("client_assertion", token.text), ("client_assertion_type", TYPE)] {
        if let Err(refusal) = form.insert(name.to_owned(), value.to_owned()) {
            report.refusal = Some(refusal);
            return Ok(());
        }
    }
    let mut checks = Checks::default();
    let head = Head { method: "POST", url: realm.endpoints.token.clone(), ..Head::default() };
    let checked = Presented::find(&head, &form)
        .and_then(|presented| presented.check(Some(client), &context, &mut checks).map(|_| ()));
    report.accepted = Some(checked.is_ok());
    report.refusal = checked.err();
    Ok(())
}
