//! Invitations: the link, its page, and the account.

use http::StatusCode;
use model::{DirectoryChange, RegistrationKind, SignUp, SignUpMode, TenantId, Timestamp, UserId};
use uuid::Uuid;

use super::{NEW_ADDRESS, accept, complete, invite, user_named};
use crate::{
    authorize::browser::{
        Browser, error_number, form_path, location, problem_number, service_with_users,
    },
    test_service::{TENANT, TestService},
};

/// Returns a service where invitations are accepted, and which sends no mails.
async fn service() -> TestService {
    let service = service_with_users().await;
    let sign_up = SignUp { mode: SignUpMode::Invited, ..SignUp::default() };
    service.change_tenant(|tenant| *tenant.sign_up = sign_up).await;
    service
}

#[tokio::test]
async fn invitation_leads_to_an_account_and_to_the_account_page() {
    // Opens the link twice, which changes nothing, accepts it, and completes the account.
    let service = service().await;
    let link = invite(&service, |_| {}).await;
    let before = user_named(&service, NEW_ADDRESS).await;
    let mut browser = Browser::new(&service);
    browser.get(&link).await.assert_ok();
    let page = browser.get(&link).await.assert_ok();
    assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    let page = accept(&mut browser, &page).await;
    assert_eq!(form_path(&page), "/demo/create-account", "{}", page.text);
    assert_eq!(user_named(&service, NEW_ADDRESS).await, before);
    let page = complete(&mut browser, &page, &[]).await;
    assert!(page.text.contains("stay-yes"), "{}", page.text);
    let mut done = browser.press(&page, "stay_signed_in", "no").await;
    for next in ["/account/signed-in", "/demo/account"] {
        let at = location(&done).trim_start_matches("https://id.test").to_owned();
        assert!(at.starts_with(next), "{at}");
        done = browser.get(&at).await;
    }
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let user = user_named(&service, NEW_ADDRESS).await.expect("a user");
    assert!(user.email_verified && user.invitation.is_none());
    let kind = user.registration.as_ref().map(|registration| registration.kind);
    assert_eq!((kind, user.name.as_str()), (Some(RegistrationKind::Invitation), "Rina"));
    let used = browser.get(&link).await;
    assert_eq!(error_number(&used), 88_000_463);
}

#[tokio::test]
async fn invitation_leads_to_the_app_that_the_command_named() {
    // Accepts an invitation whose app is another host: the last redirect leads there.
    let service = service().await;
    let app = "https://web.test/".to_owned();
    let link = invite(&service, |invitation| invitation.app = Some(app.clone())).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&link).await;
    let page = accept(&mut browser, &page).await;
    let page = complete(&mut browser, &page, &[]).await;
    let done = browser.press(&page, "stay_signed_in", "no").await;
    let at = location(&done).trim_start_matches("https://id.test").to_owned();
    let done = browser.get(&at).await;
    assert_eq!(location(&done), app);
}

#[tokio::test]
async fn invitation_is_refused_if_it_is_wrong_expired_or_revoked() {
    // Hostile input S35: opens and posts links that were cut, changed, expired, replaced, revoked,
    // and those of a tenant that was closed since. Each has its number, and creates nothing.
    let service = service().await;
    let link = invite(&service, |_| {}).await;
    let cut = link[..link.len() - 1].to_owned();
    let missing = "/demo/invitation".to_owned();
    let mut cases = vec![(cut, 88_000_461), (missing, 88_000_461)];
    for (link, number) in cases.drain(..) {
        assert_eq!(error_number(&Browser::new(&service).get(&link).await), number, "{link}");
    }
    invite(&service, |invitation| invitation.expires_at = Timestamp::from_seconds(1)).await;
    assert_eq!(error_number(&Browser::new(&service).get(&link).await), 88_000_462);
    invite(&service, |invitation| invitation.digest = [1; 32]).await;
    assert_eq!(error_number(&Browser::new(&service).get(&link).await), 88_000_464);
    invite(&service, |_| {}).await;
    service.change_tenant(|tenant| tenant.sign_up.mode = SignUpMode::Closed).await;
    assert_eq!(error_number(&Browser::new(&service).get(&link).await), 88_000_467);
    service.change_tenant(|tenant| tenant.sign_up.mode = SignUpMode::Open).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&link).await;
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(Uuid::from_u128(77)));
    service.apply(DirectoryChange::RemoveUser { tenant, user }).await;
    assert_eq!(error_number(&accept(&mut browser, &page).await), 88_000_464);
    assert!(user_named(&service, NEW_ADDRESS).await.is_none());
}

#[tokio::test]
async fn invitation_that_is_revoked_or_used_meanwhile_sets_no_password() {
    // Accepts one invitation in two browsers. The second one completes it after the first.
    let service = service().await;
    let link = invite(&service, |_| {}).await;
    let [mut first, mut second] = [Browser::new(&service), Browser::new(&service)];
    let page = first.get(&link).await;
    let page = accept(&mut first, &page).await;
    let late = second.get(&link).await;
    let late = accept(&mut second, &late).await;
    complete(&mut first, &page, &[]).await;
    let created = user_named(&service, NEW_ADDRESS).await;
    let refused = complete(&mut second, &late, &[("name", "Another")]).await;
    assert_eq!(form_path(&refused), "/demo/sign-in", "{}", refused.text);
    assert_eq!(problem_number(&refused), 88_000_463);
    assert_eq!(user_named(&service, NEW_ADDRESS).await, created);
}

#[tokio::test]
async fn invitation_is_accepted_by_its_own_page_only() {
    // Posts the token from another site, which is refused (CSRF).
    let service = service().await;
    let link = invite(&service, |_| {}).await;
    let token = link.split_once('=').expect("a token").1;
    let request = http::Request::post("/demo/invitation")
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.test");
    let mut browser = Browser::new(&service);
    let refused = browser.send(request, format!("mail_token={token}")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
}
