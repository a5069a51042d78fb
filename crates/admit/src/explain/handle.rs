//! Codes and refresh tokens of ours: sealed, so that only the root key opens them.

use jose::digest;
use model::{Grant, RevocationReason, TenantId, Timestamp};
use protocol::{
    context::Realm,
    handle::{Code, NotOurs, RefreshToken},
};
use uuid::Uuid;

use super::{
    Setting, Unsaid,
    known::Known,
    report::{Check, Note, Report},
    safe,
};

/// All that can be said about a handle.
pub(super) async fn report(text: &str, setting: &Setting) -> Result<Report, Unsaid> {
    let mut parts = text.splitn(3, '.');
    let kind = parts.next().unwrap_or_default();
    let tenant = parts.next().and_then(tenant_id);
    let sealed = parts.next().and_then(|sealed| digest::base64url_decode(sealed).ok());
    let (Some(tenant), Some(sealed)) = (tenant, sealed) else {
        return Err(Unsaid::Note(Note::plain("decode-no-handle")));
    };
    let mut report = Report::new(if kind == "ac" { "code" } else { "refresh_token" });
    report.token("token", text);
    report.value("tenant", &tenant.to_string());
    // In front of what is sealed stand a version and the name of the root key.
    let root_key: Vec<u8> = sealed.into_iter().skip(1).take(4).collect();
    report.value("root key", &safe::hexadecimal(&root_key));
    report.steps.push(Note::plain("decode-step-handle"));
    let Some(known) = &setting.known else {
        report.checks.push(Check::unknown("seal", Note::plain("decode-seal-needs-store")));
        report.steps.push(Note::plain("decode-step-needs-store"));
        return Ok(report);
    };
    let Some(row) = known.tenant(&tenant.to_string()).await? else {
        report.against = Some(Note::plain("decode-against-store"));
        let note = Note::new("decode-tenant-unknown", [("tenant", &tenant.to_string())]);
        report.checks.push(Check::failed("tenant", note));
        report.accepted = Some(false);
        return Ok(report);
    };
    report.value("tenant name", &row.name);
    report.against = Some(Note::new("decode-against-tenant", [("tenant", &row.name)]));
    let Some(realm) = known.realm(&row).await? else {
        let note = Note::new("decode-tenant-suspended", [("tenant", &row.name)]);
        report.checks.push(Check::failed("tenant", note));
        report.accepted = Some(false);
        return Ok(report);
    };
    if kind == "ac" {
        code(&mut report, text, (known, &realm), setting).await?;
    } else {
        refresh_token(&mut report, text, (known, &realm), setting).await?;
    }
    let failed = |check: &Check| check.outcome == super::report::Outcome::Failed;
    report.accepted = Some(!report.checks.iter().any(failed));
    Ok(report)
}

fn tenant_id(part: &str) -> Option<TenantId> {
    let bytes: [u8; 16] = digest::base64url_decode(part).ok()?.try_into().ok()?;
    Some(TenantId::new(Uuid::from_bytes(bytes)))
}

fn sealed(opened: Option<NotOurs>) -> Check {
    Check::that(
        opened.is_none(),
        "seal",
        (Note::plain("decode-seal"), Note::plain("decode-seal-broken")),
    )
}

