//! The page of the name, the language and the time zone.

use model::{Actor, ProfileAttribute, TenantId, User, UserId};

use super::{ALICE_NAME, open, open_signed_out, submit};
use crate::{
    authorize::browser::{Browser, problem_number, service_with_users, unescaped},
    test_service::{ALICE, TENANT, TestResponse, TestService},
};

const PAGE: &str = "/demo/account/profile";

/// Returns the stored row of Alice.
pub async fn alice(service: &TestService) -> User {
    let found = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    User::clone(&found.expect("a store").expect("a user"))
}

/// Posts the form of the page.
pub async fn save(
    browser: &mut Browser<'_>,
    page: &TestResponse,
    fields: &[(&str, &str)],
) -> TestResponse {
    submit(browser, page, (PAGE, fields)).await
}

#[tokio::test]
async fn user_changes_name_language_and_time_zone() {
    // Saves the three fields. The row has the values, `updated_at` and the marks; events name the
    // attributes and the user, without values.
    let service = service_with_users().await;
    let before = alice(&service).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    assert!(unescaped(&page).contains("value=\"Asia/Jakarta\""), "the list of time zones");
    let fields = [("name", "  Alice  Putri "), ("locale", "id"), ("zoneinfo", "asia/jakarta")];
    let saved = save(&mut browser, &page, &fields).await;
    assert_eq!(saved.header("location"), "/demo/account/profile?changed=profile");
    let shown = open(&mut browser, "/demo/account/profile?changed=profile").await.assert_ok();
    assert!(shown.text.contains("id=\"profile-saved\""), "{}", shown.text);
    let after = alice(&service).await;
    assert_eq!(after.name, "Alice Putri");
    assert_eq!(after.profile.locale.as_deref(), Some("id"));
    assert_eq!(after.profile.zoneinfo.as_deref(), Some("Asia/Jakarta"));
    assert!(after.updated_at > before.updated_at);
    assert_eq!(after.replaced_values.len(), 3, "declarations of before leave the new values");
    assert_eq!(after.generation(), before.generation(), "sessions go on");
    let event = service.state.history.last_event("user_changed").await.expect("a history");
    let event = event.expect("an event");
    assert_eq!(event.actor, Some(Actor::User { username: ALICE_NAME.to_owned() }));
    assert!(!format!("{event:?}").contains("Putri"));
    let activity = open(&mut browser, "/demo/account/activity").await.assert_ok();
    for name in ["Display name", "Language", "Time zone"] {
        assert!(activity.text.contains(&format!("Profile changed: {name}")), "{name}");
    }
}

#[tokio::test]
async fn unchanged_form_writes_nothing() {
    // Saves the values of before.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let before = alice(&service).await;
    let saved = save(&mut browser, &page, &[("name", &before.name)]).await;
    assert_eq!((saved.header("location"), alice(&service).await), (PAGE, before));
}

#[tokio::test]
async fn invalid_value_is_refused_and_stays_in_the_form() {
    // Posts a value that breaks one rule, with another one that is right: neither is stored.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let (before, long) = (alice(&service).await, "a".repeat(129));
    for (field, value, number) in [
        ("name", "", 88_000_437),
        ("name", "An\u{202e}a", 88_000_437),
        ("name", long.as_str(), 88_000_437),
        ("locale", "xx", 88_000_438),
        ("zoneinfo", "Asia/Atlantis", 88_000_438),
    ] {
        let mut fields = vec![("name", "Alice P"), ("locale", "en"), ("zoneinfo", "UTC")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let refused = save(&mut browser, &page, &fields).await;
        assert_eq!(problem_number(&refused), number, "{value}");
        assert!(refused.text.contains("aria-invalid=\"true\"") || field == "locale", "{field}");
        assert_eq!(alice(&service).await, before);
    }
}

#[tokio::test]
async fn attribute_that_the_tenant_does_not_list_stays() {
    // Posts every field to a tenant that lets users change the nickname only.
    let service = service_with_users().await;
    let listed = vec![ProfileAttribute::Nickname];
    service.change_tenant(|tenant| tenant.profile_changes = listed).await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    assert!(!page.text.contains("name=\"name\""), "{}", page.text);
    let before = alice(&service).await;
    let fields = [("name", "Boss"), ("family_name", "Boss"), ("nickname", "Al"), ("locale", "id")];
    save(&mut browser, &page, &fields).await;
    let after = alice(&service).await;
    assert_eq!((&after.name, after.profile.family_name.clone()), (&before.name, None));
    assert_eq!(after.profile.nickname.as_deref(), Some("Al"));
    assert_eq!(after.profile.locale, before.profile.locale);
}
