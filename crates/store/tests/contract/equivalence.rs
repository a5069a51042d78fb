//! Stores agree: the same changes lead to the same answers and the same rows.

use model::{Change, Grant, Mark, MarkPurpose, RevocationReason, Session, Store, Timestamp};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use store::{Memory, Sqlite};
use tokio::runtime::Runtime;

use crate::rows::{
    at, attempts, grant, grant_id, mark, revocation, session, session_id, tenant_id,
};

/// Two tenants, two ids and moments close together, so that changes meet.
#[derive(Clone, Debug)]
enum Step {
    Commit(Vec<Change>),
    Sweep(Timestamp),
}

fn keys() -> impl Strategy<Value = (u8, u8)> {
    (1_u8..=2, 1_u8..=2)
}

fn moments() -> impl Strategy<Value = Timestamp> {
    (0_i64..6).prop_map(at)
}

fn guarded() -> impl Strategy<Value = Change> {
    prop_oneof![
        (keys(), moments(), 0_u32..3).prop_map(|((tenant, number), expires_at, generation)| {
            Change::OpenGrant(Grant { expires_at, generation, ..grant(tenant, number) })
        }),
        (keys(), 0_u32..4, moments()).prop_map(|((tenant, number), generation, at)| {
            let (tenant, grant) = (tenant_id(tenant), grant_id(number));
            Change::RotateGrant { tenant, grant, generation, at }
        }),
        (keys(), moments()).prop_map(|((tenant, number), expires_at)| {
            Change::OpenSession(Session { expires_at, ..session(tenant, number) })
        }),
        (keys(), purposes(), moments()).prop_map(|((tenant, number), purpose, expires_at)| {
            Change::MarkUsed(Mark { expires_at, ..mark(tenant, purpose, number) })
        }),
        (keys(), 0_u32..3, 0_u32..3).prop_map(|((tenant, number), failed_before, failed)| {
            Change::CountAttempts { failed_before, attempts: attempts(tenant, number, failed) }
        }),
    ]
}

fn purposes() -> impl Strategy<Value = MarkPurpose> {
    select(vec![MarkPurpose::ClientAssertion, MarkPurpose::DpopProof])
}

fn unguarded() -> impl Strategy<Value = Change> {
    let reasons = select(vec![RevocationReason::ByClient, RevocationReason::CodeReplayed]);
    prop_oneof![
        (keys(), 0_i64..9, reasons).prop_map(|((tenant, number), seconds, reason)| {
            let (tenant, grant) = (tenant_id(tenant), grant_id(number));
            Change::RevokeGrant { tenant, grant, revocation: revocation(seconds, reason) }
        }),
        (keys(), moments(), any::<bool>()).prop_map(
            |((tenant, number), expires_at, persistent)| {
                let (tenant, session) = (tenant_id(tenant), session_id(number));
                Change::ExtendSession { tenant, session, expires_at, persistent }
            }
        ),
        (keys(), moments()).prop_map(|((tenant, number), at)| {
            Change::EndSession { tenant: tenant_id(tenant), session: session_id(number), at }
        }),
        keys().prop_map(|(tenant, number)| {
            Change::ForgetAttempts { tenant: tenant_id(tenant), key: [number; 32] }
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
    let step = prop_oneof![9 => commit, 1 => moments().prop_map(Step::Sweep)];
    prop::collection::vec(step, 1..40)
}

/// What the step answered, as text.
async fn make(store: &dyn Store, step: &Step) -> String {
    match step {
        Step::Commit(changes) => format!("{:?}", store.commit(changes.clone()).await.unwrap()),
        Step::Sweep(now) => format!("{:?}", store.sweep(*now, 1_000).await.unwrap()),
    }
}

/// Every row that can be read, as text.
async fn rows(store: &dyn Store) -> Vec<String> {
    let mut rows = Vec::new();
    for (tenant, number) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
        let tenant = tenant_id(tenant);
        rows.push(format!("{:?}", store.grant(tenant, grant_id(number)).await.unwrap()));
        rows.push(format!("{:?}", store.session(tenant, session_id(number)).await.unwrap()));
        rows.push(format!("{:?}", store.attempts(tenant, [number; 32]).await.unwrap()));
    }
    rows
}

#[test]
fn sqlite_and_memory_agree_on_every_sequence_of_changes() {
    // Makes random sequences on both and compares each answer and, after it, every row.
    let runtime = Runtime::new().unwrap();
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config).run(&steps(), |steps| {
        let directory = tempfile::tempdir().unwrap();
        let (memory, sqlite) = (Memory::new(), Sqlite::open(directory.path()).unwrap());
        runtime.block_on(async {
            for step in &steps {
                let answers = (make(&memory, step).await, make(&sqlite, step).await);
                prop_assert_eq!(&answers.0, &answers.1);
                prop_assert_eq!(rows(&memory).await, rows(&sqlite).await);
            }
            Ok(())
        })
    });
    if let Err(difference) = run {
        panic!("{difference}");
    }
}
