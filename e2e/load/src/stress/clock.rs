//! Row `clock`: the clock of the process is set by an hour or a day, in run and across a restart.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Run;
use super::figure::Figure;
use crate::Result;
use crate::client::App;
use crate::http::Connection;
use crate::one_time::{OneTimeClient, OneTimeRequest};
use crate::service::{Data, Service, User};
use crate::user_agent::UserAgent;

/// The jumps of the clock, as libfaketime reads them.
const JUMPS: [&str; 4] = ["+1h", "-1h", "+1d", "-1d"];
const NO_JUMP: &str = "+0";
/// The service looks at its clock once a second.
const NOTICED: Duration = Duration::from_millis(1_300);

/// The service with a clock of its own, and the values from before all jumps.
struct ClockTest<'a> {
    data: &'a Data,
    clock: &'a Path,
    service: Service,
    app: App,
    user: User,
    user_agent: UserAgent,
    live: String,
    dead: Dead,
    measured: Measured,
}

/// The figures of all jumps.
#[derive(Clone, Default)]
struct Measured {
    jumps: u32,
    /// The numbers of codes, tokens and assertions that were used or revoked before.
    used: [usize; 3],
    /// The jumps after which one of them was accepted, with what it was.
    revived: Vec<String>,
    has_panicked: bool,
    /// The jumps after which the grant or the session from before all jumps had ended.
    ended: Vec<String>,
}

/// Values that must never be accepted again.
#[derive(Default)]
struct Dead {
    codes: Vec<String>,
    tokens: Vec<String>,
    assertions: Vec<OneTimeRequest>,
}

/// Sets the clock and sets it back 100 times, or 5 times; every other time across restarts.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let mut data = run.data("clock")?;
    let folder = tempfile::tempdir()?;
    let clock = folder.path().join("offset");
    fs::write(&clock, NO_JUMP)?;
    data.environment = environment(&clock)?;
    let mut random = run.random("clock");
    let service = Service::start(&data).await?;
    let app = App::find(&service.tenant, "native")?;
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut user_agent = UserAgent::default();
    let mut connection = Connection::open(&service.target).await?;
    let code = user_agent.code(&mut connection, &user, &app).await?;
    let tokens = app.redeem(&mut connection, &code).await?;
    let live = tokens.map_err(|error| format!("{error:?}"))?.refresh_token;
    let (clock, data, dead) = (clock.as_path(), &data, Dead::default());
    let measured = Measured::default();
    let mut test = ClockTest { data, clock, service, app, user, user_agent, live, dead, measured };
    for round in 0..run.size(100, 5) {
        let jump = random.choose(&JUMPS).copied().unwrap_or("+1h");
        let restarts = round % 2 == 1;
        let assertion = OneTimeClient::with_assertions(&test.service)?.request(&mut random)?;
        let result = test.run_round(jump, restarts, assertion).await;
        result.map_err(|error| format!("round {round}, {jump}, restarts {restarts}: {error}"))?;
    }
    let Dead { codes, tokens, assertions } = &test.dead;
    test.measured.used = [codes.len(), tokens.len(), assertions.len()];
    test.measured.has_panicked = test.data.log()?.contains("panicked");
    Ok(test.measured.figures())
}

impl Measured {
    fn figures(&self) -> Vec<Figure> {
        let Self { jumps, used: [codes, tokens, assertions], revived, has_panicked, ended } = self;
        let used = format!("{codes} codes, {tokens} tokens and {assertions} assertions");
        let has_used = *jumps > 0 && *codes > 0 && *tokens > 0;
        let failed = |after: &[String], kept: String| match after.first() {
            Some(first) => format!("after {} of {jumps} jumps: {first}", after.len()),
            None => kept,
        };
        let dead =
            failed(revived, format!("{jumps} jumps and returns: {used} stayed used or revoked"));
        let live = failed(ended, "the grant and the session from before are active".to_owned());
        let panics = if *has_panicked { "a panic in the log" } else { "none in the log" };
        vec![
            Figure::new("nothing revives", dead, revived.is_empty() && has_used),
            Figure::new("no panic", panics, !has_panicked),
            Figure::new("no mass sign-out", live, ended.is_empty() && *jumps > 0),
        ]
    }
}

