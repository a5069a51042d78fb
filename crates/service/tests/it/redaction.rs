//! M12: no log line, no refusal and no record holds a secret, token, code, verifier, password or
//! cookie.

mod misplaced;

use std::{process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use catalogue::Language;
use model::DirectoryChange;
use service::{
    explanation::{Reader, explanation},
    signals::{Format, LogSettings, Output, start_log},
};
use store::Sqlite;

use crate::{
    authorize::browser::{Browser, PASSWORD, flow, furnish, parameter, request},
    failing::{Failing, PANIC, Trouble},
    house::{Answer, House, SECRET, VERIFIER, get, post},
    signed::{ASSERTION_TYPE, Jws, p256, rsa},
    tickets,
};

/// Set in the process that is listened to.
const INSIDE: &str = "ADMIT_TEST_REDACTION";
/// What stands before each secret on its standard output.
const MARK: &str = "used: ";
/// What stands before each refusal there.
const SAID: &str = "said: ";
/// What stands before each record there.
const KEPT: &str = "kept: ";

#[tokio::test]
async fn nothing_secret_is_ever_logged() {
    // Runs itself as another process that walks through the flows, well and badly, with every level
    // of the log on standard error, and names on standard output whatever no line may hold.
    if std::env::var_os(INSIDE).is_some() {
        return walk().await;
    }
    let name = "redaction::nothing_secret_is_ever_logged";
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .output()
        .expect("the same program");
    let (said, log) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}\n{log}");
    let secrets: Vec<&str> =
        said.lines().filter_map(|line| line.split_once(MARK)).map(|it| it.1).collect();
    assert!(secrets.len() > 25, "{said}");
    for needed in [
        "\"message\":\"request\"",
        "\"message\":\"fault\"",
        "\"number\":7000215",
        "a handler panicked",
        "a password check panicked",
        "password spraying suspected",
        "\"message\":\"not delivered\"",
        "\"facts\":\"redirect_uri: expected https://web.test/callback received \
         https://web.test/callback/ (",
        "\"grant_type\":\"authorization_code\",\"user\":\"",
        "\"passed\":\"",
    ] {
        assert!(log.contains(needed), "{needed}: {log}");
    }
    let refusals: Vec<&str> = said.lines().filter(|line| line.contains(SAID)).collect();
    assert!(refusals.len() > 10, "{said}");
    let records: Vec<&str> = said.lines().filter(|line| line.contains(KEPT)).collect();
    assert!(records.len() > 30, "{said}");
    for needed in [
        "\"outcome\":\"tokens\"",
        "\"number\":7000215",
        "\"outcome\":\"page:sign_in\"",
        "a handler panicked at crates/service/tests/it/failing.rs:",
        "a password check panicked at crates/service/tests/it/failing.rs:",
    ] {
        assert!(records.iter().any(|record| record.contains(needed)), "{needed}: {records:#?}");
    }
    let is_of_owner = |record: &&&str| {
        record.contains("\"kind\":\"swapped_with_secret\"")
            && record.contains("\"client\":\"daemon\",\"owner\":\"daemon\"")
            && record.contains("\"number\":700016")
    };
    assert!(records.iter().filter(is_of_owner).count() >= 6, "{records:#?}");
    for secret in secrets {
        assert!(secret.len() >= 8, "{secret}");
        assert!(!log.contains(secret), "{secret} in:\n{log}");
        let told = refusals.iter().chain(&records).find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret}");
    }
}

/// Notes what must not be logged: the whole, and for dotted ones their last part too.
#[expect(clippy::print_stdout, reason = "the process that listens reads it there")]
fn used(secret: &str) {
    println!("{MARK}{secret}");
    if let Some((_, last)) = secret.rsplit_once('.')
        && last.len() >= 16
    {
        println!("{MARK}{last}");
    }
}

async fn walk() {
    let settings =
        LogSettings { format: Format::Json, output: Output::Stderr, level: "trace".to_owned() };
    let guard = start_log(&settings).expect("a log");
    let directory = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(directory.path()).expect("a store");
    let house = House::over(Arc::new(store)).await;
    furnish(&house).await;
    sign_in(&house).await;
    by_clients(&house).await;
    misplaced::walk(&house).await;
    mistyped(&house).await;
    kept(&house).await;
    with_trouble().await;
    used(tickets::mail::PASSWORD);
    used(tickets::HOOK_SECRET.trim_start_matches("whsec_"));
    tickets::mail::fail().await;
    drop(guard);
}

/// Says every record that is left.
#[expect(clippy::print_stdout, reason = "the process that listens reads it there")]
async fn kept(house: &House) {
    house.service.recorder.settled().await;
    let all = model::Search { limit: 10_000, ..model::Search::default() };
    for record in house.service.history.find(all).await.expect("a history") {
        println!("{KEPT}{}", serde_json::to_string(&record).expect("JSON"));
        for language in Language::all() {
            let told = explanation(&record, Reader::Operator, language);
            println!("{KEPT}{}", serde_json::to_string(&told).expect("JSON"));
        }
    }
}

/// Everything in an answer that its reader must keep to itself; a refusal must hold none of it.
#[expect(clippy::print_stdout, reason = "the process that listens reads it there")]
fn keep(answer: &Answer) {
    if !answer.error().is_empty() {
        let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        println!("{SAID}{} {challenges:?}", answer.text);
    }
    for name in ["access_token", "refresh_token", "id_token"] {
        if !answer.member(name).is_empty() {
            used(answer.member(name));
        }
    }
}

