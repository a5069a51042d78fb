//! Row `disk-failures`: a full disk, EIO, and syncs that fail.

use std::time::Duration;

use super::Run;
use super::figure::Figure;
use crate::client::{App, Tokens};
use crate::disk_shim::{DiskFailure, DiskShim};
use crate::http::Connection;
use crate::one_time::{OneTimeClient, OneTimeRequest};
use crate::random::Random;
use crate::service::{Data, Service, User};
use crate::user_agent::UserAgent;
use crate::{Result, clock};

/// The duration of each failure.
const FAILURE: Duration = Duration::from_millis(700);
/// The longest time after a failure until writes succeed.
const RECOVERY_MAX: Duration = Duration::from_secs(5);
const KINDS: [DiskFailure; 3] =
    [DiskFailure::NoSpace, DiskFailure::WriteError, DiskFailure::SyncError];

/// The service, and what the rounds use.
struct DiskTest<'a> {
    data: &'a Data,
    shim: &'a DiskShim,
    service: Service,
    app: App,
    reader: App,
    user: User,
    user_agent: UserAgent,
    random: Random,
    measured: Measured,
}

/// The figures of all failures.
#[derive(Clone, Default)]
struct Measured {
    failures: u32,
    /// The writes during the failures, those of them that got 503, and the first other outcome.
    writes: u32,
    refused: u32,
    other_outcome: Option<String>,
    /// The reads during the failures, and those of them that succeeded.
    reads: u32,
    succeeded: u32,
    /// The first value that was lost or used twice. The row ends with it.
    broken: Option<String>,
    slowest_recovery: Duration,
}

/// Lets the disk fail 50 times, or 3 times. Every other failure is followed by a power failure.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let mut data = run.data("disk-failures")?;
    let shim = DiskShim::compile(&data.path)?;
    data.environment = shim.environment();
    let service = Service::start(&data).await?;
    let app = App::find(&service.tenant, "native")?;
    let reader = App::find(&service.tenant, "web")?;
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut user_agent = UserAgent::default();
    let mut connection = Connection::open(&service.target).await?;
    for app in [&app, &reader] {
        user_agent.code(&mut connection, &user, app).await?;
    }
    let random = run.random("disk-failures");
    let mut test = DiskTest {
        data: &data,
        shim: &shim,
        service,
        app,
        reader,
        user,
        user_agent,
        random,
        measured: Measured::default(),
    };
    for (round, failure) in (0..run.size(50, 3)).zip(KINDS.into_iter().cycle()) {
        if let Err(error) = test.run_round(failure, round % 2 == 1).await {
            test.measured.broken = Some(format!("round {round}, {failure:?}: {error}"));
            break;
        }
    }
    Ok(test.measured.figures())
}

impl Measured {
    /// Counts a write during a failure. `Ok` has whether it succeeded.
    fn count_write(&mut self, result: Result<bool>) {
        self.writes += 1;
        let other = match result {
            Err(error) if error.to_string().contains("503") => {
                self.refused += 1;
                return;
            }
            Err(error) => format!("not refused with 503: {error}"),
            Ok(true) => "acknowledged".to_owned(),
            Ok(false) => "refused with a status of 4xx".to_owned(),
        };
        self.other_outcome.get_or_insert(other);
    }

    /// Counts a read during a failure.
    fn count_read(&mut self, is_ok: bool) {
        self.reads += 1;
        self.succeeded += u32::from(is_ok);
    }

    fn figures(&self) -> Vec<Figure> {
        let Self { failures, writes, refused, reads, succeeded, .. } = self;
        let other = self.other_outcome.as_ref().map(|it| format!(", another one {it}"));
        let refusals = format!("{refused} of {writes} writes{}", other.unwrap_or_default());
        let is_closed = *writes > 0 && refused == writes;
        let broken = self.broken.clone();
        let is_intact = broken.is_none() && *failures > 0;
        let rest = broken.unwrap_or_else(|| format!("{failures} failures"));
        let read = format!("{succeeded} of {reads} reads during the failures");
        vec![
            Figure::new("writes get 503", refusals, is_closed),
            Figure::new("nothing is lost or used twice", rest, is_intact),
            Figure::new("reads go on", read, *reads > 0 && succeeded == reads),
            Figure::at_most("recovery", self.slowest_recovery, RECOVERY_MAX),
        ]
    }
}

