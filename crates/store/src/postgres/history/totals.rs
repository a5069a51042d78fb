//! The stored totals of the history, of each node: records and bytes of each share, and the refusal
//! counts.

use std::collections::HashMap;

use model::{Fault, TenantId};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{statements as sql, transaction::LongTransaction};
use crate::{
    history::totals::{Share, Shares, TotalsDelta},
    postgres::column::get,
};

/// The changes of the totals of nodes.
pub(super) type NodeDeltas = HashMap<Uuid, TotalsDelta>;

/// Adds the changes to the stored totals and counts.
///
/// Rows are changed in the order of their keys, so that transactions that change the same rows wait
/// for each other in one direction only.
pub(super) async fn add(
    transaction: &LongTransaction<'_>,
    deltas: &NodeDeltas,
) -> Result<(), Fault> {
    add_to_shares(transaction, deltas).await?;
    add_to_counts(transaction, deltas).await
}

async fn add_to_shares(
    transaction: &LongTransaction<'_>,
    deltas: &NodeDeltas,
) -> Result<(), Fault> {
    let of_node = |(node, delta): (&Uuid, &TotalsDelta)| {
        let node = *node;
        let row = move |(share, change): (Share, _)| {
            (tenant_key(share.tenant), share.unproven, node, change)
        };
        delta.shares().map(row).collect::<Vec<_>>()
    };
    let mut rows: Vec<(Uuid, bool, Uuid, (i64, i64))> =
        deltas.iter().flat_map(of_node).filter(|row| row.3 != (0, 0)).collect();
    rows.sort_unstable();
    let tenants: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let unproven: Vec<bool> = rows.iter().map(|row| row.1).collect();
    let nodes: Vec<Uuid> = rows.iter().map(|row| row.2).collect();
    let records: Vec<i64> = rows.iter().map(|row| row.3.0).collect();
    let bytes: Vec<i64> = rows.iter().map(|row| row.3.1).collect();
    let row = [
        (&tenants as _, Type::UUID_ARRAY),
        (&unproven as _, Type::BOOL_ARRAY),
        (&nodes as _, Type::UUID_ARRAY),
        (&records as _, Type::INT8_ARRAY),
        (&bytes as _, Type::INT8_ARRAY),
    ];
    transaction.execute(sql::ADD_TO_SHARES, &row).await?;
    if records.iter().any(|change| *change < 0) {
        let [tenant, unproven, node, ..] = row;
        transaction.execute(sql::DELETE_EMPTY_SHARES, &[tenant, unproven, node]).await?;
    }
    Ok(())
}

async fn add_to_counts(
    transaction: &LongTransaction<'_>,
    deltas: &NodeDeltas,
) -> Result<(), Fault> {
    let of_node = |(node, delta): (&Uuid, &TotalsDelta)| {
        let node = *node;
        let row = move |((tenant, bucket, number), change): ((_, _, u32), _)| {
            (tenant_key(tenant), bucket, i64::from(number), node, change)
        };
        delta.refusal_counts().map(row).collect::<Vec<_>>()
    };
    let mut rows: Vec<(Uuid, i64, i64, Uuid, i64)> =
        deltas.iter().flat_map(of_node).filter(|row| row.4 != 0).collect();
    rows.sort_unstable();
    let tenants: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let buckets: Vec<i64> = rows.iter().map(|row| row.1).collect();
    let numbers: Vec<i64> = rows.iter().map(|row| row.2).collect();
    let nodes: Vec<Uuid> = rows.iter().map(|row| row.3).collect();
    let changes: Vec<i64> = rows.iter().map(|row| row.4).collect();
    let row = [
        (&tenants as _, Type::UUID_ARRAY),
        (&buckets as _, Type::INT8_ARRAY),
        (&numbers as _, Type::INT8_ARRAY),
        (&nodes as _, Type::UUID_ARRAY),
        (&changes as _, Type::INT8_ARRAY),
    ];
    transaction.execute(sql::ADD_TO_COUNTS, &row).await?;
    if changes.iter().any(|change| *change < 0) {
        let [tenant, bucket, number, node, _] = row;
        transaction.execute(sql::DELETE_ZERO_COUNTS, &[tenant, bucket, number, node]).await?;
    }
    Ok(())
}

/// Reads the shares of all nodes.
pub(super) async fn shares(transaction: &LongTransaction<'_>) -> Result<Shares, Fault> {
    let mut shares = Vec::new();
    for row in transaction.query(sql::SHARES, &[]).await? {
        let share = Share { tenant: tenant(get(&row, 0)?), unproven: get(&row, 1)? };
        shares.push((share, (get(&row, 2)?, get(&row, 3)?)));
    }
    Ok(Shares::new(shares))
}

/// Returns the stored form of a tenant. No tenant is the nil UUID.
pub(super) fn tenant_key(tenant: Option<TenantId>) -> Uuid {
    tenant.map_or(Uuid::nil(), TenantId::uuid)
}

/// Returns the tenant of its stored form.
pub(super) fn tenant(key: Uuid) -> Option<TenantId> {
    (!key.is_nil()).then(|| TenantId::new(key))
}
