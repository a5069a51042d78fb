//! What is not in a block, said in few bytes: a Bloom filter over the keys of its records.

use model::{Record, Search};

/// Bits for each key, and how many of them a key sets: one block in a hundred is opened in vain.
const BITS_PER_KEY: usize = 10;
const PROBES: u64 = 5;

/// A key that records are found by, as a number that is the same on every machine and for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Key(u64);

/// What a key is of. Part of the layout: numbers are never given a second meaning.
#[derive(Clone, Copy)]
enum Kind {
    TraceId = 1,
    CorrelationId = 2,
    User = 3,
    Client = 4,
    Flow = 5,
    Grant = 6,
    Tenant = 7,
    Number = 8,
}

impl Key {
    fn new(kind: Kind, value: &[u8]) -> Self {
        // FNV-1a over words, and the finish of MurmurHash3, so that every bit counts.
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

    /// The bits of this key in a filter of so many bits.
    fn bits(self, length: u64) -> impl Iterator<Item = u64> {
        let (first, step) = (self.0, (self.0 >> 32) | 1);
        (0..PROBES).map(move |probe| first.wrapping_add(step.wrapping_mul(probe)) % length)
    }
}

/// Adds every key that this record can be found by.
pub(super) fn add_keys(record: &Record, keys: &mut Vec<Key>) {
    keys.push(Key::new(Kind::TraceId, record.trace_id.as_bytes()));
    keys.push(Key::new(Kind::CorrelationId, record.correlation_id.as_bytes()));
    if let Some(tenant) = record.tenant {
        keys.push(Key::new(Kind::Tenant, &tenant.into_bytes()));
    }
    let claimed = record.client.as_deref();
    let owner = record.owner.as_ref().map(model::ClientId::as_str);
    if let Some(client) = claimed {
        keys.push(Key::new(Kind::Client, client.as_bytes()));
    }
    if let Some(client) = owner.filter(|owner| claimed != Some(owner)) {
        keys.push(Key::new(Kind::Client, client.as_bytes()));
    }
    if let Some(user) = record.user {
        keys.push(Key::new(Kind::User, &user.into_bytes()));
    }
    if let Some(flow) = record.flow {
        keys.push(Key::new(Kind::Flow, &flow));
    }
    if let Some(grant) = record.grant {
        keys.push(Key::new(Kind::Grant, &grant.into_bytes()));
    }
    if let Some(number) = record.number {
        keys.push(Key::new(Kind::Number, &number.to_le_bytes()));
    }
}

/// The keys that every record has that is asked for.
pub(super) fn keys_of(search: &Search) -> Vec<Key> {
    let key = |kind| move |value: [u8; 16]| Key::new(kind, &value);
    let client = |text: &str| Key::new(Kind::Client, text.as_bytes());
    [
        search.trace_id.map(uuid::Uuid::into_bytes).map(key(Kind::TraceId)),
        search.correlation_id.map(uuid::Uuid::into_bytes).map(key(Kind::CorrelationId)),
        search.tenant.map(model::TenantId::into_bytes).map(key(Kind::Tenant)),
        search.user.map(model::UserId::into_bytes).map(key(Kind::User)),
        search.flow.map(key(Kind::Flow)),
        search.grant.map(model::GrantId::into_bytes).map(key(Kind::Grant)),
        search.client.as_deref().map(client),
        search.owner.as_ref().map(|owner| client(owner.as_str())),
        search.number.map(|number| Key::new(Kind::Number, &number.to_le_bytes())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The filter of these keys.
pub(super) fn filter(keys: &mut Vec<Key>) -> Vec<u8> {
    keys.sort_unstable();
    keys.dedup();
    let mut filter = vec![0_u8; (keys.len() * BITS_PER_KEY).div_ceil(8).max(8)];
    let length = filter.len() as u64 * 8;
    for bit in keys.iter().flat_map(|key| key.bits(length)) {
        if let Some(byte) = usize::try_from(bit / 8).ok().and_then(|place| filter.get_mut(place)) {
            *byte |= 1 << (bit % 8);
        }
    }
    filter
}

/// Whether a block with this filter can have a record with all of these keys.
pub(super) fn may_hold(filter: &[u8], keys: &[Key]) -> bool {
    let length = filter.len() as u64 * 8;
    let is_set = |bit: u64| {
        let byte = usize::try_from(bit / 8).ok().and_then(|place| filter.get(place));
        byte.is_some_and(|byte| byte & (1 << (bit % 8)) != 0)
    };
    length > 0 && keys.iter().all(|key| key.bits(length).all(is_set))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> Key {
        Key::new(Kind::TraceId, uuid::Uuid::from_u64_pair(7, number).as_bytes())
    }

    #[test]
    fn a_filter_misses_no_key_of_its_block_and_few_others_pass_it() {
        // Asks a filter of 500 keys for each of them, and for 20,000 others.
        let mut keys: Vec<Key> = (0..500).map(key).collect();
        let filter = filter(&mut keys);
        assert!(filter.len() <= 625);
        assert!(keys.iter().all(|key| may_hold(&filter, &[*key])));
        let passed = (500..20_500).filter(|number| may_hold(&filter, &[key(*number)])).count();
        assert!(passed < 400, "{passed} of 20,000");
        assert!(may_hold(&filter, &[key(3), key(4)]));
        assert!(!may_hold(&filter, &[key(3), key(100_000)]));
    }

    #[test]
    fn a_key_is_the_same_for_ever() {
        // Compares with what files on disks were written with.
        assert_eq!(Key::new(Kind::Client, b"app-client-1"), Key(5_239_907_773_693_744_393));
        assert_ne!(Key::new(Kind::Client, b"x"), Key::new(Kind::User, b"x"));
        assert_ne!(Key::new(Kind::Client, b"x"), Key::new(Kind::Client, b"x\0"));
    }
}
