//! Where a declared tenant's reports go, with the webhook's secret sealed.

use model::{Support, Tenant, Webhook};
use service::tickets::WebhookSecret;
use zeroize::Zeroizing;

use crate::apply::declaration::{SecretDeclaration, SupportDeclaration};
use crate::apply::made::Made;
use crate::apply::plan::Plan;
use crate::chance;
use crate::failure::Failure;

/// What the tenant's row holds of it; a secret that we made before stays the same.
pub(super) fn plan(
    declared: &SupportDeclaration,
    before: Option<&Tenant>,
    row: &Tenant,
    plan: &mut Plan<'_>,
) -> Result<Support, Failure> {
    let address = declared.address.clone();
    let Some(webhook) = &declared.webhook else {
        return Ok(Support { address, webhook: None });
    };
    let kept = before.and_then(|before| before.support.webhook.as_ref());
    let sealed_secret = match (&webhook.secret, kept) {
        (SecretDeclaration::Given(secret), _) => sealed(secret, row, plan)?,
        (SecretDeclaration::Made, Some(kept)) => kept.sealed_secret.clone(),
        (SecretDeclaration::Made, None) => {
            let bytes = Zeroizing::new(chance::bytes::<32>()?);
            let secret = WebhookSecret::from_bytes(&*bytes);
            let owner = format!("secret of the webhook of tenant {}", row.name);
            plan.made.push(Made { owner, secret: secret.written() });
            sealed(&secret, row, plan)?
        }
    };
    Ok(Support {
        address,
        webhook: Some(Webhook { url: webhook.url.value.clone(), sealed_secret }),
    })
}

fn sealed(secret: &WebhookSecret, row: &Tenant, plan: &Plan<'_>) -> Result<Vec<u8>, Failure> {
    let realm = plan.service.realm_of(row.clone())?;
    let sealed = realm.seals.webhook_secret.seal_bytes(secret.as_bytes());
    sealed.map_err(|error| Failure::said(error.to_string()))
}