async fn sign_in(house: &House) {
    let mut browser = Browser::new(house);
    let wrong = "a wrong password that somebody typed";
    used(PASSWORD);
    used(wrong);
    let scope = ("scope", "openid profile offline_access read");
    let page = browser.get(&request(&[scope])).await;
    used(flow(&page));
    browser.sign_in(&page, "alice@demo.test", wrong).await;
    let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    used(flow(&page));
    let answer = browser.press(&page, "stay", "yes").await;
    browser.cookies.values().for_each(|value| used(value));
    let code = parameter(&answer, "code").expect("a code");
    used(&code);
    used(VERIFIER);
    used(SECRET);
    let tokens = house.token(&house.redeem(&code)).await.good();
    keep(&tokens);
    assert!(tokens.member("refresh_token").starts_with("rt."), "{}", tokens.text);
    // A second time, and into the wrong parameter.
    keep(&house.token(&house.redeem(&code)).await);
    let misplaced =
        [("grant_type", "refresh_token"), ("client_id", "web"), ("client_secret", SECRET)];
    for token in [&code, tokens.member("id_token"), tokens.member("refresh_token")] {
        keep(&house.token(&[&misplaced[..], &[("refresh_token", token)]].concat()).await);
    }
    for name in ["access_token", "refresh_token", "id_token"] {
        let asking = [misplaced[1], misplaced[2], ("token", tokens.member(name))];
        keep(&house.post("oauth2/v2.0/introspect", &asking).await);
        keep(&house.post("oauth2/v2.0/revoke", &asking).await);
    }
    // Where histories and logs would keep it, and where no parameter is read at all.
    let query = format!("oidc/userinfo?access_token={}", tokens.member("access_token"));
    keep(&house.send(post(&query, &[])).await);
    keep(&house.send(get(&format!("/nowhere/{code}?code={code}&client_secret={SECRET}"))).await);
    keep(&house.send(post(&format!("oauth2/v2.0/token?client_secret={SECRET}"), &[])).await);
}

/// What the operator is to read in the log: why a request was refused, and that somebody sprays.
async fn mistyped(house: &House) {
    let mut browser = Browser::new(house);
    let wrong = request(&[("redirect_uri", "https://web.test/callback/")]);
    assert_eq!(browser.get(&wrong).await.status.as_u16(), 400);
    let tenant = house.realm.tenant.id;
    let key = jose::digest::sha256(&signin::lockout::Counter::Tenant.label());
    let earlier = house.service.store.attempts(tenant, key).await.expect("a book");
    let last_at = service::now();
    let expires_at = last_at + model::Seconds::hours(1);
    let change = model::Change::CountAttempts {
        failed_before: earlier.map_or(0, |earlier| earlier.failed),
        attempts: model::Attempts { tenant, key, failed: 49, last_at, expires_at },
    };
    let outcome = house.service.store.commit(vec![change]).await.expect("a book");
    assert_eq!(outcome, model::Outcome::Done);
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, "nobody@demo.test", "Winter2026").await;
}

async fn by_clients(house: &House) {
    let wrong = "a-wrong-secret-of-some-client-0123";
    used(wrong);
    let for_itself = [("grant_type", "client_credentials"), ("client_id", "daemon")];
    for secret in [SECRET, wrong] {
        let answer = house.token(&[&for_itself[..], &[("client_secret", secret)]].concat()).await;
        keep(&answer);
        let encoded = STANDARD.encode(format!("daemon:{secret}"));
        used(&encoded);
        let mut request = post("oauth2/v2.0/token", &for_itself[..1]);
        let header = format!("Basic {encoded}").parse().expect("a header");
        request.headers_mut().insert("authorization", header);
        keep(&house.send(request).await);
    }
    let key = p256();
    for assertion in [Jws::assertion(), Jws::assertion().with("exp", 1)] {
        let assertion = assertion.sign(&rsa(jose::Algorithm::Rs256));
        used(&assertion);
        let parameters = [
            for_itself[0],
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        for _ in 0..2 {
            keep(&house.token(&parameters).await);
        }
        let proof = house.proof(&key, "POST", "oauth2/v2.0/token").sign(&key);
        used(&proof);
        for _ in 0..2 {
            let parameters = [&for_itself[..], &[("client_secret", SECRET)]].concat();
            let mut request = post("oauth2/v2.0/token", &parameters);
            request.headers_mut().insert("dpop", proof.parse().expect("a header"));
            keep(&house.send(request).await);
        }
    }
}

/// Faults tell the operator their cause; a panic in the middle of a request tells where it was.
async fn with_trouble() {
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    furnish(&house).await;
    let code = house.code("web", |_| {});
    used(&code);
    used(PANIC);
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    failing.set(Trouble::AttemptsPanic);
    let answer = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(answer.status.as_u16(), 500, "{}", answer.text);
    for trouble in [Trouble::Panic, Trouble::Fault(model::FaultKind::StoreBroken)] {
        failing.set(trouble);
        let answer = house.token(&house.redeem(&code)).await;
        assert!(answer.status.as_u16() >= 500, "{}", answer.text);
        keep(&answer);
    }
    failing.set(Trouble::None);
    let tenant = house.realm.tenant.id;
    for row in house.service.store.signing_keys(tenant).await.expect("a book").iter() {
        let kid = row.kid.clone();
        house.apply(DirectoryChange::RemoveSigningKey { tenant, kid }).await;
    }
    house.token(&house.redeem(&code)).await.refused(500, "server_error", 50_003);
    kept(&house).await;
}
