//! Warnings in records of successful requests, and change events.

use std::collections::HashSet;

use catalogue::Language;
use jose::Algorithm;
use model::{
    ChangeEvent, Client, ClientCredential, ClientId, DirectoryChange, PkceMode, Platform,
    RedirectUri, Seconds, TenantId, Timestamp,
};

use super::{CLIENT_CREDENTIALS, record};
use crate::{
    authorize::browser::request,
    signed_requests::{ASSERTION_TYPE, Jws, rsa},
    test_service::{TENANT, TestResponse, TestService, get},
};

async fn warnings(service: &TestService, response: &TestResponse) -> Vec<(String, String)> {
    let warnings = record(service, response).await.warnings.into_iter();
    warnings.map(|warning| (warning.kind.into_owned(), warning.value)).collect()
}

fn one_warning(kind: &str, value: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), value.to_owned())]
}

fn expire(client: &mut Client, at: Timestamp) {
    for credential in &mut client.credentials {
        match credential {
            ClientCredential::Secret { expires, .. }
            | ClientCredential::PublicKey { expires, .. } => *expires = Some(at),
        }
    }
}

#[tokio::test]
async fn a_client_secret_that_expires_soon_is_a_warning() {
    // The secret expires in a year, then in five days.
    let service = TestService::new().await;
    for (days, expected) in [(365, Vec::new()), (5, one_warning("secret_expires", "5"))] {
        let end = service::now() + Seconds::days(days) + Seconds::hours(1);
        service.change_client("daemon", |client| expire(client, end)).await;
        let response = service.token(&CLIENT_CREDENTIALS).await.assert_ok();
        assert_eq!(warnings(&service, &response).await, expected);
    }
}

#[tokio::test]
async fn an_expiring_key_and_a_skewed_clock_are_warnings() {
    // An assertion with `nbf` in 45 seconds, signed by a key that expires tomorrow.
    let service = TestService::new().await;
    let end = service::now() + Seconds::days(1) + Seconds::hours(1);
    service.change_client("keyed", |client| expire(client, end)).await;
    let later = service::now().seconds() + 45;
    let assertion = Jws::assertion().with("iat", later).with("nbf", later);
    let assertion = assertion.sign(&rsa(Algorithm::Rs256));
    let response = service
        .token(&[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ])
        .await
        .assert_ok();
    let warned = warnings(&service, &response).await;
    assert_eq!(warned[0], ("key_expires".to_owned(), "1".to_owned()));
    assert_eq!(warned[1].0, "clock_skew");
    assert!(["+44", "+45"].contains(&warned[1].1.as_str()), "{warned:?}");
}

#[tokio::test]
async fn a_code_redeemed_just_before_expiry_is_a_warning() {
    // Redeems a code five seconds before it expires.
    let service = TestService::new().await;
    let end = service::now() + Seconds::new(6);
    let code = service.code("web", |code| code.expires_at = end);
    let response = service.token(&service.redeem(&code)).await.assert_ok();
    assert_eq!(warnings(&service, &response).await, one_warning("code_nearly_expired", "5"));
    let code = service.code("web", |_| {});
    let response = service.token(&service.redeem(&code)).await.assert_ok();
    assert!(warnings(&service, &response).await.is_empty());
}

#[tokio::test]
async fn a_request_with_neither_challenge_nor_nonce_is_a_warning() {
    // Sends each combination by a client with optional PKCE. Only the one without both is warned.
    let service = TestService::new().await;
    service.change_client("web", |client| client.pkce = PkceMode::Optional).await;
    let no_challenge = [("code_challenge", ""), ("code_challenge_method", "")];
    let (no_nonce, nonce) = ([("nonce", "")], [("nonce", "n-1")]);
    for (parameters, expected) in [
        ([&no_challenge[..], &no_nonce].concat(), one_warning("code_not_bound", "web")),
        ([&no_challenge[..], &nonce].concat(), Vec::new()),
        (no_nonce.to_vec(), Vec::new()),
    ] {
        let response = service.send(get(&request(&parameters))).await;
        assert_eq!(response.status.as_u16(), 303);
        assert_eq!(warnings(&service, &response).await, expected, "{parameters:?}");
    }
}

