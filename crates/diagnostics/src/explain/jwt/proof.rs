//! Checks of DPoP proofs (RFC 9449).

use jose::seal::{Keyring, RootKey};
use model::{Tenant, TenantId};
use protocol::{
    Checks,
    context::TenantContext,
    equivalence::is_same_endpoint,
    request_head::RequestHead,
    sender_constraint::{self, DPOP_WINDOW},
};
use std::sync::Arc;

use super::{Token, times};
use crate::explain::{
    ExplainContext, ExplainError,
    report::{Check, Message, Report},
    sanitize,
    store_lookup::{rule_context, verify_signature},
};

/// Checks a DPoP proof, in the order of the server.
pub(super) async fn check(
    report: &mut Report,
    token: &Token<'_>,
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    report.checks.push(check_typ(token));
    report.checks.push(check_signature(token));
    report.checks.push(check_same(token, "htm", context.method.as_deref(), str::eq));
    report.checks.push(check_same(token, "htu", context.url.as_deref(), is_same_endpoint));
    report.checks.push(match times::time(&token.claims, "iat") {
        None => times::missing("iat"),
        Some(Err(check)) => check,
        Some(Ok(at)) => {
            let (span, window) = (sanitize::span(at - context.now), DPOP_WINDOW.to_string());
            let at_text = model::format_utc(at);
            let values =
                [("at", at_text.as_str()), ("span", span.as_str()), ("window", window.as_str())];
            let is_in_window = at <= context.now + DPOP_WINDOW && at >= context.now - DPOP_WINDOW;
            let messages =
                (Message::with("decode-iat-near", values), Message::with("decode-iat-far", values));
            Check::from_bool(is_in_window, "iat", messages)
        }
    });
    if token.has("ath") {
        report.checks.push(Check::unknown("ath", Message::new("decode-ath-needs-token")));
    }
    let tenant = tenant_context(token, context).await?;
    apply_rule(report, token, tenant.as_deref(), context)?;
    report.checks.push(match token.claim("jti") {
        Some(jti) if !jti.is_empty() => Check::passed("jti", Message::new("decode-jti-once")),
        _ => times::missing("jti"),
    });
    report.steps.push(Message::new("decode-step-proof"));
    Ok(())
}

fn check_typ(token: &Token<'_>) -> Check {
    let typ = token.compact.header().typ.as_deref().unwrap_or("-");
    let values = [("typ", typ), ("expected", "dpop+jwt")];
    Check::from_bool(
        typ == "dpop+jwt",
        "typ",
        (Message::with("decode-typ", values), Message::with("decode-typ-wrong", values)),
    )
}

/// Verifies the signature with the key in the header: it proves possession of that key.
fn check_signature(token: &Token<'_>) -> Check {
    let Some(jwk) = &token.compact.header().jwk else {
        return Check::failed("jwk", Message::new("decode-jwk-missing"));
    };
    let thumbprint = jwk.thumbprint().to_string();
    match verify_signature(token.text, &jwk.to_json().to_string()) {
        Ok(()) => {
            let message = Message::with("decode-signature-own-key", [("thumbprint", &thumbprint)]);
            Check::passed("signature", message)
        }
        Err(error) => {
            let values = [("kid", thumbprint.as_str()), ("error", error.as_str())];
            Check::failed("signature", Message::with("decode-signature-wrong", values))
        }
    }
}

fn check_same(
    token: &Token<'_>,
    claim: &'static str,
    given: Option<&str>,
    is_same: fn(&str, &str) -> bool,
) -> Check {
    let Some(claimed) = token.claim(claim) else { return times::missing(claim) };
    let Some(given) = given else {
        let id = if claim == "htm" { "decode-htm-not-given" } else { "decode-htu-not-given" };
        return Check::unknown(claim, Message::with(id, [("claimed", claimed)]));
    };
    let values = [("claimed", claimed), ("given", given)];
    let messages = (Message::with("decode-same", values), Message::with("decode-not-same", values));
    Check::from_bool(is_same(claimed, given), claim, messages)
}

/// Returns the context of the tenant whose nonce the proof must have.
async fn tenant_context(
    token: &Token<'_>,
    context: &ExplainContext,
) -> Result<Option<Arc<TenantContext>>, ExplainError> {
    let Some(lookup) = &context.store_lookup else { return Ok(None) };
    let tenant = match &context.tenant {
        Some(name) => lookup.tenant(name).await?,
        None => lookup.tenant_of_url(token.claim("htu").unwrap_or_default()).await?,
    };
    match tenant {
        Some(tenant) => Ok(lookup.tenant_context(&tenant).await?),
        None => Ok(None),
    }
}

/// Applies the rule of the server. Without the root key the nonce cannot be checked: a refusal for
/// the nonce then means that all earlier checks passed.
fn apply_rule(
    report: &mut Report,
    token: &Token<'_>,
    tenant: Option<&TenantContext>,
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let unknown_tenant;
    let rule_tenant = if let Some(tenant) = tenant {
        tenant
    } else {
        unknown_tenant = nonexistent_tenant()?;
        &unknown_tenant
    };
    let head = RequestHead {
        method: context.method.as_deref().or_else(|| token.claim("htm")).unwrap_or_default(),
        url: context
            .url
            .clone()
            .or_else(|| token.claim("htu").map(str::to_owned))
            .unwrap_or_default(),
        dpop: vec![token.text],
        ..RequestHead::default()
    };
    let refusal = sender_constraint::verify_proof(
        &head,
        None,
        &rule_context(rule_tenant, context.now),
        &mut Checks::default(),
    )
    .err();
    let constructor = refusal.as_ref().map(|refusal| refusal.entry().constructor);
    report.checks.push(match (constructor, tenant) {
        (Some("dpop_nonce_missing"), _) => times::missing("nonce"),
        (Some("dpop_nonce_stale"), Some(_)) => {
            Check::failed("nonce", Message::new("decode-nonce-stale"))
        }
        (None | Some("dpop_proof_not_current"), Some(_)) => {
            Check::passed("nonce", Message::new("decode-nonce"))
        }
        _ => Check::unknown("nonce", Message::new("decode-nonce-needs-key")),
    });
    if constructor == Some("dpop_nonce_stale") && tenant.is_none() {
        return Ok(());
    }
    report.accepted = Some(refusal.is_none());
    report.refusal = refusal;
    Ok(())
}

/// Returns a tenant that does not exist, for rules that need one. Nothing is sealed with its key.
fn nonexistent_tenant() -> Result<TenantContext, ExplainError> {
    let tenant = Tenant::new(TenantId::new(uuid::Uuid::nil()), "-", [0; 32]);
    let keyring = Keyring::new(RootKey::from_bytes([0; 32]), Vec::new());
    keyring
        .and_then(|keyring| TenantContext::new(tenant, "https://localhost", &keyring))
        .map_err(|error| ExplainError::Text(error.to_string()))
}
