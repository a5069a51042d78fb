//! The directory: rows put, replaced, found and listed.

use std::sync::Arc;

use model::{DirectoryChange, Platform, Store};

use crate::rows::{
    at, client, client_id, consent, password, redirect_uri, resource, signing_key, tenant,
    tenant_id, user, user_id,
};

crate::on_every_store! {
    an_empty_directory_knows_nobody
    a_tenant_is_found_by_its_name_and_by_its_id
    an_id_is_not_taken_for_the_name_of_another
    tenants_are_listed_by_name
    a_client_is_replaced_whole
    clients_are_listed_by_id
    origins_are_those_of_single_page_clients_that_are_switched_on
    resources_are_listed_by_identifier
    a_user_is_found_whatever_the_case_of_the_name
    a_user_name_is_free_again_after_a_change_of_name
    users_are_listed_by_name_up_to_the_limit
    a_password_replaces_the_one_before
    consents_are_kept_one_for_each_resource
    signing_keys_are_listed_oldest_first_until_removed
    large_and_odd_values_come_back_as_they_were
}

async fn put(store: &Arc<dyn Store>, change: DirectoryChange) {
    store.apply(vec![change]).await.unwrap();
}

async fn put_tenant(store: &Arc<dyn Store>) {
    put(store, DirectoryChange::PutTenant(tenant(1, "one"))).await;
}

async fn an_empty_directory_knows_nobody(store: &Arc<dyn Store>) {
    // Asks an empty directory for one of everything.
    let (one, app) = (tenant_id(1), client_id("app"));
    assert_eq!(store.tenants().await.unwrap(), []);
    assert_eq!(store.tenant("one").await.unwrap(), None);
    assert_eq!(store.tenant(&one.to_string()).await.unwrap(), None);
    assert_eq!(store.clients(one).await.unwrap(), []);
    assert_eq!(store.client(one, &app).await.unwrap(), None);
    assert!(!store.has_origin(one, "https://spa.test:8443").await.unwrap());
    assert!(store.resources(one).await.unwrap().is_empty());
    assert_eq!(store.users(one, 10).await.unwrap(), []);
    assert_eq!(store.user(one, user_id(1)).await.unwrap(), None);
    assert_eq!(store.user_named(one, "ann").await.unwrap(), None);
    assert_eq!(store.password(one, user_id(1)).await.unwrap(), None);
    assert_eq!(store.consents(one, user_id(1), &app).await.unwrap(), []);
    assert!(store.signing_keys(one).await.unwrap().is_empty());
    store.apply(Vec::new()).await.unwrap();
}

async fn a_tenant_is_found_by_its_name_and_by_its_id(store: &Arc<dyn Store>) {
    // Renames a tenant after it was found by both, and looks for all three texts again.
    let id = tenant_id(0xab).to_string();
    let mut row = tenant(0xab, "before");
    put(store, DirectoryChange::PutTenant(row.clone())).await;
    assert_eq!(store.tenant("before").await.unwrap().as_deref(), Some(&row));
    assert_eq!(store.tenant(&id).await.unwrap().as_deref(), Some(&row));
    assert_eq!(store.tenant(&id.to_uppercase()).await.unwrap(), None);

    "after".clone_into(&mut row.name);
    row.suspended = true;
    put(store, DirectoryChange::PutTenant(row.clone())).await;
    assert_eq!(store.tenant("before").await.unwrap(), None);
    assert_eq!(store.tenant("after").await.unwrap().as_deref(), Some(&row));
    assert_eq!(store.tenant(&id).await.unwrap().as_deref(), Some(&row));
}

async fn an_id_is_not_taken_for_the_name_of_another(store: &Arc<dyn Store>) {
    // Names one tenant by the id of another, and asks for that id.
    let victim = tenant(1, "victim");
    put(store, DirectoryChange::PutTenant(tenant(2, &victim.id.to_string()))).await;
    put(store, DirectoryChange::PutTenant(victim.clone())).await;
    let found = store.tenant(&victim.id.to_string()).await.unwrap();
    assert_eq!(found.as_deref(), Some(&victim));
}

async fn tenants_are_listed_by_name(store: &Arc<dyn Store>) {
    // Puts three tenants in an order that is neither that of names nor of ids.
    let rows = [tenant(2, "c"), tenant(3, "a"), tenant(1, "b")];
    for row in rows.clone() {
        put(store, DirectoryChange::PutTenant(row)).await;
    }
    let [c, a, b] = rows;
    assert_eq!(store.tenants().await.unwrap(), [a, b, c]);
}

