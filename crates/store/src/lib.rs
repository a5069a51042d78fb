//! Storage: the store and the history on SQLite and in memory, and a cache in front of the store.

mod cached;
mod change_order;
mod dry_run;
mod grant_terms;
mod history;
mod job_queue;
mod memory;
mod normalize;
mod postgres;
mod record_query;
mod sql;
mod sqlite;
mod sweep_schedule;
mod ticket_entry;
mod unavailable;

pub use cached::CachedStore;
pub use dry_run::DryRunStore;
pub use memory::{MemoryHistory, MemoryStore};
pub use postgres::{
    Component, ConnectError, DatabaseInspection, DatabaseSettings, LedgerSettings, PoolUse,
    PostgresHistory, PostgresStore, Statements, TablesState, UnusableCause, inspect,
};
pub use sqlite::{BACKUP_FILES, OpenError, SqliteHistory, SqliteStore, back_up};
pub use sweep_schedule::{SWEEP_INTERVAL, sweep_all, sweep_until_idle};
pub use unavailable::UnavailableHistory;
