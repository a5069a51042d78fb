//! The data of a run: the store of the service, and the ledger of the minimal server.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;

use jose::seal::{Keyring, RootKey};
use model::{Change, CommitOutcome, DirectoryChange, Fault, Store};
use protocol::context::TenantContext;
use store::{Access, DatabaseSettings, LedgerSettings, PostgresStore, SqliteStore};
use tokio::task::JoinSet;

use crate::authenticators;
use crate::database_servers::Database;
use crate::dataset::{self, Dataset, GrantIds};
use crate::installation::Installation;
use crate::request_keys::RequestKeys;
use crate::tls;
use crate::{Error, Result, clock, minimal, print_line};

/// Number of directory rows in a transaction.
const ROWS_PER_TRANSACTION: u64 = 1_000;
const CHANGES_PER_TRANSACTION: usize = 1_000;
/// Number of concurrent commits: several batches of the store.
const CONCURRENT_COMMITS: u64 = 256;

/// The number of the layout of the files, of which that of the minimal server has no version.
const LAYOUT: u32 = 2;

/// The folder of the data in the directory of a run.
pub(crate) const FOLDER: &str = "prepared";

/// The files of an installation of the service, and of the minimal server.
#[derive(Clone, Debug)]
pub(crate) struct PreparedData {
    directory: PathBuf,
}

impl PreparedData {
    pub(crate) const fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    pub(crate) fn root_key(&self) -> PathBuf {
        self.directory.join("root.key")
    }

    /// The ledger of the minimal server.
    pub(crate) fn minimal(&self) -> PathBuf {
        self.directory.join("minimal.db")
    }

    /// The key of the clients.
    pub(crate) fn client_key(&self) -> PathBuf {
        self.directory.join("client.p8")
    }

    /// The file with the size of the data set. Written last, so that incomplete data lacks it.
    fn dataset_file(&self) -> PathBuf {
        self.directory.join("dataset")
    }

    /// Returns whether the data exists, and has this size and layout.
    pub(crate) fn contains(&self, dataset: Dataset) -> bool {
        std::fs::read_to_string(self.dataset_file()).is_ok_and(|text| text == description(dataset))
    }

    /// Creates the data in files.
    pub(crate) async fn create(&self, dataset: Dataset) -> Result<()> {
        self.create_with_ids(dataset, GrantIds::Random).await
    }

    /// Creates the data in files.
    pub(crate) async fn create_with_ids(&self, dataset: Dataset, ids: GrantIds) -> Result<()> {
        self.create_keys()?;
        self.create_rows(Arc::new(SqliteStore::open(&self.data())?), (dataset, ids)).await
    }

    /// Creates the keys in files, and all else in a database.
    pub(crate) async fn create_in(
        &self,
        database: &Database,
        (dataset, ids): (Dataset, GrantIds),
    ) -> Result<()> {
        self.create_keys()?;
        let settings = DatabaseSettings::parse(&database.url())?;
        let ledger = [LedgerSettings::only(settings.clone())];
        let store = PostgresStore::connect(&settings, &ledger, Access::Migrate).await?;
        self.create_rows(Arc::new(store), (dataset, ids)).await
    }

    fn create_keys(&self) -> Result<()> {
        std::fs::create_dir_all(&self.directory)?;
        let key = RootKey::generate()?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.root_key())
            .map_err(|error| format!("{}: {error}", self.root_key().display()))?;
        file.write_all(key.as_bytes())?;
        RequestKeys::create(&self.client_key())
    }

    async fn create_rows(
        &self,
        store: Arc<dyn Store>,
        (dataset, ids): (Dataset, GrantIds),
    ) -> Result<()> {
        let start = clock::now();
        let keys = RequestKeys::read(&self.client_key())?;
        create_directory(&*store, dataset, &keys).await.map_err(to_error)?;
        let tenant = self.tenant_context("http://127.0.0.1")?;
        service::key_rotation::ensure(&*store, &tenant, service::now()).await.map_err(to_error)?;
        create_authenticators(&*store, dataset, &tenant).await?;
        self.create_empty_tenants(&*store, dataset).await?;
        create_grants(&store, dataset, ids).await?;
        print_line(&format!("created in {:.0} s", start.elapsed().as_secs_f64()));
        Ok(())
    }

    /// Creates the ledger of the minimal server.
    pub(crate) fn create_minimal(&self, dataset: Dataset) -> Result<()> {
        print_line(&format!("creating {} grants of the minimal server", dataset.grants));
        minimal::create_ledger(&self.minimal(), dataset)
    }

    /// Marks the data as complete.
    pub(crate) fn complete(&self, dataset: Dataset) -> Result<()> {
        Ok(std::fs::write(self.dataset_file(), description(dataset))?)
    }

    /// Creates the tenants without clients, with their keys.
    async fn create_empty_tenants(&self, store: &dyn Store, dataset: Dataset) -> Result<()> {
        let keyring = self.keyring()?;
        for number in 1..dataset.tenants {
            let tenant = dataset::empty_tenant(number);
            let put = DirectoryChange::PutTenant(tenant.clone());
            store.apply(vec![put]).await.map_err(to_error)?;
            let tenant = TenantContext::new(tenant, "http://127.0.0.1", &keyring)?;
            service::key_rotation::ensure(store, &tenant, service::now())
                .await
                .map_err(to_error)?;
        }
        Ok(())
    }

    /// Copies the data, so that a run can change it.
    pub(crate) fn copy_to(&self, directory: PathBuf) -> Result<Self> {
        let copy = Self { directory };
        std::fs::create_dir_all(copy.data())?;
        for file in ["directory.db", "ledger.db"] {
            std::fs::copy(self.data().join(file), copy.data().join(file))?;
        }
        std::fs::copy(self.root_key(), copy.root_key())?;
        if self.minimal().exists() {
            std::fs::copy(self.minimal(), copy.minimal())?;
        }
        std::fs::copy(self.client_key(), copy.client_key())?;
        Ok(copy)
    }

    /// Returns the tenant with its sealers, which seal tokens that the service can open.
    pub(crate) fn tenant_context(&self, origin: &str) -> Result<TenantContext> {
        Ok(TenantContext::new(dataset::tenant(), origin, &self.keyring()?)?)
    }

    fn keyring(&self) -> Result<Keyring> {
        let key = std::fs::read(self.root_key())?;
        let key = key.try_into().map_err(|_| "the root key is not 32 bytes long")?;
        Ok(Keyring::new(RootKey::from_bytes(key), Vec::new())?)
    }
}

