//! The table of grants: its place on the disk, and files of earlier schemas.

use std::{fs, path::Path, sync::Arc};

use model::{
    Change, CommitOutcome, Confirmation, Grant, GrantDetails, GrantId, Ledger, Revocation,
    RevocationReason, Session, Timestamp,
};
use rusqlite::{Connection, params};
use store::SqliteStore;
use tokio::task::JoinSet;

use crate::rows::{at, client_id, grant, grant_id, session, tenant_id};

/// The most bytes of the file for each grant.
const BYTES_PER_GRANT_MAX: u64 = 260;

/// An id of its own for each number, without any order.
fn scattered_id(number: u32) -> GrantId {
    let spread = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128;
    GrantId::new((u128::from(number) + 1).wrapping_mul(spread).to_be_bytes())
}

/// A grant as most are: of a generated client, with one scope, and bound to no key.
fn usual(number: u32) -> Grant {
    Grant {
        id: scattered_id(number),
        client: client_id("0a1b2c3d-0000-4000-8000-000000000000"),
        resource: "api://orders".to_owned(),
        scopes: vec!["orders.read".to_owned()],
        openid_scopes: ["openid", "profile", "offline_access"].map(str::to_owned).to_vec(),
        confirmation: None,
        opened_at: Timestamp::from_microseconds(1_764_000_000_000_000 + i64::from(number)),
        expires_at: Timestamp::from_microseconds(1_771_776_000_000_000 + i64::from(number)),
        details: GrantDetails::default(),
        ..grant(1, 1)
    }
}

/// Commits one change of each grant, 64 at a time.
async fn commit_all(
    store: &Arc<SqliteStore>,
    grants: &[Grant],
    change: impl Fn(&Grant) -> Change + Copy + Send + 'static,
) {
    let mut tasks = JoinSet::new();
    for part in grants.chunks(grants.len().div_ceil(64)) {
        let (store, part) = (Arc::clone(store), part.to_vec());
        tasks.spawn(async move {
            for grant in part {
                let outcome = store.commit(vec![change(&grant)]).await.unwrap();
                assert_eq!(outcome, CommitOutcome::Committed);
            }
        });
    }
    tasks.join_all().await;
}

