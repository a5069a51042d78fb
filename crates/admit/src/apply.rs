//! `admit apply`: idempotent changes of the directory to match a declaration.

mod commit;
pub(crate) mod declaration;
mod diff;
pub(crate) mod export;
mod generated_secret;
mod plan;
mod tenant;

use std::path::Path;

use protocol::context::Endpoints;
use service::Service;

use crate::error::CommandError;
use declaration::{Declaration, Sources};

pub(crate) use commit::{CommitOutcome, GuardedChanges};
pub(crate) use generated_secret::GeneratedSecret;
pub(crate) use plan::{Plan, PlanOptions};

/// The file of a declaration.
pub(crate) struct File<'a> {
    /// The path, for messages.
    pub(crate) path: &'a Path,
    /// The text.
    pub(crate) text: &'a str,
}

/// Reads a declaration from a file and compares it with the store. Changes nothing.
pub(crate) async fn plan<'a>(
    file: &File<'_>,
    sources: &Sources<'_>,
    service: &'a Service,
    options: PlanOptions,
) -> Result<Plan<'a>, CommandError> {
    let declaration = Declaration::parse(file.path, file.text, sources)?;
    let mut plan = Plan::new(service, options);
    declaration.masked.iter().for_each(|span| plan.mask(span.clone()));
    for tenant in &declaration.tenants {
        tenant::plan(tenant, &mut plan).await?;
    }
    Ok(plan.checked(file)?)
}

/// Applies all changes of a plan in one transaction, then creates missing signing keys.
pub(crate) async fn commit(
    plan: &Plan<'_>,
    service: &Service,
) -> Result<CommitOutcome, CommandError> {
    let outcome = plan.changes.commit(service).await?;
    if let CommitOutcome::Applied = outcome
        && let Err(fault) = service::jobs::ensure_keys(service).await
    {
        let cause = fault.cause();
        return Ok(CommitOutcome::Uncertain(CommandError::message(format!(
            "everything was changed, but a signing key could not be created: {cause}; run the \
             command again"
        ))));
    }
    Ok(outcome)
}

/// Returns the differences, and their numbers in the last line.
pub(crate) fn summary(plan: &Plan<'_>) -> String {
    let [created, changed, removed, unchanged] = plan.counts();
    let text: String = plan.diff_lines().map(|line| line + "\n").collect();
    let removed = if removed == 0 { String::new() } else { format!("{removed} to remove, ") };
    text + &format!("{created} to create, {changed} to change, {removed}{unchanged} unchanged\n")
}

/// Returns the issuer and the address of the discovery document of each declared tenant, with which
/// clients are configured.
pub(crate) fn issuers(plan: &Plan<'_>, origin: &str) -> String {
    let lines = plan.tenants.iter().map(|tenant| {
        let Endpoints { issuer, discovery, .. } = Endpoints::new(origin, tenant);
        format!("\nTenant {}\n  issuer      {issuer}\n  discovery   {discovery}\n", tenant.name)
    });
    lines.collect()
}
