//! Report about an authorization code or refresh token, which only the root key decrypts.

use jose::digest;
use model::{Grant, RevocationReason, TenantId, Timestamp};
use protocol::{
    context::TenantContext,
    sealed_token::{AuthorizationCode, RefreshToken, SealedTokenError},
};
use uuid::Uuid;

use super::{
    ExplainContext, ExplainError,
    report::{Check, CheckOutcome, Message, Report},
    sanitize,
    store_lookup::StoreLookup,
};

/// Returns the report about a sealed token.
pub(super) async fn report(text: &str, context: &ExplainContext) -> Result<Report, ExplainError> {
    let mut parts = text.splitn(3, '.');
    let kind = parts.next().unwrap_or_default();
    let tenant = parts.next().and_then(tenant_id);
    let sealed = parts.next().and_then(|sealed| digest::base64url_decode(sealed).ok());
    let (Some(tenant), Some(sealed)) = (tenant, sealed) else {
        return Err(ExplainError::Message(Message::new("decode-no-sealed-token")));
    };
    let mut report = Report::new(if kind == "ac" { "code" } else { "refresh_token" });
    report.add_token("token", text);
    report.add_value("tenant", &tenant.to_string());
    // The sealed bytes begin with the format and the four-byte id of the root key.
    let root_key: Vec<u8> = sealed.into_iter().skip(1).take(4).collect();
    report.add_value("root key", &sanitize::hexadecimal(&root_key));
    report.steps.push(Message::new("decode-step-sealed-token"));
    let Some(lookup) = &context.store_lookup else {
        report.checks.push(Check::unknown("seal", Message::new("decode-seal-needs-data")));
        report.steps.push(Message::new("decode-step-needs-data"));
        return Ok(report);
    };
    let Some(row) = lookup.tenant(&tenant.to_string()).await? else {
        report.checked_against = Some(Message::new("decode-against-data"));
        let message = Message::with("decode-tenant-unknown", [("tenant", &tenant.to_string())]);
        report.checks.push(Check::failed("tenant", message));
        report.accepted = Some(false);
        return Ok(report);
    };
    report.add_value("tenant name", &row.name);
    report.checked_against = Some(Message::with("decode-against-tenant", [("tenant", &row.name)]));
    let Some(tenant) = lookup.tenant_context(&row).await? else {
        let message = Message::with("decode-tenant-suspended", [("tenant", &row.name)]);
        report.checks.push(Check::failed("tenant", message));
        report.accepted = Some(false);
        return Ok(report);
    };
    if kind == "ac" {
        report_code(&mut report, text, (lookup, &tenant), context).await?;
    } else {
        report_refresh_token(&mut report, text, (lookup, &tenant), context).await?;
    }
    let is_failed = |check: &Check| check.outcome == CheckOutcome::Failed;
    report.accepted = Some(!report.checks.iter().any(is_failed));
    Ok(report)
}

fn tenant_id(part: &str) -> Option<TenantId> {
    let bytes: [u8; 16] = digest::base64url_decode(part).ok()?.try_into().ok()?;
    Some(TenantId::new(Uuid::from_bytes(bytes)))
}

fn check_seal(error: Option<SealedTokenError>) -> Check {
    Check::from_bool(
        error.is_none(),
        "seal",
        (Message::new("decode-seal"), Message::new("decode-seal-broken")),
    )
}

