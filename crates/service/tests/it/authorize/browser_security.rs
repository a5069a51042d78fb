//! Browser protections of the sign-in: CSRF, cookies, page headers and escaping.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: S = pages and sign-in.

use http::{Request, StatusCode};

use super::browser::{
    Browser, PASSWORD, error_number, flow_field, form_action, location, parameter, request,
    service_with_users, step_field, unescaped,
};
use crate::test_service::{TestResponse, TestService, encode};

/// The number of the refusal of a secret in an address.
const SECRET_IN_QUERY: u32 = 88_000_008;

fn form(page: &TestResponse) -> String {
    encode(&[
        ("flow", flow_field(page)),
        ("step", step_field(page)),
        ("username", "alice@demo.test"),
        ("password", PASSWORD),
        ("action", "sign-in"),
    ])
}

async fn signed_in(service: &TestService, browser: &Browser<'_>) -> bool {
    let mut other = Browser::new(service);
    other.cookies.clone_from(&browser.cookies);
    parameter(&other.get(&request(&[("prompt", "none")])).await, "code").is_some()
}

#[tokio::test]
async fn sign_in_flows_of_one_tenant_do_not_evict_those_of_another() {
    // Starts one sign-in here and more than the limit at another tenant, then continues the first.
    let service = service_with_users().await;
    let tenant = model::TenantId::new(uuid::Uuid::from_u128(0x00b0));
    let web = model::ClientId::new("web").expect("a client id");
    let client = service.state.store.client(service.tenant.id(), &web).await.expect("a store");
    let client = model::Client { tenant, ..model::Client::clone(&client.expect("a client")) };
    let other = model::Tenant::new(tenant, "other", [0; 32]);
    service.apply(model::DirectoryChange::PutTenant(other)).await;
    service.apply(model::DirectoryChange::PutClient(client)).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let at_other = request(&[("scope", "openid")]);
    let at_other = at_other.replace(&crate::test_service::TENANT.to_string(), "other");
    for _ in 0..10 {
        let page = browser.get(&at_other).await;
        assert!(unescaped(&page).contains("/other/sign-in"), "{}", page.text);
    }
    assert_eq!(browser.cookies.len(), 9);
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(stay_page.text.contains("stay-yes"), "{}", stay_page.text);
}

#[tokio::test]
async fn an_authorize_error_page_shows_tenant_and_language_switch() {
    // Sends an unregistered redirect URI at a named tenant. The language switch leads to the same
    // refusal, and no link to start again is shown.
    let service = service_with_users().await;
    service.change_tenant(|tenant| tenant.display_name = "Demo & Co".into()).await;
    let mut browser = Browser::new(&service);
    let refused = request(&[("redirect_uri", "https://evil.test/")]);
    let page = browser.get(&refused).await;
    assert!(page.text.contains("<span class=\"tenant\">Demo &amp; Co</span>"), "{}", page.text);
    let back = format!("name=\"return\" value=\"{}\"", refused.replace('&', "&amp;"));
    assert!(unescaped(&page).contains(&back), "{back}: {}", page.text);
    assert!(!page.text.contains("id=\"start-again\""));
    browser.post("/language", &[("return", &*refused), ("language", "id")]).await;
    let translated = browser.get(&refused).await;
    assert_eq!(error_number(&translated), error_number(&page));
    assert!(translated.text.contains("lang=\"id\""), "{}", translated.text);
}

#[tokio::test]
async fn a_sign_in_continues_only_in_the_browser_that_started_it() {
    // S1: posts the form without the cookie, with the cookie of another sign-in, with that cookie
    // under this name, and with the other flow. Each leads to a new flow of that browser, and the
    // password is not even checked.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let mut other = Browser::new(&service);
    let response = other.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(is_new_sign_in(&response, &page), "{}", response.text);
    let own = other.get(&request(&[])).await;
    let response = other.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(is_new_sign_in(&response, &page) && is_new_sign_in(&response, &own));
    let response = browser.sign_in(&own, "alice@demo.test", PASSWORD).await;
    assert!(is_new_sign_in(&response, &own));
    // The cookie of the other sign-in under the name of this one.
    let name = |page: &TestResponse, browser: &Browser<'_>| {
        let mut names = browser.cookies.keys();
        names.find(|name| name.ends_with(flow_field(page))).expect("a cookie").clone()
    };
    let other_cookie = other.cookies[&name(&own, &other)].clone();
    other.cookies.insert(name(&page, &browser), other_cookie);
    let response = other.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(is_new_sign_in(&response, &page));
    assert!(!signed_in(&service, &other).await && !signed_in(&service, &browser).await);
}