/// Returns the length of the closed file.
fn ledger_bytes(directory: &Path) -> u64 {
    assert!(!directory.join("ledger.db-wal").exists());
    fs::metadata(directory.join("ledger.db")).unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn file_has_few_bytes_per_grant_and_refreshes_add_none() {
    // Opens 10,000 grants with random ids, one commit each, and compares the length of the file
    // with that of an empty one. Then replaces the refresh token of each grant twice, by which rows
    // grow by the one byte of their generation, and twice again: the file may not grow any more.
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let empty = ledger_bytes(directory.path());
    let grants: Vec<Grant> = (0..10_000).map(usual).collect();
    let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
    commit_all(&store, &grants, |grant| Change::OpenGrant(grant.clone())).await;
    drop(store);
    let filled = ledger_bytes(directory.path());
    let per_grant = (filled - empty) / 10_000;
    assert!(per_grant <= BYTES_PER_GRANT_MAX, "{per_grant} bytes per grant");

    let mut lengths = [filled; 2];
    for (length, generations) in lengths.iter_mut().zip([0..2, 2..4]) {
        let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
        for generation in generations {
            let rotate = move |grant: &Grant| Change::RotateGrant {
                tenant: grant.tenant,
                grant: grant.id,
                generation,
                at: grant.opened_at,
            };
            commit_all(&store, &grants, rotate).await;
        }
        drop(store);
        *length = ledger_bytes(directory.path());
    }
    let [first, second] = lengths;
    assert!(first <= filled + filled / 16, "{filled} bytes, then {first}");
    assert_eq!(second, first);
}

#[tokio::test]
async fn grant_with_a_number_that_is_taken_is_refused() {
    // Opens two grants whose ids have the same first half, from which the number of the row is
    // computed. The second one conflicts, is not found, and does not change the first one.
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let first = grant(1, 2);
    let mut id = [2; 16];
    id[15] = 9;
    let second = Grant { id: GrantId::new(id), ..grant(1, 2) };
    let open = |grant: &Grant| vec![Change::OpenGrant(grant.clone())];
    assert_eq!(store.commit(open(&first)).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(store.commit(open(&second)).await.unwrap(), CommitOutcome::Conflict);
    let (tenant, grant) = (second.tenant, second.id);
    let rotate = Change::RotateGrant { tenant, grant, generation: 0, at: at(3) };
    assert_eq!(store.commit(vec![rotate]).await.unwrap(), CommitOutcome::Conflict);
    let revocation = Revocation { at: at(3), reason: RevocationReason::ByClient };
    let revoke = Change::RevokeGrant { tenant, grant, revocation };
    assert_eq!(store.commit(vec![revoke]).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(store.grant(tenant, grant).await.unwrap(), None);
    assert_eq!(store.grant(first.tenant, first.id).await.unwrap(), Some(first));
}

/// Creates the ledger file of schema 4 with these grants.
fn create_earlier(directory: &Path, grants: &[Grant]) {
    let connection = Connection::open(directory.join("ledger.db")).unwrap();
    for migration in [
        include_str!("../../../src/sqlite/migrations/ledger_1.sql"),
        include_str!("../../../src/sqlite/migrations/ledger_2.sql"),
        include_str!("../../../src/sqlite/migrations/ledger_3.sql"),
        include_str!("../../../src/sqlite/migrations/ledger_4.sql"),
    ] {
        connection.execute_batch(migration).unwrap();
    }
    connection
        .execute_batch("PRAGMA application_id = 0x414d544c; PRAGMA user_version = 4; BEGIN")
        .unwrap();
    for grant in grants {
        insert_earlier(&connection, grant);
    }
    connection.execute_batch("COMMIT").unwrap();
}

fn insert_earlier(connection: &Connection, grant: &Grant) {
    let json = |list: &[String]| serde_json::to_string(list).unwrap();
    let reason = grant.revoked.map(|revocation| match revocation.reason {
        RevocationReason::CodeReplayed => "code_replayed",
        RevocationReason::RefreshTokenReplayed => "refresh_token_replayed",
        RevocationReason::ByClient => "by_client",
        RevocationReason::ByAdministrator => "by_administrator",
        RevocationReason::SignedOut => "signed_out",
    });
    let row = params![
        grant.tenant.into_bytes(),
        grant.id.into_bytes(),
        grant.client.as_str(),
        grant.user.into_bytes(),
        grant.session.into_bytes(),
        grant.resource,
        json(&grant.scopes),
        json(&grant.openid_scopes),
        grant.auth_time.microseconds(),
        json(&grant.amr),
        grant.confirmation.map(|Confirmation::Jkt(thumbprint)| thumbprint),
        grant.single_page,
        grant.opened_at.microseconds(),
        grant.expires_at.microseconds(),
        grant.generation,
        grant.rotated_at.microseconds(),
        grant.revoked.map(|revocation| revocation.at.microseconds()),
        reason,
        serde_json::to_string(&grant.details).unwrap(),
    ];
    let places = ["?"; 19].join(", ");
    connection.execute(&format!("INSERT INTO grants VALUES ({places})"), row).unwrap();
}

#[tokio::test]
async fn file_of_an_earlier_schema_is_opened_with_all_its_rows() {
    // Creates a file of schema 4 with 3,000 grants of every kind in two tenants, and a session,
    // which this migration does not concern. Every row is read as it was, an expired grant is
    // swept, and others can be rotated. Opening the file again changes nothing.
    let reasons = [
        RevocationReason::CodeReplayed,
        RevocationReason::RefreshTokenReplayed,
        RevocationReason::ByClient,
        RevocationReason::ByAdministrator,
    ];
    let row = |number: u16| {
        let reason = reasons[usize::from(number / 3 % 4)];
        let of_kind = match number % 3 {
            0 => usual(u32::from(number)),
            1 => grant(1, 1),
            _ => Grant { revoked: Some(Revocation { at: at(9), reason }), ..grant(2, 1) },
        };
        let id = scattered_id(u32::from(number));
        Grant { id, generation: u32::from(number), expires_at: at(5_000), ..of_kind }
    };
    let mut grants: Vec<Grant> = (0..3_000).map(row).collect();
    grants.push(Grant { id: grant_id(1), expires_at: at(10), ..grant(1, 1) });
    let directory = tempfile::tempdir().unwrap();
    create_earlier(directory.path(), &grants);
    let opened = Session { replaces: None, origin: None, ..session(1, 4) };
    let connection = Connection::open(directory.path().join("ledger.db")).unwrap();
    let amr = serde_json::to_string(&opened.amr).unwrap();
    let times = (opened.auth_time.microseconds(), opened.expires_at.microseconds());
    let key = (opened.tenant.into_bytes(), opened.id.into_bytes(), opened.user.into_bytes());
    let values = params![key.0, key.1, key.2, times.0, amr, times.1];
    let insert = "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, 0, NULL)";
    connection.execute(insert, values).unwrap();
    drop(connection);

    for _ in 0..2 {
        let store = SqliteStore::open(directory.path()).unwrap();
        for grant in &grants {
            assert_eq!(store.grant(grant.tenant, grant.id).await.unwrap().as_ref(), Some(grant));
        }
        assert_eq!(store.session(tenant_id(1), opened.id).await.unwrap().as_ref(), Some(&opened));
    }
    let store = SqliteStore::open(directory.path()).unwrap();
    assert_eq!(store.sweep(at(20), 10).await.unwrap(), 1);
    let expired = grants.pop().unwrap();
    assert_eq!(store.grant(expired.tenant, expired.id).await.unwrap(), None);
    for grant in grants.into_iter().step_by(50) {
        let (tenant, grant, generation) = (grant.tenant, grant.id, grant.generation);
        let rotate = Change::RotateGrant { tenant, grant, generation, at: at(11) };
        let is_revoked = store.grant(tenant, grant).await.unwrap().unwrap().revoked.is_some();
        let expected = if is_revoked { CommitOutcome::Conflict } else { CommitOutcome::Committed };
        assert_eq!(store.commit(vec![rotate]).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn damaged_grant_of_an_earlier_schema_still_cannot_be_read() {
    // Damages one of two grants of schema 4, and opens the file: the other one is read. A code
    // whose grant is damaged must not open a second one.
    let directory = tempfile::tempdir().unwrap();
    create_earlier(directory.path(), &[grant(1, 1), grant(1, 2)]);
    let connection = Connection::open(directory.path().join("ledger.db")).unwrap();
    let damage = "UPDATE grants SET scopes = '[' WHERE id = ?";
    connection.execute(damage, [grant_id(1).into_bytes()]).unwrap();
    drop(connection);
    let store = SqliteStore::open(directory.path()).unwrap();
    let tenant = grant(1, 1).tenant;
    assert!(store.grant(tenant, grant_id(1)).await.is_err());
    assert!(store.grant(tenant, grant_id(2)).await.unwrap().is_some());
    let again = store.commit(vec![Change::OpenGrant(grant(1, 1))]).await.unwrap();
    assert_eq!(again, CommitOutcome::Conflict);
}
