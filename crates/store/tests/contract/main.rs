//! What every store must do: one suite, run unchanged on each; and what SQLite must do besides.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agreement;
mod cached;
mod directory;
mod history;
mod households;
mod ledger;
mod races;
mod rows;
mod sqlite;
mod stores;
mod sweep;

/// Runs the behaviours on every store: a new store is one line here and one function in `stores`.
macro_rules! on_every_store {
    ($($behaviour:ident)*) => {
        crate::on_store!(memory: $($behaviour)*);
        crate::on_store!(sqlite: $($behaviour)*);
        crate::on_store!(cached_memory: $($behaviour)*);
        crate::on_store!(cached_sqlite: $($behaviour)*);
    };
}

macro_rules! on_store {
    ($store:ident: $($behaviour:ident)*) => {
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $behaviour() {
                    let kept = crate::stores::$store();
                    super::$behaviour(&kept.store).await;
                }
            )*
        }
    };
}

use on_every_store;
use on_store;
