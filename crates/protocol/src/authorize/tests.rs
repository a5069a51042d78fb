//! Tests of the authorization endpoint: requests, and the result of each.
//!
//! Ids such as R1 and S11 are rows of `docs/reference/hostile-inputs.md`.

mod fixture;

use model::{ClientId, Consent, Seconds, Session, Timestamp, User, UserId};

use super::*;

const ORIGIN: GrantOrigin =
    GrantOrigin { random: [9; 16], began_at: Timestamp::from_seconds(1_795_363_200), database: 0 };
use crate::sealed_token::AuthorizationCode;
use fixture::{Fixture, Query};

fn number(outcome: Result<AuthorizationRequest, AuthorizeError>) -> u32 {
    outcome.expect_err("refused").refusal.number()
}

/// Returns the error response to a request: its URL, or its form.
fn error_response(fixture: &Fixture, query: &Query) -> String {
    let error = fixture.check(query).expect_err("refused");
    let redirect_target = error.redirect_target.expect("a redirect target");
    let parameters = ErrorParameters {
        description: "why".to_owned(),
        error_uri: "https://admit.test/error?code=1".to_owned(),
        subcode: None,
    };
    match redirect_target.refuse(&error.refusal, parameters).delivery() {
        ResponseDelivery::Redirect(location) => location,
        ResponseDelivery::Form { uri, fields } => format!("POST {uri} {fields:?}"),
    }
}

#[test]
fn valid_authorization_request_passes() {
    // Sends the request of MSAL, with unknown parameters and voluntary claims.
    let query = Query::good()
        .with("client_info", "1")
        .with("claims", r#"{"id_token":{"signin_state":{"essential":false},"login_hint":null}}"#)
        .with("x-client-SKU", "msal.js.browser")
        .with("domain_hint", "organizations")
        .with("login_hint", "rina@demo.example");
    let request = Fixture::new().check(&query).expect("passes");
    assert_eq!(request.client.id.as_str(), "web");
    assert_eq!(request.scopes.scopes, ["orders.read"]);
    assert_eq!(request.scopes.openid_scopes, ["openid", "profile"]);
    assert_eq!(request.login_hint.as_deref(), Some("rina@demo.example"));
    assert_eq!(request.redirect_target.uri(), "https://app.test/cb");
}

#[test]
fn no_error_is_redirected_before_the_redirect_uri_is_verified() {
    // R1, R2, R28: a wrong client or redirect URI leaves no redirect target.
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
        let error = fixture.check(&query).expect_err("refused");
        assert_eq!((error.refusal.number(), error.redirect_target), (expected, None));
    }
}

#[test]
fn disabled_client_is_refused_like_an_unknown_one() {
    // R28: compares both refusals after replacing the client id in them.
    let fixture = Fixture::new();
    let refusal = |id: &str| {
        let error = fixture.check(&Query::good().with("client_id", id)).expect_err("refused");
        error.refusal.wire_sentence().replace(id, "ID")
    };
    assert_eq!(refusal("disabled"), refusal("nobody"));
}

#[test]
fn redirect_uri_may_be_absent_if_only_one_is_registered_without_openid() {
    // R2: the same request with and without openid, and by a client with two redirect URIs.
    let fixture = Fixture::new();
    let plain = Query::good().without("redirect_uri").with("scope", "api://orders/orders.read");
    let request = fixture.check(&plain).expect("passes");
    assert_eq!(request.redirect_target.uri(), "https://app.test/cb");
    assert_eq!(number(fixture.check(&plain.clone().with("client_id", "native"))), 900_971);
    assert_eq!(number(fixture.check(&plain.with("scope", "openid"))), 900_971);
}

#[test]
fn later_refusals_are_redirected_to_the_client() {
    // R12, R14, P6, P9: one row per check; each error is redirected with state and iss.
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
        let location = error_response(&fixture, &query);
        let expected = format!("error={error}&");
        assert!(location.contains(&expected), "{error}: {location}");
        assert!(location.starts_with("https://app.test/cb"), "{location}");
        assert!(location.contains("&state=s%20%2B1&"), "{location}");
        assert!(location.ends_with(&format!("&iss={}", fixture.issuer_encoded())), "{location}");
    }
}

