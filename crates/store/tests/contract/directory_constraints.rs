//! The constraints of the directory: transactions, unique names, references, and the isolation of
//! tenants.

use std::sync::Arc;

use model::{DirectoryChange, FaultKind, Store};

use crate::rows::{
    authenticators, client, client_id, consent, password, resource, signing_key, tenant, tenant_id,
    user, user_id,
};

crate::on_every_store! {
    failed_change_rolls_back_the_whole_list
    later_changes_of_a_list_see_earlier_ones
    row_without_its_tenant_user_or_client_is_refused
    taken_tenant_name_or_user_name_is_refused
    directory_keys_of_different_tenants_are_independent
}

async fn failed_change_rolls_back_the_whole_list(store: &Arc<dyn Store>) {
    // Applies valid rows before and after one that names a tenant that does not exist.
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    let changes = vec![
        DirectoryChange::PutTenant(tenant(2, "two")),
        DirectoryChange::PutTenant(tenant(1, "renamed")),
        DirectoryChange::PutUser(user(1, 1, "ann")),
        DirectoryChange::PutClient(client(9, "app")),
        DirectoryChange::PutResource(resource(1, "https://api.test")),
    ];
    let fault = store.apply(changes).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Internal, "{fault}");
    assert_eq!(store.tenants().await.unwrap(), [tenant(1, "one")]);
    assert_eq!(store.tenant("renamed").await.unwrap(), None);
    assert_eq!(store.users(tenant_id(1), 9).await.unwrap(), []);
    assert!(store.resources(tenant_id(1)).await.unwrap().is_empty());
}

async fn later_changes_of_a_list_see_earlier_ones(store: &Arc<dyn Store>) {
    // Creates a tenant and all of its rows in one list.
    let user_1 = user_id(1);
    let changes = vec![
        DirectoryChange::PutTenant(tenant(1, "one")),
        DirectoryChange::PutClient(client(1, "app")),
        DirectoryChange::PutUser(user(1, 1, "ann")),
        DirectoryChange::PutPassword {
            tenant: tenant_id(1),
            user: user_1,
            password: password("$argon2id$"),
        },
        DirectoryChange::PutConsent(consent(1, 1, "app", "")),
        DirectoryChange::PutSigningKey(signing_key(1, "a", 1)),
    ];
    store.apply(changes).await.unwrap();
    let one = tenant_id(1);
    assert_eq!(store.password(one, user_1).await.unwrap(), Some(password("$argon2id$")));
    let consents = store.consents(one, user_1, &client_id("app")).await.unwrap();
    assert_eq!(consents, [consent(1, 1, "app", "")]);
    assert_eq!(*store.signing_keys(one).await.unwrap(), [signing_key(1, "a", 1)]);
}

async fn row_without_its_tenant_user_or_client_is_refused(store: &Arc<dyn Store>) {
    // Applies each kind of row while its tenant, user or client is missing.
    let password = password("$argon2id$");
    let (one, user_1) = (tenant_id(1), user_id(1));
    let without_tenant = vec![
        DirectoryChange::PutClient(client(1, "app")),
        DirectoryChange::PutResource(resource(1, "https://api.test")),
        DirectoryChange::PutUser(user(1, 1, "ann")),
        DirectoryChange::PutSigningKey(signing_key(1, "a", 1)),
    ];
    let without_user = vec![
        DirectoryChange::PutPassword { tenant: one, user: user_1, password },
        DirectoryChange::PutAuthenticators(authenticators(1, 1, "app")),
        DirectoryChange::PutConsent(consent(1, 1, "app", "")),
    ];
    for change in without_tenant.into_iter().chain(without_user.clone()) {
        let fault = store.apply(vec![change]).await.unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Internal, "{fault}");
    }
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    for change in without_user {
        assert!(store.apply(vec![change]).await.is_err());
    }
    store.apply(vec![DirectoryChange::PutUser(user(1, 1, "ann"))]).await.unwrap();
    let without_client = DirectoryChange::PutConsent(consent(1, 1, "app", ""));
    assert!(store.apply(vec![without_client]).await.is_err());
}

