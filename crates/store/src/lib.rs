//! Storage: the store and the history on SQLite and in memory, and a cache in front of the store.

mod cached;
mod change_order;
mod component;
mod copy;
mod dry_run;
mod grant_terms;
mod history;
mod job_queue;
mod memory;
mod migration_plan;
mod normalize;
mod postgres;
mod record_query;
mod request_wait;
mod sql;
mod sqlite;
mod sweep_schedule;
mod ticket_entry;
mod unavailable;

pub use cached::CachedStore;
pub use component::Component;
pub use copy::{
    BulkRows, CopyBegin, CopyError, StoreCopy, TableChanges, TableComparison, TableDigest,
};
pub use dry_run::DryRunStore;
pub use memory::{MemoryHistory, MemoryStore};
pub use migration_plan::{Migration, MigrationPlan};
pub use postgres::{
    Access, ConnectError, DatabaseInspection, DatabaseSettings, LedgerSettings, Period, PoolUse,
    PostgresHistory, PostgresRows, PostgresStore, Statements, TablesState, UnusableCause, inspect,
    migrate, migration_plan,
};
pub use request_wait::count_request_wait;
pub use sqlite::{
    BACKUP_FILES, OpenError, SqliteHistory, SqliteRows, SqliteStore, back_up, file_migration_plans,
};
pub use sweep_schedule::{SWEEP_INTERVAL, sweep_all, sweep_until_idle};
pub use unavailable::UnavailableHistory;
