//! Whose record it is: the client's that was claimed or all but named, and nobody else's.

use http::Request;
use model::{DirectoryChange, Tenant, TenantId};
use uuid::Uuid;

use super::record;
use crate::{
    failing::{Failing, Trouble},
    house::{Answer, House, ORIGIN, SECRET, TENANT, encode, post},
};

async fn owner(house: &House, answer: &Answer) -> Option<String> {
    record(house, answer).await.owner.map(|owner| owner.to_string())
}

fn asking(client: &str) -> [(&str, &str); 3] {
    [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", SECRET)]
}

/// Posts to the token endpoint of a tenant.
async fn at(house: &House, tenant: &str, parameters: &[(&str, &str)]) -> Answer {
    let request = Request::post(format!("/{tenant}/oauth2/v2.0/token"))
        .header("host", "id.test")
        .header("content-type", "application/x-www-form-urlencoded");
    house.send(request.body(encode(parameters).into()).expect("a request")).await
}

#[tokio::test]
async fn a_claimed_client_owns_what_it_is_claimed_for() {
    // A good and a wrong secret, and requests that are wrong before the client is looked at: no
    // grant type, JSON, a parameter twice, the wrong method.
    let house = House::new().await;
    let wrong = [("client_id", "daemon"), ("client_secret", "wrong")];
    assert_eq!(
        owner(&house, &house.token(&asking("daemon")).await).await.as_deref(),
        Some("daemon")
    );
    assert_eq!(owner(&house, &house.token(&wrong).await).await.as_deref(), Some("daemon"));
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
        let answer = house.send(request).await;
        assert!(answer.status.as_u16() >= 400);
        let left = record(&house, &answer).await;
        assert_eq!(
            left.owner.as_ref().map(model::ClientId::as_str),
            Some("daemon"),
            "{}",
            answer.text
        );
    }
    // In HTTP Basic, with a secret that is wrong: `daemon:wrong`.
    let mut basic = post("oauth2/v2.0/token", &[]);
    basic.headers_mut().insert("authorization", "Basic ZGFlbW9uOndyb25n".parse().expect("text"));
    assert_eq!(owner(&house, &house.send(basic).await).await.as_deref(), Some("daemon"));
}

#[tokio::test]
async fn a_client_that_is_all_but_named_owns_it_and_others_do_not() {
    // Typing errors of different depth.
    let house = House::new().await;
    for (claimed, expected) in [
        ("deamon", Some("daemon")),
        ("daemons", Some("daemon")),
        ("Daemon", Some("daemon")),
        ("demonic", None),
        ("somebody-else", None),
        ("x", None),
    ] {
        let answer = house.token(&asking(claimed)).await;
        let left = record(&house, &answer).await;
        assert_eq!(left.owner.as_ref().map(model::ClientId::as_str), expected, "{claimed}");
        assert_eq!(left.client.as_deref(), Some(claimed));
    }
}

#[tokio::test]
async fn in_a_tenant_that_is_all_but_named_its_client_owns_it() {
    // Another tenant has a client of the same name; only the tenant that was all but named is
    // taken for it, and none where the name is far from any.
    let house = House::new().await;
    let other = Tenant::new(TenantId::new(Uuid::from_u128(7)), "faraway", [1; 32]);
    let client = crate::house::client("daemon", model::Platform::Web, false);
    let theirs = model::Client { tenant: other.id, ..client };
    house.apply(DirectoryChange::PutTenant(other)).await;
    house.apply(DirectoryChange::PutClient(theirs)).await;
    for (named, expected) in
        [("demos", Some(TENANT)), ("farawai", Some(Uuid::from_u128(7))), ("neither", None)]
    {
        let answer = at(&house, named, &asking("daemon")).await;
        answer.refused(400, "invalid_request", 90_002);
        let left = record(&house, &answer).await;
        assert_eq!(left.tenant.map(TenantId::uuid), expected, "{named}");
        assert_eq!(left.owner.is_some(), expected.is_some(), "{named}");
        assert!(answer.member("error_uri").starts_with(ORIGIN));
    }
}

#[tokio::test]
async fn a_suspended_tenant_is_still_whose_it_is() {
    // Suspends the tenant and asks as before.
    let house = House::new().await;
    house.change_tenant(|tenant| tenant.suspended = true).await;
    let answer = at(&house, "demo", &asking("daemon")).await;
    let left = record(&house, &answer).await;
    assert!(left.number.is_some());
    assert_eq!(left.tenant.map(TenantId::uuid), Some(TENANT));
    assert_eq!(left.owner.map(|owner| owner.to_string()).as_deref(), Some("daemon"));
}

#[tokio::test(start_paused = true)]
async fn no_flood_of_strange_names_hides_who_was_all_but_named() {
    // Far more made-up names than anybody asks for at once, and the typing error last.
    let house = House::new().await;
    for number in 0..200 {
        house.token(&asking(&format!("made-up-{number}"))).await;
    }
    let answer = house.token(&asking("deamon")).await;
    assert_eq!(owner(&house, &answer).await.as_deref(), Some("daemon"));
}

#[tokio::test(start_paused = true)]
async fn who_is_named_owns_it_however_slow_the_search_for_others_is() {
    // A typing error before it in the same batch, and lists of clients that never come; then
    // store that never answer at all, where the name itself is all there is.
    let store = Failing::new();
    let house = House::over(store.store()).await;
    for (trouble, first) in [(Trouble::ListsSilence, None), (Trouble::Silence, Some("deamon"))] {
        let typo = house.token(&asking("deamon")).await;
        let exact = house.token(&[("client_id", "daemon"), ("client_secret", "wrong")]).await;
        store.set(trouble);
        house.service.recorder.settled().await;
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        assert_eq!(owner(&house, &exact).await.as_deref(), Some("daemon"), "{trouble:?}");
        assert_eq!(owner(&house, &typo).await.as_deref(), first, "{trouble:?}");
        store.set(Trouble::None);
    }
}
