//! What a request is answered does not tell whether somebody or something is there: an unknown and
//! a known user, and an id of nobody and one of others, give the same answer, byte for byte but
//! for ids and times.

use http::{HeaderMap, Request};
use jose::Algorithm;
use model::{Client, DirectoryChange, Platform, Record, Seconds, Tenant, TenantId, User, UserId};
use uuid::Uuid;

use crate::{
    authorize::browser::{self, Browser},
    explain::{EXPLAIN, basic},
    house::{ALICE, Answer, House, SECRET, TENANT, client, encode, get, post},
    signed::{ASSERTION_TYPE, Jws, rsa},
};

/// How many pairs are compared at least.
const PAIRS_MIN: usize = 40;
/// A run of so many letters and digits, some of them digits, is an id or a sealed value.
const MASKED: usize = 16;

/// Two answers that must not differ.
struct Pair {
    what: String,
    answers: [Answer; 2],
    /// What either request said, which its answer may repeat.
    said: [String; 2],
}

impl Pair {
    fn new(what: impl Into<String>, one: Answer, other: Answer) -> Self {
        Self { what: what.into(), answers: [one, other], said: [String::new(), String::new()] }
    }

    fn saying(mut self, one: &str, other: &str) -> Self {
        self.said = [one.to_owned(), other.to_owned()];
        self
    }

    fn compare(&self) -> Result<(), String> {
        let [one, other] = [0, 1].map(|at| shown(&self.answers[at], &self.said[at]));
        match one.lines().zip(other.lines()).find(|(one, other)| one != other) {
            Some((one, other)) => Err(format!("{}:\n{one}\n{other}\n", self.what)),
            None if one.len() != other.len() => Err(format!("{}: one is longer", self.what)),
            None => Ok(()),
        }
    }
}

/// Status, headers and body, without ids, times and what the request itself said.
fn shown(answer: &Answer, said: &str) -> String {
    let mut headers = answer.headers.clone();
    if answer.text.contains("name=\"flow\"") {
        // A page's length is also that of the sealed flow in it, which is never twice the same.
        headers.remove("content-length");
    }
    let whole = format!("{}\n{}\n{}", answer.status, lines(&headers), answer.text);
    let encoded = encode(&[("", said)]);
    let encoded = encoded.trim_start_matches('=').to_owned();
    let forms = [said.to_owned(), encoded, said.replace('@', "&#64;")];
    let forms = forms.iter().filter(|form| !form.is_empty());
    let whole = forms.fold(whole, |text, form| text.replace(form.as_str(), "SAID"));
    without_times(&without_ids(&whole))
}

fn lines(headers: &HeaderMap) -> String {
    let mut lines: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    lines.join("\n")
}

fn without_ids(text: &str) -> String {
    let mut shown = String::new();
    let mut run = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.') {
            run.push(letter);
            continue;
        }
        let sealed = run.len() >= MASKED && run.contains(|letter: char| letter.is_ascii_digit());
        shown.push_str(if sealed { "ID" } else { &run });
        run.clear();
        shown.push(letter);
    }
    shown
}

/// `2026-01-01 00:00:00Z` is a time.
fn without_times(text: &str) -> String {
    const SHAPE: &[u8] = b"0000-00-00 00:00:00Z";
    let bytes = text.as_bytes();
    let fits = |window: &[u8]| {
        window.iter().zip(SHAPE).all(|(letter, shape)| match shape {
            b'0' => letter.is_ascii_digit(),
            other => letter == other,
        })
    };
    let mut shown = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(SHAPE.len() - 1) {
        if fits(&bytes[at..at + SHAPE.len()]) {
            shown[at..at + SHAPE.len()].copy_from_slice(SHAPE);
        }
    }
    String::from_utf8_lossy(&shown).into_owned()
}

