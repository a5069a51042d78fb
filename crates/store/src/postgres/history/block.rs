//! The rows of blocks on PostgreSQL.

use model::{Fault, FaultKind, RequestRecord};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{
    statements as sql,
    totals::{tenant, tenant_key},
    transaction::LongTransaction,
};
use crate::{
    history::{
        block::{BlockKind, BlockSummary, EncodedBlock},
        codec,
        totals::Share,
    },
    postgres::column::get,
};

/// A row of the table `record_blocks`, without the filter and the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct BlockRow {
    pub(super) id: Uuid,
    /// The node that wrote it.
    pub(super) node: Uuid,
    pub(super) summary: BlockSummary,
}

impl BlockRow {
    /// Locks the blocks with the oldest records before a time, oldest first.
    pub(super) async fn lock_old(
        transaction: &LongTransaction<'_>,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Self>, Fault> {
        let conditions = [(&before as _, Type::INT8), (&limit as _, Type::INT8)];
        let rows = transaction.query(sql::OLD_BLOCKS, &conditions).await?;
        rows.iter().map(Self::read).collect()
    }

    /// Locks the blocks of a share with its oldest records, oldest first.
    pub(super) async fn lock_oldest_of(
        transaction: &LongTransaction<'_>,
        share: Share,
        limit: i64,
    ) -> Result<Vec<Self>, Fault> {
        let tenant = tenant_key(share.tenant);
        let conditions = [
            (&tenant as _, Type::UUID),
            (&share.unproven as _, Type::BOOL),
            (&limit as _, Type::INT8),
        ];
        let rows = transaction.query(sql::OLDEST_BLOCKS_OF_SHARE, &conditions).await?;
        rows.iter().map(Self::read).collect()
    }

    fn read(row: &Row) -> Result<Self, Fault> {
        let share = Share { tenant: tenant(get(row, 2)?), unproven: get(row, 4)? };
        let summary = BlockSummary {
            kind: BlockKind { share, failed: get(row, 3)? },
            uniform: get(row, 5)?,
            from: get(row, 6)?,
            until: get(row, 7)?,
            records: get(row, 8)?,
            bytes: get(row, 9)?,
        };
        Ok(Self { id: get(row, 0)?, node: get(row, 1)?, summary })
    }

    /// Deletes the block.
    pub(super) async fn delete(self, transaction: &LongTransaction<'_>) -> Result<(), Fault> {
        transaction.execute(sql::DELETE_BLOCK, &[(&self.id, Type::UUID)]).await.map(drop)
    }
}

/// Locks those of these blocks that still exist, unless another transaction has locked them.
/// Returns their id, the times of their oldest and newest record, and the number of records.
pub(super) async fn lock(
    transaction: &LongTransaction<'_>,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, (i64, i64, i64))>, Fault> {
    let rows = transaction.query(sql::LOCK_BLOCKS, &[(&ids, Type::UUID_ARRAY)]).await?;
    let read = |row: &Row| Ok((get(row, 0)?, (get(row, 1)?, get(row, 2)?, get(row, 3)?)));
    rows.iter().map(read).collect()
}

/// Inserts blocks of a node, or replaces their records.
pub(super) async fn write(
    transaction: &LongTransaction<'_>,
    node: Uuid,
    blocks: &[(Uuid, EncodedBlock)],
) -> Result<(), Fault> {
    fn column<'a, T>(
        blocks: &'a [(Uuid, EncodedBlock)],
        value: impl Fn(&'a EncodedBlock) -> T,
    ) -> Vec<T> {
        blocks.iter().map(|(_, block)| value(block)).collect()
    }
    let ids: Vec<Uuid> = blocks.iter().map(|(id, _)| *id).collect();
    let tenants = column(blocks, |block| tenant_key(block.summary.kind.share.tenant));
    let failed = column(blocks, |block| block.summary.kind.failed);
    let unproven = column(blocks, |block| block.summary.kind.share.unproven);
    let uniform = column(blocks, |block| block.summary.uniform);
    let from = column(blocks, |block| block.summary.from);
    let until = column(blocks, |block| block.summary.until);
    let records = column(blocks, |block| block.summary.records);
    let bytes = column(blocks, |block| block.summary.bytes);
    let filters = column(blocks, |block| &*block.filter);
    let bodies = column(blocks, |block| &*block.body);
    let rows = [
        (&node as _, Type::UUID),
        (&ids as _, Type::UUID_ARRAY),
        (&tenants as _, Type::UUID_ARRAY),
        (&failed as _, Type::BOOL_ARRAY),
        (&unproven as _, Type::BOOL_ARRAY),
        (&uniform as _, Type::BOOL_ARRAY),
        (&from as _, Type::INT8_ARRAY),
        (&until as _, Type::INT8_ARRAY),
        (&records as _, Type::INT8_ARRAY),
        (&bytes as _, Type::INT8_ARRAY),
        (&filters as _, Type::BYTEA_ARRAY),
        (&bodies as _, Type::BYTEA_ARRAY),
    ];
    transaction.execute(sql::WRITE_BLOCKS, &rows).await.map(drop)
}

/// Returns the bodies of blocks, in no order. Those that were deleted meanwhile are missing.
pub(super) async fn read_bodies(
    transaction: &LongTransaction<'_>,
    ids: &[Uuid],
) -> Result<Vec<Vec<u8>>, Fault> {
    let rows = transaction.query(sql::BODIES, &[(&ids, Type::UUID_ARRAY)]).await?;
    rows.iter().map(|row| get(row, 0)).collect()
}

/// Decodes the records of a body.
pub(super) fn decode(body: &[u8]) -> Result<Vec<RequestRecord>, Fault> {
    codec::decode(body).map_err(|error| Fault::new(FaultKind::StoreBroken, &*error))
}

/// Returns the fault of records that cannot be encoded.
pub(super) fn encoding_failed(error: &codec::Error) -> Fault {
    Fault::new(FaultKind::Internal, &**error)
}
