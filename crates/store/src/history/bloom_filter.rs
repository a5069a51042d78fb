//! A Bloom filter over the keys of the records in a block.

use model::{RecordQuery, RequestRecord};

use crate::record_query::username_digest;

/// The number of bits for each key, and the number of bits that a key sets. With these values, one
/// block in a hundred is opened without a match.
const BITS_PER_KEY: usize = 10;
const PROBES: u64 = 5;

/// The hash of a key by which records are found. Stored filters depend on it: the hash of a key
/// never changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct FilterKey(u64);

/// The kinds of keys. Stored filters depend on the numbers: no number gets a second meaning.
#[derive(Clone, Copy)]
enum KeyKind {
    TraceId = 1,
    CorrelationId = 2,
    User = 3,
    Client = 4,
    Flow = 5,
    Grant = 6,
    Tenant = 7,
    Number = 8,
    Username = 9,
}

impl FilterKey {
    fn new(kind: KeyKind, value: &[u8]) -> Self {
        // FNV-1a over words, and the finalizer of MurmurHash3, so that every input bit affects
        // every output bit.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ kind as u64;
        for chunk in value.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3);
            hash ^= hash >> 29;
        }
        hash = (hash ^ value.len() as u64 ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        Self(hash ^ (hash >> 33))
    }

    /// Returns the bits of this key in a filter of `length` bits.
    fn bits(self, length: u64) -> impl Iterator<Item = u64> {
        let (first, step) = (self.0, (self.0 >> 32) | 1);
        (0..PROBES).map(move |probe| first.wrapping_add(step.wrapping_mul(probe)) % length)
    }
}

/// Adds every key by which a record can be found.
pub(crate) fn add_record_keys(record: &RequestRecord, keys: &mut Vec<FilterKey>) {
    keys.push(FilterKey::new(KeyKind::TraceId, record.trace_id.as_bytes()));
    keys.push(FilterKey::new(KeyKind::CorrelationId, record.correlation_id.as_bytes()));
    if let Some(tenant) = record.tenant {
        keys.push(FilterKey::new(KeyKind::Tenant, &tenant.into_bytes()));
    }
    let named = record.client.as_deref();
    let attributed = record.attributed_client.as_ref().map(model::ClientId::as_str);
    if let Some(client) = named {
        keys.push(FilterKey::new(KeyKind::Client, client.as_bytes()));
    }
    if let Some(client) = attributed.filter(|client| named != Some(client)) {
        keys.push(FilterKey::new(KeyKind::Client, client.as_bytes()));
    }
    if let Some(user) = record.user {
        keys.push(FilterKey::new(KeyKind::User, &user.into_bytes()));
    }
    if let Some(flow_id) = record.flow_id {
        keys.push(FilterKey::new(KeyKind::Flow, &flow_id));
    }
    if let Some(grant) = record.grant {
        keys.push(FilterKey::new(KeyKind::Grant, &grant.into_bytes()));
    }
    if let Some(digest) = username_digest(record) {
        keys.push(FilterKey::new(KeyKind::Username, &digest));
    }
    if let Some(number) = record.number {
        keys.push(FilterKey::new(KeyKind::Number, &number.to_le_bytes()));
    }
}

/// Returns the keys that every match of a query has.
pub(crate) fn query_keys(query: &RecordQuery) -> Vec<FilterKey> {
    let key = |kind| move |value: [u8; 16]| FilterKey::new(kind, &value);
    let client = |text: &str| FilterKey::new(KeyKind::Client, text.as_bytes());
    [
        query.trace_id.map(uuid::Uuid::into_bytes).map(key(KeyKind::TraceId)),
        query.correlation_id.map(uuid::Uuid::into_bytes).map(key(KeyKind::CorrelationId)),
        query.tenant.map(model::TenantId::into_bytes).map(key(KeyKind::Tenant)),
        query.user.map(model::UserId::into_bytes).map(key(KeyKind::User)),
        query.flow_id.map(key(KeyKind::Flow)),
        query.username_digest.map(key(KeyKind::Username)),
        query.grant.map(model::GrantId::into_bytes).map(key(KeyKind::Grant)),
        query.client.as_deref().map(client),
        query.attributed_client.as_ref().map(|id| client(id.as_str())),
        query.number.map(|number| FilterKey::new(KeyKind::Number, &number.to_le_bytes())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Builds the filter of these keys.
pub(crate) fn build(keys: &mut Vec<FilterKey>) -> Vec<u8> {
    keys.sort_unstable();
    keys.dedup();
    let mut filter = vec![0_u8; (keys.len() * BITS_PER_KEY).div_ceil(8).max(8)];
    let length = filter.len() as u64 * 8;
    for bit in keys.iter().flat_map(|key| key.bits(length)) {
        if let Some(byte) = usize::try_from(bit / 8).ok().and_then(|index| filter.get_mut(index)) {
            *byte |= 1 << (bit % 8);
        }
    }
    filter
}

/// Returns whether the block of this filter may contain a record with all of these keys.
pub(crate) fn may_contain(filter: &[u8], keys: &[FilterKey]) -> bool {
    let length = filter.len() as u64 * 8;
    let is_set = |bit: u64| {
        let byte = usize::try_from(bit / 8).ok().and_then(|index| filter.get(index));
        byte.is_some_and(|byte| byte & (1 << (bit % 8)) != 0)
    };
    length > 0 && keys.iter().all(|key| key.bits(length).all(is_set))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> FilterKey {
        FilterKey::new(KeyKind::TraceId, uuid::Uuid::from_u64_pair(7, number).as_bytes())
    }

    #[test]
    fn filter_contains_its_keys_and_few_others() {
        // Tests a filter of 500 keys with each of them, and with 20,000 others.
        let mut keys: Vec<FilterKey> = (0..500).map(key).collect();
        let filter = build(&mut keys);
        assert!(filter.len() <= 625);
        assert!(keys.iter().all(|key| may_contain(&filter, &[*key])));
        let passed = (500..20_500).filter(|number| may_contain(&filter, &[key(*number)])).count();
        assert!(passed < 400, "{passed} of 20,000");
        assert!(may_contain(&filter, &[key(3), key(4)]));
        assert!(!may_contain(&filter, &[key(3), key(100_000)]));
    }

    #[test]
    fn hash_of_a_key_never_changes() {
        // Compares with a hash in stored filters.
        assert_eq!(
            FilterKey::new(KeyKind::Client, b"app-client-1"),
            FilterKey(5_239_907_773_693_744_393)
        );
        assert_ne!(FilterKey::new(KeyKind::Client, b"x"), FilterKey::new(KeyKind::User, b"x"));
        assert_ne!(FilterKey::new(KeyKind::Client, b"x"), FilterKey::new(KeyKind::Client, b"x\0"));
    }
}