async fn code(
    report: &mut Report,
    text: &str,
    (known, realm): (&Known, &Realm),
    setting: &Setting,
) -> Result<(), Unsaid> {
    let code = match Code::open(text, realm) {
        Ok(code) => code,
        Err(not_ours) => {
            report.checks.push(sealed(Some(not_ours)));
            return Ok(());
        }
    };
    report.value("client", code.client.as_str());
    report.value("user", &code.user.to_string());
    report.value("grant", &code.grant.to_string());
    report.value("redirect_uri", &code.redirect_uri);
    report.value("resource", &code.resource);
    let scopes: Vec<&str> =
        code.openid_scopes.iter().chain(&code.scopes).map(String::as_str).collect();
    report.value("scope", &scopes.join(" "));
    report.value("code_challenge", &code.code_challenge);
    report.value("issued", &safe::moment(code.issued_at));
    report.checks.push(sealed(None));
    let (at, span) = (safe::moment(code.expires_at), safe::span(code.expires_at - setting.now));
    let values = [("at", at.as_str()), ("span", span.as_str())];
    let notes = (Note::new("decode-exp", values), Note::new("decode-exp-over", values));
    report.checks.push(Check::that(setting.now < code.expires_at, "expiry", notes));
    let grant = known.service().store.grant(realm.tenant.id, code.grant).await?;
    report.checks.push(match &grant {
        Some(grant) => {
            let at = safe::moment(grant.opened_at);
            Check::failed("single use", Note::new("decode-code-redeemed", [("at", &at)]))
        }
        None => Check::passed("single use", Note::plain("decode-code-unredeemed")),
    });
    report.checks.extend(grant.map(|grant| standing(&grant, setting.now)));
    report.checks.push(match &setting.verifier {
        Some(verifier) => super::verifier(verifier, &code.code_challenge),
        None => Check::unknown("code_verifier", Note::plain("decode-verifier-not-given")),
    });
    Ok(())
}

async fn refresh_token(
    report: &mut Report,
    text: &str,
    (known, realm): (&Known, &Realm),
    setting: &Setting,
) -> Result<(), Unsaid> {
    let token = match RefreshToken::open(text, realm) {
        Ok(token) => token,
        Err(not_ours) => {
            report.checks.push(sealed(Some(not_ours)));
            return Ok(());
        }
    };
    report.value("grant", &token.grant.to_string());
    report.value("generation", &token.generation.to_string());
    report.checks.push(sealed(None));
    let Some(grant) = known.service().store.grant(realm.tenant.id, token.grant).await? else {
        let note = Note::new("decode-grant-unknown", [("grant", &token.grant.to_string())]);
        report.checks.push(Check::failed("grant", note));
        return Ok(());
    };
    report.value("client", grant.client.as_str());
    report.value("user", &grant.user.to_string());
    report.value("resource", &grant.resource);
    let scopes: Vec<&str> =
        grant.openid_scopes.iter().chain(&grant.scopes).map(String::as_str).collect();
    report.value("scope", &scopes.join(" "));
    report.value("opened", &safe::moment(grant.opened_at));
    report.checks.push(standing(&grant, setting.now));
    report.checks.push(generation(token.generation, &grant, setting.now));
    Ok(())
}

/// Whether it is the grant's newest refresh token.
fn generation(presented: u32, grant: &Grant, now: Timestamp) -> Check {
    if presented == grant.generation {
        return Check::passed("generation", Note::plain("decode-generation"));
    }
    let (at, newest) = (safe::moment(grant.rotated_at), grant.generation.to_string());
    let values = [("at", at.as_str()), ("newest", newest.as_str())];
    let just_before = presented.checked_add(1) == Some(grant.generation);
    let grace = just_before && now < grant.rotated_at + Grant::GRACE;
    let notes =
        (Note::new("decode-generation-grace", values), Note::new("decode-generation-old", values));
    Check::that(grace, "generation", notes)
}

/// Whether a grant still stands.
pub(super) fn standing(grant: &Grant, now: Timestamp) -> Check {
    if let Some(revocation) = grant.revoked {
        let id = match revocation.reason {
            RevocationReason::CodeReplayed => "decode-revoked-code",
            RevocationReason::RefreshTokenReplayed => "decode-revoked-refresh-token",
            RevocationReason::ByClient => "decode-revoked-client",
            RevocationReason::ByAdministrator => "decode-revoked-administrator",
        };
        let at = safe::moment(revocation.at);
        return Check::failed("grant", Note::new(id, [("at", &at)]));
    }
    let (at, span) = (safe::moment(grant.expires_at), safe::span(grant.expires_at - now));
    let values = [("at", at.as_str()), ("span", span.as_str())];
    Check::that(
        !grant.is_over(now),
        "grant",
        (Note::new("decode-grant", values), Note::new("decode-grant-over", values)),
    )
}
