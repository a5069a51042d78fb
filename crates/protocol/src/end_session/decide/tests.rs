//! Tests of the decision on a request to sign out.

use model::{SessionId, TenantId, Timestamp, UserId};

use super::*;

const URI: &str = "https://app.test/out";

fn tenant() -> Tenant {
    Tenant::new(TenantId::from_bytes([1; 16]), "demo", [3; 32])
}

fn client(id: &str, without_hint: bool) -> Arc<Client> {
    let id = ClientId::new(id).expect("an id");
    Arc::new(Client {
        post_logout_redirect_uris: vec![URI.to_owned()],
        logout_without_hint: without_hint,
        ..Client::new(tenant().id, id.clone(), id.as_str())
    })
}

fn session(number: u8) -> Session {
    Session {
        tenant: tenant().id,
        id: SessionId::new([number; 16]),
        user: UserId::from_bytes([number; 16]),
        auth_time: Timestamp::from_seconds(1),
        amr: Vec::new(),
        expires_at: Timestamp::from_seconds(9),
        persistent: false,
        ended_at: None,
        replaces: None,
        origin: None,
    }
}

/// A browser with these sessions, each with the same clients.
fn inputs(client: Option<&Arc<Client>>, numbers: &[u8], clients: &[&Arc<Client>]) -> Inputs {
    let clients: Vec<_> = clients.iter().map(|client| Arc::clone(client)).collect();
    let of = |number: &u8| BrowserSession { session: session(*number), clients: clients.clone() };
    Inputs { client: client.cloned(), sessions: numbers.iter().map(of).collect() }
}

/// The request of a client with the ID token of a session.
fn hinted(client: &Client, (sid, user): (u8, u8)) -> EndSessionRequest {
    let sid = subject::session_id(SessionId::new([sid; 16]), client, &tenant());
    let hint = IdTokenHint {
        client: client.id.clone(),
        subject: subject::of_user(UserId::from_bytes([user; 16]), client, &tenant()),
        session: Some(sid.to_string()),
    };
    EndSessionRequest { hint: Some(hint), ..unhinted() }
}

fn unhinted() -> EndSessionRequest {
    EndSessionRequest { redirect_uri: Some(URI.to_owned()), ..EndSessionRequest::default() }
}

fn target() -> LogoutTarget {
    LogoutTarget::new(URI, None)
}

fn ends(number: u8) -> Verdict {
    Verdict::End { session: session(number).id, target: Some(target()) }
}

#[test]
fn hint_ends_its_session_or_else_one_of_its_user() {
    // Hints of the second of two sessions; of a session that a later one of the user replaced; and
    // of a session with the `sub` of another user, which no token of this tenant has.
    let app = client("app", false);
    let browser = inputs(Some(&app), &[1, 2], &[]);
    let decided = |hint| decide(&hinted(&app, hint), &browser, &tenant()).expect("a verdict");
    assert_eq!(decided((2, 2)), ends(2));
    assert_eq!(decided((9, 1)), ends(1));
    assert_eq!(decided((1, 9)), Verdict::Ask { target: Some(target()) });
}

#[test]
fn hint_of_another_user_is_asked_and_leads_on() {
    // The hint of a user without a session, in a browser with another user and in an empty one.
    let app = client("app", false);
    let decided = |numbers| {
        let browser = inputs(Some(&app), numbers, &[]);
        decide(&hinted(&app, (9, 9)), &browser, &tenant()).expect("a verdict")
    };
    assert_eq!(decided(&[1][..]), Verdict::Ask { target: Some(target()) });
    assert_eq!(decided(&[]), Verdict::SignedOut { target: Some(target()) });
}

#[test]
fn request_without_hint_leads_on_for_clients_that_ask_for_it() {
    // With and without `client_id`: a client that asks for it and has a grant of the session, one
    // without a grant, one that does not ask for it, and a browser without sessions.
    let (msal, plain) = (client("msal", true), client("plain", false));
    let decided = |named: Option<&Arc<Client>>, numbers: &[u8], clients: &[&Arc<Client>]| {
        let client = named.map(|client| client.id.clone());
        let request = EndSessionRequest { client, ..unhinted() };
        decide(&request, &inputs(named, numbers, clients), &tenant()).expect("a verdict")
    };
    let (leads, stays) = (Verdict::Ask { target: Some(target()) }, Verdict::Ask { target: None });
    assert_eq!(decided(Some(&msal), &[1], &[&msal, &plain]), leads);
    assert_eq!(decided(None, &[1], &[&plain, &msal]), leads);
    assert_eq!(decided(Some(&msal), &[1], &[&plain]), stays);
    assert_eq!(decided(Some(&plain), &[1], &[&msal, &plain]), stays);
    assert_eq!(decided(None, &[1], &[&plain]), stays);
    assert_eq!(decided(Some(&msal), &[], &[]), Verdict::SignedOut { target: None });
}

#[test]
fn uri_that_differs_in_one_byte_is_refused() {
    // Sends the registered URI with a change, with a hint and with `client_id` alone. The same
    // without a known client leads nowhere.
    let app = client("app", true);
    let browser = inputs(Some(&app), &[1], &[&app]);
    for uri in ["https://app.test/out?foo=bar", "https://app.test/out/", "https://app.test/Out"] {
        let request = |request| EndSessionRequest { redirect_uri: Some(uri.to_owned()), ..request };
        let client = Some(app.id.clone());
        for request in
            [request(hinted(&app, (1, 1))), request(EndSessionRequest { client, ..unhinted() })]
        {
            let refusal = decide(&request, &browser, &tenant()).expect_err(uri);
            assert_eq!(refusal.number(), 88_000_350, "{uri}");
        }
        let unknown = decide(&request(unhinted()), &inputs(None, &[1], &[&app]), &tenant());
        assert_eq!(unknown, Ok(Verdict::Ask { target: None }), "{uri}");
    }
}
