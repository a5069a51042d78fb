//! Rules between the options of a tenant about passkeys. They hold for the row after the file is
//! applied.

use model::Tenant;

use crate::apply::declaration::TenantDeclaration;
use crate::apply::plan::Plan;
use crate::toml_document::Problem;

/// Refuses models that no attestation could prove.
pub(super) fn check(declared: &TenantDeclaration, tenant: &Tenant, plan: &Plan<'_>) {
    if tenant.passkey_authenticators.is_empty() || !tenant.passkey_attestation_roots.is_empty() {
        return;
    }
    let models = declared.passkey_authenticators.value().and_then(|models| models.first());
    let span = models.map_or(&declared.name.span, |model| &model.span).clone();
    let message = "models of passkeys are allowed, and nothing can prove a model";
    let found = "the tenant trusts no root of attestations, so that no passkey could be added";
    let allowed = "name the certificates of the manufacturers in `passkey_attestation_roots_file`";
    plan.refuse(Problem::new(span, message, found).allowed(allowed));
}
