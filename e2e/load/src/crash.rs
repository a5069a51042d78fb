//! Kill -9 under load, a hundred times: what was acknowledged is there, what was redeemed stays
//! redeemed.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::Outcome;
use crate::client::App;
use crate::http::{Connection, Target};
use crate::person::Person;
use crate::service::{Data, Service, User};

const WORKERS: usize = 6;
/// The service is struck at some moment of this span.
const SPAN: Duration = Duration::from_millis(350);
/// Grants of earlier lives that are looked at again after each crash.
const REMEMBERED: usize = 300;

/// What one client holds in its hands.
#[derive(Clone)]
struct Held {
    app: App,
    code: String,
    /// From the last answer that came; none where the code was sent and no answer came.
    refresh_token: Option<String>,
}

#[derive(Default)]
struct Tally {
    acknowledged: usize,
    unanswered: usize,
    looked_again: usize,
}

/// Each round: load, a strike at a random moment, a restart on the same data, and every promise
/// checked.
pub(crate) async fn a_crash_loses_nothing(binary: &Path, rounds: u32) -> Outcome<String> {
    let data = Data::fresh("crashes")?;
    let mut service = Service::start(binary, &data).await?;
    let apps = [App::of(&service.tenant, "web")?, App::of(&service.tenant, "native")?];
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut person = Person::default();
    let mut own = Connection::open(&service.target).await?;
    for app in &apps {
        person.code(&mut own, &user, app).await?;
    }
    let mut remembered: VecDeque<Held> = VecDeque::new();
    let mut tally = Tally::default();
    for round in 0..rounds {
        let held = load_until_struck(&mut service, &person, &user, &apps).await?;
        service.kill().await?;
        service = Service::start(binary, &data).await?;
        let mut own = Connection::open(&service.target).await?;
        let outcome = check(&mut own, held, &mut remembered, &mut tally).await;
        outcome.map_err(|error| format!("after crash {}: {error}", round + 1))?;
    }
    service.kill().await?;
    if tally.acknowledged < 10 * usize::try_from(rounds)? {
        return Err(format!("only {} grants in all: no load", tally.acknowledged).into());
    }
    let Tally { acknowledged, unanswered, looked_again } = tally;
    Ok(format!(
        "{rounds} crashes, {acknowledged} acknowledged grants all there, {unanswered} unanswered \
         redemptions none doubled, older grants seen alive {looked_again} times"
    ))
}

async fn load_until_struck(
    service: &mut Service,
    person: &Person,
    user: &User,
    apps: &[App; 2],
) -> Outcome<Vec<Held>> {
    let mut workers = JoinSet::new();
    for number in 0..WORKERS {
        let Some(app) = apps.get(number % apps.len()).cloned() else { continue };
        let (target, person, user) = (service.target.clone(), person.clone(), user.clone());
        workers.spawn(work(target, person, user, app));
    }
    let span = u64::try_from(SPAN.as_micros())?;
    let moment = RandomState::new().hash_one(workers.len()) % span;
    tokio::time::sleep(Duration::from_micros(moment) + Duration::from_millis(20)).await;
    service.strike()?;
    let mut held = Vec::new();
    while let Some(hands) = workers.join_next().await {
        held.extend(hands?);
    }
    Ok(held)
}

/// Codes, redemptions and refreshes until no answer comes any more.
async fn work(target: Target, mut person: Person, user: User, app: App) -> Vec<Held> {
    let mut hands = Vec::new();
    let Ok(mut connection) = Connection::open(&target).await else { return hands };
    while let Ok(code) = person.code(&mut connection, &user, &app).await {
        let mut held = Held { app: app.clone(), code, refresh_token: None };
        let outcome = redeem_and_refresh(&mut connection, &mut held).await;
        hands.push(held);
        if outcome.is_err() {
            break;
        }
    }
    hands
}

async fn redeem_and_refresh(connection: &mut Connection, held: &mut Held) -> Outcome<()> {
    let app = held.app.clone();
    let mut answer = app.redeem(connection, &held.code).await?;
    for _ in 0..2 {
        let tokens = answer.map_err(|refusal| format!("{refusal:?}"))?;
        held.refresh_token = Some(tokens.refresh_token.clone());
        answer = app.refresh(connection, &tokens.refresh_token).await?;
    }
    Ok(())
}

/// Every promise of this life and, by introspection, of earlier ones.
async fn check(
    own: &mut Connection,
    held: Vec<Held>,
    remembered: &mut VecDeque<Held>,
    tally: &mut Tally,
) -> Outcome<()> {
    for old in remembered.iter() {
        let token = old.refresh_token.as_deref().unwrap_or_default();
        if !old.app.active(own, token).await? {
            return Err("a grant of an earlier life is gone".into());
        }
        tally.looked_again += 1;
    }
    for (number, mut one) in held.into_iter().enumerate() {
        let Some(token) = one.refresh_token.clone() else {
            redeem_unanswered(own, &one).await?;
            tally.unanswered += 1;
            continue;
        };
        tally.acknowledged += 1;
        let renewed = one.app.refresh(own, &token).await?;
        let tokens = renewed.map_err(|refusal| format!("an acknowledged grant: {refusal:?}"))?;
        // Half of them are kept for later; a replay of its code would end the grant.
        if number % 2 == 0 && one.app.can_introspect() {
            one.refresh_token = Some(tokens.refresh_token);
            remembered.push_back(one);
        } else {
            replay(own, &one, &tokens.refresh_token).await?;
        }
    }
    while remembered.len() > REMEMBERED {
        remembered.pop_front();
    }
    Ok(())
}

/// A code whose redemption was acknowledged before the crash.
async fn replay(own: &mut Connection, one: &Held, refresh_token: &str) -> Outcome<()> {
    match one.app.redeem(own, &one.code).await? {
        Ok(_) => return Err("a redeemed code worked again after the crash".into()),
        Err(refusal) if refusal.error != "invalid_grant" => {
            return Err(format!("a redeemed code was refused with {refusal:?}").into());
        }
        // Too late would prove nothing about what was remembered.
        Err(refusal) if refusal.error_codes.contains(&70008) => {
            return Err("the code was over before it could be replayed".into());
        }
        Err(_) => {}
    }
    match one.app.refresh(own, refresh_token).await? {
        Ok(_) => Err("the replay of a code after the crash did not end its grant".into()),
        Err(_) => Ok(()),
    }
}

/// A code that was sent without an answer may or may not have been redeemed, but never twice.
async fn redeem_unanswered(own: &mut Connection, one: &Held) -> Outcome<()> {
    let first = one.app.redeem(own, &one.code).await?;
    let second = one.app.redeem(own, &one.code).await?;
    match (first, second) {
        (_, Ok(_)) => Err("a code without an answer could be redeemed twice".into()),
        (Err(refusal), _) if refusal.error != "invalid_grant" => Err(format!("{refusal:?}").into()),
        _ => Ok(()),
    }
}
