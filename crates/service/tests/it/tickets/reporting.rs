//! Reports: which refusals users can report, and how.

use http::Request;
use jose::seal::{Keyring, Purpose, RootKey};
use model::{FaultKind, TenantId, TicketState};

use super::{
    all_tickets, default_service, expired_report_token, form_error_number, refusal_page, report,
    report_link, report_token, ticket_on_page,
};
use crate::{
    authorize::browser::{self, Browser, error_number, request, unescaped},
    failing_store::{FailingStore, StoreFailure},
    test_service::{TENANT, TestService, get},
};

#[tokio::test]
async fn a_reported_refusal_becomes_a_ticket_with_its_record() {
    // Reports from the error page before its record is written. The ticket has the typed text and
    // the record.
    let service = default_service().await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let trace_id = page.header("x-ms-request-id").to_owned();
    let form = browser.get(&report_link(&page).expect("a link")).await.assert_ok();
    assert!(form.text.contains(&trace_id) && form.text.contains("AADSTS50011"), "{}", form.text);
    assert!(form.text.contains("the administrators of Demo"), "{}", form.text);
    let typed = ("It worked\r\nyesterday.", "ana@demo.test");
    let response = report(&mut browser, &page, typed).await.assert_ok();
    assert!(response.text.contains("ana@demo.test"), "{}", response.text);
    let ticket = ticket_on_page(&service, &response).await;
    assert_eq!(ticket.trace_id.to_string(), trace_id);
    assert_eq!((ticket.number, ticket.state), (50_011, TicketState::Open));
    assert_eq!(ticket.tenant.map(TenantId::uuid), Some(TENANT));
    assert_eq!(ticket.text, "It worked\nyesterday.");
    assert_eq!(ticket.address.as_deref(), Some("ana@demo.test"));
    let record = ticket.record.expect("a record");
    assert_eq!((record.trace_id, record.number), (ticket.trace_id, Some(50_011)));
}

#[tokio::test]
async fn confirmation_of_a_report_is_shown_again_in_the_other_language() {
    // Reloads the page after a report, and switches its language; forged addresses are refused.
    let service = default_service().await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let form = browser.get(&report_link(&page).expect("a link")).await.assert_ok();
    let fields = [("report_token", &*report_token(&form)), ("address", "ana@demo.test")];
    let sent = browser.post("/report", &fields).await;
    let path = sent.header("location").to_owned();
    assert!(path.starts_with("/report?sent=") && !path.contains("ana"), "{path}");
    let first = browser.get(&path).await.assert_ok();
    assert!(unescaped(&first).contains(&format!("name=\"return\" value=\"{path}\"")));
    browser.post("/language", &[("return", &*path), ("language", "id")]).await;
    let again = browser.get(&path).await.assert_ok();
    assert!(again.text.contains("<html lang=\"id\"") && again.text.contains("ana@demo.test"));
    let ticket = ticket_on_page(&service, &first).await;
    assert_eq!(ticket_on_page(&service, &again).await, ticket);
    for forged in ["", "x", &path[20..], &report_token(&form), &"A".repeat(4_096)] {
        let refused = browser.get(&format!("/report?sent={forged}")).await;
        assert_eq!((refused.status.as_u16(), error_number(&refused)), (400, 88_000_240));
    }
    assert_eq!(all_tickets(&service).await.len(), 1);
}

#[tokio::test]
async fn a_refusal_reported_twice_is_one_ticket() {
    // Posts the form again with another text: the same ticket with the first text.
    let service = default_service().await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let first = report(&mut browser, &page, ("first", "ana@demo.test")).await.assert_ok();
    let again = report(&mut browser, &page, ("second", "evil@demo.test")).await.assert_ok();
    assert_eq!(ticket_on_page(&service, &first).await, ticket_on_page(&service, &again).await);
    assert_eq!(ticket_on_page(&service, &again).await.text, "first");
    assert!(again.text.contains("was already reported"), "{}", again.text);
    assert!(!again.text.contains("evil@demo.test"), "{}", again.text);
    assert_eq!(all_tickets(&service).await.len(), 1);
}

#[tokio::test]
async fn every_sign_in_page_has_a_contact_and_a_report_link() {
    // The sign-in page, after a wrong password, and a browser without cookies: each has the contact
    // of the tenant and a report link; the report of the first page has no error number.
    let service = default_service().await;
    service
        .change_tenant(|tenant| tenant.support.contact = Some("help@demo.test".to_owned()))
        .await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let wrong = browser.sign_in(&page, "alice@demo.test", "wrong").await;
    let mut other = Browser::new(&service);
    let lost = other.get(&format!("{}&flow_retry=1", browser.at)).await;
    for (page, number) in [(&page, "\u{2013} Trouble signing in"), (&wrong, "50126"), (&lost, "")] {
        assert!(page.text.contains("href=\"mailto:help@demo.test\""), "{}", page.text);
        let form = other.get(&report_link(page).expect("a report link")).await;
        assert!(form.text.contains(number), "{number}: {}", form.text);
    }
}

#[tokio::test]
async fn a_fault_is_reportable_without_store_and_tenant() {
    // The store stays unavailable; the history works.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    browser::add_users(&service).await;
    let mut browser = Browser::new(&service);
    let failure = [StoreFailure::Fault(FaultKind::StoreUnavailable), StoreFailure::Panic];
    for (failure, number) in failure.into_iter().zip([90_033, 50_000]) {
        failing.set_failure(failure);
        let path = request(&[]).replace(&TENANT.to_string(), "elsewhere");
        let builder = Request::get(path).header("accept", "text/html");
        let page = browser.send(builder, String::new()).await;
        assert_eq!(error_number(&page), number);
        failing.set_failure(StoreFailure::Fault(FaultKind::StoreUnavailable));
        let response = report(&mut browser, &page, ("", "")).await.assert_ok();
        let ticket = ticket_on_page(&service, &response).await;
        assert_eq!((ticket.tenant, ticket.number), (None, number));
    }
}

