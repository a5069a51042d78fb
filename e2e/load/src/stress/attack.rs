//! The attackers of the rows `flood-…`. In the full forms their threads have the lowest priority:
//! attackers have machines of their own, so they must not take the processor from the service.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::second_tenant;
use crate::client::App;
use crate::http::{Connection, Response, Target, connect_from};
use crate::one_time::ProofSender;
use crate::random::Random;
use crate::service::{Data, Service, User};
use crate::user_agent::{SubmittedForm, UserAgent, authorization_request};
use crate::{Result, clock};

/// The attackers have addresses from this one on.
const ATTACKER: [u8; 4] = [127, 0, 0, 16];
/// The number of requests that a flood sends at once.
pub(super) const AT_ONCE: usize = 32;
/// The number of connections that one address opens: more than a listener takes in all.
const IDLE: usize = 9_000;
/// Closed connections are opened again after this time.
const REOPENED_AFTER: Duration = Duration::from_millis(500);
/// The nice value of the attackers' threads.
const NICENESS: i32 = 19;
/// An id that no request has.
const CORRELATION_ID: &str = "6f1c1d2e-7f0b-4f1e-9a35-0c5d6a4b7e11";

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
    /// The sign-in form of a flow that is finished.
    FinishedFlows,
    /// Authorization requests that the service stores.
    PushedRequests,
    /// Dry runs of one client.
    DryRuns,
    /// Look-ups by correlation ID of one client.
    LookUpsOfClient,
    /// Look-ups by correlation ID of one administrator.
    LookUpsOfAdministrator,
    /// Tokens with fresh proofs in another tenant: each is a write.
    Writes,
}

/// The attackers: where they send to, and what they have.
#[derive(Clone)]
pub(super) struct Attack {
    flood: Flood,
    target: Target,
    web: App,
    native: App,
    user: User,
    prepared: Prepared,
    sent: Arc<Mutex<Sent>>,
}

/// The requests of a flood.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) requests: u64,
    /// The responses, by status.
    pub(super) responses: BTreeMap<u16, u64>,
}

/// The values that an attacker has got before the flood.
#[derive(Clone)]
enum Prepared {
    Nothing,
    RevokedToken(String),
    FinishedForm(SubmittedForm),
    AdministratorCookies(String),
    SecondTenant(App),
}

impl Flood {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::IdleConnections => "idle connections",
            Self::SignIns => "sign-ins",
            Self::WrongPasswords => "wrong passwords",
            Self::RefusedRefreshes => "refused refreshes",
            Self::AnonymousFailures => "anonymous failures",
            Self::FinishedFlows => "finished flows",
            Self::PushedRequests => "pushed requests",
            Self::DryRuns => "dry runs",
            Self::LookUpsOfClient => "look-ups of a client",
            Self::LookUpsOfAdministrator => "look-ups of an administrator",
            Self::Writes => "writes of another tenant",
        }
    }
}

/// Returns the threads of the attackers. They run until the process ends. In the short forms, which
/// do not judge times, they have the normal priority: beside other work they would send nothing.
pub(super) fn threads(is_short: bool) -> Result<&'static Runtime> {
    static THREADS: OnceLock<Runtime> = OnceLock::new();
    let niceness = if is_short { 0 } else { NICENESS };
    let build = || {
        Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .on_thread_start(move || {
                // With a higher priority, the figures are only worse.
                let _ = rustix::process::setpriority_process(None, niceness);
            })
            .build()
    };
    if THREADS.get().is_none() {
        let _ = THREADS.set(build()?);
    }
    Ok(THREADS.get().ok_or("no threads")?)
}

impl Attack {
    pub(super) async fn prepare(flood: Flood, data: &Data, service: &Service) -> Result<Self> {
        let web = App::find(&service.tenant, "web")?;
        let native = App::find(&service.tenant, "native")?;
        let user = service.tenant.users.get(1).ok_or("no second user")?.clone();
        let mut connection = Connection::open(&service.target).await?;
        let mut user_agent = UserAgent::default();
        let prepared = match flood {
            Flood::RefusedRefreshes => {
                let code = user_agent.code(&mut connection, &user, &native).await?;
                let tokens = native.redeem(&mut connection, &code).await?;
                let token = tokens.map_err(|error| format!("{error:?}"))?.refresh_token;
                native.revoke(&mut connection, &token).await?;
                Prepared::RevokedToken(token)
            }
            Flood::FinishedFlows => {
                user_agent.code(&mut connection, &user, &web).await?;
                Prepared::FinishedForm(user_agent.sign_in_form()?)
            }
            Flood::LookUpsOfAdministrator => {
                let users = &service.tenant.users;
                let administrator = users.iter().find(|user| user.username.starts_with("admin@"));
                let administrator = administrator.ok_or("no administrator")?;
                let path = "/admin?tenant=demo";
                let opened = user_agent.open_administration(&mut connection, administrator, path);
                Prepared::AdministratorCookies(opened.await?)
            }
            Flood::Writes => Prepared::SecondTenant(second_tenant::create(data).await?),
            _ => Prepared::Nothing,
        };
        let (target, sent) = (service.target.clone(), Arc::default());
        Ok(Self { flood, target, web, native, user, prepared, sent })
    }

