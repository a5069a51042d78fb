//! Row `disk-failures`: a full disk, EIO, and syncs that fail.

use std::time::Duration;

use super::Run;
use super::figure::Figure;
use crate::client::App;
use crate::disk_shim::{DiskFailure, DiskShim};
use crate::http::Connection;
use crate::one_time::OneTimeClient;
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
    failed_closed: u32,
    reads: u32,
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
        failed_closed: 0,
        reads: 0,
        slowest_recovery: Duration::ZERO,
    };
    let rounds = run.size(50, 3);
    for (round, failure) in (0..rounds).zip(KINDS.into_iter().cycle()) {
        let result = test.run_round(failure, round % 2 == 1).await;
        result.map_err(|error| format!("round {round}, {failure:?}: {error}"))?;
    }
    let DiskTest { failed_closed, reads, slowest_recovery, .. } = test;
    let writes = format!("{rounds} failures, {failed_closed} writes refused with 503");
    Ok(vec![
        Figure::kept("writes get 503, nothing is lost or used twice", writes),
        Figure::kept("reads go on", format!("{reads} reads succeeded during the failures")),
        Figure::at_most("recovery", slowest_recovery, RECOVERY_MAX),
    ])
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
        let end = clock::now() + FAILURE;
        let assertions = OneTimeClient::with_assertions(&self.service)?;
        let assertion = assertions.request(&mut self.random)?;
        while clock::now() < end {
            fails_closed(self.app.redeem(&mut connection, &code).await.map(|it| it.is_ok()))?;
            fails_closed(self.app.refresh(&mut connection, &before).await.map(|it| it.is_ok()))?;
            fails_closed(self.app.revoke(&mut connection, &before).await.map(|()| true))?;
            let status = assertion.send(&mut connection).await?.status;
            fails_closed(Err(format!("status {status}").into()))?;
            self.failed_closed += 4;
            if !self.reader.is_active(&mut connection, &readable).await? {
                return Err("an active grant is not active during the failure".into());
            }
            let keys = format!("/{}/discovery/v2.0/keys", self.service.tenant.id);
            if connection.get(&keys, "").await?.status != 200 {
                return Err("the key set cannot be read during the failure".into());
            }
            self.reads += 2;
        }
        self.shim.set(None)?;

        let start = clock::now();
        let redeemed = loop {
            match self.app.redeem(&mut connection, &code).await {
                Ok(Ok(tokens)) => break tokens,
                // A redemption during the failure is not stored: the code is not used.
                Ok(Err(error)) => return Err(format!("after the failure: {error:?}").into()),
                Err(_) if start.elapsed() < RECOVERY_MAX => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(format!("no recovery: {error}").into()),
            }
        };
        self.slowest_recovery = self.slowest_recovery.max(start.elapsed());
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
        assertion.replay(&mut connection).await
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

/// Checks that a write was refused with 503. `Ok` has whether it succeeded.
fn fails_closed(result: Result<bool>) -> Result<()> {
    match result {
        Ok(true) => Err("a write was acknowledged during the failure".into()),
        Ok(false) => Err("a write was refused with a status of 4xx".into()),
        Err(error) if error.to_string().contains("503") => Ok(()),
        Err(error) => Err(format!("a write was not refused with 503: {error}").into()),
    }
}
