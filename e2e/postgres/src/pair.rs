//! A primary with a synchronous standby, and its failures.

use std::{
    io,
    process::{Command, ExitStatus, Stdio},
    time::Duration,
};

use tokio_postgres::{Client, NoTls};

use super::{Durability, SUPERUSER, Server, append, command, create, free_port, make_accessible};

/// Without these, the standby waits for seconds before it connects again, and a statement of a lost
/// client waits for the standby for ever.
const CONFIGURATION: [&str; 4] = [
    "wal_retrieve_retry_interval = 100ms",
    "client_connection_check_interval = 1s",
    "wal_sender_timeout = 5s",
    "wal_receiver_timeout = 5s",
];

/// A primary, and a standby that has everything which the primary has acknowledged.
pub struct Pair {
    primary: Server,
    standby: Server,
}

impl Pair {
    /// Starts both.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub async fn start(durability: Durability) -> io::Result<Self> {
        Self::start_with(durability, &[]).await
    }

    /// Starts both with further lines of their configuration.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub async fn start_with(durability: Durability, configuration: &[&str]) -> io::Result<Self> {
        let first = create(durability, &[&CONFIGURATION, configuration].concat())?;
        // The standby is a copy of files that were never used, and follows from their beginning.
        let second = tempfile::Builder::new().prefix("postgres-").tempdir()?.keep();
        make_accessible(&second)?;
        let mut copy = Command::new("cp");
        check(copy.arg("-a").arg(first.join("data")).arg(&second).status()?)?;
        let port = free_port()?;
        let connection = format!(
            "primary_conninfo = 'host=127.0.0.1 port={port} user={SUPERUSER} \
             application_name=standby'"
        );
        let slot = "primary_slot_name = 'standby'";
        append(&second.join("data/postgresql.conf"), &[&connection, slot])?;
        check(command("touch".as_ref()).arg(second.join("data/standby.signal")).status()?)?;
        let primary = Server::launch(first, port)?;
        let client = connect(&primary).await?;
        let slot = "SELECT pg_create_physical_replication_slot('standby', true)";
        client.batch_execute(slot).await.map_err(io::Error::other)?;
        let standby = Server::launch(second, free_port()?)?;
        let synchronous = "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)';";
        client.batch_execute(synchronous).await.map_err(io::Error::other)?;
        client.batch_execute("SELECT pg_reload_conf()").await.map_err(io::Error::other)?;
        let pair = Self { primary, standby };
        pair.wait_until_synchronous(&client).await?;
        Ok(pair)
    }

    /// Returns the primary of the start.
    pub const fn primary(&self) -> &Server {
        &self.primary
    }

    /// Returns the standby of the start.
    pub const fn standby(&self) -> &Server {
        &self.standby
    }

    /// Returns the URL of a database, with both hosts.
    pub fn url(&self, database: &str) -> String {
        let (first, second) = (self.primary.port, self.standby.port);
        format!(
            "postgres://{SUPERUSER}@127.0.0.1:{first},127.0.0.1:{second}/{database}?sslmode=disable"
        )
    }

    /// Kills the primary with all its processes.
    ///
    /// # Errors
    /// A process could not be signalled.
    pub fn kill_primary(&self) -> io::Result<()> {
        self.signal_primary("KILL")
    }

    /// Stops the processes of the primary, which keeps its connections.
    ///
    /// # Errors
    /// A process could not be signalled.
    pub fn freeze_primary(&self) -> io::Result<()> {
        self.signal_primary("STOP")
    }

    /// Lets the processes of the primary go on. It believes that it still leads.
    ///
    /// # Errors
    /// A process could not be signalled.
    pub fn thaw_primary(&self) -> io::Result<()> {
        self.signal_primary("CONT")
    }

    /// Makes the standby the primary, which then waits for no standby.
    ///
    /// # Errors
    /// The standby failed.
    pub async fn promote_standby(&self) -> io::Result<()> {
        let configuration = self.standby.directory.join("data/postgresql.conf");
        append(&configuration, &["synchronous_standby_names = ''"])?;
        let client = connect(&self.standby).await?;
        for statement in ["SELECT pg_reload_conf()", "SELECT pg_promote(true, 10)"] {
            client.batch_execute(statement).await.map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn signal_primary(&self, signal: &str) -> io::Result<()> {
        let pid = self.primary.process_id()?;
        let all = format!("kill -{signal} {pid} $(pgrep -P {pid})");
        // A process that ends meanwhile is no news for the terminal.
        check(Command::new("sh").args(["-c", &all]).stderr(Stdio::null()).status()?)
    }

    async fn wait_until_synchronous(&self, client: &Client) -> io::Result<()> {
        let state = "SELECT sync_state = 'sync' FROM pg_stat_replication";
        for _ in 0..1_000 {
            let rows = client.query(state, &[]).await.map_err(io::Error::other)?;
            if rows.first().is_some_and(|row| row.get(0)) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err(io::Error::other("the standby is not synchronous after ten seconds"))
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        // A stopped process does not end. This fails if the primary was killed.
        self.thaw_primary().ok();
    }
}

fn check(status: ExitStatus) -> io::Result<()> {
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

async fn connect(server: &Server) -> io::Result<Client> {
    let url = server.url("postgres");
    let connecting = tokio_postgres::connect(&url, NoTls);
    let (client, connection) = connecting.await.map_err(io::Error::other)?;
    tokio::spawn(connection);
    Ok(client)
}