    /// Returns the requests so far.
    pub(super) fn sent(&self) -> MutexGuard<'_, Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends one of the concurrent parts of the flood until its end. Refusals and closed
    /// connections are what an attacker expects.
    pub(super) async fn run(self, number: usize, end: Instant, mut random: Random) {
        let [a, b, c, d] = ATTACKER;
        // Wrong passwords come from three addresses, everything else from one.
        let addresses = if self.flood == Flood::WrongPasswords { 3 } else { 1 };
        let last = d + u8::try_from(number % addresses).unwrap_or_default();
        let address = Ipv4Addr::new(a, b, c, last);
        if self.flood == Flood::IdleConnections {
            return self.hold_idle(address, end).await;
        }
        let tenant = match &self.prepared {
            Prepared::SecondTenant(app) => &app.tenant,
            _ => &self.native.tenant,
        };
        let Ok(mut proofs) = ProofSender::new(self.target.port, tenant) else { return };
        while clock::now() < end {
            let Ok(mut connection) = Connection::open_from(&self.target, address).await else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            while clock::now() < end {
                self.sent().requests += 1;
                match self.send(&mut connection, &mut proofs, &mut random).await {
                    Ok(Some(status)) => {
                        *self.sent().responses.entry(status).or_default() += 1;
                    }
                    Ok(None) => {}
                    Err(_) => break,
                }
            }
        }
    }

    /// Sends a request, or a whole sign-in, which has no status of its own.
    async fn send(
        &self,
        connection: &mut Connection,
        proofs: &mut ProofSender,
        random: &mut Random,
    ) -> Result<Option<u16>> {
        let response = match (self.flood, &self.prepared) {
            (Flood::SignIns, _) => {
                UserAgent::default().code(connection, &self.user, &self.web).await?;
                return Ok(None);
            }
            (Flood::WrongPasswords, _) => {
                let username = format!("user{}@demo.example", random.below(10_000));
                let user = User { username, password: "wrong password".to_owned() };
                UserAgent::default().code(connection, &user, &self.web).await?;
                return Ok(None);
            }
            (Flood::AnonymousFailures, _) => {
                send_failure(connection, &self.web.tenant, random).await?
            }
            (Flood::PushedRequests, _) => {
                let path = format!("/{}/oauth2/v2.0/authorize", self.web.tenant);
                let request = authorization_request(&self.web);
                let form: Vec<_> = form_urlencoded::parse(request.as_bytes()).collect();
                let form = form.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
                connection.post(&path, &form.collect::<Vec<_>>()).await?
            }
            (Flood::DryRuns, _) => {
                let scope = [("grant_type", "client_credentials"), ("scope", &self.web.scope)];
                self.web.explain(connection, &scope).await?
            }
            (Flood::LookUpsOfClient, _) => {
                let id = [("correlation_id", CORRELATION_ID)];
                self.web.explain(connection, &id).await?
            }
            (_, Prepared::RevokedToken(token)) => {
                let form = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", token),
                    ("client_id", &self.native.client_id),
                ];
                proofs.post(connection, &form, random).await?
            }
            (_, Prepared::FinishedForm(form)) => form.submit(connection).await?,
            (_, Prepared::AdministratorCookies(cookies)) => {
                let path = format!("/admin/requests?correlation_id={CORRELATION_ID}");
                connection.get(&path, cookies).await?
            }
            (_, Prepared::SecondTenant(app)) => {
                proofs.post(connection, &app.own_token_form(), random).await?
            }
            (_, Prepared::Nothing) => return Ok(None),
        };
        Ok(Some(response.status))
    }

    /// Opens connections without a request, and opens those again that were closed.
    async fn hold_idle(&self, address: Ipv4Addr, end: Instant) {
        let mut open: Vec<TcpStream> = Vec::new();
        while clock::now() < end {
            if open.len() < IDLE / AT_ONCE
                && let Ok(stream) = connect_from(&self.target, address).await
            {
                self.sent().requests += 1;
                open.push(stream);
                continue;
            }
            // A closed connection is readable.
            open.retain(|stream| {
                let result = stream.try_read(&mut [0]);
                matches!(result, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
            });
            tokio::time::sleep(REOPENED_AFTER).await;
        }
    }
}

/// Requests a token for a client that does not exist.
pub(super) async fn send_failure(
    connection: &mut Connection,
    tenant: &str,
    random: &mut Random,
) -> Result<Response> {
    let path = format!("/{tenant}/oauth2/v2.0/token");
    let client = format!("unknown-{}", random.below(1_000_000));
    let form = [("grant_type", "client_credentials"), ("client_id", &client)];
    connection.post(&path, &form).await
}
