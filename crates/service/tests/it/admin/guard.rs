//! Who may see the administration pages, and until when.

use http::Request;
use model::{Change, Seconds};
use store::Memory;

use super::{ADMINISTRATOR, enter, house, path, seated};
use crate::{
    authorize::browser::{Browser, between, location, number, plain},
    house::{Answer, House, encode},
};

/// Whether somebody was sent to sign in instead of seeing the page.
fn is_away(answer: &Answer) -> bool {
    answer.status.as_u16() == 303 && answer.header("location").contains("/authorize?")
}

#[tokio::test]
async fn whoever_is_no_administrator_is_told_who_can_mend_it() {
    // Signs Budi in, who is none: 403 with a number on every page, and never a page's content.
    let house = house().await;
    let mut browser = Browser::new(&house);
    enter(&mut browser, "budi@demo.test").await;
    for page in ["/admin/requests", "/admin/refusals"] {
        let answer = browser.get(page).await;
        assert_eq!((answer.status.as_u16(), number(&answer)), (403, 88_000_220), "{page}");
        assert!(plain(&answer).contains("/admin?tenant=demo"), "{}", answer.text);
        assert!(!answer.text.contains("section-requests"), "{}", answer.text);
    }
    let other = browser.get("/admin?tenant=demo&other=1").await;
    let page = browser.get(location(&other)).await;
    assert!(page.text.contains("id=\"other-account\""), "{}", page.text);
}

#[tokio::test]
async fn whatever_takes_the_right_away_takes_the_pages_away_at_once() {
    // One change at a time to an administrator who is signed in, and back again.
    let house = house().await;
    let mut browser = seated(&house).await;
    browser.get("/admin/requests").await.good();

    house.change_user(|alice| alice.administrator = false).await;
    assert_eq!(number(&browser.get("/admin/requests").await), 88_000_220);
    house.change_user(|alice| alice.administrator = true).await;
    browser.get("/admin/requests").await.good();

    house.change_user(|alice| alice.enabled = false).await;
    assert!(is_away(&browser.get("/admin/requests").await));
    house.change_user(|alice| alice.enabled = true).await;

    let later = service::now() + Seconds::new(1);
    house.change_user(|alice| alice.tokens_not_before = later).await;
    assert!(is_away(&browser.get("/admin/requests").await));
    house.change_user(|alice| alice.tokens_not_before = model::Timestamp::default()).await;
    browser.get("/admin/requests").await.good();

    house.change_tenant(|tenant| tenant.tokens_not_before = later).await;
    assert!(is_away(&browser.get("/admin/requests").await));
    house.change_tenant(|tenant| tenant.suspended = true).await;
    let answer = browser.get("/admin/requests").await;
    assert!(location(&answer).starts_with("/admin?next="), "{}", location(&answer));
}

#[tokio::test]
async fn a_session_that_was_ended_is_over_here_too() {
    // Ends every session of the administrator behind the service's back.
    let house = house().await;
    let mut browser = seated(&house).await;
    let seat = browser.cookie("__Host-admin").expect("a seat").to_owned();
    let opened = house.service.store.session(house.realm.tenant.id, session(&house, &seat)).await;
    let session = opened.expect("a book").expect("a session");
    let end =
        Change::EndSession { tenant: session.tenant, session: session.id, at: service::now() };
    let _ = house.service.store.commit(vec![end]).await.expect("a book");
    assert!(is_away(&browser.get("/admin/requests").await));
}

/// The session in a seat's cookie.
fn session(house: &House, seat: &str) -> model::SessionId {
    let seat: serde_json::Value = serde_json::from_slice(&unsealed(house, seat)).expect("JSON");
    serde_json::from_value(seat["session"].clone()).expect("a session")
}

fn sealer(_: &House, purpose: &str) -> jose::seal::Sealer {
    let root = jose::seal::RootKey::from_bytes([7; 32]);
    root.sealer([0; 16], purpose).expect("a sealer")
}

fn unsealed(house: &House, seat: &str) -> Vec<u8> {
    sealer(house, "admin_cookie").open(seat).expect("our own")
}

