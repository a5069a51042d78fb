//! The tenant of the development directory, declared in a file like any other.

use std::path::Path;

use service::Service;

use super::secrets::Secrets;
use crate::apply::{self, File, declaration::Sources};
use crate::failure::Failure;

/// The tenant's name.
pub(super) const TENANT: &str = "demo";

const DECLARATION: &str = include_str!("demo.toml");

/// Makes the tenant on the first start. Afterwards it belongs to the developer, who may change it.
pub(super) async fn ensure(
    data: &Path,
    secrets: &Secrets,
    service: &Service,
) -> Result<(), Failure> {
    if service.store.tenant(TENANT).await?.is_some() {
        return Ok(service::jobs::ensure_keys(service).await?);
    }
    let sources = Sources { directory: data, variable: &|name| secrets.get(name).cloned() };
    let file = File { path: Path::new("demo.toml"), text: DECLARATION };
    let plan = apply::plan(&file, &sources, service, service::now()).await?;
    apply::commit(&plan, service).await
}
