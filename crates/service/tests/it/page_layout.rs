//! The language and the look of pages.

use http::StatusCode;
use jose::digest;
use model::{ChangeEvent, LocalizedText, Logo, TenantId};

use crate::admin::{service_with_admin, signed_in_admin};
use crate::authorize::browser::{Browser, request, service_with_users, unescaped};
use crate::test_service::{TENANT, TestResponse, TestService, get};
use crate::tickets;

/// The kind, the subject and the detail of a change.
const CREATED: (&str, &str, &str) = ("user_created", "rina@demo.test", "");

#[tokio::test]
async fn language_switch_stores_the_language_and_leads_back() {
    // Chooses Indonesian on an error number; it applies to the sign-in, whatever the client asks.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get("/error?code=50011").await;
    let back = "name=\"return\" value=\"/error?code=50011\"";
    assert!(unescaped(&page).contains(back), "{}", page.text);
    let back = [("return", "/error?code=50011"), ("language", "id")];
    let switched = browser.post("/language", &back).await;
    assert_eq!(switched.status, StatusCode::SEE_OTHER);
    assert_eq!(switched.header("location"), "/error?code=50011");
    assert!(browser.get("/error?code=50011").await.text.contains("<html lang=\"id\""));
    let page = browser.get(&request(&[("ui_locales", "en")])).await;
    assert!(page.text.contains("<html lang=\"id\""), "{}", page.text);
    // A path of another host and an unknown language change nothing.
    let mut other = Browser::new(&service);
    let hostile = [("return", "//evil.test/"), ("language", "xx\r\nset-cookie: a=b")];
    let refused = other.post("/language", &hostile).await;
    assert_eq!(refused.header("location"), "/error");
    assert!(other.cookies.is_empty(), "{:?}", other.cookies);
    // A reload of the address, and a form of another site.
    assert_eq!(other.get("/language").await.header("location"), "/error");
    let cross_site = http::Request::post("/language").header("sec-fetch-site", "cross-site");
    let refused = other.send(cross_site, "return=%2F&language=id".to_owned()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(other.cookies.is_empty(), "{:?}", other.cookies);
}

#[tokio::test]
async fn typed_search_survives_the_language_switch() {
    // Presses the switch of two search forms and of the tenant question after typing.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let page = browser.get("/admin/requests?before=1.0190f3a17b2c7d3e8f405162738495a6").await;
    let switch = "formaction=\"/language?return=/admin/requests?before=1.0190f3a1";
    assert!(unescaped(&page).contains(switch), "{}", page.text);
    for (path, fields) in [
        ("/admin/requests", [("user", "rina & co"), ("failed_only", "1")]),
        ("/error", [("q", "redirect uri"), ("ui_locales", "en")]),
        ("/admin?edit=1", [("tenant", "acme"), ("next", "/admin/tickets")]),
    ] {
        let fields = [fields[0], fields[1], ("language", "id")];
        let switched = browser.post(&format!("/language?return={path}"), &fields).await;
        assert_eq!(switched.status, StatusCode::SEE_OTHER, "{path}");
        let page = browser.get(switched.header("location")).await.assert_ok();
        let (_, typed) = fields[0];
        let typed = format!("value=\"{}\"", typed.replace('&', "&amp;"));
        assert!(page.text.contains(&typed) && page.text.contains("lang=\"id\""), "{}", page.text);
    }
    let hostile = browser.post("/language?return=//evil.test/", &[("language", "id")]).await;
    assert_eq!(hostile.header("location"), "/error");
}

#[tokio::test]
async fn hint_about_addresses_goes_by_the_names_of_the_tenant() {
    // Names without an at sign, of a user and of none, get the hint; whole ones do not. A tenant
    // whose names are no addresses never gives it.
    let service = service_with_users().await;
    let hint = |page: &TestResponse| page.text.contains("id=\"username-hint\"");
    for (typed, expected) in [("alice", true), ("nobody", true), ("alice@demo.test", false)] {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[])).await;
        assert!(!hint(&page), "{}", page.text);
        let refused = browser.sign_in(&page, typed, "wrong").await;
        assert_eq!(hint(&refused), expected, "{typed}: {}", refused.text);
    }
    let plain = service_with_users().await;
    plain.change_user(|alice| alice.username = "alice".to_owned()).await;
    let mut browser = Browser::new(&plain);
    let page = browser.get(&request(&[])).await;
    let refused = browser.sign_in(&page, "nobody", "wrong").await;
    assert!(!hint(&refused), "{}", refused.text);
}

