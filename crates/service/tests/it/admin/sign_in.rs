//! The way in and out.

use http::StatusCode;
use model::{ClientId, DirectoryChange, Platform};
use service::ADMINISTRATION_CLIENT;

use super::{ADMINISTRATOR, enter, house, path, seated};
use crate::{
    authorize::browser::{Browser, PASSWORD, between, flow, location, number, parameter, plain},
    house::{House, SECRET, TENANT, VERIFIER, client, redirect_uri},
};

#[tokio::test]
async fn an_administrator_signs_in_as_everywhere_and_is_not_asked_for_consent() {
    // Follows every redirect from the form to the first page; Browser::enter finds no consent page.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get("/admin").await.good();
    assert!(page.text.contains("name=\"tenant\""), "{}", page.text);
    let out = browser.get("/admin?tenant=demo&next=%2Fadmin%2Frequests").await;
    assert!(location(&out).starts_with("/demo/oauth2/v2.0/authorize?"), "{}", location(&out));
    let sign_in = browser.get(location(&out)).await;
    assert!(sign_in.text.contains("Admit administration"), "{}", sign_in.text);
    let answer = enter(&mut browser, ADMINISTRATOR).await;
    assert_eq!(location(&answer), "/admin/requests");
    let page = browser.get("/admin/requests").await.good();
    assert!(plain(&page).contains(ADMINISTRATOR), "{}", page.text);
    assert_eq!(location(&browser.get("/admin").await), "/admin/requests");
}

#[tokio::test]
async fn whoever_wanted_to_go_somewhere_gets_there_after_the_sign_in() {
    // Asks for a page with a query, signed out, naming the tenant; and once more without it.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let wanted = "/admin/requests?number=50011&tenant=demo";
    let out = browser.get(wanted).await;
    let back = browser.enter(location(&out), ADMINISTRATOR).await;
    assert_eq!(location(&browser.get(&path(&back)).await), wanted);
    let asked = Browser::new(&house).get("/admin/requests?number=50011").await;
    assert_eq!(location(&asked), "/admin?next=%2Fadmin%2Frequests%3Fnumber%3D50011");
    let foreign = Browser::new(&house).get("/admin?next=https://evil.test/").await.good();
    assert!(plain(&foreign).contains("name=\"next\" value=\"/admin/requests\""));
}

#[tokio::test]
async fn a_tenant_that_is_not_there_is_gone_on_to_like_one_that_is() {
    // The two answers differ in nothing but the name and what is drawn by chance; what cannot be
    // a name is said at the field.
    let house = house().await;
    let mut shapes = Vec::new();
    for name in ["demo", "nope"] {
        let answer = Browser::new(&house).get(&format!("/admin?tenant={name}")).await;
        let (path, query) = location(&answer).split_once('?').expect("a query");
        assert_eq!(path, format!("/{name}/oauth2/v2.0/authorize"));
        let names: Vec<&str> =
            query.split('&').filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
        let cookie = answer.header("set-cookie").split_once('=').expect("a cookie");
        let names = names.join(",");
        shapes.push((answer.status, names, cookie.0.to_owned(), cookie.1.len()));
    }
    assert_eq!(shapes[0], shapes[1]);
    let page = Browser::new(&house).get("/admin?tenant=Demo%20Company%22%3E").await.good();
    assert!(page.text.contains("id=\"tenant-problem\""), "{}", page.text);
    assert!(page.text.contains("value=\"Demo Company&quot;&gt;\""), "{}", page.text);
}

#[tokio::test]
async fn an_answer_counts_only_in_the_browser_that_asked_and_only_once() {
    // The address that ends a sign-in, in another browser, with another state, with a foreign
    // issuer, without a code, and a second time.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let out = browser.get("/admin?tenant=demo").await;
    let back = browser.enter(location(&out), ADMINISTRATOR).await;
    let (good, state) = (path(&back), parameter(&back, "state").expect("a state"));
    assert_eq!(number(&Browser::new(&house).get(&good).await), 88_000_221);
    let other = good.replace(&state, "another");
    assert_eq!(number(&browser.get(&other).await), 88_000_221);
    let foreign = good.replace("iss=", "iss=x");
    assert_eq!(number(&browser.get(&foreign).await), 88_000_221);
    let failed = format!("/admin/signed-in?error=access_denied&state={state}&iss=");
    let iss = parameter(&back, "iss").expect("an issuer").replace(':', "%3A");
    assert_eq!(number(&browser.get(&format!("{failed}{iss}")).await), 88_000_223);
    let flow = browser.cookies.clone();
    assert_eq!(location(&browser.get(&good).await), "/admin/requests");
    browser.cookies = flow;
    let again = browser.get(&good).await;
    assert_eq!(number(&again), 54_005, "{}", again.text);
}

