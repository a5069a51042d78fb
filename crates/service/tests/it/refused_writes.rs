//! Writes of refused requests: nothing is stored for a request that has no effect.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`.

use std::sync::Arc;

use http::{Method, Request};
use jose::{Algorithm, SigningKey, digest::base64url};
use model::{Change, FaultKind, Seconds, UsedValue, UsedValueKind};

use crate::{
    failing_store::{FailingStore, StoreFailure},
    signed_requests::{Jws, p256, rsa},
    test_service::{TENANT, TestResponse, TestService, post},
};

const TOKEN: &str = "oauth2/v2.0/token";
const INTROSPECT: &str = "oauth2/v2.0/introspect";
const REVOKE: &str = "oauth2/v2.0/revoke";
const EXPLAIN: &str = "oauth2/v2.0/explain";
const USERINFO: &str = "oidc/userinfo";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn counted() -> (Arc<FailingStore>, TestService) {
    let store = FailingStore::new();
    let service = TestService::over(store.store()).await;
    store.take_calls();
    (store, service)
}

/// Returns the number of commits since the last call.
fn commits(store: &FailingStore) -> usize {
    store.take_calls().into_iter().filter(|call| *call == "commit").count()
}

/// Posts a form with a fresh DPoP proof.
async fn post_with_proof(
    service: &TestService,
    key: &SigningKey,
    form: &[(&str, &str)],
) -> TestResponse {
    let proof = service.proof(key, "POST", TOKEN).sign(key);
    send_with_proof(service, &proof, form).await
}

async fn send_with_proof(
    service: &TestService,
    proof: &str,
    form: &[(&str, &str)],
) -> TestResponse {
    let mut request = post(TOKEN, form);
    request.headers_mut().insert("dpop", proof.parse().expect("a header"));
    service.send(request).await
}

/// Requests UserInfo with a bound token and a fresh proof.
async fn userinfo(service: &TestService, key: &SigningKey, token: &str) -> TestResponse {
    let hash = base64url(jose::digest::sha256(token.as_bytes()));
    let proof = service.proof(key, "GET", USERINFO).with("ath", hash).sign(key);
    let request = Request::builder()
        .method(Method::GET)
        .uri(format!("/{TENANT}/{USERINFO}"))
        .header("host", "id.test")
        .header("authorization", format!("DPoP {token}"))
        .header("dpop", proof);
    service.send(request.body("".into()).expect("a request")).await
}

fn refresh<'a>(client: &'a str, token: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", token)]
}

fn asserted<'a>(assertion: &'a str, rest: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let credential = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)];
    [&credential[..], rest].concat()
}

#[tokio::test]
async fn refused_refreshes_with_fresh_proofs_leave_no_rows() {
    // LG14: revokes the grant of a public client, and sends its refresh token 300 times, each time
    // with another proof. Then counts the rows: the grant, and the proof of its redemption.
    let (store, service) = counted().await;
    let key = p256();
    let code = service.code("native", |_| {});
    let redeem = service.redeem_as("native", &code);
    let tokens = post_with_proof(&service, &key, &redeem).await.assert_ok();
    let token = tokens.member("refresh_token");
    service.post(REVOKE, &[("client_id", "native"), ("token", token)]).await.assert_ok();
    commits(&store);
    for _ in 0..300 {
        let refused = post_with_proof(&service, &key, &refresh("native", token)).await;
        refused.assert_refused(400, "invalid_grant", 88_000_063);
    }
    assert_eq!(commits(&store), 0);
    let later = service::now() + Seconds::days(4_000);
    assert_eq!(service.state.store.sweep(later, 10_000).await.expect("a store"), 2);
}

