//! What a person is asked to allow, and what follows from the answer.

use http::StatusCode;

use super::browser::{
    Browser, PASSWORD, action, house, location, number_sent, parameter, plain, request,
};
use crate::house::{BILLING, House};

async fn house_that_asks() -> House {
    let house = house().await;
    house.change_client("web", |client| client.consent_granted = false).await;
    house
}

#[tokio::test]
async fn a_person_allows_once_and_is_not_asked_again() {
    // Sign-in, the page that names app and scopes, accept; the next request needs no page.
    let house = house_that_asks().await;
    let mut browser = Browser::new(&house);
    let page = browser.enter(&request(&[]), "alice@demo.test").await;
    assert_eq!((page.status, action(&page).as_str()), (StatusCode::OK, "/demo/consent"));
    for shown in ["The web app", "alice@demo.test", "May read", "The API api://orders", "web.test"]
    {
        assert!(plain(&page).contains(shown), "{shown}: {}", page.text);
    }
    let answer = browser.press(&page, "action", "accept").await;
    assert!(parameter(&answer, "code").is_some());
    let again = browser.get(&request(&[("prompt", "none")])).await;
    assert!(parameter(&again, "code").is_some());
}

#[tokio::test]
async fn only_what_is_new_is_asked() {
    // After read was allowed, write is asked for alone; then both are there.
    let house = house_that_asks().await;
    let mut browser = Browser::new(&house);
    let page = browser.enter(&request(&[]), "alice@demo.test").await;
    browser.press(&page, "action", "accept").await;
    let page = browser.get(&request(&[("scope", "openid read write")])).await;
    assert!(page.text.contains("May write") && !page.text.contains("May read"), "{}", page.text);
    browser.press(&page, "action", "accept").await;
    let both = request(&[("scope", "openid profile read write"), ("prompt", "none")]);
    assert!(parameter(&browser.get(&both).await, "code").is_some());
}

#[tokio::test]
async fn whoever_says_no_is_told_to_the_client_and_nothing_is_recorded() {
    // Cancel: access_denied with the subcode; a silent request still lacks consent.
    let house = house_that_asks().await;
    let mut browser = Browser::new(&house);
    let page = browser.enter(&request(&[]), "alice@demo.test").await;
    let answer = browser.press(&page, "action", "cancel").await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&answer, "error_subcode").as_deref(), Some("cancel"));
    assert_eq!(number_sent(&answer), 65_004);
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("consent_required"));
    assert_eq!(number_sent(&silent), 65_001);
}

#[tokio::test]
async fn the_form_of_consent_is_taken_once() {
    // S1: the same form after the answer went out, accepted and cancelled.
    let house = house_that_asks().await;
    let mut browser = Browser::new(&house);
    let page = browser.enter(&request(&[]), "alice@demo.test").await;
    browser.press(&page, "action", "accept").await;
    for pressed in ["accept", "cancel"] {
        let again = browser.press(&page, "action", pressed).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn prompt_consent_asks_even_where_all_is_allowed() {
    // An administrator allowed everything; with prompt=consent the page comes, once.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.enter(&request(&[("prompt", "consent")]), "alice@demo.test").await;
    assert_eq!(action(&page), "/demo/consent");
    assert!(parameter(&browser.press(&page, "action", "accept").await, "code").is_some());
}

#[tokio::test]
async fn what_only_an_administrator_may_allow_is_refused() {
    // The scope manage is reserved: no page asks for it, and the client hears consent_required.
    let house = house_that_asks().await;
    house
        .change_client("web", |client| client.permissions[0].scopes.push("manage".to_owned()))
        .await;
    let mut browser = Browser::new(&house);
    let answer = browser.enter(&request(&[("scope", "openid manage")]), "alice@demo.test").await;
    assert_eq!(parameter(&answer, "error").as_deref(), Some("consent_required"));
    assert_eq!(number_sent(&answer), 90_094);
}

#[tokio::test]
async fn consent_at_one_resource_is_none_at_another() {
    // Allows read at one resource, then asks for the scope of the same name at another.
    let house = house_that_asks().await;
    house
        .change_client("web", |client| {
            let permission = client.permissions[0].clone();
            client
                .permissions
                .push(model::Permission { resource: BILLING.to_owned(), ..permission });
        })
        .await;
    let mut browser = Browser::new(&house);
    let page = browser.enter(&request(&[]), "alice@demo.test").await;
    browser.press(&page, "action", "accept").await;
    let other = [("scope", "openid profile api://billing/read")];
    let page = browser.get(&request(&other)).await;
    assert!(plain(&page).contains("The API api://billing"), "{}", page.text);
}

#[tokio::test]
async fn a_session_that_ends_before_the_answer_allows_nothing() {
    // The person is switched off between the page and the form: the sign-in page comes, and no
    // code.
    let house = house_that_asks().await;
    let mut browser = Browser::new(&house);
    let page = browser.enter(&request(&[]), "alice@demo.test").await;
    house.change_user(|user| user.enabled = false).await;
    let answer = browser.press(&page, "action", "accept").await;
    assert!(answer.text.contains("id=\"password\""), "{}", answer.text);
    house.change_user(|user| user.enabled = true).await;
    let page = browser.sign_in(&answer, "budi@demo.test", PASSWORD).await;
    let page = browser.press(&page, "stay", "no").await;
    assert_eq!(action(&page), "/demo/consent");
    assert!(location(&browser.press(&page, "action", "accept").await).contains("code="));
}
