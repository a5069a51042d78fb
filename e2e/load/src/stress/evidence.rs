//! Row `evidence`: many failures of unknown clients leave the records of others readable.

use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::process::Command;
use tokio::task::JoinSet;

use super::Run;
use super::attack::{AT_ONCE, send_failure, threads};
use super::figure::Figure;
use crate::Result;
use crate::client::App;
use crate::http::Connection;
use crate::random::Random;
use crate::service::{Data, Service};
use crate::user_agent::UserAgent;

/// Sends 200,000 anonymous failures, or 5,000, and looks up what happened before.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("evidence")?;
    let service = Service::start(&data).await?;
    let web = App::find(&service.tenant, "web")?;
    let mut connection = Connection::open(&service.target).await?;
    let earlier = leave_evidence(&service, &web, &mut connection).await?;
    let failures = u64::from(run.size(200_000, 5_000));
    flood(run, &service, failures).await?;
    let mut found = 0;
    for trace_id in &earlier {
        let response = web.explain(&mut connection, &[("trace_id", trace_id)]).await?;
        found += usize::from(shows(&response.body, trace_id));
    }
    let mut explained = 0;
    for trace_id in &earlier {
        explained += usize::from(explain(&data, trace_id).await?);
    }
    service.kill().await?;
    Ok(vec![
        all_are_found("look-up", found, earlier.len(), failures),
        all_are_found("`admit explain`", explained, earlier.len(), failures),
    ])
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

fn all_are_found(by: &str, found: usize, all: usize, failures: u64) -> Figure {
    let measured = format!("{found} of {all} after {failures} anonymous failures");
    Figure::new(format!("evidence of others is found by {by}"), measured, found == all && all > 0)
}

#[cfg(test)]
mod tests {
    use super::all_are_found;

    #[test]
    fn a_record_that_is_lost_breaks_the_promise() {
        // Judges one of two records, none of none, and two of two.
        assert!(!all_are_found("look-up", 1, 2, 5_000).is_kept);
        assert!(!all_are_found("look-up", 0, 0, 5_000).is_kept);
        assert!(all_are_found("look-up", 2, 2, 5_000).is_kept);
    }
}
