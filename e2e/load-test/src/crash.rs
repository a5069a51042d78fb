//! Kills the service under load with SIGKILL. Acknowledged grants must survive, and redeemed codes
//! must stay redeemed.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::Result;
use crate::client::App;
use crate::http::{Connection, Target};
use crate::service::{Data, Service, User};
use crate::user_agent::UserAgent;

const WORKERS: usize = 6;
/// The service is killed at a random moment of this period.
const KILL_WITHIN: Duration = Duration::from_millis(350);
/// The number of grants of earlier rounds that are checked again after each crash.
const OLDER_MAX: usize = 300;

/// A code and the tokens that a client got for it.
#[derive(Clone)]
struct IssuedTokens {
    app: App,
    code: String,
    /// The last refresh token. `None` if there was no response to the redemption of the code.
    refresh_token: Option<String>,
}

#[derive(Default)]
struct Counts {
    acknowledged: usize,
    unanswered: usize,
    checked_again: usize,
}

/// In each round: generates load, kills the service at a random moment, restarts it on the same
/// data, and checks every acknowledged grant.
pub(crate) async fn a_crash_loses_nothing(binary: &Path, rounds: u32) -> Result<String> {
    let data = Data::create("crashes")?;
    let mut service = Service::start(binary, &data).await?;
    let apps = [App::find(&service.tenant, "web")?, App::find(&service.tenant, "native")?];
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut user_agent = UserAgent::default();
    let mut connection = Connection::open(&service.target).await?;
    for app in &apps {
        user_agent.code(&mut connection, &user, app).await?;
    }
    let mut older: VecDeque<IssuedTokens> = VecDeque::new();
    let mut counts = Counts::default();
    for round in 0..rounds {
        let issued = load_until_killed(&mut service, &user_agent, &user, &apps).await?;
        service.kill().await?;
        service = Service::start(binary, &data).await?;
        let mut connection = Connection::open(&service.target).await?;
        let result = check(&mut connection, issued, &mut older, &mut counts).await;
        result.map_err(|error| format!("after crash {}: {error}", round + 1))?;
    }
    service.kill().await?;
    if counts.acknowledged < 10 * usize::try_from(rounds)? {
        return Err(format!("only {} grants in total: no load", counts.acknowledged).into());
    }
    let Counts { acknowledged, unanswered, checked_again } = counts;
    Ok(format!(
        "{rounds} crashes, all {acknowledged} acknowledged grants survived, none of {unanswered} \
         unanswered redemptions succeeded twice, older grants checked {checked_again} times"
    ))
}

async fn load_until_killed(
    service: &mut Service,
    user_agent: &UserAgent,
    user: &User,
    apps: &[App; 2],
) -> Result<Vec<IssuedTokens>> {
    let mut workers = JoinSet::new();
    for number in 0..WORKERS {
        let Some(app) = apps.get(number % apps.len()).cloned() else { continue };
        let (target, user_agent, user) = (service.target.clone(), user_agent.clone(), user.clone());
        workers.spawn(work(target, user_agent, user, app));
    }
    let period = u64::try_from(KILL_WITHIN.as_micros())?;
    let moment = RandomState::new().hash_one(workers.len()) % period;
    tokio::time::sleep(Duration::from_micros(moment) + Duration::from_millis(20)).await;
    service.send_kill()?;
    let mut issued = Vec::new();
    while let Some(tokens) = workers.join_next().await {
        issued.extend(tokens?);
    }
    Ok(issued)
}

/// Obtains, redeems and refreshes codes and tokens until there is no response.
async fn work(
    target: Target,
    mut user_agent: UserAgent,
    user: User,
    app: App,
) -> Vec<IssuedTokens> {
    let mut issued = Vec::new();
    let Ok(mut connection) = Connection::open(&target).await else { return issued };
    while let Ok(code) = user_agent.code(&mut connection, &user, &app).await {
        let mut tokens = IssuedTokens { app: app.clone(), code, refresh_token: None };
        let result = redeem_and_refresh(&mut connection, &mut tokens).await;
        issued.push(tokens);
        if result.is_err() {
            break;
        }
    }
    issued
}

async fn redeem_and_refresh(connection: &mut Connection, issued: &mut IssuedTokens) -> Result<()> {
    let app = issued.app.clone();
    let mut response = app.redeem(connection, &issued.code).await?;
    for _ in 0..2 {
        let tokens = response.map_err(|error| format!("{error:?}"))?;
        issued.refresh_token = Some(tokens.refresh_token.clone());
        response = app.refresh(connection, &tokens.refresh_token).await?;
    }
    Ok(())
}

/// Checks the grants of this round and, by introspection, those of earlier rounds.
async fn check(
    connection: &mut Connection,
    issued: Vec<IssuedTokens>,
    older: &mut VecDeque<IssuedTokens>,
    counts: &mut Counts,
) -> Result<()> {
    for old in older.iter() {
        let token = old.refresh_token.as_deref().unwrap_or_default();
        if !old.app.is_active(connection, token).await? {
            return Err("a grant of an earlier round is not active".into());
        }
        counts.checked_again += 1;
    }
    for (number, mut one) in issued.into_iter().enumerate() {
        let Some(token) = one.refresh_token.clone() else {
            redeem_unanswered(connection, &one).await?;
            counts.unanswered += 1;
            continue;
        };
        counts.acknowledged += 1;
        let response = one.app.refresh(connection, &token).await?;
        let tokens = response.map_err(|error| format!("an acknowledged grant: {error:?}"))?;
        // Half of the grants are kept for later rounds. The replay of a code revokes its grant.
        if number % 2 == 0 && one.app.can_introspect() {
            one.refresh_token = Some(tokens.refresh_token);
            older.push_back(one);
        } else {
            replay(connection, &one, &tokens.refresh_token).await?;
        }
    }
    while older.len() > OLDER_MAX {
        older.pop_front();
    }
    Ok(())
}

/// Replays a code whose redemption was acknowledged before the crash.
async fn replay(
    connection: &mut Connection,
    one: &IssuedTokens,
    refresh_token: &str,
) -> Result<()> {
    match one.app.redeem(connection, &one.code).await? {
        Ok(_) => return Err("a redeemed code worked again after the crash".into()),
        Err(error) if error.error != "invalid_grant" => {
            return Err(format!("a redeemed code was refused with {error:?}").into());
        }
        // An expired code proves nothing about the stored redemption.
        Err(error) if error.error_codes.contains(&70008) => {
            return Err("the code expired before it was replayed".into());
        }
        Err(_) => {}
    }
    match one.app.refresh(connection, refresh_token).await? {
        Ok(_) => Err("the replay of a code after the crash did not revoke its grant".into()),
        Err(_) => Ok(()),
    }
}

/// Redeems a code twice whose first redemption had no response. It must succeed at most once.
async fn redeem_unanswered(connection: &mut Connection, one: &IssuedTokens) -> Result<()> {
    let first = one.app.redeem(connection, &one.code).await?;
    let second = one.app.redeem(connection, &one.code).await?;
    match (first, second) {
        (_, Ok(_)) => Err("a code whose redemption had no response was redeemed twice".into()),
        (Err(error), _) if error.error != "invalid_grant" => Err(format!("{error:?}").into()),
        _ => Ok(()),
    }
}
