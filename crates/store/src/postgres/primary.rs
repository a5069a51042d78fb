//! The choice of the primary among the hosts of a database.
//!
//! After a failover, the former primary may come back and still believe that it leads, or may be
//! frozen and accept connections that never answer. Each promotion begins a new timeline, so the
//! host with the newest one is the primary. An older one is never accepted again.

use std::{
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
    time::Duration,
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use deadpool_postgres::ClientWrapper;
use futures_util::{StreamExt, stream::FuturesUnordered};
use model::{Fault, FaultKind};
use tokio::time::{sleep, timeout};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{ConnectError, DatabaseSettings, error::DatabaseError, tls};

/// The time that one host has to answer.
const HOST_TIMEOUT: Duration = Duration::from_secs(1);
/// The time that a host has at the start, when no request waits.
const FIRST_TIMEOUT: Duration = Duration::from_secs(10);
/// The time after which the next host is asked as well. A frozen host must not use up the time of
/// a request.
const NEXT_HOST_AFTER: Duration = Duration::from_millis(100);
/// The first part of the name of a file of the write-ahead log is the timeline, in hexadecimal. A
/// standby refuses the statement.
const TIMELINE: &str = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";

/// The time that an idle connection has to answer when others did not.
const CHECK_TIMEOUT: Duration = Duration::from_millis(250);
/// Without the first setting, the server does not notice that a connection was closed while a
/// statement waits, and goes on to wait. A statement that waits longer for a lock than a request
/// waits for a response is of no use.
const SETTINGS: &str = "SET client_connection_check_interval = 1000; SET lock_timeout = 2000";

/// For statements that reach rows by key only.
///
/// An `UPDATE` from arrays looks cheaper to the server with their real length than in general, so
/// it would plan the statement again each time. A
/// plan that is made once must not depend on a table that is still empty: it joins by the index.
/// Behind a pooler, a statement that did not get these settings is only slower.
const PLAN_ONCE: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
    SET enable_hashjoin = off; SET enable_mergejoin = off";

/// The planning of the statements of a pool by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Planning {
    /// As it is configured.
    Default,
    /// Once for each connection, with look-ups by index.
    Once,
}

/// A connection, and the timeline of its host.
pub(super) struct PrimaryClient {
    client: ClientWrapper,
    timeline: u32,
    /// The number of the last check that it has passed.
    check: u32,
}

impl PrimaryClient {
    /// Returns the timeline of the host.
    pub(super) const fn timeline(&self) -> u32 {
        self.timeline
    }
}

impl std::ops::Deref for PrimaryClient {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        &self.client
    }
}

/// Makes the connections of a pool.
pub(super) struct PrimaryConnector {
    hosts: Vec<Config>,
    planning: Planning,
    tls: MakeRustlsConnect,
    /// The position of the host that was the primary last.
    last: AtomicUsize,
    /// The newest timeline that was seen.
    timeline: AtomicU32,
    /// The number of the last check of the connections.
    check: AtomicU32,
    /// The number of the last check that a connection has not passed.
    failed_check: AtomicU32,
}

impl PrimaryConnector {
    pub(super) fn new(
        settings: &DatabaseSettings,
        planning: Planning,
    ) -> Result<Self, ConnectError> {
        Ok(Self {
            hosts: settings.hosts(),
            planning,
            tls: tls::connector(settings)?,
            last: AtomicUsize::new(0),
            timeline: AtomicU32::new(0),
            check: AtomicU32::new(0),
            failed_check: AtomicU32::new(0),
        })
    }

