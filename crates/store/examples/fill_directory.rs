//! Fills a data directory with users, to measure a backup and a restore:
//!
//! ```sh
//! cargo run --release -p store --example fill_directory -- DIR 1000000
//! time admit backup b1 --data DIR --root-key root.key
//! time admit restore b1 --data new --root-key root.key
//! ```
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement by hand")]

use std::{env, path::Path, time::SystemTime};

use model::{
    Directory, DirectoryChange, Password, PasswordPreparation, Tenant, TenantId, Timestamp, User,
    UserId,
};
use store::SqliteStore;
use uuid::Uuid;

/// The number of users of one transaction.
const BATCH: u128 = 10_000;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, directory, users] = &arguments[..] else {
        println!("usage: fill_directory DIR USERS");
        return;
    };
    let users: u128 = users.parse().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a measurement")]
    let began = SystemTime::now();
    let store = SqliteStore::open(Path::new(directory)).unwrap();
    let tenant = TenantId::new(Uuid::from_u128(1));
    let put = DirectoryChange::PutTenant(Tenant::new(tenant, "big", [1; 32]));
    store.apply(vec![put]).await.unwrap();
    for first in (0..users).step_by(usize::try_from(BATCH).unwrap()) {
        let last = users.min(first + BATCH);
        let changes = (first..last).flat_map(|number| changes(tenant, number)).collect();
        store.apply(changes).await.unwrap();
    }
    println!("{users} users in {:?}", began.elapsed().unwrap());
}

/// Adds a user with a name, an e-mail address and the hash of a password.
fn changes(tenant: TenantId, number: u128) -> [DirectoryChange; 2] {
    let user = UserId::new(Uuid::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060)));
    let username = format!("user-{number}@big.example");
    let row = User {
        name: format!("User Number {number}"),
        email: Some(username.clone()),
        email_verified: true,
        ..User::new(tenant, user, &username)
    };
    let hash = format!("$argon2id$v=19$m=19456,t=2,p=1${:0>22}${number:0>43}", number % 97);
    let password = Password {
        hash,
        set_at: Timestamp::from_seconds(1_795_000_000),
        preparation: PasswordPreparation::Nfc,
        rehashed_from: None,
    };
    [DirectoryChange::PutUser(row), DirectoryChange::PutPassword { tenant, user, password }]
}
