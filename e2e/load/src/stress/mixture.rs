//! The kinds of requests of the rows `overload` and `soak`, and how one of each is served.

use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::error::Elapsed;

use crate::client::{App, Tokens};
use crate::http::{Connection, Response};
use crate::service::{Data, Service, User};
use crate::user_agent::{Step, UserAgent};
use crate::{Result, clock};

/// A kind of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A whole sign-in of a new browser, up to the tokens of the client: seven requests.
    SignIn,
    /// A token for a client itself, by its secret (client credentials).
    Token,
    /// A refresh of the tokens of a user.
    Refresh,
    /// An introspection of an access token of a user.
    Introspection,
}

/// The kinds in the order in which they arrive, again and again. docs/reference/stress.md says why
/// it is this mixture.
pub(super) const MIXTURE: [Kind; 10] = [
    Kind::SignIn,
    Kind::Refresh,
    Kind::Token,
    Kind::Introspection,
    Kind::Refresh,
    Kind::SignIn,
    Kind::Token,
    Kind::Refresh,
    Kind::Introspection,
    Kind::Token,
];
/// Tokens of clients only.
pub(super) const TOKENS: [Kind; 1] = [Kind::Token];

/// The number of users who sign in: passwords of one account are verified one by one. With a number
/// that has no divisor in common with the length of the mixture, all of them do.
const USERS: usize = 201;
const PASSWORD: &str = "correct horse battery staple";
/// The number of sign-ins whose tokens are refreshed and introspected. As above, all are used.
const GRANTS: usize = 17;
/// More pages than any sign-in flow has.
const PAGES_MAX: usize = 16;

/// The users, clients and tokens of the requests.
#[derive(Clone)]
pub(super) struct Senders {
    web: App,
    daemon: App,
    users: Arc<[User]>,
    grants: Arc<[Tokens]>,
}

/// An arrival that was not served.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unserved {
    /// The first request was refused, this long after it was due.
    Shed(Duration),
    /// A later request of a sign-in was refused, this long after it was sent.
    ShedLater(Duration),
    /// The service closed the connection, or did not accept it.
    Closed(Duration),
    Failed(String),
}

/// The requests of one arrival. `since` is when the present one was due or sent.
struct Arrival<'a> {
    connection: &'a mut Connection,
    since: Instant,
    is_first: bool,
}

impl Kind {
    pub(super) const ALL: [Self; 4] =
        [Self::SignIn, Self::Token, Self::Refresh, Self::Introspection];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-ins",
            Self::Token => "tokens",
            Self::Refresh => "refreshes",
            Self::Introspection => "introspections",
        }
    }
}

impl Senders {
    /// Returns clients that request tokens for themselves only.
    pub(super) fn of_tokens(service: &Service) -> Result<Self> {
        let (web, daemon) =
            (App::find(&service.tenant, "web")?, App::find(&service.tenant, "daemon")?);
        Ok(Self { web, daemon, users: [].into(), grants: [].into() })
    }

    /// Creates the users, and signs some of them in.
    pub(super) async fn create(data: &Data, service: &Service) -> Result<Self> {
        let names = (0..USERS).map(|number| format!("load{number}@demo.example"));
        let password = PASSWORD.to_owned();
        let users: Vec<User> =
            names.map(|username| User { username, password: password.clone() }).collect();
        apply(data, &users).await?;
        let mut senders = Self { users: users.into(), ..Self::of_tokens(service)? };
        let (mut connection, mut grants) = (Connection::open(&service.target).await?, Vec::new());
        for user in senders.users.iter().take(GRANTS) {
            let mut browser = UserAgent::default();
            let code = browser.code(&mut connection, user, &senders.web).await?;
            let tokens = senders.web.redeem(&mut connection, &code).await?;
            grants.push(tokens.map_err(|error| format!("{error:?}"))?);
        }
        senders.grants = grants.into();
        Ok(senders)
    }

