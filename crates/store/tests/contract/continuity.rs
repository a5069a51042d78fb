//! The state that directory and ledger store about themselves and each other.

use std::sync::Arc;

use model::{
    Change, CommitOutcome, Directory, DirectoryChange, DirectoryState, KnownLedger, LedgerId,
    LedgerIdentity, LedgerRecord, LedgerState, Store, Timestamp,
};
use store::{CachedStore, MemoryStore};
use uuid::Uuid;

use crate::rows::{at, password, tenant, tenant_id, user, user_id};

crate::on_every_store! {
    ledger_gets_an_identity_only_from_a_caller_that_read_the_last_one
    high_water_time_and_known_generation_only_rise
    every_transaction_that_changes_the_directory_raises_its_generation
    directory_records_its_ledger
}

fn identity(number: u128, seconds: i64) -> LedgerIdentity {
    LedgerIdentity { id: LedgerId::new(Uuid::from_u128(number)), created_at: at(seconds) }
}

async fn generation(store: &Arc<dyn Store>) -> u64 {
    store.directory_state().await.unwrap().generation
}

async fn ledger_gets_an_identity_only_from_a_caller_that_read_the_last_one(store: &Arc<dyn Store>) {
    // Identifies a new ledger twice as new, and then with the id that it has.
    assert_eq!(store.ledger_state().await.unwrap(), LedgerState::default());
    let identify = |before, identity| vec![Change::IdentifyLedger { before, identity }];
    let (one, two) = (identity(1, 10), identity(2, 20));
    assert_eq!(store.commit(identify(None, one)).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(store.commit(identify(None, two)).await.unwrap(), CommitOutcome::Conflict);
    assert_eq!(store.commit(identify(Some(two.id), two)).await.unwrap(), CommitOutcome::Conflict);
    assert_eq!(store.ledger_state().await.unwrap().identity, Some(one));
    assert_eq!(store.commit(identify(Some(one.id), two)).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(store.ledger_state().await.unwrap().identity, Some(two));
}

async fn high_water_time_and_known_generation_only_rise(store: &Arc<dyn Store>) {
    // Raises both, and then either of them to less.
    let raises = [(5, 7, 5, 7), (4, 8, 5, 8), (6, 3, 6, 8)];
    for (time, generation, expected_time, expected_generation) in raises {
        let raise =
            Change::RaiseLedgerState { high_water: at(time), directory_generation: generation };
        assert_eq!(store.commit(vec![raise]).await.unwrap(), CommitOutcome::Committed);
        let state = store.ledger_state().await.unwrap();
        let expected = (at(expected_time), expected_generation);
        assert_eq!((state.high_water, state.directory_generation), expected);
    }
}

async fn every_transaction_that_changes_the_directory_raises_its_generation(
    store: &Arc<dyn Store>,
) {
    // Applies one change, several, a failing list, and changes that an older directory may lack.
    let put = |name| DirectoryChange::PutTenant(tenant(1, name));
    let start = generation(store).await;
    store.apply(vec![put("one")]).await.unwrap();
    assert_eq!(generation(store).await, start + 1);
    let ann = DirectoryChange::PutUser(user(1, 1, "ann"));
    store.apply(vec![put("two"), ann]).await.unwrap();
    assert_eq!(generation(store).await, start + 2);
    let of_no_tenant = DirectoryChange::PutUser(user(9, 1, "bob"));
    store.apply(vec![put("three"), of_no_tenant]).await.unwrap_err();
    let rehash = DirectoryChange::RehashPassword {
        tenant: tenant_id(1),
        user: user_id(1),
        earlier: "a".to_owned(),
        password: password("b"),
    };
    store.apply(vec![rehash]).await.unwrap();
    store.apply(Vec::new()).await.unwrap();
    assert_eq!(generation(store).await, start + 2);
}

async fn directory_records_its_ledger(store: &Arc<dyn Store>) {
    // Records a ledger, and then another one with a higher and with a lower generation. A record
    // of a process that knows an earlier ledger changes nothing.
    assert_eq!(store.directory_state().await.unwrap(), DirectoryState::default());
    let steps = [(1, 0, 0), (2, 40, 40), (3, 30, 40)];
    let mut before = None;
    for (number, generation_min, generation) in steps {
        let ledger = KnownLedger { identity: identity(number, 10), seen_at: at(20) };
        let record = LedgerRecord { ledger, before, remembered_since: at(9), generation_min };
        store.apply(vec![DirectoryChange::RecordLedger(record)]).await.unwrap();
        let late = KnownLedger { identity: identity(7, 10), seen_at: at(30) };
        let late = LedgerRecord { ledger: late, generation_min: 99, ..record };
        store.apply(vec![DirectoryChange::RecordLedger(late)]).await.unwrap();
        before = Some(ledger.identity.id);
        let expected = DirectoryState {
            generation,
            ledger: Some(ledger),
            remembered_since: at(9),
            is_backup: false,
        };
        assert_eq!(store.directory_state().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn ledger_knows_the_generation_of_every_change_through_the_cache() {
    // Changes the directory through the cache: the ledger knows the generation before `apply`
    // returns. The high-water time stays.
    let inner: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let store = CachedStore::new(Arc::clone(&inner));
    for name in ["one", "two"] {
        store.apply(vec![DirectoryChange::PutTenant(tenant(1, name))]).await.unwrap();
        let state = inner.ledger_state().await.unwrap();
        assert_eq!(state.directory_generation, generation(&inner).await);
        assert_eq!(state.high_water, Timestamp::default());
    }
}
