//! The totals of the history: records and bytes of each share, and the refusal counts.

use std::collections::HashMap;

use model::{RequestRecord, TenantId, Timestamp};

/// The length of a bucket in the table `refusal_counts`.
pub(crate) const BUCKET_SECONDS: i64 = 900;

/// A part of the history: the records of a tenant that are worth the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Share {
    /// The tenant; `None` for requests that name no tenant.
    pub(crate) tenant: Option<TenantId>,
    /// The records are failures of senders who proved nothing.
    pub(crate) unproven: bool,
}

/// The change of the totals and of the refusal counts.
#[derive(Default)]
pub(crate) struct TotalsDelta {
    records: i64,
    bytes: i64,
    shares: HashMap<Share, (i64, i64)>,
    refusal_counts: HashMap<(Option<TenantId>, i64, u32), i64>,
}

/// The stored records and bytes of every share.
pub(crate) struct Shares(Vec<(Share, (i64, i64))>);

impl TotalsDelta {
    /// Adds records and bytes of a share.
    pub(crate) fn add(&mut self, share: Share, (records, bytes): (i64, i64)) {
        self.records += records;
        self.bytes += bytes;
        let of_share = self.shares.entry(share).or_default();
        *of_share = (of_share.0 + records, of_share.1 + bytes);
    }

    /// Returns the change of the records and bytes of a share.
    pub(crate) fn of_share(&self, share: Share) -> (i64, i64) {
        self.shares.get(&share).copied().unwrap_or_default()
    }

    /// Returns the change of the number of records.
    pub(crate) fn records(&self) -> i64 {
        self.records
    }

    /// Returns the change of the number of bytes.
    pub(crate) fn bytes(&self) -> i64 {
        self.bytes
    }

    /// Counts the error number of a record: 1 for an added record, -1 for a deleted one.
    pub(crate) fn count(&mut self, record: &RequestRecord, change: i64) {
        let Some(number) = record.counted_number() else { return };
        self.count_number(record.tenant, (bucket(record.at), number), change);
    }

    /// Subtracts successes of one bucket from the counts.
    pub(crate) fn subtract_successes(&mut self, share: Share, from: i64, records: i64) {
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

    /// Returns the changes of the records and bytes of each share.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (Share, (i64, i64))> {
        self.shares.iter().map(|(share, change)| (*share, *change))
    }

    /// Returns the changes of the counts, by tenant, bucket and number. `None` counts the requests
    /// of all tenants and of none.
    pub(crate) fn refusal_counts(
        &self,
    ) -> impl Iterator<Item = ((Option<TenantId>, i64, u32), i64)> {
        self.refusal_counts.iter().map(|(key, change)| (*key, *change))
    }
}

impl Shares {
    /// Takes them in any order. There are at most two per tenant.
    pub(crate) fn new(shares: Vec<(Share, (i64, i64))>) -> Self {
        Self(shares)
    }

    /// Returns the records and bytes of all shares.
    pub(crate) fn total(&self) -> (i64, i64) {
        let add = |sum: (i64, i64), of: &(Share, (i64, i64))| (sum.0 + of.1.0, sum.1 + of.1.1);
        self.0.iter().fold((0, 0), add)
    }

    /// Returns the share that loses first: of the tenant with most bytes or records, the failures
    /// of senders who proved nothing, as long as they are more than a tenth of its records.
    /// `changed` are the records and bytes by which a share has changed meanwhile.
    pub(crate) fn next_to_lose(
        &self,
        changed: impl Fn(Share) -> (i64, i64),
        by_bytes: bool,
    ) -> Option<Share> {
        let mut tenants: HashMap<Option<TenantId>, TenantTotals> = HashMap::new();
        for (share, (records, bytes)) in &self.0 {
            let change = changed(*share);
            let (records, bytes) = (records + change.0, bytes + change.1);
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
pub(crate) fn bucket(at: Timestamp) -> i64 {
    at.seconds().div_euclid(BUCKET_SECONDS)
}
