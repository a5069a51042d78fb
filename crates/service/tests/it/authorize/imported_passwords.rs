//! Sign-in of users whose hashes were imported from other systems.

use std::{path::PathBuf, time::Duration};

use model::{DirectoryChange, Password, PasswordPreparation, TenantId, Timestamp, User, UserId};
use service::Settings;
use signin::factor::password::HashCost;
use store::MemoryStore;
use tokio::time::Instant;
use uuid::Uuid;

use super::browser::{Browser, PASSWORD, add_users, problem_number, request, service_with_users};
use crate::test_service::{ORIGIN, TENANT, TestService};

/// The variable that names another file with users: a kind, a password and a hash in each line.
const FILE: &str = "IMPORTED_HASHES";
/// A step of the time at which a wrong password is refused.
const STEP: Duration = Duration::from_millis(250);
/// bcrypt of `correct horse`, which takes some milliseconds.
const BCRYPT: &str = "$2b$04$QrKRXkaOn4zDzkzo5tWv5epw2TpTX59K0JoMlf7e8XM/b9GqU7Xl6";

/// Returns the lines of the named file. Without one, returns a line of each kind, with each of the
/// three passwords in turn.
fn lines() -> Vec<(String, String, String)> {
    let file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../signin/src/factor/password/imported/vectors.tsv");
    let named = std::env::var_os(FILE);
    let has_all = named.is_some();
    let file = named.map_or_else(|| PathBuf::from(file), PathBuf::from);
    let text = std::fs::read_to_string(file).expect("a file with hashes");
    let parts = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        Some((parts.next()?, parts.next()?, parts.next()?))
    };
    let lines = text.lines().enumerate();
    let chosen = lines.filter(|(number, _)| has_all || number % 3 == number / 3 % 3);
    chosen.map(|(_, line)| parts(line).expect("three parts")).collect()
}

/// Adds a user with an imported hash.
async fn import(service: &TestService, number: u128, username: &str, hash: &str) -> UserId {
    let (tenant, user) =
        (TenantId::new(TENANT), UserId::new(Uuid::from_u128(0xf00 << 64 | number)));
    service.apply(DirectoryChange::PutUser(User::new(tenant, user, username))).await;
    let (hash, preparation) = (hash.to_owned(), PasswordPreparation::Raw);
    let set_at = Timestamp::from_seconds(7);
    let password = Password { hash, set_at, preparation, rehashed_from: None };
    service.apply(DirectoryChange::PutPassword { tenant, user, password }).await;
    user
}

async fn stored(service: &TestService, user: UserId) -> Password {
    let stored = service.state.store.password(TenantId::new(TENANT), user).await;
    stored.expect("a store").expect("a password")
}

/// Signs a user in. Returns whether the password was right.
async fn signs_in(browser: &mut Browser<'_>, username: &str, password: &str) -> bool {
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, username, password).await.text.contains("stay-yes")
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "a run with many users shows its progress")]
async fn imported_hash_of_every_kind_is_replaced_at_the_first_sign_in() {
    // Imports users with hashes of other software, and signs each in: the hash is then one of Admit
    // and remembers the imported one. For the last user of each kind, the new hash signs in, too.
    let service = service_with_users().await;
    let usual = HashCost::default().prefix();
    let (lines, started) = (lines(), Instant::now());
    for (number, (kind, password, hash)) in (0..).zip(&lines) {
        let username = format!("{kind}-{number}@demo.test");
        let user = import(&service, number, &username, hash).await;
        let address = format!("198.51.{}.{}", number / 256 % 256, number % 256);
        let mut browser = Browser::at_address(&service, &address);
        assert!(signs_in(&mut browser, &username, password).await, "{kind} {hash}");
        let replaced = stored(&service, user).await;
        assert!(replaced.hash.starts_with(&usual), "{kind} {}", replaced.hash);
        assert_eq!(replaced.preparation, PasswordPreparation::Nfc);
        assert_eq!(replaced.set_at, Timestamp::from_seconds(7));
        assert_eq!(replaced.rehashed_from, Some(jose::digest::sha256(hash.as_bytes())));
        let index = usize::try_from(number).expect("a number");
        if lines.get(index + 1).is_none_or(|next| next.0 != *kind) {
            let mut browser = Browser::at_address(&service, &address);
            assert!(signs_in(&mut browser, &username, password).await, "{kind}");
            assert_eq!(stored(&service, user).await.hash, replaced.hash);
            let seconds = started.elapsed().as_secs();
            println!("{kind}: {} users signed in after {seconds} s", number + 1);
        }
    }
}

