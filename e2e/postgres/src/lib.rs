//! Starts PostgreSQL servers for tests and for the benchmark.
//!
//! The programs are those in the directory `ADMIT_POSTGRES_BIN`, or the newest of the Debian
//! packages. A server ends with the process that started it, however that ends.

mod pair;
mod pooler;
mod proxy;
mod supervised;

use std::{
    env, fs,
    io::{self, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio_postgres::{NoTls, SimpleQueryMessage};

use self::supervised::Supervised;
pub use self::{
    pair::Pair,
    pooler::Pooler,
    proxy::{NetworkState, Proxy},
};

/// The superuser of each server. It needs no password on the loopback interface.
const SUPERUSER: &str = "admit";
/// The user of the operating system that runs a server if root starts it: PostgreSQL refuses root.
const SYSTEM_USER: &str = "postgres";
/// A running server. Dropping this value ends it.
pub struct Server {
    _process: Supervised,
    directory: PathBuf,
    port: u16,
    databases: AtomicU32,
}

/// The durability of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A commit waits for the disk.
    Synced,
    /// A commit does not wait. For tests that do not measure and do not kill.
    Unsynced,
}

impl Server {
    /// Returns a server without durability that all tests of the process share.
    pub fn shared() -> &'static Self {
        static SERVER: LazyLock<Server> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test needs PostgreSQL")]
            Server::start(Durability::Unsynced).expect("PostgreSQL starts: install it")
        });
        &SERVER
    }

    /// Creates and starts a server.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub fn start(durability: Durability) -> io::Result<Self> {
        let directory = create(durability, &[])?;
        Self::launch(directory, free_port()?)
    }

    /// Starts the server of a directory.
    fn launch(directory: PathBuf, port: u16) -> io::Result<Self> {
        let mut server = command(&programs()?.join("postgres"));
        server.arg("-D").arg(directory.join("data")).args(["-p", &port.to_string()]);
        server.args(["-h", "127.0.0.1", "-k"]).arg(&directory);
        let process = Supervised::start(&server, "QUIT", &directory)?;
        let server = Self { _process: process, directory, port, databases: AtomicU32::new(0) };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Returns the TCP port on the loopback interface.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the id of the main process, of which all others of the server are children.
    ///
    /// # Errors
    /// The server has ended.
    pub fn process_id(&self) -> io::Result<u32> {
        let text = fs::read_to_string(self.directory.join("data/postmaster.pid"))?;
        let id = text.lines().next().unwrap_or_default();
        id.parse().map_err(io::Error::other)
    }

    /// Returns the URL of a database.
    pub fn url(&self, database: &str) -> String {
        let (socket, port) = (self.directory.display(), self.port);
        format!("postgres://{SUPERUSER}@/{database}?host={socket}&port={port}&sslmode=disable")
    }

    /// Returns the URL of a database behind a port of the loopback interface, such as that of a
    /// [`Proxy`].
    pub fn url_behind(&self, port: u16, database: &str) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// Creates an empty database and returns its name.
    ///
    /// # Errors
    /// The server failed.
    pub async fn create_named_database(&self) -> Result<String, tokio_postgres::Error> {
        self.copy_database("template0").await
    }

    /// Creates a database with the tables and rows of another one to which nothing is connected,
    /// and returns its name.
    ///
    /// # Errors
    /// The server failed.
    pub async fn copy_database(&self, template: &str) -> Result<String, tokio_postgres::Error> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        execute(&self.url("postgres"), &create).await?;
        Ok(name)
    }

    /// Creates an empty database and returns its URL.
    ///
    /// # Errors
    /// The server failed.
    pub async fn create_database(&self) -> Result<String, tokio_postgres::Error> {
        Ok(self.url(&self.create_named_database().await?))
    }

    fn wait_until_ready(&self) -> io::Result<()> {
        let pid_file = self.directory.join("data/postmaster.pid");
        for _ in 0..1_000 {
            // The last line is `ready` when connections are accepted.
            let state = fs::read_to_string(&pid_file).unwrap_or_default();
            let state = state.lines().last().unwrap_or_default().trim();
            if ["ready", "standby"].contains(&state) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let log = fs::read_to_string(self.directory.join("log")).unwrap_or_default();
        Err(io::Error::other(format!("PostgreSQL is not ready after ten seconds: {log}")))
    }
}

/// Creates the files of a server, with further lines of its configuration.
fn create(durability: Durability, configuration: &[&str]) -> io::Result<PathBuf> {
    let directory = tempfile::Builder::new().prefix("postgres-").tempdir()?.keep();
    let data = directory.join("data");
    make_accessible(&directory)?;
    let output = command(&programs()?.join("initdb"))
        .args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", SUPERUSER, "-D"])
        .arg(&data)
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr)));
    }
    let fsync = if durability == Durability::Synced { "fsync = on" } else { "fsync = off" };
    let common = [fsync, "max_connections = 400", "shared_buffers = 64MB"];
    let lines: Vec<&str> = common.iter().chain(configuration).copied().collect();
    append(&data.join("postgresql.conf"), &lines)?;
    Ok(directory)
}

/// Appends lines to a file.
fn append(file: &Path, lines: &[&str]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().append(true).open(file)?;
    lines.iter().try_for_each(|line| writeln!(file, "{line}"))
}

/// Returns a free port below those that the system gives to others in the meantime.
fn free_port() -> io::Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number =
            NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id().wrapping_mul(97));
        let port = u16::try_from(20_000 + number % 12_000).map_err(io::Error::other)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
}

/// Executes statements without parameters, separated by semicolons. Returns the first column of
/// every row, as text.
///
/// # Errors
/// The server cannot be reached, or refused a statement.
pub async fn execute(url: &str, statements: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let messages = client.simple_query(statements).await;
    drop(client);
    connection.await.ok();
    let text = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    Ok(messages?.iter().filter_map(text).collect())
}

/// Returns the directory of the programs.
fn programs() -> io::Result<PathBuf> {
    if let Some(directory) = env::var_os("ADMIT_POSTGRES_BIN") {
        return Ok(directory.into());
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(number);
    newest.map(|path| path.join("bin")).ok_or_else(|| {
        io::Error::other("PostgreSQL is not installed: no directory in /usr/lib/postgresql")
    })
}

/// Lets the user of the server write in a directory that root created.
fn make_accessible(directory: &Path) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let status = Command::new("chown").arg(SYSTEM_USER).arg(directory).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other("chown failed")) }
}

/// Returns a command that runs a program as a user whom PostgreSQL accepts.
fn command(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.arg("--reuid").arg(SYSTEM_USER).arg("--regid").arg(SYSTEM_USER).arg("--clear-groups");
    command.arg(program);
    command
}
