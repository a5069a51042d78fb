//! Kills the service under load with SIGKILL. What was acknowledged must survive, and what was used
//! or revoked must stay so.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::client::App;
use crate::http::{Connection, Target};
use crate::issued_tokens::IssuedTokens;
use crate::one_time::{OneTimeClient, OneTimeRequest};
use crate::random::Random;
use crate::service::{Data, Service, User};
use crate::user_agent::UserAgent;
use crate::{Result, clock};

const WORKERS: usize = 6;
/// The service is killed after a random number of uses of codes and one-time values, however fast
/// the machine is, and a random time.
const USES_MIN: u64 = 30;
const USES_MAX: u64 = 100;
/// The fewest uses of codes, and of one-time values, before the service is killed. A worker revokes
/// its first grant and each third one after it, so [`VALUES_MIN`] other grants are among them.
const USES_OF_KIND_MIN: u64 = 14;
const KILL_WITHIN: Duration = Duration::from_millis(5);
/// A service that does not get this far is killed all the same.
const LOAD_MAX: Duration = Duration::from_secs(5);
/// The number of grants of earlier rounds that are checked again after each crash.
const OLDER_MAX: usize = 300;

/// The fewest grants that are not revoked, and the fewest one-time values, of each round: fewer are
/// no load.
pub(crate) const VALUES_MIN: usize = 5;

/// The numbers of values that were sent and checked.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) rounds: u32,
    pub(crate) acknowledged: usize,
    pub(crate) revoked: usize,
    pub(crate) unanswered: usize,
    pub(crate) one_time: usize,
    /// The fewest grants that were acknowledged, or one-time values that were sent, in a round.
    pub(crate) fewest: Option<usize>,
    pub(crate) checked_again: usize,
    /// The rounds after which a value was lost, used twice or revived, with the first one of each.
    pub(crate) broken: Vec<String>,
    /// The longest time from the start of the process to the line `ready`.
    pub(crate) slowest_start: Duration,
}

/// The values that one round of load sent.
#[derive(Default)]
struct Sent {
    issued: Vec<IssuedTokens>,
    one_time: Vec<OneTimeRequest>,
}

/// The service under test, and the parts of a round of load.
pub(crate) struct CrashTest<'a> {
    data: &'a Data,
    service: Service,
    apps: [App; 2],
    user: User,
    user_agent: UserAgent,
    random: Random,
    older: VecDeque<IssuedTokens>,
    counts: Counts,
}

/// In each round: generates load, kills the service at a random moment, restarts it on the same
/// data, and checks everything that was acknowledged.
pub(crate) async fn crash_repeatedly(data: &Data, rounds: u32, random: Random) -> Result<Counts> {
    let mut test = CrashTest::start(data, random).await?;
    for _ in 0..rounds {
        test.run_round(|| Ok(())).await?;
    }
    test.finish().await
}

impl<'a> CrashTest<'a> {
    /// Starts the service and signs the user in.
    pub(crate) async fn start(data: &'a Data, random: Random) -> Result<Self> {
        let service = Service::start(data).await?;
        let apps = [App::find(&service.tenant, "web")?, App::find(&service.tenant, "native")?];
        let user = service.tenant.users.first().ok_or("no user")?.clone();
        let mut user_agent = UserAgent::default();
        let mut connection = Connection::open(&service.target).await?;
        for app in &apps {
            user_agent.code(&mut connection, &user, app).await?;
        }
        let (older, counts) = (VecDeque::new(), Counts::default());
        Ok(Self { data, service, apps, user, user_agent, random, older, counts })
    }

    /// Runs a round. `while_stopped` changes the files between the crash and the restart.
    pub(crate) async fn run_round(
        &mut self,
        while_stopped: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let sent = self.load_until_killed().await?;
        self.service.wait().await?;
        while_stopped()?;
        let start = clock::now();
        self.service = Service::start(self.data).await?;
        self.counts.slowest_start = self.counts.slowest_start.max(start.elapsed());
        self.counts.rounds += 1;
        let fewest = sent.fewest();
        self.counts.fewest = Some(self.counts.fewest.map_or(fewest, |it| it.min(fewest)));
        if let Err(error) = self.check(sent).await {
            self.counts.broken.push(format!("after crash {}: {error}", self.counts.rounds));
        }
        Ok(())
    }

    /// Stops the service.
    pub(crate) async fn finish(self) -> Result<Counts> {
        self.service.kill().await?;
        Ok(self.counts)
    }