#[tokio::test]
async fn administration_shows_times_in_the_zone_of_its_reader() {
    // Without zones, with that of the tenant, and with that of the administrator: every page with
    // times has the abbreviation, and UTC as the title.
    let service = service_with_admin().await;
    let mut browser = signed_in_admin(&service).await;
    let error = tickets::refusal_page(&mut browser).await;
    tickets::report(&mut browser, &error, ("It stopped.", "")).await;
    let change = ChangeEvent::new(service::now(), Some(TenantId::new(TENANT)), CREATED);
    service.state.history.record_events(vec![change]).await.expect("a history");
    service.state.recorder.flush().await;
    let ticket = tickets::all_tickets(&service).await.remove(0);
    let paths = [
        "/admin/requests".to_owned(),
        format!("/admin/requests/{}", error.header("x-ms-request-id")),
        "/admin/refusals".to_owned(),
        "/admin/changes".to_owned(),
        "/admin/tickets".to_owned(),
        format!("/admin/tickets/{}", ticket.id),
    ];
    for (tenant, own, abbreviation) in [
        (None, None, "Z</time>"),
        (Some("Asia/Jakarta"), None, " WIB</time>"),
        (Some("Asia/Jakarta"), Some("Asia/Tokyo"), " JST</time>"),
        (Some("Asia/Jakarta"), Some("Asia/Atlantis"), " WIB</time>"),
    ] {
        service.change_tenant(|it| it.time_zone = tenant.map(str::to_owned)).await;
        service.change_user(|alice| alice.profile.zoneinfo = own.map(str::to_owned)).await;
        for path in &paths {
            let page = browser.get(path).await.assert_ok().text;
            let times = page.matches("<time").count();
            assert!(times > 0, "{path} has no time: {page}");
            assert_eq!(page.matches(abbreviation).count(), times, "{path}: {page}");
            assert_eq!(page.matches("Z\" title=\"20").count(), times, "{path}: {page}");
        }
    }
    // Users see the zone of the tenant.
    let page = tickets::refusal_page(&mut browser).await;
    assert!(page.text.contains(" WIB</time>"), "{}", page.text);
}

#[tokio::test]
async fn ui_locales_precedes_the_browser_and_not_the_choice_of_the_user() {
    // Without a choice the client's language applies; names and descriptions follow the language.
    let service = service_with_users().await;
    service
        .change_client("web", |client| {
            client.admin_consent = false;
            client.publisher = Some("Acme Ltd".to_owned());
            client.display_name = texts("Acme bookings", "Pemesanan Acme");
        })
        .await;
    service.change_tenant(|it| it.display_name = texts("Acme", "Acme ID").expect("texts")).await;
    for (language, app, tenant) in
        [("en", "Acme bookings", "– Acme<"), ("id", "Pemesanan Acme", "– Acme ID<")]
    {
        let mut browser = Browser::new(&service);
        let page = browser.get(&request(&[("ui_locales", language)])).await;
        assert!(page.text.contains(app) && page.text.contains(tenant), "{}", page.text);
    }
}

#[tokio::test]
async fn logo_and_colour_are_served_with_a_policy_that_allows_nothing() {
    // The sign-in page names both files; another name, and those of an earlier look, are unknown.
    let service = service_with_users().await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    let logo = Logo {
        media_type: "image/svg+xml".to_owned(),
        sha256: digest::sha256(svg),
        content: digest::base64url(svg),
    };
    service
        .change_tenant(|tenant| {
            tenant.branding.logo = Some(logo);
            tenant.branding.colour = Some("#7b1fa2".to_owned());
        })
        .await;
    let page = unescaped(&Browser::new(&service).get(&request(&[])).await);
    let path = |kind: &str| {
        let (_, rest) = page.split_once(&format!("\"/demo/branding/{kind}-")).expect("a file");
        format!("/demo/branding/{kind}-{}", rest.split('"').next().expect("an end"))
    };
    let (logo, colour) = (path("logo"), path("colour"));
    let image = service.send(get(&logo)).await;
    assert_eq!((image.status, image.text.as_bytes()), (StatusCode::OK, &svg[..]));
    assert_eq!(image.header("content-type"), "image/svg+xml");
    for response in [image, service.send(get(&colour)).await] {
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert!(response.header("content-security-policy").starts_with("default-src 'none'"));
        assert!(response.header("cache-control").contains("immutable"));
    }
    let css = service.send(get(&colour)).await;
    assert!(css.text.starts_with(":root{--accent:#7b1fa2;"), "{}", css.text);
    service.change_tenant(|tenant| tenant.branding = model::Branding::default()).await;
    for path in [&logo, &colour, "/demo/branding/logo-x.svg", "/demo/branding/colour-red.css"] {
        assert_eq!(status(&service, path).await, StatusCode::NOT_FOUND, "{path}");
    }
}

async fn status(service: &TestService, path: &str) -> StatusCode {
    service.send(get(path)).await.status
}

fn texts(english: &str, indonesian: &str) -> Option<LocalizedText> {
    let pair = |(tag, text): (&str, &str)| (tag.to_owned(), text.to_owned());
    LocalizedText::by_language([("en", english), ("id", indonesian)].map(pair).into())
}
