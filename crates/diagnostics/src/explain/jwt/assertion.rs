//! Checks of client assertions (RFC 7523) with the registered keys of the client.

use std::sync::Arc;

use model::{Client, ClientCredential, Tenant};
use protocol::{
    Checks,
    client_auth::{ASSERTION_SKEW, ClientAuthentication},
    parameters::Parameters,
    request_head::RequestHead,
};

use super::{Token, times, token::client_label};
use crate::explain::{
    ExplainContext, ExplainError,
    key::thumbprints,
    report::{Check, Message, Report},
    store_lookup::{StoreLookup, rule_context, verify_signature},
};

/// The `client_assertion_type` of RFC 7523 §2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Checks a client assertion, in the order of the server.
pub(super) async fn check(
    report: &mut Report,
    token: &Token<'_>,
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let subject = token.claim("sub").unwrap_or_default();
    let audience = token.claim("aud").unwrap_or_default();
    let found = match &context.store_lookup {
        Some(lookup) => {
            let tenant = match &context.tenant {
                Some(name) => lookup.tenant(name).await?,
                None => lookup.tenant_of_url(audience).await?,
            };
            let found = lookup.client(subject, tenant.as_ref()).await?;
            let checked_against = match &found {
                Some((tenant, client)) => {
                    let values =
                        [("client", client_label(client)), ("tenant", tenant.name.clone())];
                    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                    Message::with("decode-against-client", values)
                }
                None => Message::new("decode-against-data"),
            };
            report.checked_against = Some(checked_against);
            found.map(|(tenant, client)| (lookup, tenant, client))
        }
        None => None,
    };
    let client = found.as_ref().map(|(_, _, client)| &**client);
    report.checks.push(check_subject(subject, client, context));
    report.checks.push(check_signature(token, client, context));
    report.checks.push(check_issuer(token, subject));
    report
        .checks
        .push(check_audience(token, found.as_ref().map(|(_, tenant, _)| tenant), context).await?);
    let tolerance = times::ClockTolerance::Skew(ASSERTION_SKEW);
    report.checks.extend(times::check_all(&token.claims, context.now, tolerance));
    report.checks.push(match token.claim("jti") {
        Some(jti) if !jti.is_empty() => Check::passed("jti", Message::new("decode-jti-once")),
        _ => times::missing("jti"),
    });
    match found {
        Some((lookup, tenant, client)) => {
            apply_rule(report, token, lookup, (&tenant, client), context).await?;
        }
        None if context.store_lookup.is_none() => {
            report.steps.push(Message::new("decode-step-needs-data"));
        }
        None => report.accepted = Some(false),
    }
    report.steps.push(Message::new("decode-step-assertion"));
    Ok(())
}

fn check_subject(subject: &str, client: Option<&Client>, context: &ExplainContext) -> Check {
    match (subject, client) {
        ("", _) => times::missing("sub"),
        (_, Some(client)) if client.enabled => Check::passed(
            "sub",
            Message::with("decode-client", [("client", &client_label(client))]),
        ),
        (_, Some(client)) => Check::failed(
            "sub",
            Message::with("decode-client-disabled", [("client", &client.name)]),
        ),
        (id, None) if context.store_lookup.is_some() => {
            Check::failed("sub", Message::with("decode-client-unknown", [("client", id)]))
        }
        (id, None) => {
            Check::unknown("sub", Message::with("decode-client-needs-data", [("client", id)]))
        }
    }
}

