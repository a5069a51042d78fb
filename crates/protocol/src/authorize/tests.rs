//! The steps, through the front door: requests in, and what becomes of each.

mod fixture;

use model::{Consent, Seconds, Session, User, UserId};

use super::*;
use crate::handle::Code;
use fixture::{Fixture, Query};

fn number(outcome: Result<Request, Denial>) -> u32 {
    outcome.expect_err("refused").refusal.number()
}

/// The parameters that an error response would have, and where it would go.
fn answered(fixture: &Fixture, query: &Query) -> String {
    let denial = fixture.check(query).expect_err("refused");
    let back = denial.back.expect("a way back");
    let report = Report {
        description: "why".to_owned(),
        error_uri: "https://admit.test/error?code=1".to_owned(),
        subcode: None,
    };
    match back.refuse(&denial.refusal, report).delivery() {
        Delivery::Redirect(location) => location,
        Delivery::Form { uri, fields } => format!("POST {uri} {fields:?}"),
    }
}

#[test]
fn a_request_with_everything_in_order_passes() {
    // Sends what MSAL sends, unknown parameters and voluntary claims included.
    let query = Query::good()
        .with("client_info", "1")
        .with("claims", r#"{"id_token":{"signin_state":{"essential":false},"login_hint":null}}"#)
        .with("x-client-SKU", "msal.js.browser")
        .with("domain_hint", "organizations")
        .with("login_hint", "rina@demo.example");
    let request = Fixture::new().check(&query).expect("passes");
    assert_eq!(request.client.as_str(), "web");
    assert_eq!(request.scopes.scopes, ["orders.read"]);
    assert_eq!(request.scopes.openid_scopes, ["openid", "profile"]);
    assert_eq!(request.login_hint.as_deref(), Some("rina@demo.example"));
    assert_eq!(request.back.uri(), "https://app.test/cb");
}

#[test]
fn before_the_redirect_uri_is_checked_nothing_goes_anywhere() {
    // R1, R2, R28: whatever is wrong with client or redirect URI, there is no way back.
    let fixture = Fixture::new();
    let rows = [
        (Query::good().without("client_id"), 900_144),
        (Query::good().with("client_id", "nobody"), 700_016),
        (Query::good().with("client_id", "disabled"), 700_016),
        (Query::good().without("redirect_uri"), 900_971),
        (Query::good().with("redirect_uri", "https://evil.test/cb"), 50_011),
        (Query::good().with("redirect_uri", "evil.test/cb"), 90_102),
        (Query::good().with("redirect_uri", "https%3A%2F%2Fapp.test%2Fcb"), 90_102),
        (Query::good().with("redirect_uri", "https://app.test/c b"), 90_102),
    ];
    for (query, expected) in rows {
        let denial = fixture.check(&query).expect_err("refused");
        assert_eq!((denial.refusal.number(), denial.back), (expected, None));
    }
}

#[test]
fn a_disabled_client_is_as_unknown_as_one_that_is_not_there() {
    // R28: both refusals, with the id that was sent taken out, are the same.
    let fixture = Fixture::new();
    let said = |id: &str| {
        let denial = fixture.check(&Query::good().with("client_id", id)).expect_err("refused");
        denial.refusal.wire_sentence().replace(id, "ID")
    };
    assert_eq!(said("disabled"), said("nobody"));
}

#[test]
fn the_redirect_uri_may_be_left_out_where_there_is_one_and_no_openid() {
    // R2: the same request with and without openid, and by a client with two.
    let fixture = Fixture::new();
    let plain = Query::good().without("redirect_uri").with("scope", "api://orders/orders.read");
    let request = fixture.check(&plain).expect("passes");
    assert_eq!(request.back.uri(), "https://app.test/cb");
    assert_eq!(number(fixture.check(&plain.clone().with("client_id", "native"))), 900_971);
    assert_eq!(number(fixture.check(&plain.with("scope", "openid"))), 900_971);
}

#[test]
fn every_refusal_after_that_goes_back_to_the_client() {
    // R12, R14, P6, P9 and their kin: one row per step, each with a way back.
    let fixture = Fixture::new();
    let good = Query::good;
    let challenge = |text: &str| good().with("code_challenge", text);
    let rows = [
        (good().with("client_id", "daemon"), "unauthorized_client"),
        (good().with("request", "e30"), "request_not_supported"),
        (good().with("request_uri", "https://c.test/r"), "request_uri_not_supported"),
        (good().with("registration", "{}"), "registration_not_supported"),
        (good().without("response_type"), "invalid_request"),
        (good().with("response_type", "token"), "unsupported_response_type"),
        (good().with("response_type", "code id_token"), "unsupported_response_type"),
        (good().with("response_type", "pony"), "unsupported_response_type"),
        (good().with("response_mode", "pigeon"), "invalid_request"),
        (good().without("scope"), "invalid_request"),
        (good().with("scope", "openid \u{e9}"), "invalid_scope"),
        (good().with("scope", "api://orders/orders.eat"), "invalid_scope"),
        (good().with("scope", "api://nothing/x"), "invalid_scope"),
        (good().with("resource", "api://nothing"), "invalid_target"),
        (good().without("code_challenge"), "invalid_request"),
        (good().without("code_challenge_method"), "invalid_request"),
        (good().with("code_challenge_method", "plain"), "invalid_request"),
        (good().with("code_challenge_method", "s256"), "invalid_request"),
        (challenge(&"a".repeat(42)), "invalid_request"),
        (challenge(&"a".repeat(129)), "invalid_request"),
        (challenge(&"=".repeat(43)), "invalid_request"),
        (good().with("nonce", &"n".repeat(nonce::BYTES_MAX + 1)), "invalid_request"),
        (good().with("prompt", "none login"), "invalid_request"),
        (good().with("prompt", "beg"), "invalid_request"),
        (good().with("max_age", "-1"), "invalid_request"),
        (good().with("max_age", "+1"), "invalid_request"),
        (good().with("max_age", "99999999999999999999"), "invalid_request"),
        (good().with("id_token_hint", "a.b.c"), "invalid_request"),
        (good().with("claims", "{"), "invalid_request"),
        (good().with("claims", r#"{"id_token":[]}"#), "invalid_request"),
        (good().with("claims", "[]"), "invalid_request"),
        (
            good().with("claims", r#"{"id_token":{"acr":{"essential":true,"values":["x"]}}}"#),
            "unmet_authentication_requirements",
        ),
        (good().with("dpop_jkt", "abc"), "invalid_request"),
    ];
    for (query, error) in rows {
        let location = answered(&fixture, &query);
        let expected = format!("error={error}&");
        assert!(location.contains(&expected), "{error}: {location}");
        assert!(location.starts_with("https://app.test/cb"), "{location}");
        assert!(location.contains("&state=s%20%2B1&"), "{location}");
        assert!(location.ends_with(&format!("&iss={}", fixture.issuer_encoded())), "{location}");
    }
}

#[test]
fn every_answer_is_in_the_right_mode() {
    // R12: the mode that was asked for, or the response type's own where that one cannot be.
    let fixture = Fixture::new();
    let bad = Query::good().with("max_age", "x");
    let mode = |name: &str| answered(&fixture, &bad.clone().with("response_mode", name));
    assert!(answered(&fixture, &bad).starts_with("https://app.test/cb?error="));
    assert!(mode("query").starts_with("https://app.test/cb?error="));
    assert!(mode("fragment").starts_with("https://app.test/cb#error="));
    assert!(mode("form_post").starts_with("POST https://app.test/cb "));
    assert!(mode("pigeon").starts_with("https://app.test/cb?error="));
    for response_mode in ["query", "fragment"] {
        let implicit =
            Query::good().with("response_type", "token").with("response_mode", response_mode);
        assert!(answered(&fixture, &implicit).starts_with("https://app.test/cb#error="));
    }
}

#[test]
fn no_form_is_posted_to_the_scheme_of_an_app() {
    // form_post with a redirect URI that no browser can post to: refused, in the query.
    let query = Query::good()
        .with("client_id", "native")
        .with("redirect_uri", "com.example.app:/cb")
        .with("response_mode", "form_post");
    let location = answered(&Fixture::new(), &query);
    assert!(location.starts_with("com.example.app:/cb?error=invalid_request&"), "{location}");
    assert_eq!(number(Fixture::new().check(&query)), 70_007);
}

#[test]
fn a_query_of_the_redirect_uri_itself_is_kept() {
    // RFC 6749 §3.1.2: a registered URI that has a query gets the answer after it.
    let query = Query::good()
        .with("client_id", "web-with-query")
        .with("redirect_uri", "https://app.test/q?a=1")
        .with("max_age", "x");
    let location = answered(&Fixture::new(), &query);
    assert!(location.starts_with("https://app.test/q?a=1&error="), "{location}");
}

#[test]
fn state_comes_back_byte_for_byte_and_splits_nothing() {
    // R11: control characters, raw UTF-8 and separators in state, decoded again on arrival.
    for state in ["a\r\nSet-Cookie: x=1", "\0", "\u{e9}\u{1f600}", "a&code=b#c?d", "  ", "%41+"] {
        let query = Query::good().with("state", state).with("max_age", "x");
        let location = answered(&Fixture::new(), &query);
        assert!(location.bytes().all(|byte| (0x21..=0x7e).contains(&byte)), "{location}");
        let (_, parameters) = location.split_once('?').expect("a query");
        let form = Form::parse(parameters.as_bytes()).expect("a form");
        assert_eq!(form.get("state"), Some(state));
    }
}

#[test]
fn a_repeated_parameter_is_told_to_the_client_unless_it_decides_where_to() {
    // R9: repeats each parameter, in both orders for those that decide.
    let fixture = Fixture::new();
    let evil = "redirect_uri=https%3A%2F%2Fevil.test%2F";
    let good = Query::good().encoded();
    for encoded in [
        format!("{good}&{evil}"),
        format!("{evil}&{good}"),
        format!("{good}&client_id=nobody"),
        format!("client_id=nobody&{good}"),
    ] {
        let denial = fixture.check_encoded(encoded.as_bytes()).expect_err("refused");
        assert_eq!((denial.refusal.number(), denial.back), (9_000_411, None), "{encoded}");
    }
    for encoded in [
        format!("{good}&scope=x"),
        format!("{good}&nonce=1&nonce=2"),
        format!("{good}&state=other"),
        format!("{good}&response_mode=fragment&response_mode=query"),
    ] {
        let denial = fixture.check_encoded(encoded.as_bytes()).expect_err("refused");
        assert_eq!(denial.refusal.number(), 9_000_411);
        assert_eq!(denial.back.expect("a way back").uri(), "https://app.test/cb");
    }
}

#[test]
fn an_id_token_hint_names_the_person_even_when_it_is_over() {
    // Shows tokens signed by this tenant's key: for this client, for another one, of another
    // issuer, of another typ, and one with a changed signature.
    let fixture = Fixture::new();
    let hint =
        |claims: &str, typ: &str| Query::good().with("id_token_hint", &fixture.signed(typ, claims));
    let issuer = &fixture.realm.endpoints.issuer;
    let good = format!(r#"{{"iss":"{issuer}","aud":"web","sub":"s1","exp":1}}"#);
    let request = fixture.check(&hint(&good, "JWT")).expect("passes");
    assert_eq!(request.subject.as_deref(), Some("s1"));
    for (claims, typ) in [
        (good.replace("\"web\"", "\"native\""), "JWT"),
        (good.replace(issuer, "https://other.test"), "JWT"),
        (good.clone(), "at+jwt"),
        (good.replace("\"s1\"", "1"), "JWT"),
    ] {
        assert!(fixture.check(&hint(&claims, typ)).is_err(), "{claims} {typ}");
    }
    let mut token = fixture.signed("JWT", &good);
    token.replace_range(token.len() - 8..token.len() - 4, "AAAA");
    assert!(fixture.check(&Query::good().with("id_token_hint", &token)).is_err());
    let both = hint(&good, "JWT").with("claims", r#"{"id_token":{"sub":{"value":"s2"}}}"#);
    assert!(fixture.check(&both).is_err());
}

/// What a session of a minute ago is worth for a request.
fn standing(fixture: &Fixture, query: &Query, bend: Bend) -> Option<NotPresent> {
    let (mut session, mut user) = fixture.signed_in();
    bend(&mut session, &mut user);
    let request = fixture.check(query).expect("passes");
    let pair = (session, Some(std::sync::Arc::new(user)));
    PresentUser::check(&request, &fixture.client("web"), pair, &fixture.context()).err()
}

type Bend = fn(&mut Session, &mut User);

#[test]
fn a_session_shows_the_person_only_while_it_and_the_person_hold() {
    // One row per thing that can have changed since the sign-in, beside one where nothing has.
    use NotPresent::{SessionOver, SessionWithdrawn, UserDisabled};
    let fixture = Fixture::new();
    let rows: [(Bend, Option<NotPresent>); 7] = [
        (|_, _| {}, None),
        (|session, _| session.ended_at = Some(session.auth_time), Some(SessionOver)),
        (|session, _| session.expires_at = session.auth_time, Some(SessionOver)),
        (|session, _| session.tenant = other_tenant(), Some(SessionOver)),
        (|session, user| user.tokens_not_before = session.expires_at, Some(SessionWithdrawn)),
        (|_, user| user.enabled = false, Some(UserDisabled)),
        (|_, user| user.id = UserId::new(uuid::Uuid::from_u128(99)), Some(UserDisabled)),
    ];
    for (place, (bend, expected)) in rows.into_iter().enumerate() {
        assert_eq!(standing(&fixture, &Query::good(), bend), expected, "row {place}");
    }
    let request = fixture.check(&Query::good()).expect("passes");
    let gone = (fixture.signed_in().0, None);
    let gone = PresentUser::check(&request, &fixture.client("web"), gone, &fixture.context());
    assert_eq!(gone.err(), Some(UserDisabled));
}

#[test]
fn a_session_shows_the_person_only_to_requests_that_it_fits() {
    // A session of exactly sixty seconds ago, against what requests can want.
    let fixture = Fixture::new();
    let rows = [
        (("max_age", "60"), None),
        (("max_age", "59"), Some(NotPresent::ProofTooOld)),
        (("max_age", "0"), Some(NotPresent::ProofTooOld)),
        (("prompt", "login"), Some(NotPresent::ProofTooOld)),
        (("prompt", "select_account consent"), None),
        (("claims", r#"{"id_token":{"sub":{"value":"else"}}}"#), Some(NotPresent::SomebodyElse)),
    ];
    for ((name, value), expected) in rows {
        let query = Query::good().with(name, value);
        assert_eq!(standing(&fixture, &query, |_, _| {}), expected, "{name}={value}");
    }
}

fn other_tenant() -> model::TenantId {
    model::TenantId::new(uuid::Uuid::from_u128(8))
}

#[test]
fn a_proof_that_came_after_the_request_is_fresh_however_long_the_pages_take() {
    // S11: prompt=login and max_age=0 with a sign-in one second after the request, an hour ago.
    let fixture = Fixture::new();
    let (mut session, user) = fixture.signed_in();
    for (name, value) in [("prompt", "login"), ("max_age", "0")] {
        let mut request = fixture.check(&Query::good().with(name, value)).expect("passes");
        request.received_at = fixture.now - Seconds::hours(1);
        session.auth_time = request.received_at + Seconds::new(1);
        let pair = (session.clone(), Some(std::sync::Arc::new(user.clone())));
        let client = fixture.client("web");
        assert!(PresentUser::check(&request, &client, pair, &fixture.context()).is_ok());
    }
}

#[test]
fn only_what_is_not_allowed_yet_is_asked_for() {
    // Asks with nothing, half and all of it allowed, by the person or for everybody.
    let fixture = Fixture::new();
    let request = fixture.check(&Query::good()).expect("passes");
    let mut client = fixture.client("web");
    let consent = |resource: &str, scopes: &[&str]| Consent {
        tenant: fixture.realm.tenant.id,
        user: fixture.signed_in().1.id,
        client: client.id.clone(),
        resource: resource.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        given_at: fixture.now,
    };
    let resources = fixture.facts("web").resources;
    let check = |client: &Client, consents: &[Consent]| {
        Consented::check(&request, (client, &resources), consents, false)
    };
    let Err(NotConsented::Ask(all)) = check(&client, &[]) else { panic!("all is asked for") };
    assert_eq!((all.openid_scopes.len(), all.scopes.len()), (2, 1));
    let half = [consent("", &["openid", "profile"]), consent("api://else", &["orders.read"])];
    let Err(NotConsented::Ask(rest)) = check(&client, &half) else { panic!("half is asked for") };
    assert_eq!(
        (rest.openid_scopes.len(), rest.scopes.as_slice()),
        (0, &["orders.read".into()][..])
    );
    let whole = [consent("", &["openid", "profile"]), consent("api://orders", &["orders.read"])];
    assert!(check(&client, &whole).is_ok());
    client.consent_granted = true;
    assert!(check(&client, &[]).is_ok());
}

#[test]
fn prompt_consent_asks_once_more_and_only_once() {
    // With all allowed, for everybody even: asked, then not again.
    let fixture = Fixture::new();
    let request = fixture.check(&Query::good().with("prompt", "consent")).expect("passes");
    let client = Client { consent_granted: true, ..fixture.client("web") };
    let resources = fixture.facts("web").resources;
    let check = |asked| Consented::check(&request, (&client, &resources), &[], asked);
    assert!(matches!(check(false), Err(NotConsented::Ask(_))));
    assert!(check(true).is_ok());
}

#[test]
fn what_is_reserved_for_administrators_cannot_be_asked_of_a_person() {
    // The scope orders.purge is admin_only: refused, until consent was granted for everybody.
    let fixture = Fixture::new();
    let query = Query::good().with("scope", "api://orders/orders.purge");
    let request = fixture.check(&query).expect("passes");
    let resources = fixture.facts("web").resources;
    let mut client = fixture.client("web");
    let check = |client: &Client| Consented::check(&request, (client, &resources), &[], true);
    let Err(NotConsented::AdministratorOnly(refusal)) = check(&client) else { panic!("refused") };
    assert_eq!((refusal.number(), refusal.entry().authorize_error()), (90_094, "consent_required"));
    client.consent_granted = true;
    assert!(check(&client).is_ok());
}

#[test]
fn the_code_holds_what_was_found_out_and_the_answer_names_the_issuer() {
    // R16: issues a code, opens it, and compares it with request and session.
    let fixture = Fixture::new();
    let query = Query::good().with("nonce", "n1").with("client_info", "1");
    let request = fixture.check(&query).expect("passes");
    let (session, user) = fixture.signed_in();
    let client = Client { consent_granted: true, ..fixture.client("web") };
    let context = fixture.context();
    let pair = (session.clone(), Some(std::sync::Arc::new(user.clone())));
    let person = PresentUser::check(&request, &client, pair, &context).expect("present");
    let resources = fixture.facts("web").resources;
    let allowed = Consented::check(&request, (&client, &resources), &[], false).expect("allowed");
    let answer = issue(&request, &person, allowed, &context).expect("issued").answer;
    let value = |name: &str| {
        let mut all = answer.parameters().iter().filter(|(known, _)| *known == name);
        all.next().map(|(_, value)| value.as_str())
    };
    assert_eq!(value("iss"), Some(fixture.realm.endpoints.issuer.as_str()));
    assert_eq!(value("state"), Some("s +1"));
    let info = jose::digest::base64url_decode(value("client_info").expect("asked for"));
    let expected = format!(r#"{{"uid":"{}","utid":"{}"}}"#, user.id, fixture.realm.tenant.id);
    assert_eq!(info, Ok(expected.into_bytes()));
    let code = Code::open(value("code").expect("a code"), &fixture.realm).expect("ours");
    assert_eq!((code.user, code.session, code.nonce.as_deref()), (user.id, session.id, Some("n1")));
    assert_eq!(code.expires_at, fixture.now + CODE_LIFETIME);
    assert_eq!((code.redirect_uri.as_str(), code.single_page), ("https://app.test/cb", false));
    assert_eq!(code.scopes, ["orders.read"]);
}

#[test]
fn a_prospect_says_what_the_person_would_be_asked() {
    // Foresees requests that differ in one parameter, or in what an administrator allowed.
    let fixture = Fixture::new();
    let resources = fixture.facts("web").resources;
    let foresee = |query: &Query, client: &Client| {
        let request = fixture.check(query).expect("passes");
        Prospect::of(&request, client, &resources)
    };
    let client = fixture.client("web");
    let plain = foresee(&Query::good(), &client);
    assert_eq!((plain.silent, plain.choose_account), (false, false));
    assert_eq!(plain.sign_in, SignIn::UnlessSession);
    assert!(matches!(&plain.consent, Asking::UnlessGiven(ask) if !ask.openid_scopes.is_empty()));
    for (name, value) in [("prompt", "login"), ("max_age", "0")] {
        let prospect = foresee(&Query::good().with(name, value), &client);
        assert_eq!(prospect.sign_in, SignIn::Always, "{name}");
    }
    let anew = foresee(&Query::good().with("prompt", "consent select_account"), &client);
    assert!(anew.choose_account && matches!(anew.consent, Asking::Always(_)));
    assert!(foresee(&Query::good().with("prompt", "none"), &client).silent);
    let allowed = Client { consent_granted: true, ..client };
    assert_eq!(foresee(&Query::good(), &allowed).consent, Asking::Never);
}
