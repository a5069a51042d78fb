//! The plan for the support addresses of a tenant.

use model::{Support, Tenant, Webhook};
use service::tickets::WebhookSecret;
use zeroize::Zeroizing;

use crate::apply::declaration::{SecretDeclaration, SupportDeclaration, WebhookDeclaration};
use crate::apply::generated_secret::GeneratedSecret;
use crate::apply::plan::Plan;
use crate::error::CommandError;
use crate::random;
use crate::toml_document::{Declared, Problem};

/// Returns the support addresses after the file is applied.
pub(super) fn merge(
    declared: &Declared<SupportDeclaration>,
    stored: Option<&Tenant>,
    row: &Tenant,
    plan: &mut Plan<'_>,
) -> Result<Support, CommandError> {
    let stored = stored.map(|stored| Support::clone(&stored.support)).unwrap_or_default();
    let SupportDeclaration { address, webhook, contact } = match declared {
        Declared::Absent => return Ok(stored),
        Declared::Unset => return Ok(Support::default()),
        Declared::Set(declared) => declared,
    };
    let address = address.merge_optional(stored.address.as_ref());
    let contact = contact.merge_optional(stored.contact.as_ref());
    let webhook = match webhook {
        Declared::Absent => stored.webhook,
        Declared::Unset => None,
        Declared::Set(declared) => merge_webhook(declared, stored.webhook, row, plan)?,
    };
    Ok(Support { address, webhook, contact })
}

/// Returns the webhook. A secret that was generated before stays the same.
fn merge_webhook(
    declared: &WebhookDeclaration,
    stored: Option<Webhook>,
    row: &Tenant,
    plan: &mut Plan<'_>,
) -> Result<Option<Webhook>, CommandError> {
    let WebhookDeclaration { url, secret } = declared;
    let sealed_secret = match (secret, stored) {
        (SecretDeclaration::Given(secret), _) => seal(secret, row, plan)?,
        (SecretDeclaration::Generate | SecretDeclaration::Stored, Some(stored)) => {
            stored.sealed_secret
        }
        (SecretDeclaration::Generate, None) => {
            let bytes = Zeroizing::new(random::bytes::<32>()?);
            let secret = WebhookSecret::from_bytes(&*bytes);
            let owner = format!("secret of the webhook of tenant {}", row.name);
            plan.generated.push(GeneratedSecret { owner, secret: secret.encode() });
            let sealed = seal(&secret, row, plan)?;
            plan.add_sealed(&sealed);
            sealed
        }
        (SecretDeclaration::Stored, None) => {
            let message = "the webhook has no signing secret";
            let problem = Problem::new(url.span.clone(), message, "an option is missing");
            let allowed = "add one of secret_file, secret_env, secret and generate = true";
            plan.refuse(problem.allowed(allowed));
            return Ok(None);
        }
    };
    Ok(Some(Webhook { url: url.value.clone(), sealed_secret }))
}

fn seal(secret: &WebhookSecret, row: &Tenant, plan: &Plan<'_>) -> Result<Vec<u8>, CommandError> {
    let tenant = plan.service.tenant_context_of(row.clone())?;
    let sealed = tenant.sealers.webhook_secret.seal_bytes(secret.as_bytes());
    sealed.map_err(|error| CommandError::message(error.to_string()))
}
