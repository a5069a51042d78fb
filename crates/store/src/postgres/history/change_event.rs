//! Change events on PostgreSQL.

use std::{collections::HashMap, slice::from_ref};

use model::{ChangeEvent, Fault, RetentionLimits, TenantId, Timestamp, UserId};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{statements as sql, totals::tenant_key, transaction::LongTransaction};
use crate::{
    history::excess::EVENTS_MAX,
    postgres::{
        column::{get, json, to_bigint, to_json},
        database::Database,
    },
    sql::history as shared,
};

/// The number of events that one statement inserts.
const INSERTED_AT_ONCE: usize = 1_000;

/// Inserts events. One that is folded adds its number to the earlier one of its hour.
pub(super) async fn insert(database: &Database, events: Vec<ChangeEvent>) -> Result<(), Fault> {
    let events = fold(events);
    let transaction = LongTransaction::durable(database).await?;
    for events in events.chunks(INSERTED_AT_ONCE) {
        insert_some(&transaction, events).await?;
    }
    transaction.commit().await
}

/// Adds up the events with one key: a statement changes a row only once. Events that are not folded
/// stay in their order. The others are sorted by their key, so that transactions that change the
/// same rows wait for each other in one direction only.
fn fold(events: Vec<ChangeEvent>) -> Vec<(Option<String>, ChangeEvent)> {
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut folded: Vec<(Option<String>, ChangeEvent)> = Vec::new();
    for event in events {
        let key = event.fold_key();
        let earlier = key.as_ref().and_then(|key| positions.get(key));
        if let Some((_, earlier)) = earlier.and_then(|position| folded.get_mut(*position)) {
            earlier.fold(&event);
            continue;
        }
        if let Some(key) = &key {
            positions.insert(key.clone(), folded.len());
        }
        folded.push((key, event));
    }
    folded.sort_by(|(one, _), (other, _)| one.cmp(other));
    folded
}

async fn insert_some(
    transaction: &LongTransaction<'_>,
    events: &[(Option<String>, ChangeEvent)],
) -> Result<(), Fault> {
    let times: Vec<i64> = events.iter().map(|(_, event)| event.at.microseconds()).collect();
    let tenants: Vec<Uuid> = events.iter().map(|(_, event)| tenant_key(event.tenant)).collect();
    let kinds: Vec<&str> = events.iter().map(|(_, event)| &*event.kind).collect();
    let users: Vec<Option<Uuid>> =
        events.iter().map(|(_, event)| event.user.map(UserId::uuid)).collect();
    let keys: Vec<Option<&[u8]>> =
        events.iter().map(|(key, _)| key.as_deref().map(str::as_bytes)).collect();
    let number = |event: &ChangeEvent| to_bigint(event.detail.parse().unwrap_or(1));
    let numbers: Vec<Option<i64>> =
        events.iter().map(|(key, event)| key.is_some().then(|| number(event))).collect();
    let documents: Vec<String> =
        events.iter().map(|(_, event)| to_json(event)).collect::<Result<_, _>>()?;
    let rows = [
        (&times as _, Type::INT8_ARRAY),
        (&tenants as _, Type::UUID_ARRAY),
        (&kinds as _, Type::TEXT_ARRAY),
        (&keys as _, Type::BYTEA_ARRAY),
        (&numbers as _, Type::INT8_ARRAY),
        (&documents as _, Type::TEXT_ARRAY),
        (&users as _, Type::UUID_ARRAY),
    ];
    transaction.execute(sql::INSERT_EVENTS, &rows).await.map(drop)
}

/// Returns the newest events of a time range, newest first.
pub(super) async fn find(
    database: &Database,
    tenant: Option<TenantId>,
    (from, until): (Timestamp, Timestamp),
    limit: u32,
) -> Result<Vec<ChangeEvent>, Fault> {
    let (from, until, limit) = (from.microseconds(), until.microseconds(), i64::from(limit));
    let (from, until) = ((&from as _, Type::INT8), (&until as _, Type::INT8));
    let limit = (&limit as _, Type::INT8);
    let rows = if let Some(tenant) = tenant {
        let (tenant, installation) = (tenant.uuid(), tenant_key(None));
        let tenants = [(&tenant as _, Type::UUID), (&installation as _, Type::UUID)];
        let [tenant, installation] = tenants;
        let conditions = [from, until, tenant, installation, limit];
        database.query(sql::TENANT_EVENTS, &conditions).await?
    } else {
        database.query(sql::EVENTS, &[from, until, limit]).await?
    };
    rows.iter().map(read).collect()
}