#[tokio::test]
async fn wrong_password_does_not_replace_an_imported_hash() {
    // Signs in with a wrong password, and with the hash itself.
    let service = service_with_users().await;
    let user = import(&service, 1, "ana@demo.test", BCRYPT).await;
    for wrong in ["correct house", BCRYPT] {
        let mut browser = Browser::new(&service);
        assert!(!signs_in(&mut browser, "ana@demo.test", wrong).await);
        assert_eq!(stored(&service, user).await.hash, BCRYPT);
    }
}

#[tokio::test]
async fn hash_of_another_cost_is_replaced_and_keeps_the_first_origin() {
    // Signs in with an imported hash on a service with the default cost, and then on one with a
    // higher cost over the same store. The hash that was set stays known.
    let store = std::sync::Arc::new(MemoryStore::new());
    let service = TestService::over(store.clone()).await;
    add_users(&service).await;
    let user = import(&service, 1, "ana@demo.test", BCRYPT).await;
    assert!(signs_in(&mut Browser::new(&service), "ana@demo.test", "correct horse").await);
    let cost = HashCost::new(HashCost::MEMORY_KIB_MIN, 3).expect("a cost");
    let settings = Settings { password_cost: cost, ..Settings::new(ORIGIN.to_owned()) };
    let costly = TestService::with_settings(store, settings).await;
    assert!(signs_in(&mut Browser::new(&costly), "ana@demo.test", "correct horse").await);
    let replaced = stored(&costly, user).await;
    assert!(replaced.hash.starts_with(&cost.prefix()), "{}", replaced.hash);
    assert_eq!(replaced.rehashed_from, Some(jose::digest::sha256(BCRYPT.as_bytes())));
}

#[tokio::test]
async fn wrong_passwords_are_refused_at_a_step_beside_imported_hashes() {
    // Submits a wrong password for a user with an imported hash, for one with a hash of Admit and
    // for a name without a user, at once. Each response takes a step, and none waits for another:
    // the sleeping requests hold no place of the queue, so a right password succeeds meanwhile.
    let service = service_with_users().await;
    import(&service, 1, "ana@demo.test", BCRYPT).await;
    let names = ["ana@demo.test", "alice@demo.test", "unknown@demo.test"];
    let attempt = async |name: &str, password: &str, address: &str| {
        let mut browser = Browser::at_address(&service, address);
        let page = browser.get(&request(&[])).await;
        let started = Instant::now();
        let page = browser.sign_in(&page, name, password).await;
        (page, started.elapsed())
    };
    let [ana, alice, unknown, right] = [
        attempt(names[0], "wrong", "192.0.2.11"),
        attempt(names[1], "wrong", "192.0.2.12"),
        attempt(names[2], "wrong", "192.0.2.13"),
        attempt("budi@demo.test", PASSWORD, "192.0.2.14"),
    ]
    .map(Box::pin);
    let (ana, alice, unknown, right) = tokio::join!(ana, alice, unknown, right);
    for (page, elapsed) in [ana, alice, unknown] {
        assert_eq!(problem_number(&page), 50_126);
        assert!(elapsed >= STEP, "{elapsed:?}");
    }
    assert!(right.0.text.contains("stay-yes"), "{}", right.0.text);
}
