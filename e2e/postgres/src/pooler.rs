//! `PgBouncer` in front of a server.

use std::{fs, io, net::TcpStream, path::Path, sync::LazyLock, thread::sleep, time::Duration};

use super::{SUPERUSER, Server, command, free_port, make_accessible, supervised::Supervised};

/// A running `PgBouncer`, in transaction mode. Dropping this value ends it.
pub struct Pooler {
    _process: Supervised,
    port: u16,
}

impl Pooler {
    /// Returns one in front of the server that all tests of the process share.
    pub fn shared() -> &'static Self {
        static POOLER: LazyLock<Pooler> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test needs PgBouncer")]
            Pooler::start(Server::shared()).expect("PgBouncer starts: install it")
        });
        &POOLER
    }

    /// Starts one in front of a server.
    ///
    /// # Errors
    /// `PgBouncer` is not installed, or does not start.
    pub fn start(server: &Server) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix("pgbouncer-").tempdir()?.keep();
        make_accessible(&directory)?;
        let (port, file) = (free_port()?, directory.join("pgbouncer.ini"));
        fs::write(&file, configuration(port, server.port()))?;
        let mut pgbouncer = command(Path::new("/usr/sbin/pgbouncer"));
        pgbouncer.arg(&file);
        let pooler = Self { _process: Supervised::start(&pgbouncer, "TERM", &directory)?, port };
        for _ in 0..1_000 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(pooler);
            }
            sleep(Duration::from_millis(10));
        }
        let log = fs::read_to_string(directory.join("log")).unwrap_or_default();
        Err(io::Error::other(format!("PgBouncer is not ready after ten seconds: {log}")))
    }

    /// Returns the URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }
}

/// Connections of the pools are closed soon, for each test has a database of its own.
fn configuration(port: u16, server: u16) -> String {
    format!(
        "[databases]\n\
         * = host=127.0.0.1 port={server} user={SUPERUSER}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         auth_type = any\n\
         pool_mode = transaction\n\
         max_client_conn = 2000\n\
         default_pool_size = 10\n\
         server_idle_timeout = 2\n"
    )
}
