//! The history in memory, for tests and for data directories without a history.

use std::collections::{BTreeMap, VecDeque};

use async_trait::async_trait;
use model::{
    ChangeEvent, Delivery, DeliveryQueue, Fault, LogoutLimits, OpenTicketOutcome, RecordQuery,
    Records, RefusalCount, RequestRecord, RetentionLimits, Seconds, TenantId, Ticket, TicketEntry,
    TicketId, TicketQuery, TicketState, Tickets, Timestamp, UserId,
};
use parking_lot::Mutex;
use uuid::Uuid;

use super::{
    deliveries::Deliveries,
    events::{fold_or_push, newest, newest_of, remove_event_of_largest},
    shares::Shares,
};
use crate::{
    record_query::{cursor, is_or_unset, matches},
    ticket_entry::{AppendOutcome, append_entry},
};

/// A history in memory. Its contents are lost when it is dropped.
#[derive(Default)]
pub struct MemoryHistory {
    records: Mutex<VecDeque<RequestRecord>>,
    events: Mutex<Vec<ChangeEvent>>,
    tickets: Mutex<BTreeMap<TicketId, Ticket>>,
    deliveries: Deliveries,
}

impl MemoryHistory {
    /// Creates an empty history.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Records for MemoryHistory {
    async fn record(&self, batch: Vec<RequestRecord>) -> Result<(), Fault> {
        self.records.lock().extend(batch);
        Ok(())
    }

    async fn find(&self, query: RecordQuery) -> Result<Vec<RequestRecord>, Fault> {
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let records = self.records.lock();
        let mut found: Vec<RequestRecord> =
            records.iter().rev().filter(|record| matches(record, &query)).cloned().collect();
        found.sort_by_key(|record| std::cmp::Reverse(cursor(record)));
        found.truncate(limit);
        Ok(found)
    }