/// Returns whether a page asks for the password in another flow than the page before.
fn is_new_sign_in(page: &TestResponse, before: &TestResponse) -> bool {
    page.text.contains("id=\"password\"") && flow_field(page) != flow_field(before)
}

#[tokio::test]
async fn a_passed_step_is_bound_to_the_browser_that_passed_it() {
    // S1: copies the cookie of a flow after the password into a browser with another device cookie,
    // and into one without.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    let mut other = Browser::new(&service);
    other.sign_in_from(&request(&[]), "budi@demo.test").await;
    for mut thief in [other, Browser::new(&service)] {
        let flow = browser.cookies.iter().filter(|(name, _)| name.contains("flow"));
        thief.cookies.extend(flow.map(|(name, value)| (name.clone(), value.clone())));
        let response = thief.press(&stay_page, "stay_signed_in", "yes").await;
        let is_alice = response.text.contains("alice") || response.text.contains("stay-yes");
        assert!(!is_alice, "{}", response.text);
    }
}

#[tokio::test]
async fn a_sign_in_form_posted_cross_site_is_refused() {
    // S1: posts the right form and cookie cross-site, same-site, and from another origin.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
    ] {
        let cross_site = Request::post(form_action(&page)).header(name, value);
        let response = browser.send(cross_site, form(&page)).await;
        assert_eq!(
            (response.status, error_number(&response)),
            (StatusCode::FORBIDDEN, 165_000),
            "{value}"
        );
        assert!(browser.cookie("__Host-session").is_none());
    }
    let same_origin = Request::post(form_action(&page)).header("origin", "https://id.test");
    let response = browser.send(same_origin, form(&page)).await;
    assert!(browser.follow(response).await.text.contains("stay-yes"));
}

