//! Retention on PostgreSQL: deletes the oldest records that exceed a limit.
//!
//! Any node may do it, one at a time: to the others there is nothing to delete meanwhile. Blocks
//! that a node fills at this moment are skipped, so that no node waits for it.

use std::collections::{HashMap, VecDeque};

use model::{Fault, RetentionLimits, Timestamp};
use tokio_postgres::types::Type;

use super::{
    block::{self, BlockRow, decode, encoding_failed, read_bodies},
    change_event, statements as sql,
    totals::{self, NodeDeltas},
    transaction::LongTransaction,
};
use crate::{
    history::{
        block::BlockContent,
        excess::{BLOCKS_MAX, BlockExcess, Excess},
        totals::{Share, Shares, TotalsDelta, bucket},
    },
    postgres::database::Database,
};

/// The number of blocks of a share that are locked at once.
const LOCKED_AT_ONCE: i64 = 16;
/// The maximum number of old counts that one call deletes.
const COUNTS_MAX: i64 = 1_000;

/// Deletes some of the excess. Returns the number of deleted records and events.
pub(super) async fn enforce(
    database: &Database,
    now: Timestamp,
    limits: &RetentionLimits,
) -> Result<u64, Fault> {
    let oldest = now - limits.age_max;
    let transaction = LongTransaction::without_sync(database).await?;
    let lock = transaction.query(sql::TRY_LOCK, &[(&"retention", Type::TEXT)]).await?;
    if lock.is_empty() {
        transaction.commit().await?;
        return Ok(0);
    }
    let deleted_events = change_event::delete_excess(&transaction, oldest.microseconds()).await?;
    let mut deletion = Deletion {
        transaction: &transaction,
        before: oldest.microseconds(),
        limits,
        shares: totals::shares(&transaction).await?,
        deltas: NodeDeltas::default(),
        locked: HashMap::new(),
    };
    deletion.run().await?;
    let (deltas, (records, _)) = (&deletion.deltas, deletion.changed());
    if records == 0 {
        delete_old_counts(&transaction, bucket(oldest)).await?;
    } else {
        totals::add(&transaction, deltas).await?;
    }
    transaction.commit().await?;
    Ok(records.unsigned_abs() + deleted_events)
}

/// Deletes refusal counts by their age. Deleting a block subtracts its records from the counts, but
/// the records of a damaged block are unknown.
async fn delete_old_counts(
    transaction: &LongTransaction<'_>,
    oldest_bucket: i64,
) -> Result<(), Fault> {
    let conditions = [(&oldest_bucket as _, Type::INT8), (&COUNTS_MAX as _, Type::INT8)];
    transaction.execute(sql::DELETE_OLD_COUNTS, &conditions).await.map(drop)
}

/// The deletion of some blocks in a transaction.
struct Deletion<'a> {
    transaction: &'a LongTransaction<'a>,
    /// Records before this time are too old, in microseconds.
    before: i64,
    limits: &'a RetentionLimits,
    /// The shares before the deletion.
    shares: Shares,
    deltas: NodeDeltas,
    /// The next blocks of each share, oldest first.
    locked: HashMap<Share, VecDeque<BlockRow>>,
}

impl Deletion<'_> {
    async fn run(&mut self) -> Result<(), Fault> {
        let limit = i64::try_from(BLOCKS_MAX).unwrap_or(i64::MAX);
        let old = BlockRow::lock_old(self.transaction, self.before, limit).await?;
        let left = BLOCKS_MAX.saturating_sub(old.len());
        for block in old {
            self.delete_excess(block).await?;
        }
        for _ in 0..left {
            let Some(block) = self.next_block().await? else { break };
            let share = block.summary.kind.share;
            // The limit of bytes may cut a block more than once.
            if let Some(rest) = self.delete_excess(block).await? {
                self.locked.entry(share).or_default().push_front(rest);
            }
        }
        Ok(())
    }

    /// Returns the changes of the records and bytes so far.
    fn changed(&self) -> (i64, i64) {
        let add = |(records, bytes), delta: &TotalsDelta| {
            (records + delta.records(), bytes + delta.bytes())
        };
        self.deltas.values().fold((0, 0), add)
    }

    fn excess(&self) -> Excess {
        let ((records, bytes), changed) = (self.shares.total(), self.changed());
        Excess::new(self.before, self.limits, (records + changed.0, bytes + changed.1))
    }

    /// Returns the block that loses records next, if the history is full.
    async fn next_block(&mut self) -> Result<Option<BlockRow>, Fault> {
        let excess = self.excess();
        if !excess.is_full() {
            return Ok(None);
        }
        let changed = |share| {
            let add = |sum: (i64, i64), of: (i64, i64)| (sum.0 + of.0, sum.1 + of.1);
            self.deltas.values().map(|delta| delta.of_share(share)).fold((0, 0), add)
        };
        let Some(share) = self.shares.next_to_lose(changed, excess.is_full_of_bytes()) else {
            return Ok(None);
        };
        let blocks = self.locked.entry(share).or_default();
        if blocks.is_empty() {
            let oldest = BlockRow::lock_oldest_of(self.transaction, share, LOCKED_AT_ONCE);
            blocks.extend(oldest.await?);
        }
        Ok(blocks.pop_front())
    }

    /// Deletes the excess records of a block. Returns what is left of it.
    async fn delete_excess(&mut self, block: BlockRow) -> Result<Option<BlockRow>, Fault> {
        let (excess, transaction) = (self.excess(), self.transaction);
        let is_whole = match excess.of_block(&block.summary) {
            BlockExcess::None => return Ok(None),
            BlockExcess::Whole => true,
            BlockExcess::Oldest => false,
        };
        let delta = self.deltas.entry(block.node).or_default();
        let mut records = Vec::new();
        if is_whole && block.summary.uniform {
            block.summary.subtract_counts_from(delta);
        } else {
            let bodies = read_bodies(transaction, &[block.id]).await?;
            // A damaged block is deleted as a whole, or nothing after it would ever be deleted.
            records = bodies.first().and_then(|body| decode(body).ok()).unwrap_or_default();
            excess.remove_from(&block.summary, &mut records, delta);
        }
        block.summary.subtract_from(delta);
        if is_whole || records.is_empty() {
            block.delete(transaction).await?;
            return Ok(None);
        }
        let content = BlockContent::of_records(block.summary.kind, &records);
        let rest = content
            .and_then(|mut content| content.encode())
            .map_err(|error| encoding_failed(&error))?;
        let summary = rest.summary;
        summary.add_to(delta);
        block::write(transaction, block.node, &[(block.id, rest)]).await?;
        Ok(Some(BlockRow { summary, ..block }))
    }
}