#[test]
fn code_challenge_may_be_absent_only_where_pkce_is_optional() {
    // P6: omits the challenge, and its method, for a client of each kind.
    let fixture = Fixture::new();
    let without = |id: &str| {
        let query = Query::good().with("client_id", id).without("code_challenge");
        query.without("code_challenge_method")
    };
    let native = without("native").with("redirect_uri", "http://localhost:8000");
    assert_eq!(number(fixture.check(&without("web"))), 50_147);
    assert_eq!(number(fixture.check(&native)), 50_147);
    let request = fixture.check(&without("optional")).expect("passes");
    assert_eq!(request.code_challenge, None);
    let method = without("optional").with("code_challenge_method", "S256");
    assert_eq!(number(fixture.check(&method)), 88_000_089);
    let sent = Query::good().with("client_id", "optional");
    assert!(fixture.check(&sent).expect("passes").code_challenge.is_some());
    assert_eq!(number(fixture.check(&sent.with("code_challenge_method", "plain"))), 50_149);
}

#[test]
fn public_client_must_use_pkce_even_if_its_row_says_optional() {
    // P6: changes the mode of a public client, as a damaged row would.
    let fixture = Fixture::new();
    let client = Client { pkce: model::PkceMode::Optional, ..fixture.client("native") };
    assert!(client.requires_pkce());
    let parameters = Parameters::parse(b"client_id=native").expect("parameters");
    let refused = code_challenge::check(&parameters, &client).expect_err("refused");
    assert_eq!(refused.number(), 50_147);
}

#[test]
fn error_response_uses_the_requested_or_default_mode() {
    // R12: the requested mode, or the default of the response type if that is not allowed.
    let fixture = Fixture::new();
    let bad = Query::good().with("max_age", "x");
    let mode = |name: &str| error_response(&fixture, &bad.clone().with("response_mode", name));
    assert!(error_response(&fixture, &bad).starts_with("https://app.test/cb?error="));
    assert!(mode("query").starts_with("https://app.test/cb?error="));
    assert!(mode("fragment").starts_with("https://app.test/cb#error="));
    assert!(mode("form_post").starts_with("POST https://app.test/cb "));
    assert!(mode("pigeon").starts_with("https://app.test/cb?error="));
    for response_mode in ["query", "fragment"] {
        let implicit =
            Query::good().with("response_type", "token").with("response_mode", response_mode);
        assert!(error_response(&fixture, &implicit).starts_with("https://app.test/cb#error="));
    }
}

#[test]
fn form_post_is_refused_for_a_custom_scheme() {
    // Requests form_post with a custom scheme: the error is sent in the query.
    let query = Query::good()
        .with("client_id", "native")
        .with("redirect_uri", "com.example.app:/cb")
        .with("response_mode", "form_post");
    let location = error_response(&Fixture::new(), &query);
    assert!(location.starts_with("com.example.app:/cb?error=invalid_request&"), "{location}");
    assert_eq!(number(Fixture::new().check(&query)), 70_007);
}

#[test]
fn query_of_the_redirect_uri_is_kept() {
    // RFC 6749 §3.1.2: the response is appended to the query of the registered URI.
    let query = Query::good()
        .with("client_id", "web-with-query")
        .with("redirect_uri", "https://app.test/q?a=1")
        .with("max_age", "x");
    let location = error_response(&Fixture::new(), &query);
    assert!(location.starts_with("https://app.test/q?a=1&error="), "{location}");
}

#[test]
fn state_is_returned_unchanged_and_cannot_inject_parameters() {
    // R11: sends control characters, raw UTF-8 and separators in state, and decodes the response.
    for state in ["a\r\nSet-Cookie: x=1", "\0", "\u{e9}\u{1f600}", "a&code=b#c?d", "  ", "%41+"] {
        let query = Query::good().with("state", state).with("max_age", "x");
        let location = error_response(&Fixture::new(), &query);
        assert!(location.bytes().all(|byte| (0x21..=0x7e).contains(&byte)), "{location}");
        let (_, parameters) = location.split_once('?').expect("a query");
        let parameters = Parameters::parse(parameters.as_bytes()).expect("parameters");
        assert_eq!(parameters.get("state"), Some(state));
    }
}

#[test]
fn repeated_parameter_is_redirected_unless_it_names_the_target() {
    // R9: repeats parameters; client_id and redirect_uri in both orders.
    let fixture = Fixture::new();
    let evil = "redirect_uri=https%3A%2F%2Fevil.test%2F";
    let good = Query::good().encoded();
    for encoded in [
        format!("{good}&{evil}"),
        format!("{evil}&{good}"),
        format!("{good}&client_id=nobody"),
        format!("client_id=nobody&{good}"),
    ] {
        let error = fixture.check_encoded(encoded.as_bytes()).expect_err("refused");
        assert_eq!((error.refusal.number(), error.redirect_target), (9_000_411, None), "{encoded}");
    }
    for encoded in [
        format!("{good}&scope=x"),
        format!("{good}&nonce=1&nonce=2"),
        format!("{good}&state=other"),
        format!("{good}&response_mode=fragment&response_mode=query"),
    ] {
        let error = fixture.check_encoded(encoded.as_bytes()).expect_err("refused");
        assert_eq!(error.refusal.number(), 9_000_411);
        assert_eq!(error.redirect_target.expect("a redirect target").uri(), "https://app.test/cb");
    }
}

