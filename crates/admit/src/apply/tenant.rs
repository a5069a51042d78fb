//! The plan for one declared tenant.

mod affected_users;
mod client;
mod client_rules;
mod credential;
mod identity;
mod own_values;
mod passkey_policy;
mod prune;
mod reference;
mod resource;
mod revocation;
mod signing_algs;
mod support;
mod user;

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Client, ClientId, DirectoryChange, Resource, StoredRow, Tenant, TenantId, User};

use super::declaration::TenantDeclaration;
use super::plan::{Plan, Row};
use crate::error::CommandError;

/// A declared tenant with its stored rows.
struct TenantComparison<'d> {
    declared: &'d TenantDeclaration,
    stored: Option<Arc<Tenant>>,
    /// The row of a new tenant with this name.
    defaults: Tenant,
    clients: Vec<Client>,
    resources: Vec<Resource>,
    /// Every user. Read only if rows that are not declared are removed.
    users: Vec<User>,
    /// The id of each declared client, in their order.
    client_ids: Vec<ClientId>,
}

/// Adds the changes of a declared tenant to the plan.
pub(super) async fn plan(
    declared: &TenantDeclaration,
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    let Some(comparison) = TenantComparison::read(declared, plan).await? else { return Ok(()) };
    comparison.add_read_rows(plan);
    let stored = comparison.stored.as_deref();
    let mut tenant = declared.merge(stored, &comparison.defaults);
    tenant.tokens_not_before =
        revocation::not_before(&declared.revoke_before, tenant.tokens_not_before, plan);
    let mut tenant = tenant.changed_at(stored, plan.now);
    identity::check_issuer(declared, stored, &tenant, plan);
    tenant.support = Box::new(support::merge(&declared.support, stored, &tenant, plan)?);
    let resources = resource::merge(&comparison, &tenant, plan);
    let clients = client::merge(&comparison, (&tenant, &resources), plan)?;
    signing_algs::check(&comparison, &tenant, &resources, plan);
    passkey_policy::check(declared, &tenant, plan);
    affected_users::add(&comparison, (&tenant, &clients), plan).await?;
    let users = user::merge(&comparison, (&tenant, &resources), plan).await?;
    affected_users::add_expired(&tenant, &users, plan);
    if !plan.prune {
        plan.kept.extend(prune::undeclared(&comparison));
    }
    let removed = prune::removed_rows(&comparison, &users, (plan.prune, plan.now));
    let added: BTreeSet<u64> = users.iter().filter_map(user::PlannedUser::added_name).collect();
    tenant.deleted_users.retain(|name| !added.contains(name));
    if removed.has_ids() {
        tenant.removals = tenant.removals.saturating_add(1);
    }

    put(stored, &tenant, plan);
    add_signing_keys(&comparison, &tenant, plan).await?;
    resource::put(&comparison, &resources, plan);
    client::put(&comparison, &clients, plan);
    user::put(users, plan);
    removed.put(plan);
    plan.tenants.push(tenant);
    Ok(())
}

/// Adds the change of the row of the tenant to the plan.
fn put(stored: Option<&Tenant>, tenant: &Tenant, plan: &mut Plan<'_>) {
    let name = format!("tenant {} ({})", tenant.name, tenant.id);
    let is_same = stored.is_some_and(|stored| {
        let deleted_users = stored.deleted_users.clone();
        Tenant { deleted_users, ..tenant.clone() } == *stored
    });
    if is_same && stored != Some(tenant) {
        // A deleted user is added again. No option of the tenant changes.
        plan.changes.change(DirectoryChange::PutTenant(tenant.clone()));
        plan.add_unchanged(name);
        return;
    }
    plan.put(Row::new(name, stored, tenant), DirectoryChange::PutTenant);
}

impl<'d> TenantComparison<'d> {
    /// Reads the stored rows. Returns `None` if the id of the tenant is refused.
    async fn read(
        declared: &'d TenantDeclaration,
        plan: &Plan<'_>,
    ) -> Result<Option<Self>, CommandError> {
        let Some((stored, defaults)) = identity::tenant(declared, plan).await? else {
            return Ok(None);
        };
        let (mut clients, mut resources, mut users) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(stored) = &stored {
            clients = plan.store.clients(stored.id).await?;
            resources = plan.store.resources(stored.id).await?.to_vec();
        }
        if let Some(stored) = stored.as_ref().filter(|_| plan.prune) {
            users = plan.store.users(stored.id, u32::MAX).await?;
        }
        let numbered = stored.as_deref().unwrap_or(&defaults);
        let client_ids = identity::clients(declared, numbered, &clients, plan)?;
        Ok(Some(Self { declared, stored, defaults, clients, resources, users, client_ids }))
    }

    /// Adds the rows to the plan that every change of the tenant depends on. Permissions and roles
    /// refer to resources that the file does not name, and only one resource is the default.
    fn add_read_rows(&self, plan: &mut Plan<'_>) {
        let (id, name) = (self.id(), &self.declared.name.value);
        let row = StoredRow::Tenant(id, self.stored.as_deref().cloned());
        plan.changes.read(format!("the tenant {name}"), row);
        let row = StoredRow::Resources(id, self.resources.clone());
        plan.changes.read(format!("a resource of the tenant {name}"), row);
    }

    /// Returns the id of the tenant.
    const fn id(&self) -> TenantId {
        self.defaults.id
    }
}

/// Adds the signing keys that will be created to the plan.
async fn add_signing_keys(
    comparison: &TenantComparison<'_>,
    tenant: &Tenant,
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    let rows = match comparison.stored {
        Some(_) => plan.store.signing_keys(comparison.id()).await?,
        None => Arc::default(),
    };
    for algorithm in &tenant.signing_algs {
        if rows.iter().all(|row| row.algorithm != *algorithm) {
            plan.add_created(format!("signing key {algorithm} of {}", tenant.name));
        }
    }
    Ok(())
}