async fn taken_tenant_name_or_user_name_is_refused(store: &Arc<dyn Store>) {
    // Applies a second tenant with a taken name, and a second user with a taken name in
    // upper case and in another width.
    store.apply(vec![DirectoryChange::PutTenant(tenant(1, "one"))]).await.unwrap();
    store.apply(vec![DirectoryChange::PutUser(user(1, 1, "ann"))]).await.unwrap();
    for taken in [
        DirectoryChange::PutTenant(tenant(2, "one")),
        DirectoryChange::PutUser(user(1, 2, "ANN")),
        DirectoryChange::PutUser(user(1, 2, "ａｎｎ")),
    ] {
        let fault = store.apply(vec![taken]).await.unwrap_err();
        assert_eq!(fault.kind(), FaultKind::Internal, "{fault}");
    }
    assert_eq!(store.tenants().await.unwrap(), [tenant(1, "one")]);
    let found = store.user_named(tenant_id(1), "ann").await.unwrap();
    assert_eq!(found.as_deref(), Some(&user(1, 1, "ann")));
}

async fn directory_keys_of_different_tenants_are_independent(store: &Arc<dyn Store>) {
    // Fills one of two tenants, looks up every key in the other, then fills that one too.
    let fill = |number: u8, hash: &str| {
        let password = password(hash);
        vec![
            DirectoryChange::PutClient(client(number, "app")),
            DirectoryChange::PutResource(resource(number, "https://api.test")),
            DirectoryChange::PutUser(user(number, 1, "ann")),
            DirectoryChange::PutPassword { tenant: tenant_id(number), user: user_id(1), password },
            DirectoryChange::PutConsent(consent(number, 1, "app", "")),
            DirectoryChange::PutSigningKey(signing_key(number, "a", 1)),
        ]
    };
    let (one, two, app, ann) = (tenant_id(1), tenant_id(2), client_id("app"), user_id(1));
    for (number, name) in [(1, "one"), (2, "two")] {
        store.apply(vec![DirectoryChange::PutTenant(tenant(number, name))]).await.unwrap();
    }
    store.apply(fill(1, "first")).await.unwrap();
    assert_eq!(store.clients(two).await.unwrap(), []);
    assert_eq!(store.client(two, &app).await.unwrap(), None);
    assert!(store.has_origin(one, "https://spa.test:8443").await.unwrap());
    assert!(!store.has_origin(two, "https://spa.test:8443").await.unwrap());
    assert!(store.resources(two).await.unwrap().is_empty());
    assert_eq!(store.users(two, 9).await.unwrap(), []);
    assert_eq!(store.user(two, ann).await.unwrap(), None);
    assert_eq!(store.user_named(two, "ann").await.unwrap(), None);
    assert_eq!(store.password(two, ann).await.unwrap(), None);
    assert_eq!(store.consents(two, ann, &app).await.unwrap(), []);
    assert!(store.signing_keys(two).await.unwrap().is_empty());

    store.apply(fill(2, "second")).await.unwrap();
    assert_eq!(store.client(one, &app).await.unwrap().as_deref(), Some(&client(1, "app")));
    assert_eq!(store.user(two, ann).await.unwrap().as_deref(), Some(&user(2, 1, "ann")));
    assert_eq!(store.password(one, ann).await.unwrap(), Some(password("first")));
    assert_eq!(store.password(two, ann).await.unwrap(), Some(password("second")));
    let remove = DirectoryChange::RemoveSigningKey { tenant: one, kid: "a".to_owned() };
    store.apply(vec![remove]).await.unwrap();
    assert!(store.signing_keys(one).await.unwrap().is_empty());
    assert_eq!(*store.signing_keys(two).await.unwrap(), [signing_key(2, "a", 1)]);
}
