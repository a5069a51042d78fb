//! Searches for change events in memory, and the removal of those over the limit.

use std::collections::BTreeMap;

use model::{ChangeEvent, TenantId, Timestamp};

/// Returns the newest events of a half-open range that match, newest first.
pub(super) fn newest_of(
    events: &[ChangeEvent],
    (from, until): (Timestamp, Timestamp),
    limit: u32,
    matches: impl Fn(&ChangeEvent) -> bool,
) -> Vec<ChangeEvent> {
    let is_found = |event: &&ChangeEvent| (from..until).contains(&event.at) && matches(event);
    let mut found: Vec<ChangeEvent> = events.iter().rev().filter(is_found).cloned().collect();
    found.sort_by_key(|event| std::cmp::Reverse(event.at));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    found
}

/// Adds the number of an event to the earlier one of its hour, or stores it.
pub(super) fn fold_or_push(stored: &mut Vec<ChangeEvent>, event: ChangeEvent) {
    let key = event.fold_key();
    let earlier = key.and_then(|key| {
        stored.iter_mut().find(|other| other.fold_key().as_deref() == Some(key.as_str()))
    });
    match earlier {
        Some(earlier) => earlier.fold(&event),
        None => stored.push(event),
    }
}

/// Removes the oldest event of the tenant with most of them, of its kind with most.
pub(super) fn remove_event_of_largest(
    events: &mut Vec<ChangeEvent>,
    is_kept: impl Fn(&ChangeEvent) -> bool,
) {
    let mut counts: BTreeMap<Option<TenantId>, usize> = BTreeMap::new();
    for event in events.iter() {
        *counts.entry(event.tenant).or_default() += 1;
    }
    let largest = counts.into_iter().max_by_key(|(_, count)| *count).map(|(tenant, _)| tenant);
    let of_tenant = |event: &&ChangeEvent| Some(event.tenant) == largest;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events.iter().filter(of_tenant) {
        *kinds.entry(&event.kind).or_default() += 1;
    }
    let kind = kinds.into_iter().rev().max_by_key(|(_, count)| *count);
    let kind = kind.map(|(kind, _)| kind.to_owned()).unwrap_or_default();
    let of_largest = events
        .iter()
        .enumerate()
        .filter(|(_, event)| of_tenant(event) && event.kind == kind && !is_kept(event));
    if let Some((position, _)) = of_largest.min_by_key(|(_, event)| event.at) {
        events.remove(position);
    }
}

/// Returns the newest event of a kind.
pub(super) fn newest<'a>(events: &'a [ChangeEvent], kind: &str) -> Option<&'a ChangeEvent> {
    events.iter().filter(|event| event.kind == kind).max_by_key(|event| event.at)
}
