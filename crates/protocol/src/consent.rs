//! Consent: the scopes that a user, or an administrator for all users, granted to a client.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{
    Client, ClientId, Consent, Fault, RequestedClaims, TenantStore, Timestamp, UserId, format_utc,
};

use crate::{scope, user_claims};

/// Begins the entry of one claim among the OpenID scopes of a consent, such as `claim:birthdate`.
const CLAIM: &str = "claim:";

/// Returns whether the consents include a scope of a resource. OpenID scopes belong to the resource
/// with the empty identifier.
pub(crate) fn covers(consents: &[Consent], resource: &str, scope: &str) -> bool {
    let mut of_resource = consents.iter().filter(|consent| consent.resource == resource);
    of_resource.any(|consent| {
        let is_granted = |scope: &str| consent.scopes.iter().any(|granted| granted == scope);
        is_granted(scope) || scope_of_claim(scope).is_some_and(is_granted)
    })
}

/// Returns an entry for each claim that none of the OpenID scopes includes: the user consents to
/// the claim alone, because the request does not get the scope.
pub(crate) fn claims_beyond_scopes<'a>(
    claims: impl Iterator<Item = &'a str>,
    openid_scopes: &[String],
) -> Vec<String> {
    let mut entries = Vec::new();
    for name in claims {
        let scope = user_claims::scope_of(name);
        let is_included = scope.is_none_or(|scope| openid_scopes.iter().any(|it| it == scope));
        let entry = format!("{CLAIM}{name}");
        if !is_included && !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

/// Returns the scope that includes the claim of an entry.
fn scope_of_claim(entry: &str) -> Option<&'static str> {
    user_claims::scope_of(entry.strip_prefix(CLAIM)?)
}

/// Reads the consents of a user to a client. Returns none if an administrator granted consent for
/// all users, because then no rule reads them.
pub(crate) async fn gather(
    store: TenantStore<'_>,
    user: UserId,
    client: &ClientId,
) -> Result<Vec<Consent>, Fault> {
    let registered = store.client(client).await?;
    if registered.is_some_and(|client| client.admin_consent) {
        return Ok(Vec::new());
    }
    store.consents(user, client).await
}

/// Checks that the granted scopes and claims are still consented to, and that the consent was not
/// withdrawn since they were granted.
///
/// # Errors
/// The consent, or a part of it, was revoked.
pub(crate) fn still_covers(
    consents: &[Consent],
    client: &Client,
    (resource, scopes, openid_scopes): (&str, &[String], &[String]),
    claims: Option<&RequestedClaims>,
    granted_at: Timestamp,
) -> Result<(), Refusal> {
    if client.admin_consent {
        return Ok(());
    }
    let of_grant = consents.iter().filter(|it| it.resource.is_empty() || it.resource == resource);
    if let Some(since) = of_grant.map(|it| it.grants_not_before).max().filter(|it| granted_at < *it)
    {
        return Err(withdrawn(granted_at, since));
    }
    if let Some(scope) = scopes.iter().find(|scope| !covers(consents, resource, scope)) {
        let scope = scope::qualified(resource, scope);
        return Err(refusal::consent_missing(&client.name, &scope).with(not_consented(&scope)));
    }
    let names = claims.into_iter().flat_map(RequestedClaims::names);
    let claims = claims_beyond_scopes(names, openid_scopes);
    match openid_scopes.iter().chain(&claims).find(|scope| !covers(consents, "", scope)) {
        Some(scope) => {
            Err(refusal::consent_missing(&client.name, scope).with(not_consented(scope)))
        }
        None => Ok(()),
    }
}

/// Refuses what was granted before the consent was withdrawn, also if there is a new consent.
fn withdrawn(granted_at: Timestamp, since: Timestamp) -> Refusal {
    let (granted_at, since) = (format_utc(granted_at), format_utc(since));
    let comparison = Comparison::mismatch("consent", format!("after {since}"), &granted_at);
    refusal::issued_before_revocation(granted_at, since)
        .with(comparison.with_difference(Difference::new("consent_revoked")))
}

fn not_consented(scope: &str) -> Comparison {
    Comparison::new("scope").received(scope).with_difference(Difference::new("consent_revoked"))
}
