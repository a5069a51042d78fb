//! Property test: the same changes have the same results and leave the same rows on SQLite and in
//! memory.

use model::{
    Change, Grant, PushedRequest, RevocationReason, Session, Store, Timestamp, UsedValue,
    UsedValueKind,
};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use store::{MemoryStore, SqliteStore};
use tokio::runtime::Runtime;

use crate::rows::{
    at, failed_sign_ins, grant, grant_id, pushed_request, pushed_request_id, revocation, session,
    session_id, tenant_id, used_value,
};

/// A step of a random sequence. There are only two tenants, two ids and some close times, so that
/// changes concern the same rows.
#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Change>),
    Sweep(Timestamp),
}

fn keys() -> impl Strategy<Value = (u8, u8)> {
    (1_u8..=2, 1_u8..=2)
}

fn times() -> impl Strategy<Value = Timestamp> {
    (0_i64..6).prop_map(at)
}

fn guarded() -> impl Strategy<Value = Change> {
    prop_oneof![
        (keys(), times(), 0_u32..3).prop_map(|((tenant, number), expires_at, generation)| {
            Change::OpenGrant(Grant { expires_at, generation, ..grant(tenant, number) })
        }),
        (keys(), 0_u32..4, times()).prop_map(|((tenant, number), generation, at)| {
            let (tenant, grant) = (tenant_id(tenant), grant_id(number));
            Change::RotateGrant { tenant, grant, generation, at }
        }),
        (keys(), times()).prop_map(|((tenant, number), expires_at)| {
            Change::OpenSession(Session { expires_at, ..session(tenant, number) })
        }),
        (keys(), times()).prop_map(|((tenant, number), expires_at)| {
            Change::PushRequest(PushedRequest { expires_at, ..pushed_request(tenant, number) })
        }),
        (keys(), kinds(), times()).prop_map(|((tenant, number), kind, expires_at)| {
            Change::MarkUsed(UsedValue { expires_at, ..used_value(tenant, kind, number) })
        }),
        (keys(), 0_u32..3, 0_u32..3).prop_map(|((tenant, number), before, count)| {
            Change::CountFailedSignIns {
                before: (before > 0).then(|| failed_sign_ins(tenant, number, before)),
                failed_sign_ins: failed_sign_ins(tenant, number, count),
            }
        }),
    ]
}

fn kinds() -> impl Strategy<Value = UsedValueKind> {
    select(vec![UsedValueKind::ClientAssertion, UsedValueKind::DpopProof])
}

fn unguarded() -> impl Strategy<Value = Change> {
    let reasons = select(vec![RevocationReason::ByClient, RevocationReason::CodeReplayed]);
    prop_oneof![
        (keys(), 0_i64..9, reasons).prop_map(|((tenant, number), seconds, reason)| {
            let (tenant, grant) = (tenant_id(tenant), grant_id(number));
            Change::RevokeGrant { tenant, grant, revocation: revocation(seconds, reason) }
        }),
        (keys(), times(), any::<bool>()).prop_map(|((tenant, number), expires_at, persistent)| {
            let (tenant, session) = (tenant_id(tenant), session_id(number));
            Change::ExtendSession { tenant, session, expires_at, persistent }
        }),
        (keys(), times()).prop_map(|((tenant, number), at)| {
            Change::EndSession { tenant: tenant_id(tenant), session: session_id(number), at }
        }),
        keys().prop_map(|(tenant, number)| {
            Change::ClearFailedSignIns { tenant: tenant_id(tenant), key: [number; 32] }
        }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let decision = (
        prop::collection::vec(unguarded(), 0..3),
        prop::collection::vec(guarded(), 0..2),
        prop::collection::vec(unguarded(), 0..2),
    );
    let commit = decision.prop_map(|parts| Step::Commit([parts.0, parts.1, parts.2].concat()));
    let step = prop_oneof![9 => commit, 1 => times().prop_map(Step::Sweep)];
    prop::collection::vec(step, 1..40)
}

/// Runs a step and returns its result as text.
async fn run_step(store: &dyn Store, step: &Step) -> String {
    match step {
        Step::Commit(changes) => format!("{:?}", store.commit(changes.clone()).await.unwrap()),
        Step::Sweep(now) => format!("{:?}", store.sweep(*now, 1_000).await.unwrap()),
    }
}

/// Returns every row as text.
async fn rows(store: &dyn Store) -> Vec<String> {
    let mut rows = Vec::new();
    for (tenant, number) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
        let tenant = tenant_id(tenant);
        rows.push(format!("{:?}", store.grant(tenant, grant_id(number)).await.unwrap()));
        rows.push(format!("{:?}", store.session(tenant, session_id(number)).await.unwrap()));
        let request = store.pushed_request(tenant, pushed_request_id(number)).await.unwrap();
        rows.push(format!("{request:?}"));
        rows.push(format!("{:?}", store.failed_sign_ins(tenant, [number; 32]).await.unwrap()));
    }
    rows
}

#[test]
fn sqlite_and_memory_agree_on_random_sequences_of_changes() {
    // Runs random sequences on both and compares the result and all rows after each step.
    let runtime = Runtime::new().unwrap();
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&steps(), |steps| {
        let directory = tempfile::tempdir().unwrap();
        let (memory, sqlite) = (MemoryStore::new(), SqliteStore::open(directory.path()).unwrap());
        runtime.block_on(async {
            for step in &steps {
                let results = (run_step(&memory, step).await, run_step(&sqlite, step).await);
                prop_assert_eq!(&results.0, &results.1);
                prop_assert_eq!(rows(&memory).await, rows(&sqlite).await);
            }
            Ok(())
        })
    });
    if let Err(counterexample) = run {
        panic!("{counterexample}");
    }
}
