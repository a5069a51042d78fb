//! Tickets and deliveries on SQLite.

use model::{
    Channel, ClientId, Delivery, DeliveryQueue, LogoutLimits, OpenTicketOutcome, TenantId, Ticket,
    TicketEntry, TicketId, TicketQuery, TicketState, Timestamp, WaitingDeliveries,
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::totals::tenant_key;
use crate::{
    sql::history as sql,
    sqlite::column::{damaged, json, to_json},
    ticket_entry::{self, AppendOutcome},
};

/// Inserts a ticket, unless it exists or the tenant has too many open tickets.
pub(super) fn open(
    connection: &Connection,
    ticket: &Ticket,
    deliveries: &[Delivery],
    open_max: u32,
) -> rusqlite::Result<OpenTicketOutcome> {
    if find_by_id(connection, ticket.id)?.is_some() {
        return Ok(OpenTicketOutcome::AlreadyOpen);
    }
    let tenant = tenant_key(ticket.tenant);
    let mut statement = connection.prepare_cached(sql::COUNT_OPEN_TICKETS)?;
    let open: u32 = statement.query_row([&tenant], |row| row.get(0))?;
    if open >= open_max {
        return Ok(OpenTicketOutcome::TooMany);
    }
    let row = params![
        ticket.id.into_bytes(),
        tenant,
        state_number(ticket.state),
        ticket.number,
        ticket.trace_id.into_bytes(),
        ticket.opened_at.microseconds(),
        to_json(ticket)?,
    ];
    connection.prepare_cached(sql::INSERT_TICKET)?.execute(row)?;
    insert_deliveries(connection, deliveries)?;
    Ok(OpenTicketOutcome::Opened)
}

/// Appends an entry to a ticket.
pub(super) fn append_entry(
    connection: &Connection,
    id: TicketId,
    entry: TicketEntry,
    deliveries: &mut [Delivery],
) -> rusqlite::Result<Option<Ticket>> {
    let Some(mut ticket) = find_by_id(connection, id)? else { return Ok(None) };
    match ticket_entry::append_entry(&mut ticket, entry, deliveries) {
        AppendOutcome::Appended => {}
        AppendOutcome::Repeated => return Ok(Some(ticket)),
        AppendOutcome::Full => return Ok(None),
    }
    let row = params![state_number(ticket.state), to_json(&ticket)?, id.into_bytes()];
    connection.prepare_cached(sql::UPDATE_TICKET)?.execute(row)?;
    insert_deliveries(connection, deliveries)?;
    Ok(Some(ticket))
}

/// Leases due deliveries.
pub(super) fn lease_due(
    connection: &Connection,
    now: Timestamp,
    leased_until: Timestamp,
    limit: u32,
) -> rusqlite::Result<Vec<Delivery>> {
    lease(connection, sql::DUE_DELIVERIES, (now, leased_until), limit)
}

/// Leases due deliveries of logout tokens.
pub(super) fn lease_logouts(
    connection: &Connection,
    now: Timestamp,
    leased_until: Timestamp,
    limit: u32,
) -> rusqlite::Result<Vec<Delivery>> {
    lease(connection, sql::DUE_LOGOUTS, (now, leased_until), limit)
}

fn lease(
    connection: &Connection,
    find: &str,
    (now, leased_until): (Timestamp, Timestamp),
    limit: u32,
) -> rusqlite::Result<Vec<Delivery>> {
    let mut statement = connection.prepare_cached(find)?;
    let rows = statement.query_map(params![now.microseconds(), limit], |row| {
        let attempts = row.get::<_, u32>(1)?.saturating_add(1);
        Ok(Delivery { due_at: leased_until, attempts, ..json(row, 2)? })
    })?;
    let due = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    for delivery in &due {
        reschedule(connection, delivery.id, leased_until, delivery.attempts)?;
    }
    Ok(due)
}

/// Inserts deliveries of logout tokens, apart from those above a limit, and returns the latter.
pub(super) fn add_logouts(
    connection: &Connection,
    tenant: TenantId,
    deliveries: &[Delivery],
    limits: LogoutLimits,
) -> rusqlite::Result<Vec<Delivery>> {
    let mut count = connection.prepare_cached(sql::COUNT_LOGOUTS)?;
    let waiting = count.query_map([tenant.into_bytes()], |row| {
        let client = ClientId::new(row.get_ref(0)?.as_str()?);
        Ok((client.ok_or_else(|| damaged(0, "not a client_id"))?, row.get(1)?))
    })?;
    let waiting = waiting.collect::<rusqlite::Result<_>>()?;
    let (within, left_out) = limits.divide(deliveries, waiting);
    let mut insert = connection.prepare_cached(sql::INSERT_LOGOUT)?;
    for delivery in within {
        let Channel::Logout(notice) = &delivery.channel else { continue };
        insert.execute(params![
            delivery.id.into_bytes(),
            tenant.into_bytes(),
            notice.client.as_str(),
            delivery.due_at.microseconds(),
            delivery.attempts,
            to_json(&delivery)?,
        ])?;
    }
    Ok(left_out)
}

/// Counts the deliveries that are not completed.
pub(super) fn delivery_queue(connection: &Connection) -> rusqlite::Result<DeliveryQueue> {
    let mut statement = connection.prepare_cached(sql::DELIVERY_QUEUE)?;
    let mut queue = DeliveryQueue::default();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let oldest_at: Option<i64> = row.get(2)?;
        let oldest_at = oldest_at.map(Timestamp::from_microseconds);
        let waiting: u32 = row.get(1)?;
        let waiting = WaitingDeliveries { waiting: waiting.into(), oldest_at };
        let is_webhook: bool = row.get(0)?;
        *(if is_webhook { &mut queue.webhooks } else { &mut queue.mail }) = waiting;
    }
    let mut statement = connection.prepare_cached(sql::LOGOUT_QUEUE)?;
    queue.logouts = statement.query_row([], |row| {
        let waiting: u32 = row.get(0)?;
        let oldest_at = row.get::<_, Option<i64>>(1)?.map(Timestamp::from_microseconds);
        Ok(WaitingDeliveries { waiting: waiting.into(), oldest_at })
    })?;
    Ok(queue)
}

