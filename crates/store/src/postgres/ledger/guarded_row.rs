//! The row that a guarded change decides on, and the last attempt to write it.

use model::{
    Change, Digest, FailedSignIns, Fault, GrantId, PushedRequestId, SessionId, TenantId, UsedValue,
};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{
    Shared,
    partition::{Parent, day_of},
    row::uuid,
    statement,
};
use crate::{
    change_order::kind_name,
    postgres::{column::get, database::Parameter},
};

/// The row that a guarded change decides on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum GuardedRow {
    /// A grant.
    Grant(TenantId, GrantId),
    /// A session.
    Session(TenantId, SessionId),
    /// A used value, with its day.
    UsedValue(i32, TenantId, &'static str, Digest),
    /// A pushed request.
    PushedRequest(TenantId, PushedRequestId),
    /// A counter of failed sign-ins.
    FailedSignIns(TenantId, Digest),
    /// The row of the ledger itself.
    State,
}

impl GuardedRow {
    /// Returns the row of a change. `None` if the change is not guarded.
    pub(super) fn of(change: &Change) -> Option<Self> {
        Some(match change {
            Change::OpenGrant(grant) => Self::Grant(grant.tenant, grant.id),
            Change::RotateGrant { tenant, grant, .. } => Self::Grant(*tenant, *grant),
            Change::MarkUsed(UsedValue { tenant, kind, digest, expires_at }) => {
                Self::UsedValue(day_of(*expires_at), *tenant, kind_name(*kind), *digest)
            }
            Change::PushRequest(request) => Self::PushedRequest(request.tenant, request.id),
            Change::OpenSession(session) => Self::Session(session.tenant, session.id),
            Change::CountFailedSignIns { failed_sign_ins, .. } => {
                let FailedSignIns { tenant, key, .. } = failed_sign_ins;
                Self::FailedSignIns(*tenant, *key)
            }
            Change::IdentifyLedger { .. } => Self::State,
            Change::RevokeGrant { .. }
            | Change::AddSessionGrant(_)
            | Change::ExtendSession { .. }
            | Change::EndSession { .. }
            | Change::ClearFailedSignIns { .. }
            | Change::RaiseLedgerState { .. } => return None,
        })
    }

    /// Reads which attempt wrote the row last. `None` if there is no row.
    pub(super) async fn last_attempt(&self, shared: &Shared) -> Result<Option<Uuid>, Fault> {
        let database = &shared.database;
        let found = match self {
            Self::Grant(tenant, id) => {
                let (week, tenant, id) = (id.week(), tenant.uuid(), uuid(id.into_bytes()));
                let key = by_week(&week, &tenant, &id);
                shared.find(statement::ATTEMPT_BY_WEEK, (Parent::Grants, week), &key).await?
            }
            Self::Session(tenant, id) => {
                let (week, tenant, id) = (id.week(), tenant.uuid(), uuid(id.into_bytes()));
                let key = by_week(&week, &tenant, &id);
                shared.find(statement::ATTEMPT_BY_WEEK, (Parent::Sessions, week), &key).await?
            }
            Self::UsedValue(day, tenant, kind, digest) => {
                let (tenant, digest) = (tenant.uuid(), &digest[..]);
                let key: [Parameter<'_>; 4] = [
                    (day, Type::INT4),
                    (&tenant, Type::UUID),
                    (kind, Type::TEXT),
                    (&digest, Type::BYTEA),
                ];
                let partition = (Parent::UsedValues, *day);
                shared.find(statement::USED_VALUE_ATTEMPT, partition, &key).await?
            }
            Self::PushedRequest(tenant, id) => {
                let (tenant, id) = (tenant.uuid(), uuid(id.into_bytes()));
                let key: [Parameter<'_>; 2] = [(&tenant, Type::UUID), (&id, Type::UUID)];
                database.query_first(statement::PUSHED_REQUEST_ATTEMPT, &key).await?
            }
            Self::FailedSignIns(tenant, digest) => {
                let (tenant, digest) = (tenant.uuid(), &digest[..]);
                let key: [Parameter<'_>; 2] = [(&tenant, Type::UUID), (&digest, Type::BYTEA)];
                database.query_first(statement::COUNT_ATTEMPT, &key).await?
            }
            Self::State => database.query_first(statement::STATE_ATTEMPT, &[]).await?,
        };
        Ok(found.map(|row| get::<Option<Uuid>>(&row, 0)).transpose()?.flatten())
    }
}

fn by_week<'a>(week: &'a i32, tenant: &'a Uuid, id: &'a Uuid) -> [Parameter<'a>; 3] {
    [(week, Type::INT4), (tenant, Type::UUID), (id, Type::UUID)]
}
