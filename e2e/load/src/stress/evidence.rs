//! Row `evidence`: many failures of unknown clients leave the records of others readable.

use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection as Database, OpenFlags};
use tokio::process::Command;
use tokio::task::JoinSet;

use super::Run;
use super::attack::{AT_ONCE, send_failure, threads};
use super::figure::Figure;
use crate::client::App;
use crate::http::Connection;
use crate::random::Random;
use crate::service::{Data, Service};
use crate::user_agent::UserAgent;
use crate::{Result, clock};

/// The most records that the service keeps in the full form: the flood fills the history ten times.
const RECORDS_MAX: u64 = 20_000;
/// The longest time until the history has its limit again. The service looks once a minute.
const RETENTION_MAX: Duration = Duration::from_secs(150);

/// The figures of a flood.
#[derive(Clone, Copy)]
struct Measured {
    failures: u64,
    /// The records from before the flood, and those that were found after it.
    evidence: usize,
    by_look_up: usize,
    by_explain: usize,
    /// The records that are left of all. `None` in the short form, which does not fill the history.
    left: Option<u64>,
}

/// Sends 200,000 anonymous failures, or 5,000, and looks up what happened before. In the full form,
/// the history cannot keep all failures, so that others are deleted for them.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("evidence")?;
    let mut service = Service::start(&data).await?;
    let web = App::find(&service.tenant, "web")?;
    let mut connection = Connection::open(&service.target).await?;
    let earlier = leave_evidence(&service, &web, &mut connection).await?;
    if !run.is_short {
        let options = format!("[records]\nmax_records = {RECORDS_MAX}\n");
        service = service.restart_with(&data, &options).await?;
    }
    let failures = u64::from(run.size(200_000, 5_000));
    flood(run, &service, failures).await?;
    let left = if run.is_short { None } else { Some(records_after_retention(&data).await?) };
    // The service has closed the earlier connection, which was idle during the flood.
    let mut connection = Connection::open(&service.target).await?;
    let (mut by_look_up, mut by_explain) = (0, 0);
    for trace_id in &earlier {
        let response = web.explain(&mut connection, &[("trace_id", trace_id)]).await?;
        by_look_up += usize::from(shows(&response.body, trace_id));
        by_explain += usize::from(explain(&data, trace_id).await?);
    }
    service.kill().await?;
    let evidence = earlier.len();
    Ok(Measured { failures, evidence, by_look_up, by_explain, left }.figures())
}

/// Redeems a code, and redeems it again: a security event. Returns the trace ids.
async fn leave_evidence(
    service: &Service,
    web: &App,
    connection: &mut Connection,
) -> Result<Vec<String>> {
    let user = service.tenant.users.first().ok_or("no user")?;
    let code = UserAgent::default().code(connection, user, web).await?;
    let mut trace_ids = Vec::new();
    for _ in 0..2 {
        let response = web.send_code(connection, &code).await?;
        trace_ids.push(response.trace_id.ok_or("no trace id")?);
    }
    Ok(trace_ids)
}

async fn flood(run: &Run, service: &Service, failures: u64) -> Result<()> {
    let random = run.random("evidence");
    let (sent, mut attackers) = (Arc::new(AtomicU64::new(0)), JoinSet::new());
    for number in 0..AT_ONCE {
        let mut random = Random::new(random.clone().next(), &number.to_string());
        let (sent, target) = (Arc::clone(&sent), service.target.clone());
        let tenant = service.tenant.id.clone();
        let task = async move {
            let address = Ipv4Addr::new(127, 0, 0, 16);
            let mut connection = Connection::open_from(&target, address).await?;
            while sent.fetch_add(1, Ordering::Relaxed) < failures {
                send_failure(&mut connection, &tenant, &mut random).await?;
            }
            Result::<()>::Ok(())
        };
        attackers.spawn_on(task, threads(run.is_short)?.handle());
    }
    while let Some(result) = attackers.join_next().await {
        result??;
    }
    Ok(())
}

/// Returns whether the operator can explain the request.
async fn explain(data: &Data, trace_id: &str) -> Result<bool> {
    let mut command = Command::new(data.binary());
    let command = command.args(["explain", trace_id]).arg("--data").arg(&data.path);
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    Ok(output.status.success() && shows(&output.stdout, trace_id))
}

fn shows(output: &[u8], trace_id: &str) -> bool {
    String::from_utf8_lossy(output).contains(trace_id)
}

/// Waits until the history has its limit, and returns the number of its records.
async fn records_after_retention(data: &Data) -> Result<u64> {
    // The last failures are stored within a second.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let start = clock::now();
    loop {
        let records = records(data)?;
        if records <= RECORDS_MAX || start.elapsed() > RETENTION_MAX {
            return Ok(records);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Returns the number of records in the history.
fn records(data: &Data) -> Result<u64> {
    let file = data.path.join("history.db");
    let database = Database::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let records: i64 = database.query_row("SELECT records FROM totals", [], |row| row.get(0))?;
    Ok(u64::try_from(records)?)
}

impl Measured {
    fn figures(self) -> Vec<Figure> {
        let Self { failures, evidence, by_look_up, by_explain, left } = self;
        let found = |by: &str, found: usize| {
            let measured = format!("{found} of {evidence} after {failures} anonymous failures");
            let is_kept = found == evidence && evidence > 0;
            Figure::new(format!("evidence of others is found by {by}"), measured, is_kept)
        };
        // Fewer records mean that the service kept less than it may, or that there was no flood.
        let full = RECORDS_MAX * 9 / 10..=RECORDS_MAX;
        let filled = left.map(|left| {
            let measured = format!("{left} records are left, of at most {RECORDS_MAX}");
            Figure::new("the flood fills the history", measured, full.contains(&left))
        });
        let found = [found("look-up", by_look_up), found("`admit explain`", by_explain)];
        found.into_iter().chain(filled).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_lost_breaks_the_promise() {
        // Judges floods that leave all records, some that lose one, and some that are none: they
        // leave more records than the limit, because nothing was deleted, or far fewer.
        let good = Measured {
            failures: 200_000,
            evidence: 2,
            by_look_up: 2,
            by_explain: 2,
            left: Some(RECORDS_MAX),
        };
        let kept = |measured: Measured| {
            measured.figures().iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(good), [true; 3]);
        assert_eq!(kept(Measured { left: None, ..good }), [true; 2]);
        assert_eq!(kept(Measured { by_look_up: 1, ..good }), [false, true, true]);
        assert_eq!(kept(Measured { by_explain: 1, ..good }), [true, false, true]);
        let nothing = Measured { evidence: 0, by_look_up: 0, by_explain: 0, ..good };
        assert_eq!(kept(nothing), [false, false, true]);
        for left in [RECORDS_MAX + 1, 5_000] {
            assert_eq!(kept(Measured { left: Some(left), ..good }), [true, true, false]);
        }
    }
}
