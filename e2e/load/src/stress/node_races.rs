//! Races for one-time values, codes and refresh tokens: each is sent on several connections at
//! once, which reach different nodes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::App;
use crate::http::{Connection, Response, Target};
use crate::one_time::{OneTimeClient, OneTimeRequest, REPLAYED};
use crate::random::Random;
use crate::service::Service;
use crate::{Result, clock};

/// The largest number of connections that send the same request.
const RACERS_MAX: usize = 8;
/// The number of ids that are raced for at once.
const GROUPS: usize = 4;
/// The error numbers of an answer without the database: it failed, or was not asked.
const UNAVAILABLE: [u32; 2] = [90_033, 88_000_315];
/// The error number of a code or token that has expired.
const EXPIRED: u32 = 70_008;
/// The rest of an unexpected answer is not shown.
const SHOWN_MAX: usize = 300;

/// A request that is accepted once.
#[derive(Clone)]
pub(super) enum Contested {
    OneTime(OneTimeRequest),
    Code(App, String),
    /// Accepted more than once for ten seconds, with the same successor.
    RefreshToken(App, String),
}

/// An answer of a node.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The access token, or the successor of a refresh token.
    Accepted(String),
    Used,
    /// The proof needs another nonce, so it was not judged.
    Nonce,
    Unavailable,
    Unanswered,
    Unexpected(String),
}

/// A request, and what its racers got.
pub(super) struct Race {
    pub(super) request: Contested,
    pub(super) accepted: Vec<String>,
    pub(super) accepted_at: Option<Instant>,
    /// Whether the service did not say if it accepted one of them.
    pub(super) is_uncertain: bool,
    others: Vec<Answer>,
    pub(super) slowest: Duration,
}

/// The races of a load.
#[derive(Default)]
pub(super) struct Races {
    pub(super) all: Vec<Race>,
}

/// The requests of a load.
pub(super) struct Load {
    /// Codes and refresh tokens, and the pause after each.
    pub(super) grants: Vec<Contested>,
    pub(super) pause: Duration,
    /// The number of races that are left. The load ends at zero.
    pub(super) left: Arc<AtomicI64>,
}

/// A connection that is opened again after a failure.
type Shared = Arc<Mutex<Option<Connection>>>;

/// Connections that race together.
struct Group {
    target: Target,
    connections: Vec<Shared>,
    random: Random,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    access_token: String,
    refresh_token: String,
    error: String,
    error_codes: Vec<u32>,
}

impl Contested {
    pub(super) async fn send(&self, connection: &mut Connection) -> Result<Response> {
        match self {
            Self::OneTime(request) => request.send(connection).await,
            Self::Code(app, code) => app.send_code(connection, code).await,
            Self::RefreshToken(app, token) => app.send_refresh(connection, token).await,
        }
    }

    /// Returns what a response means for this request.
    pub(super) fn answer(&self, response: &Response) -> Answer {
        let body: Body = serde_json::from_slice(&response.body).unwrap_or_default();
        let has = |number: u32| body.error_codes.contains(&number);
        let is_grant = !matches!(self, Self::OneTime(_));
        match response.status {
            200 if matches!(self, Self::RefreshToken(..)) => Answer::Accepted(body.refresh_token),
            200 => Answer::Accepted(body.access_token),
            503 if UNAVAILABLE.into_iter().any(has) => Answer::Unavailable,
            400 | 401 if REPLAYED.into_iter().any(has) => Answer::Used,
            400 if body.error == "use_dpop_nonce" => Answer::Nonce,
            400 if is_grant && body.error == "invalid_grant" && !has(EXPIRED) => Answer::Used,
            status => {
                let text = String::from_utf8_lossy(&response.body);
                let text: String = text.chars().take(SHOWN_MAX).collect();
                Answer::Unexpected(format!("{status} {text}"))
            }
        }
    }
}

impl Race {
    fn new(request: Contested) -> Self {
        let (accepted, others, accepted_at) = (Vec::new(), Vec::new(), None);
        let (is_uncertain, slowest) = (false, Duration::ZERO);
        Self { request, accepted, accepted_at, is_uncertain, others, slowest }
    }