#[tokio::test]
async fn an_ignored_parameter_is_a_warning_with_its_name_only() {
    // Sends unknown parameters to both endpoints: the warning has the name without the value.
    let service = TestService::new().await;
    let response = service.send(get(&request(&[("domain_hint", "contoso.test")]))).await;
    assert_eq!(response.status.as_u16(), 303);
    assert_eq!(
        warnings(&service, &response).await,
        one_warning("parameter_ignored", "domain_hint")
    );
    let parameters = [&CLIENT_CREDENTIALS[..], &[("password", "hunter2-hunter2")]].concat();
    let response = service.token(&parameters).await.assert_ok();
    assert_eq!(warnings(&service, &response).await, one_warning("parameter_ignored", "password"));
}

#[tokio::test]
async fn an_unknown_scope_is_a_warning_with_the_nearest_name() {
    // Requests codes and tokens with unknown scopes beside known ones, and explains the records to
    // the client developer. The long value has the form of a token and is redacted.
    let service = TestService::new().await;
    let jwt = format!("eyJhbGciOiJub25lIn0.{}.c2ln", "e".repeat(40));
    let scope = format!("openid profile groups raed {jwt}");
    let response = service.send(get(&request(&[("scope", &scope)]))).await;
    assert_eq!(response.status.as_u16(), 303);
    let record = record(&service, &response).await;
    let found: Vec<(&str, &str, Option<&str>)> = record
        .warnings
        .iter()
        .map(|it| {
            let nearest = it.arguments.first().map(|(_, value)| value.as_str());
            (&*it.kind, it.value.as_str(), nearest)
        })
        .collect();
    assert_eq!(
        found[..2],
        [("scope_ignored", "groups", None), ("scope_misspelled", "raed", Some("read"))]
    );
    assert!(found.len() == 3 && !found[2].1.contains("eyJ"), "{found:?}");
    let explained = diagnostics::explanation::Explanation::new(
        &record,
        diagnostics::explanation::Viewer::ClientDeveloper,
        Language::ENGLISH,
    );
    let texts: Vec<&str> = explained.warnings.iter().map(|it| it.text.as_str()).collect();
    assert!(texts[0].contains("groups") && texts[1].contains("“read”"), "{texts:?}");

    // The page of the flow checks the request again.
    let page = response.header("location").to_owned();
    let cookie = response.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    for _ in 0..2 {
        let mut reload = get(&page);
        reload.headers_mut().insert("cookie", cookie.parse().expect("a header"));
        let response = service.send(reload).await;
        assert!(response.status.is_success(), "{}", response.text);
        assert!(warnings(&service, &response).await.is_empty());
    }

    let parameters = [&CLIENT_CREDENTIALS[..], &[("scope", "api://orders/.default User.Read")]];
    let response = service.token(&parameters.concat()).await.assert_ok();
    assert_eq!(warnings(&service, &response).await, one_warning("scope_ignored", "User.Read"));
}

#[tokio::test]
async fn change_events_name_what_changed_in_a_client() {
    // Changes a client in several ways at once and removes a signing key. Unchanged fields have no
    // event.
    let service = TestService::new().await;
    let (tenant, store) = (TenantId::new(TENANT), &service.state.store);
    let id = ClientId::new("web").expect("an id");
    let before = store.client(tenant, &id).await.expect("a store").expect("a client");
    let mut after = Client::clone(&before);
    after.enabled = false;
    after.assertion_audience_array = !after.assertion_audience_array;
    after.redirect_uris[0].uri = "https://web.test/elsewhere".to_owned();
    after
        .redirect_uris
        .push(RedirectUri { uri: "https://spa.test/".to_owned(), platform: Platform::SinglePage });
    after.credentials.push(ClientCredential::Secret {
        id: "second".to_owned(),
        sha256: [1; 32],
        expires: None,
    });
    after.permissions[0].scopes.pop();
    after.grant_types.retain(|name| name != "refresh_token");
    let keys = store.signing_keys(tenant).await.expect("a store");
    let kid = keys[0].kid.clone();
    let changes = [
        DirectoryChange::PutClient(after),
        DirectoryChange::RemoveSigningKey { tenant, kid: kid.clone() },
    ];
    let now = service::now();
    let events = ChangeEvent::detect(&changes, &**store, now).await.expect("a store");
    let named: Vec<(&str, &str)> =
        events.iter().map(|event| (&*event.kind, event.detail.as_str())).collect();
    assert_eq!(
        named,
        [
            ("client_disabled", ""),
            ("secret_added", "second"),
            ("redirect_uri_removed", "https://web.test/callback"),
            ("redirect_uri_added", "https://web.test/elsewhere"),
            ("redirect_uri_added", "https://spa.test/"),
            ("grant_type_removed", "refresh_token"),
            ("permission_removed", "api://orders write"),
            ("client_changed", "assertion_audience_array"),
            ("signing_key_revoked", keys[0].algorithm.as_str()),
        ]
    );
    assert!(events.iter().all(|event| event.tenant == Some(tenant) && event.at == now));
    assert_eq!((events[0].subject.as_str(), &events[8].subject), ("The web app (web)", &kid));
    let same = [DirectoryChange::PutClient(Client::clone(&before))];
    assert!(ChangeEvent::detect(&same, &**store, now).await.expect("a store").is_empty());
}