/// Sets when a delivery is due next, and how many attempts it has had.
pub(super) fn reschedule(
    connection: &Connection,
    delivery: Uuid,
    due_at: Timestamp,
    attempts: u32,
) -> rusqlite::Result<()> {
    for sql in [sql::RESCHEDULE_DELIVERY, sql::RESCHEDULE_LOGOUT] {
        let row = params![due_at.microseconds(), attempts, delivery.into_bytes()];
        connection.prepare_cached(sql)?.execute(row)?;
    }
    Ok(())
}

/// Deletes a delivery.
pub(super) fn complete(connection: &Connection, delivery: Uuid) -> rusqlite::Result<()> {
    for sql in [sql::DELETE_DELIVERY, sql::DELETE_LOGOUT] {
        connection.prepare_cached(sql)?.execute([delivery.into_bytes()])?;
    }
    Ok(())
}

/// Deletes old closed tickets.
pub(super) fn sweep(
    connection: &Connection,
    before: Timestamp,
    limit: u32,
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql::CLOSED_TICKETS)?;
    let rows = statement.query_map(params![before.microseconds(), limit], |row| row.get(0))?;
    let ids = rows.collect::<rusqlite::Result<Vec<[u8; 10]>>>()?;
    let mut delete = connection.prepare_cached(sql::DELETE_TICKET)?;
    for id in &ids {
        delete.execute([id])?;
    }
    Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
}

/// Returns a ticket.
pub(super) fn find_by_id(
    connection: &Connection,
    id: TicketId,
) -> rusqlite::Result<Option<Ticket>> {
    let mut statement = connection.prepare_cached(sql::TICKET)?;
    statement.query_row([id.into_bytes()], |row| json(row, 0)).optional()
}

/// Returns the newest tickets that match.
pub(super) fn find(connection: &Connection, query: &TicketQuery) -> rusqlite::Result<Vec<Ticket>> {
    let mut statement = connection.prepare_cached(sql::TICKETS)?;
    let conditions = params![
        query.until.map_or(i64::MAX, Timestamp::microseconds),
        query.tenant.map(TenantId::into_bytes),
        query.state.map(state_number),
        query.number,
        query.trace_id.map(Uuid::into_bytes),
        query.after.map(|(at, _)| at.microseconds()),
        query.after.map(|(_, trace_id)| trace_id.into_bytes()),
        query.limit,
    ];
    let rows = statement.query_map(conditions, |row| json(row, 0))?;
    rows.collect()
}

/// Inserts deliveries.
pub(super) fn insert_deliveries(
    connection: &Connection,
    deliveries: &[Delivery],
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql::INSERT_DELIVERY)?;
    for delivery in deliveries {
        let due_at = delivery.due_at.microseconds();
        let id = delivery.id.into_bytes();
        statement.execute(params![id, due_at, delivery.attempts, to_json(delivery)?])?;
    }
    Ok(())
}

/// Returns the value of the column `state`.
const fn state_number(state: TicketState) -> u8 {
    match state {
        TicketState::Open => 0,
        TicketState::Answered => 1,
        TicketState::Closed => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticket_of_the_first_release_can_still_be_read() {
        // Parses a ticket that the first release wrote. Members that are added later need a
        // default.
        let stored = include_str!("ticket_1.json");
        let ticket: Ticket = serde_json::from_str(stored).unwrap();
        assert_eq!(ticket.id.to_string(), "T-040G-2081-040G-2081");
        assert_eq!(ticket.entries.len(), 1);
        assert!(ticket.record.is_some_and(|record| record.refusal_details.is_some()));
    }
}