    fn add(&mut self, answer: Answer, took: Duration) {
        self.slowest = self.slowest.max(took);
        match answer {
            Answer::Accepted(token) => {
                self.accepted.push(token);
                self.accepted_at.get_or_insert_with(clock::now);
            }
            other => {
                self.is_uncertain |= matches!(other, Answer::Unavailable | Answer::Unanswered);
                self.others.push(other);
            }
        }
    }

    /// Returns how often the request was accepted: a refresh token as often as it has successors.
    pub(super) fn successes(&self) -> usize {
        match self.request {
            Contested::RefreshToken(..) => self.accepted.iter().collect::<BTreeSet<_>>().len(),
            _ => self.accepted.len(),
        }
    }

    /// Returns whether all racers were told that another one had used what they sent.
    pub(super) fn is_lost(&self) -> bool {
        self.accepted.is_empty() && self.others.iter().all(|answer| *answer == Answer::Used)
    }
}

impl Races {
    pub(super) fn with(&self, successes: usize) -> usize {
        self.all.iter().filter(|race| race.successes() == successes).count()
    }

    pub(super) fn double(&self) -> usize {
        self.all.iter().filter(|race| race.successes() > 1).count()
    }

    pub(super) fn lost(&self) -> usize {
        self.all.iter().filter(|race| race.is_lost()).count()
    }

    pub(super) fn answers(&self, expected: &Answer) -> usize {
        self.all.iter().flat_map(|race| &race.others).filter(|it| *it == expected).count()
    }

