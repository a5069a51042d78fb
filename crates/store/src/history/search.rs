//! Which records are those that are asked for.

use model::{Place, Record, Search};

/// Whether a record is one of those that are asked for.
pub(super) fn fits(record: &Record, search: &Search) -> bool {
    let claimed = |client: &str| {
        record.client.as_deref() == Some(client)
            || record.owner.as_ref().is_some_and(|owner| owner.as_str() == client)
    };
    is(search.tenant, record.tenant)
        && is(search.trace_id, Some(record.trace_id))
        && is(search.correlation_id, Some(record.correlation_id))
        && is(search.user, record.user)
        && is(search.number, record.number)
        && is(search.flow, record.flow)
        && is(search.grant, record.grant)
        && is(search.owner.as_ref(), record.owner.as_ref())
        && search.client.as_deref().is_none_or(claimed)
        && (!search.failed_only || record.number.is_some())
        && search.from.is_none_or(|from| record.at >= from)
        && search.until.is_none_or(|until| record.at < until)
        && search.after.is_none_or(|after| place(record) < after)
}

/// Where a record stands among others, which are listed from the last place to the first.
pub(super) fn place(record: &Record) -> Place {
    (record.at, record.trace_id)
}

/// Whether a value is the one that is asked for, if one is.
pub(super) fn is<T: PartialEq + Copy>(asked: Option<T>, found: Option<T>) -> bool {
    asked.is_none() || asked == found
}