/// Returns the newest events about a user, newest first.
pub(super) async fn find_of_user(
    database: &Database,
    (tenant, user): (TenantId, UserId),
    (from, until): (Timestamp, Timestamp),
    limit: u32,
) -> Result<Vec<ChangeEvent>, Fault> {
    let (tenant, user, limit) = (tenant.uuid(), user.uuid(), i64::from(limit));
    let (from, until) = (from.microseconds(), until.microseconds());
    let conditions = [
        (&tenant as _, Type::UUID),
        (&user as _, Type::UUID),
        (&from as _, Type::INT8),
        (&until as _, Type::INT8),
        (&limit as _, Type::INT8),
    ];
    let rows = database.query(sql::USER_EVENTS, &conditions).await?;
    rows.iter().map(read).collect()
}

/// Returns the newest event of a kind.
pub(super) async fn last(database: &Database, kind: &str) -> Result<Option<ChangeEvent>, Fault> {
    let row = database.query_first(sql::LAST_EVENT, &[(&kind, Type::TEXT)]).await?;
    row.as_ref().map(read).transpose()
}

/// Deletes some of the events that are too old or too many, but never the newest one of a kind that
/// is kept. Returns their number.
pub(super) async fn delete_excess(
    transaction: &LongTransaction<'_>,
    before: i64,
) -> Result<u64, Fault> {
    let kinds: &[&str] = &ChangeEvent::KEPT;
    let kept = transaction.query(sql::NEWEST_EVENTS, &[(&kinds, Type::TEXT_ARRAY)]).await?;
    let kept: Vec<i64> = kept.iter().map(|row| get(row, 0)).collect::<Result<_, _>>()?;
    let limit = i64::from(EVENTS_MAX);
    let conditions =
        [(&before as _, Type::INT8), (&kept as _, Type::INT8_ARRAY), (&limit as _, Type::INT8)];
    let old = transaction.execute(sql::DELETE_OLD_EVENTS, &conditions).await?;
    Ok(old + delete_of_largest(transaction, &kept).await?)
}

/// Deletes some of the events over [`RetentionLimits::EVENTS_MAX`]: of the tenant with most, those
/// of the kind with most. Returns their number.
async fn delete_of_largest(transaction: &LongTransaction<'_>, kept: &[i64]) -> Result<u64, Fault> {
    let count: i64 = get(&transaction.query_one(shared::COUNT_EVENTS, &[]).await?, 0)?;
    let excess = (count - i64::from(RetentionLimits::EVENTS_MAX)).min(EVENTS_MAX.into());
    if excess <= 0 {
        return Ok(0);
    }
    let largest = transaction.query_one(shared::TENANT_WITH_MOST_EVENTS, &[]).await?;
    let tenant: Uuid = get(&largest, 0)?;
    let tenant = (&tenant as _, Type::UUID);
    let largest = transaction.query_one(shared::KIND_WITH_MOST_EVENTS, from_ref(&tenant)).await?;
    let kind: &str = get(&largest, 0)?;
    let conditions = [
        tenant,
        (&kind as _, Type::TEXT),
        (&kept as _, Type::INT8_ARRAY),
        (&excess as _, Type::INT8),
    ];
    transaction.execute(sql::DELETE_EVENTS_OF, &conditions).await
}

/// Reads the columns `document` and `folded`.
fn read(row: &Row) -> Result<ChangeEvent, Fault> {
    let mut event: ChangeEvent = json(row, 0)?;
    if let Some(number) = get::<Option<i64>>(row, 1)? {
        event.detail = number.to_string();
    }
    Ok(event)
}
