//! Tickets and deliveries on PostgreSQL.

use model::{
    Channel, Delivery, DeliveryQueue, Fault, OpenTicketOutcome, TenantId, Ticket, TicketEntry,
    TicketId, TicketQuery, TicketState, Timestamp, WaitingDeliveries,
};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{statements as sql, totals::tenant_key};
use crate::{
    postgres::{
        column::{get, json, optional_time, to_json, unsigned},
        database::{Database, DatabaseError, Transaction},
    },
    sql::history as shared,
    ticket_entry::{self, AppendOutcome},
};

/// Inserts a ticket, unless it exists or the tenant has too many open tickets.
pub(super) async fn open(
    database: &Database,
    ticket: &Ticket,
    deliveries: &[Delivery],
    open_max: u32,
) -> Result<OpenTicketOutcome, Fault> {
    database
        .in_time(async {
            let transaction = database.begin().await?;
            // Otherwise two nodes would count the open tickets, and both insert the last one.
            transaction.query(sql::LOCK, &[(&"tickets", Type::TEXT)]).await?;
            let outcome = check(&transaction, ticket, open_max).await?;
            if outcome == OpenTicketOutcome::Opened {
                insert(&transaction, ticket).await?;
                insert_deliveries(&transaction, deliveries).await?;
            }
            transaction.commit().await?;
            Ok(outcome)
        })
        .await
}

/// Returns whether a ticket can be inserted.
async fn check(
    transaction: &Transaction,
    ticket: &Ticket,
    open_max: u32,
) -> Result<OpenTicketOutcome, DatabaseError> {
    let id = ticket.id.into_bytes();
    let id = id.as_slice();
    if !transaction.query(shared::TICKET, &[(&id, Type::BYTEA)]).await?.is_empty() {
        return Ok(OpenTicketOutcome::AlreadyOpen);
    }
    let tenant = [(&tenant_key(ticket.tenant) as _, Type::UUID)];
    let open = transaction.query(shared::COUNT_OPEN_TICKETS, &tenant).await?;
    let open: i64 = open.first().map_or(Ok(0), |row| get(row, 0))?;
    let is_allowed = open < i64::from(open_max);
    Ok(if is_allowed { OpenTicketOutcome::Opened } else { OpenTicketOutcome::TooMany })
}

async fn insert(transaction: &Transaction, ticket: &Ticket) -> Result<(), DatabaseError> {
    let id = ticket.id.into_bytes();
    let id = id.as_slice();
    let number = i64::from(ticket.number);
    let row = [
        (&id as _, Type::BYTEA),
        (&tenant_key(ticket.tenant) as _, Type::UUID),
        (&state_number(ticket.state) as _, Type::INT2),
        (&number as _, Type::INT8),
        (&ticket.trace_id as _, Type::UUID),
        (&ticket.opened_at.microseconds() as _, Type::INT8),
        (&to_json(ticket)? as _, Type::TEXT),
    ];
    transaction.execute(shared::INSERT_TICKET, &row).await.map(drop)
}

/// Appends an entry to a ticket.
pub(super) async fn append_entry(
    database: &Database,
    id: TicketId,
    entry: TicketEntry,
    deliveries: &mut [Delivery],
) -> Result<Option<Ticket>, Fault> {
    database
        .in_time(async {
            let transaction = database.begin().await?;
            let ticket = append_in(&transaction, id, entry, deliveries).await?;
            transaction.commit().await?;
            Ok(ticket)
        })
        .await
}

async fn append_in(
    transaction: &Transaction,
    id: TicketId,
    entry: TicketEntry,
    deliveries: &mut [Delivery],
) -> Result<Option<Ticket>, DatabaseError> {
    let id = id.into_bytes();
    let id = id.as_slice();
    let rows = transaction.query(sql::LOCK_TICKET, &[(&id, Type::BYTEA)]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let mut ticket: Ticket = json(row, 0)?;
    match ticket_entry::append_entry(&mut ticket, entry, deliveries) {
        AppendOutcome::Appended => {}
        AppendOutcome::Repeated => return Ok(Some(ticket)),
        AppendOutcome::Full => return Ok(None),
    }
    let row = [
        (&state_number(ticket.state) as _, Type::INT2),
        (&to_json(&ticket)? as _, Type::TEXT),
        (&id as _, Type::BYTEA),
    ];
    transaction.execute(shared::UPDATE_TICKET, &row).await?;
    insert_deliveries(transaction, deliveries).await?;
    Ok(Some(ticket))
}

/// Inserts the delivery of a notice to a user.
pub(super) async fn add_notice(database: &Database, delivery: &Delivery) -> Result<(), Fault> {
    database
        .in_time(async {
            let transaction = database.begin().await?;
            insert_deliveries(&transaction, std::slice::from_ref(delivery)).await?;
            transaction.commit().await?;
            Ok(())
        })
        .await
}

async fn insert_deliveries(
    transaction: &Transaction,
    deliveries: &[Delivery],
) -> Result<(), DatabaseError> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = deliveries.iter().map(|delivery| delivery.id).collect();
    let due: Vec<i64> = deliveries.iter().map(|delivery| delivery.due_at.microseconds()).collect();
    let attempts: Vec<i64> =
        deliveries.iter().map(|delivery| i64::from(delivery.attempts)).collect();
    let webhook: Vec<bool> =
        deliveries.iter().map(|delivery| matches!(delivery.channel, Channel::Webhook)).collect();
    let created: Vec<i64> =
        deliveries.iter().map(|delivery| delivery.created_at.microseconds()).collect();
    let documents: Vec<String> = deliveries.iter().map(to_json).collect::<Result<_, _>>()?;
    let rows = [
        (&ids as _, Type::UUID_ARRAY),
        (&due as _, Type::INT8_ARRAY),
        (&attempts as _, Type::INT8_ARRAY),
        (&webhook as _, Type::BOOL_ARRAY),
        (&created as _, Type::INT8_ARRAY),
        (&documents as _, Type::TEXT_ARRAY),
    ];
    transaction.execute(sql::INSERT_DELIVERIES, &rows).await.map(drop)
}

