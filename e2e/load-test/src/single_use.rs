//! Fifty at once with one code, and with one refresh token: one success, one family, nothing
//! doubled.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{Barrier, Mutex};
use tokio::task::JoinSet;

use crate::Outcome;
use crate::client::{App, Refused, Tokens};
use crate::http::Connection;
use crate::person::Person;
use crate::service::{Data, Service};

const AT_ONCE: usize = 50;

type Answer = Outcome<Result<Tokens, Refused>>;

/// Connections that stay open between the rounds, so that each round begins at one moment.
struct Crowd(Vec<Arc<Mutex<Connection>>>);

#[derive(Clone, Copy)]
enum Use {
    Code,
    RefreshToken,
}

impl Crowd {
    async fn gather(service: &Service) -> Outcome<Self> {
        let mut all = Vec::with_capacity(AT_ONCE);
        for _ in 0..AT_ONCE {
            all.push(Arc::new(Mutex::new(Connection::open(&service.target).await?)));
        }
        Ok(Self(all))
    }

    /// Everyone sends the same at once.
    async fn rush(
        &self,
        app: &App,
        what: Use,
        handle: &str,
    ) -> Outcome<(Vec<Tokens>, Vec<Refused>)> {
        let barrier = Arc::new(Barrier::new(self.0.len()));
        let mut tasks: JoinSet<Answer> = JoinSet::new();
        for connection in &self.0 {
            let (connection, barrier) = (connection.clone(), barrier.clone());
            let (app, handle) = (app.clone(), handle.to_owned());
            tasks.spawn(async move {
                let mut connection = connection.lock().await;
                barrier.wait().await;
                match what {
                    Use::Code => app.redeem(&mut connection, &handle).await,
                    Use::RefreshToken => app.refresh(&mut connection, &handle).await,
                }
            });
        }
        let (mut given, mut refused) = (Vec::new(), Vec::new());
        while let Some(answer) = tasks.join_next().await {
            match answer?? {
                Ok(tokens) => given.push(tokens),
                Err(refusal) => refused.push(refusal),
            }
        }
        Ok((given, refused))
    }
}

/// Each round: one redemption succeeds, all others are invalid_grant, and their replay ends the
/// grant.
pub(crate) async fn one_code_is_redeemed_once(binary: &Path, rounds: u32) -> Outcome<String> {
    let data = Data::fresh("codes")?;
    let service = Service::start(binary, &data).await?;
    let app = App::of(&service.tenant, "web")?;
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut person = Person::sign_in(&service.target, &user, &app).await?;
    let crowd = Crowd::gather(&service).await?;
    let mut own = Connection::open(&service.target).await?;
    for round in 0..rounds {
        let code = person.code(&mut own, &user, &app).await?;
        let (given, refused) = crowd.rush(&app, Use::Code, &code).await?;
        let [winner] = given.as_slice() else {
            return Err(format!("round {round}: {} redemptions succeeded", given.len()).into());
        };
        all_invalid_grant(&refused, round)?;
        for token in [&winner.refresh_token, &winner.access_token] {
            if app.active(&mut own, token).await? {
                return Err(
                    format!("round {round}: a token outlived the replay of its code").into()
                );
            }
        }
        if app.refresh(&mut own, &winner.refresh_token).await?.is_ok() {
            return Err(format!("round {round}: the grant outlived the replay of its code").into());
        }
    }
    service.kill().await?;
    Ok(format!("{rounds} rounds, one success in each, and every replay ended its grant"))
}

/// Each round: all answers hold one successor; once it is used, the first token ends the whole
/// family.
pub(crate) async fn one_refresh_token_has_one_successor(
    binary: &Path,
    rounds: u32,
) -> Outcome<String> {
    let data = Data::fresh("refreshes")?;
    let service = Service::start(binary, &data).await?;
    let app = App::of(&service.tenant, "native")?;
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut person = Person::sign_in(&service.target, &user, &app).await?;
    let crowd = Crowd::gather(&service).await?;
    let mut own = Connection::open(&service.target).await?;
    let mut answered = 0;
    for round in 0..rounds {
        let code = person.code(&mut own, &user, &app).await?;
        let first = given(app.redeem(&mut own, &code).await?, "redemption")?.refresh_token;
        let (all, refused) = crowd.rush(&app, Use::RefreshToken, &first).await?;
        all_invalid_grant(&refused, round)?;
        answered += all.len();
        let successors: BTreeSet<String> = all.into_iter().map(|one| one.refresh_token).collect();
        let mut successors = successors.into_iter();
        let (Some(second), None) = (successors.next(), successors.next()) else {
            return Err(format!("round {round}: not one successor but none or several").into());
        };
        if second == first {
            return Err(format!("round {round}: a public client's token did not rotate").into());
        }
        let third = given(app.refresh(&mut own, &second).await?, "the successor")?.refresh_token;
        for (name, old) in [("the token before the last but one", &first), ("its family", &third)] {
            if app.refresh(&mut own, old).await?.is_ok() {
                return Err(format!("round {round}: {name} still works").into());
            }
        }
    }
    service.kill().await?;
    let share = answered / usize::try_from(rounds)?;
    Ok(format!("{rounds} rounds, one successor in each, {share} of {AT_ONCE} answered with it"))
}

fn given(answer: Result<Tokens, Refused>, what: &str) -> Outcome<Tokens> {
    answer.map_err(|refusal| format!("{what} was refused: {refusal:?}").into())
}

fn all_invalid_grant(refused: &[Refused], round: u32) -> Outcome<()> {
    match refused.iter().find(|refusal| refusal.error != "invalid_grant") {
        None => Ok(()),
        Some(other) => Err(format!("round {round}: refused with {other:?}").into()),
    }
}
