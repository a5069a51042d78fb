//! What belongs to a request: the sign-in that it is a step of, and its neighbours in time.

use std::collections::{BTreeMap, BTreeSet};

use model::{Fault, GrantId, Record, Search, Seconds, Timestamp};
use uuid::Uuid;

use super::book::Book;

/// Steps of a timeline that are shown.
const STEPS_MAX: usize = 60;
/// Records that one search adds to a timeline at most.
const FOUND_MAX: u32 = 200;
/// Sign-ins and grants that a timeline goes through at most.
const LINKS_MAX: usize = 12;
/// A correlation id links what lies so close together: some clients never change theirs.
const CORRELATED: Seconds = Seconds::hours(1);
/// Neighbours on each side.
const NEIGHBOURS: usize = 10;
/// How far ahead the nearest later ones are looked for, in turn, before all are.
const AHEAD: [Seconds; 6] = [
    Seconds::new(10),
    Seconds::minutes(1),
    Seconds::minutes(10),
    Seconds::hours(1),
    Seconds::hours(8),
    Seconds::days(3),
];

/// The sign-in that a request is a step of.
pub(super) struct Timeline {
    /// Its requests, in order.
    pub(super) records: Vec<Record>,
    /// There are more.
    pub(super) cut: bool,
}

#[derive(Default)]
struct Gathered {
    records: BTreeMap<(Timestamp, Uuid), Record>,
    flows: BTreeSet<[u8; 16]>,
    grants: BTreeSet<GrantId>,
    /// Conditions that are still to be looked for.
    waiting: Vec<Search>,
    full: bool,
}

/// Follows a request from its sign-in to its grant and back, until nothing new is found.
pub(super) async fn timeline(book: &Book<'_>, present: &Record) -> Result<Timeline, Fault> {
    let mut gathered = Gathered::default();
    gathered.waiting.push(Search {
        correlation_id: Some(present.correlation_id),
        from: Some(present.at - CORRELATED),
        until: Some(present.at + CORRELATED),
        ..Search::default()
    });
    gathered.take(present.clone());
    while let Some(search) = gathered.waiting.pop() {
        let found = book.find(Search { limit: FOUND_MAX, ..search }).await?;
        gathered.full |= u32::try_from(found.len()).is_ok_and(|found| found == FOUND_MAX);
        for record in found {
            gathered.take(record);
        }
    }
    Ok(gathered.nearest(present))
}

impl Gathered {
    fn take(&mut self, record: Record) {
        let links = self.flows.len() + self.grants.len();
        if let Some(flow) = record.flow
            && links < LINKS_MAX
            && self.flows.insert(flow)
        {
            self.waiting.push(Search { flow: Some(flow), ..Search::default() });
        }
        if let Some(grant) = record.grant
            && links < LINKS_MAX
            && self.grants.insert(grant)
        {
            self.waiting.push(Search { grant: Some(grant), ..Search::default() });
        }
        self.records.insert((record.at, record.trace_id), record);
    }

    /// As many as are shown, around the present one.
    fn nearest(self, present: &Record) -> Timeline {
        let place = self.records.keys().position(|(_, id)| *id == present.trace_id);
        let from = place.unwrap_or_default().saturating_sub(STEPS_MAX / 2);
        let from = from.min(self.records.len().saturating_sub(STEPS_MAX));
        let cut = self.full || self.records.len() > STEPS_MAX;
        let records = self.records.into_values().skip(from).take(STEPS_MAX).collect();
        Timeline { records, cut }
    }
}

/// The nearest requests before and after one that fit a search, and itself; the newest first.
pub(super) async fn neighbours(
    book: &Book<'_>,
    search: Search,
    present: &Record,
) -> Result<Vec<Record>, Fault> {
    let limit = u32::try_from(NEIGHBOURS).unwrap_or(u32::MAX);
    let mut all = after(book, &search, present).await?;
    all.push(present.clone());
    let before = Search { until: Some(present.at), limit, ..search };
    all.extend(book.find(before).await?);
    Ok(all)
}

/// The nearest later ones. A search gives the newest that fit, so that the nearest are found by
/// looking ahead only as far as there are enough.
async fn after(book: &Book<'_>, search: &Search, present: &Record) -> Result<Vec<Record>, Fault> {
    let from = Timestamp::from_microseconds(present.at.microseconds().saturating_add(1));
    let ahead = |until: Option<Timestamp>, limit| {
        let search = search.clone();
        book.find(Search { from: Some(from), until, limit, ..search })
    };
    let few = u32::try_from(NEIGHBOURS + 1).unwrap_or(u32::MAX);
    let mut found = ahead(None, few).await?;
    if found.len() > NEIGHBOURS {
        for span in AHEAD {
            let near = ahead(Some(from + span), FOUND_MAX).await?;
            if near.len() >= NEIGHBOURS {
                found = near;
                break;
            }
        }
    }
    let beyond = found.len().saturating_sub(NEIGHBOURS);
    Ok(found.split_off(beyond))
}

/// The longest units of a span, in whole numbers: days, hours, minutes, seconds.
pub(super) fn units(span: Seconds) -> [i64; 4] {
    let seconds = span.get().max(0);
    [seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60]
}