#[tokio::test]
async fn nobody_else_can_use_the_client_of_the_administration() {
    // A code for it, sent to its own redirect URI only, redeemed by somebody else: without its
    // secret, with one that others have, and without saying who redeems it.
    let house = house().await;
    let redirect = "https://id.test/admin/signed-in";
    let evil = [("client_id", ADMINISTRATION_CLIENT), ("redirect_uri", "https://evil.test/")];
    let mut browser = Browser::new(&house);
    let page = browser.get(&crate::authorize::browser::request(&evil)).await;
    assert_eq!(number(&page), 50_011);
    let code = house.code("web", |code| {
        code.client = ClientId::new(ADMINISTRATION_CLIENT).expect("an id");
        code.redirect_uri = redirect.to_owned();
    });
    let redemption = |secret: &str| {
        let mut all = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", ADMINISTRATION_CLIENT.to_owned()),
            ("code", code.clone()),
            ("redirect_uri", redirect.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        if !secret.is_empty() {
            all.push(("client_secret", secret.to_owned()));
        }
        all
    };
    for (secret, expected) in [("", 7_000_218), (SECRET, 7_000_215)] {
        let sent = redemption(secret);
        let sent: Vec<(&str, &str)> =
            sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        house.token(&sent).await.refused(401, "invalid_client", expected);
    }
    let alone = [
        ("grant_type", "client_credentials"),
        ("client_id", ADMINISTRATION_CLIENT),
        ("scope", "api://orders/.default"),
    ];
    house.token(&alone).await.refused(401, "invalid_client", 7_000_216);
}

#[tokio::test]
async fn the_directory_takes_no_client_under_its_name() {
    // Puts one into the store of the service: refused, and the sign-in goes on as before.
    let house = house().await;
    let mut taken = client("web", Platform::Web, false);
    taken.id = ClientId::new(ADMINISTRATION_CLIENT).expect("an id");
    taken.redirect_uris[0].uri = redirect_uri("spa").to_owned();
    let put = house.service.store.apply(vec![DirectoryChange::PutClient(taken)]).await;
    assert!(put.is_err());
    seated(&house).await;
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    // Presses the button, then goes on with the old cookie as well.
    let house = house().await;
    let mut browser = seated(&house).await;
    let kept = browser.cookies.clone();
    let page = browser.get("/admin/requests").await.good();
    let token = between(&page.text, "name=\"token\" value=\"", "\"").to_owned();
    let out = browser.post("/admin/sign-out", &[("token", &token)]).await.good();
    assert!(out.text.contains("id=\"signed-out\""), "{}", out.text);
    assert_eq!(browser.cookie("__Host-admin"), None);
    assert!(location(&browser.get("/admin/requests").await).starts_with("/admin?next="));
    browser.cookies = kept;
    let away = browser.get("/admin/requests").await;
    let page = browser.get(location(&away)).await;
    assert!(page.text.contains("id=\"password\""), "{}", page.text);
}

#[tokio::test]
async fn a_person_who_turns_back_is_told_so() {
    // Cancels on the sign-in page; the answer leads back here with an error.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let out = browser.get("/admin?tenant=demo").await;
    let page = browser.get(location(&out)).await;
    let back = browser.press(&page, "action", "cancel").await;
    let answer = browser.get(&path(&back)).await;
    assert_eq!((answer.status, number(&answer)), (StatusCode::BAD_REQUEST, 88_000_223));
    assert!(answer.text.contains("access_denied"), "{}", answer.text);
}

#[tokio::test]
async fn the_password_is_asked_for_again_after_eight_hours() {
    // Asks the sign-in for what the administration asks, with a session that is too old for it.
    let house: House = house().await;
    let mut browser = Browser::new(&house);
    let out = browser.get("/admin?tenant=demo").await;
    assert!(location(&out).contains("max_age=28800"), "{}", location(&out));
    let page = browser.get(location(&out)).await;
    let stay = browser.sign_in(&page, ADMINISTRATOR, PASSWORD).await;
    assert!(!flow(&stay).is_empty());
    let seat = {
        let mut browser = seated(&house).await;
        browser.get("/admin/requests").await.good();
        browser.cookie("__Host-admin").expect("a seat").to_owned()
    };
    assert!(!seat.contains(&TENANT.to_string()), "the cookie is sealed");
}
