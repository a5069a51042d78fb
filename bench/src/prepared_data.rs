//! The store that both servers begin with.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jose::seal::{Keyring, RootKey};
use model::{Change, Directory, DirectoryChange, Fault, Ledger, Outcome as Committed};
use protocol::context::Realm;
use store::Sqlite;
use tokio::task::JoinSet;

use crate::world::{self, World};
use crate::{Outcome, clock, floor, say};

/// Rows of the directory that are put in one transaction.
const ROWS_TOGETHER: u64 = 1_000;
/// Decisions that wait for a commit at the same time: several batches of the store's.
const AT_ONCE: u64 = 128;

/// Where the store lie in a run's directory.
pub(crate) const BOOKS: &str = "store";

/// The files of one installation, and of the floor.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    directory: PathBuf,
}

impl Store {
    pub(crate) const fn at(directory: PathBuf) -> Self {
        Self { directory }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    pub(crate) fn root_key(&self) -> PathBuf {
        self.directory.join("root.key")
    }

    pub(crate) fn floor(&self) -> PathBuf {
        self.directory.join("floor.db")
    }

    /// Says which world the store are of; written last, so that what has it is whole.
    fn mark(&self) -> PathBuf {
        self.directory.join("world")
    }

    /// Whether they are there already, of the same world.
    pub(crate) fn hold(&self, world: World) -> bool {
        std::fs::read_to_string(self.mark()).is_ok_and(|found| found == format!("{world:?}"))
    }

    /// Makes the store of a world.
    pub(crate) async fn make(&self, world: World) -> Outcome<()> {
        let start = clock::now();
        std::fs::create_dir_all(&self.directory)?;
        let key = RootKey::generate()?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(self.root_key())
            .map_err(|error| format!("{}: {error}", self.root_key().display()))?;
        file.write_all(key.as_bytes())?;
        let store = Arc::new(Sqlite::open(&self.data())?);
        make_directory(&store, world).await.map_err(said)?;
        let realm = self.realm("http://127.0.0.1")?;
        service::keys::ensure(&*store, &realm, service::now()).await.map_err(said)?;
        make_grants(&store, world).await?;
        drop(store);
        say(&format!("making the floor's {} grants", world.grants));
        floor::make_ledger(&self.floor(), world)?;
        std::fs::write(self.mark(), format!("{world:?}"))?;
        say(&format!("made in {:.0} s", start.elapsed().as_secs_f64()));
        Ok(())
    }

    /// A copy that may be changed.
    pub(crate) fn copy_to(&self, directory: PathBuf) -> Outcome<Self> {
        let copy = Self { directory };
        std::fs::create_dir_all(copy.data())?;
        for book in ["directory.db", "ledger.db"] {
            std::fs::copy(self.data().join(book), copy.data().join(book))?;
        }
        std::fs::copy(self.root_key(), copy.root_key())?;
        std::fs::copy(self.floor(), copy.floor())?;
        Ok(copy)
    }

    /// The tenant, able to seal what the service opens.
    pub(crate) fn realm(&self, origin: &str) -> Outcome<Realm> {
        let key = std::fs::read(self.root_key())?;
        let key = key.try_into().map_err(|_| "the root key is not 32 bytes long")?;
        let keyring = Keyring::new(RootKey::from_bytes(key), Vec::new())?;
        Ok(Realm::new(world::tenant(), origin, &keyring)?)
    }
}

async fn make_directory(store: &Sqlite, world: World) -> Result<(), Fault> {
    say(&format!("making {} clients and as many users", world.clients));
    let mut changes = vec![DirectoryChange::PutTenant(world::tenant())];
    changes.extend(world::resources().map(DirectoryChange::PutResource));
    store.apply(changes).await?;
    for part in 0..world.clients.div_ceil(ROWS_TOGETHER) {
        let first = part * ROWS_TOGETHER;
        let numbers = first..world.clients.min(first + ROWS_TOGETHER);
        let rows = numbers.filter_map(|number| {
            let client = world::client(number).ok()?;
            let user = world::user(number);
            Some([DirectoryChange::PutClient(client), DirectoryChange::PutUser(user)])
        });
        store.apply(rows.flatten().collect()).await?;
    }
    Ok(())
}

/// Opens every grant as redeeming its code would: one decision each, many waiting at a time.
async fn make_grants(store: &Arc<Sqlite>, world: World) -> Outcome<()> {
    say(&format!("making {} grants", world.grants));
    let mut tasks = JoinSet::new();
    for first in 0..AT_ONCE {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut number = first;
            while number < world.grants {
                let grant = world::grant(world, number, service::now())?;
                let opened = store.commit(vec![Change::OpenGrant(grant)]).await.map_err(said)?;
                if opened == Committed::Conflict {
                    return Err("two grants of one id".into());
                }
                number += AT_ONCE;
            }
            Outcome::Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

/// What a fault says.
#[expect(clippy::needless_pass_by_value, reason = "taken by map_err")]
fn said(fault: Fault) -> Box<dyn std::error::Error + Send + Sync> {
    format!("{:?}: {}", fault.kind(), fault.cause()).into()
}

/// Writes the configuration of a service on the store that lie in `store` beside it.
pub(crate) fn configure(
    directory: &Path,
    [port, metrics]: [u16; 2],
    recording: bool,
) -> Outcome<PathBuf> {
    let text = format!(
        "origin = \"http://127.0.0.1:{port}\"\n\
         data = \"{BOOKS}/data\"\n\
         root_key_file = \"{BOOKS}/root.key\"\n\n\
         [[listeners]]\naddress = \"127.0.0.1:{port}\"\n\n\
         [metrics]\naddress = \"127.0.0.1:{metrics}\"\n\n\
         [records]\nenabled = {recording}\n"
    );
    let file = directory.join("admit.toml");
    std::fs::write(&file, text)?;
    Ok(file)
}