#[tokio::test]
async fn no_answer_tells_who_or_what_is_there() {
    // Compares pairs of answers: ids in look-ups, people at the sign-in, clients and tokens.
    let house = furnished().await;
    let mut pairs = look_ups(&house).await;
    pairs.extend(people(&house).await);
    pairs.extend(things(&house).await);
    let problems: Vec<String> = pairs.iter().filter_map(|pair| pair.compare().err()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(pairs.len() >= PAIRS_MIN, "only {} pairs", pairs.len());
}

fn elsewhere() -> TenantId {
    TenantId::new(Uuid::from_u128(0x0191_1111_1111_7111_8111_1111_1111_1111))
}

/// A house with a second tenant, whose client has the id of one here, and people who are gone.
async fn furnished() -> House {
    let house = House::new().await;
    browser::furnish(&house).await;
    let acme = Tenant::new(elsewhere(), "acme", [4; 32]);
    house.apply(DirectoryChange::PutTenant(acme)).await;
    for id in ["web", "only-there"] {
        let theirs = Client { tenant: elsewhere(), ..client(id, Platform::Web, false) };
        house.apply(DirectoryChange::PutClient(theirs)).await;
    }
    house.change_client("api", |api| api.enabled = false).await;
    let secret = client("keyed", Platform::Web, false).credentials;
    house.change_client("keyed", |keyed| keyed.credentials.extend(secret)).await;
    let alice = house.service.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    let alice = alice.expect("a book").expect("a user");
    let gone = User {
        id: UserId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00c1)),
        username: "carla@demo.test".to_owned(),
        enabled: false,
        ..User::clone(&alice)
    };
    house.apply(DirectoryChange::PutUser(gone)).await;
    house
}

/// An id of each kind that is not the client's own, by which it is looked up.
async fn look_ups(house: &House) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (what, [trace_id, correlation_id]) in foreign(house).await {
        for (name, id) in [("trace_id", trace_id), ("correlation_id", correlation_id)] {
            for way in ["get", "post", "assertion", "indonesian"] {
                let nobody = asked(house, way, (name, &Uuid::new_v4().to_string())).await;
                let others = asked(house, way, (name, &id.to_string())).await;
                nobody.refused(404, "invalid_request", 88_000_200);
                pairs.push(Pair::new(format!("{way} {what} by {name}"), nobody, others));
            }
        }
    }
    pairs
}

/// Trace id and correlation id of requests that are none of `keyed`.
async fn foreign(house: &House) -> Vec<(&'static str, [Uuid; 2])> {
    let of = |answer: &Answer| {
        ["x-ms-request-id", "client-request-id"]
            .map(|name| answer.header(name).parse().expect("an id"))
    };
    let wrong =
        [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", "x")];
    let of_another = house.token(&wrong).await;
    let mut request = post("oauth2/v2.0/token", &wrong);
    *request.uri_mut() = "/acme/oauth2/v2.0/token".parse().expect("a path");
    let of_another_tenant = house.send(request).await;
    let page = house.send(get(&browser::request(&[]))).await;
    let nobodys = house.token(&[]).await;
    let own = [("grant_type", "x"), ("client_id", "keyed")];
    let own = of(&house.token(&own).await);
    house.service.recorder.settled().await;
    let search = model::Search { trace_id: Some(own[0]), limit: 1, ..model::Search::default() };
    let kept = house.service.history.find(search).await.expect("a history");
    let too_old = Record {
        trace_id: Uuid::from_u128(1),
        correlation_id: Uuid::from_u128(2),
        at: kept[0].at - Seconds::days(31),
        ..kept[0].clone()
    };
    let old = [too_old.trace_id, too_old.correlation_id];
    house.service.history.record(vec![too_old]).await.expect("a history");
    vec![
        ("another client's", of(&of_another)),
        ("another tenant's", of(&of_another_tenant)),
        ("a page's", of(&page)),
        ("nobody's", of(&nobodys)),
        ("one too old", old),
    ]
}

async fn asked(house: &House, way: &str, id: (&str, &str)) -> Answer {
    let request = match way {
        "post" => {
            let mut request = post(EXPLAIN, &[id]);
            let header = basic("keyed").parse().expect("a header");
            request.headers_mut().insert("authorization", header);
            request
        }
        "assertion" => {
            let assertion = Jws::assertion().sign(&rsa(Algorithm::Rs256));
            post(
                EXPLAIN,
                &[id, ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)],
            )
        }
        other => {
            let language = if other == "get" { "en" } else { "id" };
            Request::get(format!("/{TENANT}/{EXPLAIN}?{}", encode(&[id])))
                .header("host", "id.test")
                .header("accept-language", language)
                .header("authorization", basic("keyed"))
                .body("".into())
                .expect("a request")
        }
    };
    house.send(request).await
}

