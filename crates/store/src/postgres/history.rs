//! The history on PostgreSQL, which several nodes share.
//!
//! Each node writes blocks of its own records. Queries read the blocks of all nodes.

mod block;
mod change_event;
mod logout;
mod query;
mod retention;
mod statements;
mod ticket;
mod totals;
mod transaction;
mod writer;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use model::{
    ChangeEvent, Delivery, DeliveryQueue, Fault, FaultKind, LogoutLimits, OpenTicketOutcome,
    RecordQuery, Records, RefusalCount, RequestRecord, RetentionLimits, Seconds, TenantId, Ticket,
    TicketEntry, TicketId, TicketQuery, Tickets, Timestamp, UserId,
};
use tokio::sync::{Mutex, OnceCell};
use uuid::Uuid;

use self::writer::OpenBlocks;
use super::{Access, ConnectError, DatabaseSettings, PoolUse, database::Database, schema};

/// The history in PostgreSQL.
///
/// A crash of the database server may lose the last records. Everything else is durable on return.
pub struct PostgresHistory {
    database: Database,
    access: Access,
    /// Set when the tables were made or checked.
    prepared: Arc<OnceCell<()>>,
    is_preparing: Arc<AtomicBool>,
    node: Uuid,
    /// The blocks that this node fills. Locked while it writes.
    open: Mutex<OpenBlocks>,
}

impl PostgresHistory {
    /// Connects. `node` is the id of this node.
    ///
    /// # Errors
    /// The database cannot be used, or has not the tables of this release.
    pub async fn connect(
        settings: &DatabaseSettings,
        node: Uuid,
        access: Access,
    ) -> Result<Self, ConnectError> {
        let history = Self::new(settings, node, access)?;
        history.prepare().await?;
        Ok(history)
    }

    /// Creates a history that connects when it is used.
    ///
    /// # Errors
    /// The settings cannot be used.
    pub fn new(
        settings: &DatabaseSettings,
        node: Uuid,
        access: Access,
    ) -> Result<Self, ConnectError> {
        let database = Database::new(settings)?.without_request_deadline();
        Ok(Self {
            database,
            access,
            prepared: Arc::default(),
            is_preparing: Arc::default(),
            node,
            open: Mutex::default(),
        })
    }

    /// Makes or checks the tables, unless that was done.
    ///
    /// # Errors
    /// The database cannot be used, or has not the tables of this release.
    pub async fn prepare(&self) -> Result<(), ConnectError> {
        let prepare = || schema::HISTORY.prepare(&self.database, self.access);
        self.prepared.get_or_try_init(prepare).await.copied()
    }

    /// Returns the database, with its tables. If they were not made or checked yet, a task does
    /// that without a deadline: migrations can take longer than a request waits.
    fn database(&self) -> Result<&Database, Fault> {
        if self.prepared.initialized() {
            return Ok(&self.database);
        }
        if !self.is_preparing.swap(true, Ordering::Relaxed) {
            let (database, access) = (self.database.clone(), self.access);
            let (prepared, is_preparing) =
                (Arc::clone(&self.prepared), Arc::clone(&self.is_preparing));
            tokio::spawn(async move {
                let prepare = || schema::HISTORY.prepare(&database, access);
                if let Err(error) = prepared.get_or_try_init(prepare).await {
                    tracing::debug!(%error, "the database of the history cannot be used yet");
                }
                is_preparing.store(false, Ordering::Relaxed);
            });
        }
        let message = "the database of the history cannot be used yet";
        Err(Fault::from_message(FaultKind::StoreUnavailable, message))
    }

    /// Returns the use of the connections.
    pub fn pool_use(&self) -> PoolUse {
        self.database.pool_use()
    }
}

#[async_trait]
impl Records for PostgresHistory {
    async fn record(&self, batch: Vec<RequestRecord>) -> Result<(), Fault> {
        if batch.is_empty() {
            return Ok(());
        }
        let database = self.database()?;
        self.open.lock().await.write((database, self.node), &batch).await
    }

    async fn find(&self, query: RecordQuery) -> Result<Vec<RequestRecord>, Fault> {
        query::find(self.database()?, &query).await
    }

    async fn refusal_counts(
        &self,
        tenant: Option<TenantId>,
        range: (Timestamp, Timestamp),
        bucket: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault> {
        query::refusal_counts(self.database()?, tenant, range, bucket).await
    }

    async fn record_events(&self, events: Vec<ChangeEvent>) -> Result<(), Fault> {
        if events.is_empty() {
            return Ok(());
        }
        change_event::insert(self.database()?, events).await
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        change_event::find(self.database()?, tenant, range, limit).await
    }

    async fn events_of_user(
        &self,
        user: (TenantId, UserId),
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        change_event::find_of_user(self.database()?, user, range, limit).await
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<ChangeEvent>, Fault> {
        change_event::last(self.database()?, kind).await
    }

    async fn enforce_retention(
        &self,
        now: Timestamp,
        limits: RetentionLimits,
    ) -> Result<u64, Fault> {
        retention::enforce(self.database()?, now, &limits).await
    }
}

#[async_trait]
impl Tickets for PostgresHistory {
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<OpenTicketOutcome, Fault> {
        ticket::open(self.database()?, &ticket, &deliveries, open_max).await
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        ticket::find_by_id(self.database()?, id).await
    }

    async fn tickets(&self, query: TicketQuery) -> Result<Vec<Ticket>, Fault> {
        ticket::find(self.database()?, &query).await
    }

    async fn append_entry(
        &self,
        id: TicketId,
        entry: TicketEntry,
        mut deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        ticket::append_entry(self.database()?, id, entry, &mut deliveries).await
    }

    async fn add_notice(&self, delivery: Delivery) -> Result<(), Fault> {
        ticket::add_notice(self.database()?, &delivery).await
    }

    async fn lease_due(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        ticket::lease_due(self.database()?, now, leased_until, limit).await
    }

    async fn add_logouts(
        &self,
        tenant: TenantId,
        deliveries: Vec<Delivery>,
        limits: LogoutLimits,
    ) -> Result<Vec<Delivery>, Fault> {
        logout::add(self.database()?, tenant, &deliveries, limits).await
    }

    async fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        logout::lease(self.database()?, now, leased_until, limit).await
    }

    async fn delivery_queue(&self) -> Result<DeliveryQueue, Fault> {
        ticket::delivery_queue(self.database()?).await
    }

    async fn reschedule(&self, id: Uuid, due_at: Timestamp, attempts: u32) -> Result<(), Fault> {
        ticket::reschedule(self.database()?, id, due_at, attempts).await?;
        logout::reschedule(self.database()?, id, due_at, attempts).await
    }

    async fn complete(&self, delivery: Uuid) -> Result<(), Fault> {
        ticket::complete(self.database()?, delivery).await?;
        logout::complete(self.database()?, delivery).await
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        ticket::sweep(self.database()?, before, limit).await
    }
}
