//! Revocations by time, of consents and by switching off: all that was given ends, and stays so.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: RV = revocations.

use model::{
    ClientId, Consent, DirectoryChange, Resource, Seconds, Tenant, TenantId, Timestamp, User,
    UserId,
};

use crate::{
    authorize::browser::{Browser, parameter, request, service_with_users},
    test_service::{ALICE, ORDERS, SECRET, TENANT, TestResponse, TestService},
};

/// The number of a refusal of what was given before a revocation.
const BEFORE_REVOCATION: u64 = 50_173;

/// Everything that was given to Alice and the client `web` before a change.
struct Given {
    code: String,
    refresh_token: String,
    access_token: String,
    app_token: String,
}

impl Given {
    async fn by(service: &TestService) -> Self {
        let tokens = service.token(&service.redeem(&service.code("web", |_| {}))).await.assert_ok();
        Self {
            code: service.code("web", |_| {}),
            refresh_token: tokens.member("refresh_token").to_owned(),
            access_token: tokens.member("access_token").to_owned(),
            app_token: app_token(service).await,
        }
    }
}

async fn app_token(service: &TestService) -> String {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("scope", "api://orders/.default"),
    ];
    service.token(&parameters).await.assert_ok().member("access_token").to_owned()
}

async fn refresh(service: &TestService, token: &str) -> TestResponse {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ];
    service.token(&parameters).await
}

async fn is_active(service: &TestService, token: &str) -> bool {
    let parameters = [("client_id", "api"), ("client_secret", SECRET), ("token", token)];
    let response = service.post("oauth2/v2.0/introspect", &parameters).await.assert_ok();
    response.json["active"] == true
}

/// A row that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Switch {
    Tenant,
    Client,
    User,
    Resource,
}

/// Switches a row as a declaration does, which is applied now.
async fn switch(service: &TestService, row: Switch, on: bool) {
    let (store, tenant, now) = (&service.state.store, TenantId::new(TENANT), service.state.now());
    let web = ClientId::new("web").expect("an id");
    let change = match row {
        Switch::Tenant => {
            let before = store.tenant(&TENANT.to_string()).await.expect("a store").expect("a row");
            let after = Tenant { suspended: !on, ..Tenant::clone(&before) };
            DirectoryChange::PutTenant(after.changed_at(Some(&before), now))
        }
        Switch::Client => {
            let before = store.client(tenant, &web).await.expect("a store").expect("a row");
            let after = model::Client { enabled: on, ..model::Client::clone(&before) };
            DirectoryChange::PutClient(after.changed_at(Some(&before), now))
        }
        Switch::User => {
            let before = store.user(tenant, UserId::new(ALICE)).await.expect("a store");
            let before = before.expect("a row");
            let after = User { enabled: on, ..User::clone(&before) };
            DirectoryChange::PutUser(after.changed_at(Some(&before), now))
        }
        Switch::Resource => {
            let rows = store.resources(tenant).await.expect("a store");
            let before = rows.iter().find(|row| row.identifier == ORDERS).expect("a row");
            let after = Resource { enabled: on, ..before.clone() };
            DirectoryChange::PutResource(after.changed_at(Some(before), now))
        }
    };
    service.apply(change).await;
}

#[tokio::test]
async fn nothing_given_before_a_row_was_switched_off_revives() {
    // RV1: gives a code, a grant and access tokens, switches each kind of row off and on again, and
    // uses them. What is given afterwards works.
    for row in [Switch::Tenant, Switch::Client, Switch::User, Switch::Resource] {
        let service = service_with_users().await;
        let given = Given::by(&service).await;
        let mut browser = Browser::new(&service);
        browser.sign_in_from(&request(&[]), "alice@demo.test").await;
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        switch(&service, row, false).await;
        switch(&service, row, true).await;

        let redeemed = service.token(&service.redeem(&given.code)).await;
        redeemed.assert_refused(400, "invalid_grant", BEFORE_REVOCATION);
        let refreshed = refresh(&service, &given.refresh_token).await;
        refreshed.assert_refused(400, "invalid_grant", BEFORE_REVOCATION);
        assert!(!is_active(&service, &given.access_token).await, "{row:?}");
        assert_eq!(is_active(&service, &given.app_token).await, row == Switch::User, "{row:?}");
        let silent = browser.get(&request(&[("prompt", "none")])).await;
        let stays_signed_in = matches!(row, Switch::Client | Switch::Resource);
        assert_eq!(parameter(&silent, "code").is_some(), stays_signed_in, "{row:?}");

        let code = service.code("web", |code| code.auth_time = service::now());
        let tokens = service.token(&service.redeem(&code)).await.assert_ok();
        refresh(&service, tokens.member("refresh_token")).await.assert_ok();
        assert!(is_active(&service, tokens.member("access_token")).await, "{row:?}");
        assert!(is_active(&service, &app_token(&service).await).await, "{row:?}");
    }
}

