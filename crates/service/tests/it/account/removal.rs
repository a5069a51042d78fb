//! The page that asks before an app or a passkey is removed.

use model::{SecondFactor, TenantId, UserId};

use super::{ADD_PASSKEY, OVERVIEW, add_app, open, open_signed_out, password, stored, submit};
use crate::{
    authorize::{
        browser::{Browser, between, service_with_users, unescaped},
        passkey_device::{Device, options},
        passkeys::{self, post_new},
    },
    test_service::{ALICE, TENANT, TestService},
};

/// Returns the number of Alice's passkeys.
async fn stored_passkeys(service: &TestService) -> usize {
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let row = service.state.store.authenticators(tenant, user).await.expect("a store");
    row.map_or(0, |row| row.passkeys.len())
}

/// Adds a passkey in a browser with a fresh session, and signs in with it in another one.
async fn browser_with_passkey(service: &TestService) -> Browser<'_> {
    let mut device = Device::new();
    let mut browser = Browser::new(service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let page = open(&mut browser, ADD_PASSKEY).await.assert_ok();
    post_new(&mut browser, &page, &device.create(&options(&page))).await;
    let mut strong = Browser::new(service);
    let page = open(&mut strong, OVERVIEW).await;
    let stay = passkeys::give(&mut strong, &page, &device.get(&options(&page))).await;
    super::finish(&mut strong, stay).await.assert_ok();
    strong
}

#[tokio::test]
async fn removal_of_the_last_app_says_what_follows() {
    // The policy requires a second factor. Opens the page as the overview links it; nothing is
    // removed by that. An unknown id leads back.
    let service = service_with_users().await;
    let mut browser = browser_with_passkey(&service).await;
    service.change_tenant(|tenant| tenant.second_factor = SecondFactor::Always).await;
    let overview = open(&mut browser, OVERVIEW).await.assert_ok();
    assert!(overview.text.contains("id=\"warning-one-second-factor\""), "{}", overview.text);
    let text = unescaped(&overview);
    let path = format!("/demo/account/passkey/remove?id={}", between(&text, "remove?id=", "\""));
    let page = open(&mut browser, &path).await.assert_ok();
    assert_eq!(page.text.matches("<li>").count() - 7, 3, "{}", page.text);
    for text in ["your password alone", "is required", "recovery codes are removed"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert_eq!(stored_passkeys(&service).await, 1);
    let unknown = browser.get("/demo/account/passkey/remove?id=x").await;
    assert_eq!(unknown.header("location"), OVERVIEW);
    let id = between(&page.text, "name=\"id\" value=\"", "\"").to_owned();
    let removed =
        submit(&mut browser, &page, ("/demo/account/passkey/remove", &[("id", &id)])).await;
    assert_eq!(removed.header("location"), OVERVIEW);
    assert_eq!((stored_passkeys(&service).await, stored(&service).await), (0, (0, 0)));
}

#[tokio::test]
async fn passkey_of_a_user_without_a_password_cannot_be_removed() {
    // The user has one passkey and no password. The page offers no removal, and the form is
    // refused.
    let service = service_with_users().await;
    let mut browser = browser_with_passkey(&service).await;
    password::remove_password(&service).await;
    let overview = open(&mut browser, OVERVIEW).await.assert_ok();
    assert!(overview.text.contains("id=\"warning-only-passkey\""), "{}", overview.text);
    let id = between(&unescaped(&overview), "remove?id=", "\"").to_owned();
    let path = "/demo/account/passkey/remove";
    let page = open(&mut browser, &format!("{path}?id={id}")).await.assert_ok();
    assert!(!page.text.contains("id=\"confirm\""), "{}", page.text);
    let refused = submit(&mut browser, &page, (path, &[("id", &id)])).await.assert_ok();
    assert!(refused.text.contains("only way to sign in"), "{}", refused.text);
    assert_eq!(stored_passkeys(&service).await, 1);
}

#[tokio::test]
async fn page_of_a_removal_is_opened_after_the_sign_in_with_its_query() {
    // Opens the page of an app with a session of one factor: the sign-in leads back to it.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    open_signed_out(&mut browser, OVERVIEW).await.assert_ok();
    let (app, _) = add_app(&service, &mut browser, "Phone").await;
    let overview = open(&mut browser, OVERVIEW).await.assert_ok();
    let id = between(&unescaped(&overview), "remove?id=", "\"").to_owned();
    let path = format!("/demo/account/authenticator-app/remove?id={id}");
    let asked = open(&mut browser, &path).await;
    let code = app.code_after(model::Seconds::new(30));
    let shown = crate::authorize::second_factor::give(&mut browser, &asked, ("code", &code)).await;
    let page = super::follow(&mut browser, shown).await.assert_ok();
    assert!(page.text.contains("id=\"confirm\""), "{}", page.text);
    assert!(page.text.contains("Phone"), "{}", page.text);
}