#[test]
fn expired_id_token_hint_of_this_client_names_the_user() {
    // Sends tokens signed by the tenant's key: for this client, another client, of another issuer,
    // of another typ, and with a modified signature.
    let fixture = Fixture::new();
    let hint =
        |claims: &str, typ: &str| Query::good().with("id_token_hint", &fixture.signed(typ, claims));
    let issuer = &fixture.tenant.endpoints.issuer;
    let good = format!(r#"{{"iss":"{issuer}","aud":"web","sub":"s1","exp":1}}"#);
    let request = fixture.check(&hint(&good, "JWT")).expect("passes");
    assert_eq!(request.subjects, Some(vec!["s1".to_owned()]));
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

/// Returns the reason why a session of a minute ago does not satisfy a request.
fn not_authenticated(fixture: &Fixture, query: &Query, change: Change) -> Option<NotAuthenticated> {
    let (mut session, mut user) = fixture.signed_in();
    change(&mut session, &mut user);
    let request = fixture.check(query).expect("passes");
    let pair = (session, Some(Arc::new(user)));
    AuthenticatedUser::check(&request, pair, &fixture.context()).err()
}

type Change = fn(&mut Session, &mut User);

#[test]
fn session_authenticates_only_while_session_and_user_are_active() {
    // One row per change since the sign-in, and one without a change.
    use NotAuthenticated::{SessionEnded, SessionRevoked, UserDisabled};
    let fixture = Fixture::new();
    let rows: [(Change, Option<NotAuthenticated>); 7] = [
        (|_, _| {}, None),
        (|session, _| session.ended_at = Some(session.auth_time), Some(SessionEnded)),
        (|session, _| session.expires_at = session.auth_time, Some(SessionEnded)),
        (|session, _| session.tenant = other_tenant(), Some(SessionEnded)),
        (|session, user| user.tokens_not_before = session.expires_at, Some(SessionRevoked)),
        (|_, user| user.enabled = false, Some(UserDisabled)),
        (|_, user| user.id = UserId::new(uuid::Uuid::from_u128(99)), Some(UserDisabled)),
    ];
    for (row, (change, expected)) in rows.into_iter().enumerate() {
        assert_eq!(not_authenticated(&fixture, &Query::good(), change), expected, "row {row}");
    }
    let request = fixture.check(&Query::good()).expect("passes");
    let pair = (fixture.signed_in().0, None);
    let deleted = AuthenticatedUser::check(&request, pair, &fixture.context());
    assert_eq!(deleted.err(), Some(UserDisabled));
}

#[test]
fn session_authenticates_only_for_requests_that_it_satisfies() {
    // Checks a session of exactly sixty seconds ago against requests with each requirement.
    let fixture = Fixture::new();
    let rows = [
        (("max_age", "60"), None),
        (("max_age", "59"), Some(NotAuthenticated::AuthenticationTooOld)),
        (("max_age", "0"), Some(NotAuthenticated::AuthenticationTooOld)),
        (("prompt", "login"), Some(NotAuthenticated::AuthenticationTooOld)),
        (("prompt", "select_account consent"), None),
        (("claims", r#"{"id_token":{"sub":{"value":"else"}}}"#), Some(NotAuthenticated::OtherUser)),
    ];
    for ((name, value), expected) in rows {
        let query = Query::good().with(name, value);
        assert_eq!(not_authenticated(&fixture, &query, |_, _| {}), expected, "{name}={value}");
    }
}

fn other_tenant() -> model::TenantId {
    model::TenantId::new(uuid::Uuid::from_u128(8))
}

#[test]
fn authentication_after_the_request_is_always_recent_enough() {
    // S11: prompt=login and max_age=0 with a sign-in one second after the request, an hour ago.
    let fixture = Fixture::new();
    let (mut session, user) = fixture.signed_in();
    for (name, value) in [("prompt", "login"), ("max_age", "0")] {
        let mut request = fixture.check(&Query::good().with(name, value)).expect("passes");
        request.received_at = fixture.now - Seconds::hours(1);
        session.auth_time = request.received_at + Seconds::new(1);
        let pair = (session.clone(), Some(Arc::new(user.clone())));
        assert!(AuthenticatedUser::check(&request, pair, &fixture.context()).is_ok());
    }
}

/// Returns the request as it is with another version of its client.
fn request_of(request: &AuthorizationRequest, client: &Client) -> AuthorizationRequest {
    AuthorizationRequest { client: Arc::new(client.clone()), ..request.clone() }
}

fn authenticated(fixture: &Fixture, request: &AuthorizationRequest) -> AuthenticatedUser {
    let (session, user) = fixture.signed_in();
    let pair = (session, Some(Arc::new(user)));
    AuthenticatedUser::check(request, pair, &fixture.context()).expect("authenticated")
}

#[test]
fn a_code_is_refused_for_a_user_authenticated_for_another_request() {
    // A user who satisfies the plain request: no code for one of another client, or one that
    // requires a newer authentication.
    let fixture = Fixture::new();
    let web = Client { admin_consent: true, ..fixture.client("web") };
    let request = request_of(&fixture.check(&Query::good()).expect("passes"), &web);
    let user = authenticated(&fixture, &request);
    let id = ClientId::new("other").expect("an id");
    let of_another_client = request_of(&request, &Client { id, ..web.clone() });
    let max_age = Some(Seconds::new(1));
    let of_newer_user = AuthorizationRequest { max_age, ..request.clone() };
    let tenant = other_tenant();
    let of_another_tenant = request_of(&request, &Client { tenant, ..web });
    let resources = fixture.inputs("web").resources;
    let issue = |request: &AuthorizationRequest| {
        let consent = ConsentProof::check(request, &user, &resources, &[], false);
        let issued = consent.expect("consent").issue_code(ORIGIN, &fixture.context());
        issued.map(drop).map_err(|fault| fault.kind())
    };
    assert_eq!(issue(&request), Ok(()));
    for other in [of_another_client, of_newer_user, of_another_tenant] {
        assert_eq!(issue(&other), Err(model::FaultKind::Internal));
    }
}

#[test]
fn only_scopes_without_consent_are_asked_for() {
    // Checks with no consent, consent to half, consent to all, and consent by an administrator.
    let fixture = Fixture::new();
    let request = fixture.check(&Query::good()).expect("passes");
    let mut client = fixture.client("web");
    let consent = |resource: &str, scopes: &[&str]| Consent {
        tenant: fixture.tenant.id(),
        user: fixture.signed_in().1.id,
        client: client.id.clone(),
        resource: resource.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        given_at: fixture.now,
        grants_not_before: Timestamp::default(),
    };
    let resources = fixture.inputs("web").resources;
    let check = |client: &Client, consents: &[Consent]| {
        let request = request_of(&request, client);
        let user = authenticated(&fixture, &request);
        ConsentProof::check(&request, &user, &resources, consents, false).map(drop)
    };
    let Err(ConsentRequired::Ask(all)) = check(&client, &[]) else { panic!("all is asked for") };
    assert_eq!((all.openid_scopes.len(), all.scopes.len()), (2, 1));
    let half = [consent("", &["openid", "profile"]), consent("api://else", &["orders.read"])];
    let Err(ConsentRequired::Ask(rest)) = check(&client, &half) else {
        panic!("half is asked for")
    };
    assert_eq!(
        (rest.openid_scopes.len(), rest.scopes.as_slice()),
        (0, &["orders.read".into()][..])
    );
    let whole = [consent("", &["openid", "profile"]), consent("api://orders", &["orders.read"])];
    assert!(check(&client, &whole).is_ok());
    let other = UserId::new(uuid::Uuid::from_u128(99));
    let of_another_user = whole.clone().map(|consent| Consent { user: other, ..consent });
    assert!(check(&client, &of_another_user).is_err());
    let web = ClientId::new("native").expect("an id");
    let to_another = whole.clone().map(|consent| Consent { client: web.clone(), ..consent });
    assert!(check(&client, &to_another).is_err());
    client.admin_consent = true;
    assert!(check(&client, &[]).is_ok());
}

#[test]
fn prompt_consent_asks_again_once() {
    // An administrator has consented for all users: asks nevertheless, and not a second time.
    let fixture = Fixture::new();
    let request = fixture.check(&Query::good().with("prompt", "consent")).expect("passes");
    let client = Client { admin_consent: true, ..fixture.client("web") };
    let resources = fixture.inputs("web").resources;
    let request = request_of(&request, &client);
    let user = authenticated(&fixture, &request);
    let check = |consented| ConsentProof::check(&request, &user, &resources, &[], consented);
    assert!(matches!(check(false), Err(ConsentRequired::Ask(_))));
    assert!(check(true).is_ok());
}

#[test]
fn user_is_not_asked_for_consent_reserved_to_administrators() {
    // The scope orders.purge is admin_only: refused until an administrator consents for all users.
    let fixture = Fixture::new();
    let query = Query::good().with("scope", "api://orders/orders.purge");
    let request = fixture.check(&query).expect("passes");
    let resources = fixture.inputs("web").resources;
    let mut client = fixture.client("web");
    let check = |client: &Client| {
        let request = request_of(&request, client);
        let user = authenticated(&fixture, &request);
        ConsentProof::check(&request, &user, &resources, &[], true).map(drop)
    };
    let Err(ConsentRequired::AdministratorOnly(refusal)) = check(&client) else {
        panic!("refused")
    };
    assert_eq!((refusal.number(), refusal.entry().authorize_error()), (90_094, "consent_required"));
    client.admin_consent = true;
    assert!(check(&client).is_ok());
}

#[test]
fn issued_code_contains_the_request_and_the_response_names_the_issuer() {
    // R16: issues a code, opens it, and compares it with request and session.
    let fixture = Fixture::new();
    let query = Query::good().with("nonce", "n1").with("client_info", "1");
    let request = fixture.check(&query).expect("passes");
    let (session, user) = fixture.signed_in();
    let client = Client { admin_consent: true, ..fixture.client("web") };
    let context = fixture.context();
    let request = request_of(&request, &client);
    let authenticated = authenticated(&fixture, &request);
    let resources = fixture.inputs("web").resources;
    let consent =
        ConsentProof::check(&request, &authenticated, &resources, &[], false).expect("consent");
    let issued = consent.issue_code(ORIGIN, &context).expect("issued");
    let response = issued.response;
    let value = |name: &str| {
        let mut all = response.parameters().iter().filter(|(known, _)| *known == name);
        all.next().map(|(_, value)| value.as_str())
    };
    assert_eq!(value("iss"), Some(fixture.tenant.endpoints.issuer.as_str()));
    assert_eq!(value("state"), Some("s +1"));
    let info = jose::digest::base64url_decode(value("client_info").expect("asked for"));
    let uid = crate::subject::object_id(user.id, &fixture.client("web"), &fixture.tenant.row);
    assert_ne!(uid, user.id);
    let expected = format!(r#"{{"uid":"{uid}","utid":"{}"}}"#, fixture.tenant.id());
    assert_eq!(info, Ok(expected.into_bytes()));
    let code =
        AuthorizationCode::open(value("code").expect("a code"), &fixture.tenant).expect("opens");
    assert_eq!((code.user, code.session, code.nonce.as_deref()), (user.id, session.id, Some("n1")));
    assert_eq!(code.expires_at, fixture.now + CODE_LIFETIME);
    assert_eq!((code.redirect_uri.as_str(), code.single_page), ("https://app.test/cb", false));
    assert_eq!(code.scopes, ["orders.read"]);
}

#[test]
fn interaction_preview_lists_the_required_interactions() {
    // Previews requests that differ in one parameter, or in the consent of an administrator.
    let fixture = Fixture::new();
    let resources = fixture.inputs("web").resources;
    let preview = |query: &Query, client: &Client| {
        let request = request_of(&fixture.check(query).expect("passes"), client);
        InteractionPreview::new(&request, &resources)
    };
    let client = fixture.client("web");
    let plain = preview(&Query::good(), &client);
    assert_eq!((plain.prompt_none, plain.choose_account), (false, false));
    assert_eq!(plain.sign_in, SignInPreview::UnlessSession);
    assert!(
        matches!(&plain.consent, ConsentPreview::UnlessGiven(ask) if !ask.openid_scopes.is_empty())
    );
    for (name, value) in [("prompt", "login"), ("max_age", "0")] {
        let preview = preview(&Query::good().with(name, value), &client);
        assert_eq!(preview.sign_in, SignInPreview::Always, "{name}");
    }
    let forced = preview(&Query::good().with("prompt", "consent select_account"), &client);
    assert!(forced.choose_account && matches!(forced.consent, ConsentPreview::Always(_)));
    assert!(preview(&Query::good().with("prompt", "none"), &client).prompt_none);
    let consented = Client { admin_consent: true, ..client };
    assert_eq!(preview(&Query::good(), &consented).consent, ConsentPreview::Never);
}
