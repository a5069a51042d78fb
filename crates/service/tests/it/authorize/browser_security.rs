//! What keeps a sign-in in the browser that began it, and its pages from being misused.

use http::{Request, StatusCode};

use super::browser::{
    Browser, PASSWORD, action, flow, house, location, number, parameter, plain, request,
};
use crate::house::{Answer, House, encode};

fn form(page: &Answer) -> String {
    encode(&[
        ("flow", flow(page)),
        ("username", "alice@demo.test"),
        ("password", PASSWORD),
        ("action", "sign-in"),
    ])
}

async fn signed_in(house: &House, browser: &Browser<'_>) -> bool {
    let mut other = Browser::new(house);
    other.cookies.clone_from(&browser.cookies);
    parameter(&other.get(&request(&[("prompt", "none")])).await, "code").is_some()
}

#[tokio::test]
async fn the_sign_ins_of_one_tenant_do_not_end_those_of_another() {
    // Begins one sign-in here and more than a browser may have under way at another tenant, then
    // goes on with the first one.
    let house = house().await;
    let tenant = model::TenantId::new(uuid::Uuid::from_u128(0x00b0));
    let web = model::ClientId::new("web").expect("a client id");
    let client = house.service.store.client(house.realm.tenant.id, &web).await.expect("a book");
    let client = model::Client { tenant, ..model::Client::clone(&client.expect("a client")) };
    let other = model::Tenant::new(tenant, "other", [0; 32]);
    house.apply(model::DirectoryChange::PutTenant(other)).await;
    house.apply(model::DirectoryChange::PutClient(client)).await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let there = request(&[("scope", "openid")]);
    let there = there.replace(&crate::house::TENANT.to_string(), "other");
    for _ in 0..10 {
        let page = browser.get(&there).await;
        assert!(plain(&page).contains("/other/sign-in"), "{}", page.text);
    }
    assert_eq!(browser.cookies.len(), 9);
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(stay.text.contains("stay-yes"), "{}", stay.text);
}

#[tokio::test]
async fn a_page_about_a_refused_request_says_whose_it_is_and_can_be_read_in_each_language() {
    // A redirect URI that is not registered, at a tenant with a name; the link to another language
    // leads to the same refusal, and nothing offers to try again what cannot help.
    let house = house().await;
    house.change_tenant(|tenant| tenant.display_name = "Demo & Co".to_owned()).await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[("redirect_uri", "https://evil.test/")])).await;
    assert!(page.text.contains("<span class=\"tenant\">Demo &amp; Co</span>"), "{}", page.text);
    assert!(plain(&page).contains("&amp;ui_locales=id") || page.text.contains("ui_locales=id"));
    assert!(!page.text.contains("id=\"start-again\""));
    let again = request(&[("redirect_uri", "https://evil.test/"), ("ui_locales", "id")]);
    let translated = browser.get(&again).await;
    assert_eq!(number(&translated), number(&page));
    assert!(translated.text.contains("lang=\"id\""), "{}", translated.text);
}

#[tokio::test]
async fn only_the_browser_that_began_a_sign_in_can_go_on_with_it() {
    // S1: the same form without the cookie, with another sign-in's, with a changed one, and with
    // the other sign-in's flow.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let mut stranger = Browser::new(&house);
    let answer = stranger.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!((answer.status, number(&answer)), (StatusCode::FORBIDDEN, 88_000_113));
    let own = stranger.get(&request(&[])).await;
    let answer = stranger.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!((answer.status, number(&answer)), (StatusCode::FORBIDDEN, 165_000));
    let answer = browser.sign_in(&own, "alice@demo.test", PASSWORD).await;
    assert_eq!((answer.status, number(&answer)), (StatusCode::FORBIDDEN, 165_000));
    // The other sign-in's binding under this one's name.
    let name = browser.cookies.keys().find(|name| name.contains("flow")).expect("it").clone();
    let theirs = stranger.cookie("__Host-flow").expect("a binding").to_owned();
    stranger.cookies.insert(name, theirs);
    let answer = stranger.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!((answer.status, number(&answer)), (StatusCode::FORBIDDEN, 165_000));
    assert!(!signed_in(&house, &stranger).await && !signed_in(&house, &browser).await);
}

