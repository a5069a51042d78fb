//! The requests of the same sign-in flow and grant, and the adjacent requests.

use model::{RecordQuery, RequestRecord, Seconds};
use uuid::Uuid;

use super::find;
use crate::explain::{ExplainError, store_lookup::StoreLookup};

/// The maximum number of steps of a sign-in flow that are shown.
const STEPS_MAX: u32 = 50;
/// The maximum number of adjacent requests that are shown, each of the client and of the user.
const ADJACENT_MAX: u32 = 5;
/// The maximum distance in time of an adjacent request.
const ADJACENT_TIME: Seconds = Seconds::minutes(10);

/// The requests that belong to one request or happened around it.
#[derive(Default)]
pub(super) struct RelatedRequests {
    /// The steps of the same sign-in flow and the uses of the same grant.
    pub(super) timeline: Vec<RequestRecord>,
    /// The other requests of the same user or client at about the same time.
    pub(super) adjacent: Vec<RequestRecord>,
}

impl RelatedRequests {
    /// Loads the related requests of a record.
    pub(super) async fn load(
        record: &RequestRecord,
        lookup: &StoreLookup,
    ) -> Result<Self, ExplainError> {
        let nearby = || RecordQuery {
            from: Some(record.at - ADJACENT_TIME),
            until: Some(record.at + ADJACENT_TIME),
            limit: ADJACENT_MAX,
            ..RecordQuery::default()
        };
        let mut related = Self::default();
        if record.flow_id.is_some() {
            let query =
                RecordQuery { flow_id: record.flow_id, limit: STEPS_MAX, ..RecordQuery::default() };
            related.timeline.extend(find(lookup, query).await?);
        }
        // The record that issues a code belongs to the sign-in flow and to the grant.
        let grant = record.grant.or_else(|| related.timeline.iter().find_map(|step| step.grant));
        if grant.is_some() {
            let query = RecordQuery { grant, limit: STEPS_MAX, ..RecordQuery::default() };
            related.timeline.extend(find(lookup, query).await?);
        }
        let flow = related.timeline.iter().find_map(|step| step.flow_id);
        if record.flow_id.is_none() && flow.is_some() {
            let query = RecordQuery { flow_id: flow, limit: STEPS_MAX, ..RecordQuery::default() };
            related.timeline.extend(find(lookup, query).await?);
        }
        if record.user.is_some() {
            let query = RecordQuery { user: record.user, ..nearby() };
            related.adjacent.extend(find(lookup, query).await?);
        }
        if record.client.is_some() {
            let client = record.client.clone();
            let query = RecordQuery { tenant: record.tenant, client, ..nearby() };
            related.adjacent.extend(find(lookup, query).await?);
        }
        sort_and_deduplicate(&mut related.timeline);
        sort_and_deduplicate(&mut related.adjacent);
        let steps: Vec<Uuid> = related.timeline.iter().map(|step| step.trace_id).collect();
        related.adjacent.retain(|adjacent| {
            adjacent.trace_id != record.trace_id && !steps.contains(&adjacent.trace_id)
        });
        Ok(related)
    }
}

fn sort_and_deduplicate(records: &mut Vec<RequestRecord>) {
    records.sort_by_key(|record| (record.at, record.trace_id));
    records.dedup_by_key(|record| record.trace_id);
}