#[tokio::test]
async fn each_refused_request_with_one_time_values_writes_nothing() {
    // LG14: refuses a fresh assertion or proof for every other reason, at every endpoint that takes
    // one. Afterwards the same assertion is still accepted once.
    let (store, service) = counted().await;
    let (key, signer) = (p256(), rsa(Algorithm::Rs256));
    let assertion = Jws::assertion().sign(&signer);
    let unknown_scope = [("grant_type", "client_credentials"), ("scope", "api://none/.default")];
    let other = service.code("native", |_| {});
    let of_another_client = [("grant_type", "authorization_code"), ("code", other.as_str())];
    let tokens = service.token(&service.redeem_as("native", &service.code("native", |_| {}))).await;
    let foreign = tokens.assert_ok();
    let foreign = foreign.member("access_token");
    commits(&store);
    let forms: [(&str, &[(&str, &str)]); 6] = [
        (TOKEN, &unknown_scope),
        (TOKEN, &of_another_client),
        (TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", "1.none")]),
        (INTROSPECT, &[]),
        (REVOKE, &[("token", foreign)]),
        (EXPLAIN, &[("trace_id", "x")]),
    ];
    for (endpoint, rest) in forms {
        let response = service.post(endpoint, &asserted(&assertion, rest)).await;
        assert!(response.status.is_client_error(), "{endpoint} {}", response.text);
        assert_ne!(response.error_number(), 88_000_034, "{endpoint}");
        assert_eq!(commits(&store), 0, "{endpoint} {rest:?}");
    }
    for code in [&*other, "1.none"] {
        let mut form = service.redeem_as("native", code);
        form.retain(|(name, _)| *name != "code_verifier");
        assert!(post_with_proof(&service, &key, &form).await.status.is_client_error());
        assert_eq!(commits(&store), 0, "{code}");
    }
    let introspect = asserted(&assertion, &[("token", foreign)]);
    service.post(INTROSPECT, &introspect).await.assert_ok();
    assert_eq!(commits(&store), 1);
    let replay = service.post(INTROSPECT, &introspect).await;
    replay.assert_refused(401, "invalid_client", 88_000_034);
}

#[tokio::test]
async fn userinfo_spends_a_proof_only_if_it_answers() {
    // LG14: a token without `openid` is refused, and one with it is answered once per proof.
    let (store, service) = counted().await;
    let key = p256();
    for (openid, status, written) in [(false, 403, 0), (true, 200, 1)] {
        let code = service.code("native", |code| {
            code.openid_scopes.retain(|scope| openid || scope != "openid");
        });
        let redeem = service.redeem_as("native", &code);
        let tokens = post_with_proof(&service, &key, &redeem).await.assert_ok();
        commits(&store);
        let response = userinfo(&service, &key, tokens.member("access_token")).await;
        assert_eq!(response.status, status, "{}", response.text);
        assert_eq!(commits(&store), written);
    }
}

#[tokio::test]
async fn replays_of_a_code_write_until_its_grant_is_revoked() {
    // LG15: redeems a code fifty times more, with another proof each. The first replay spends its
    // proof and revokes the grant; the others write nothing.
    let (store, service) = counted().await;
    let key = p256();
    let code = service.code("native", |_| {});
    let redeem = service.redeem_as("native", &code);
    post_with_proof(&service, &key, &redeem).await.assert_ok();
    commits(&store);
    for replay in 0..50 {
        let refused = post_with_proof(&service, &key, &redeem).await;
        refused.assert_refused(400, "invalid_grant", 54_005);
        assert_eq!(commits(&store), if replay == 0 { 2 } else { 0 });
    }
}

#[tokio::test]
async fn replayed_credential_causes_no_revocation() {
    // LG16: sends a redemption again as it was, with its proof. Only who has a fresh proof of the
    // key can revoke the grant by a replay.
    let (_store, service) = counted().await;
    let key = p256();
    let code = service.code("native", |_| {});
    let redeem = service.redeem_as("native", &code);
    let proof = service.proof(&key, "POST", TOKEN).sign(&key);
    let tokens = send_with_proof(&service, &proof, &redeem).await.assert_ok();
    let replay = send_with_proof(&service, &proof, &redeem).await;
    replay.assert_refused(400, "invalid_dpop_proof", 88_000_130);
    let form = refresh("native", tokens.member("refresh_token"));
    post_with_proof(&service, &key, &form).await.assert_ok();
}

#[tokio::test]
async fn values_stay_spent_if_the_write_after_them_fails() {
    // LG17: the assertion is spent, and the revocation after it fails. Then the assertion is a
    // replay, although nothing was revoked.
    let (store, service) = counted().await;
    let signer = rsa(Algorithm::Rs256);
    let assertions: [String; 3] = std::array::from_fn(|_| Jws::assertion().sign(&signer));
    let code = service.code("keyed", |_| {});
    let redeem = asserted(&assertions[0], &service.redeem_as("keyed", &code));
    let tokens = service.token(&redeem).await.assert_ok();
    let token = tokens.member("refresh_token");
    let form = asserted(&assertions[1], &[("token", token)]);
    store.set_failure(StoreFailure::EffectFault(FaultKind::StoreUnavailable));
    service.post(REVOKE, &form).await.assert_refused(503, "temporarily_unavailable", 90_033);
    store.set_failure(StoreFailure::None);
    service.post(REVOKE, &form).await.assert_refused(401, "invalid_client", 88_000_034);
    service.token(&asserted(&assertions[2], &refresh("keyed", token))).await.assert_ok();
}

#[tokio::test]
async fn sweep_leaves_no_row_that_has_expired() {
    // LG18: stores 25,000 values that have expired and 10 that have not, more than one step
    // deletes. Runs the task once, and counts what is left.
    let (_store, service) = counted().await;
    let now = service::now();
    for number in 0_u32..25_010 {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&number.to_be_bytes());
        let expires_at = now + Seconds::minutes(if number < 25_000 { -2 } else { 2 });
        let (tenant, kind) = (service.tenant.id(), UsedValueKind::DpopProof);
        let mark = Change::MarkUsed(UsedValue { tenant, kind, digest, expires_at });
        let _ = service.state.store.commit(vec![mark]).await.expect("a store");
    }
    service::jobs::sweep_ledger(&service.state).await.expect("a store");
    let later = now + Seconds::days(1);
    assert_eq!(service.state.store.sweep(later, 100_000).await.expect("a store"), 10);
}
