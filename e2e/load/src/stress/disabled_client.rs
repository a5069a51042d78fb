//! The time until all nodes refuse a client that a command has disabled.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::App;
use crate::cluster::Cluster;
use crate::http::Connection;
use crate::{Result, clock};

/// The client.
const CLIENT: &str = "daemon";
/// A node that has seen nothing for so long will not see the change.
const SEEN_MAX: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_millis(10);

/// The longest times from the end of the command.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) disabled: Duration,
    pub(super) enabled: Duration,
}

/// Disables a client and enables it again, so many times.
pub(super) async fn measure(cluster: &Cluster, rounds: u32) -> Result<Seen> {
    let mut seen = Seen::default();
    for _ in 0..rounds {
        seen.disabled = seen.disabled.max(set_and_wait(cluster, false).await?);
        seen.enabled = seen.enabled.max(set_and_wait(cluster, true).await?);
    }
    Ok(seen)
}

/// Applies the change, and returns after which time the last node saw it.
async fn set_and_wait(cluster: &Cluster, is_enabled: bool) -> Result<Duration> {
    let app = App::find(&cluster.service.tenant, CLIENT)?;
    let mut nodes = cluster.connect_to_nodes().await?;
    for connection in &mut nodes {
        if is_accepted(&app, connection).await? == is_enabled {
            return Err(format!("before the change, {CLIENT} is not as it was set").into());
        }
    }
    let declaration = format!(
        "[[tenants]]\nname = \"demo\"\n\n\
         [[tenants.clients]]\nname = \"{CLIENT}\"\nenabled = {is_enabled}\n"
    );
    cluster.apply(&declaration).await?;
    let start = clock::now();
    let mut waiting = JoinSet::new();
    for connection in nodes {
        waiting.spawn(wait(app.clone(), connection, is_enabled, start));
    }
    let mut slowest = Duration::ZERO;
    while let Some(seen) = waiting.join_next().await {
        slowest = slowest.max(seen??);
    }
    Ok(slowest)
}

async fn wait(
    app: App,
    mut connection: Connection,
    is_enabled: bool,
    start: Instant,
) -> Result<Duration> {
    loop {
        let seen = is_accepted(&app, &mut connection).await? == is_enabled;
        let after = start.elapsed();
        if seen {
            return Ok(after);
        }
        if after > SEEN_MAX {
            return Err(format!("a node did not see a change in {SEEN_MAX:?}").into());
        }
        sleep(INTERVAL).await;
    }
}

/// Returns whether the client gets a token.
async fn is_accepted(app: &App, connection: &mut Connection) -> Result<bool> {
    let response = app.send_own_token(connection).await?;
    match response.status {
        200 => Ok(true),
        400 | 401 => Ok(false),
        status => Err(format!("{status} {:?}", response.body).into()),
    }
}
