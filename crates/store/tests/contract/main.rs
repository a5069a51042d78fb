//! The contract of stores and histories: one suite that runs unchanged on every backend, and the
//! additional guarantees of SQLite and PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cached;
mod continuity;
mod copy;
mod directory;
mod directory_conditions;
mod directory_constraints;
mod equivalence;
mod history;
mod ledger;
mod postgres;
mod races;
mod rows;
mod sqlite;
mod stores;
mod sweep;
mod tenant_store;

/// Runs tests on every store. A new backend is one line here and one function in `stores`.
macro_rules! on_every_store {
    ($($test:ident)*) => {
        crate::on_store!(memory: $($test)*);
        crate::on_store!(sqlite: $($test)*);
        crate::on_store!(postgres: $($test)*);
        crate::on_store!(postgres_behind_a_pooler: $($test)*);
        crate::on_store!(postgres_with_two_ledgers: $($test)*);
        crate::on_store!(cached_memory: $($test)*);
        crate::on_store!(cached_sqlite: $($test)*);
        crate::on_store!(cached_postgres: $($test)*);
    };
}

macro_rules! on_store {
    ($store:ident: $($test:ident)*) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $test() {
                    let opened = crate::stores::$store().await;
                    super::$test(&opened.store).await;
                }
            )*
        }
    };
}

use on_every_store;
use on_store;
