//! Second factors: codes of authenticator apps, and recovery codes.

use model::{Authenticators, DirectoryChange, SecondFactor, Seconds};

use super::Row;
use crate::{
    authorize::{
        access_pass::give_pass,
        auth_contexts::{self, C1, UNKNOWN},
        authenticator::App,
        browser::{Browser, PASSWORD, request},
        second_factor::{ESSENTIAL, give},
    },
    test_service::{SECRET, TestResponse, TestService},
};

const ALICE: &str = "alice@demo.test";
const TWO_FACTORS: (&str, &str) = ("claims", ESSENTIAL);
const SILENT: (&str, &str) = ("prompt", "none");

pub async fn rows(service: &TestService) -> Vec<Row> {
    let mut browser = Browser::new(service);
    browser.sign_in_from(&request(&[]), ALICE).await;
    let mut rows = vec![Row(50_079, browser.get(&request(&[TWO_FACTORS, SILENT])).await)];
    service.change_client("web", |web| web.second_factor = Some(SecondFactor::Always)).await;
    let mut cancelled = Browser::new(service);
    let refused = password(&mut cancelled).await;
    rows.push(Row(50_072, cancelled.press(&refused, "action", "cancel").await));

    let mut first = Browser::new(service);
    let page = password(&mut first).await;
    let state = std::sync::Arc::clone(&service.state);
    let app = App::from_page(&page, move || state.now().seconds());
    let first_code = app.code();
    give(&mut first, &page, ("code", &first_code)).await;
    rows.push(Row(50_076, browser.get(&request(&[SILENT])).await));
    let mut second = Browser::new(service);
    let page = password(&mut second).await;
    rows.push(Row(50_074, second.copy().press(&page, "action", "cancel").await));

    let mut third = Browser::new(service);
    let page = password(&mut third).await;
    let earlier = app.code_after(Seconds::new(-120));
    for (number, field) in [
        (500_121, ("code", "wrong")),
        (88_000_330, ("code", first_code.as_str())),
        (88_000_331, ("code", earlier.as_str())),
        (88_000_332, ("recovery_code", "0000-0000-0000-0000")),
    ] {
        rows.push(Row(number, give(&mut third, &page, field).await));
    }
    for _ in 0..5 {
        give(&mut third, &page, ("code", "000000")).await;
    }
    rows.push(Row(50_088, give(&mut third, &page, ("code", "000000")).await));
    let form = Browser::new(service).post_only("/demo/account/sign-out", &[]).await;
    rows.push(Row(88_000_333, form));
    rows.extend(access_passes(service).await);
    service.change_client("web", |web| web.second_factor = None).await;
    rows.extend(contexts(service).await);
    let (tenant, user) = (service.tenant.id(), model::UserId::new(crate::test_service::ALICE));
    let none = Authenticators::new(tenant, user);
    service.apply(DirectoryChange::PutAuthenticators(none)).await;
    rows
}

/// Types passes that cannot be used in place of the password, and a wrong one after it.
async fn access_passes(service: &TestService) -> Vec<Row> {
    let now = service.state.now();
    let mut rows = Vec::new();
    for (number, once, created_at) in [
        (88_000_400, false, now - Seconds::hours(2)),
        (88_000_401, true, now),
        (88_000_403, false, now),
    ] {
        let pass = give_pass(service, once, created_at).await;
        let mut browser = Browser::new(service);
        let page = browser.get(&request(&[])).await;
        if once {
            let mut first = Browser::new(service);
            let page = first.get(&request(&[])).await;
            first.sign_in(&page, ALICE, &pass).await;
        }
        if number == 88_000_403 {
            service.change_user(|user| user.sessions_not_before = now + Seconds::new(1)).await;
        }
        rows.push(Row(number, browser.sign_in(&page, ALICE, &pass).await));
    }
    service.change_user(|user| user.sessions_not_before = model::Timestamp::default()).await;
    let mut browser = Browser::new(service);
    let page = password(&mut browser).await;
    let wrong = ("access_pass", "0000-0000-0000-0000");
    rows.push(Row(88_000_402, give(&mut browser, &page, wrong).await));
    rows
}

/// Requires a context that the tenant does not have, and one of a token without a user.
async fn contexts(service: &TestService) -> Vec<Row> {
    auth_contexts::declare(service).await;
    let unknown = Browser::new(service).get(&request(&[("claims", UNKNOWN)])).await;
    let client = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", SECRET),
        ("claims", C1),
    ];
    let without_user = service.token(&client).await;
    service.change_tenant(|tenant| tenant.auth_contexts.clear()).await;
    vec![Row(88_000_390, unknown), Row(88_000_391, without_user)]
}

async fn password(browser: &mut Browser<'_>) -> TestResponse {
    let page = browser.get(&request(&[])).await;
    browser.sign_in(&page, ALICE, PASSWORD).await
}