fn description(dataset: Dataset) -> String {
    format!("{dataset:?}, layout {LAYOUT}")
}

async fn create_directory(
    store: &dyn Store,
    dataset: Dataset,
    keys: &RequestKeys,
) -> Result<(), Fault> {
    print_line(&format!("creating {} clients and as many users", dataset.clients));
    let mut changes = vec![DirectoryChange::PutTenant(dataset::tenant())];
    changes.extend(dataset::resources().map(DirectoryChange::PutResource));
    store.apply(changes).await?;
    for part in 0..dataset.clients.div_ceil(ROWS_PER_TRANSACTION) {
        let first = part * ROWS_PER_TRANSACTION;
        let numbers = first..dataset.clients.min(first + ROWS_PER_TRANSACTION);
        let rows = numbers.filter_map(|number| {
            let client = dataset::client(number, keys.public_jwk()).ok()?;
            let user = dataset::user(number);
            Some([DirectoryChange::PutClient(client), DirectoryChange::PutUser(user)])
        });
        store.apply(rows.flatten().collect()).await?;
    }
    apply_in_parts(store, dataset::passwords(dataset)).await
}

async fn create_authenticators(
    store: &dyn Store,
    dataset: Dataset,
    tenant: &TenantContext,
) -> Result<()> {
    let rows = dataset.users_with_factors().map(|user| {
        let row = authenticators::row(user, &tenant.sealers.totp_secret)?;
        Ok(DirectoryChange::PutAuthenticators(row))
    });
    let rows = rows.collect::<Result<_>>()?;
    apply_in_parts(store, rows).await.map_err(to_error)
}

async fn apply_in_parts(store: &dyn Store, changes: Vec<DirectoryChange>) -> Result<(), Fault> {
    let mut changes = changes.into_iter().peekable();
    while changes.peek().is_some() {
        store.apply(changes.by_ref().take(CHANGES_PER_TRANSACTION).collect()).await?;
    }
    Ok(())
}

/// Creates every grant in a commit of its own, as the redemption of a code does. The store joins
/// those that wait.
async fn create_grants(store: &Arc<dyn Store>, dataset: Dataset, ids: GrantIds) -> Result<()> {
    print_line(&format!("creating {} grants", dataset.grants));
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    for first in 0..CONCURRENT_COMMITS {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut number = first;
            while number < dataset.grants {
                let id = (number, ids.grant(number));
                let grant = dataset::grant(dataset, id, service::now())?;
                let outcome =
                    store.commit(vec![Change::OpenGrant(grant)]).await.map_err(to_error)?;
                if outcome == CommitOutcome::Conflict {
                    return Err("two grants have the same id".into());
                }
                number += CONCURRENT_COMMITS;
            }
            Ok(())
        });
    }
    while let Some(result) = tasks.join_next().await {
        result??;
    }
    Ok(())
}

/// Converts a fault to an error with its kind and its cause.
#[expect(clippy::needless_pass_by_value, reason = "taken by map_err")]
pub(crate) fn to_error(fault: Fault) -> Error {
    format!("{:?}: {}", fault.kind(), fault.cause()).into()
}

/// Writes the configuration of a service that uses the keys in [`FOLDER`] beside it, and the data
/// there or in a database.
pub(crate) fn write_config(
    installation: &Installation<'_>,
    [port, tls, metrics]: [u16; 3],
    recording: bool,
) -> Result<PathBuf> {
    let (data_dir, database) = match &installation.database {
        None => (format!("data_dir = \"{FOLDER}/data\"\n"), String::new()),
        Some(database) => {
            (String::new(), format!("\n[store.postgres]\nurl = \"{}\"\n", database.url()))
        }
    };
    let text = format!(
        "origin = \"http://127.0.0.1:{port}\"\n\
         {data_dir}\
         root_key_file = \"{FOLDER}/root.key\"\n\n\
         [[listeners]]\naddress = \"127.0.0.1:{port}\"\n\n\
         [[listeners]]\naddress = \"127.0.0.1:{tls}\"\n\
         tls = {{ certificate = \"{}\", key = \"{}\" }}\n\n\
         [metrics]\naddress = \"127.0.0.1:{metrics}\"\n\n\
         [records]\nenabled = {recording}\n\
         {database}",
        tls::CERTIFICATE,
        tls::KEY,
    );
    let file = installation.directory.join("admit.toml");
    std::fs::write(&file, text)?;
    Ok(file)
}