/// Finds the registered key that verifies the signature, whatever the header says. If there is
/// none, names all registered keys.
fn check_signature(token: &Token<'_>, client: Option<&Client>, context: &ExplainContext) -> Check {
    let Some(client) = client else {
        let id = match context.store_lookup {
            Some(_) => "decode-signature-no-client",
            None => "decode-signature-needs-client",
        };
        return Check::unknown("signature", Message::new(id));
    };
    let mut registered = Vec::new();
    let mut error = None;
    for credential in &client.credentials {
        let ClientCredential::PublicKey { id, jwk, expires, .. } = credential else { continue };
        match verify_signature(token.text, jwk) {
            Ok(()) if expires.is_some_and(|end| end <= context.now) => {
                let end = expires.map(model::format_utc).unwrap_or_default();
                let values = [("id", id.as_str()), ("at", end.as_str())];
                return Check::failed("signature", Message::with("decode-key-expired", values));
            }
            Ok(()) => {
                return Check::passed(
                    "signature",
                    Message::with("decode-signature-by", [("id", id)]),
                );
            }
            Err(reason) => error = Some(reason),
        }
        registered.push(format!("{id}: {}", thumbprints(credential).join(", ")));
    }
    let registered = registered.join("; ");
    let values = [("registered", registered.as_str()), ("error", error.as_deref().unwrap_or("-"))];
    Check::failed(
        "signature",
        if registered.is_empty() {
            Message::with("decode-no-key-registered", [("client", client.name.as_str())])
        } else {
            Message::with("decode-signature-by-none", values)
        },
    )
}

fn check_issuer(token: &Token<'_>, subject: &str) -> Check {
    let Some(issuer) = token.claim("iss") else { return times::missing("iss") };
    let values = [("issuer", issuer), ("subject", subject)];
    Check::from_bool(
        issuer == subject,
        "iss",
        (
            Message::with("decode-issuer-self", values),
            Message::with("decode-issuer-not-self", values),
        ),
    )
}

async fn check_audience(
    token: &Token<'_>,
    tenant: Option<&Arc<Tenant>>,
    context: &ExplainContext,
) -> Result<Check, ExplainError> {
    let Some(value) = token.claims.get("aud") else { return Ok(times::missing("aud")) };
    let Some(audience) = value.as_str() else {
        let text = value.to_string();
        let message = Message::with("decode-audience-several", [("audience", text.as_str())]);
        return Ok(Check::failed("aud", message));
    };
    let tenant = match (tenant, &context.store_lookup) {
        (Some(tenant), Some(lookup)) => lookup.tenant_context(tenant).await?,
        _ => None,
    };
    let Some(tenant) = tenant else {
        let message = Message::with("decode-audience-needs-data", [("audience", audience)]);
        return Ok(Check::unknown("aud", message));
    };
    let endpoints = &tenant.endpoints;
    let accepted = [&endpoints.token, &endpoints.token_by_other_form, &endpoints.issuer];
    let accepted_list = accepted.map(String::as_str).join(", ");
    let values = [("audience", audience), ("accepted", accepted_list.as_str())];
    Ok(Check::from_bool(
        accepted.iter().any(|it| *it == audience),
        "aud",
        (Message::with("decode-audience", values), Message::with("decode-audience-wrong", values)),
    ))
}

/// Applies the rule of the server.
async fn apply_rule(
    report: &mut Report,
    token: &Token<'_>,
    lookup: &StoreLookup,
    (tenant, client): (&Tenant, Arc<Client>),
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let Some(tenant) = lookup.tenant_context(tenant).await? else {
        report.accepted = Some(false);
        return Ok(());
    };
    let context = rule_context(&tenant, context.now);
    let mut parameters = Parameters::default();
    for (name, value) in
        [("client_assertion", token.text), ("client_assertion_type", ASSERTION_TYPE)]
    {
        if let Err(refusal) = parameters.insert(name, value) {
            report.refusal = Some(refusal);
            return Ok(());
        }
    }
    let mut checks = Checks::default();
    let head = RequestHead {
        method: "POST",
        url: tenant.endpoints.token.clone(),
        ..RequestHead::default()
    };
    let checked = ClientAuthentication::extract(&head, &parameters)
        .and_then(|presented| presented.verify(Some(client), &context, &mut checks).map(|_| ()));
    report.accepted = Some(checked.is_ok());
    report.refusal = checked.err();
    Ok(())
}
