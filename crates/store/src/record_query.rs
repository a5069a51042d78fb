//! Matching of request records against a query, for every backend.

use model::{Cursor, RecordQuery, RequestRecord};

/// Returns whether a record matches a query.
pub(crate) fn matches(record: &RequestRecord, query: &RecordQuery) -> bool {
    let is_of_client = |client: &str| {
        record.client.as_deref() == Some(client)
            || record.attributed_client.as_ref().is_some_and(|id| id.as_str() == client)
    };
    is_or_unset(query.tenant, record.tenant)
        && is_or_unset(query.trace_id, Some(record.trace_id))
        && is_or_unset(query.correlation_id, Some(record.correlation_id))
        && is_or_unset(query.user, record.user)
        && is_or_unset(query.username_digest, username_digest(record))
        && is_or_unset(query.number, record.number)
        && is_or_unset(query.flow_id, record.flow_id)
        && is_or_unset(query.grant, record.grant)
        && is_or_unset(query.attributed_client.as_ref(), record.attributed_client.as_ref())
        && query.client.as_deref().is_none_or(is_of_client)
        && (!query.failed_only || record.number.is_some())
        && (query.outcomes.is_empty() || query.outcomes.contains(&&*record.outcome))
        && query.from.is_none_or(|from| record.at >= from)
        && query.until.is_none_or(|until| record.at < until)
        && query.after.is_none_or(|after| cursor(record) < after)
}

/// Returns the digest of the typed user name, if no user has it.
pub(crate) fn username_digest(record: &RequestRecord) -> Option<[u8; 16]> {
    Some(record.refusal_details.as_ref()?.typed_username.as_ref()?.digest)
}

/// Returns the position of a record in a list of the newest first.
pub(crate) fn cursor(record: &RequestRecord) -> Cursor {
    (record.at, record.trace_id)
}

/// Returns whether a condition is not set or equals the value.
pub(crate) fn is_or_unset<T: PartialEq + Copy>(condition: Option<T>, value: Option<T>) -> bool {
    condition.is_none() || condition == value
}
