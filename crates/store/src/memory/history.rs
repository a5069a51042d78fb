//! The history in memory, for tests and for looking at store that have none.

use std::collections::{BTreeMap, VecDeque};

use async_trait::async_trait;
use model::{
    Bounds, Count, Delivery, Event, Fault, Opening, Record, Records, Search, Seconds, TenantId,
    Ticket, TicketEntry, TicketId, TicketSearch, TicketState, Tickets, Timestamp,
};
use parking_lot::Mutex;
use uuid::Uuid;

use super::{
    search::{fits, is, place},
    step::step,
};

/// The history in memory. Everything is gone with the value.
#[derive(Default)]
pub struct MemoryHistory {
    records: Mutex<VecDeque<Record>>,
    events: Mutex<Vec<Event>>,
    tickets: Mutex<BTreeMap<TicketId, Ticket>>,
    deliveries: Mutex<Vec<Delivery>>,
}

impl MemoryHistory {
    /// An empty history.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Records for MemoryHistory {
    async fn record(&self, batch: Vec<Record>) -> Result<(), Fault> {
        self.records.lock().extend(batch);
        Ok(())
    }

    async fn find(&self, search: Search) -> Result<Vec<Record>, Fault> {
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        let records = self.records.lock();
        let mut found: Vec<Record> =
            records.iter().rev().filter(|record| fits(record, &search)).cloned().collect();
        found.sort_by_key(|record| std::cmp::Reverse(place(record)));
        found.truncate(limit);
        Ok(found)
    }

    async fn counts(
        &self,
        tenant: Option<TenantId>,
        (from, until): (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<Count>, Fault> {
        let mut counts: BTreeMap<(Timestamp, u32), u64> = BTreeMap::new();
        for record in self.records.lock().iter() {
            let Some(number) = record.counted() else { continue };
            let ours = tenant.is_none() || record.tenant == tenant;
            if ours && (from..until).contains(&record.at) {
                let steps = (record.at - from).get().div_euclid(step.get().max(1));
                let stretch = from + Seconds::new(steps.saturating_mul(step.get()));
                *counts.entry((stretch, number)).or_default() += 1;
            }
        }
        let count = |((from, number), requests)| Count { from, number, requests };
        Ok(counts.into_iter().map(count).collect())
    }

    async fn note(&self, events: Vec<Event>) -> Result<(), Fault> {
        self.events.lock().extend(events);
        Ok(())
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        (from, until): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Event>, Fault> {
        let fits = |event: &&Event| {
            (from..until).contains(&event.at)
                && (tenant.is_none() || event.tenant.is_none() || event.tenant == tenant)
        };
        let mut found: Vec<Event> = self.events.lock().iter().rev().filter(fits).cloned().collect();
        found.sort_by_key(|event| std::cmp::Reverse(event.at));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<Event>, Fault> {
        Ok(newest(&self.events.lock(), kind).cloned())
    }

    async fn trim(&self, now: Timestamp, bounds: Bounds) -> Result<u64, Fault> {
        let oldest = now - bounds.age_max;
        let mut events = self.events.lock();
        let version = newest(&events, Event::VERSION).cloned();
        events.retain(|event| event.at >= oldest || version.as_ref() == Some(event));
        drop(events);
        let mut records = self.records.lock();
        let before = records.len();
        records.retain(|record| record.at >= oldest);
        records.make_contiguous().sort_by_key(|record| record.at);
        let most = usize::try_from(bounds.records_max).unwrap_or(usize::MAX);
        let beyond = records.len().saturating_sub(most);
        records.drain(..beyond);
        let mut bytes: u64 = records.iter().map(weight).sum();
        while bytes > bounds.bytes_max {
            bytes -= records.pop_front().map_or(bytes, |record| weight(&record));
        }
        Ok(u64::try_from(before - records.len()).unwrap_or(u64::MAX))
    }
}

/// The newest event of a kind.
fn newest<'a>(events: &'a [Event], kind: &str) -> Option<&'a Event> {
    events.iter().filter(|event| event.kind == kind).max_by_key(|event| event.at)
}

/// About how many bytes a record takes.
fn weight(record: &Record) -> u64 {
    let reasons = record.reasoning.as_ref().map_or(0, |reasons| format!("{reasons:?}").len());
    u64::try_from(size_of::<Record>() + reasons).unwrap_or(u64::MAX)
}

#[async_trait]
impl Tickets for MemoryHistory {
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<Opening, Fault> {
        let mut tickets = self.tickets.lock();
        if tickets.contains_key(&ticket.id) {
            return Ok(Opening::AlreadyOpen);
        }
        let open = tickets
            .values()
            .filter(|other| other.tenant == ticket.tenant && other.state != TicketState::Closed);
        if open.count() >= usize::try_from(open_max).unwrap_or(usize::MAX) {
            return Ok(Opening::TooMany);
        }
        tickets.insert(ticket.id, ticket);
        self.deliveries.lock().extend(deliveries);
        Ok(Opening::Opened)
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        Ok(self.tickets.lock().get(&id).cloned())
    }

    async fn tickets(&self, search: TicketSearch) -> Result<Vec<Ticket>, Fault> {
        let fits = |ticket: &&Ticket| {
            is(search.tenant, ticket.tenant)
                && is(search.state, Some(ticket.state))
                && is(search.number, Some(ticket.number))
                && is(search.trace_id, Some(ticket.trace_id))
                && search.until.is_none_or(|until| ticket.opened_at < until)
                && search.after.is_none_or(|after| (ticket.opened_at, ticket.trace_id) < after)
        };
        let mut found: Vec<Ticket> = self.tickets.lock().values().filter(fits).cloned().collect();
        found.sort_by_key(|ticket| std::cmp::Reverse((ticket.opened_at, ticket.trace_id)));
        found.truncate(usize::try_from(search.limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn step_ticket(
        &self,
        id: TicketId,
        entry: TicketEntry,
        mut deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        let mut tickets = self.tickets.lock();
        let Some(ticket) = tickets.get_mut(&id) else { return Ok(None) };
        if !step(ticket, entry, &mut deliveries) {
            return Ok(None);
        }
        self.deliveries.lock().extend(deliveries);
        Ok(Some(ticket.clone()))
    }

    async fn claim(
        &self,
        now: Timestamp,
        again_at: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        let mut deliveries = self.deliveries.lock();
        deliveries.sort_by_key(|delivery| delivery.due_at);
        let due = deliveries.iter_mut().filter(|delivery| delivery.due_at <= now);
        let taken = due.take(usize::try_from(limit).unwrap_or(usize::MAX)).map(|delivery| {
            delivery.due_at = again_at;
            delivery.tries = delivery.tries.saturating_add(1);
            delivery.clone()
        });
        Ok(taken.collect())
    }

    async fn postpone(&self, delivery: Uuid, due_at: Timestamp) -> Result<(), Fault> {
        let mut deliveries = self.deliveries.lock();
        if let Some(kept) = deliveries.iter_mut().find(|kept| kept.id == delivery) {
            kept.due_at = due_at;
        }
        Ok(())
    }

    async fn settle(&self, delivery: Uuid) -> Result<(), Fault> {
        self.deliveries.lock().retain(|kept| kept.id != delivery);
        Ok(())
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        let mut tickets = self.tickets.lock();
        let over = tickets
            .values()
            .filter(|ticket| ticket.state == TicketState::Closed && ticket.opened_at < before);
        let over: Vec<TicketId> = over
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .map(|ticket| ticket.id)
            .collect();
        for id in &over {
            tickets.remove(id);
        }
        Ok(u64::try_from(over.len()).unwrap_or(u64::MAX))
    }
}
