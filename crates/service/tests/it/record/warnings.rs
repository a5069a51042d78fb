//! What goes well and will not for long, and what changed meanwhile.

use std::collections::HashSet;

use catalogue::Language;
use jose::Algorithm;
use model::{
    Client, ClientCredential, ClientId, DirectoryChange, Event, Platform, RedirectUri, Seconds,
    TenantId, Timestamp,
};

use super::{FOR_ITSELF, record};
use crate::{
    authorize::browser::request,
    house::{Answer, House, TENANT, get},
    signed::{ASSERTION_TYPE, Jws, rsa},
};

async fn warned(house: &House, answer: &Answer) -> Vec<(String, String)> {
    let warnings = record(house, answer).await.warnings.into_iter();
    warnings.map(|warning| (warning.kind.into_owned(), warning.value)).collect()
}

fn pair(kind: &str, value: &str) -> Vec<(String, String)> {
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
async fn a_secret_that_ends_soon_is_told_of_while_it_still_works() {
    // Ends in five days and a bit; in a year nobody has to be told.
    let house = House::new().await;
    for (days, expected) in [(365, Vec::new()), (5, pair("secret_expires", "5"))] {
        let end = service::now() + Seconds::days(days) + Seconds::hours(1);
        house.change_client("daemon", |client| expire(client, end)).await;
        let answer = house.token(&FOR_ITSELF).await.good();
        assert_eq!(warned(&house, &answer).await, expected);
    }
}

#[tokio::test]
async fn a_key_that_ends_soon_and_a_clock_that_is_off_are_told_of() {
    // An assertion that begins 45 seconds from now, by a key that ends tomorrow.
    let house = House::new().await;
    let end = service::now() + Seconds::days(1) + Seconds::hours(1);
    house.change_client("keyed", |client| expire(client, end)).await;
    let later = service::now().seconds() + 45;
    let assertion = Jws::assertion().with("iat", later).with("nbf", later);
    let assertion = assertion.sign(&rsa(Algorithm::Rs256));
    let answer = house
        .token(&[
            ("grant_type", "client_credentials"),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ])
        .await
        .good();
    let warned = warned(&house, &answer).await;
    assert_eq!(warned[0], ("key_expires".to_owned(), "1".to_owned()));
    assert_eq!(warned[1].0, "clock_skew");
    assert!(["+44", "+45"].contains(&warned[1].1.as_str()), "{warned:?}");
}

#[tokio::test]
async fn a_code_redeemed_at_the_last_moment_is_told_of() {
    // Five seconds of it are left.
    let house = House::new().await;
    let end = service::now() + Seconds::new(6);
    let code = house.code("web", |code| code.expires_at = end);
    let answer = house.token(&house.redeem(&code)).await.good();
    assert_eq!(warned(&house, &answer).await, pair("code_nearly_expired", "5"));
    let code = house.code("web", |_| {});
    let answer = house.token(&house.redeem(&code)).await.good();
    assert!(warned(&house, &answer).await.is_empty());
}

#[tokio::test]
async fn a_parameter_that_nothing_reads_is_told_of_by_name_alone() {
    // At both endpoints; the value is nobody's business.
    let house = House::new().await;
    let answer = house.send(get(&request(&[("domain_hint", "contoso.test")]))).await.good();
    assert_eq!(warned(&house, &answer).await, pair("parameter_ignored", "domain_hint"));
    let parameters = [&FOR_ITSELF[..], &[("password", "hunter2-hunter2")]].concat();
    let answer = house.token(&parameters).await.good();
    assert_eq!(warned(&house, &answer).await, pair("parameter_ignored", "password"));
}

#[tokio::test]
async fn what_changes_is_named() {
    // Changes a client in several ways at once, withdraws a signing key, and reads the names of
    // what changed; what stays is not named.
    let house = House::new().await;
    let (tenant, store) = (TenantId::new(TENANT), &house.service.store);
    let id = ClientId::new("web").expect("an id");
    let before = store.client(tenant, &id).await.expect("a book").expect("a client");
    let mut after = Client::clone(&before);
    after.enabled = false;
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
    let keys = store.signing_keys(tenant).await.expect("a book");
    let kid = keys[0].kid.clone();
    let changes = [
        DirectoryChange::PutClient(after),
        DirectoryChange::RemoveSigningKey { tenant, kid: kid.clone() },
    ];
    let now = service::now();
    let events = Event::of(&changes, &**store, now).await.expect("a book");
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
            ("key_withdrawn", keys[0].algorithm.as_str()),
        ]
    );
    assert!(events.iter().all(|event| event.tenant == Some(tenant) && event.at == now));
    assert_eq!((events[0].subject.as_str(), &events[7].subject), ("The web app (web)", &kid));
    let same = [DirectoryChange::PutClient(Client::clone(&before))];
    assert!(Event::of(&same, &**store, now).await.expect("a book").is_empty());
}

#[tokio::test]
async fn what_a_person_may_do_and_how_they_are_called_is_noted() {
    // Makes an administrator of somebody, gives and takes roles, renames them; a new administrator
    // is noted as well, any other new person is not.
    let house = House::new().await;
    let (tenant, store) = (TenantId::new(TENANT), &house.service.store);
    let before = store.user_named(tenant, "alice@demo.test").await.expect("a book");
    let before = model::User::clone(&before.expect("a person"));
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
    let events = Event::of(&put, &**store, service::now()).await.expect("a book");
    let named: Vec<(&str, &str)> =
        events.iter().map(|event| (&*event.kind, event.detail.as_str())).collect();
    let turned = if after.administrator { "administrator_added" } else { "administrator_removed" };
    let taken: Vec<String> =
        before.roles.iter().map(|one| format!("{} {}", one.resource, one.role)).collect();
    let mut expected = vec![(turned, "")];
    expected.extend(taken.iter().map(|role| ("user_role_removed", role.as_str())));
    expected.push(("user_role_added", "api://orders Added"));
    expected.push(("username_changed", before.username.as_str()));
    expected.push(("administrator_added", ""));
    assert_eq!(named, expected);
    assert!(events.iter().all(|event| event.subject == "alicia@demo.test"));
}

#[test]
fn every_word_of_a_record_and_every_kind_of_event_has_a_text_in_every_language() {
    // Looks each up; English that stands in for another language is the same text.
    let words = model::Record::OUTCOMES.iter().map(|it| ("outcome", it.replace(':', "-")));
    let warnings = model::Warning::KINDS.iter().map(|it| ("warning", (*it).to_owned()));
    let events = Event::KINDS.iter().map(|it| ("event", (*it).to_owned()));
    for (kind, name) in words.chain(warnings).chain(events) {
        let id = format!("{kind}-{name}");
        let values = [("subject", "s"), ("detail", "d"), ("value", "7")];
        let texts: HashSet<_> = Language::all()
            .map(|language| catalogue::known_text(language, &id, &values).expect(&id))
            .collect();
        assert_eq!(texts.len(), Language::all().count(), "{id} is not said in every language");
    }
}

#[tokio::test]
async fn another_version_is_noted_once() {
    // Starts twice with one version, then with another.
    let house = House::new().await;
    for version in ["1.0.0", "1.0.0", "1.1.0"] {
        house.service.note_version(version).await;
    }
    let all = (Timestamp::default(), service::now() + Seconds::new(1));
    let events = house.service.history.events(None, all, 10).await.expect("a history");
    let mut versions: Vec<&str> = events.iter().map(|event| event.detail.as_str()).collect();
    versions.sort_unstable();
    assert_eq!(versions, ["1.0.0", "1.1.0"]);
}
