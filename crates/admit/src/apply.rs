//! `admit apply`: idempotent changes of the directory to match a declaration.

pub(crate) mod declaration;
mod diff;
mod generated_secret;
mod plan;
mod tenant;

use std::path::Path;

use model::{ChangeEvent, Timestamp};
use service::Service;

use crate::error::CommandError;
use declaration::{Declaration, Sources};

pub(crate) use generated_secret::GeneratedSecret;
pub(crate) use plan::Plan;

/// The file of a declaration.
pub(crate) struct File<'a> {
    /// The path, for messages.
    pub(crate) path: &'a Path,
    /// The text.
    pub(crate) text: &'a str,
}

/// Reads a declaration and compares it with the store. Changes nothing.
pub(crate) async fn plan<'a>(
    file: &File<'_>,
    sources: &Sources<'_>,
    service: &'a Service,
    now: Timestamp,
) -> Result<Plan<'a>, CommandError> {
    let declaration = Declaration::parse(file.path, file.text, sources)?;
    let mut plan = Plan::new(service, now);
    for tenant in &declaration.tenants {
        tenant::plan(tenant, &mut plan).await?;
    }
    Ok(plan.checked(file)?)
}

/// Applies all changes of a plan in one transaction, then creates missing signing keys.
pub(crate) async fn commit(plan: &Plan<'_>, service: &Service) -> Result<(), CommandError> {
    if !plan.changes.is_empty() {
        let events = ChangeEvent::detect(&plan.changes, &*service.store, service::now()).await?;
        service.store.apply(plan.changes.clone()).await.map_err(|fault| {
            let secrets =
                if plan.generated.is_empty() { "" } else { ", and no new secret is in use" };
            CommandError::message(format!(
                "the store failed: {}; nothing was changed{secrets}",
                fault.cause()
            ))
        })?;
        service.record_events(events).await;
    }
    Ok(service::jobs::ensure_keys(service).await?)
}

/// Returns the differences, and their numbers in the last line.
pub(crate) fn summary(plan: &Plan<'_>) -> String {
    let [created, changed, unchanged] = plan.counts();
    let text: String = plan.diff_lines().map(|line| line + "\n").collect();
    text + &format!("{created} to create, {changed} to change, {unchanged} unchanged\n")
}
