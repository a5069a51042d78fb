//! The changes of many decisions, as one statement for each kind and table.

use std::collections::BTreeMap;

use model::{
    Change, FailedSignIns, Fault, Grant, GrantId, LedgerId, PushedRequest, Session, SessionGrant,
    TenantId, Timestamp, UsedValue,
};
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::{
    column_values::{Column, Value},
    partition::{Parent, Partition, day_of},
    row::uuid,
    statement,
};
use crate::{
    change_order::{kind_name, next_generation},
    grant_terms::{self, reason_name},
    postgres::column::{damaged, to_bigint, to_json},
};

/// A statement with one row of values for each change.
pub(super) struct Batch {
    /// The text, with `{table}` in the place of the table if there is a partition.
    pub(super) statement: &'static str,
    /// The partition that has the rows.
    pub(super) partition: Option<Partition>,
    columns: Vec<Column>,
}

impl Batch {
    /// Returns the parameters: an array for each column.
    pub(super) fn parameters(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        self.columns.iter().map(Column::parameter).collect()
    }
}

/// Returns the statements for changes, each with the attempt of its decision, and whether all
/// changes are in them: a grant with the largest generation is never rotated.
pub(super) fn batches<'a>(
    changes: impl Iterator<Item = (Uuid, &'a Change)>,
) -> Result<Vec<Batch>, Fault> {
    let mut batches: BTreeMap<(&'static str, Option<Partition>), Vec<Column>> = BTreeMap::new();
    for (attempt, change) in changes {
        let Some(row) = row(change, attempt)? else { continue };
        let columns = batches.entry((row.statement, row.partition)).or_default();
        if columns.is_empty() {
            columns.extend(row.values.iter().map(Value::column));
        }
        for (column, value) in columns.iter_mut().zip(row.values) {
            column.push(value)?;
        }
    }
    let batch = |((statement, partition), columns)| Batch { statement, partition, columns };
    Ok(batches.into_iter().map(batch).collect())
}

/// The values of one change.
struct Row {
    statement: &'static str,
    partition: Option<Partition>,
    values: Vec<Value>,
}

/// Returns the values of a change. `None` if it cannot be applied.
fn row(change: &Change, attempt: Uuid) -> Result<Option<Row>, Fault> {
    let row = match change {
        Change::OpenGrant(grant) => open_grant(grant, attempt)?,
        Change::RotateGrant { generation, .. } if next_generation(*generation).is_none() => {
            return Ok(None);
        }
        Change::RotateGrant { tenant, grant, generation, at } => {
            rotate_grant((*tenant, *grant), *generation, *at, attempt)
        }
        Change::RevokeGrant { tenant, grant, revocation } => {
            let (week, id) = (grant.week(), uuid(grant.into_bytes()));
            let reason = reason_name(revocation.reason);
            let values = vec![
                week.into(),
                tenant.uuid().into(),
                id.into(),
                revocation.at.into(),
                reason.into(),
            ];
            Row::of(statement::REVOKE_GRANTS, (Parent::Grants, week), values)
        }
        Change::AddSessionGrant(grant) => add_session_grant(grant),
        Change::MarkUsed(value) => mark_used(value, attempt),
        Change::PushRequest(request) => push_request(request, attempt),
        Change::OpenSession(session) => open_session(session, attempt)?,
        Change::ExtendSession { tenant, session, expires_at, persistent } => {
            let (week, id) = (session.week(), uuid(session.into_bytes()));
            let (expires_at, persistent) = ((*expires_at).into(), (*persistent).into());
            let values = vec![week.into(), tenant.uuid().into(), id.into(), expires_at, persistent];
            Row::of(statement::EXTEND_SESSIONS, (Parent::Sessions, week), values)
        }
        Change::EndSession { tenant, session, at } => {
            let (week, id) = (session.week(), uuid(session.into_bytes()));
            let values = vec![week.into(), tenant.uuid().into(), id.into(), (*at).into()];
            Row::of(statement::END_SESSIONS, (Parent::Sessions, week), values)
        }
        Change::CountFailedSignIns { before, failed_sign_ins } => {
            count(before.as_ref(), failed_sign_ins, attempt)
        }
        Change::ClearFailedSignIns { tenant, key } => Row::without_partition(
            statement::CLEAR_COUNTS,
            vec![tenant.uuid().into(), key[..].into()],
        ),
        Change::IdentifyLedger { before, identity } => {
            let before = Value::Uuid(before.map(LedgerId::uuid));
            let (id, created_at) = (identity.id.uuid().into(), identity.created_at.into());
            let values = vec![before, id, created_at, attempt.into()];
            Row::without_partition(statement::IDENTIFY, values)
        }
        Change::RaiseLedgerState { high_water, directory_generation } => {
            let generation = Value::Bigint(Some(to_bigint(*directory_generation)));
            Row::without_partition(statement::RAISE_STATE, vec![(*high_water).into(), generation])
        }
    };
    Ok(Some(row))
}

impl Row {
    const fn of(statement: &'static str, partition: Partition, values: Vec<Value>) -> Self {
        Self { statement, partition: Some(partition), values }
    }

    const fn without_partition(statement: &'static str, values: Vec<Value>) -> Self {
        Self { statement, partition: None, values }
    }
}

fn open_grant(grant: &Grant, attempt: Uuid) -> Result<Row, Fault> {
    let (week, id) = (grant.id.week(), uuid(grant.id.into_bytes()));
    let terms = grant_terms::encode(grant).map_err(|error| damaged(&error.to_string()))?;
    let revoked = grant.revoked;
    let values = vec![
        week.into(),
        grant.tenant.uuid().into(),
        id.into(),
        grant.expires_at.into(),
        grant.generation.into(),
        grant.rotated_at.into(),
        revoked.map(|revocation| revocation.at).into(),
        Value::Text(revoked.map(|revocation| reason_name(revocation.reason).to_owned())),
        Value::Bytes(terms),
        attempt.into(),
    ];
    Ok(Row::of(statement::OPEN_GRANTS, (Parent::Grants, week), values))
}

fn rotate_grant(
    (tenant, grant): (TenantId, GrantId),
    generation: u32,
    at: Timestamp,
    attempt: Uuid,
) -> Row {
    let (week, id) = (grant.week(), uuid(grant.into_bytes()));
    let values = vec![
        week.into(),
        tenant.uuid().into(),
        id.into(),
        generation.into(),
        at.into(),
        attempt.into(),
    ];
    Row::of(statement::ROTATE_GRANTS, (Parent::Grants, week), values)
}

fn open_session(session: &Session, attempt: Uuid) -> Result<Row, Fault> {
    let (week, id) = (session.id.week(), uuid(session.id.into_bytes()));
    let values = vec![
        week.into(),
        session.tenant.uuid().into(),
        id.into(),
        session.user.uuid().into(),
        session.auth_time.into(),
        Value::Text(Some(to_json(&session.amr)?)),
        session.expires_at.into(),
        session.persistent.into(),
        session.ended_at.into(),
        Value::Uuid(session.replaces.map(|id| uuid(id.into_bytes()))),
        Value::Text(session.origin.as_ref().map(to_json).transpose()?),
        attempt.into(),
    ];
    Ok(Row::of(statement::OPEN_SESSIONS, (Parent::Sessions, week), values))
}

fn add_session_grant(grant: &SessionGrant) -> Row {
    let SessionGrant { tenant, user, session, grant, client, offline, expires_at } = grant;
    let values = vec![
        tenant.uuid().into(),
        user.uuid().into(),
        uuid(session.into_bytes()).into(),
        uuid(grant.into_bytes()).into(),
        client.as_str().into(),
        (*offline).into(),
        (*expires_at).into(),
    ];
    Row::without_partition(statement::ADD_SESSION_GRANTS, values)
}

fn mark_used(value: &UsedValue, attempt: Uuid) -> Row {
    let UsedValue { tenant, kind, digest, expires_at } = value;
    let day = day_of(*expires_at);
    let (kind, digest) = (kind_name(*kind).into(), digest[..].into());
    let values =
        vec![day.into(), tenant.uuid().into(), kind, digest, (*expires_at).into(), attempt.into()];
    Row::of(statement::MARK_USED, (Parent::UsedValues, day), values)
}

fn push_request(request: &PushedRequest, attempt: Uuid) -> Row {
    let PushedRequest { tenant, id, client, parameters, expires_at } = request;
    let values = vec![
        tenant.uuid().into(),
        uuid(id.into_bytes()).into(),
        client.as_str().into(),
        parameters.as_str().into(),
        (*expires_at).into(),
        attempt.into(),
    ];
    Row::without_partition(statement::PUSH_REQUESTS, values)
}

fn count(before: Option<&FailedSignIns>, after: &FailedSignIns, attempt: Uuid) -> Row {
    let FailedSignIns { tenant, key, count, last_failed_at, expires_at } = after;
    let mut values = vec![
        tenant.uuid().into(),
        key[..].into(),
        (*count).into(),
        (*last_failed_at).into(),
        (*expires_at).into(),
        attempt.into(),
    ];
    let Some(before) = before else {
        return Row::without_partition(statement::COUNT_FIRST, values);
    };
    values.push(before.count.into());
    values.push(before.last_failed_at.into());
    Row::without_partition(statement::COUNT_MORE, values)
}
