//! Enumeration: responses do not reveal whether a user, client or id exists. For an unknown and an
//! existing value the service returns the same bytes, except ids and times.

use http::{HeaderMap, Request};
use jose::Algorithm;
use model::{
    Client, DirectoryChange, Platform, RequestRecord, Seconds, Tenant, TenantId, User, UserId,
};
use uuid::Uuid;

use crate::{
    authorize::browser::{self, Browser},
    explain::{EXPLAIN, basic},
    signed_requests::{ASSERTION_TYPE, Jws, rsa},
    test_service::{ALICE, SECRET, TENANT, TestResponse, TestService, client, encode, get, post},
};

/// The least number of pairs that the test compares.
const PAIRS_MIN: usize = 40;
/// A run of at least so many letters and digits, with a digit, is masked as an id or sealed value.
const MASKED_LEN_MIN: usize = 16;

/// Two responses that must not differ.
struct Pair {
    what: String,
    responses: [TestResponse; 2],
    /// The value in each request, which its response may repeat.
    values: [String; 2],
}

impl Pair {
    fn new(what: impl Into<String>, one: TestResponse, other: TestResponse) -> Self {
        Self { what: what.into(), responses: [one, other], values: [String::new(), String::new()] }
    }

    fn with_values(mut self, one: &str, other: &str) -> Self {
        self.values = [one.to_owned(), other.to_owned()];
        self
    }

    fn compare(&self) -> Result<(), String> {
        let [one, other] = [0, 1].map(|at| normalized(&self.responses[at], &self.values[at]));
        match one.lines().zip(other.lines()).find(|(one, other)| one != other) {
            Some((one, other)) => Err(format!("{}:\n{one}\n{other}\n", self.what)),
            None if one.len() != other.len() => Err(format!("{}: one is longer", self.what)),
            None => Ok(()),
        }
    }
}

/// Returns status, headers and body without ids, times and the value that the request sent.
fn normalized(response: &TestResponse, values: &str) -> String {
    let mut headers = response.headers.clone();
    if response.text.contains("name=\"flow\"") {
        // The sealed flow on a page has a new length each time, and so has the page.
        headers.remove("content-length");
    }
    let whole = format!("{}\n{}\n{}", response.status, lines(&headers), response.text);
    let encoded = encode(&[("", values)]);
    let encoded = encoded.trim_start_matches('=').to_owned();
    let forms = [values.to_owned(), encoded, values.replace('@', "&#64;")];
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
    let mut masked = String::new();
    let mut run = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.') {
            run.push(letter);
            continue;
        }
        let sealed =
            run.len() >= MASKED_LEN_MIN && run.contains(|letter: char| letter.is_ascii_digit());
        masked.push_str(if sealed { "ID" } else { &run });
        run.clear();
        masked.push(letter);
    }
    masked
}

/// Masks times such as `2026-01-01 00:00:00Z`, also with a `T` between date and time.
fn without_times(text: &str) -> String {
    const SHAPE: &[u8] = b"0000-00-00 00:00:00Z";
    let bytes = text.as_bytes();
    let fits = |window: &[u8]| {
        window.iter().zip(SHAPE).all(|(letter, shape)| match shape {
            b'0' => letter.is_ascii_digit(),
            b' ' => b" T".contains(letter),
            other => letter == other,
        })
    };
    let mut masked = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(SHAPE.len() - 1) {
        if fits(&bytes[at..at + SHAPE.len()]) {
            masked[at..at + SHAPE.len()].copy_from_slice(SHAPE);
        }
    }
    String::from_utf8_lossy(&masked).into_owned()
}