    /// Returns the unexpected answers, each once.
    pub(super) fn unexpected(&self) -> BTreeSet<String> {
        let others = self.all.iter().flat_map(|race| &race.others);
        others
            .filter_map(|answer| match answer {
                Answer::Unexpected(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    }

    pub(super) fn slowest(&self) -> Duration {
        self.all.iter().map(|race| race.slowest).max().unwrap_or_default()
    }
}

/// Races until nothing is left. The first group begins with the codes and refresh tokens.
pub(super) async fn race(service: &Service, load: Load, random: &mut Random) -> Result<Races> {
    let mut grants = Some(load.grants);
    let mut tasks = JoinSet::new();
    for number in 0..GROUPS {
        let mut connections = Vec::new();
        for _ in 0..RACERS_MAX {
            let connection = Connection::open(&service.target).await?;
            connections.push(Arc::new(Mutex::new(Some(connection))));
        }
        let random = Random::new(random.next(), "group");
        let group = Group { target: service.target.clone(), connections, random };
        let client = match number % 2 {
            0 => OneTimeClient::with_assertions(service)?,
            _ => OneTimeClient::with_proofs(service)?,
        };
        let load = Load {
            grants: grants.take().unwrap_or_default(),
            pause: load.pause,
            left: Arc::clone(&load.left),
        };
        tasks.spawn(group.race_for_all(client, load));
    }
    let mut races = Races::default();
    while let Some(all) = tasks.join_next().await {
        races.all.extend(all??);
    }
    Ok(races)
}

impl Group {
    async fn race_for_all(mut self, mut client: OneTimeClient, load: Load) -> Result<Vec<Race>> {
        let mut races = Vec::new();
        let mut grants = load.grants.into_iter();
        while load.left.fetch_sub(1, Ordering::Relaxed) > 0 {
            let grant = grants.next();
            let pause = if grant.is_some() { load.pause } else { Duration::ZERO };
            let request = match grant {
                Some(grant) => grant,
                None => Contested::OneTime(client.request(&mut self.random)?),
            };
            let race = self.race_for(request, &mut client).await?;
            if race.others.contains(&Answer::Nonce) && race.accepted.is_empty() {
                // The nonce has changed: no racer could win, so this was no race.
                load.left.fetch_add(1, Ordering::Relaxed);
            } else {
                races.push(race);
            }
            sleep(pause).await;
        }
        Ok(races)
    }

    /// Sends a request on two to eight of the connections at once.
    async fn race_for(&mut self, request: Contested, client: &mut OneTimeClient) -> Result<Race> {
        let count = 2 + self.random.index(RACERS_MAX - 1);
        let first = self.random.index(RACERS_MAX);
        let mut racers = JoinSet::new();
        for connection in self.connections.iter().cycle().skip(first).take(count) {
            let (connection, request) = (Arc::clone(connection), request.clone());
            racers.spawn(send(connection, self.target.clone(), request));
        }
        let mut race = Race::new(request);
        while let Some(answer) = racers.join_next().await {
            let (response, took) = answer?;
            if let Some(response) = &response {
                client.remember_nonce(response);
            }
            let answer = response.map_or(Answer::Unanswered, |it| race.request.answer(&it));
            race.add(answer, took);
        }
        Ok(race)
    }
}

/// Sends a request, and returns the response if there is one.
async fn send(
    connection: Shared,
    target: Target,
    request: Contested,
) -> (Option<Response>, Duration) {
    let mut connection = connection.lock().await;
    if connection.is_none() {
        *connection = Connection::open(&target).await.ok();
    }
    let Some(open) = connection.as_mut() else { return (None, Duration::ZERO) };
    let start = clock::now();
    let response = request.send(open).await.ok();
    if response.is_none() {
        *connection = None;
    }
    (response, start.elapsed())
}

#[cfg(test)]
impl Race {
    /// Creates a race of a code with these answers.
    pub(super) fn of_code(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::of(Contested::Code, answers)
    }

    /// Creates a race of a refresh token with these answers.
    pub(super) fn of_refresh_token(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::of(Contested::RefreshToken, answers)
    }

    fn of(kind: fn(App, String) -> Contested, answers: impl IntoIterator<Item = Answer>) -> Self {
        let text = String::new;
        let app = App {
            tenant: text(),
            client_id: text(),
            secret: None,
            redirect_uri: text(),
            scope: text(),
        };
        let mut race = Self::new(kind(app, text()));
        answers.into_iter().for_each(|answer| race.add(answer, Duration::from_millis(1)));
        race
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &'static str) -> Response {
        let (location, nonce, trace_id) = (None, None, None);
        Response { status, location, cookies: Vec::new(), nonce, trace_id, body: body.into() }
    }

    #[test]
    fn answers_of_a_contested_request_are_distinguished() {
        // Judges responses to a code, and one to a refresh token.
        let code = Race::of_code([]).request;
        let answer = |status, body| code.answer(&response(status, body));
        assert!(answer(200, r#"{"access_token":"a"}"#) == Answer::Accepted("a".to_owned()));
        assert!(answer(400, r#"{"error":"invalid_grant"}"#) == Answer::Used);
        assert!(answer(503, r#"{"error_codes":[90033]}"#) == Answer::Unavailable);
        assert!(answer(503, r#"{"error_codes":[88000315]}"#) == Answer::Unavailable);
        assert!(answer(400, r#"{"error":"use_dpop_nonce"}"#) == Answer::Nonce);
        let expired = r#"{"error":"invalid_grant","error_codes":[70008]}"#;
        for (status, body) in [(400, expired), (503, "{}"), (500, "{}"), (400, "{}"), (429, "")] {
            assert!(matches!(answer(status, body), Answer::Unexpected(_)), "{status} {body}");
        }
        let token = Race::of_refresh_token([]).request;
        let body = r#"{"access_token":"a","refresh_token":"r"}"#;
        assert!(token.answer(&response(200, body)) == Answer::Accepted("r".to_owned()));
    }

    #[test]
    fn a_refresh_token_may_have_one_successor_only() {
        // Counts the successes of a code and of a refresh token that got two answers.
        let accepted = |token: &str| Answer::Accepted(token.to_owned());
        assert_eq!(Race::of_code([accepted("a"), accepted("a")]).successes(), 2);
        assert_eq!(Race::of_refresh_token([accepted("a"), accepted("a")]).successes(), 1);
        assert_eq!(Race::of_refresh_token([accepted("a"), accepted("b")]).successes(), 2);
    }

    #[test]
    fn a_race_is_lost_if_all_requests_were_refused_as_used() {
        // Judges races without a winner, with one, and with one that may have won.
        assert!(Race::of_code([Answer::Used, Answer::Used]).is_lost());
        assert!(!Race::of_code([Answer::Used, Answer::Accepted(String::new())]).is_lost());
        assert!(!Race::of_code([Answer::Used, Answer::Unavailable]).is_lost());
        assert!(!Race::of_code([Answer::Used, Answer::Unanswered]).is_lost());
    }
}
