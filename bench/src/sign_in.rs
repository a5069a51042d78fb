//! The CPU time of a whole sign-in: authorization request, sign-in form, session and code.
//!
//! The service hashes passwords in threads of their own, whose CPU time is subtracted: a hash costs
//! a hundred times as much as all the rest, on purpose. It accepts no cheaper hash.

use tokio::task::JoinSet;

use crate::Result;
use crate::browser::Browser;
use crate::cpu_time::CpuTime;
use crate::dataset::USERS_WITH_PASSWORD;
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
    disturbed: u32,
    wanted: u32,
}

impl SignIns {
    /// Measures rounds, in each of which every browser signs users in `sign_ins` times.
    pub(crate) async fn measure(server: &Server, wanted: u32, sign_ins: u64) -> Result<Self> {
        let mut rounds = Self { wanted, ..Self::default() };
        start(server).await?;
        while rounds.undisturbed() < wanted && rounds.disturbed < wanted * (ATTEMPTS - 1) {
            let machine = MachineTime::read(&[server.pid])?;
            let before = read(server.pid)?;
            let all = sign_in_all(server, sign_ins).await?;
            let after = read(server.pid)?;
            if !all || MachineTime::read(&[server.pid])?.is_disturbed_since(&machine) {
                rounds.disturbed += 1;
                continue;
            }
            let count = BROWSERS * sign_ins;
            let [others, hashing] = [after[0].since(&before[0]), after[1].since(&before[1])];
            rounds.cpu_us.push(per(others.as_secs_f64() * 1e6, count));
            rounds.hash_us.push(per(hashing.as_secs_f64() * 1e6, count));
        }
        Ok(rounds)
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

    /// Returns the number of rounds that were left out, because others used the CPU.
    pub(crate) const fn disturbed(&self) -> u32 {
        self.disturbed
    }

    /// Returns whether enough rounds were undisturbed for a verdict.
    pub(crate) fn is_conclusive(&self) -> bool {
        self.undisturbed() >= self.wanted
    }
}

/// Reads the CPU time of the threads that do not hash, and of those that do.
fn read(pid: u32) -> Result<[CpuTime; 2]> {
    let others = CpuTime::read_threads(pid, |name| name != HASHING)?;
    Ok([others, CpuTime::read_threads(pid, |name| name == HASHING)?])
}

/// Signs users in until all succeed, which starts the threads that hash.
async fn start(server: &Server) -> Result<()> {
    let mut attempts = Attempts::default();
    while !sign_in_all(server, 1).await? {
        attempts.wait().await?;
    }
    Ok(())
}

/// Signs users in, and returns whether the service refused none of them as overloaded.
async fn sign_in_all(server: &Server, count: u64) -> Result<bool> {
    let mut browsers = JoinSet::new();
    for first in 0..BROWSERS {
        let server = server.clone();
        browsers.spawn(async move {
            let mut browser = Browser::open(&server).await?;
            for number in 0..count {
                let users = USERS_WITH_PASSWORD.min(server.dataset.clients);
                let outcome = browser.sign_in((first + number * BROWSERS) % users).await?;
                if outcome == Outcome::Overloaded {
                    return Ok(false);
                }
            }
            Ok::<_, crate::Error>(true)
        });
    }
    let mut all = true;
    while let Some(result) = browsers.join_next().await {
        all &= result?.map_err(|error| format!("sign-in: {error}"))?;
    }
    Ok(all)
}
