//! The normal use by others during a flood: sign-ins and tokens of clients, with their latencies.

use std::net::Ipv4Addr;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::figure::{Figure, milliseconds};
use crate::client::App;
use crate::http::{Connection, Target};
use crate::service::{Service, User};
use crate::user_agent::UserAgent;
use crate::{Result, clock};

/// The address of all clients that are not the attacker.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// The share of requests that must succeed, in percent.
const SUCCESS_MIN: u64 = 99;
/// The pause between two requests of the victim.
const PAUSE: Duration = Duration::from_millis(5);
/// The longest time of a sign-in that counts as a success.
const LATENCY_US_MAX: u64 = 60_000_000;

/// Users and a client at one address.
#[derive(Clone)]
pub(crate) struct Victim {
    target: Target,
    web: App,
    daemon: App,
    user: User,
}

/// The successes and latencies of one kind of use.
struct Use {
    latencies: Histogram<u64>,
    failed: u64,
}

/// Both kinds of use during a period.
pub(crate) struct Observed {
    tokens: Use,
    sign_ins: Use,
}

impl Victim {
    /// Returns the first user and two clients of the tenant.
    pub(crate) fn of(service: &Service) -> Result<Self> {
        let web = App::find(&service.tenant, "web")?;
        let daemon = App::find(&service.tenant, "daemon")?;
        let user = service.tenant.users.first().ok_or("no user")?.clone();
        Ok(Self { target: service.target.clone(), web, daemon, user })
    }

    /// Uses the service for a period, on a new connection for each sign-in.
    pub(crate) async fn observe(&self, period: Duration) -> Result<Observed> {
        let (tokens, sign_ins) = tokio::join!(self.get_tokens(period), self.sign_in(period));
        Ok(Observed { tokens: tokens?, sign_ins: sign_ins? })
    }

    async fn get_tokens(&self, period: Duration) -> Result<Use> {
        let (end, mut result) = (clock::now() + period, Use::new()?);
        let mut connection = Connection::open_from(&self.target, ADDRESS).await;
        while clock::now() < end {
            let start = clock::now();
            let is_ok = match &mut connection {
                Ok(connection) => self.daemon.own_token(connection).await.is_ok(),
                Err(_) => false,
            };
            result.record(is_ok, start.elapsed());
            if !is_ok {
                connection = Connection::open_from(&self.target, ADDRESS).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(result)
    }

    async fn sign_in(&self, period: Duration) -> Result<Use> {
        let (end, mut result) = (clock::now() + period, Use::new()?);
        while clock::now() < end {
            let start = clock::now();
            let is_ok = self.sign_in_once().await.is_ok();
            result.record(is_ok, start.elapsed());
            tokio::time::sleep(PAUSE).await;
        }
        Ok(result)
    }

    async fn sign_in_once(&self) -> Result<()> {
        let mut connection = Connection::open_from(&self.target, ADDRESS).await?;
        UserAgent::default().code(&mut connection, &self.user, &self.web).await.map(|_| ())
    }
}

impl Use {
    fn new() -> Result<Self> {
        Ok(Self { latencies: Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?, failed: 0 })
    }

    fn record(&mut self, is_ok: bool, latency: Duration) {
        if is_ok {
            let latency = u64::try_from(latency.as_micros()).unwrap_or(LATENCY_US_MAX);
            self.latencies.saturating_record(latency);
        } else {
            self.failed += 1;
        }
    }

    fn p99(&self) -> Duration {
        Duration::from_micros(self.latencies.value_at_quantile(0.99))
    }

    /// Compares with the quiet time before and after the flood: the slower one of both, because
    /// another program may have used the machine during one of them.
    fn figures(&self, name: &str, quiet: [&Self; 2]) -> [Figure; 2] {
        let (succeeded, all) = (self.latencies.len(), self.latencies.len() + self.failed);
        let success = format!("{succeeded} of {all}");
        let is_enough = all > 0 && succeeded * 100 >= all * SUCCESS_MIN;
        let [before, after] = quiet.map(Self::p99);
        let (limit, p99) = (before.max(after) * 2, self.p99());
        let measured = format!(
            "{} (quiet: {} before, {} after)",
            milliseconds(p99),
            milliseconds(before),
            milliseconds(after)
        );
        [
            Figure::new(format!("{name} of others succeed ≥ {SUCCESS_MIN} %"), success, is_enough),
            Figure::new(format!("{name} of others: p99 ≤ 2 × quiet"), measured, p99 <= limit)
                .of_time(),
        ]
    }
}

impl Observed {
    /// Returns the figures of a flood.
    pub(crate) fn figures(&self, flood: &str, before: &Self, after: &Self) -> Vec<Figure> {
        let tokens = self.tokens.figures("tokens", [&before.tokens, &after.tokens]);
        let sign_ins = self.sign_ins.figures("sign-ins", [&before.sign_ins, &after.sign_ins]);
        tokens.into_iter().chain(sign_ins).map(|figure| figure.during(flood)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A use with a number of requests of one latency, and of failures.
    fn used(succeeded: u64, milliseconds: u64, failed: u64) -> Use {
        let mut used = Use::new().expect("a histogram");
        used.latencies.record_n(milliseconds * 1_000, succeeded).expect("a latency");
        Use { failed, ..used }
    }

    fn kept(during: &Use) -> [bool; 2] {
        let (before, after) = (used(100, 4, 0), used(100, 5, 0));
        during.figures("tokens", [&before, &after]).map(|figure| figure.is_kept)
    }

    #[test]
    fn failures_and_slow_responses_break_the_promises_of_a_flood() {
        // Judges 1 and 2 failures of 100, no request at all, and latencies around twice 5 ms.
        assert_eq!(kept(&used(99, 5, 1)), [true, true]);
        assert_eq!(kept(&used(98, 5, 2)), [false, true]);
        assert!(!kept(&used(0, 5, 0))[0]);
        assert_eq!(kept(&used(100, 9, 0)), [true, true]);
        assert_eq!(kept(&used(100, 11, 0)), [true, false]);
    }
}