#[tokio::test]
async fn responses_do_not_reveal_whether_a_user_client_or_id_exists() {
    // Compares pairs of responses: ids in look-ups, users at the sign-in, clients and tokens.
    let service = service_with_two_tenants().await;
    let mut pairs = look_ups(&service).await;
    pairs.extend(users(&service).await);
    pairs.extend(clients_and_tokens(&service).await);
    let problems: Vec<String> = pairs.iter().filter_map(|pair| pair.compare().err()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(pairs.len() >= PAIRS_MIN, "only {} pairs", pairs.len());
}

fn other_tenant() -> TenantId {
    TenantId::new(Uuid::from_u128(0x0191_1111_1111_7111_8111_1111_1111_1111))
}

/// Returns a service with a second tenant, which has a client with an id of the first, and with a
/// disabled user.
async fn service_with_two_tenants() -> TestService {
    let service = TestService::new().await;
    browser::add_users(&service).await;
    let acme = Tenant::new(other_tenant(), "acme", [4; 32]);
    service.apply(DirectoryChange::PutTenant(acme)).await;
    for id in ["web", "only-there"] {
        let tokens_of_web = Client { tenant: other_tenant(), ..client(id, Platform::Web, false) };
        service.apply(DirectoryChange::PutClient(tokens_of_web)).await;
    }
    service.change_client("api", |api| api.enabled = false).await;
    let secret = client("keyed", Platform::Web, false).credentials;
    service.change_client("keyed", |keyed| keyed.credentials.extend(secret)).await;
    let alice = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    let alice = alice.expect("a store").expect("a user");
    let disabled = User {
        id: UserId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00c1)),
        username: "carla@demo.test".to_owned(),
        enabled: false,
        ..User::clone(&alice)
    };
    service.apply(DirectoryChange::PutUser(disabled)).await;
    service
}

/// Looks up an id of each kind that belongs to others, and an unknown one.
async fn look_ups(service: &TestService) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (what, [trace_id, correlation_id]) in foreign_ids(service).await {
        for (name, id) in [("trace_id", trace_id), ("correlation_id", correlation_id)] {
            for variant in ["get", "post", "assertion", "indonesian"] {
                let unknown =
                    look_up_as(service, variant, (name, &Uuid::new_v4().to_string())).await;
                let others = look_up_as(service, variant, (name, &id.to_string())).await;
                unknown.assert_refused(404, "invalid_request", 88_000_200);
                pairs.push(Pair::new(format!("{variant} {what} by {name}"), unknown, others));
            }
        }
    }
    pairs
}