/// Leases due deliveries, in the order of their due times.
pub(super) async fn lease_due(
    database: &Database,
    now: Timestamp,
    leased_until: Timestamp,
    limit: u32,
) -> Result<Vec<Delivery>, Fault> {
    let conditions = [
        (&now.microseconds() as _, Type::INT8),
        (&i64::from(limit) as _, Type::INT8),
        (&leased_until.microseconds() as _, Type::INT8),
    ];
    let mut leased: Vec<(i64, Delivery)> = Vec::new();
    for row in database.query_for_write(sql::LEASE_DELIVERIES, &conditions).await? {
        let attempts = unsigned(&row, 1)?;
        let delivery = Delivery { due_at: leased_until, attempts, ..json(&row, 2)? };
        leased.push((get(&row, 0)?, delivery));
    }
    leased.sort_by_key(|(was_due_at, delivery)| (*was_due_at, delivery.id));
    Ok(leased.into_iter().map(|(_, delivery)| delivery).collect())
}

/// Counts the deliveries that are not completed.
pub(super) async fn delivery_queue(database: &Database) -> Result<DeliveryQueue, Fault> {
    let mut queue = DeliveryQueue::default();
    for row in database.query(sql::DELIVERY_QUEUE, &[]).await? {
        let waiting =
            WaitingDeliveries { waiting: unsigned(&row, 1)?, oldest_at: optional_time(&row, 2)? };
        *(if get(&row, 0)? { &mut queue.webhooks } else { &mut queue.mail }) = waiting;
    }
    queue.logouts = super::logout::queue(database).await?;
    Ok(queue)
}

/// Sets when a delivery is due next, and how many attempts it has had.
pub(super) async fn reschedule(
    database: &Database,
    delivery: Uuid,
    due_at: Timestamp,
    attempts: u32,
) -> Result<(), Fault> {
    let row = [
        (&due_at.microseconds() as _, Type::INT8),
        (&i64::from(attempts) as _, Type::INT8),
        (&delivery as _, Type::UUID),
    ];
    database.execute(shared::RESCHEDULE_DELIVERY, &row).await.map(drop)
}

/// Deletes a delivery.
pub(super) async fn complete(database: &Database, delivery: Uuid) -> Result<(), Fault> {
    database.execute(shared::DELETE_DELIVERY, &[(&delivery, Type::UUID)]).await.map(drop)
}

/// Deletes old closed tickets.
pub(super) async fn sweep(
    database: &Database,
    before: Timestamp,
    limit: u32,
) -> Result<u64, Fault> {
    let conditions =
        [(&before.microseconds() as _, Type::INT8), (&i64::from(limit) as _, Type::INT8)];
    database.execute(sql::SWEEP_TICKETS, &conditions).await
}

/// Returns a ticket.
pub(super) async fn find_by_id(database: &Database, id: TicketId) -> Result<Option<Ticket>, Fault> {
    let id = id.into_bytes();
    let id = id.as_slice();
    let row = database.query_first(shared::TICKET, &[(&id, Type::BYTEA)]).await?;
    row.as_ref().map(|row| json(row, 0)).transpose()
}

/// Returns the newest tickets that match.
pub(super) async fn find(database: &Database, query: &TicketQuery) -> Result<Vec<Ticket>, Fault> {
    let conditions = [
        (&query.until.map_or(i64::MAX, Timestamp::microseconds) as _, Type::INT8),
        (&query.tenant.map(TenantId::uuid) as _, Type::UUID),
        (&query.state.map(state_number) as _, Type::INT2),
        (&query.number.map(i64::from) as _, Type::INT8),
        (&query.trace_id as _, Type::UUID),
        (&query.after.map(|(at, _)| at.microseconds()) as _, Type::INT8),
        (&query.after.map(|(_, trace_id)| trace_id) as _, Type::UUID),
        (&i64::from(query.limit) as _, Type::INT8),
    ];
    let rows = database.query(shared::TICKETS, &conditions).await?;
    rows.iter().map(|row: &Row| json(row, 0)).collect()
}

/// Returns the value of the column `state`.
const fn state_number(state: TicketState) -> i16 {
    match state {
        TicketState::Open => 0,
        TicketState::Answered => 1,
        TicketState::Closed => 2,
    }
}
