//! The schedule of the sweep: expired rows of the ledger are deleted faster than they can expire.

use std::time::Duration;

use model::{Fault, Ledger, Timestamp};

/// The interval of looking for expired rows.
pub const SWEEP_INTERVAL: Duration = Duration::from_secs(1);
/// The pause after a run that deleted many rows. More will have expired: in a second of a busy
/// service, thousands of one-time values do.
const BUSY_PAUSE: Duration = Duration::from_millis(200);
/// The number of rows that are many. Fewer wait for the next [`SWEEP_INTERVAL`], so that a service
/// with little work deletes them in one transaction a second.
const BUSY_ROWS: u64 = 1_000;
/// The maximum number of rows that one call of the ledger deletes.
const ROWS_MAX: u32 = 10_000;

/// Deletes every expired row, again after a short pause as long as there are many. Call it each
/// [`SWEEP_INTERVAL`]. `until` returns the time up to which expired rows may be deleted.
///
/// # Errors
/// The store failed.
pub async fn sweep_until_idle(
    ledger: &(impl Ledger + ?Sized),
    until: impl Fn() -> Timestamp + Send + Sync,
) -> Result<(), Fault> {
    while sweep_all(ledger, &until).await? >= BUSY_ROWS {
        tokio::time::sleep(BUSY_PAUSE).await;
    }
    Ok(())
}

/// Deletes every expired row, and returns the number of them.
///
/// # Errors
/// The store failed.
pub async fn sweep_all(
    ledger: &(impl Ledger + ?Sized),
    until: impl Fn() -> Timestamp + Send + Sync,
) -> Result<u64, Fault> {
    let mut deleted = 0;
    loop {
        let of_call = ledger.sweep(until(), ROWS_MAX).await?;
        deleted += of_call;
        if of_call < u64::from(ROWS_MAX) {
            return Ok(deleted);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::{Change, Seconds, TenantId, UsedValue, UsedValueKind};

    use super::*;
    use crate::MemoryStore;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    async fn mark_used(ledger: &impl Ledger, number: u32, expires_at: Timestamp) {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&number.to_be_bytes());
        let tenant = TenantId::new(uuid::Uuid::nil());
        let value = UsedValue { tenant, kind: UsedValueKind::DpopProof, digest, expires_at };
        let _ = ledger.commit(vec![Change::MarkUsed(value)]).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn rows_that_expire_meanwhile_are_deleted_after_a_short_pause() {
        // Sweeps more rows than one call deletes. Many expire during the pause, and another one in
        // the second pause; one stays. The sweep ends after the second pause: one row is not many.
        let ledger = MemoryStore::default();
        for number in 0..=ROWS_MAX {
            mark_used(&ledger, number, NOW).await;
        }
        mark_used(&ledger, ROWS_MAX + 1, NOW + Seconds::new(1)).await;
        let started = tokio::time::Instant::now();
        let (swept, ()) = tokio::join!(sweep_until_idle(&ledger, || NOW), async {
            tokio::time::sleep(BUSY_PAUSE / 2).await;
            for number in 2..1_002 {
                mark_used(&ledger, ROWS_MAX + number, NOW).await;
            }
            tokio::time::sleep(BUSY_PAUSE).await;
            mark_used(&ledger, ROWS_MAX + 2_000, NOW).await;
        });
        swept.unwrap();
        assert_eq!(started.elapsed(), 2 * BUSY_PAUSE);
        let later = NOW + Seconds::new(1);
        assert_eq!(sweep_all(&ledger, || NOW).await.unwrap(), 0);
        assert_eq!(sweep_all(&ledger, || later).await.unwrap(), 1);
    }
}
