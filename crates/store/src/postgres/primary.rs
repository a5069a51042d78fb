//! The choice of the primary among the hosts of a database.
//!
//! After a failover, the former primary may come back and still believe that it leads, or may be
//! frozen and accept connections that never answer. Each promotion begins a new timeline, so the
//! host with the newest one is the primary. An older one is never accepted again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use deadpool_postgres::ClientWrapper;
use futures_util::{StreamExt, stream::FuturesUnordered};
use model::{Fault, FaultKind};
use tokio::time::{sleep, timeout};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    ConnectError, DatabaseSettings, abandoned::AbandonedConnections, error::DatabaseError, tls,
};

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

/// A connection, and the timeline of its host.
pub(super) struct PrimaryClient {
    client: ClientWrapper,
    timeline: u32,
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
    tls: MakeRustlsConnect,
    /// The position of the host that was the primary last.
    last: AtomicUsize,
    /// The newest timeline that was seen.
    timeline: AtomicU32,
    pub(super) abandoned: Arc<AbandonedConnections>,
}

impl PrimaryConnector {
    pub(super) fn new(settings: &DatabaseSettings) -> Result<Self, ConnectError> {
        Ok(Self {
            hosts: settings.hosts(),
            tls: tls::connector(settings)?,
            last: AtomicUsize::new(0),
            timeline: AtomicU32::new(0),
            abandoned: Arc::new(AbandonedConnections::new(settings.connections_max)),
        })
    }

    /// Connects to a host in a limited time. Returns the timeline.
    async fn connect(
        &self,
        host: &Config,
        limit: Duration,
    ) -> Result<PrimaryClient, DatabaseError> {
        let connecting = async {
            let (client, connection) = host.connect(self.tls.clone()).await?;
            let task = tokio::spawn(async move {
                // The error is that of the statement that waits.
                connection.await.ok();
            });
            let client = ClientWrapper::new(client, task);
            // Without a name, for a pooler may give the next message to another connection.
            let row = client.query_typed_one(TIMELINE, &[]).await?;
            let timeline = row.try_get(0)?;
            let timeline = u32::from_str_radix(timeline, 16)
                .map_err(|error| Fault::new(FaultKind::StoreBroken, &error))?;
            Ok(PrimaryClient { client, timeline })
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

fn no_host() -> DatabaseError {
    Fault::from_message(FaultKind::StoreUnavailable, "no host is named").into()
}

impl Manager for PrimaryConnector {
    type Type = PrimaryClient;
    type Error = DatabaseError;

    async fn create(&self) -> Result<PrimaryClient, DatabaseError> {
        self.abandoned.check()?;
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
        Ok(())
    }
}