#[tokio::test]
async fn a_forged_or_expired_report_token_is_refused() {
    // Sends no token, altered and cut ones, ones of another purpose, and one that is too old.
    let service = default_service().await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let form = browser.get(&report_link(&page).expect("a link")).await.assert_ok();
    let good = report_token(&form);
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let sealer = |purpose| keyring.sealer([0; 16], purpose).expect("a sealer");
    let plain = sealer(Purpose::Report).open(&good).expect("a token of this service");
    let other = sealer(Purpose::SentReport).seal(&plain).expect("sealed");
    let tenant_sealed = service.tenant.sealers.flow_cookie.seal(&plain).expect("sealed");
    let mut altered = good.clone().into_bytes();
    altered[40] = if altered[40] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).expect("text");
    let wrong = ["", "x", &good[1..], &altered, &other, &tenant_sealed, &"A".repeat(5_000)];
    for about in wrong {
        let form = browser.get(&format!("/report?report_token={about}")).await;
        assert_eq!((form.status.as_u16(), error_number(&form)), (400, 88_000_240), "{about}");
        let sent = browser.post("/report", &[("report_token", about), ("text", "x")]).await;
        assert_eq!((sent.status.as_u16(), error_number(&sent)), (400, 88_000_240), "{about}");
        assert_eq!(report_link(&sent), None);
    }
    let expired = browser
        .post("/report", &[("report_token", &expired_report_token(&good)), ("text", "x")])
        .await;
    assert_eq!((expired.status.as_u16(), error_number(&expired)), (400, 88_000_241));
    assert!(all_tickets(&service).await.is_empty());
}

#[tokio::test]
async fn a_report_form_posted_cross_site_is_refused() {
    // Posts the form as another site would: it is refused, and no ticket is opened.
    let service = default_service().await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let form = browser.get(&report_link(&page).expect("a link")).await.assert_ok();
    let body =
        crate::test_service::encode(&[("report_token", &report_token(&form)), ("text", "x")]);
    // The last three are from browsers without Sec-Fetch-Site. A sandboxed frame sends the origin
    // `null`; the report page sends its own.
    assert_eq!(form.header("referrer-policy"), "same-origin");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "null"),
        ("origin", "https://evil.test"),
        ("origin", ""),
    ] {
        let foreign = Request::post("/report").header(name, value);
        let response = browser.send(foreign, body.clone()).await;
        assert_eq!(
            (response.status.as_u16(), error_number(&response)),
            (403, 165_000),
            "{name}: {value}"
        );
    }
    assert!(all_tickets(&service).await.is_empty());
    let same_origin = Request::post("/report").header("origin", crate::test_service::ORIGIN);
    assert_eq!(browser.send(same_origin, body).await.status.as_u16(), 303);
    assert_eq!(all_tickets(&service).await.len(), 1);
    let deleted = Request::delete("/report");
    assert_eq!(browser.send(deleted, String::new()).await.status.as_u16(), 405);
}

#[tokio::test]
async fn markup_in_a_report_is_escaped() {
    // Sends markup in every field, in both languages, and reads every page that shows it.
    let service = default_service().await;
    let mut browser = Browser::new(&service);
    let page = refusal_page(&mut browser).await;
    let hostile = "</textarea><script>alert(1)</script>\"><img src=x onerror=alert(1)>";
    for language in ["en", "id"] {
        let form = browser.get(&report_link(&page).expect("a link")).await.assert_ok();
        let about = report_token(&form);
        let path = format!("/report?ui_locales={language}");
        let fields = [("report_token", about.as_str()), ("text", hostile), ("address", hostile)];
        let again = browser.post(&path, &fields).await;
        assert_eq!((again.status.as_u16(), form_error_number(&again)), (400, 88_000_243));
        assert!(
            !again.text.contains("<script>") && !again.text.contains("<img src=x"),
            "{language}"
        );
        // The typed text is kept.
        assert!(unescaped(&again).contains("alert(1)&lt;/script&gt;"), "{}", again.text);
        assert!(again.text.contains(&format!("<html lang=\"{language}\"")));
        let policy = again.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action"));
    }
    assert!(all_tickets(&service).await.is_empty());
}

#[tokio::test]
async fn error_uri_of_a_fault_leads_to_the_report_form() {
    // The token endpoint while the store is unavailable: the page at `error_uri` has the report
    // link.
    let failing = FailingStore::new();
    let service = TestService::over(failing.store()).await;
    failing.set_failure(StoreFailure::Fault(FaultKind::StoreUnavailable));
    let response = service.token(&service.redeem("x")).await;
    assert_eq!(response.error_number(), 90_033);
    failing.set_failure(StoreFailure::None);
    let uri = response.member("error_uri").replace(crate::test_service::ORIGIN, "");
    let page = service.send(get(&uri)).await.assert_ok();
    let mut browser = Browser::new(&service);
    let reported = report(&mut browser, &page, ("", "")).await.assert_ok();
    let ticket = ticket_on_page(&service, &reported).await;
    assert_eq!(ticket.trace_id.to_string(), response.member("trace_id"));
    let refusal = service.token(&[("grant_type", "password")]).await;
    assert!(!refusal.member("error_uri").contains("report_token="), "{}", refusal.text);
}
