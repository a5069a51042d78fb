//! Consent: the scopes that a user, or an administrator for all users, granted to a client.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Client, ClientId, Consent, Fault, Store, TenantId, UserId};

use crate::scope;

/// Returns whether the consents include a scope of a resource. OpenID scopes belong to the resource
/// with the empty identifier.
pub(crate) fn covers(consents: &[Consent], resource: &str, scope: &str) -> bool {
    let mut of_resource = consents.iter().filter(|consent| consent.resource == resource);
    of_resource.any(|consent| consent.scopes.iter().any(|granted| granted == scope))
}

/// Reads the consents of a user to a client. Returns none if an administrator granted consent for
/// all users, because then no rule reads them.
pub(crate) async fn gather(
    store: &dyn Store,
    (tenant, user): (TenantId, UserId),
    client: &ClientId,
) -> Result<Vec<Consent>, Fault> {
    let registered = store.client(tenant, client).await?;
    if registered.is_some_and(|client| client.admin_consent) {
        return Ok(Vec::new());
    }
    store.consents(tenant, user, client).await
}

/// Checks that the granted scopes are still consented to.
///
/// # Errors
/// The consent, or a part of it, was revoked.
pub(crate) fn still_covers(
    consents: &[Consent],
    client: &Client,
    (resource, scopes, openid_scopes): (&str, &[String], &[String]),
) -> Result<(), Refusal> {
    if client.admin_consent {
        return Ok(());
    }
    if let Some(scope) = scopes.iter().find(|scope| !covers(consents, resource, scope)) {
        let scope = scope::qualified(resource, scope);
        return Err(refusal::consent_missing(&client.name, &scope).with(not_consented(&scope)));
    }
    match openid_scopes.iter().find(|scope| !covers(consents, "", scope)) {
        Some(scope) => {
            Err(refusal::consent_missing(&client.name, scope).with(not_consented(scope)))
        }
        None => Ok(()),
    }
}

fn not_consented(scope: &str) -> Comparison {
    Comparison::new("scope").received(scope).with_difference(Difference::new("consent_revoked"))
}