impl DiskTest<'_> {
    async fn run_round(&mut self, failure: DiskFailure, then_power: bool) -> Result<()> {
        let mut connection = Connection::open(&self.service.target).await?;
        let before = self.code(&mut connection).await?;
        let before = self.app.redeem(&mut connection, &before).await?;
        let before = before.map_err(|error| format!("before: {error:?}"))?.refresh_token;
        let code = self.code(&mut connection).await?;
        let readable = self.readable(&mut connection).await?;

        self.shim.set(Some(failure))?;
        let assertions = OneTimeClient::with_assertions(&self.service)?;
        let assertion = assertions.request(&mut self.random)?;
        let end = clock::now() + FAILURE;
        while clock::now() < end {
            self.write(&mut connection, (&code, &before), &assertion).await?;
            self.read(&mut connection, &readable).await?;
        }
        self.shim.set(None)?;

        let redeemed = self.recover(&mut connection, &code).await?;
        if then_power {
            self.lose_power().await?;
        }
        let mut connection = Connection::open(&self.service.target).await?;
        let refreshed = self.app.refresh(&mut connection, &before).await?;
        refreshed.map_err(|error| format!("a grant from before the failure: {error:?}"))?;
        let refreshed = self.app.refresh(&mut connection, &redeemed.refresh_token).await?;
        refreshed.map_err(|error| format!("a grant of after the failure: {error:?}"))?;
        if self.app.redeem(&mut connection, &code).await?.is_ok() {
            return Err("a code was redeemed twice".into());
        }
        assertion.replay(&mut connection).await?;
        self.measured.failures += 1;
        Ok(())
    }

    /// Redeems, refreshes, revokes and asserts during the failure.
    async fn write(
        &mut self,
        connection: &mut Connection,
        (code, token): (&str, &str),
        assertion: &OneTimeRequest,
    ) -> Result<()> {
        let redeemed = self.app.redeem(connection, code).await;
        self.measured.count_write(redeemed.map(|it| it.is_ok()));
        let refreshed = self.app.refresh(connection, token).await;
        self.measured.count_write(refreshed.map(|it| it.is_ok()));
        let revoked = self.app.revoke(connection, token).await;
        self.measured.count_write(revoked.map(|()| true));
        let status = assertion.send(connection).await?.status;
        self.measured.count_write(match status {
            200 => Ok(true),
            status => Err(format!("status {status}").into()),
        });
        Ok(())
    }

    /// Introspects a grant, and loads the key set, during the failure.
    async fn read(&mut self, connection: &mut Connection, token: &str) -> Result<()> {
        let active = self.reader.is_active(connection, token).await;
        self.measured.count_read(active.is_ok_and(|is_active| is_active));
        let keys = format!("/{}/discovery/v2.0/keys", self.service.tenant.id);
        let status = connection.get(&keys, "").await?.status;
        self.measured.count_read(status == 200);
        Ok(())
    }

    /// Redeems the code as soon as the service can write again. Its redemptions during the failure
    /// are not stored: the code is not used.
    async fn recover(&mut self, connection: &mut Connection, code: &str) -> Result<Tokens> {
        let start = clock::now();
        loop {
            let redeemed = self.app.redeem(connection, code).await;
            let elapsed = start.elapsed();
            self.measured.slowest_recovery = self.measured.slowest_recovery.max(elapsed);
            match redeemed {
                Ok(Ok(tokens)) => return Ok(tokens),
                Ok(Err(error)) => return Err(format!("after the failure: {error:?}").into()),
                Err(_) if elapsed <= RECOVERY_MAX => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(format!("no recovery: {error}").into()),
            }
        }
    }

    async fn code(&mut self, connection: &mut Connection) -> Result<String> {
        self.user_agent.code(connection, &self.user, &self.app).await
    }

    /// Returns a refresh token that is introspected during the failure.
    async fn readable(&mut self, connection: &mut Connection) -> Result<String> {
        let code = self.user_agent.code(connection, &self.user, &self.reader).await?;
        let tokens = self.reader.redeem(connection, &code).await?;
        Ok(tokens.map_err(|error| format!("{error:?}"))?.refresh_token)
    }

    async fn lose_power(&mut self) -> Result<()> {
        self.service.send_kill()?;
        self.service.wait().await?;
        self.shim.lose_unsynced(Some(&mut self.random))?;
        self.service = Service::start(self.data).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_gets_no_503_breaks_the_promise() {
        // Counts each outcome of a write after one that got 503.
        let is_kept = |result| {
            let mut measured = Measured::default();
            measured.count_write(Err("status 503".into()));
            measured.count_write(result);
            measured.figures()[0].is_kept
        };
        assert!(is_kept(Err("status 503: []".into())));
        assert!(!is_kept(Ok(true)));
        assert!(!is_kept(Ok(false)));
        assert!(!is_kept(Err("status 500".into())));
    }

    #[test]
    fn each_broken_figure_of_a_disk_failure_breaks_its_promise() {
        // Judges failures that keep all promises, and some that break one each.
        let mut good =
            Measured { failures: 3, slowest_recovery: RECOVERY_MAX, ..Measured::default() };
        good.count_write(Err("status 503".into()));
        good.count_read(true);
        let kept = |measured: Measured| {
            measured.figures().iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(good.clone()), [true; 4]);
        assert!(!kept(Measured { writes: 0, refused: 0, ..good.clone() })[0]);
        let broken = Some("round 1, SyncError: a code was redeemed twice".to_owned());
        assert_eq!(kept(Measured { broken, ..good.clone() }), [true, false, true, true]);
        assert_eq!(kept(Measured { failures: 0, ..good.clone() }), [true, false, true, true]);
        let slowest_recovery = RECOVERY_MAX + Duration::from_millis(1);
        assert_eq!(kept(Measured { slowest_recovery, ..good.clone() }), [true, true, true, false]);
        good.count_read(false);
        assert_eq!(kept(good), [true, true, false, true]);
    }
}
