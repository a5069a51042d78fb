//! Who can report what: every refusal that the reader cannot mend, once, and nothing else.

use http::Request;
use jose::seal::{Keyring, RootKey};
use model::{FaultKind, TenantId, TicketState};

use super::{about, all, house, link, old, problem, refused, report, ticket};
use crate::{
    authorize::browser::{self, Browser, number, plain, request},
    failing::{Failing, Trouble},
    house::{House, TENANT, get},
};

#[tokio::test]
async fn a_refusal_that_the_reader_cannot_mend_becomes_a_ticket_with_its_record() {
    // From the error page by its link and its form, at once, before records are written by
    // themselves; the ticket has all that both know.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let trace_id = page.header("x-ms-request-id").to_owned();
    let form = browser.get(&link(&page).expect("a link")).await.good();
    assert!(form.text.contains(&trace_id) && form.text.contains("AADSTS50011"), "{}", form.text);
    assert!(form.text.contains("the administrators of Demo"), "{}", form.text);
    let typed = ("It worked\r\nyesterday.", "ana@demo.test");
    let answer = report(&mut browser, &page, typed).await.good();
    assert!(answer.text.contains("ana@demo.test"), "{}", answer.text);
    let ticket = ticket(&house, &answer).await;
    assert_eq!(ticket.trace_id.to_string(), trace_id);
    assert_eq!((ticket.number, ticket.state), (50_011, TicketState::Open));
    assert_eq!(ticket.tenant.map(TenantId::uuid), Some(TENANT));
    assert_eq!(ticket.text, "It worked\nyesterday.");
    assert_eq!(ticket.address.as_deref(), Some("ana@demo.test"));
    let record = ticket.record.expect("a record");
    assert_eq!((record.trace_id, record.number), (ticket.trace_id, Some(50_011)));
}

#[tokio::test]
async fn reported_twice_it_is_one_ticket() {
    // The same form again with another text: the same number, and the first text stays.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let first = report(&mut browser, &page, ("first", "ana@demo.test")).await.good();
    let again = report(&mut browser, &page, ("second", "evil@demo.test")).await.good();
    assert_eq!(ticket(&house, &first).await, ticket(&house, &again).await);
    assert_eq!(ticket(&house, &again).await.text, "first");
    assert!(again.text.contains("was reported before"), "{}", again.text);
    assert!(!again.text.contains("evil@demo.test"), "{}", again.text);
    assert_eq!(all(&house).await.len(), 1);
}

#[tokio::test]
async fn what_the_reader_can_mend_offers_no_report() {
    // A wrong password, and a sign-in whose cookie is gone: the reader's own to mend.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let wrong = browser.sign_in(&page, "alice@demo.test", "wrong").await;
    assert_eq!(link(&wrong), None);
    let mut other = Browser::new(&house);
    let lost = other.sign_in(&page, "alice@demo.test", "wrong").await;
    assert_eq!(catalogue::entry(number(&lost)).expect("it").fixed_by.word(), "user");
    assert_eq!(link(&lost), None);
}

#[tokio::test]
async fn a_fault_can_be_reported_with_the_store_away_and_of_no_tenant() {
    // The store are away all the time; the history works.
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    browser::furnish(&house).await;
    let mut browser = Browser::new(&house);
    let trouble = [Trouble::Fault(FaultKind::StoreUnavailable), Trouble::Panic];
    for (trouble, number) in trouble.into_iter().zip([90_033, 50_000]) {
        failing.set(trouble);
        let path = request(&[]).replace(&TENANT.to_string(), "elsewhere");
        let builder = Request::get(path).header("accept", "text/html");
        let page = browser.send(builder, String::new()).await;
        assert_eq!(browser::number(&page), number);
        failing.set(Trouble::Fault(FaultKind::StoreUnavailable));
        let answer = report(&mut browser, &page, ("", "")).await.good();
        let ticket = ticket(&house, &answer).await;
        assert_eq!((ticket.tenant, ticket.number), (None, number));
    }
}

