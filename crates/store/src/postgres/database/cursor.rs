//! Reading of many rows in parts.

use tokio_postgres::Row;

use super::{DatabaseError, Transaction};

/// The cursor. A transaction has one at a time.
const CURSOR: &str = "all_rows";

impl Transaction {
    /// Opens the cursor of a query.
    pub(in crate::postgres) async fn open_cursor(&self, query: &str) -> Result<(), DatabaseError> {
        self.execute_batch(&format!("DECLARE {CURSOR} NO SCROLL CURSOR FOR {query}")).await
    }

    /// Returns the next rows. The statement is never prepared: the columns of a prepared one would
    /// stay those of the first cursor with its name.
    pub(in crate::postgres) async fn fetch(&self, count: u32) -> Result<Vec<Row>, DatabaseError> {
        let fetch = format!("FETCH {count} FROM {CURSOR}");
        Ok(self.client()?.query_typed(&fetch, &[]).await?)
    }

    /// Closes the cursor.
    pub(in crate::postgres) async fn close_cursor(&self) -> Result<(), DatabaseError> {
        self.execute_batch(&format!("CLOSE {CURSOR}")).await
    }
}
