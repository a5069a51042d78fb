//! M12: logs, refusals and records contain no secret, token, code, verifier, password or cookie.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: M = tenants and logs.

mod misplaced;

use std::{process::Command, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use catalogue::Language;
use diagnostics::explanation::{Explanation, Viewer};
use model::DirectoryChange;
use store::SqliteStore;
use telemetry::{Format, LogSettings, Output, start_log};

use crate::{
    authorize::browser::{Browser, PASSWORD, add_users, flow_field, parameter, request},
    failing_store::{FailingStore, PANIC, StoreFailure},
    password_reset,
    signed_requests::{ASSERTION_TYPE, Jws, p256, rsa},
    test_service::{SECRET, TestResponse, TestService, VERIFIER, get, post},
    tickets,
};

/// The environment variable that is set in the child process.
const CHILD_PROCESS: &str = "ADMIT_TEST_REDACTION";
/// Precedes each secret on standard output.
const SECRET_PREFIX: &str = "SECRET> ";
/// Precedes each refusal on standard output.
const REFUSAL_PREFIX: &str = "REFUSAL> ";
/// Precedes each record on standard output.
const RECORD_PREFIX: &str = "RECORD> ";

#[tokio::test]
async fn logs_refusals_and_records_contain_no_secrets() {
    // Runs itself as a child process that goes through the flows with right and wrong requests. The
    // log is on standard error at every level. The secrets are on standard output.
    if std::env::var_os(CHILD_PROCESS).is_some() {
        return run_flows().await;
    }
    let name = "redaction::logs_refusals_and_records_contain_no_secrets";
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(CHILD_PROCESS, "1")
        .output()
        .expect("the same program");
    let (stdout, log) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{log}");
    let secrets: Vec<&str> =
        stdout.lines().filter_map(|line| line.split_once(SECRET_PREFIX)).map(|it| it.1).collect();
    assert!(secrets.len() > 25, "{stdout}");
    for needed in [
        "\"message\":\"request\"",
        "\"message\":\"fault\"",
        "\"error_number\":7000215",
        "a handler panicked",
        "a password check panicked",
        "password spraying suspected",
        "\"message\":\"not delivered\"",
        "\"comparisons\":\"redirect_uri: expected https://web.test/callback received \
         https://web.test/callback/ (",
        "\"grant_type\":\"authorization_code\",\"user\":\"",
        "\"checks_passed\":\"",
    ] {
        assert!(log.contains(needed), "{needed}: {log}");
    }
    let refusals: Vec<&str> = stdout.lines().filter(|line| line.contains(REFUSAL_PREFIX)).collect();
    assert!(refusals.len() > 10, "{stdout}");
    let records: Vec<&str> = stdout.lines().filter(|line| line.contains(RECORD_PREFIX)).collect();
    assert!(records.len() > 30, "{stdout}");
    for needed in [
        "\"outcome\":\"tokens\"",
        "\"number\":7000215",
        "\"outcome\":\"page:sign_in\"",
        "a handler panicked at crates/service/tests/it/failing_store.rs:",
        "a password check panicked at crates/service/tests/it/failing_store.rs:",
    ] {
        assert!(records.iter().any(|record| record.contains(needed)), "{needed}: {records:#?}");
    }
    let is_attributed = |record: &&&str| {
        record.contains("\"kind\":\"swapped_with_secret\"")
            && record.contains("\"client\":\"daemon\",\"attributed_client\":\"daemon\"")
            && record.contains("\"number\":700016")
    };
    assert!(records.iter().filter(is_attributed).count() >= 6, "{records:#?}");
    for secret in secrets {
        assert!(secret.len() >= 8, "{secret}");
        assert!(!log.contains(secret), "{secret} in:\n{log}");
        let leak = refusals.iter().chain(&records).find(|line| line.contains(secret));
        assert_eq!(leak, None, "{secret}");
    }
}

/// Prints a secret that must not be logged, and the last part of a dotted one.
#[expect(clippy::print_stdout, reason = "the parent process reads it there")]
fn print_secret(secret: &str) {
    println!("{SECRET_PREFIX}{secret}");
    if let Some((_, last)) = secret.rsplit_once('.')
        && last.len() >= 16
    {
        println!("{SECRET_PREFIX}{last}");
    }
}

async fn run_flows() {
    let settings =
        LogSettings { format: Format::Json, output: Output::Stderr, level: "trace".to_owned() };
    let guard = start_log(&settings).expect("a log");
    let directory = tempfile::tempdir().expect("a directory");
    let store = SqliteStore::open(directory.path()).expect("a store");
    let service = TestService::over(Arc::new(store)).await;
    add_users(&service).await;
    run_sign_in(&service).await;
    run_password_reset().await;
    token_requests(&service).await;
    misplaced::run_flows(&service).await;
    logged_refusals(&service).await;
    print_records(&service).await;
    run_with_failing_store().await;
    print_secret(tickets::mail::PASSWORD);
    print_secret(tickets::HOOK_SECRET.trim_start_matches("whsec_"));
    tickets::mail::fail_deliveries().await;
    drop(guard);
}

/// Prints every record and its explanations.
#[expect(clippy::print_stdout, reason = "the parent process reads it there")]
async fn print_records(service: &TestService) {
    service.state.recorder.flush().await;
    let all = model::RecordQuery { limit: 10_000, ..model::RecordQuery::default() };
    for record in service.state.history.find(all).await.expect("a history") {
        println!("{RECORD_PREFIX}{}", serde_json::to_string(&record).expect("JSON"));
        for language in Language::all() {
            let explanation = Explanation::new(&record, Viewer::Operator, language);
            println!("{RECORD_PREFIX}{}", serde_json::to_string(&explanation).expect("JSON"));
        }
    }
}

/// Prints a refusal, and every token of a success as a secret.
#[expect(clippy::print_stdout, reason = "the parent process reads it there")]
fn print_response(response: &TestResponse) {
    if !response.error().is_empty() {
        let challenges: Vec<_> = response.headers.get_all("www-authenticate").iter().collect();
        println!("{REFUSAL_PREFIX}{} {challenges:?}", response.text);
    }
    for name in ["access_token", "refresh_token", "id_token"] {
        if !response.member(name).is_empty() {
            print_secret(response.member(name));
        }
    }
}

async fn run_sign_in(service: &TestService) {
    let mut browser = Browser::new(service);
    let wrong = "a wrong password that somebody typed";
    print_secret(PASSWORD);
    print_secret(wrong);
    let scope = ("scope", "openid profile offline_access read");
    let page = browser.get(&request(&[scope])).await;
    print_secret(flow_field(&page));
    browser.sign_in(&page, "alice@demo.test", wrong).await;
    let page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    print_secret(flow_field(&page));
    let response = browser.press(&page, "stay_signed_in", "yes").await;
    browser.cookies.values().for_each(|value| print_secret(value));
    let code = parameter(&response, "code").expect("a code");
    print_secret(&code);
    print_secret(VERIFIER);
    print_secret(SECRET);
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    print_response(&tokens);
    assert!(tokens.member("refresh_token").starts_with("rt."), "{}", tokens.text);
    // A second time, and in the wrong parameter.
    print_response(&service.token(&service.redeem(&code)).await);
    let misplaced =
        [("grant_type", "refresh_token"), ("client_id", "web"), ("client_secret", SECRET)];
    for token in [&code, tokens.member("id_token"), tokens.member("refresh_token")] {
        print_response(
            &service.token(&[&misplaced[..], &[("refresh_token", token)]].concat()).await,
        );
    }
    for name in ["access_token", "refresh_token", "id_token"] {
        let token_query = [misplaced[1], misplaced[2], ("token", tokens.member(name))];
        print_response(&service.post("oauth2/v2.0/introspect", &token_query).await);
        print_response(&service.post("oauth2/v2.0/revoke", &token_query).await);
    }
    // In URLs, which browser histories and access logs keep.
    let query = format!("oidc/userinfo?access_token={}", tokens.member("access_token"));
    print_response(&service.send(post(&query, &[])).await);
    print_response(
        &service.send(get(&format!("/nowhere/{code}?code={code}&client_secret={SECRET}"))).await,
    );
    print_response(
        &service.send(post(&format!("oauth2/v2.0/token?client_secret={SECRET}"), &[])).await,
    );
}

/// Resets a password, with codes and links that are right, wrong and in wrong places.
async fn run_password_reset() {
    let (service, mailbox) = password_reset::service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let page = password_reset::ask(&mut browser, "alice@demo.test").await;
    let mail = password_reset::newest(&mailbox).await;
    let (code, link) = (password_reset::code_of(&mail), password_reset::link_of(&mail));
    let token = link.split("mail_token=").nth(1).expect("a token");
    for secret in [&code, &code.replace(' ', ""), token, password_reset::NEW_PASSWORD] {
        print_secret(secret);
    }
    browser.get(&link).await;
    Browser::new(&service).get(&link).await;
    browser.get(&format!("{link}x")).await;
    browser.get(&format!("/nowhere{}?{}", link.replace('?', "/"), &link[17..])).await;
    password_reset::type_code(&mut browser, &page, &format!("{code}1")).await;
    let page = password_reset::type_code(&mut browser, &page, &code).await;
    let typed = [password_reset::NEW_PASSWORD, "another one"];
    password_reset::choose(&mut browser, &page, typed, true).await;
    let typed = [password_reset::NEW_PASSWORD; 2];
    password_reset::choose(&mut browser, &page, typed, true).await;
    browser.cookies.values().for_each(|value| print_secret(value));
    tickets::deliver(&service, service::now() + model::Seconds::new(6)).await;
    print_records(&service).await;
}

/// Causes the log entries of a refusal and of suspected password spraying.
async fn logged_refusals(service: &TestService) {
    let mut browser = Browser::new(service);
    let wrong = request(&[("redirect_uri", "https://web.test/callback/")]);
    assert_eq!(browser.get(&wrong).await.status.as_u16(), 400);
    let tenant = service.tenant.id();
    let key = jose::digest::sha256(&signin::lockout::Counter::Tenant.label());
    let earlier = service.state.store.failed_sign_ins(tenant, key).await.expect("a store");
    let last_failed_at = service::now();
    let expires_at = last_failed_at + model::Seconds::hours(1);
    let change = model::Change::CountFailedSignIns {
        before: earlier,
        failed_sign_ins: model::FailedSignIns {
            tenant,
            key,
            count: 49,
            last_failed_at,
            expires_at,
        },
    };
    let outcome = service.state.store.commit(vec![change]).await.expect("a store");
    assert_eq!(outcome, model::CommitOutcome::Committed);
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, "nobody@demo.test", "Winter2026").await;
}

