//! Checks of ID tokens, access tokens and logout tokens of this service.

use std::sync::Arc;

use model::{Client, Tenant};
use protocol::{access_token, context::TenantContext};

use super::{Kind, Token, times};
use crate::explain::{
    ExplainContext, ExplainError, auth_contexts,
    report::{Check, Message, Report},
    store_lookup::{StoreLookup, rule_context, tenant_name, verify_signature},
};

/// Checks a token of this service, in the order of the server.
pub(super) async fn check(
    report: &mut Report,
    token: &Token<'_>,
    kind: Kind,
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let Some(lookup) = &context.store_lookup else {
        check_without_store(report, token, kind, context);
        return Ok(());
    };
    let issuer = token.claim("iss").unwrap_or_default();
    let tenant = match lookup.tenant_of_url(issuer).await? {
        Some(tenant) => Some(tenant),
        None => lookup.tenant(token.claim("tid").unwrap_or_default()).await?,
    };
    let tenant = match &tenant {
        Some(tenant) => lookup.tenant_context(tenant).await?,
        None => None,
    };
    let Some(tenant) = tenant else {
        let names: Vec<String> = lookup.tenants().await?.iter().map(|it| it.name.clone()).collect();
        let values = [("issuer", issuer), ("tenants", &names.join(", "))];
        report.checked_against = Some(Message::new("decode-against-data"));
        report.checks.push(Check::unknown("signature", Message::new("decode-signature-of-others")));
        report.checks.push(Check::failed("iss", Message::with("decode-issuer-unknown", values)));
        report.checks.extend(times::check_all(
            &token.claims,
            context.now,
            times::ClockTolerance::None,
        ));
        report.accepted = Some(false);
        report.steps.push(Message::new("decode-step-other-issuer"));
        return Ok(());
    };
    let checked_against = Message::with("decode-against-tenant", [("tenant", &tenant.row.name)]);
    report.checked_against = Some(checked_against);
    report.checks.push(check_signature(token, &tenant.row, lookup, context).await?);
    report.checks.push(check_issuer(issuer, &tenant));
    report.checks.extend(times::check_all(&token.claims, context.now, times::ClockTolerance::None));
    report.checks.push(check_audience(token, kind, &tenant, lookup).await?);
    report.checks.extend(check_client(token, kind, &tenant, lookup).await?);
    report.checks.extend(check_grant(token, &tenant, lookup, context).await?);
    auth_contexts::check_token(report, &token.claims, Some(&tenant.row));
    apply_rule(report, token, kind, &tenant, context).await?;
    add_steps(report, token, kind);
    Ok(())
}

fn check_without_store(
    report: &mut Report,
    token: &Token<'_>,
    kind: Kind,
    context: &ExplainContext,
) {
    report.checks.push(Check::unknown("signature", Message::new("decode-signature-needs-data")));
    let issuer = token.claim("iss").unwrap_or_default();
    report.checks.push(if issuer.is_empty() {
        times::missing("iss")
    } else {
        let name = tenant_name(issuer).unwrap_or_default();
        let values = [("issuer", issuer), ("tenant", name)];
        Check::unknown("iss", Message::with("decode-issuer-needs-data", values))
    });
    report.checks.extend(times::check_all(&token.claims, context.now, times::ClockTolerance::None));
    report.checks.push(match audience_text(token).as_str() {
        "" => times::missing("aud"),
        named => {
            let values = [("audience", named)];
            Check::unknown("aud", Message::with("decode-audience-needs-data", values))
        }
    });
    auth_contexts::check_token(report, &token.claims, None);
    report.steps.push(Message::new("decode-step-needs-data"));
    add_steps(report, token, kind);
}