async fn a_client_is_replaced_whole(store: &Arc<dyn Store>) {
    // Reads a client, replaces it by one with less, and reads it again.
    put_tenant(store).await;
    let mut row = client(1, "app");
    put(store, DirectoryChange::PutClient(row.clone())).await;
    let found = store.client(row.tenant, &row.id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&row));

    row.enabled = false;
    row.credentials.clear();
    row.refresh_token_rotation = None;
    put(store, DirectoryChange::PutClient(row.clone())).await;
    let found = store.client(row.tenant, &row.id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&row));
    // A `client_id` is compared byte for byte.
    assert_eq!(store.client(row.tenant, &client_id("App")).await.unwrap(), None);
}

async fn clients_are_listed_by_id(store: &Arc<dyn Store>) {
    // Puts clients out of order, upper and lower case: bytes decide.
    put_tenant(store).await;
    for id in ["b", "a", "B"] {
        put(store, DirectoryChange::PutClient(client(1, id))).await;
    }
    let listed = store.clients(tenant_id(1)).await.unwrap();
    assert_eq!(listed, [client(1, "B"), client(1, "a"), client(1, "b")]);
}

async fn origins_are_those_of_single_page_clients_that_are_switched_on(store: &Arc<dyn Store>) {
    // Asks after each step of: two clients with the origin, one moves away, one is switched off.
    let origin = "https://spa.test:8443";
    put_tenant(store).await;
    let (mut first, mut second) = (client(1, "first"), client(1, "second"));
    put(store, DirectoryChange::PutClient(first.clone())).await;
    put(store, DirectoryChange::PutClient(second.clone())).await;
    assert!(store.has_origin(first.tenant, origin).await.unwrap());
    assert!(!store.has_origin(first.tenant, "https://app.test").await.unwrap());
    assert!(!store.has_origin(first.tenant, "http://localhost").await.unwrap());

    first.redirect_uris = vec![redirect_uri("https://moved.test/", Platform::SinglePage)];
    put(store, DirectoryChange::PutClient(first.clone())).await;
    assert!(store.has_origin(first.tenant, origin).await.unwrap());
    assert!(store.has_origin(first.tenant, "https://moved.test").await.unwrap());

    second.enabled = false;
    put(store, DirectoryChange::PutClient(second)).await;
    assert!(!store.has_origin(first.tenant, origin).await.unwrap());
}

async fn resources_are_listed_by_identifier(store: &Arc<dyn Store>) {
    // Reads the list before and after one of two is replaced.
    put_tenant(store).await;
    let (mut a, b) = (resource(1, "https://a.test"), resource(1, "https://b.test"));
    put(store, DirectoryChange::PutResource(b.clone())).await;
    put(store, DirectoryChange::PutResource(a.clone())).await;
    assert_eq!(*store.resources(tenant_id(1)).await.unwrap(), [a.clone(), b.clone()]);

    a.scopes.clear();
    put(store, DirectoryChange::PutResource(a.clone())).await;
    assert_eq!(*store.resources(tenant_id(1)).await.unwrap(), [a, b]);
}

async fn a_user_is_found_whatever_the_case_of_the_name(store: &Arc<dyn Store>) {
    // Asks for a name in three spellings, letters outside ASCII among them.
    put_tenant(store).await;
    let row = user(1, 1, "Änne@Example.Test");
    put(store, DirectoryChange::PutUser(row.clone())).await;
    for name in ["Änne@Example.Test", "änne@example.test", "ÄNNE@EXAMPLE.TEST"] {
        let found = store.user_named(row.tenant, name).await.unwrap();
        assert_eq!(found.as_deref(), Some(&row), "{name}");
    }
    assert_eq!(store.user_named(row.tenant, "anne@example.test").await.unwrap(), None);
    assert_eq!(store.user(row.tenant, row.id).await.unwrap().as_deref(), Some(&row));
}

async fn a_user_name_is_free_again_after_a_change_of_name(store: &Arc<dyn Store>) {
    // Renames a user and gives the old name to another.
    put_tenant(store).await;
    let (before, after, other) = (user(1, 1, "ann"), user(1, 1, "anna"), user(1, 2, "Ann"));
    put(store, DirectoryChange::PutUser(before.clone())).await;
    assert_eq!(store.user_named(before.tenant, "ann").await.unwrap().as_deref(), Some(&before));
    put(store, DirectoryChange::PutUser(after.clone())).await;
    assert_eq!(store.user_named(before.tenant, "ann").await.unwrap(), None);
    put(store, DirectoryChange::PutUser(other.clone())).await;
    assert_eq!(store.user_named(before.tenant, "ann").await.unwrap().as_deref(), Some(&other));
    assert_eq!(store.user_named(before.tenant, "anna").await.unwrap().as_deref(), Some(&after));
    assert_eq!(store.user(before.tenant, before.id).await.unwrap().as_deref(), Some(&after));
}

