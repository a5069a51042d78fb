//! Users who are disabled, removed or revoked are signed out of their apps.

use std::sync::Arc;

use model::{DirectoryChange, Seconds, TenantId, User, UserId};
use store::MemoryHistory;

use super::{
    back_channel::{app, deliver, service_over, token},
    sign_in,
};
use crate::{
    authorize::browser::Browser,
    test_service::{ALICE, TENANT, TestService},
    tickets::webhook_receiver::empty_response,
};

async fn alice(service: &TestService) -> User {
    let found = service.state.store.user(TenantId::new(TENANT), UserId::new(ALICE)).await;
    User::clone(&found.expect("a store").expect("a user"))
}

#[tokio::test]
async fn disabled_removed_and_revoked_users_are_signed_out_of_their_apps() {
    // Announces each change before it is applied: the app gets a token with `sub` and without
    // `sid`, some seconds later. A change of the name signs no one out.
    let service = service_over(Arc::new(MemoryHistory::new())).await;
    let receiver = app(&service, "web", vec![empty_response("200 OK")]).await;
    let mut browser = Browser::new(&service);
    let scope = "openid offline_access";
    let tokens = sign_in(&service, &mut browser, ("alice@demo.test", scope)).await;
    let before = alice(&service).await;
    let (tenant, user) = (before.tenant, before.id);
    let named = User { name: "A".to_owned(), ..before.clone() };
    let disabled = User { enabled: false, ..before.clone() };
    let revoked = User { tokens_not_before: service::now(), ..before.clone() };
    let mut expected = 0;
    for (change, signs_out) in [
        (DirectoryChange::PutUser(named), false),
        (DirectoryChange::PutUser(disabled), true),
        (DirectoryChange::PutUser(revoked), true),
        (DirectoryChange::RemoveUser { tenant, user }, true),
    ] {
        let announced = service.state.announce_logouts(&[change]).await.expect("a store");
        assert_eq!(announced.stored.len(), usize::from(signs_out));
        let now = service::now();
        deliver(&service, now + Seconds::new(1)).await;
        assert_eq!(receiver.received().len(), expected, "before the change can be applied");
        deliver(&service, now + Seconds::new(7)).await;
        expected += usize::from(signs_out);
        assert_eq!(receiver.received().len(), expected);
    }
    let claims = token(&service, &receiver.received()[0]).await.1;
    assert_eq!(claims["sub"], tokens.claims("id_token")["sub"]);
    assert_eq!(claims.get("sid"), None);
}

#[tokio::test]
async fn withdrawn_announcement_is_not_sent() {
    // Announces a removal whose row another process changed meanwhile.
    let service = service_over(Arc::new(MemoryHistory::new())).await;
    let receiver = app(&service, "web", vec![empty_response("200 OK")]).await;
    let mut browser = Browser::new(&service);
    sign_in(&service, &mut browser, ("alice@demo.test", "openid")).await;
    let (tenant, user) = (TenantId::new(TENANT), UserId::new(ALICE));
    let removal = [DirectoryChange::RemoveUser { tenant, user }];
    let announced = service.state.announce_logouts(&removal).await.expect("a store");
    assert_eq!(announced.stored.len(), 1);
    service.state.withdraw_logouts(&announced).await;
    deliver(&service, service::now() + Seconds::minutes(1)).await;
    assert!(receiver.received().is_empty());
}
