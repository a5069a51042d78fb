//! Frames of apps at a sign-out (OpenID Connect Front-Channel Logout 1.0).

use super::{OUT, logout, service_with_logout, sign_in, visit};
use crate::{
    authorize::browser::{Browser, between, link, location, unescaped},
    test_service::{ORIGIN, TENANT},
};

const ALICE: &str = "alice@demo.test";

#[tokio::test]
async fn frames_get_issuer_and_sid_and_the_page_leads_on() {
    // Two of three apps of the session have a frame, one of them with a query, and a fourth app
    // with a frame has no grant. The page has the frames of the two, its policy allows their
    // origins, and both link and refresh lead to the app with the state.
    let service = service_with_logout().await;
    for (client, uri) in [
        ("web", "https://web.test/fc"),
        ("api", "https://api.test:8443/fc?a=1"),
        ("keyed", "https://keyed.test/fc"),
    ] {
        let uri = Some(uri.to_owned());
        service.change_client(client, |client| client.frontchannel_logout_uri = uri).await;
    }
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let of_api = visit(&service, &mut browser, ("api", ALICE)).await;
    visit(&service, &mut browser, ("daemon", ALICE)).await;
    let hint = tokens.member("id_token");
    let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", OUT), ("state", "s")];
    let address = location(&browser.get(&logout(&parameters)).await).to_owned();
    assert!(address.starts_with("/demo/signed-out?done="), "{address}");
    let page = browser.get(&address).await.assert_ok();
    let text = unescaped(&page).replace("&amp;", "&").replace("&#x3d;", "=");
    let issuer = format!("{ORIGIN}/{TENANT}/v2.0").replace(':', "%3A").replace('/', "%2F");
    for (start, tokens) in
        [("https://web.test/fc?", &tokens), ("https://api.test:8443/fc?a=1&", &of_api)]
    {
        let claims = tokens.claims("id_token");
        let sid = claims["sid"].as_str().expect("a session");
        let frame = format!("<iframe src=\"{start}iss={issuer}&sid={sid}\"");
        assert!(text.contains(&frame), "{frame}: {text}");
    }
    assert_eq!(text.matches("<iframe").count(), 2);
    assert!(text.contains("The web app") && text.contains("The api app"));
    let policy = page.header("content-security-policy");
    let frames = policy.split("; frame-src ").nth(1).expect("frames");
    let mut origins: Vec<&str> = frames.split(' ').collect();
    origins.sort_unstable();
    assert_eq!(origins, ["https://api.test:8443", "https://web.test"]);
    let next = link(&page, "after-sign-out");
    let refresh = between(&text, "http-equiv=\"refresh\" content=\"", "\"");
    assert_eq!(refresh, format!("5; url={next}"));
    assert_eq!(location(&browser.get(&next).await), format!("{OUT}?state=s"));
}

#[tokio::test]
async fn page_without_a_target_names_the_apps_and_leads_nowhere() {
    // Signs out with a hint and without a URI: frames, and neither link nor refresh.
    let service = service_with_logout().await;
    let uri = Some("https://web.test/fc".to_owned());
    service.change_client("web", |client| client.frontchannel_logout_uri = uri).await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let hint = tokens.member("id_token");
    let address = location(&browser.get(&logout(&[("id_token_hint", hint)])).await).to_owned();
    let page = browser.get(&address).await.assert_ok();
    assert_eq!(page.text.matches("<iframe").count(), 1);
    assert!(
        !page.text.contains("after-sign-out") && !page.text.contains("refresh"),
        "{}",
        page.text
    );
}
