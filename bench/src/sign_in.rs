//! The CPU time of a whole sign-in: authorization request, sign-in form, session and code.
//!
//! The service hashes passwords in threads of their own, whose CPU time is subtracted: a hash costs
//! a hundred times as much as all the rest, on purpose. It accepts no cheaper hash.

use tokio::task::JoinSet;

use crate::Result;
use crate::browser::Browser;
use crate::cpu_time::CpuTime;
use crate::database_servers::{Database, DatabaseWork};
use crate::dataset::{Dataset, USERS_WITH_PASSWORD};
use crate::machine::MachineTime;
use crate::measurements::per;
use crate::overload::Attempts;
use crate::rounds::{ATTEMPTS, Spread};
use crate::server::Server;
use crate::target::Outcome;

/// The name of the threads that hash passwords.
const HASHING: &str = "password";
/// Concurrent sign-ins, each of another user. The service hashes two passwords at a time, and lets
/// few others of one address wait.
const BROWSERS: u64 = 4;

/// The sign-ins of some rounds.
#[derive(Default)]
pub(crate) struct SignIns {
    /// CPU time of a sign-in without the hash, in microseconds, for each round.
    cpu_us: Vec<f64>,
    /// CPU time of its hash.
    hash_us: Vec<f64>,
    /// The work of the database for a sign-in.
    database: Vec<DatabaseWork>,
    disturbed: u32,
    /// The rounds that count although others used the CPU.
    beside_others: u32,
    wanted: u32,
    /// The sign-ins that were begun. Each is of the next user.
    begun: u64,
}

/// The users that sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInBy {
    /// Those that have a password only.
    Password,
    /// Those that have other factors too. Each enters the code of an app, which works once.
    PasswordAndCode,
}

/// The number of rounds, and of sign-ins of each browser in a round.
#[derive(Clone, Copy)]
pub(crate) struct SignInPlan {
    pub(crate) by: SignInBy,
    pub(crate) rounds: u32,
    pub(crate) sign_ins: u64,
    /// Whether rounds count although others used the CPU. There is no verdict then.
    pub(crate) beside_others: bool,
}

impl SignIns {
    /// Measures rounds, in each of which every browser signs users in.
    pub(crate) async fn measure(server: &Server, plan: SignInPlan) -> Result<Self> {
        let mut rounds = Self { wanted: plan.rounds, ..Self::default() };
        rounds.start(server, plan).await?;
        while rounds.needs_another() {
            rounds.add_round(server, plan).await?;
        }
        Ok(rounds)
    }

    /// Measures two servers in turns.
    pub(crate) async fn measure_both(servers: [&Server; 2], plan: SignInPlan) -> Result<[Self; 2]> {
        let rounds = || Self { wanted: plan.rounds, ..Self::default() };
        let [mut first, mut second] = [rounds(), rounds()];
        first.start(servers[0], plan).await?;
        second.start(servers[1], plan).await?;
        while first.needs_another() || second.needs_another() {
            first.add_round(servers[0], plan).await?;
            second.add_round(servers[1], plan).await?;
        }
        Ok([first, second])
    }

    async fn add_round(&mut self, server: &Server, plan: SignInPlan) -> Result<()> {
        let machine = MachineTime::read([server])?;
        let database = server.database.as_ref().map(Database::servers);
        let work = match &database {
            Some(servers) => Some(servers.total_work().await?),
            None => None,
        };
        let before = read(server.pid)?;
        let all = self.sign_in_all(server, plan).await?;
        let after = read(server.pid)?;
        let others = MachineTime::read([server])?.is_disturbed_since(&machine);
        if !all || (others && !plan.beside_others) {
            self.disturbed += 1;
            return Ok(());
        }
        self.beside_others += u32::from(others);
        let count = BROWSERS * plan.sign_ins;
        if let (Some(servers), Some(before)) = (database, work) {
            self.database.push(servers.total_work().await?.since(&before).per(count));
        }
        let [others, hashing] = [after[0].since(&before[0]), after[1].since(&before[1])];
        self.cpu_us.push(per(others.as_secs_f64() * 1e6, count));
        self.hash_us.push(per(hashing.as_secs_f64() * 1e6, count));
        Ok(())
    }

