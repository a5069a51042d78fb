//! Tickets and deliveries on SQLite.

use model::{
    Delivery, Opening, TenantId, Ticket, TicketEntry, TicketId, TicketSearch, TicketState,
    Timestamp,
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::block::tenant_key;
use crate::{
    history::step,
    sql::history as sql,
    sqlite::column::{json, to_json},
};

/// Opens a ticket, unless it is there or there are too many.
pub(super) fn open(
    connection: &Connection,
    ticket: &Ticket,
    deliveries: &[Delivery],
    open_max: u32,
) -> rusqlite::Result<Opening> {
    if one(connection, ticket.id)?.is_some() {
        return Ok(Opening::AlreadyOpen);
    }
    let tenant = tenant_key(ticket.tenant);
    let mut statement = connection.prepare_cached(sql::OPEN_TICKETS)?;
    let open: u32 = statement.query_row([&tenant], |row| row.get(0))?;
    if open >= open_max {
        return Ok(Opening::TooMany);
    }
    let row = params![
        ticket.id.into_bytes(),
        tenant,
        number(ticket.state),
        ticket.number,
        ticket.trace_id.into_bytes(),
        ticket.opened_at.microseconds(),
        to_json(ticket)?,
    ];
    connection.prepare_cached(sql::ADD_TICKET)?.execute(row)?;
    deliver(connection, deliveries)?;
    Ok(Opening::Opened)
}

/// Adds a step to a ticket.
pub(super) fn step(
    connection: &Connection,
    id: TicketId,
    entry: TicketEntry,
    deliveries: &mut [Delivery],
) -> rusqlite::Result<Option<Ticket>> {
    let Some(mut ticket) = one(connection, id)? else { return Ok(None) };
    if !step::step(&mut ticket, entry, deliveries) {
        return Ok(None);
    }
    let row = params![number(ticket.state), to_json(&ticket)?, id.into_bytes()];
    connection.prepare_cached(sql::UPDATE_TICKET)?.execute(row)?;
    deliver(connection, deliveries)?;
    Ok(Some(ticket))
}

/// Takes what is due, and makes it due later.
pub(super) fn claim(
    connection: &Connection,
    now: Timestamp,
    again_at: Timestamp,
    limit: u32,
) -> rusqlite::Result<Vec<Delivery>> {
    let mut statement = connection.prepare_cached(sql::DUE)?;
    let rows = statement.query_map(params![now.microseconds(), limit], |row| {
        let tries = row.get::<_, u32>(1)?.saturating_add(1);
        Ok(Delivery { due_at: again_at, tries, ..json(row, 2)? })
    })?;
    let due = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut tried = connection.prepare_cached(sql::TRIED)?;
    for delivery in &due {
        let id = delivery.id.into_bytes();
        tried.execute(params![again_at.microseconds(), delivery.tries, id])?;
    }
    Ok(due)
}

/// Lets a delivery be due at another time.
pub(super) fn postpone(
    connection: &Connection,
    delivery: Uuid,
    due_at: Timestamp,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql::POSTPONE)?;
    statement.execute(params![due_at.microseconds(), delivery.into_bytes()])?;
    Ok(())
}

/// Forgets a delivery.
pub(super) fn settle(connection: &Connection, delivery: Uuid) -> rusqlite::Result<()> {
    connection.prepare_cached(sql::SETTLE)?.execute([delivery.into_bytes()])?;
    Ok(())
}

/// Removes closed tickets.
pub(super) fn sweep(
    connection: &Connection,
    before: Timestamp,
    limit: u32,
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(sql::CLOSED_TICKETS)?;
    let rows = statement.query_map(params![before.microseconds(), limit], |row| row.get(0))?;
    let over = rows.collect::<rusqlite::Result<Vec<[u8; 10]>>>()?;
    let mut remove = connection.prepare_cached(sql::REMOVE_TICKET)?;
    for id in &over {
        remove.execute([id])?;
    }
    Ok(u64::try_from(over.len()).unwrap_or(u64::MAX))
}

/// One ticket.
pub(super) fn one(connection: &Connection, id: TicketId) -> rusqlite::Result<Option<Ticket>> {
    let mut statement = connection.prepare_cached(sql::TICKET)?;
    statement.query_row([id.into_bytes()], |row| json(row, 0)).optional()
}

/// The newest that fit.
pub(super) fn find(
    connection: &Connection,
    search: &TicketSearch,
) -> rusqlite::Result<Vec<Ticket>> {
    let mut statement = connection.prepare_cached(sql::TICKETS)?;
    let conditions = params![
        search.until.map_or(i64::MAX, Timestamp::microseconds),
        search.tenant.map(TenantId::into_bytes),
        search.state.map(number),
        search.number,
        search.trace_id.map(Uuid::into_bytes),
        search.after.map(|(at, _)| at.microseconds()),
        search.after.map(|(_, trace_id)| trace_id.into_bytes()),
        search.limit,
    ];
    let rows = statement.query_map(conditions, |row| json(row, 0))?;
    rows.collect()
}

fn deliver(connection: &Connection, deliveries: &[Delivery]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql::ADD_DELIVERY)?;
    for delivery in deliveries {
        let due_at = delivery.due_at.microseconds();
        let id = delivery.id.into_bytes();
        statement.execute(params![id, due_at, delivery.tries, to_json(delivery)?])?;
    }
    Ok(())
}

const fn number(state: TicketState) -> u8 {
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
    fn a_ticket_of_the_first_release_is_read_for_ever() {
        // Reads what the first release wrote. What is added later needs a default.
        let written = include_str!("ticket_1.json");
        let ticket: Ticket = serde_json::from_str(written).unwrap();
        assert_eq!(ticket.id.to_string(), "T-040G-2081-040G-2081");
        assert_eq!(ticket.entries.len(), 1);
        assert!(ticket.record.is_some_and(|record| record.reasoning.is_some()));
    }
}
