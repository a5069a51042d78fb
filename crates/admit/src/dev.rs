//! The directory of `admit dev`: made on the first start, found again on every other.

mod authority;
mod directory;
mod secrets;
mod tell;
mod words;

use std::fs::DirBuilder;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Bounds;
use service::Service;
use service::fetch::Fetcher;

use crate::failure::Failure;
use crate::root_key;
use crate::storage::{Location, Outside, ROOT_KEY};

pub(crate) use tell::Told;

/// Where a developer may have a webhook.
const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Everything that a start of `admit dev` finds or makes.
pub(crate) struct Ground {
    /// The service on its store.
    pub(crate) service: Arc<Service>,
    /// The certificate's file.
    pub(crate) certificate: PathBuf,
    /// The certificate's key.
    pub(crate) key: PathBuf,
    /// What there is, for people and programs.
    pub(crate) told: Told,
}

/// Finds everything in the data directory, and makes what is missing.
pub(crate) async fn prepare(data: &Path, origin: &str) -> Result<Ground, Failure> {
    if data.exists() && !data.is_dir() {
        return Err(Failure::said(format!("{} is not a directory", data.display())));
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .map_err(|error| Failure::unwritable(data, &error))?;
    let data = data.canonicalize().map_err(|error| Failure::unreadable(data, &error))?;
    let root_key = data.join(ROOT_KEY);
    root_key::make_if_missing(&root_key)?;
    authority::ensure(&data)?;
    authority::ensure_client_key(&data)?;
    let secrets = secrets::load_or_make(&data)?;
    let location = Location {
        data: data.clone(),
        root_key,
        origin: origin.to_owned(),
        rehearsal_allowed: true,
        // What a developer has a webhook for runs on this machine.
        outside: Outside { mail: None, fetcher: Fetcher::new(LOOPBACK.to_vec(), Vec::new()) },
        records: Some(Bounds::default()),
    };
    let service = location.open()?;
    location.fits(&service).await?;
    directory::ensure(&data, &secrets, &service).await?;
    let told = tell::gather(&data, &secrets, &service).await?;
    Ok(Ground {
        service,
        certificate: data.join(authority::CERTIFICATE),
        key: data.join(authority::KEY),
        told,
    })
}
