//! Writes the records of this node.

use model::{Fault, RequestRecord};
use uuid::Uuid;

use super::{
    block::{self, encoding_failed},
    totals::{self, NodeDeltas},
    transaction::LongTransaction,
};
use crate::{
    history::{
        block::{BlockContent, BlockKind, BlockSummary, EncodedBlock, OPEN_MAX, by_kind},
        totals::TotalsDelta,
    },
    postgres::{database::Database, random_id::random_id},
};

/// The blocks that a node fills, the one that was filled last at the end.
#[derive(Default)]
pub(super) struct OpenBlocks(Vec<OpenBlock>);

/// A block that is being filled.
struct OpenBlock {
    id: Uuid,
    kind: BlockKind,
    /// Its records as they were last written, if they were written.
    stored: Option<BlockSummary>,
    content: BlockContent,
}

impl OpenBlocks {
    /// Adds a batch. If the commit fails, the blocks in memory contain records that the database
    /// does not, so that new blocks replace them.
    pub(super) async fn write(
        &mut self,
        (database, node): (&Database, Uuid),
        batch: &[RequestRecord],
    ) -> Result<(), Fault> {
        let mut open = std::mem::take(&mut self.0);
        let groups = by_kind(batch);
        let transaction = LongTransaction::without_sync(database).await?;
        let is_needed = |block: &OpenBlock| groups.iter().any(|(kind, _)| *kind == block.kind);
        drop_changed(&transaction, &mut open, is_needed).await?;
        let (mut written, mut delta) = (Vec::new(), TotalsDelta::default());
        for (kind, records) in groups {
            let position = open.iter().position(|block| block.kind == kind);
            let block = position.map(|position| open.remove(position));
            let mut block = block.unwrap_or_else(|| OpenBlock::new(kind));
            add(&mut block, records, &mut delta, &mut written)?;
            open.push(block);
            // Encoding a large batch takes milliseconds. Requests go on meanwhile.
            tokio::task::yield_now().await;
        }
        block::write(&transaction, node, &written).await?;
        totals::add(&transaction, &NodeDeltas::from([(node, delta)])).await?;
        transaction.commit().await?;
        // Blocks are written after each batch, so one that is dropped is only not filled further.
        open.drain(..open.len().saturating_sub(OPEN_MAX));
        self.0 = open;
        Ok(())
    }
}

/// Locks the blocks that are needed, and drops those whose row is not as this node wrote it: the
/// retention of some node has shortened or deleted it, or does so at this moment.
async fn drop_changed(
    transaction: &LongTransaction<'_>,
    open: &mut Vec<OpenBlock>,
    is_needed: impl Fn(&OpenBlock) -> bool,
) -> Result<(), Fault> {
    let ids: Vec<Uuid> =
        open.iter().filter(|block| is_needed(block)).map(|block| block.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let locked = block::lock(transaction, &ids).await?;
    open.retain(|block| {
        let stored = block.stored.map(|stored| (stored.from, stored.until, stored.records));
        !ids.contains(&block.id)
            || locked.iter().any(|(id, row)| *id == block.id && Some(*row) == stored)
    });
    Ok(())
}

/// Adds records to a block. Encodes it, and starts new blocks as they fill up.
fn add(
    block: &mut OpenBlock,
    records: Vec<&RequestRecord>,
    delta: &mut TotalsDelta,
    written: &mut Vec<(Uuid, EncodedBlock)>,
) -> Result<(), Fault> {
    let mut added = false;
    for record in records {
        if !block.content.can_take(record) {
            if added {
                written.push(block.encode(delta)?);
            }
            *block = OpenBlock::new(block.kind);
        }
        block.content.add(record).map_err(|error| encoding_failed(&error))?;
        delta.count(record, 1);
        added = true;
    }
    written.push(block.encode(delta)?);
    Ok(())
}

impl OpenBlock {
    fn new(kind: BlockKind) -> Self {
        Self { id: random_id(), kind, stored: None, content: BlockContent::new(kind) }
    }

    /// Encodes the records, which are then stored.
    fn encode(&mut self, delta: &mut TotalsDelta) -> Result<(Uuid, EncodedBlock), Fault> {
        let encoded = self.content.encode().map_err(|error| encoding_failed(&error))?;
        if let Some(stored) = self.stored {
            stored.subtract_from(delta);
        }
        encoded.summary.add_to(delta);
        self.stored = Some(encoded.summary);
        Ok((self.id, encoded))
    }
}
