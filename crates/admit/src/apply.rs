//! Makes the directory as a file declares it: the same result however often it is done.

pub(crate) mod declaration;
mod difference;
mod made;
mod plan;
mod tenant;

use std::path::Path;

use model::{Event, Timestamp};
use service::Service;

use crate::failure::Failure;
use declaration::{Declaration, Sources};

pub(crate) use made::Made;
pub(crate) use plan::Plan;

/// A declaration with the text that it was read from.
pub(crate) struct File<'a> {
    /// Its name, for messages.
    pub(crate) path: &'a Path,
    /// Its text.
    pub(crate) text: &'a str,
}

/// Reads a declaration and compares it with the store. Nothing is changed.
pub(crate) async fn plan<'a>(
    file: &File<'_>,
    sources: &Sources<'_>,
    service: &'a Service,
    now: Timestamp,
) -> Result<Plan<'a>, Failure> {
    let declaration = Declaration::parse(file.path, file.text, sources)?;
    let mut plan = Plan::new(service, now);
    for tenant in &declaration.tenants {
        tenant::plan(tenant, &mut plan).await?;
    }
    Ok(plan.checked(file)?)
}

/// Makes the changes of a plan, all or none, and the signing keys that are missing then.
pub(crate) async fn commit(plan: &Plan<'_>, service: &Service) -> Result<(), Failure> {
    if !plan.changes.is_empty() {
        let events = Event::of(&plan.changes, &*service.store, service::now()).await?;
        service.store.apply(plan.changes.clone()).await.map_err(|fault| {
            let secrets = if plan.made.is_empty() { "" } else { ", and no new secret is in use" };
            Failure::said(format!(
                "the store failed: {}; nothing was changed{secrets}",
                fault.cause()
            ))
        })?;
        service.note(events).await;
    }
    Ok(service::jobs::ensure_keys(service).await?)
}

/// What differs, and at the end how much.
pub(crate) fn difference(plan: &Plan<'_>) -> String {
    let [made, changed, same] = plan.counts();
    let text: String = plan.lines().map(|line| line + "\n").collect();
    text + &format!("{made} to make, {changed} to change, {same} as declared\n")
}