    async fn load_until_killed(&mut self) -> Result<Sent> {
        let target = &self.service.target;
        let (code_uses, value_uses) = <(Arc<AtomicU64>, Arc<AtomicU64>)>::default();
        let (mut workers, mut one_time_workers) = (JoinSet::new(), JoinSet::new());
        for number in 0..WORKERS {
            let Some(app) = self.apps.get(number % self.apps.len()).cloned() else { continue };
            let (user_agent, user) = (self.user_agent.clone(), self.user.clone());
            let worker = Worker { target: target.clone(), user_agent, user, app };
            workers.spawn(worker.work(Arc::clone(&code_uses)));
        }
        let clients = [
            OneTimeClient::with_assertions(&self.service)?,
            OneTimeClient::with_proofs(&self.service)?,
        ];
        for client in clients {
            let connection = Connection::open(target).await?;
            let random = Random::new(self.random.next(), "one-time");
            let uses = Arc::clone(&value_uses);
            one_time_workers.spawn(client.send_until_killed(connection, random, uses));
        }
        let enough = USES_MIN + self.random.below(USES_MAX - USES_MIN);
        let is_loaded = || {
            let uses = [&code_uses, &value_uses].map(|uses| uses.load(Ordering::Relaxed));
            uses.iter().sum::<u64>() >= enough && uses.iter().all(|it| *it >= USES_OF_KIND_MIN)
        };
        let start = clock::now();
        while !is_loaded() && start.elapsed() < LOAD_MAX {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let moment = self.random.below(u64::try_from(KILL_WITHIN.as_micros())?);
        tokio::time::sleep(Duration::from_micros(moment)).await;
        self.service.send_kill()?;
        let mut sent = Sent::default();
        while let Some(issued) = workers.join_next().await {
            sent.issued.extend(issued?);
        }
        while let Some(requests) = one_time_workers.join_next().await {
            sent.one_time.extend(requests?);
        }
        Ok(sent)
    }

    /// Checks the values of this round and, by introspection, the grants of earlier rounds.
    async fn check(&mut self, sent: Sent) -> Result<()> {
        let mut connection = Connection::open(&self.service.target).await?;
        for old in &self.older {
            old.check_active(&mut connection).await?;
            self.counts.checked_again += 1;
        }
        for request in &sent.one_time {
            request.replay(&mut connection).await?;
            self.counts.one_time += 1;
        }
        for (number, one) in sent.issued.into_iter().enumerate() {
            self.check_issued(&mut connection, number, one).await?;
        }
        while self.older.len() > OLDER_MAX {
            self.older.pop_front();
        }
        Ok(())
    }

    async fn check_issued(
        &mut self,
        connection: &mut Connection,
        number: usize,
        one: IssuedTokens,
    ) -> Result<()> {
        if one.is_revoked() {
            self.counts.revoked += 1;
            return one.check_revoked(connection).await;
        }
        if one.is_unanswered() {
            self.counts.unanswered += 1;
            return one.redeem_twice(connection).await;
        }
        self.counts.acknowledged += 1;
        let Some(one) = one.refresh(connection).await? else { return Ok(()) };
        // Half of the grants are kept for later rounds. A replay revokes its grant.
        if number.is_multiple_of(2) && one.app.can_introspect() {
            self.older.push_back(one);
            return Ok(());
        }
        one.replay(connection).await
    }
}

impl Sent {
    /// Returns the number of acknowledged grants, or that of one-time values if there are fewer.
    fn fewest(&self) -> usize {
        let is_acknowledged = |one: &&IssuedTokens| !one.is_revoked() && !one.is_unanswered();
        self.issued.iter().filter(is_acknowledged).count().min(self.one_time.len())
    }
}

impl Counts {
    /// Returns whether there was load before every crash.
    pub(crate) fn had_load(&self) -> bool {
        self.fewest.is_some_and(|fewest| fewest >= VALUES_MIN)
    }

    /// Returns what was checked and what was broken, as a line of a report.
    pub(crate) fn summary(&self) -> String {
        if let Some(first) = self.broken.first() {
            return format!("{} of {} rounds, {first}", self.broken.len(), self.rounds);
        }
        let Self { rounds, acknowledged, revoked, unanswered, one_time, checked_again, .. } = self;
        format!(
            "{rounds} crashes: {acknowledged} acknowledged grants survived, {revoked} revoked ones \
             stayed revoked, {one_time} assertions and proofs stayed used, none of {unanswered} \
             unanswered redemptions succeeded twice, older grants checked {checked_again} times"
        )
    }
}

/// A browser and a client in the load.
struct Worker {
    target: Target,
    user_agent: UserAgent,
    user: User,
    app: App,
}

impl Worker {
    /// Obtains, redeems, refreshes and revokes until there is no response.
    async fn work(mut self, uses: Arc<AtomicU64>) -> Vec<IssuedTokens> {
        let mut issued = Vec::new();
        let Ok(mut connection) = Connection::open(&self.target).await else { return issued };
        while let Ok(code) = self.user_agent.code(&mut connection, &self.user, &self.app).await {
            let mut tokens = IssuedTokens::new(self.app.clone(), code);
            let result = tokens.use_code(&mut connection, issued.len().is_multiple_of(3)).await;
            uses.fetch_add(1, Ordering::Relaxed);
            issued.push(tokens);
            if result.is_err() {
                break;
            }
        }
        issued
    }
}