async fn users_are_listed_by_name_up_to_the_limit(store: &Arc<dyn Store>) {
    // Lists three users with limits below, at and above their number.
    put_tenant(store).await;
    let (a, b, c) = (user(1, 3, "a"), user(1, 1, "B"), user(1, 2, "c"));
    for row in [&c, &a, &b] {
        put(store, DirectoryChange::PutUser(row.clone())).await;
    }
    assert_eq!(store.users(a.tenant, 0).await.unwrap(), []);
    assert_eq!(store.users(a.tenant, 2).await.unwrap(), [a.clone(), b.clone()]);
    assert_eq!(store.users(a.tenant, 9).await.unwrap(), [a, b, c]);
}

async fn a_password_replaces_the_one_before(store: &Arc<dyn Store>) {
    // Sets a password twice, and changes the user in between.
    put_tenant(store).await;
    let (tenant, person) = (tenant_id(1), user_id(1));
    put(store, DirectoryChange::PutUser(user(1, 1, "ann"))).await;
    assert_eq!(store.password(tenant, person).await.unwrap(), None);
    for hash in ["$argon2id$first", "$argon2id$second"] {
        let password = password(hash);
        let change =
            DirectoryChange::PutPassword { tenant, user: person, password: password.clone() };
        put(store, change).await;
        put(store, DirectoryChange::PutUser(user(1, 1, "anna"))).await;
        assert_eq!(store.password(tenant, person).await.unwrap(), Some(password));
    }
}

async fn consents_are_kept_one_for_each_resource(store: &Arc<dyn Store>) {
    // Consents at two resources, again at one of them, and for another client.
    put_tenant(store).await;
    put(store, DirectoryChange::PutUser(user(1, 1, "ann"))).await;
    for id in ["app", "app2"] {
        put(store, DirectoryChange::PutClient(client(1, id))).await;
    }
    let (openid, other) = (consent(1, 1, "app", ""), consent(1, 1, "app2", "https://api.test"));
    let mut api = consent(1, 1, "app", "https://api.test");
    for row in [&api, &openid, &other] {
        put(store, DirectoryChange::PutConsent(row.clone())).await;
    }
    api.scopes = vec!["delete".to_owned()];
    api.given_at = at(99);
    put(store, DirectoryChange::PutConsent(api.clone())).await;

    let found = store.consents(api.tenant, api.user, &api.client).await.unwrap();
    assert_eq!(found, [openid, api.clone()]);
    assert_eq!(store.consents(api.tenant, api.user, &other.client).await.unwrap(), [other]);
    assert_eq!(store.consents(api.tenant, user_id(2), &api.client).await.unwrap(), []);
}

async fn signing_keys_are_listed_oldest_first_until_removed(store: &Arc<dyn Store>) {
    // Puts keys out of order, replaces one, removes one, and removes one that is not there.
    put_tenant(store).await;
    let (tenant, first, mut second) =
        (tenant_id(1), signing_key(1, "z", 1), signing_key(1, "a", 2));
    put(store, DirectoryChange::PutSigningKey(second.clone())).await;
    put(store, DirectoryChange::PutSigningKey(first.clone())).await;
    assert_eq!(*store.signing_keys(tenant).await.unwrap(), [first.clone(), second.clone()]);

    second.kept_until = at(5_000);
    put(store, DirectoryChange::PutSigningKey(second.clone())).await;
    assert_eq!(*store.signing_keys(tenant).await.unwrap(), [first, second.clone()]);

    for kid in ["z", "unknown"] {
        put(store, DirectoryChange::RemoveSigningKey { tenant, kid: kid.to_owned() }).await;
        assert_eq!(*store.signing_keys(tenant).await.unwrap(), [second.clone()]);
    }
    let of_nobody = DirectoryChange::RemoveSigningKey { tenant: tenant_id(9), kid: "a".to_owned() };
    put(store, of_nobody).await;
}

async fn large_and_odd_values_come_back_as_they_were(store: &Arc<dyn Store>) {
    // Stores a long text of quotes, line ends and letters of four bytes in a list of a thousand.
    put_tenant(store).await;
    let odd = "'\"\\\n\r\t%_;--\u{202e}🦊".repeat(1_000);
    let mut row = client(1, "' OR 1=1 --");
    row.name.clone_from(&odd);
    row.redirect_uris = (0..1_000)
        .map(|number| {
            redirect_uri(&format!("https://{number}.test/{number}"), Platform::SinglePage)
        })
        .collect();
    put(store, DirectoryChange::PutClient(row.clone())).await;
    let found = store.client(row.tenant, &row.id).await.unwrap();
    assert_eq!(found.as_deref(), Some(&row));
    assert!(store.has_origin(row.tenant, "https://999.test").await.unwrap());

    let person = user(1, 1, &odd);
    put(store, DirectoryChange::PutUser(person.clone())).await;
    let found = store.user_named(row.tenant, &odd).await.unwrap();
    assert_eq!(found.as_deref(), Some(&person));
}
