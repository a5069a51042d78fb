//! Tests of the comparison and the registration of redirect URIs.

use model::{Client, Platform, RedirectUri, TenantId};

use super::*;

fn client(registered: &[(&str, Platform)]) -> Client {
    let redirect_uri = |(uri, platform): &(&str, Platform)| RedirectUri {
        uri: (*uri).to_owned(),
        platform: *platform,
    };
    let id = model::ClientId::new("app").expect("an id");
    Client {
        public: true,
        redirect_uris: registered.iter().map(redirect_uri).collect(),
        grant_types: vec!["authorization_code".to_owned()],
        ..Client::new(TenantId::new(uuid::Uuid::nil()), id, "App")
    }
}

#[test]
fn redirect_uri_must_equal_the_registered_one_in_every_byte() {
    // Hostile inputs R3 and R5: the registered URI is found, and each variation is not.
    let client = client(&[("https://c.test/cb", Platform::Web)]);
    assert!(find("https://c.test/cb", &client).is_some());
    for sent in [
        "https://c.test/cb/../x",
        "https://c.test/cb/%2e%2e/x",
        "https://c.test/cb%2f..%2fx",
        "https://c.test/cb/",
        "https://c.test/CB",
        "https://c.test/cb?x",
        "https://c.test/cb#f",
        "https://c.test/cb;x",
        "https://c.test@evil/cb",
        "https://evil\\@c.test/cb",
        "https://c.test%40evil/cb",
        "https://evil#@c.test/cb",
        "https:evil",
        "///evil",
        "https://c.test:443/cb",
        "https://c.test/cb\r\nset-cookie: x",
        "https://c.test/cb\0",
        "https://c.test/cb\t",
        "",
    ] {
        assert!(find(sent, &client).is_none(), "{sent:?}");
    }
}

#[test]
fn any_loopback_port_is_accepted_for_native_apps_only() {
    // Hostile input R7: the same URI with another port, for each platform, and similar hosts.
    let uri = "http://127.0.0.1/cb";
    let native = client(&[(uri, Platform::Native)]);
    assert!(find("http://127.0.0.1:51234/cb", &native).is_some());
    assert!(find(uri, &native).is_some());
    for sent in [
        "http://localhost:51234/cb",
        "http://127.0.0.1.evil.tld/cb",
        "http://127.0.0.1:80@evil/cb",
        "http://127.0.0.1:80x/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:/cb/x",
        "http://[::1]:51234/cb",
        "https://127.0.0.1:51234/cb",
        "http://127.0.0.1:51234/cb/x",
        "http://127.0.0.1:51234/cb?x",
        "http://127.0.0.1:51234\\@evil/cb",
    ] {
        assert!(find(sent, &native).is_none(), "{sent:?}");
    }
    let web = client(&[(uri, Platform::Web), ("http://localhost/s", Platform::SinglePage)]);
    assert!(find("http://127.0.0.1:51234/cb", &web).is_none());
    assert!(find("http://localhost:51234/s", &web).is_none());
}

#[test]
fn loopback_hosts_are_not_interchangeable() {
    // Registers each of the three hosts, two of them with a port, and sends another port.
    let native = client(&[
        ("http://[::1]:1/cb", Platform::Native),
        ("http://localhost", Platform::Native),
        ("http://127.0.0.1:7/", Platform::Native),
    ]);
    for sent in ["http://[::1]:51234/cb", "http://localhost:51234", "http://127.0.0.1:51234/"] {
        assert!(find(sent, &native).is_some(), "{sent:?}");
    }
    assert!(find("http://localhost:51234/", &native).is_none());
}

#[test]
fn dangerous_redirect_uri_is_neither_registered_nor_found() {
    // Hostile input R8: each URI has a flaw, and is not found even if the store has it.
    for uri in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "https://c.test/cb#f",
        "https://*.c.test/cb",
        "https://user@c.test/cb",
        "https://c\u{e9}.test/cb",
        "http://c.test/cb",
        "https:///cb",
        "https:c.test",
        "HTTPS://c.test/cb",
        "https://c.test:x/cb",
        "/cb",
        "",
    ] {
        assert!(flaw(uri).is_some(), "{uri:?}");
        assert!(find(uri, &client(&[(uri, Platform::Native)])).is_none(), "{uri:?}");
    }
    assert!(flaw(&format!("https://c.test/{}", "x".repeat(BYTES_MAX))).is_some());
    for uri in [
        "https://c.test/cb?x=1",
        "http://localhost:3000",
        "http://[::1]:3000/cb",
        "com.example.app:/cb",
        "msal1234://auth",
    ] {
        assert_eq!(flaw(uri), None, "{uri:?}");
    }
}

#[test]
fn common_redirect_uri_mistakes_are_named() {
    // Compares each variation with the registered URI, and expects its kind of difference.
    let client = client(&[
        ("https://other.test/else", Platform::Web),
        ("https://c.test:8443/cb", Platform::Web),
    ]);
    for (sent, kind) in [
        ("https://c.test:8443/cb/", Some("trailing_slash")),
        ("https://c.test:8443/CB", Some("letter_case")),
        ("https://c.test:8443/cb?x=1", Some("query")),
        ("http://c.test:8443/cb", Some("scheme")),
        ("https://c.test/cb", Some("port")),
        ("https://c.test:8443/wholly/else", Some("path")),
        ("http://localhost:3000/x", None),
    ] {
        let comparison = mismatch(sent, &client);
        assert_eq!(comparison.expected.as_deref(), Some("https://c.test:8443/cb"), "{sent}");
        assert_eq!(comparison.difference.map(|difference| difference.kind), kind, "{sent}");
    }
}

#[test]
fn any_loopback_url_is_accepted_only_if_the_client_is_open_to_it() {
    // Finds loopback URLs for an open client and for another one; other URLs never.
    let registered = [("http://localhost:5173/", Platform::SinglePage), ("x:/", Platform::Native)];
    let closed = client(&registered);
    let open = Client { any_loopback: true, ..client(&registered) };
    for sent in ["http://localhost:3000/a", "https://127.0.0.1/b?x=1", "http://[::1]:1/c"] {
        assert!(find(sent, &closed).is_none(), "{sent}");
        assert_eq!(find(sent, &open).map(|it| it.platform), Some(Platform::SinglePage), "{sent}");
    }
    for sent in ["https://evil.test/", "http://localhost.evil.test/", "http://localhost/#f", "y:/"]
    {
        assert!(find(sent, &open).is_none(), "{sent}");
    }
    let without = Client { redirect_uris: Vec::new(), ..open };
    assert!(find("http://localhost:3000/a", &without).is_none());
}