async fn report_code(
    report: &mut Report,
    text: &str,
    (lookup, tenant): (&StoreLookup, &TenantContext),
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let code = match AuthorizationCode::open(text, tenant) {
        Ok(code) => code,
        Err(error) => {
            report.checks.push(check_seal(Some(error)));
            return Ok(());
        }
    };
    report.add_value("client", code.client.as_str());
    report.add_value("user", &code.user.to_string());
    report.add_value("grant", &code.grant.to_string());
    report.add_value("redirect_uri", &code.redirect_uri);
    report.add_value("resource", &code.resource);
    let scopes: Vec<&str> =
        code.openid_scopes.iter().chain(&code.scopes).map(String::as_str).collect();
    report.add_value("scope", &scopes.join(" "));
    report.add_value("code_challenge", code.code_challenge.as_deref().unwrap_or("-"));
    report.add_value("issued", &model::format_utc(code.issued_at));
    report.checks.push(check_seal(None));
    let (at, span) =
        (model::format_utc(code.expires_at), sanitize::span(code.expires_at - context.now));
    let values = [("at", at.as_str()), ("span", span.as_str())];
    let messages =
        (Message::with("decode-exp", values), Message::with("decode-exp-expired", values));
    report.checks.push(Check::from_bool(context.now < code.expires_at, "expiry", messages));
    let grant = tenant.store_in(lookup.store()).grant(code.grant).await?;
    report.checks.push(match &grant {
        Some(grant) => {
            let at = model::format_utc(grant.opened_at);
            Check::failed("single use", Message::with("decode-code-redeemed", [("at", &at)]))
        }
        None => Check::passed("single use", Message::new("decode-code-unredeemed")),
    });
    report.checks.extend(grant.map(|grant| check_grant(&grant, context.now)));
    report.checks.push(match (&context.verifier, &code.code_challenge) {
        (Some(verifier), Some(challenge)) => super::check_verifier(verifier, challenge),
        (Some(_), None) => {
            Check::failed("code_verifier", Message::new("decode-verifier-without-challenge"))
        }
        (None, Some(_)) => {
            Check::unknown("code_verifier", Message::new("decode-verifier-not-given"))
        }
        (None, None) => {
            Check::passed("code_verifier", Message::new("decode-code-without-challenge"))
        }
    });
    Ok(())
}

async fn report_refresh_token(
    report: &mut Report,
    text: &str,
    (lookup, tenant): (&StoreLookup, &TenantContext),
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let token = match RefreshToken::open(text, tenant) {
        Ok(token) => token,
        Err(error) => {
            report.checks.push(check_seal(Some(error)));
            return Ok(());
        }
    };
    report.add_value("grant", &token.grant.to_string());
    report.add_value("generation", &token.generation.to_string());
    report.checks.push(check_seal(None));
    let Some(grant) = tenant.store_in(lookup.store()).grant(token.grant).await? else {
        let message = Message::with("decode-grant-unknown", [("grant", &token.grant.to_string())]);
        report.checks.push(Check::failed("grant", message));
        return Ok(());
    };
    report.add_value("client", grant.client.as_str());
    report.add_value("user", &grant.user.to_string());
    report.add_value("resource", &grant.resource);
    let scopes: Vec<&str> =
        grant.openid_scopes.iter().chain(&grant.scopes).map(String::as_str).collect();
    report.add_value("scope", &scopes.join(" "));
    report.add_value("opened", &model::format_utc(grant.opened_at));
    report.checks.push(check_grant(&grant, context.now));
    report.checks.push(check_generation(token.generation, &grant, context.now));
    Ok(())
}

/// Checks that a refresh token is the newest one of its grant, or the one before within the grace
/// period.
fn check_generation(presented: u32, grant: &Grant, now: Timestamp) -> Check {
    if presented == grant.generation {
        return Check::passed("generation", Message::new("decode-generation"));
    }
    let (at, newest) = (model::format_utc(grant.rotated_at), grant.generation.to_string());
    let values = [("at", at.as_str()), ("newest", newest.as_str())];
    let is_previous = presented.checked_add(1) == Some(grant.generation);
    let is_in_grace = is_previous && now < grant.rotated_at + Grant::GRACE;
    let messages = (
        Message::with("decode-generation-grace", values),
        Message::with("decode-generation-old", values),
    );
    Check::from_bool(is_in_grace, "generation", messages)
}

/// Checks that a grant is active: neither revoked nor expired.
pub(super) fn check_grant(grant: &Grant, now: Timestamp) -> Check {
    if let Some(revocation) = grant.revoked {
        let id = match revocation.reason {
            RevocationReason::CodeReplayed => "decode-revoked-code",
            RevocationReason::RefreshTokenReplayed => "decode-revoked-refresh-token",
            RevocationReason::ByClient => "decode-revoked-client",
            RevocationReason::ByAdministrator => "decode-revoked-administrator",
            RevocationReason::SignedOut => "decode-revoked-signed-out",
        };
        let at = model::format_utc(revocation.at);
        return Check::failed("grant", Message::with(id, [("at", &at)]));
    }
    let (at, span) = (model::format_utc(grant.expires_at), sanitize::span(grant.expires_at - now));
    let values = [("at", at.as_str()), ("span", span.as_str())];
    Check::from_bool(
        grant.is_active(now),
        "grant",
        (Message::with("decode-grant", values), Message::with("decode-grant-ended", values)),
    )
}