    async fn refusal_counts(
        &self,
        tenant: Option<TenantId>,
        (from, until): (Timestamp, Timestamp),
        bucket: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault> {
        let mut counts: BTreeMap<(Timestamp, u32), u64> = BTreeMap::new();
        for record in self.records.lock().iter() {
            let Some(number) = record.counted_number() else { continue };
            let is_of_tenant = tenant.is_none() || record.tenant == tenant;
            if is_of_tenant && (from..until).contains(&record.at) {
                let index = (record.at - from).get().div_euclid(bucket.get().max(1));
                let start = from + Seconds::new(index.saturating_mul(bucket.get()));
                *counts.entry((start, number)).or_default() += 1;
            }
        }
        let count = |((bucket_start, number), count)| RefusalCount { bucket_start, number, count };
        Ok(counts.into_iter().map(count).collect())
    }

    async fn record_events(&self, events: Vec<ChangeEvent>) -> Result<(), Fault> {
        let mut stored = self.events.lock();
        for event in events {
            fold_or_push(&mut stored, event);
        }
        Ok(())
    }

    async fn events(
        &self,
        tenant: Option<TenantId>,
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        let events = self.events.lock();
        Ok(newest_of(&events, range, limit, |event| {
            tenant.is_none() || event.tenant.is_none() || event.tenant == tenant
        }))
    }

    async fn events_of_user(
        &self,
        (tenant, user): (TenantId, UserId),
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        let events = self.events.lock();
        Ok(newest_of(&events, range, limit, |event| {
            event.tenant == Some(tenant) && event.user == Some(user)
        }))
    }

    async fn last_event(&self, kind: &'static str) -> Result<Option<ChangeEvent>, Fault> {
        Ok(newest(&self.events.lock(), kind).cloned())
    }

    async fn enforce_retention(
        &self,
        now: Timestamp,
        limits: RetentionLimits,
    ) -> Result<u64, Fault> {
        let oldest = now - limits.age_max;
        let mut events = self.events.lock();
        let events_before = events.len();
        let kept = ChangeEvent::KEPT.map(|kind| newest(&events, kind).cloned());
        let is_kept = |event: &ChangeEvent| kept.iter().flatten().any(|kept| kept == event);
        events.retain(|event| event.at >= oldest || is_kept(event));
        while events.len() > usize::try_from(RetentionLimits::EVENTS_MAX).unwrap_or(usize::MAX) {
            remove_event_of_largest(&mut events, is_kept);
        }
        let deleted_events = events_before - events.len();
        drop(events);
        let mut records = self.records.lock();
        let before = records.len();
        records.retain(|record| record.at >= oldest);
        records.make_contiguous().sort_by_key(|record| record.at);
        let mut shares = Shares::new(records.drain(..));
        while shares.exceed(&limits) && shares.pop_oldest() {}
        records.extend(shares.into_records());
        Ok(u64::try_from(before - records.len() + deleted_events).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl Tickets for MemoryHistory {
    async fn open_ticket(
        &self,
        ticket: Ticket,
        deliveries: Vec<Delivery>,
        open_max: u32,
    ) -> Result<OpenTicketOutcome, Fault> {
        let mut tickets = self.tickets.lock();
        if tickets.contains_key(&ticket.id) {
            return Ok(OpenTicketOutcome::AlreadyOpen);
        }
        let open = tickets
            .values()
            .filter(|other| other.tenant == ticket.tenant && other.state != TicketState::Closed);
        if open.count() >= usize::try_from(open_max).unwrap_or(usize::MAX) {
            return Ok(OpenTicketOutcome::TooMany);
        }
        tickets.insert(ticket.id, ticket);
        self.deliveries.add(deliveries);
        Ok(OpenTicketOutcome::Opened)
    }

    async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, Fault> {
        Ok(self.tickets.lock().get(&id).cloned())
    }

    async fn tickets(&self, query: TicketQuery) -> Result<Vec<Ticket>, Fault> {
        let matches = |ticket: &&Ticket| {
            is_or_unset(query.tenant, ticket.tenant)
                && is_or_unset(query.state, Some(ticket.state))
                && is_or_unset(query.number, Some(ticket.number))
                && is_or_unset(query.trace_id, Some(ticket.trace_id))
                && query.until.is_none_or(|until| ticket.opened_at < until)
                && query.after.is_none_or(|after| (ticket.opened_at, ticket.trace_id) < after)
        };
        let mut found: Vec<Ticket> =
            self.tickets.lock().values().filter(matches).cloned().collect();
        found.sort_by_key(|ticket| std::cmp::Reverse((ticket.opened_at, ticket.trace_id)));
        found.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn append_entry(
        &self,
        id: TicketId,
        entry: TicketEntry,
        mut deliveries: Vec<Delivery>,
    ) -> Result<Option<Ticket>, Fault> {
        let mut tickets = self.tickets.lock();
        let Some(ticket) = tickets.get_mut(&id) else { return Ok(None) };
        match append_entry(ticket, entry, &mut deliveries) {
            AppendOutcome::Appended => {}
            AppendOutcome::Repeated => return Ok(Some(ticket.clone())),
            AppendOutcome::Full => return Ok(None),
        }
        self.deliveries.add(deliveries);
        Ok(Some(ticket.clone()))
    }

    async fn add_notice(&self, delivery: Delivery) -> Result<(), Fault> {
        self.deliveries.add(vec![delivery]);
        Ok(())
    }

    async fn lease_due(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        Ok(self.deliveries.lease(false, (now, leased_until), limit))
    }

    async fn add_logouts(
        &self,
        tenant: TenantId,
        deliveries: Vec<Delivery>,
        limits: LogoutLimits,
    ) -> Result<Vec<Delivery>, Fault> {
        Ok(self.deliveries.add_logouts(tenant, &deliveries, limits))
    }

    async fn lease_logouts(
        &self,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, Fault> {
        Ok(self.deliveries.lease(true, (now, leased_until), limit))
    }

    async fn delivery_queue(&self) -> Result<DeliveryQueue, Fault> {
        Ok(self.deliveries.queue())
    }

    async fn reschedule(&self, id: Uuid, due_at: Timestamp, attempts: u32) -> Result<(), Fault> {
        self.deliveries.reschedule(id, due_at, attempts);
        Ok(())
    }

    async fn complete(&self, delivery: Uuid) -> Result<(), Fault> {
        self.deliveries.complete(delivery);
        Ok(())
    }

    async fn sweep_tickets(&self, before: Timestamp, limit: u32) -> Result<u64, Fault> {
        let mut tickets = self.tickets.lock();
        let closed = tickets
            .values()
            .filter(|ticket| ticket.state == TicketState::Closed && ticket.opened_at < before);
        let ids: Vec<TicketId> = closed
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .map(|ticket| ticket.id)
            .collect();
        for id in &ids {
            tickets.remove(id);
        }
        Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
    }
}