/// Returns trace id and correlation id of requests that are not those of the client `keyed`.
async fn foreign_ids(service: &TestService) -> Vec<(&'static str, [Uuid; 2])> {
    let ids = |response: &TestResponse| {
        ["x-ms-request-id", "client-request-id"]
            .map(|name| response.header(name).parse().expect("an id"))
    };
    let wrong =
        [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", "x")];
    let other_client = service.token(&wrong).await;
    let mut request = post("oauth2/v2.0/token", &wrong);
    *request.uri_mut() = "/acme/oauth2/v2.0/token".parse().expect("a path");
    let other_tenant = service.send(request).await;
    let page = service.send(get(&browser::request(&[]))).await;
    let unattributed = service.token(&[]).await;
    let own = [("grant_type", "x"), ("client_id", "keyed")];
    let own = ids(&service.token(&own).await);
    service.state.recorder.flush().await;
    let query =
        model::RecordQuery { trace_id: Some(own[0]), limit: 1, ..model::RecordQuery::default() };
    let stored = service.state.history.find(query).await.expect("a history");
    let too_old = RequestRecord {
        trace_id: Uuid::from_u128(1),
        correlation_id: Uuid::from_u128(2),
        at: stored[0].at - Seconds::days(31),
        ..stored[0].clone()
    };
    let old = [too_old.trace_id, too_old.correlation_id];
    service.state.history.record(vec![too_old]).await.expect("a history");
    vec![
        ("another client's", ids(&other_client)),
        ("another tenant's", ids(&other_tenant)),
        ("a page's", ids(&page)),
        ("one without a client", ids(&unattributed)),
        ("one too old", old),
    ]
}

async fn look_up_as(service: &TestService, variant: &str, id: (&str, &str)) -> TestResponse {
    let request = match variant {
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
    service.send(request).await
}

/// Signs in as an existing user, as a disabled one, and as an unknown one.
async fn users(service: &TestService) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let unknown = "nobdy@demo.test";
    for (what, known) in [("a user", "alice@demo.test"), ("a disabled user", "carla@demo.test")] {
        for password in ["wrong", "", &"x".repeat(2_000)] {
            let (existing, absent) =
                (sign_in(service, known, password), sign_in(service, unknown, password));
            let pair = Pair::new(
                format!("{what}, {} letters", password.len()),
                existing.await,
                absent.await,
            );
            pairs.push(pair.with_values(known, unknown));
        }
        for more in [("prompt", "none"), ("prompt", "login"), ("ui_locales", "id")] {
            let page = async |name: &str| {
                service.send(get(&browser::request(&[("login_hint", name), more]))).await
            };
            let pair =
                Pair::new(format!("{what}, {more:?}"), page(known).await, page(unknown).await);
            pairs.push(pair.with_values(known, unknown));
        }
        let domain =
            async |name: &str| service.send(get(&format!("/common/userrealm/{name}"))).await;
        let pair =
            Pair::new(format!("the domain of {what}"), domain(known).await, domain(unknown).await);
        pairs.push(pair.with_values(known, unknown));
    }
    pairs
}

async fn sign_in(service: &TestService, username: &str, password: &str) -> TestResponse {
    let mut browser = Browser::new(service);
    let page = browser.get(&browser::request(&[])).await;
    browser.sign_in(&page, username, password).await
}

/// Names clients of others and unknown ones, and sends tokens of others and garbage.
async fn clients_and_tokens(service: &TestService) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (what, id, unknown) in [
        ("a client of another tenant", "only-there", "never-made"),
        ("a disabled client", "api", "xyz"),
    ] {
        let page =
            async |id: &str| service.send(get(&browser::request(&[("client_id", id)]))).await;
        let pair = Pair::new(format!("authorize, {what}"), page(id).await, page(unknown).await);
        pairs.push(pair.with_values(id, unknown));
        let dry_run = async |id: &str| {
            let mut request = post(EXPLAIN, &[("grant_type", "x"), ("client_id", id)]);
            request.headers_mut().insert("authorization", basic("web").parse().expect("a header"));
            service.send(request).await
        };
        let pair =
            Pair::new(format!("a dry run, {what}"), dry_run(id).await, dry_run(unknown).await);
        pairs.push(pair.with_values(id, unknown));
        let simulate = async |id: &str| {
            let form = [("client_id", id), ("admit_simulate_error", "50011"), ("grant_type", "x")];
            service.token(&form).await
        };
        let pair =
            Pair::new(format!("a simulation, {what}"), simulate(id).await, simulate(unknown).await);
        pairs.push(pair.with_values(id, unknown));
    }
    let client_credentials = async |id: &str, endpoint: &str| {
        let parameters = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", SECRET),
            ("token", "x"),
        ];
        service.post(endpoint, &parameters).await
    };
    for endpoint in ["token", "introspect", "revoke", "explain"] {
        let endpoint = format!("oauth2/v2.0/{endpoint}");
        let existing = client_credentials("only-there", &endpoint).await;
        let pair = Pair::new(
            endpoint.as_str(),
            existing,
            client_credentials("never-made", &endpoint).await,
        );
        pairs.push(pair.with_values("only-there", "never-made"));
    }
    pairs.extend(tokens(service).await);
    pairs
}

async fn tokens(service: &TestService) -> Vec<Pair> {
    let code = service.code("web", |_| {});
    let tokens_of_web = service.token(&service.redeem(&code)).await.assert_ok();
    let ask = async |token: &str| {
        let token_query = [("client_id", "daemon"), ("client_secret", SECRET), ("token", token)];
        service.post("oauth2/v2.0/introspect", &token_query).await
    };
    let nothing = || ask("x");
    vec![
        Pair::new(
            "another's refresh token",
            ask(tokens_of_web.member("refresh_token")).await,
            nothing().await,
        ),
        Pair::new(
            "another's access token",
            ask(tokens_of_web.member("access_token")).await,
            nothing().await,
        ),
        Pair::new(
            "another's ID token",
            ask(tokens_of_web.member("id_token")).await,
            nothing().await,
        ),
        Pair::new("a code", ask(&service.code("web", |_| {})).await, nothing().await),
    ]
}