impl ClockTest<'_> {
    async fn run_round(
        &mut self,
        jump: &str,
        restarts: bool,
        mut assertion: OneTimeRequest,
    ) -> Result<()> {
        let mut connection = Connection::open(&self.service.target).await?;
        self.use_and_revoke(&mut connection).await?;
        // A service whose clock was a day ahead refuses the assertion by its age.
        assertion.is_acknowledged = assertion.send(&mut connection).await?.status == 200;
        if assertion.is_acknowledged {
            self.dead.assertions.push(assertion);
        }
        for offset in [jump, NO_JUMP] {
            self.set(offset, restarts).await?;
            if let Err(error) = self.check_dead().await {
                self.measured.revived.push(format!("{jump}: {error}"));
            }
        }
        if let Err(error) = self.check_live().await {
            self.measured.ended.push(format!("{jump}: {error}"));
        }
        self.measured.jumps += 1;
        Ok(())
    }

    /// Uses a code, and revokes its token.
    async fn use_and_revoke(&mut self, connection: &mut Connection) -> Result<()> {
        let code = self.user_agent.code(connection, &self.user, &self.app).await?;
        let tokens = self.app.redeem(connection, &code).await?;
        let token = tokens.map_err(|error| format!("{error:?}"))?.refresh_token;
        self.app.revoke(connection, &token).await?;
        self.dead.codes.push(code);
        self.dead.tokens.push(token);
        Ok(())
    }

    /// Sets the clock of the running service, or restarts it with the clock set.
    async fn set(&mut self, offset: &str, restarts: bool) -> Result<()> {
        if restarts {
            self.service.send_kill()?;
            self.service.wait().await?;
        }
        fs::write(self.clock, offset)?;
        if restarts {
            self.service = Service::start(self.data).await?;
        } else {
            tokio::time::sleep(NOTICED).await;
        }
        Ok(())
    }

    async fn check_dead(&self) -> Result<()> {
        let mut connection = Connection::open(&self.service.target).await?;
        for code in &self.dead.codes {
            if self.app.redeem(&mut connection, code).await?.is_ok() {
                return Err("a used code was accepted".into());
            }
        }
        for token in &self.dead.tokens {
            if self.app.refresh(&mut connection, token).await?.is_ok() {
                return Err("a revoked token was accepted".into());
            }
        }
        for assertion in &self.dead.assertions {
            if assertion.send(&mut connection).await?.status == 200 {
                return Err("a used assertion was accepted".into());
            }
        }
        Ok(())
    }

    /// Checks that the grant from before is active, and that the browser is still signed in.
    async fn check_live(&mut self) -> Result<()> {
        let mut connection = Connection::open(&self.service.target).await?;
        let tokens = self.app.refresh(&mut connection, &self.live).await?;
        self.live = tokens.map_err(|error| format!("the earlier grant: {error:?}"))?.refresh_token;
        if self.user_agent.is_signed_in(&mut connection, &self.app).await? {
            Ok(())
        } else {
            Err("the browser is signed out".into())
        }
    }
}

/// Returns the environment that sets the clock of a process by a file.
fn environment(offset: &Path) -> Result<Vec<(String, OsString)>> {
    let library = library().ok_or("libfaketime is missing: apt-get install faketime")?;
    let on = || OsString::from("1");
    Ok(vec![
        ("LD_PRELOAD".to_owned(), library.into_os_string()),
        ("FAKETIME_TIMESTAMP_FILE".to_owned(), offset.as_os_str().to_owned()),
        ("FAKETIME_NO_CACHE".to_owned(), on()),
        ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), on()),
        ("DONT_FAKE_MONOTONIC".to_owned(), on()),
        ("NO_FAKE_STAT".to_owned(), on()),
    ])
}

fn library() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.filter_map(Result::ok);
    let mut files = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    files.find(|file| file.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_broken_figure_of_a_jump_breaks_its_promise() {
        // Judges jumps that keep all promises, and some that break one each.
        let good = Measured { jumps: 5, used: [5, 5, 5], ..Measured::default() };
        let kept = |measured: Measured| {
            measured.figures().iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(good.clone()), [true; 3]);
        let after = |reason: &str| vec![format!("+1d: {reason}")];
        let revived = after("a used code was accepted");
        assert_eq!(kept(Measured { revived, ..good.clone() }), [false, true, true]);
        assert_eq!(kept(Measured { used: [0, 5, 5], ..good.clone() }), [false, true, true]);
        assert_eq!(kept(Measured { has_panicked: true, ..good.clone() }), [true, false, true]);
        let ended = after("the browser is signed out");
        assert_eq!(kept(Measured { ended, ..good }), [true, true, false]);
        assert_eq!(kept(Measured::default()), [false, true, false], "no jump proves nothing");
    }
}
