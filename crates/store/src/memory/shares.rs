//! The shares of the tenants in a history in memory.

use std::collections::{BTreeMap, VecDeque};

use model::{RequestRecord, RetentionLimits, TenantId};

/// The records of each tenant, oldest first.
#[derive(Default)]
pub(super) struct Shares {
    tenants: BTreeMap<Option<TenantId>, TenantRecords>,
    records: u64,
    bytes: u64,
}

#[derive(Default)]
struct TenantRecords {
    /// Failures of senders who proved nothing, and all others.
    unproven: VecDeque<RequestRecord>,
    others: VecDeque<RequestRecord>,
    bytes: u64,
}

impl Shares {
    /// Takes records, oldest first.
    pub(super) fn new(records: impl Iterator<Item = RequestRecord>) -> Self {
        let mut shares = Self::default();
        for record in records {
            let (unproven, bytes) = (record.is_unproven_failure(), approximate_size(&record));
            let tenant = shares.tenants.entry(record.tenant).or_default();
            let part = if unproven { &mut tenant.unproven } else { &mut tenant.others };
            part.push_back(record);
            tenant.bytes += bytes;
            shares.records += 1;
            shares.bytes += bytes;
        }
        shares
    }

    /// Returns whether there are more records than the limits allow.
    pub(super) const fn exceed(&self, limits: &RetentionLimits) -> bool {
        self.records > limits.records_max || self.bytes > limits.bytes_max
    }

    /// Removes the record that is lost next. Returns whether there was one.
    pub(super) fn pop_oldest(&mut self) -> bool {
        let Some(tenant) = self.tenants.values_mut().max_by_key(|tenant| tenant.bytes) else {
            return false;
        };
        let (unproven, others) = (tenant.unproven.len(), tenant.others.len());
        let is_unproven = others == 0 || unproven * 10 > unproven + others;
        let part = if is_unproven { &mut tenant.unproven } else { &mut tenant.others };
        let Some(record) = part.pop_front() else { return false };
        let bytes = approximate_size(&record);
        tenant.bytes -= bytes;
        self.records -= 1;
        self.bytes -= bytes;
        true
    }

    /// Returns what is left, oldest first.
    pub(super) fn into_records(self) -> Vec<RequestRecord> {
        let parts = self.tenants.into_values().flat_map(|tenant| [tenant.unproven, tenant.others]);
        let mut records: Vec<RequestRecord> = parts.flatten().collect();
        records.sort_by_key(|record| record.at);
        records
    }
}

/// Returns the approximate size of a record, in bytes.
fn approximate_size(record: &RequestRecord) -> u64 {
    let details = record.refusal_details.as_ref();
    let details_len = details.map_or(0, |details| format!("{details:?}").len());
    u64::try_from(size_of::<RequestRecord>() + details_len).unwrap_or(u64::MAX)
}
