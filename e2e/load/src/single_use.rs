//! Fifty concurrent uses of one code, and of one refresh token: only one redemption succeeds, and
//! all refreshes return the same token.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{Barrier, Mutex};
use tokio::task::JoinSet;

use crate::Result;
use crate::client::{App, TokenError, Tokens};
use crate::http::Connection;
use crate::service::{Data, Service};
use crate::user_agent::UserAgent;

const CONCURRENT: usize = 50;

type TokenResponse = Result<Result<Tokens, TokenError>>;

/// Connections that stay open between rounds, so that the requests of a round start together.
struct ConcurrentClients(Vec<Arc<Mutex<Connection>>>);

#[derive(Clone, Copy)]
enum TokenKind {
    Code,
    RefreshToken,
}

impl ConcurrentClients {
    async fn connect(service: &Service) -> Result<Self> {
        let mut connections = Vec::with_capacity(CONCURRENT);
        for _ in 0..CONCURRENT {
            connections.push(Arc::new(Mutex::new(Connection::open(&service.target).await?)));
        }
        Ok(Self(connections))
    }

    /// Sends the same token on all connections at the same time.
    async fn send_all(
        &self,
        app: &App,
        kind: TokenKind,
        token: &str,
    ) -> Result<(Vec<Tokens>, Vec<TokenError>)> {
        let barrier = Arc::new(Barrier::new(self.0.len()));
        let mut tasks: JoinSet<TokenResponse> = JoinSet::new();
        for connection in &self.0 {
            let (connection, barrier) = (connection.clone(), barrier.clone());
            let (app, token) = (app.clone(), token.to_owned());
            tasks.spawn(async move {
                let mut connection = connection.lock().await;
                barrier.wait().await;
                match kind {
                    TokenKind::Code => app.redeem(&mut connection, &token).await,
                    TokenKind::RefreshToken => app.refresh(&mut connection, &token).await,
                }
            });
        }
        let (mut successes, mut errors) = (Vec::new(), Vec::new());
        while let Some(response) = tasks.join_next().await {
            match response?? {
                Ok(tokens) => successes.push(tokens),
                Err(error) => errors.push(error),
            }
        }
        Ok((successes, errors))
    }
}

/// In each round one redemption succeeds, the others get `invalid_grant`, and their replay revokes
/// the grant.
pub(crate) async fn one_code_is_redeemed_once(binary: &Path, rounds: u32) -> Result<String> {
    let data = Data::create(binary, "codes")?;
    let service = Service::start(&data).await?;
    let app = App::find(&service.tenant, "web")?;
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut user_agent = UserAgent::sign_in(&service.target, &user, &app).await?;
    let clients = ConcurrentClients::connect(&service).await?;
    let mut connection = Connection::open(&service.target).await?;
    for round in 0..rounds {
        let code = user_agent.code(&mut connection, &user, &app).await?;
        let (successes, errors) = clients.send_all(&app, TokenKind::Code, &code).await?;
        let [winner] = successes.as_slice() else {
            return Err(format!("round {round}: {} redemptions succeeded", successes.len()).into());
        };
        check_invalid_grant(&errors, round)?;
        for token in [&winner.refresh_token, &winner.access_token] {
            if app.is_active(&mut connection, token).await? {
                return Err(format!(
                    "round {round}: a token is active after the replay of its code"
                )
                .into());
            }
        }
        if app.refresh(&mut connection, &winner.refresh_token).await?.is_ok() {
            return Err(
                format!("round {round}: the grant is active after the replay of its code").into()
            );
        }
    }
    service.kill().await?;
    Ok(format!("{rounds} rounds, one success in each, and every replay revoked its grant"))
}

/// In each round all responses contain the same new token. After its use, the first token revokes
/// the grant.
pub(crate) async fn one_refresh_token_has_one_successor(
    binary: &Path,
    rounds: u32,
) -> Result<String> {
    let data = Data::create(binary, "refreshes")?;
    let service = Service::start(&data).await?;
    let app = App::find(&service.tenant, "native")?;
    let user = service.tenant.users.first().ok_or("no user")?.clone();
    let mut user_agent = UserAgent::sign_in(&service.target, &user, &app).await?;
    let clients = ConcurrentClients::connect(&service).await?;
    let mut connection = Connection::open(&service.target).await?;
    let mut succeeded = 0;
    for round in 0..rounds {
        let code = user_agent.code(&mut connection, &user, &app).await?;
        let first =
            expect_tokens(app.redeem(&mut connection, &code).await?, "redemption")?.refresh_token;
        let (all, errors) = clients.send_all(&app, TokenKind::RefreshToken, &first).await?;
        check_invalid_grant(&errors, round)?;
        succeeded += all.len();
        let successors: BTreeSet<String> = all.into_iter().map(|one| one.refresh_token).collect();
        let mut successors = successors.into_iter();
        let (Some(second), None) = (successors.next(), successors.next()) else {
            return Err(format!("round {round}: no successor, or several").into());
        };
        if second == first {
            return Err(format!("round {round}: a public client's token did not rotate").into());
        }
        let third = expect_tokens(app.refresh(&mut connection, &second).await?, "the successor")?
            .refresh_token;
        for (name, old) in [("the first token", &first), ("the last token of the grant", &third)] {
            if app.refresh(&mut connection, old).await?.is_ok() {
                return Err(format!("round {round}: {name} still works").into());
            }
        }
    }
    service.kill().await?;
    let average = succeeded / usize::try_from(rounds)?;
    Ok(format!(
        "{rounds} rounds, one successor in each, {average} of {CONCURRENT} responses contain it"
    ))
}

fn expect_tokens(response: Result<Tokens, TokenError>, request: &str) -> Result<Tokens> {
    response.map_err(|error| format!("{request} was refused: {error:?}").into())
}

fn check_invalid_grant(errors: &[TokenError], round: u32) -> Result<()> {
    match errors.iter().find(|error| error.error != "invalid_grant") {
        None => Ok(()),
        Some(other) => Err(format!("round {round}: refused with {other:?}").into()),
    }
}
