//! Deliveries of logout tokens on PostgreSQL.

use model::{
    Channel, ClientId, Delivery, Fault, LogoutLimits, TenantId, Timestamp, WaitingDeliveries,
};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::statements as sql;
use crate::{
    postgres::{
        column::{damaged, get, json, optional_time, to_json, unsigned},
        database::{Database, DatabaseError, Transaction},
    },
    sql::history as shared,
};

/// Inserts deliveries, apart from those above a limit. Returns those that were left out.
pub(super) async fn add(
    database: &Database,
    tenant: TenantId,
    deliveries: &[Delivery],
    limits: LogoutLimits,
) -> Result<Vec<Delivery>, Fault> {
    database
        .in_time(async {
            let transaction = database.begin().await?;
            let tenant = tenant.uuid();
            let of_tenant = [(&tenant as _, Type::UUID)];
            let rows = transaction.query(shared::COUNT_LOGOUTS, &of_tenant).await?;
            let waiting = rows.iter().map(waiting_of_client).collect::<Result<_, Fault>>()?;
            let (within, left_out) = limits.divide(deliveries, waiting);
            insert(&transaction, tenant, &within).await?;
            transaction.commit().await?;
            Ok(left_out)
        })
        .await
}

fn waiting_of_client(row: &Row) -> Result<(ClientId, u32), Fault> {
    let client = ClientId::new(get(row, 0)?).ok_or_else(|| damaged("not a client_id"))?;
    Ok((client, unsigned(row, 1)?))
}

async fn insert(
    transaction: &Transaction,
    tenant: Uuid,
    deliveries: &[Delivery],
) -> Result<(), DatabaseError> {
    let ids: Vec<Uuid> = deliveries.iter().map(|delivery| delivery.id).collect();
    let tenants = vec![tenant; deliveries.len()];
    let client = |delivery: &Delivery| match &delivery.channel {
        Channel::Logout(notice) => notice.client.as_str().to_owned(),
        Channel::Mail(_) | Channel::Webhook => String::new(),
    };
    let clients: Vec<String> = deliveries.iter().map(client).collect();
    let due: Vec<i64> = deliveries.iter().map(|delivery| delivery.due_at.microseconds()).collect();
    let attempts: Vec<i64> =
        deliveries.iter().map(|delivery| i64::from(delivery.attempts)).collect();
    let created: Vec<i64> =
        deliveries.iter().map(|delivery| delivery.created_at.microseconds()).collect();
    let documents: Vec<String> = deliveries.iter().map(to_json).collect::<Result<_, _>>()?;
    let rows = [
        (&ids as _, Type::UUID_ARRAY),
        (&tenants as _, Type::UUID_ARRAY),
        (&clients as _, Type::TEXT_ARRAY),
        (&due as _, Type::INT8_ARRAY),
        (&attempts as _, Type::INT8_ARRAY),
        (&created as _, Type::INT8_ARRAY),
        (&documents as _, Type::TEXT_ARRAY),
    ];
    transaction.execute(sql::INSERT_LOGOUTS, &rows).await.map(drop)
}

/// Leases due deliveries, in the order of their due times.
pub(super) async fn lease(
    database: &Database,
    now: Timestamp,
    leased_until: Timestamp,
    limit: u32,
) -> Result<Vec<Delivery>, Fault> {
    let conditions = [
        (&now.microseconds() as _, Type::INT8),
        (&i64::from(limit) as _, Type::INT8),
        (&leased_until.microseconds() as _, Type::INT8),
    ];
    let mut leased: Vec<(i64, Delivery)> = Vec::new();
    for row in database.query_for_write(sql::LEASE_LOGOUTS, &conditions).await? {
        let attempts = unsigned(&row, 1)?;
        let delivery = Delivery { due_at: leased_until, attempts, ..json(&row, 2)? };
        leased.push((get(&row, 0)?, delivery));
    }
    leased.sort_by_key(|(was_due_at, delivery)| (*was_due_at, delivery.id));
    Ok(leased.into_iter().map(|(_, delivery)| delivery).collect())
}

/// Counts the deliveries that are not completed.
pub(super) async fn queue(database: &Database) -> Result<WaitingDeliveries, Fault> {
    let row = database.query_first(sql::LOGOUT_QUEUE, &[]).await?;
    let Some(row) = row else { return Ok(WaitingDeliveries::default()) };
    Ok(WaitingDeliveries { waiting: unsigned(&row, 0)?, oldest_at: optional_time(&row, 1)? })
}

/// Sets when a delivery is due next, and how many attempts it has had.
pub(super) async fn reschedule(
    database: &Database,
    delivery: Uuid,
    due_at: Timestamp,
    attempts: u32,
) -> Result<(), Fault> {
    let row = [
        (&due_at.microseconds() as _, Type::INT8),
        (&i64::from(attempts) as _, Type::INT8),
        (&delivery as _, Type::UUID),
    ];
    database.execute(shared::RESCHEDULE_LOGOUT, &row).await.map(drop)
}

/// Deletes a delivery.
pub(super) async fn complete(database: &Database, delivery: Uuid) -> Result<(), Fault> {
    database.execute(shared::DELETE_LOGOUT, &[(&delivery, Type::UUID)]).await.map(drop)
}