#[tokio::test]
async fn the_seat_is_over_eight_hours_after_the_password() {
    // Seals the administrator's own seat anew, a moment before and a moment after its end.
    let house = house().await;
    let mut browser = seated(&house).await;
    let seat = browser.cookie("__Host-admin").expect("a seat").to_owned();
    let mut seat: serde_json::Value =
        serde_json::from_slice(&unsealed(&house, &seat)).expect("JSON");
    for (ago, is_seated) in [(Seconds::hours(8), false), (Seconds::hours(7), true)] {
        let proved = service::now() - ago - Seconds::new(1);
        seat["auth_time"] = proved.microseconds().into();
        let sealed = sealer(&house, "admin_cookie").seal(seat.to_string().as_bytes());
        browser.cookies.insert("__Host-admin".to_owned(), sealed.expect("sealed"));
        let answer = browser.get("/admin/requests").await;
        assert_eq!(answer.status.as_u16() == 200, is_seated, "{ago}");
    }
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_is_nobodys() {
    // A tampered one, one of another service, one of another purpose, one of a session that is
    // somebody else's, and none at all.
    let house = house().await;
    let mut browser = seated(&house).await;
    let good = browser.cookie("__Host-admin").expect("a seat").to_owned();
    let payload = unsealed(&house, &good);
    let mut tampered = good.clone().into_bytes();
    let last = tampered.len() - 1;
    tampered[last] = if tampered[last] == b'A' { b'B' } else { b'A' };
    let foreign = jose::seal::RootKey::from_bytes([8; 32]);
    let foreign = foreign.sealer([0; 16], "admin_cookie").expect("a sealer");
    let tenants = &house.realm.seals.session_cookie;
    let mut other: serde_json::Value = serde_json::from_slice(&payload).expect("JSON");
    other["user"] = crate::authorize::browser::BUDI.to_string().into();
    let other = other.to_string();
    let cookies = [
        String::from_utf8(tampered).expect("text"),
        foreign.seal(&payload).expect("sealed"),
        tenants.seal(&payload).expect("sealed"),
        sealer(&house, "admin_form").seal(&payload).expect("sealed"),
        sealer(&house, "admin_cookie").seal(other.as_bytes()).expect("sealed"),
        String::new(),
    ];
    for cookie in cookies {
        browser.cookies.insert("__Host-admin".to_owned(), cookie.clone());
        let answer = browser.get("/admin/requests").await;
        assert_eq!(answer.status.as_u16(), 303, "{cookie}: {}", answer.text);
    }
    browser.cookies.insert("__Host-admin".to_owned(), good);
    browser.get("/admin/requests").await.good();
}

#[tokio::test]
async fn a_forged_form_does_nothing() {
    // Signs out without a token, with another seat's, from another site, and after the session.
    let house = house().await;
    let mut browser = seated(&house).await;
    let mut another = seated(&house).await;
    let token = |page: &Answer| between(&page.text, "name=\"token\" value=\"", "\"").to_owned();
    let own = token(&browser.get("/admin/requests").await.good());
    let others = token(&another.get("/admin/requests").await.good());
    assert_ne!(own, others);
    for forged in ["", "x", others.as_str()] {
        let answer = browser.post("/admin/sign-out", &[("token", forged)]).await;
        assert_eq!(number(&answer), 165_000, "{forged}");
    }
    let foreign = Request::post("/admin/sign-out").header("sec-fetch-site", "cross-site");
    let answer = browser.send(foreign, encode(&[("token", &own)])).await;
    assert_eq!(number(&answer), 165_000);
    let get = browser.get(&format!("/admin/sign-out?token={own}")).await;
    assert_eq!(get.status.as_u16(), 405, "{}", get.text);
    browser.get("/admin/requests").await.good();
    let answer = Browser::new(&house).post("/admin/sign-out", &[("token", &own)]).await;
    assert_eq!(number(&answer), 88_000_222);
}

#[tokio::test]
async fn every_page_is_kept_by_nobody_and_runs_no_script() {
    // The headers of each page, of the sign-in and of a refusal; and the languages of the reader.
    let house = house().await;
    let mut browser = seated(&house).await;
    for page in ["/admin/requests", "/admin/refusals", "/admin?tenant=!", "/admin/signed-in"] {
        let answer = browser.get(page).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{page}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{page}");
        assert!(!answer.text.contains("<script"), "{page}");
    }
    let page = browser.get("/admin/requests?ui_locales=id").await.good();
    assert!(page.text.contains("<html lang=\"id\""), "{}", page.text);
    let next = browser.get("/admin/refusals").await.good();
    assert!(next.text.contains("<html lang=\"id\""), "the choice is kept");
    let back = browser.get("/admin/refusals?ui_locales=en").await.good();
    assert!(back.text.contains("<html lang=\"en\""), "{}", back.text);
}

#[tokio::test]
async fn the_pages_of_one_tenant_are_closed_to_the_administrator_of_another() {
    // Two tenants under one service: the seat of one is good for one, whatever the address says.
    let house = House::over(std::sync::Arc::new(Memory::new())).await;
    crate::authorize::browser::furnish(&house).await;
    house.change_user(|alice| alice.administrator = true).await;
    let mut browser = seated(&house).await;
    let page = browser.get("/admin/requests?tenant=other").await.good();
    assert!(plain(&page).contains("Demo"), "{}", page.text);
    let out = browser.get("/admin?tenant=other").await;
    assert!(location(&out).starts_with("/other/oauth2/v2.0/authorize?"), "{}", path(&out));
    assert_eq!(ADMINISTRATOR, "alice@demo.test");
}