#[tokio::test]
async fn revocation_by_time_reaches_what_is_given_for_a_resource() {
    // RV2: revokes what was given for one resource; a code for OpenID scopes only stays.
    let service = TestService::new().await;
    let given = Given::by(&service).await;
    let billing = service.code("web", |code| {
        code.resource = String::new();
        code.scopes.clear();
    });
    let rows = service.state.store.resources(TenantId::new(TENANT)).await.expect("a store");
    let orders = rows.iter().find(|row| row.identifier == ORDERS).expect("a row").clone();
    let tokens_not_before = service::now();
    service.apply(DirectoryChange::PutResource(Resource { tokens_not_before, ..orders })).await;
    let refreshed = refresh(&service, &given.refresh_token).await;
    refreshed.assert_refused(400, "invalid_grant", BEFORE_REVOCATION);
    service.token(&service.redeem(&billing)).await.assert_ok();
}

#[tokio::test]
async fn a_withdrawn_consent_revokes_its_grants_also_after_a_new_consent() {
    // RV3: withdraws the consent of Alice to an app, and gives it again. The code and the refresh
    // token from before stay refused; new ones work.
    let service = service_with_users().await;
    service.change_client("web", |client| client.admin_consent = false).await;
    let consent = |scopes: &[&str], resource: &str, grants_not_before| {
        DirectoryChange::PutConsent(Consent {
            tenant: TenantId::new(TENANT),
            user: UserId::new(ALICE),
            client: ClientId::new("web").expect("an id"),
            resource: resource.to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            given_at: service::now(),
            grants_not_before,
        })
    };
    let all = ["openid", "profile", "email", "offline_access"];
    let give = async || {
        service.apply(consent(&all, "", Timestamp::default())).await;
        service.apply(consent(&["read"], ORDERS, Timestamp::default())).await;
    };
    give().await;
    let tokens = service.token(&service.redeem(&service.code("web", |_| {}))).await.assert_ok();
    let code = service.code("web", |_| {});
    service.apply(consent(&[], ORDERS, service::now())).await;
    let refused = refresh(&service, tokens.member("refresh_token")).await;
    refused.assert_refused(400, "invalid_grant", BEFORE_REVOCATION);

    give().await;
    for refused in [
        refresh(&service, tokens.member("refresh_token")).await,
        service.token(&service.redeem(&code)).await,
    ] {
        refused.assert_refused(400, "invalid_grant", BEFORE_REVOCATION);
    }
    let tokens = service.token(&service.redeem(&service.code("web", |_| {}))).await.assert_ok();
    refresh(&service, tokens.member("refresh_token")).await.assert_ok();
}

#[test]
fn new_rows_accept_nothing_from_before_they_existed() {
    // RV4: creates each kind of row, which may have been removed before, and changes one that stays
    // switched on.
    let (tenant, now) = (TenantId::new(TENANT), Timestamp::from_seconds(1_800_000_000));
    let client = model::Client::new(tenant, ClientId::new("web").expect("an id"), "web");
    let user = User::new(tenant, UserId::new(ALICE), "ana");
    let client = client.changed_at(None, now);
    assert_eq!(client.tokens_not_before, now);
    assert_eq!(user.changed_at(None, now).tokens_not_before, now);
    assert_eq!(Resource::new(tenant, ORDERS).changed_at(None, now).tokens_not_before, now);
    assert_eq!(Tenant::new(tenant, "demo", [0; 32]).changed_at(None, now).tokens_not_before, now);
    let later = now + Seconds::new(9);
    let renamed = model::Client { name: "other".to_owned(), ..client.clone() };
    assert_eq!(renamed.changed_at(Some(&client), later).tokens_not_before, now);
}