/// The sign-in of somebody who is there, of somebody who is gone, and of nobody.
async fn people(house: &House) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let nobody = "nobdy@demo.test";
    for (what, known) in [("a user", "alice@demo.test"), ("one who is gone", "carla@demo.test")] {
        for password in ["wrong", "", &"x".repeat(2_000)] {
            let (there, away) = (sign_in(house, known, password), sign_in(house, nobody, password));
            let pair =
                Pair::new(format!("{what}, {} letters", password.len()), there.await, away.await);
            pairs.push(pair.saying(known, nobody));
        }
        for more in [("prompt", "none"), ("prompt", "login"), ("ui_locales", "id")] {
            let page = async |name: &str| {
                house.send(get(&browser::request(&[("login_hint", name), more]))).await
            };
            let pair =
                Pair::new(format!("{what}, {more:?}"), page(known).await, page(nobody).await);
            pairs.push(pair.saying(known, nobody));
        }
        let realm = async |name: &str| house.send(get(&format!("/common/userrealm/{name}"))).await;
        let pair =
            Pair::new(format!("the realm of {what}"), realm(known).await, realm(nobody).await);
        pairs.push(pair.saying(known, nobody));
    }
    pairs
}

async fn sign_in(house: &House, username: &str, password: &str) -> Answer {
    let mut browser = Browser::new(house);
    let page = browser.get(&browser::request(&[])).await;
    browser.sign_in(&page, username, password).await
}

/// Clients of others, tokens of others, and none.
async fn things(house: &House) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (what, id, nobody) in
        [("a client elsewhere", "only-there", "never-made"), ("one switched off", "api", "xyz")]
    {
        let page = async |id: &str| house.send(get(&browser::request(&[("client_id", id)]))).await;
        let pair = Pair::new(format!("authorize, {what}"), page(id).await, page(nobody).await);
        pairs.push(pair.saying(id, nobody));
        let tried = async |id: &str| {
            let mut request = post(EXPLAIN, &[("grant_type", "x"), ("client_id", id)]);
            request.headers_mut().insert("authorization", basic("web").parse().expect("a header"));
            house.send(request).await
        };
        let pair = Pair::new(format!("a dry run, {what}"), tried(id).await, tried(nobody).await);
        pairs.push(pair.saying(id, nobody));
        let rehearse = async |id: &str| {
            let asking = [("client_id", id), ("admit_rehearse", "50011"), ("grant_type", "x")];
            house.token(&asking).await
        };
        let pair =
            Pair::new(format!("a rehearsal, {what}"), rehearse(id).await, rehearse(nobody).await);
        pairs.push(pair.saying(id, nobody));
    }
    let for_itself = async |id: &str, endpoint: &str| {
        let parameters = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", SECRET),
            ("token", "x"),
        ];
        house.post(endpoint, &parameters).await
    };
    for endpoint in ["token", "introspect", "revoke", "explain"] {
        let endpoint = format!("oauth2/v2.0/{endpoint}");
        let there = for_itself("only-there", &endpoint).await;
        let pair = Pair::new(endpoint.as_str(), there, for_itself("never-made", &endpoint).await);
        pairs.push(pair.saying("only-there", "never-made"));
    }
    pairs.extend(tokens(house).await);
    pairs
}

async fn tokens(house: &House) -> Vec<Pair> {
    let code = house.code("web", |_| {});
    let theirs = house.token(&house.redeem(&code)).await.good();
    let ask = async |token: &str| {
        let asking = [("client_id", "daemon"), ("client_secret", SECRET), ("token", token)];
        house.post("oauth2/v2.0/introspect", &asking).await
    };
    let nothing = || ask("x");
    vec![
        Pair::new(
            "another's refresh token",
            ask(theirs.member("refresh_token")).await,
            nothing().await,
        ),
        Pair::new(
            "another's access token",
            ask(theirs.member("access_token")).await,
            nothing().await,
        ),
        Pair::new("another's ID token", ask(theirs.member("id_token")).await, nothing().await),
        Pair::new("a code", ask(&house.code("web", |_| {})).await, nothing().await),
    ]
}