    /// Signs users in until all succeed, which starts the threads that hash.
    async fn start(&mut self, server: &Server, plan: SignInPlan) -> Result<()> {
        let mut attempts = Attempts::default();
        while !self.sign_in_all(server, SignInPlan { sign_ins: 1, ..plan }).await? {
            attempts.wait().await?;
        }
        Ok(())
    }

    /// Signs the next users in, and returns whether the service refused none of them as overloaded.
    async fn sign_in_all(&mut self, server: &Server, plan: SignInPlan) -> Result<bool> {
        let mut browsers = JoinSet::new();
        for _ in 0..BROWSERS {
            let next = self.begun..self.begun + plan.sign_ins;
            self.begun = next.end;
            let users: Vec<u64> = next.map(|number| plan.by.user(server.dataset, number)).collect();
            browsers.spawn(sign_in_each(server.clone(), users));
        }
        let mut all = true;
        while let Some(result) = browsers.join_next().await {
            all &= result?.map_err(|error| format!("sign-in: {error}"))?;
        }
        Ok(all)
    }

    fn needs_another(&self) -> bool {
        self.undisturbed() < self.wanted && self.disturbed < self.wanted * (ATTEMPTS - 1)
    }

    /// Returns the work of the database for a sign-in, for each round.
    pub(crate) fn database(&self) -> &[DatabaseWork] {
        &self.database
    }

    fn undisturbed(&self) -> u32 {
        u32::try_from(self.cpu_us.len()).unwrap_or(u32::MAX)
    }

    /// Returns the CPU time of a sign-in without the hash, in microseconds.
    pub(crate) fn cpu(&self) -> Option<Spread> {
        Spread::of(&self.cpu_us)
    }

    /// Returns the CPU time of the hash, in microseconds.
    pub(crate) fn hash(&self) -> Option<Spread> {
        Spread::of(&self.hash_us)
    }

    /// Returns the ratio of the medians: rounds that were left out on one side have no counterpart.
    pub(crate) fn ratio([first, second]: &[Self; 2]) -> Option<f64> {
        let medians = first.cpu().zip(second.cpu());
        medians.map(|(first, second)| first.median / second.median)
    }

    /// Returns the number of rounds that were left out, because others used the CPU.
    pub(crate) const fn disturbed(&self) -> u32 {
        self.disturbed
    }

    /// Returns whether enough rounds were undisturbed for a verdict.
    pub(crate) fn is_conclusive(&self) -> bool {
        self.undisturbed() >= self.wanted && self.beside_others == 0
    }
}

impl std::fmt::Display for SignInBy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Password => "sign-in by password",
            Self::PasswordAndCode => "by password and code",
        })
    }
}

impl SignInBy {
    /// Returns a user, a different one for each of successive numbers.
    fn user(self, dataset: Dataset, number: u64) -> u64 {
        let users = match self {
            Self::Password => 0..USERS_WITH_PASSWORD.min(dataset.clients),
            Self::PasswordAndCode => dataset.users_with_factors(),
        };
        users.start + number.checked_rem(users.end - users.start).unwrap_or_default()
    }
}

/// Signs users in with one browser, one after the other. Returns whether the service refused none
/// as overloaded.
async fn sign_in_each(server: Server, users: Vec<u64>) -> Result<bool> {
    let mut browser = Browser::open(&server).await?;
    for user in users {
        if browser.sign_in(user).await? == Outcome::Overloaded {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads the CPU time of the threads that do not hash, and of those that do.
fn read(pid: u32) -> Result<[CpuTime; 2]> {
    let others = CpuTime::read_threads(pid, |name| name != HASHING)?;
    Ok([others, CpuTime::read_threads(pid, |name| name == HASHING)?])
}
