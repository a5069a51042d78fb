//! The deletion of the account.

use model::{AccountDeletion, Actor, Seconds, StoredRow, TenantId, User, UserId};
use service::user_deletion::deletion_of;

use super::{ALICE_NAME, OVERVIEW, open, open_signed_out, profile::alice, silent_result, submit};
use crate::{
    authorize::browser::{Browser, error_number, form_path, parameter, problem_number, request},
    password_reset::{newest, service_with_mailbox},
    record::records,
    test_service::{ALICE, SECRET, TENANT, TestResponse, TestService},
    tickets::deliver,
};

pub const PAGE: &str = "/demo/account/delete";

/// Lets users of the tenant delete their account.
pub async fn allow(service: &TestService) {
    service.change_tenant(|tenant| tenant.account_deletion = AccountDeletion::User).await;
}

/// Types a user name on the page that asks.
pub async fn confirm(browser: &mut Browser<'_>, page: &TestResponse, name: &str) -> TestResponse {
    submit(browser, page, (PAGE, &[("username", name)])).await
}

#[tokio::test]
async fn deleted_user_leaves_no_row_and_is_signed_out() {
    // Deletes the account, with an app that has a refresh token. What remains: the tenant knows a
    // digest of the name, and the history has the events and records until their age.
    let (service, mailbox) = service_with_mailbox().await;
    allow(&service).await;
    let mut other = Browser::new(&service);
    other.sign_in_from(&request(&[]), ALICE_NAME).await;
    let granted = other.get(&request(&[("scope", "openid offline_access")])).await;
    let code = parameter(&granted, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    service.change_user(|user| "Alice Secretname".clone_into(&mut user.name)).await;
    let before = alice(&service).await;
    let deleted = confirm(&mut browser, &page, &ALICE_NAME.to_uppercase()).await;
    let path = deleted.header("location").to_owned();
    let shown = browser.get(&path).await.assert_ok();
    assert!(shown.text.contains("id=\"deleted\""), "{}", shown.text);

    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let store = &service.state.store;
    assert!(store.user(tenant, user).await.expect("a store").is_none());
    assert!(store.user_named(tenant, ALICE_NAME).await.expect("a store").is_none());
    assert!(store.password(tenant, user).await.expect("a store").is_none());
    assert!(store.authenticators(tenant, user).await.expect("a store").is_none());
    assert!(store.consents_of_user(tenant, user, 10).await.expect("a store").is_empty());
    let row = store.tenant(&tenant.to_string()).await.expect("a store").expect("a tenant");
    assert_eq!((row.deleted_users.len(), row.removals), (1, 1));

    for browser in [&mut browser, &mut other] {
        assert_eq!(silent_result(browser).await, "login_required");
    }
    assert_eq!(form_path(&open(&mut browser, OVERVIEW).await), "/demo/sign-in");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", tokens.member("refresh_token")),
    ];
    assert_eq!(service.token(&refresh).await.error(), "invalid_grant");

    let event = service.state.history.last_event("user_removed").await.expect("a history");
    let event = event.expect("an event");
    assert_eq!(event.actor, Some(Actor::User { username: ALICE_NAME.to_owned() }));
    let history = format!("{:?}{event:?}", records(&service).await);
    assert!(history.contains(&user.to_string()) && !history.contains("Secretname"));

    deliver(&service, service::now() + Seconds::new(6)).await;
    let notice = newest(&mailbox).await;
    assert_eq!(Some(&notice.to), before.email.as_ref());
    assert!(notice.subject.starts_with("Your account was deleted"), "{}", notice.subject);
    assert!(notice.text.contains(ALICE_NAME), "{}", notice.text);
}

#[tokio::test]
async fn account_is_deleted_only_where_the_policy_allows_it() {
    // Opens the page and posts the form in a tenant with the default, whose pages have no link.
    let (service, _) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    let data = open_signed_out(&mut browser, "/demo/account/data").await.assert_ok();
    assert!(!data.text.contains("id=\"delete-account\""), "{}", data.text);
    assert_eq!(error_number(&open(&mut browser, PAGE).await), 88_000_445);
    let refused = confirm(&mut browser, &data, ALICE_NAME).await;
    assert_eq!(error_number(&refused), 88_000_445);
    allow(&service).await;
    let data = open(&mut browser, "/demo/account/data").await.assert_ok();
    assert!(data.text.contains("id=\"delete-account\""), "{}", data.text);
    alice(&service).await;
}

#[tokio::test]
async fn wrong_user_name_deletes_nothing() {
    // Types the name of another user, and none.
    let (service, _) = service_with_mailbox().await;
    allow(&service).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    for name in ["budi@demo.test", "", "alice"] {
        let refused = confirm(&mut browser, &page, name).await;
        assert_eq!(problem_number(&refused), 88_000_446, "{name}");
    }
    alice(&service).await;
}

#[tokio::test]
async fn last_administrator_stays_and_another_one_leaves() {
    // Deletes the only administrator, then one of two; the other one stays then.
    let (service, _) = service_with_mailbox().await;
    allow(&service).await;
    service.change_user(|user| user.administrator = true).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let refused = confirm(&mut browser, &page, ALICE_NAME).await;
    assert_eq!(problem_number(&refused), 88_000_447);
    let tenant = TenantId::new(TENANT);
    let rows = service.state.store_of_id(tenant);
    let budi = service.state.store.user_named(tenant, "budi@demo.test").await.expect("a store");
    let budi = User { administrator: true, ..User::clone(&budi.expect("a user")) };
    service.apply(model::DirectoryChange::PutUser(budi.clone())).await;
    let deletion = deletion_of(rows, &alice(&service).await).await.expect("allowed");
    let guards =
        deletion.rows.iter().any(|row| matches!(row, StoredRow::User(_, id, _) if *id == budi.id));
    assert!(guards, "the other administrator may not leave at the same time");
    confirm(&mut browser, &page, ALICE_NAME).await;
    let user = service.state.store.user(tenant, UserId::new(ALICE)).await.expect("a store");
    assert!(user.is_none());
    let last = deletion_of(rows, &budi).await.err().expect("refused");
    let protocol::Error::Refused(refusal) = last else { panic!("a refusal") };
    assert_eq!(refusal.number(), 88_000_447);
}

#[tokio::test]
async fn page_of_a_deletion_is_shown_with_its_own_address_only() {
    // Opens the page with no parameter and a forged one.
    let (service, _) = service_with_mailbox().await;
    let mut browser = Browser::new(&service);
    for query in ["", "?deletion=x"] {
        let forged = browser.get(&format!("/demo/account/deleted{query}")).await;
        assert_eq!(forged.header("location"), OVERVIEW);
    }
}