#[tokio::test]
async fn a_forged_flow_field_is_refused() {
    // S1: posts an empty flow and garbage to every form, with and without a request.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let query = form_action(&page).split_once('?').expect("a query").1.to_owned();
    for (flow, query) in [("", query.as_str()), ("garbage", &query), (flow_field(&page), "")] {
        for path in
            ["/demo/sign-in", "/demo/choose-account", "/demo/stay-signed-in", "/demo/consent"]
        {
            let fields = [("flow", flow), ("action", "accept"), ("stay_signed_in", "yes")];
            let response = browser.post(&format!("{path}?{query}"), &fields).await;
            assert_eq!(
                (response.status, error_number(&response)),
                (StatusCode::FORBIDDEN, 165_000),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_form_of_another_step_changes_nothing() {
    // S1: posts the first page's flow to the form of the page after the sign-in, with the step of
    // either, and then cancels from the first page after the password: the present step is shown.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let stay = form_action(&page).replace("/sign-in?", "/stay-signed-in?");
    for step in [step_field(&page), "stay_signed_in.x", ""] {
        let fields = [("flow", flow_field(&page)), ("step", step), ("stay_signed_in", "yes")];
        let response = browser.post(&stay, &fields).await;
        assert!(response.text.contains("id=\"password\""), "{}", response.text);
        assert_eq!(flow_field(&response), flow_field(&page));
    }
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    for (name, value) in [("action", "cancel"), ("action", "sign-in")] {
        let response = browser.press(&page, name, value).await;
        assert!(response.text.contains("stay-yes"), "{}", response.text);
    }
    assert!(parameter(&browser.press(&stay_page, "stay_signed_in", "no").await, "code").is_some());
}

#[tokio::test]
async fn cookies_are_sealed_host_only_and_http_only() {
    // S3: reads name and attributes of every cookie of a whole sign-in.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let next = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    browser.press(&next, "stay_signed_in", "yes").await;
    let mut seen = 0;
    for cookie in &browser.set_cookies {
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
async fn page_headers_forbid_framing_sniffing_caching_and_foreign_scripts() {
    // S5: reads the headers of the sign-in page and of an error page.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    let error = browser.get(&request(&[("client_id", "nobody")])).await;
    for response in [&page, &error] {
        let policy = response.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(response.header("x-frame-options"), "DENY");
        assert_eq!(response.header("x-content-type-options"), "nosniff");
        assert_eq!(response.header("referrer-policy"), "no-referrer");
        assert!(response.header("cache-control").contains("no-store"));
        assert!(response.headers.get("access-control-allow-origin").is_none());
    }
    let policy = page.header("content-security-policy");
    assert!(!policy.contains("form-action"), "{policy}");
    assert!(policy.contains("script-src 'self';"), "the script of passkeys: {policy}");
    let policy = error.header("content-security-policy");
    assert!(!policy.contains("script-src"), "{policy}");
    assert!(policy.contains("form-action 'self';"), "{policy}");
}

#[tokio::test]
async fn markup_in_names_and_parameters_is_escaped_on_pages() {
    // S6: sends markup as client name, user name, login hint and redirect URI.
    let service = service_with_users().await;
    let script = "<script>alert(1)</script>";
    service.change_client("web", |client| client.name = script.to_owned()).await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[("login_hint", script), ("ui_locales", script)])).await;
    let again = browser.sign_in(&page, "\"><script>alert(1)</script>", "x").await;
    let error = browser.get(&request(&[("redirect_uri", script)])).await;
    for response in [page, again, error] {
        assert!(!response.text.contains("<script>"), "{}", response.text);
        assert!(response.text.contains("&lt;script"), "{}", response.text);
    }
}

#[tokio::test]
async fn a_client_changed_during_a_sign_in_is_checked_again() {
    // Disables the client, or removes its redirect URI, between page and form.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let page = browser.get(&request(&[])).await;
    service.change_client("web", |client| client.enabled = false).await;
    let response = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(error_number(&response), 700_016);
    service
        .change_client("web", |client| {
            client.enabled = true;
            client.redirect_uris.clear();
        })
        .await;
    let response = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert_eq!(error_number(&response), 500_113);
}

#[tokio::test]
async fn a_browser_keeps_at_most_eight_sign_in_flow_cookies() {
    // Starts twenty sign-ins: the browser has the cookies of eight, and the last one still works.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let mut page = browser.get(&request(&[])).await;
    for _ in 0..20 {
        page = browser.get(&request(&[])).await;
    }
    assert_eq!(browser.cookies.keys().filter(|name| name.contains("flow")).count(), 8);
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(location(&browser.press(&stay_page, "stay_signed_in", "no").await).contains("code="));
}

/// Adds tenants with the client `web`, and returns a request for each.
async fn requests_at_tenants(service: &TestService, names: &[&str]) -> Vec<String> {
    let web = model::ClientId::new("web").expect("a client id");
    let client = service.state.store.client(service.tenant.id(), &web).await.expect("a store");
    let client = client.expect("a client");
    let mut requests = Vec::new();
    for (number, name) in (0x00c0_u128..).zip(names) {
        let tenant = model::TenantId::new(uuid::Uuid::from_u128(number));
        let client = model::Client { tenant, ..model::Client::clone(&client) };
        let row = model::Tenant::new(tenant, name, [0; 32]);
        service.apply(model::DirectoryChange::PutTenant(row)).await;
        service.apply(model::DirectoryChange::PutClient(client)).await;
        let path = request(&[("scope", "openid")]);
        requests.push(path.replace(&crate::test_service::TENANT.to_string(), name));
    }
    requests
}

#[tokio::test]
async fn flow_cookies_of_all_tenants_stay_below_the_limit_of_proxies() {
    // RP1: starts forty sign-ins at five tenants, each with a long typed name. The cookies of all
    // flows stay below half of 8 KiB, and the newest sign-in works.
    let service = service_with_users().await;
    let mut browser = Browser::new(&service);
    let mut requests = requests_at_tenants(&service, &["one", "two", "three", "four"]).await;
    requests.push(request(&[]));
    let mut page = None;
    let bytes = |browser: &Browser<'_>| {
        let flows = browser.cookies.iter().filter(|(name, _)| name.starts_with("__Host-flow-"));
        flows.map(|(name, value)| name.len() + value.len() + 3).sum::<usize>()
    };
    for _ in 0..8 {
        for path in &requests {
            let shown = browser.get(path).await;
            let typed = "n".repeat(300);
            page = Some(browser.sign_in(&shown, &typed, "wrong").await);
            assert!(bytes(&browser) <= 4_096, "{}", bytes(&browser));
        }
    }
    let page = page.expect("a page");
    let stay_page = browser.sign_in(&page, "alice@demo.test", PASSWORD).await;
    assert!(location(&browser.press(&stay_page, "stay_signed_in", "no").await).contains("code="));
}

#[tokio::test]
async fn a_posted_authorization_request_with_a_secret_is_refused_and_not_stored() {
    // RP2: posts each secret parameter beside a complete request, which alone starts a flow.
    let service = service_with_users().await;
    let path = request(&[]);
    let (endpoint, query) = path.split_once('?').expect("a query");
    let send = |body: String| {
        let request = Request::post(endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("host", "id.test");
        service.send(request.body(axum::body::Body::from(body)).expect("a request"))
    };
    assert_eq!(send(query.to_owned()).await.status, StatusCode::SEE_OTHER);
    for name in ["client_secret", "client%5Fassertion", "code_verifier", "refresh_token"] {
        let response = send(format!("{query}&{name}=hidden-value")).await;
        assert_eq!(error_number(&response), SECRET_IN_QUERY, "{name}");
        assert!(!response.text.contains("hidden-value"), "{name}");
    }
}
