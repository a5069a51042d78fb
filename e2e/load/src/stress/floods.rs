//! Rows `flood-…`: a flood from one address or tenant leaves the use by others as it was.

use std::time::Duration;

use rusqlite::{Connection as Database, OpenFlags};
use tokio::task::JoinSet;

use super::Run;
use super::attack::{AT_ONCE, Attack, Flood, Sent, threads};
use super::figure::Figure;
use super::victim::Victim;
use crate::random::Random;
use crate::service::{Data, Service};
use crate::{Result, clock};

/// Runs a flood for 20 s, or 1 s, on a service of its own.
pub(crate) async fn measure(run: &Run, flood: Flood) -> Result<Vec<Figure>> {
    let period = Duration::from_secs(u64::from(run.size(20, 1)));
    let (name, data) = (flood.name(), run.data("floods")?);
    let random = run.random(name);
    let service = Service::start(&data).await?;
    let victim = Victim::of(&service)?;
    let attack = Attack::prepare(flood, &data, &service).await?;
    // The first requests fill caches.
    victim.observe(Duration::from_millis(500)).await?;
    let before = victim.observe(period).await?;
    let rows_before = used_values(&data)?;
    let (end, mut attackers) = (clock::now() + period + period / 4, JoinSet::new());
    for number in 0..AT_ONCE {
        let random = Random::new(random.clone().next(), &format!("{name} {number}"));
        attackers
            .spawn_on(attack.clone().run(number, end, random), threads(run.is_short)?.handle());
    }
    // The idle connections are all open before the others are observed.
    tokio::time::sleep(period / 8).await;
    let during = victim.observe(period).await?;
    while let Some(result) = attackers.join_next().await {
        result?;
    }
    let sent = std::mem::take(&mut *attack.sent());
    let rows = used_values(&data)?.saturating_sub(rows_before);
    let after = victim.observe(period).await?;
    service.kill().await?;
    let mut figures = during.figures(name, &before, &after);
    figures.push(flood_was_sent(&sent, run.size(50, 1)).during(name));
    if flood == Flood::RefusedRefreshes {
        figures.push(nothing_was_stored(rows, sent.requests).during(name));
    }
    Ok(figures)
}

/// Judges whether there was a flood at all. Fewer requests than `minimum` are none; a short form
/// beside other work sends few.
fn flood_was_sent(sent: &Sent, minimum: u32) -> Figure {
    let responses = sent.responses.iter().map(|(status, count)| format!(", {status}: {count}"));
    let measured = format!("{} times{}", sent.requests, responses.collect::<String>());
    Figure::new("the flood was sent", measured, sent.requests >= u64::from(minimum))
}

/// Judges the rows in the ledger. A sign-in of others stores the value of its flow.
fn nothing_was_stored(rows: u64, sent: u64) -> Figure {
    let measured = format!("{rows} rows for {sent} refused requests");
    Figure::new("refusals store nothing", measured, rows * 10 <= sent)
}

/// Returns the number of one-time values that the ledger stores.
fn used_values(data: &Data) -> Result<u64> {
    let file = data.path.join("ledger.db");
    let database = Database::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let count: i64 =
        database.query_row("SELECT count(*) FROM used_values", [], |row| row.get(0))?;
    Ok(u64::try_from(count)?)
}

#[cfg(test)]
mod tests {
    use super::{Sent, flood_was_sent, nothing_was_stored};

    #[test]
    fn a_row_for_each_refusal_breaks_the_promise() {
        // Judges as many rows as requests, and a few of others.
        assert!(!nothing_was_stored(1_000, 1_000).is_kept);
        assert!(nothing_was_stored(20, 1_000).is_kept);
    }

    #[test]
    fn a_flood_that_was_not_sent_breaks_the_promise() {
        // Judges a flood that was stopped after a few requests, and a real one.
        let sent = |requests| Sent { requests, ..Sent::default() };
        assert!(!flood_was_sent(&sent(3), 50).is_kept);
        assert!(flood_was_sent(&sent(5_000), 50).is_kept);
    }
}