/// Returns the claim `aud` as one text; empty if there is none.
fn audience_text(token: &Token<'_>) -> String {
    match token.claims.get("aud") {
        None => String::new(),
        Some(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}

/// Verifies the signature with the key of the tenant that `kid` names.
async fn check_signature(
    token: &Token<'_>,
    tenant: &Tenant,
    lookup: &StoreLookup,
    context: &ExplainContext,
) -> Result<Check, ExplainError> {
    let rows = lookup.signing_keys(tenant).await?;
    let kid = token.compact.header().kid.as_deref().unwrap_or_default();
    let Some(row) = rows.iter().find(|row| row.kid == kid) else {
        let kids: Vec<&str> = rows.iter().map(|row| row.kid.as_str()).collect();
        let values = [("kid", kid), ("known", &kids.join(", "))];
        return Ok(Check::failed("signature", Message::with("decode-kid-unknown", values)));
    };
    if let Err(error) = verify_signature(token.text, &row.jwk) {
        let values = [("kid", kid), ("error", error.as_str())];
        return Ok(Check::failed("signature", Message::with("decode-signature-wrong", values)));
    }
    let is_published = row.published_at <= context.now && context.now < row.retired_at;
    let (valid, retired) = ("decode-signature", "decode-key-not-published");
    let message = |id| Message::with(id, [("kid", kid)]);
    Ok(Check::from_bool(is_published, "signature", (message(valid), message(retired))))
}

fn check_issuer(issuer: &str, tenant: &TenantContext) -> Check {
    let expected = tenant.endpoints.issuer.as_str();
    let values = [("issuer", issuer), ("expected", expected)];
    Check::from_bool(
        issuer == expected,
        "iss",
        (Message::with("decode-issuer", values), Message::with("decode-issuer-wrong", values)),
    )
}

async fn check_audience(
    token: &Token<'_>,
    kind: Kind,
    tenant: &TenantContext,
    lookup: &StoreLookup,
) -> Result<Check, ExplainError> {
    let named = audience_text(token);
    let values = [("audience", named.as_str())];
    if kind != Kind::AccessToken {
        let client = lookup.client(&named, Some(&Arc::new(tenant.row.clone()))).await?;
        let message = |id| Message::with(id, values);
        let messages = (message("decode-audience-client"), message("decode-audience-no-client"));
        return Ok(Check::from_bool(client.is_some(), "aud", messages));
    }
    if named == tenant.endpoints.userinfo {
        return Ok(Check::passed("aud", Message::with("decode-audience-userinfo", values)));
    }
    let resources = tenant.store_in(lookup.store()).resources().await?;
    let found = resources.iter().find(|resource| resource.identifier == named);
    let names: Vec<&str> = resources.iter().map(|resource| resource.identifier.as_str()).collect();
    Ok(match found {
        Some(resource) if resource.enabled => {
            Check::passed("aud", Message::with("decode-audience-resource", values))
        }
        Some(_) => Check::failed("aud", Message::with("decode-audience-disabled", values)),
        None => {
            let values = [("audience", named.as_str()), ("known", &names.join(", "))];
            Check::failed("aud", Message::with("decode-audience-unknown", values))
        }
    })
}

/// Checks that the client of an access token still exists and is enabled.
async fn check_client(
    token: &Token<'_>,
    kind: Kind,
    tenant: &TenantContext,
    lookup: &StoreLookup,
) -> Result<Option<Check>, ExplainError> {
    let id = token.claim("client_id").or_else(|| token.claim("azp"));
    let Some(id) = id.filter(|_| kind == Kind::AccessToken) else { return Ok(None) };
    let found = lookup.client(id, Some(&Arc::new(tenant.row.clone()))).await?;
    Ok(Some(match found.map(|(_, client)| client) {
        Some(client) if client.enabled => {
            Check::passed("client_id", Message::with("decode-client", [("client", &client.name)]))
        }
        Some(client) => {
            let values = [("client", client.name.as_str())];
            Check::failed("client_id", Message::with("decode-client-disabled", values))
        }
        None => {
            Check::failed("client_id", Message::with("decode-client-unknown", [("client", id)]))
        }
    }))
}

/// Checks that the grant of the token is still active.
async fn check_grant(
    token: &Token<'_>,
    tenant: &TenantContext,
    lookup: &StoreLookup,
    context: &ExplainContext,
) -> Result<Option<Check>, ExplainError> {
    let Some(gid) = token.claim("gid") else { return Ok(None) };
    let id = uuid::Uuid::try_parse(gid).map(|id| model::GrantId::new(id.into_bytes()));
    let grant = match id {
        Ok(id) => tenant.store_in(lookup.store()).grant(id).await?,
        Err(_) => None,
    };
    Ok(Some(match grant {
        Some(grant) => super::super::sealed_token::check_grant(&grant, context.now),
        None => Check::failed("grant", Message::with("decode-grant-unknown", [("grant", gid)])),
    }))
}

/// Applies the rule of the server to an access token.
async fn apply_rule(
    report: &mut Report,
    token: &Token<'_>,
    kind: Kind,
    tenant: &TenantContext,
    context: &ExplainContext,
) -> Result<(), ExplainError> {
    let (Some(lookup), Kind::AccessToken) = (&context.store_lookup, kind) else { return Ok(()) };
    let keys = lookup.keys(tenant, context.now).await?;
    let context = rule_context(tenant, context.now);
    let store = tenant.store_in(lookup.store());
    let valid_token =
        access_token::validate_for_introspection(token.text, store, &keys, &context).await?;
    report.accepted = Some(valid_token.is_ok());
    Ok(())
}

/// Adds the step of the token's kind and, for an access token, the libraries that need another
/// `typ` or `alg`.
fn add_steps(report: &mut Report, token: &Token<'_>, kind: Kind) {
    let header = token.compact.header();
    let own = match kind {
        Kind::IdToken => "decode-step-id-token",
        Kind::LogoutToken => "decode-step-logout-token",
        _ => "decode-step-access-token",
    };
    let is_for_an_api =
        kind == Kind::AccessToken && !audience_text(token).ends_with("/oidc/userinfo");
    let of_typ = match header.typ.as_deref() {
        Some("at+jwt") => Some("decode-step-typ-at-jwt"),
        Some("JWT") => Some("decode-step-typ-jwt"),
        _ => None,
    };
    let of_alg = (header.alg == "ES256").then_some("decode-step-alg-es256");
    let of_libraries = [of_typ, of_alg].into_iter().flatten().filter(|_| is_for_an_api);
    report.steps.extend(std::iter::once(own).chain(of_libraries).map(Message::new));
}

/// Returns name and id of a client, for a message.
pub(super) fn client_label(client: &Client) -> String {
    format!("{} ({})", client.name, client.id)
}
