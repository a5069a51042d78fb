//! Attribution of request records: to the claimed client, or to the nearest one.

use http::Request;
use model::{DirectoryChange, Tenant, TenantId};
use uuid::Uuid;

use super::record;
use crate::{
    failing_store::{FailingStore, StoreFailure},
    test_service::{ORIGIN, SECRET, TENANT, TestResponse, TestService, encode, post},
};

async fn attributed_client(service: &TestService, response: &TestResponse) -> Option<String> {
    record(service, response).await.attributed_client.map(|client| client.to_string())
}

fn client_credentials(client: &str) -> [(&str, &str); 3] {
    [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", SECRET)]
}

/// Posts to the token endpoint of a tenant.
async fn post_token_request(
    service: &TestService,
    tenant: &str,
    parameters: &[(&str, &str)],
) -> TestResponse {
    let request = Request::post(format!("/{tenant}/oauth2/v2.0/token"))
        .header("host", "id.test")
        .header("content-type", "application/x-www-form-urlencoded");
    service.send(request.body(encode(parameters).into()).expect("a request")).await
}

#[tokio::test]
async fn a_record_is_attributed_to_the_claimed_client() {
    // Sends right and wrong secrets, and requests that are refused before the client is read: no
    // grant type, JSON, a repeated parameter, a wrong method.
    let service = TestService::new().await;
    let wrong = [("client_id", "daemon"), ("client_secret", "wrong")];
    assert_eq!(
        attributed_client(&service, &service.token(&client_credentials("daemon")).await)
            .await
            .as_deref(),
        Some("daemon")
    );
    assert_eq!(
        attributed_client(&service, &service.token(&wrong).await).await.as_deref(),
        Some("daemon")
    );
    let token = |body: &'static str, kind: &str| {
        Request::post(format!("/{TENANT}/oauth2/v2.0/token"))
            .header("host", "id.test")
            .header("content-type", kind)
            .body(body.into())
            .expect("a request")
    };
    let form = "application/x-www-form-urlencoded";
    for request in [
        token(r#"{"client_id":"daemon","grant_type":"client_credentials"}"#, "application/json"),
        token("client_id=daemon&scope=a&scope=b", form),
        token("client_id=daemon&scope=%zz", form),
        Request::get(format!("/{TENANT}/oauth2/v2.0/token?client_id=daemon"))
            .header("host", "id.test")
            .body("".into())
            .expect("a request"),
    ] {
        let response = service.send(request).await;
        assert!(response.status.as_u16() >= 400);
        let stored = record(&service, &response).await;
        assert_eq!(
            stored.attributed_client.as_ref().map(model::ClientId::as_str),
            Some("daemon"),
            "{}",
            response.text
        );
    }
    // HTTP Basic with a wrong secret: `daemon:wrong`.
    let mut basic = post("oauth2/v2.0/token", &[]);
    basic.headers_mut().insert("authorization", "Basic ZGFlbW9uOndyb25n".parse().expect("text"));
    assert_eq!(
        attributed_client(&service, &service.send(basic).await).await.as_deref(),
        Some("daemon")
    );
}

#[tokio::test]
async fn a_misspelled_client_id_is_attributed_to_the_nearest_client() {
    // Sends client ids at different edit distances.
    let service = TestService::new().await;
    for (claimed, expected) in [
        ("deamon", Some("daemon")),
        ("daemons", Some("daemon")),
        ("Daemon", Some("daemon")),
        ("demonic", None),
        ("somebody-else", None),
        ("x", None),
    ] {
        let response = service.token(&client_credentials(claimed)).await;
        let stored = record(&service, &response).await;
        assert_eq!(
            stored.attributed_client.as_ref().map(model::ClientId::as_str),
            expected,
            "{claimed}"
        );
        assert_eq!(stored.client.as_deref(), Some(claimed));
    }
}

#[tokio::test]
async fn a_misspelled_tenant_is_attributed_if_it_has_the_client() {
    // Another tenant has a client of the same id. Only the tenant that is nearly named is taken,
    // and none if the name is far from any.
    let service = TestService::new().await;
    let other = Tenant::new(TenantId::new(Uuid::from_u128(7)), "faraway", [1; 32]);
    let client = crate::test_service::client("daemon", model::Platform::Web, false);
    let copy = model::Client { tenant: other.id, ..client };
    service.apply(DirectoryChange::PutTenant(other)).await;
    service.apply(DirectoryChange::PutClient(copy)).await;
    for (named, expected) in
        [("demos", Some(TENANT)), ("farawai", Some(Uuid::from_u128(7))), ("neither", None)]
    {
        let response = post_token_request(&service, named, &client_credentials("daemon")).await;
        response.assert_refused(400, "invalid_request", 90_002);
        let stored = record(&service, &response).await;
        assert_eq!(stored.tenant.map(TenantId::uuid), expected, "{named}");
        assert_eq!(stored.attributed_client.is_some(), expected.is_some(), "{named}");
        assert!(response.member("error_uri").starts_with(ORIGIN));
    }
}

#[tokio::test]
async fn a_request_to_a_suspended_tenant_is_attributed() {
    // Suspends the tenant and sends a right request.
    let service = TestService::new().await;
    service.change_tenant(|tenant| tenant.suspended = true).await;
    let response = post_token_request(&service, "demo", &client_credentials("daemon")).await;
    let stored = record(&service, &response).await;
    assert!(stored.number.is_some());
    assert_eq!(stored.tenant.map(TenantId::uuid), Some(TENANT));
    assert_eq!(
        stored.attributed_client.map(|client| client.to_string()).as_deref(),
        Some("daemon")
    );
}

#[tokio::test(start_paused = true)]
async fn many_unknown_client_ids_do_not_hide_a_misspelled_one() {
    // Sends more unknown ids than the cache holds, and the misspelled one last.
    let service = TestService::new().await;
    for number in 0..200 {
        service.token(&client_credentials(&format!("made-up-{number}"))).await;
    }
    let response = service.token(&client_credentials("deamon")).await;
    assert_eq!(attributed_client(&service, &response).await.as_deref(), Some("daemon"));
}

#[tokio::test(start_paused = true)]
async fn an_exact_client_id_is_attributed_while_the_store_hangs() {
    // A misspelled id is before it in the batch, and the list of clients hangs. Then the whole
    // store hangs, and only what the requests found is known: one client exists, and one does not.
    let store = FailingStore::new();
    let service = TestService::over(store.store()).await;
    for failure in [StoreFailure::ClientListHang, StoreFailure::Hang] {
        let typo = service.token(&client_credentials("deamon")).await;
        let exact = service.token(&[("client_id", "daemon"), ("client_secret", "wrong")]).await;
        store.set_failure(failure);
        service.state.recorder.flush().await;
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        assert_eq!(
            attributed_client(&service, &exact).await.as_deref(),
            Some("daemon"),
            "{failure:?}"
        );
        assert_eq!(attributed_client(&service, &typo).await, None, "{failure:?}");
        store.set_failure(StoreFailure::None);
    }
}
