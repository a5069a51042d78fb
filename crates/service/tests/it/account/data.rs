//! The download of the data of a user.

use model::{TenantId, UserId};

use super::{OVERVIEW, add_app, open, open_signed_out, submit};
use crate::{
    authorize::browser::{Browser, service_with_users},
    test_service::{ALICE, TENANT},
};

const PAGE: &str = "/demo/account/data";

#[tokio::test]
async fn download_has_what_is_known_and_no_secret() {
    // Downloads the data with a fresh session, then of a user with an app and recovery codes.
    // Neither the hash of the password nor the sealed secret nor a digest is in the file.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = open_signed_out(&mut browser, PAGE).await.assert_ok();
    let file = submit(&mut browser, &page, (PAGE, &[])).await.assert_ok();
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("cache-control"), "no-store, no-cache");
    assert_eq!(file.json["profile"]["username"], "alice@demo.test");
    assert_eq!(file.json["sessions"][0]["this_browser"], true);
    assert!(file.json["activity"].as_array().is_some_and(|entries| !entries.is_empty()));
    assert!(file.json["password_set_at"].is_string());

    let (app, _) = add_app(&service, &mut browser, "Phone").await;
    let code = app.code_after(model::Seconds::new(30));
    let asked = open(&mut browser, PAGE).await;
    let shown = crate::authorize::second_factor::give(&mut browser, &asked, ("code", &code)).await;
    let page = super::follow(&mut browser, shown).await.assert_ok();
    let file = submit(&mut browser, &page, (PAGE, &[])).await.assert_ok();
    let authenticators = &file.json["authenticators"];
    assert_eq!(authenticators["authenticator_apps"][0]["name"], "Phone");
    assert_eq!(authenticators["recovery_codes"]["left"], 10);
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let password = service.state.store.password(tenant, user).await.expect("a store");
    let hash = password.expect("a password").hash;
    assert!(!file.text.contains(&hash) && !file.text.contains("argon2"), "{}", file.text);
    for member in ["sealed_secret", "digests", "public_key", "csrf"] {
        assert!(!file.text.contains(member), "{member}");
    }
    open(&mut browser, OVERVIEW).await.assert_ok();
}
