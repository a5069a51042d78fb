//! The demo tenant of `admit dev`, from a declaration like any other tenant.

use std::path::Path;

use service::Service;

use super::secrets::Secrets;
use crate::apply::{self, CommitOutcome, File, PlanOptions, declaration::Sources};
use crate::error::CommandError;

/// The name of the tenant.
pub(super) const TENANT: &str = "demo";

const DECLARATION: &str = include_str!("demo.toml");
/// The origin in the declaration, in whose place stands that of the service.
const DECLARED_ORIGIN: &str = "https://localhost:8443";

/// Creates the tenant at the first start. Later starts leave it unchanged: the developer may have
/// changed it.
pub(super) async fn ensure(
    data_dir: &Path,
    secrets: &Secrets,
    service: &Service,
) -> Result<(), CommandError> {
    if service.store.tenant(TENANT).await?.is_some() {
        return Ok(service::jobs::ensure_keys(service).await?);
    }
    let sources = Sources { directory: data_dir, variable: &|name| secrets.get(name).cloned() };
    let text = DECLARATION.replace(DECLARED_ORIGIN, &service.settings.origin);
    let file = File { path: Path::new("demo.toml"), text: &text };
    let options = PlanOptions { now: service::now(), prune: false, restores_deleted: true };
    let plan = apply::plan(&file, &sources, service, options).await?;
    match apply::commit(&plan, service).await? {
        CommitOutcome::Applied => Ok(()),
        CommitOutcome::Uncertain(error) => Err(error),
        CommitOutcome::Conflict(conflict) => Err(conflict.into_error()),
    }
}