async fn token_requests(service: &TestService) {
    let wrong = "a-wrong-secret-of-some-client-0123";
    print_secret(wrong);
    let client_credentials = [("grant_type", "client_credentials"), ("client_id", "daemon")];
    for secret in [SECRET, wrong] {
        let response =
            service.token(&[&client_credentials[..], &[("client_secret", secret)]].concat()).await;
        print_response(&response);
        let encoded = STANDARD.encode(format!("daemon:{secret}"));
        print_secret(&encoded);
        let mut request = post("oauth2/v2.0/token", &client_credentials[..1]);
        let header = format!("Basic {encoded}").parse().expect("a header");
        request.headers_mut().insert("authorization", header);
        print_response(&service.send(request).await);
    }
    let key = p256();
    for assertion in [Jws::assertion(), Jws::assertion().with("exp", 1)] {
        let assertion = assertion.sign(&rsa(jose::Algorithm::Rs256));
        print_secret(&assertion);
        let parameters = [
            client_credentials[0],
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        for _ in 0..2 {
            print_response(&service.token(&parameters).await);
        }
        let proof = service.proof(&key, "POST", "oauth2/v2.0/token").sign(&key);
        print_secret(&proof);
        for _ in 0..2 {
            let parameters = [&client_credentials[..], &[("client_secret", SECRET)]].concat();
            let mut request = post("oauth2/v2.0/token", &parameters);
            request.headers_mut().insert("dpop", proof.parse().expect("a header"));
            print_response(&service.send(request).await);
        }
    }
}

/// Causes faults with a cause, and panics with a location.
async fn run_with_failing_store() {
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    add_users(&service).await;
    let code = service.code("web", |_| {});
    print_secret(&code);
    print_secret(PANIC);
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    failing.set_failure(StoreFailure::FailedSignInsPanic);
    let response = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(response.status.as_u16(), 500, "{}", response.text);
    for failure in [StoreFailure::Panic, StoreFailure::Fault(model::FaultKind::StoreBroken)] {
        failing.set_failure(failure);
        let response = service.token(&service.redeem(&code)).await;
        assert!(response.status.as_u16() >= 500, "{}", response.text);
        print_response(&response);
    }
    failing.set_failure(StoreFailure::None);
    let tenant = service.tenant.id();
    for row in service.state.store.signing_keys(tenant).await.expect("a store").iter() {
        let kid = row.kid.clone();
        service.apply(DirectoryChange::RemoveSigningKey { tenant, kid }).await;
    }
    service.token(&service.redeem(&code)).await.assert_refused(500, "server_error", 50_003);
    print_records(&service).await;
}
