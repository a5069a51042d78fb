//! The requests around one request: those of the same sign-in, and those before and after it.

use std::collections::{BTreeMap, BTreeSet};

use model::{Fault, GrantId, RecordQuery, RequestRecord, Seconds, Timestamp};
use uuid::Uuid;

use crate::records::tenant_history::TenantHistory;

/// Maximum number of steps that a timeline shows.
const STEPS_MAX: usize = 60;
/// Maximum number of records that one query adds to a timeline.
const FOUND_MAX: u32 = 200;
/// Maximum number of sign-in flows and grants that a timeline follows.
const LINKS_MAX: usize = 12;
/// A correlation id links requests within this time only: some clients never change theirs.
const CORRELATED: Seconds = Seconds::hours(1);
/// Maximum number of adjacent requests on each side.
const ADJACENT: usize = 10;
/// The time ranges in which later requests are searched for, one after the other.
const LATER_RANGES: [Seconds; 6] = [
    Seconds::new(10),
    Seconds::minutes(1),
    Seconds::minutes(10),
    Seconds::hours(1),
    Seconds::hours(8),
    Seconds::days(3),
];

/// The requests of the sign-in that a request is a step of.
pub(super) struct Timeline {
    /// The requests, oldest first.
    pub(super) records: Vec<RequestRecord>,
    /// True if there are more requests than shown.
    pub(super) is_truncated: bool,
}

#[derive(Default)]
struct TimelineBuilder {
    records: BTreeMap<(Timestamp, Uuid), RequestRecord>,
    flows: BTreeSet<[u8; 16]>,
    grants: BTreeSet<GrantId>,
    /// Queries that are still to be run.
    pending: Vec<RecordQuery>,
    /// True if a query returned as many records as it may, so that there may be more.
    may_have_more: bool,
}

/// Follows a request from its sign-in to its grant and back, until nothing new is found.
pub(super) async fn timeline(
    history: &TenantHistory<'_>,
    present: &RequestRecord,
) -> Result<Timeline, Fault> {
    let mut builder = TimelineBuilder::default();
    builder.pending.push(RecordQuery {
        correlation_id: Some(present.correlation_id),
        from: Some(present.at - CORRELATED),
        until: Some(present.at + CORRELATED),
        ..RecordQuery::default()
    });
    builder.add(present.clone());
    while let Some(query) = builder.pending.pop() {
        let found = history.find(RecordQuery { limit: FOUND_MAX, ..query }).await?;
        builder.may_have_more |= u32::try_from(found.len()).is_ok_and(|found| found == FOUND_MAX);
        for record in found {
            builder.add(record);
        }
    }
    Ok(builder.build(present))
}

impl TimelineBuilder {
    fn add(&mut self, record: RequestRecord) {
        let links = self.flows.len() + self.grants.len();
        if let Some(flow) = record.flow_id
            && links < LINKS_MAX
            && self.flows.insert(flow)
        {
            self.pending.push(RecordQuery { flow_id: Some(flow), ..RecordQuery::default() });
        }
        if let Some(grant) = record.grant
            && links < LINKS_MAX
            && self.grants.insert(grant)
        {
            self.pending.push(RecordQuery { grant: Some(grant), ..RecordQuery::default() });
        }
        self.records.insert((record.at, record.trace_id), record);
    }

    /// Returns as many requests as a timeline shows, around the present one.
    fn build(self, present: &RequestRecord) -> Timeline {
        let index = self.records.keys().position(|(_, id)| *id == present.trace_id);
        let from = index.unwrap_or_default().saturating_sub(STEPS_MAX / 2);
        let from = from.min(self.records.len().saturating_sub(STEPS_MAX));
        let is_truncated = self.may_have_more || self.records.len() > STEPS_MAX;
        let records = self.records.into_values().skip(from).take(STEPS_MAX).collect();
        Timeline { records, is_truncated }
    }
}

/// Returns the nearest matching requests before and after a request, and that request, newest
/// first.
pub(super) async fn adjacent(
    history: &TenantHistory<'_>,
    query: RecordQuery,
    present: &RequestRecord,
) -> Result<Vec<RequestRecord>, Fault> {
    let limit = u32::try_from(ADJACENT).unwrap_or(u32::MAX);
    let mut all = after(history, &query, present).await?;
    all.push(present.clone());
    let before = RecordQuery { until: Some(present.at), limit, ..query };
    all.extend(history.find(before).await?);
    Ok(all)
}

/// Returns the nearest later requests. A query returns the newest matches of its time range, so the
/// range grows until it contains enough.
async fn after(
    history: &TenantHistory<'_>,
    query: &RecordQuery,
    present: &RequestRecord,
) -> Result<Vec<RequestRecord>, Fault> {
    let from = Timestamp::from_microseconds(present.at.microseconds().saturating_add(1));
    let ahead = |until: Option<Timestamp>, limit| {
        let query = query.clone();
        history.find(RecordQuery { from: Some(from), until, limit, ..query })
    };
    let few = u32::try_from(ADJACENT + 1).unwrap_or(u32::MAX);
    let mut found = ahead(None, few).await?;
    if found.len() > ADJACENT {
        for span in LATER_RANGES {
            let near = ahead(Some(from + span), FOUND_MAX).await?;
            if near.len() >= ADJACENT {
                found = near;
                break;
            }
        }
    }
    let beyond = found.len().saturating_sub(ADJACENT);
    Ok(found.split_off(beyond))
}

/// Splits a duration into whole days, hours, minutes and seconds.
pub(super) fn units(span: Seconds) -> [i64; 4] {
    let seconds = span.get().max(0);
    [seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60]
}