#[tokio::test]
async fn a_form_that_another_site_posts_is_refused() {
    // S1: the right form and cookie, sent cross-site, by a neighbour, and from a foreign origin.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
    ] {
        let foreign = Request::post(action(&page)).header(name, value);
        let answer = browser.send(foreign, form(&page)).await;
        assert_eq!((answer.status, number(&answer)), (StatusCode::FORBIDDEN, 165_000), "{value}");
        assert!(browser.cookie("__Host-session").is_none());
    }
    let ours = Request::post(action(&page)).header("origin", "https://id.test");
    assert_eq!(browser.send(ours, form(&page)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_flow_that_is_not_ours_is_refused() {
    // S1: nothing, garbage, and a flow with one character changed.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let mut changed = flow(&page).to_owned();
    let middle = changed.len() / 2;
    let other = if &changed[middle..=middle] == "A" { "B" } else { "A" };
    changed.replace_range(middle..=middle, other);
    for flow in ["", "garbage", &changed] {
        for path in ["/demo/sign-in", "/demo/account", "/demo/stay-signed-in", "/demo/consent"] {
            let fields = [("flow", flow), ("action", "accept"), ("stay", "yes")];
            let answer = browser.post(path, &fields).await;
            assert_eq!(
                (answer.status, number(&answer)),
                (StatusCode::FORBIDDEN, 165_000),
                "{path}"
            );
        }
    }
    let got = browser.get("/demo/sign-in").await;
    assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn the_answer_to_stay_signed_in_needs_a_sign_in() {
    // S1: posts the flow of the first page where the one after the sign-in belongs.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let answer =
        browser.post("/demo/stay-signed-in", &[("flow", flow(&page)), ("stay", "yes")]).await;
    assert_eq!((answer.status, number(&answer)), (StatusCode::FORBIDDEN, 165_000));
}

#[tokio::test]
async fn cookies_are_sealed_and_out_of_reach() {
    // S3: every cookie of a whole sign-in, its name and each of its attributes.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let next = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let last = browser.press(&next, "stay", "yes").await;
    let mut seen = 0;
    for cookie in [&page, &next, &last].iter().flat_map(|it| it.headers.get_all("set-cookie")) {
        let cookie = cookie.to_str().expect("text");
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain") && !cookie.contains("alice"), "{cookie}");
        seen += 1;
    }
    assert!(seen >= 6, "{seen}");
}

#[tokio::test]
async fn pages_cannot_be_framed_sniffed_cached_or_made_to_run_anything() {
    // S5: the headers of the sign-in page and of an error page.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    let error = browser.get(&request(&[("client_id", "nobody")])).await;
    for answer in [&page, &error] {
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(answer.header("cache-control").contains("no-store"));
        assert!(answer.headers.get("access-control-allow-origin").is_none());
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https:;"), "{policy}");
}

#[tokio::test]
async fn markup_from_outside_is_shown_and_never_run() {
    // S6: the client's name, the user name that is guessed or typed, and what a refusal quotes.
    let house = house().await;
    let script = "<script>alert(1)</script>";
    house.change_client("web", |client| client.name = script.to_owned()).await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[("login_hint", script), ("ui_locales", script)])).await;
    let again = browser.sign_in(&page, "\"><script>alert(1)</script>", "x").await;
    let error = browser.get(&request(&[("redirect_uri", script)])).await;
    for answer in [page, again, error] {
        assert!(!answer.text.contains("<script"), "{}", answer.text);
        assert!(answer.text.contains("&lt;script"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_client_that_changes_while_a_person_types_is_looked_at_again() {
    // Switches the client off, or takes its redirect URI away, between page and form.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let page = browser.get(&request(&[])).await;
    house.change_client("web", |client| client.enabled = false).await;
    let answer = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(number(&answer), 700_016);
    house
        .change_client("web", |client| {
            client.enabled = true;
            client.redirect_uris.clear();
        })
        .await;
    let answer = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(number(&answer), 50_011);
}

#[tokio::test]
async fn sign_ins_that_were_left_do_not_pile_up() {
    // Begins twenty; the browser is left with the cookies of eight, and the last one still works.
    let house = house().await;
    let mut browser = Browser::new(&house);
    let mut page = browser.get(&request(&[])).await;
    for _ in 0..20 {
        page = browser.get(&request(&[])).await;
    }
    assert_eq!(browser.cookies.keys().filter(|name| name.contains("flow")).count(), 8);
    let stay = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(location(&browser.press(&stay, "stay", "no").await).contains("code="));
}
