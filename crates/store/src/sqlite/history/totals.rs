//! The totals of the history: records and bytes of each share, and the refusal counts.

use std::collections::HashMap;

use model::{RequestRecord, TenantId, Timestamp};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::sql::history as sql;

/// The length of a bucket in the table `refusal_counts`.
pub(super) const BUCKET_SECONDS: i64 = 900;

/// A part of the history: the records of a tenant that are worth the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Share {
    /// The tenant; `None` for requests that name no tenant.
    pub(super) tenant: Option<TenantId>,
    /// The records are failures of senders who proved nothing.
    pub(super) unproven: bool,
}

/// The change of the totals and of the refusal counts.
#[derive(Default)]
pub(super) struct TotalsDelta {
    records: i64,
    bytes: i64,
    shares: HashMap<Share, (i64, i64)>,
    refusal_counts: HashMap<(Option<TenantId>, i64, u32), i64>,
}

/// The stored records and bytes of every share.
pub(super) struct Shares(Vec<(Share, (i64, i64))>);

impl TotalsDelta {
    /// Adds records and bytes of a share.
    pub(super) fn add(&mut self, share: Share, (records, bytes): (i64, i64)) {
        self.records += records;
        self.bytes += bytes;
        let of_share = self.shares.entry(share).or_default();
        *of_share = (of_share.0 + records, of_share.1 + bytes);
    }

    /// Returns the change of the records and bytes of a share.
    pub(super) fn of_share(&self, share: Share) -> (i64, i64) {
        self.shares.get(&share).copied().unwrap_or_default()
    }

    /// Returns the change of the number of records.
    pub(super) fn records(&self) -> i64 {
        self.records
    }

    /// Returns the change of the number of bytes.
    pub(super) fn bytes(&self) -> i64 {
        self.bytes
    }

    /// Counts the error number of a record: 1 for an added record, -1 for a deleted one.
    pub(super) fn count(&mut self, record: &RequestRecord, change: i64) {
        let Some(number) = record.counted_number() else { return };
        self.count_number(record.tenant, (bucket(record.at), number), change);
    }

    /// Subtracts successes of one bucket from the counts.
    pub(super) fn subtract_successes(&mut self, share: Share, from: i64, records: i64) {
        let bucket = bucket(Timestamp::from_microseconds(from));
        self.count_number(share.tenant, (bucket, 0), -records);
    }

    fn count_number(
        &mut self,
        tenant: Option<TenantId>,
        (bucket, number): (i64, u32),
        change: i64,
    ) {
        *self.refusal_counts.entry((None, bucket, number)).or_default() += change;
        if tenant.is_some() {
            *self.refusal_counts.entry((tenant, bucket, number)).or_default() += change;
        }
    }

    /// Adds the changes to the stored totals and counts.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut totals = connection.prepare_cached(sql::ADD_TO_TOTALS)?;
        totals.execute([self.records, self.bytes])?;
        for (share, (records, bytes)) in &self.shares {
            let tenant = tenant_key(share.tenant);
            let row = params![tenant, share.unproven, records, bytes];
            connection.prepare_cached(sql::ADD_TO_SHARE)?.execute(row)?;
            let key = params![tenant, share.unproven];
            connection.prepare_cached(sql::DELETE_EMPTY_SHARE)?.execute(key)?;
        }
        for ((tenant, bucket, number), change) in &self.refusal_counts {
            let tenant = tenant_key(*tenant);
            let row = params![tenant, bucket, number, change];
            connection.prepare_cached(sql::ADD_COUNT)?.execute(row)?;
            if *change < 0 {
                let row = params![tenant, bucket, number];
                connection.prepare_cached(sql::DELETE_ZERO_COUNT)?.execute(row)?;
            }
        }
        Ok(())
    }
}

impl Shares {
    /// Reads them. There are at most two per tenant.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached(sql::SHARES)?;
        let rows = statement.query_map([], |row| {
            let share = Share { tenant: tenant(row, 0)?, unproven: row.get(1)? };
            Ok((share, (row.get(2)?, row.get(3)?)))
        })?;
        rows.collect::<rusqlite::Result<_>>().map(Self)
    }

    /// Returns the share that loses first: of the tenant with most bytes or records, the failures
    /// of senders who proved nothing, as long as they are more than a tenth of its records.
    pub(super) fn next_to_lose(&self, delta: &TotalsDelta, by_bytes: bool) -> Option<Share> {
        let mut tenants: HashMap<Option<TenantId>, TenantTotals> = HashMap::new();
        for (share, (records, bytes)) in &self.0 {
            let changed = delta.of_share(*share);
            let (records, bytes) = (records + changed.0, bytes + changed.1);
            let totals = tenants.entry(share.tenant).or_default();
            totals.records += records;
            totals.bytes += bytes;
            if share.unproven {
                totals.unproven += records;
            }
        }
        let size = |totals: &TenantTotals| if by_bytes { totals.bytes } else { totals.records };
        let (tenant, totals) = tenants.into_iter().max_by_key(|(tenant, totals)| {
            // Equal sizes are rare. Any fixed order will do.
            (size(totals), tenant.map(TenantId::into_bytes))
        })?;
        let all_unproven = totals.unproven == totals.records;
        let unproven = all_unproven || totals.unproven.saturating_mul(10) > totals.records;
        (totals.records > 0).then_some(Share { tenant, unproven })
    }
}

#[derive(Default)]
struct TenantTotals {
    records: i64,
    bytes: i64,
    unproven: i64,
}

/// Returns the index of the bucket that contains a time, counted from 1970.
pub(super) fn bucket(at: Timestamp) -> i64 {
    at.seconds().div_euclid(BUCKET_SECONDS)
}

/// Returns the stored form of a tenant. No tenant is an empty blob.
pub(super) fn tenant_key(tenant: Option<TenantId>) -> Vec<u8> {
    tenant.map(TenantId::into_bytes).map_or_else(Vec::new, Vec::from)
}

/// Reads the stored form of a tenant.
pub(super) fn tenant(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<TenantId>> {
    let key = row.get_ref(column)?.as_blob()?;
    let id = <[u8; 16]>::try_from(key).ok();
    Ok(id.map(|id| TenantId::new(Uuid::from_bytes(id))))
}