    /// Sends the requests of an arrival that was due at a time.
    pub(super) async fn send(
        &self,
        (kind, number): (Kind, usize),
        connection: &mut Connection,
        due: Instant,
    ) -> Result<(), Unserved> {
        let mut arrival = Arrival { connection, since: due, is_first: true };
        let grant = self.grants.get(number % self.grants.len().max(1));
        let response = match (kind, grant) {
            (Kind::SignIn, _) => return arrival.sign_in(self, number).await,
            (Kind::Token, _) => self.daemon.send_own_token(arrival.connection).await,
            (Kind::Refresh, Some(grant)) => {
                self.web.send_refresh(arrival.connection, &grant.refresh_token).await
            }
            (Kind::Introspection, Some(grant)) => {
                self.daemon.introspect(arrival.connection, &grant.access_token).await
            }
            (_, None) => return Err(Unserved::Failed("no user is signed in".to_owned())),
        };
        let response = arrival.check(response)?;
        match kind {
            // An error has a body of its own, with the status 200 (RFC 7662 §2.2).
            Kind::Introspection if !response.body.starts_with(br#"{"active":true"#) => {
                Err(Unserved::Failed("a token is not active".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

impl Arrival<'_> {
    /// Signs a user in, and redeems the code.
    async fn sign_in(&mut self, senders: &Senders, number: usize) -> Result<(), Unserved> {
        let Some(user) = senders.users.get(number % senders.users.len().max(1)) else {
            return Err(Unserved::Failed("no users".to_owned()));
        };
        let (mut browser, mut submitted_at) = (UserAgent::default(), None);
        let response = browser.begin(self.connection, &senders.web).await;
        let mut response = self.check(response)?;
        for _ in 0..PAGES_MAX {
            if UserAgent::asks_for_password(&response) {
                // The page is shown again if the queue of passwords is full.
                if let Some(at) = submitted_at {
                    return Err(Unserved::ShedLater(elapsed(at)));
                }
                submitted_at = Some(self.since);
            }
            let step = browser.proceed(self.connection, (user, &senders.web), &response).await;
            response = match step {
                Ok(Step::Code(code)) => {
                    let tokens = senders.web.send_code(self.connection, &code).await;
                    return self.check(tokens).map(|_| ());
                }
                Ok(Step::Response(next)) => self.check(Ok(next))?,
                Err(error) => self.check(Err(error))?,
            };
        }
        Err(Unserved::Failed("no code".to_owned()))
    }

    /// Checks a response. The next request follows at once.
    fn check(&mut self, response: Result<Response>) -> Result<Response, Unserved> {
        let latency = elapsed(self.since);
        self.since = clock::now();
        let shed = if self.is_first { Unserved::Shed } else { Unserved::ShedLater };
        self.is_first = false;
        match response {
            Ok(Response { status: 429 | 503, .. }) => Err(shed(latency)),
            Ok(response) if response.status < 400 => Ok(response),
            Ok(response) => Err(Unserved::Failed(format!("status {}", response.status))),
            Err(error) if error.is::<Elapsed>() => Err(Unserved::Failed("no response".to_owned())),
            Err(error) if error.is::<std::io::Error>() => Err(Unserved::Closed(latency)),
            Err(error) => Err(Unserved::Failed(error.to_string())),
        }
    }
}

/// Returns the time since a request was due. A generator that is early has not waited.
fn elapsed(since: Instant) -> Duration {
    clock::now().saturating_duration_since(since)
}

/// Creates users, and consents to the client for all of them.
async fn apply(data: &Data, users: &[User]) -> Result<()> {
    let mut declaration = "[[tenants]]\nname = \"demo\"\n\n\
        [[tenants.clients]]\nname = \"web\"\nadmin_consent = true\n"
        .to_owned();
    for user in users {
        let username = &user.username;
        writeln!(declaration, "\n[[tenants.users]]\nusername = \"{username}\"")?;
        writeln!(declaration, "password_env = \"LOAD_PASSWORD\"")?;
    }
    data.apply(&declaration, ("LOAD_PASSWORD", PASSWORD)).await
}