    /// Has each idle connection checked before it is used again.
    pub(super) fn check_connections(&self) {
        self.check.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the newest timeline that was seen.
    pub(super) fn timeline(&self) -> u32 {
        self.timeline.load(Ordering::Relaxed)
    }

    /// Connects to a host in a limited time. Returns the timeline.
    async fn connect(
        &self,
        host: &Config,
        limit: Duration,
    ) -> Result<PrimaryClient, DatabaseError> {
        let check = self.check.load(Ordering::Relaxed);
        let connecting = async {
            let (client, connection) = host.connect(self.tls.clone()).await?;
            let task = tokio::spawn(async move {
                // The error is that of the statement that waits.
                connection.await.ok();
            });
            let client = ClientWrapper::new(client, task);
            match self.planning {
                Planning::Default => client.batch_execute(SETTINGS).await?,
                Planning::Once => {
                    client.batch_execute(&format!("{SETTINGS}; {PLAN_ONCE}")).await?;
                }
            }
            // Without a name, for a pooler may give the next message to another connection.
            let row = client.query_typed_one(TIMELINE, &[]).await?;
            let timeline = row.try_get(0)?;
            let timeline = u32::from_str_radix(timeline, 16)
                .map_err(|error| Fault::new(FaultKind::StoreBroken, &error))?;
            Ok(PrimaryClient { client, timeline, check })
        };
        timeout(limit, connecting).await.unwrap_or_else(|_| {
            let message = "the database did not answer in time";
            Err(Fault::from_message(FaultKind::StoreUnavailable, message).into())
        })
    }

    /// Remembers the timeline of a connection, unless a newer one was seen.
    fn accept(&self, position: usize, timeline: u32) -> Result<(), Fault> {
        if self.timeline.fetch_max(timeline, Ordering::Relaxed) > timeline {
            let message = "a former primary is refused: another host has a newer timeline";
            return Err(Fault::from_message(FaultKind::StoreUnavailable, message));
        }
        self.last.store(position, Ordering::Relaxed);
        Ok(())
    }
}

impl PrimaryConnector {
    /// Connects for the first time. No timeline is known, so every host is asked, and the newest
    /// one counts. A host that has not answered when another one has had its time is left out.
    async fn first(&self) -> Result<PrimaryClient, DatabaseError> {
        let attempts = self.hosts.iter().enumerate();
        let mut attempts: FuturesUnordered<_> =
            attempts
                .map(|(position, host)| async move {
                    (position, self.connect(host, FIRST_TIMEOUT).await)
                })
                .collect();
        let mut newest: Option<(usize, PrimaryClient)> = None;
        let mut refusal = no_host();
        loop {
            let limit = if newest.is_some() { HOST_TIMEOUT } else { FIRST_TIMEOUT };
            match timeout(limit, attempts.next()).await {
                Ok(Some((position, Ok(client)))) => {
                    if newest.as_ref().is_none_or(|(_, known)| known.timeline < client.timeline) {
                        newest = Some((position, client));
                    }
                }
                Ok(Some((_, Err(error)))) => refusal = error,
                Ok(None) | Err(_) => break,
            }
        }
        let (position, client) = newest.ok_or(refusal)?;
        self.accept(position, client.timeline)?;
        Ok(client)
    }

    /// Connects again: to the last host, and to the others if it does not answer soon.
    async fn next(&self) -> Result<PrimaryClient, DatabaseError> {
        let last = self.last.load(Ordering::Relaxed);
        let from_last = self.hosts.iter().enumerate().cycle().skip(last).take(self.hosts.len());
        let mut attempts: FuturesUnordered<_> = from_last
            .zip(0_u32..)
            .map(|((position, host), turn)| async move {
                sleep(NEXT_HOST_AFTER * turn).await;
                (position, self.connect(host, HOST_TIMEOUT).await)
            })
            .collect();
        let mut refusal = no_host();
        while let Some((position, connected)) = attempts.next().await {
            match connected {
                Ok(client) => match self.accept(position, client.timeline) {
                    Ok(()) => return Ok(client),
                    Err(fault) => refusal = fault.into(),
                },
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }
}

/// Returns whether a connection answers.
async fn answers(client: &PrimaryClient) -> bool {
    matches!(timeout(CHECK_TIMEOUT, client.batch_execute("")).await, Ok(Ok(())))
}

fn no_host() -> DatabaseError {
    Fault::from_message(FaultKind::StoreUnavailable, "no host is named").into()
}

impl Manager for PrimaryConnector {
    type Type = PrimaryClient;
    type Error = DatabaseError;

    async fn create(&self) -> Result<PrimaryClient, DatabaseError> {
        // Boxed, for few operations have to connect, and each contains this future.
        if self.timeline.load(Ordering::Relaxed) == 0 {
            Box::pin(self.first()).await
        } else {
            Box::pin(self.next()).await
        }
    }

    async fn recycle(
        &self,
        client: &mut PrimaryClient,
        _: &Metrics,
    ) -> RecycleResult<DatabaseError> {
        if client.is_closed() {
            return Err(RecycleError::message("the connection is closed"));
        }
        if client.timeline < self.timeline.load(Ordering::Relaxed) {
            return Err(RecycleError::message("the host is a former primary"));
        }
        let check = self.check.load(Ordering::Relaxed);
        if client.check == check {
            return Ok(());
        }
        let has_failed = self.failed_check.load(Ordering::Relaxed) >= check;
        if has_failed || !Box::pin(answers(client)).await {
            self.failed_check.fetch_max(check, Ordering::Relaxed);
            return Err(RecycleError::message("the host does not answer"));
        }
        client.check = check;
        Ok(())
    }
}
