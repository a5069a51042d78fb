//! The environment of `admit dev`: created at the first start and reused afterwards.

mod certificate_authority;
mod certificate_profile;
mod demo_tenant;
mod found_authority;
mod secrets;
mod summary;
mod summary_text;
mod trust;
mod trust_lines;

use std::fs::DirBuilder;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::RetentionLimits;
use outbound::fetch::Fetcher;
use outbound::mail::{Mailbox, Mailer};
use service::{Service, development::DevelopmentSite};
use signin::factor::password::HashCost;

use crate::atomic_file;
use crate::config::Postgres;
use crate::data_lock::DataLock;
use crate::development_marker::DevelopmentMarker;
use crate::error::CommandError;
use crate::root_key::{self, RootKeyFiles};
use crate::storage::{
    DataLocation, OutboundClients, ROOT_KEY_FILE, StoreLocation, exists, refuse_earlier_build,
};

use found_authority::FoundAuthority;

pub(crate) use summary::DevSummary;
pub(crate) use summary_text::render;
pub(crate) use trust::trust;

/// The private addresses that webhooks may use.
const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Everything that `admit dev` needs to start.
pub(crate) struct DevEnvironment {
    /// The service.
    pub(crate) service: Arc<Service>,
    /// The lock of the data directory, to hold while the service runs.
    pub(crate) lock: DataLock,
    /// The files of the TLS certificate and of its private key. `None` at an `http` origin.
    pub(crate) tls: Option<[PathBuf; 2]>,
    /// The summary to print.
    pub(crate) summary: DevSummary,
}

/// Returns the path of the CA certificate, if `admit dev` created one in the data directory. Any
/// other certificate there would be trusted for every host by the programs that get its path. So
/// the bundle, which cannot be checked like that, is written anew.
pub(crate) fn authority(data_dir: &Path) -> Option<String> {
    let marker = DevelopmentMarker::read(data_dir).ok()??;
    let file = std::path::absolute(data_dir.join(certificate_authority::CA_CERTIFICATE)).ok()?;
    FoundAuthority::read(&file, &marker.id).ok()?;
    trust_lines::write_bundle(data_dir).ok()?;
    Some(file.display().to_string())
}

/// Returns the command with which this kind of client trusts a CA certificate of [`authority`].
pub(crate) fn trust_command(authority: &str, client: &str) -> Option<String> {
    let lines = trust_lines::of(Path::new(authority).parent()?);
    lines.into_iter().find(|line| line.client == client).map(|line| line.command)
}

/// Creates what is missing in the data directory and opens the service. The data are in the data
/// directory, or in a database.
pub(crate) async fn prepare(
    data_dir: &Path,
    origin: &str,
    database: Option<&str>,
) -> Result<DevEnvironment, CommandError> {
    let data_dir = create_directory(data_dir)?;
    refuse_earlier_build(&data_dir)?;
    let has_data = exists(&data_dir);
    let mut marker = DevelopmentMarker::read_or_create(&data_dir, has_data)?;
    let mut lock = DataLock::acquire(&data_dir)?;
    marker.set_origin(&data_dir, origin)?;
    if let Some(url) = database {
        Postgres::for_development(url).map_err(CommandError::message)?;
    }
    marker.set_database(&data_dir, database, has_data)?;
    let mut location = StoreLocation {
        data: DataLocation::of_development(&marker, &data_dir)?,
        development_dir: Some(data_dir.clone()),
        root_keys: RootKeyFiles { current: data_dir.join(ROOT_KEY_FILE), earlier: Vec::new() },
        origin: origin.to_owned(),
        error_simulation_allowed: true,
        hsts_include_subdomains: false,
        // The webhook of a developer is on this machine.
        outbound: OutboundClients {
            // The page `/mailbox` shows what would be sent.
            mail: Some(Mailer::to_mailbox(Mailbox::default())),
            fetcher: Fetcher::new(LOOPBACK.to_vec(), Vec::new()),
            breached_range_url: None,
        },
        records: Some(RetentionLimits::default()),
        password_cost: HashCost::default(),
        site: DevelopmentSite::default(),
    };
    // The directory is often inside of a repository, and has secrets.
    atomic_file::write(&data_dir, ".gitignore", 0o644, "*\n")?;
    root_key::create_if_missing(&location.root_keys.current)?;
    certificate_authority::ensure_client_key(&data_dir)?;
    let secrets = secrets::load_or_create(&data_dir)?;
    let (mut authority, mut trust) = (None, Vec::new());
    if origin.starts_with("https://") {
        authority = Some(certificate_authority::ensure(&data_dir, &marker.id)?);
        trust = trust_lines::create(&data_dir)?;
    }
    location.site = summary::site(&data_dir, &secrets, &trust);
    let service = location.open().await?;
    location.connect_locked(&service, &lock).await?;
    lock.record_root_keys(&service.root_keys())?;
    demo_tenant::ensure(&data_dir, &secrets, &service).await?;
    let summary = summary::collect(&data_dir, &secrets, &service).await?;
    let files = [certificate_authority::CERTIFICATE, certificate_authority::KEY];
    let tls = authority.is_some().then(|| files.map(|file| data_dir.join(file)));
    let summary = summary.with_authority(authority.flatten(), trust);
    Ok(DevEnvironment { service, lock, tls, summary })
}

/// Creates a data directory if it does not exist. Returns its absolute path.
fn create_directory(data_dir: &Path) -> Result<PathBuf, CommandError> {
    if data_dir.exists() && !data_dir.is_dir() {
        return Err(CommandError::message(format!("{} is not a directory", data_dir.display())));
    }
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)
        .map_err(|error| CommandError::unwritable(data_dir, &error))?;
    data_dir.canonicalize().map_err(|error| CommandError::unreadable(data_dir, &error))
}