#[tokio::test]
async fn role_and_name_changes_of_a_user_are_change_events() {
    // Makes a user an administrator, changes roles and user name, and creates two users, one of
    // them an administrator.
    let service = TestService::new().await;
    let (tenant, store) = (TenantId::new(TENANT), &service.state.store);
    let before = store.user_named(tenant, "alice@demo.test").await.expect("a store");
    let before = model::User::clone(&before.expect("a user"));
    let role = |role: &str| model::RoleAssignment {
        resource: "api://orders".to_owned(),
        role: role.to_owned(),
    };
    let mut after = model::User { administrator: !before.administrator, ..before.clone() };
    after.roles = vec![role("Added")];
    after.username = "alicia@demo.test".to_owned();
    let new = model::User {
        id: model::UserId::new(uuid::Uuid::from_u128(9)),
        administrator: true,
        ..after.clone()
    };
    let plain = model::User {
        id: model::UserId::new(uuid::Uuid::from_u128(8)),
        administrator: false,
        ..new.clone()
    };
    let put = [after.clone(), new, plain].map(DirectoryChange::PutUser);
    let events = ChangeEvent::detect(&put, &**store, service::now()).await.expect("a store");
    let named: Vec<(&str, &str)> =
        events.iter().map(|event| (&*event.kind, event.detail.as_str())).collect();
    let toggled = if after.administrator { "administrator_added" } else { "administrator_removed" };
    let removed: Vec<String> =
        before.roles.iter().map(|one| format!("{} {}", one.resource, one.role)).collect();
    let mut expected = vec![(toggled, "")];
    expected.extend(removed.iter().map(|role| ("user_role_removed", role.as_str())));
    expected.push(("user_role_added", "api://orders Added"));
    expected.push(("username_changed", before.username.as_str()));
    expected.extend([("administrator_added", ""), ("user_created", ""), ("user_created", "")]);
    assert_eq!(named, expected);
    assert!(events.iter().all(|event| event.subject == "alicia@demo.test"));
}

#[test]
fn every_outcome_warning_and_event_has_a_text_in_every_language() {
    // Looks each up. A missing translation falls back to English, which is a repeated text.
    let words = model::RequestRecord::OUTCOMES.iter().map(|it| ("outcome", it.replace(':', "-")));
    let warnings = model::Warning::KINDS.iter().map(|it| ("warning", (*it).to_owned()));
    let events = ChangeEvent::KINDS.iter().map(|it| ("event", (*it).to_owned()));
    for (kind, name) in words.chain(warnings).chain(events) {
        let id = format!("{kind}-{name}");
        let values = [("subject", "s"), ("detail", "d"), ("value", "7")];
        let texts: HashSet<_> = Language::all()
            .map(|language| catalogue::known_text(language, &id, &values).expect(&id))
            .collect();
        assert_eq!(texts.len(), Language::all().count(), "{id} lacks a translation");
    }
}

#[tokio::test]
async fn a_new_version_is_recorded_once() {
    // Starts twice with one version, then with another.
    let service = TestService::new().await;
    for version in ["1.0.0", "1.0.0", "1.1.0"] {
        service.state.record_version(version).await;
    }
    let all = (Timestamp::default(), service::now() + Seconds::new(1));
    let events = service.state.history.events(None, all, 10).await.expect("a history");
    let mut versions: Vec<&str> = events.iter().map(|event| event.detail.as_str()).collect();
    versions.sort_unstable();
    assert_eq!(versions, ["1.0.0", "1.1.0"]);
}
