//! The plan for the support addresses of a tenant.

use model::{Support, Tenant, Webhook};
use service::tickets::WebhookSecret;
use zeroize::Zeroizing;

use crate::apply::declaration::{SecretDeclaration, SupportDeclaration};
use crate::apply::generated_secret::GeneratedSecret;
use crate::apply::plan::Plan;
use crate::error::CommandError;
use crate::random;

/// Returns the support addresses of the tenant. A webhook secret that was generated before stays
/// the same.
pub(super) fn plan(
    declared: &SupportDeclaration,
    before: Option<&Tenant>,
    row: &Tenant,
    plan: &mut Plan<'_>,
) -> Result<Support, CommandError> {
    let (address, contact) = (declared.address.clone(), declared.contact.clone());
    let Some(webhook) = &declared.webhook else {
        return Ok(Support { address, webhook: None, contact });
    };
    let stored = before.and_then(|before| before.support.webhook.as_ref());
    let sealed_secret = match (&webhook.secret, stored) {
        (SecretDeclaration::Given(secret), _) => seal(secret, row, plan)?,
        (SecretDeclaration::Generate, Some(stored)) => stored.sealed_secret.clone(),
        (SecretDeclaration::Generate, None) => {
            let bytes = Zeroizing::new(random::bytes::<32>()?);
            let secret = WebhookSecret::from_bytes(&*bytes);
            let owner = format!("secret of the webhook of tenant {}", row.name);
            plan.generated.push(GeneratedSecret { owner, secret: secret.encode() });
            seal(&secret, row, plan)?
        }
    };
    Ok(Support {
        address,
        contact,
        webhook: Some(Webhook { url: webhook.url.value.clone(), sealed_secret }),
    })
}

fn seal(secret: &WebhookSecret, row: &Tenant, plan: &Plan<'_>) -> Result<Vec<u8>, CommandError> {
    let tenant = plan.service.tenant_context_of(row.clone())?;
    let sealed = tenant.sealers.webhook_secret.seal_bytes(secret.as_bytes());
    sealed.map_err(|error| CommandError::message(error.to_string()))
}
