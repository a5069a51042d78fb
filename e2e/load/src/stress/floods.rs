//! Rows `flood-…`: a flood from one address or tenant leaves the use by others as it was.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::{Connection as Database, OpenFlags};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::Run;
use super::figure::Figure;
use super::victim::Victim;
use crate::client::App;
use crate::http::{Connection, Target, connect_from};
use crate::one_time::ProofSender;
use crate::random::Random;
use crate::service::{Data, Service, User};
use crate::user_agent::UserAgent;
use crate::{Result, clock};

/// The attackers have addresses from this one on.
const ATTACKER: [u8; 4] = [127, 0, 0, 16];
/// The number of requests that a flood sends at once.
const AT_ONCE: usize = 32;
/// The number of connections that one address opens: more than a listener takes in all.
const IDLE: usize = 9_000;

/// A flood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flood {
    /// Idle connections from one address.
    IdleConnections,
    /// Sign-ins with the right password of one user.
    SignIns,
    /// Wrong passwords for many names from three addresses.
    WrongPasswords,
    /// Refreshes with a revoked token and fresh proofs.
    RefusedRefreshes,
    /// Token requests of clients that do not exist.
    AnonymousFailures,
}

/// The attackers: where they send to, and what they have.
#[derive(Clone)]
struct Attack {
    target: Target,
    web: App,
    native: App,
    user: User,
    /// A refresh token that is revoked.
    revoked: String,
    sent: Arc<AtomicU64>,
}

/// Runs a flood for 20 s, or 3 s, on a service of its own.
pub(crate) async fn measure(run: &Run, flood: Flood) -> Result<Vec<Figure>> {
    let period = Duration::from_secs(u64::from(run.size(20, 3)));
    let name = flood.name();
    measure_flood(&run.data("floods")?, flood, period, run.random(name)).await
}

impl Flood {
    const fn name(self) -> &'static str {
        match self {
            Self::IdleConnections => "idle connections",
            Self::SignIns => "sign-ins",
            Self::WrongPasswords => "wrong passwords",
            Self::RefusedRefreshes => "refused refreshes",
            Self::AnonymousFailures => "anonymous failures",
        }
    }
}

async fn measure_flood(
    data: &Data,
    flood: Flood,
    period: Duration,
    random: Random,
) -> Result<Vec<Figure>> {
    let name = flood.name();
    let service = Service::start(data).await?;
    let victim = Victim::of(&service)?;
    let attack = Attack::prepare(&service).await?;
    // The first requests fill caches.
    victim.observe(Duration::from_millis(500)).await?;
    let before = victim.observe(period).await?;
    let rows_before = used_values(data)?;
    let (end, mut attackers) = (clock::now() + period + period / 4, JoinSet::new());
    for number in 0..AT_ONCE {
        let random = Random::new(random.clone().next(), &format!("{name} {number}"));
        attackers.spawn(attack.clone().run(flood, number, end, random));
    }
    // The idle connections are all open before the others are observed.
    tokio::time::sleep(period / 8).await;
    let during = victim.observe(period).await?;
    while let Some(result) = attackers.join_next().await {
        result?;
    }
    let sent = attack.sent.load(Ordering::Relaxed);
    let rows = used_values(data)?.saturating_sub(rows_before);
    let after = victim.observe(period).await?;
    service.kill().await?;
    let mut figures = during.figures(name, &before, &after);
    figures.push(Figure::new("the flood was sent", format!("{sent} times"), sent > 0).during(name));
    if flood == Flood::RefusedRefreshes {
        // A sign-in of others stores the value of its flow.
        let measured = format!("{rows} rows for {sent} refused requests");
        let is_kept = rows * 10 <= sent;
        figures.push(Figure::new("refusals store nothing", measured, is_kept).during(name));
    }
    Ok(figures)
}

impl Attack {
    async fn prepare(service: &Service) -> Result<Self> {
        let web = App::find(&service.tenant, "web")?;
        let native = App::find(&service.tenant, "native")?;
        let user = service.tenant.users.get(1).ok_or("no second user")?.clone();
        let mut connection = Connection::open(&service.target).await?;
        let code = UserAgent::default().code(&mut connection, &user, &native).await?;
        let tokens = native.redeem(&mut connection, &code).await?;
        let revoked = tokens.map_err(|error| format!("{error:?}"))?.refresh_token;
        native.revoke(&mut connection, &revoked).await?;
        let (target, sent) = (service.target.clone(), Arc::new(AtomicU64::new(0)));
        Ok(Self { target, web, native, user, revoked, sent })
    }

    /// Sends one of the concurrent parts of the flood until its end. Refusals and closed
    /// connections are what an attacker expects.
    async fn run(self, flood: Flood, number: usize, end: std::time::Instant, mut random: Random) {
        let [a, b, c, d] = ATTACKER;
        // Wrong passwords come from three addresses, everything else from one.
        let addresses = if flood == Flood::WrongPasswords { 3 } else { 1 };
        let last = d + u8::try_from(number % addresses).unwrap_or_default();
        let address = Ipv4Addr::new(a, b, c, last);
        if flood == Flood::IdleConnections {
            return self.hold_idle(address, end).await;
        }
        let proofs = ProofSender::new(self.target.port, &self.native.tenant);
        let Ok(mut proofs) = proofs else { return };
        while clock::now() < end {
            let Ok(mut connection) = Connection::open_from(&self.target, address).await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            while clock::now() < end {
                self.sent.fetch_add(1, Ordering::Relaxed);
                if self.send(flood, &mut connection, &mut proofs, &mut random).await.is_err() {
                    break;
                }
            }
        }
    }

    async fn send(
        &self,
        flood: Flood,
        connection: &mut Connection,
        proofs: &mut ProofSender,
        random: &mut Random,
    ) -> Result<()> {
        match flood {
            Flood::IdleConnections => Ok(()),
            Flood::SignIns => {
                UserAgent::default().code(connection, &self.user, &self.web).await.map(|_| ())
            }
            Flood::WrongPasswords => {
                let username = format!("user{}@demo.example", random.below(10_000));
                let user = User { username, password: "wrong password".to_owned() };
                UserAgent::default().code(connection, &user, &self.web).await.map(|_| ())
            }
            Flood::RefusedRefreshes => {
                let form = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", &self.revoked),
                    ("client_id", &self.native.client_id),
                ];
                proofs.post(connection, &form, random).await.map(|_| ())
            }
            Flood::AnonymousFailures => {
                let path = format!("/{}/oauth2/v2.0/token", self.web.tenant);
                let client = format!("unknown-{}", random.below(1_000_000));
                let form = [("grant_type", "client_credentials"), ("client_id", &client)];
                connection.post(&path, &form).await.map(|_| ())
            }
        }
    }

    /// Opens connections without a request, and opens those again that were closed.
    async fn hold_idle(&self, address: Ipv4Addr, end: std::time::Instant) {
        let mut open: Vec<TcpStream> = Vec::new();
        while clock::now() < end {
            if open.len() < IDLE / AT_ONCE
                && let Ok(stream) = connect_from(&self.target, address).await
            {
                self.sent.fetch_add(1, Ordering::Relaxed);
                open.push(stream);
                continue;
            }
            // A closed connection is readable.
            open.retain(|stream| {
                let result = stream.try_read(&mut [0]);
                matches!(result, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Returns the number of one-time values that the ledger stores.
fn used_values(data: &Data) -> Result<u64> {
    let file = data.path.join("ledger.db");
    let database = Database::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let count: i64 =
        database.query_row("SELECT count(*) FROM used_values", [], |row| row.get(0))?;
    Ok(u64::try_from(count)?)
}
