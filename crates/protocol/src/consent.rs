//! What a person, or an administrator for everybody, allowed a client.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Client, ClientId, Consent, Fault, Store, TenantId, UserId};

use crate::scope;

/// Whether a scope of a resource is among what was allowed. The OpenID scopes belong to the
/// resource with the empty identifier.
pub(crate) fn covers(consents: &[Consent], resource: &str, scope: &str) -> bool {
    let mut of_it = consents.iter().filter(|consent| consent.resource == resource);
    of_it.any(|consent| consent.scopes.iter().any(|allowed| allowed == scope))
}

/// What a person allowed a client; nothing where nobody asks, as an administrator allowed it all.
pub(crate) async fn gather(
    store: &dyn Store,
    (tenant, user): (TenantId, UserId),
    client: &ClientId,
) -> Result<Vec<Consent>, Fault> {
    let registered = store.client(tenant, client).await?;
    if registered.is_some_and(|client| client.consent_granted) {
        return Ok(Vec::new());
    }
    store.consents(tenant, user, client).await
}

/// What was given stays given only while it is allowed.
///
/// # Errors
/// The consent, or a part of it, was withdrawn.
pub(crate) fn still_covers(
    consents: &[Consent],
    client: &Client,
    (resource, scopes, openid_scopes): (&str, &[String], &[String]),
) -> Result<(), Refusal> {
    if client.consent_granted {
        return Ok(());
    }
    if let Some(scope) = scopes.iter().find(|scope| !covers(consents, resource, scope)) {
        let scope = scope::qualified(resource, scope);
        return Err(refusal::consent_missing(&client.name, &scope).with(not_allowed(&scope)));
    }
    match openid_scopes.iter().find(|scope| !covers(consents, "", scope)) {
        Some(scope) => Err(refusal::consent_missing(&client.name, scope).with(not_allowed(scope))),
        None => Ok(()),
    }
}

fn not_allowed(scope: &str) -> Fact {
    Fact::about("scope").received(scope).differing(Difference::of("consent_withdrawn"))
}