#[tokio::test]
async fn only_what_we_really_refused_can_be_reported() {
    // No link, one that was altered or cut, one of another purpose, and one that is too old.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let form = browser.get(&link(&page).expect("a link")).await.good();
    let good = about(&form);
    let keyring = Keyring::new(RootKey::from_bytes([7; 32]), Vec::new()).expect("a keyring");
    let sealer = |purpose| keyring.sealer([0; 16], purpose).expect("a sealer");
    let plain = sealer("report").open(&good).expect("it is ours");
    let other = sealer("flow").seal(&plain).expect("sealed");
    let tenants = house.realm.seals.flow.seal(&plain).expect("sealed");
    let mut altered = good.clone().into_bytes();
    altered[40] = if altered[40] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).expect("text");
    let wrong = ["", "x", &good[1..], &altered, &other, &tenants, &"A".repeat(5_000)];
    for about in wrong {
        let shown = browser.get(&format!("/report?about={about}")).await;
        assert_eq!((shown.status.as_u16(), number(&shown)), (400, 88_000_240), "{about}");
        let sent = browser.post("/report", &[("about", about), ("text", "x")]).await;
        assert_eq!((sent.status.as_u16(), number(&sent)), (400, 88_000_240), "{about}");
        assert_eq!(link(&sent), None);
    }
    let late = browser.post("/report", &[("about", &old(&good)), ("text", "x")]).await;
    assert_eq!((late.status.as_u16(), number(&late)), (400, 88_000_241));
    assert!(all(&house).await.is_empty());
}

#[tokio::test]
async fn no_other_site_makes_a_browser_report() {
    // The form as another site would have it posted: refused, and no ticket.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let form = browser.get(&link(&page).expect("a link")).await.good();
    let body = crate::house::encode(&[("about", &about(&form)), ("text", "x")]);
    // The last three as browsers say it that know no Sec-Fetch-Site; a frame without an origin of
    // its own says `null`, and our own page says where it is from.
    assert_eq!(form.header("referrer-policy"), "same-origin");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "null"),
        ("origin", "https://evil.test"),
        ("origin", ""),
    ] {
        let foreign = Request::post("/report").header(name, value);
        let answer = browser.send(foreign, body.clone()).await;
        assert_eq!((answer.status.as_u16(), number(&answer)), (403, 165_000), "{name}: {value}");
    }
    assert!(all(&house).await.is_empty());
    let ours = Request::post("/report").header("origin", crate::house::ORIGIN);
    browser.send(ours, body).await.good();
    assert_eq!(all(&house).await.len(), 1);
    let deleted = Request::delete("/report");
    assert_eq!(browser.send(deleted, String::new()).await.status.as_u16(), 405);
}

#[tokio::test]
async fn whatever_is_typed_is_no_more_than_text() {
    // Markup in every field and on every page that shows it, in both languages.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = refused(&mut browser).await;
    let hostile = "</textarea><script>alert(1)</script>\"><img src=x onerror=alert(1)>";
    for language in ["en", "id"] {
        let form = browser.get(&link(&page).expect("a link")).await.good();
        let about = about(&form);
        let path = format!("/report?ui_locales={language}");
        let fields = [("about", about.as_str()), ("text", hostile), ("address", hostile)];
        let again = browser.post(&path, &fields).await;
        assert_eq!((again.status.as_u16(), problem(&again)), (400, 88_000_243));
        assert!(
            !again.text.contains("<script>") && !again.text.contains("<img src=x"),
            "{language}"
        );
        // Nothing of it is lost.
        assert!(plain(&again).contains("alert(1)&lt;/script&gt;"), "{}", again.text);
        assert!(again.text.contains(&format!("<html lang=\"{language}\"")));
        let policy = again.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action"));
    }
    assert!(all(&house).await.is_empty());
}

#[tokio::test]
async fn a_fault_that_a_client_gets_leads_to_the_report_as_well() {
    // The token endpoint without its store: `error_uri` shows the number and has the link.
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    failing.set(Trouble::Fault(FaultKind::StoreUnavailable));
    let answer = house.token(&house.redeem("x")).await;
    assert_eq!(answer.number(), 90_033);
    failing.set(Trouble::None);
    let uri = answer.member("error_uri").replace(crate::house::ORIGIN, "");
    let page = house.send(get(&uri)).await.good();
    let mut browser = Browser::new(&house);
    let reported = report(&mut browser, &page, ("", "")).await.good();
    let ticket = ticket(&house, &reported).await;
    assert_eq!(ticket.trace_id.to_string(), answer.member("trace_id"));
    let refusal = house.token(&[("grant_type", "password")]).await;
    assert!(!refusal.member("error_uri").contains("about="), "{}", refusal.text);
}
