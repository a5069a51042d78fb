//! The directory: inserting, replacing, finding and listing rows.

use std::sync::Arc;

use model::{ChangeEvent, DirectoryChange, Password, PasswordPreparation, Platform, Store};

use crate::rows::{
    at, authenticators, client, client_id, consent, password, redirect_uri, resource, signing_key,
    tenant, tenant_id, user, user_id,
};

crate::on_every_store! {
    empty_directory_returns_no_rows
    tenant_is_found_by_its_current_name_and_by_its_id
    tenant_id_takes_precedence_over_the_name_of_another_tenant
    tenants_are_listed_by_name
    client_is_replaced_as_a_whole
    clients_are_listed_by_id
    only_enabled_single_page_clients_provide_origins
    resources_are_listed_by_identifier
    user_is_found_by_user_name_in_any_case
    old_user_name_is_free_after_a_rename
    users_are_listed_by_name_up_to_the_limit
    new_password_replaces_the_old_one_and_survives_user_changes
    rehashed_password_replaces_only_the_hash_it_was_made_from
    authenticators_are_replaced_as_a_whole_and_listed_by_user
    added_or_removed_passkey_is_a_change_event_and_its_use_is_none
    unusual_hashes_are_found_in_the_order_of_bytes
    one_consent_is_stored_per_user_client_and_resource
    signing_keys_are_listed_oldest_first_until_removed
    removed_client_takes_its_consents_and_origins_with_it
    removed_user_takes_authenticators_and_consents_and_frees_the_name
    removed_resource_takes_its_consents_with_it
    removals_that_fail_in_the_middle_change_nothing
    directory_rows_with_large_or_special_text_are_stored_unchanged
}

async fn put(store: &Arc<dyn Store>, change: DirectoryChange) {
    store.apply(vec![change]).await.unwrap();
}

async fn put_tenant(store: &Arc<dyn Store>) {
    put(store, DirectoryChange::PutTenant(tenant(1, "one"))).await;
}

async fn empty_directory_returns_no_rows(store: &Arc<dyn Store>) {
    // Looks up each kind of row in an empty directory.
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
    assert_eq!(store.authenticators(one, user_id(1)).await.unwrap(), None);
    assert_eq!(store.authenticators_after(one, None, 9).await.unwrap(), []);
    assert_eq!(store.consents(one, user_id(1), &app).await.unwrap(), []);
    assert!(store.signing_keys(one).await.unwrap().is_empty());
    store.apply(Vec::new()).await.unwrap();
}

async fn tenant_is_found_by_its_current_name_and_by_its_id(store: &Arc<dyn Store>) {
    // Renames a tenant, and looks it up by its old name, its new name and its id.
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

async fn tenant_id_takes_precedence_over_the_name_of_another_tenant(store: &Arc<dyn Store>) {
    // Names one tenant with the id of another, and looks up that id.
    let victim = tenant(1, "victim");
    put(store, DirectoryChange::PutTenant(tenant(2, &victim.id.to_string()))).await;
    put(store, DirectoryChange::PutTenant(victim.clone())).await;
    let found = store.tenant(&victim.id.to_string()).await.unwrap();
    assert_eq!(found.as_deref(), Some(&victim));
}

async fn tenants_are_listed_by_name(store: &Arc<dyn Store>) {
    // Inserts three tenants in an order that is neither that of the names nor of the ids.
    let rows = [tenant(2, "c"), tenant(3, "a"), tenant(1, "b")];
    for row in rows.clone() {
        put(store, DirectoryChange::PutTenant(row)).await;
    }
    let [c, a, b] = rows;
    let named = [&a, &b, &c].map(|row| (row.id, row.name.clone()));
    assert_eq!(store.tenant_names().await.unwrap(), named);
    assert_eq!(store.tenants().await.unwrap(), [a, b, c]);
}

async fn client_is_replaced_as_a_whole(store: &Arc<dyn Store>) {
    // Reads a client, replaces it with one that has fewer members, and reads it again.
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
    // Inserts clients out of order, in upper and lower case: the order is that of the bytes.
    put_tenant(store).await;
    for id in ["b", "a", "B"] {
        put(store, DirectoryChange::PutClient(client(1, id))).await;
    }
    let listed = store.clients(tenant_id(1)).await.unwrap();
    assert_eq!(listed, [client(1, "B"), client(1, "a"), client(1, "b")]);
    let ids = store.client_ids(tenant_id(1)).await.unwrap();
    assert_eq!(ids, ["B", "a", "b"].map(client_id));
    assert_eq!(store.client_ids(tenant_id(2)).await.unwrap(), []);
}

async fn only_enabled_single_page_clients_provide_origins(store: &Arc<dyn Store>) {
    // Checks the origin with two clients that have it, after one changes it and one is disabled.
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
    // Reads the list before and after one of two resources is replaced.
    put_tenant(store).await;
    let (mut a, b) = (resource(1, "https://a.test"), resource(1, "https://b.test"));
    put(store, DirectoryChange::PutResource(b.clone())).await;
    put(store, DirectoryChange::PutResource(a.clone())).await;
    assert_eq!(*store.resources(tenant_id(1)).await.unwrap(), [a.clone(), b.clone()]);

    a.scopes.clear();
    put(store, DirectoryChange::PutResource(a.clone())).await;
    assert_eq!(*store.resources(tenant_id(1)).await.unwrap(), [a, b]);
}

async fn user_is_found_by_user_name_in_any_case(store: &Arc<dyn Store>) {
    // Looks up a name with non-ASCII letters in other cases, compositions and widths.
    put_tenant(store).await;
    let row = user(1, 1, "Änne@Example.Test");
    put(store, DirectoryChange::PutUser(row.clone())).await;
    let spellings = [
        "Änne@Example.Test",
        "änne@example.test",
        "ÄNNE@EXAMPLE.TEST",
        "A\u{308}nne@example.test",
        "Änne＠ｅxample.Test",
    ];
    for name in spellings {
        let found = store.user_named(row.tenant, name).await.unwrap();
        assert_eq!(found.as_deref(), Some(&row), "{name}");
    }
    assert_eq!(store.user_named(row.tenant, "anne@example.test").await.unwrap(), None);
    assert_eq!(store.user(row.tenant, row.id).await.unwrap().as_deref(), Some(&row));
}

async fn old_user_name_is_free_after_a_rename(store: &Arc<dyn Store>) {
    // Renames a user and gives the old name to another user.
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
    // Lists three users with the limits 0, 2 and 9.
    put_tenant(store).await;
    let (a, b, c) = (user(1, 3, "a"), user(1, 1, "B"), user(1, 2, "c"));
    for row in [&c, &a, &b] {
        put(store, DirectoryChange::PutUser(row.clone())).await;
    }
    assert_eq!(store.users(a.tenant, 0).await.unwrap(), []);
    assert_eq!(store.users(a.tenant, 2).await.unwrap(), [a.clone(), b.clone()]);
    assert_eq!(store.users(a.tenant, 9).await.unwrap(), [a, b, c]);
}

async fn new_password_replaces_the_old_one_and_survives_user_changes(store: &Arc<dyn Store>) {
    // Sets a password twice, and renames the user after each.
    put_tenant(store).await;
    let (tenant, user_1) = (tenant_id(1), user_id(1));
    put(store, DirectoryChange::PutUser(user(1, 1, "ann"))).await;
    assert_eq!(store.password(tenant, user_1).await.unwrap(), None);
    for hash in ["$argon2id$first", "$argon2id$second"] {
        let password = password(hash);
        let change =
            DirectoryChange::PutPassword { tenant, user: user_1, password: password.clone() };
        put(store, change).await;
        put(store, DirectoryChange::PutUser(user(1, 1, "anna"))).await;
        assert_eq!(store.password(tenant, user_1).await.unwrap(), Some(password));
    }
}

async fn rehashed_password_replaces_only_the_hash_it_was_made_from(store: &Arc<dyn Store>) {
    // Replaces the stored hash, then a hash that is no longer stored, then that of a user without
    // a password.
    put_tenant(store).await;
    let (tenant, user_1) = (tenant_id(1), user_id(1));
    for row in [user(1, 1, "ann"), user(1, 2, "bea")] {
        put(store, DirectoryChange::PutUser(row)).await;
    }
    let raw = Password {
        preparation: PasswordPreparation::Raw,
        rehashed_from: None,
        ..password("$argon2id$raw")
    };
    put(store, DirectoryChange::PutPassword { tenant, user: user_1, password: raw }).await;
    let rehash = |user, earlier: &str, hash: &str| DirectoryChange::RehashPassword {
        tenant,
        user,
        earlier: earlier.to_owned(),
        password: password(hash),
    };
    put(store, rehash(user_1, "$argon2id$raw", "$argon2id$nfc")).await;
    let expected = Some(password("$argon2id$nfc"));
    assert_eq!(store.password(tenant, user_1).await.unwrap(), expected);
    put(store, rehash(user_1, "$argon2id$raw", "$argon2id$late")).await;
    assert_eq!(store.password(tenant, user_1).await.unwrap(), expected);
    put(store, rehash(user_id(2), "$argon2id$raw", "$argon2id$nfc")).await;
    assert_eq!(store.password(tenant, user_id(2)).await.unwrap(), None);
}

async fn authenticators_are_replaced_as_a_whole_and_listed_by_user(store: &Arc<dyn Store>) {
    // Stores those of three users, replaces one row, and lists them in pages of two.
    put_tenant(store).await;
    let tenant = tenant_id(1);
    for number in 1..=3 {
        put(store, DirectoryChange::PutUser(user(1, number, &format!("u{number}")))).await;
        put(store, DirectoryChange::PutAuthenticators(authenticators(1, number, "old"))).await;
    }
    put(store, DirectoryChange::PutAuthenticators(authenticators(1, 2, "new"))).await;
    let [one, two, three] =
        [(1, "old"), (2, "new"), (3, "old")].map(|(number, app)| authenticators(1, number, app));
    assert_eq!(store.authenticators(tenant, user_id(2)).await.unwrap(), Some(two.clone()));
    let page = store.authenticators_after(tenant, None, 2).await.unwrap();
    assert_eq!(page, [one, two]);
    let page = store.authenticators_after(tenant, Some(user_id(2)), 2).await.unwrap();
    assert_eq!(page, [three]);
    assert_eq!(store.authenticators_after(tenant_id(2), None, 2).await.unwrap(), []);
}

async fn added_or_removed_passkey_is_a_change_event_and_its_use_is_none(store: &Arc<dyn Store>) {
    // Detects the events of a first row, of the use of its passkey, and of its removal; and those
    // of a pass that is used, replaced and revoked.
    put_tenant(store).await;
    put(store, DirectoryChange::PutUser(user(1, 1, "ann"))).await;
    let first = authenticators(1, 1, "phone");
    let (mut used, mut removed) = (first.clone(), first.clone());
    let until = "1970-01-01 01:00:05Z";
    for passkey in &mut used.passkeys {
        passkey.sign_count = 0;
        passkey.last_used_on = Some(at(86_400));
    }
    removed.passkeys.clear();
    let [mut pass_used, mut replaced, mut revoked] = [(); 3].map(|()| removed.clone());
    pass_used.access_pass.as_mut().unwrap().last_used_at = Some(at(8));
    replaced.access_pass.as_mut().unwrap().digest = [8; 32];
    revoked.access_pass = None;
    for (after, expected) in [
        (
            first,
            &[
                ("authenticator_app_added", "phone"),
                ("passkey_added", "Änne's key"),
                ("access_pass_created", until),
                ("recovery_codes_created", ""),
            ][..],
        ),
        (used, &[]),
        (removed, &[("passkey_removed", "Änne's key")]),
        (pass_used, &[("access_pass_used", until)]),
        (replaced, &[("access_pass_created", until)]),
        (revoked, &[("access_pass_revoked", until)]),
    ] {
        let change = DirectoryChange::PutAuthenticators(after);
        let events = ChangeEvent::detect(std::slice::from_ref(&change), &**store, at(9)).await;
        let events = events.unwrap();
        let found: Vec<_> = events.iter().map(|it| (&*it.kind, it.detail.as_str())).collect();
        assert_eq!(found, expected);
        assert!(events.iter().all(|event| event.subject == "ann"));
        put(store, change).await;
    }
}

async fn unusual_hashes_are_found_in_the_order_of_bytes(store: &Arc<dyn Store>) {
    // Sets hashes of the default cost and others, in two tenants, and reads the others of the first
    // one by one. Then replaces one of them.
    put_tenant(store).await;
    put(store, DirectoryChange::PutTenant(tenant(2, "second"))).await;
    let usual = format!("{}salt$hash", Password::USUAL_BEGINNING);
    let of_other_cost = usual.replace("t=2", "t=3");
    let hashes = [&usual, "{SSHA}b", "$2b$12$a", &of_other_cost, "{SSHA}B", "AQAA"];
    for (number, hash) in (1..).zip(hashes) {
        put(store, DirectoryChange::PutUser(user(1, number, &format!("u{number}")))).await;
        let (tenant, user) = (tenant_id(1), user_id(number));
        let password = password(hash);
        put(store, DirectoryChange::PutPassword { tenant, user, password }).await;
    }
    put(store, DirectoryChange::PutUser(user(2, 1, "other"))).await;
    let (second, user) = (tenant_id(2), user_id(1));
    let password_of_second = password("$2b$12$of-the-second");
    let change =
        DirectoryChange::PutPassword { tenant: second, user, password: password_of_second };
    put(store, change).await;

    let mut found = vec![String::new()];
    while let Some(next) =
        store.unusual_hash_after(tenant_id(1), found.last().unwrap()).await.unwrap()
    {
        found.push(next);
    }
    let expected = ["", "$2b$12$a", of_other_cost.as_str(), "AQAA", "{SSHA}B", "{SSHA}b"];
    assert_eq!(found, expected);
    let (earlier, password) = ("$2b$12$a".to_owned(), password(&usual));
    let (tenant, user) = (tenant_id(1), user_id(3));
    put(store, DirectoryChange::RehashPassword { tenant, user, earlier, password }).await;
    let first = store.unusual_hash_after(tenant, "").await.unwrap();
    assert_eq!(first.as_deref(), Some(of_other_cost.as_str()));
    assert_eq!(store.unusual_hash_after(tenant_id(9), "").await.unwrap(), None);
}

async fn one_consent_is_stored_per_user_client_and_resource(store: &Arc<dyn Store>) {
    // Stores consents at two resources, again at one of them, and for another client. Reads those
    // to one client, and to all.
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
    assert_eq!(found, [openid.clone(), api.clone()]);
    let of_other = store.consents(api.tenant, api.user, &other.client).await.unwrap();
    assert_eq!(of_other.as_slice(), std::slice::from_ref(&other));
    assert_eq!(store.consents(api.tenant, user_id(2), &api.client).await.unwrap(), []);
    let all = [openid, api.clone(), other];
    for limit in [9, 2, 0] {
        let expected: Vec<_> = all.iter().take(limit).cloned().collect();
        let limit = u32::try_from(limit).unwrap();
        let of_user = store.consents_of_user(api.tenant, api.user, limit).await.unwrap();
        assert_eq!(of_user, expected, "{limit}");
    }
    assert_eq!(store.consents_of_user(api.tenant, user_id(2), 9).await.unwrap(), []);
    assert_eq!(store.consents_of_user(tenant_id(2), api.user, 9).await.unwrap(), []);
}

async fn signing_keys_are_listed_oldest_first_until_removed(store: &Arc<dyn Store>) {
    // Inserts keys out of order, replaces one, removes one, and removes one that does not exist.
    put_tenant(store).await;
    let (tenant, first, mut second) =
        (tenant_id(1), signing_key(1, "z", 1), signing_key(1, "a", 2));
    put(store, DirectoryChange::PutSigningKey(second.clone())).await;
    put(store, DirectoryChange::PutSigningKey(first.clone())).await;
    assert_eq!(*store.signing_keys(tenant).await.unwrap(), [first.clone(), second.clone()]);

    second.retired_at = at(5_000);
    put(store, DirectoryChange::PutSigningKey(second.clone())).await;
    assert_eq!(*store.signing_keys(tenant).await.unwrap(), [first, second.clone()]);

    for kid in ["z", "unknown"] {
        put(store, DirectoryChange::RemoveSigningKey { tenant, kid: kid.to_owned() }).await;
        assert_eq!(*store.signing_keys(tenant).await.unwrap(), [second.clone()]);
    }
    let of_unknown_tenant =
        DirectoryChange::RemoveSigningKey { tenant: tenant_id(9), kid: "a".to_owned() };
    put(store, of_unknown_tenant).await;
}

async fn directory_rows_with_large_or_special_text_are_stored_unchanged(store: &Arc<dyn Store>) {
    // Stores a long text of quotes, line ends and 4-byte characters, and a thousand redirect URIs.
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

    let row = user(1, 1, &odd);
    put(store, DirectoryChange::PutUser(row.clone())).await;
    let found = store.user_named(row.tenant, &odd).await.unwrap();
    assert_eq!(found.as_deref(), Some(&row));
}

/// Stores a tenant with two users, two clients, two resources, and a consent of each user to each
/// client for each resource.
async fn put_consents(store: &Arc<dyn Store>) {
    put_tenant(store).await;
    for number in [1, 2] {
        let (app, api) = (format!("app{number}"), format!("https://api{number}.test"));
        put(store, DirectoryChange::PutClient(client(1, &app))).await;
        put(store, DirectoryChange::PutResource(resource(1, &api))).await;
        put(store, DirectoryChange::PutUser(user(1, number, &format!("user{number}")))).await;
        let (tenant, user) = (tenant_id(1), user_id(number));
        let password = password("hash");
        put(store, DirectoryChange::PutPassword { tenant, user, password }).await;
    }
    for (number, app, api) in [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1), (2, 2, 2)] {
        let (app, api) = (format!("app{app}"), format!("https://api{api}.test"));
        put(store, DirectoryChange::PutConsent(consent(1, number, &app, &api))).await;
    }
}

/// Returns the resources of a user's consents to a client.
async fn consented(store: &Arc<dyn Store>, user: u8, app: &str) -> Vec<String> {
    let rows = store.consents(tenant_id(1), user_id(user), &client_id(app)).await.unwrap();
    rows.into_iter().map(|row| row.resource).collect()
}

async fn removed_client_takes_its_consents_and_origins_with_it(store: &Arc<dyn Store>) {
    // Removes both clients in turn, and one that does not exist.
    put_consents(store).await;
    let tenant = tenant_id(1);
    for (app, other) in [("app1", true), ("app2", false)] {
        let client = client_id(app);
        put(store, DirectoryChange::RemoveClient { tenant, client: client.clone() }).await;
        assert_eq!(store.client(tenant, &client).await.unwrap(), None);
        assert!(consented(store, 1, app).await.is_empty());
        let has_origin = store.has_origin(tenant, "https://spa.test:8443").await.unwrap();
        assert_eq!(has_origin, other, "the other client has the same origin");
    }
    put(store, DirectoryChange::RemoveClient { tenant, client: client_id("app1") }).await;
    assert_eq!(store.users(tenant, 9).await.unwrap().len(), 2);
}

async fn removed_user_takes_authenticators_and_consents_and_frees_the_name(store: &Arc<dyn Store>) {
    // Removes a user, then gives the name to another one.
    put_consents(store).await;
    let tenant = tenant_id(1);
    for number in [1, 2] {
        put(store, DirectoryChange::PutAuthenticators(authenticators(1, number, "app"))).await;
    }
    put(store, DirectoryChange::RemoveUser { tenant, user: user_id(1) }).await;
    assert_eq!(store.user(tenant, user_id(1)).await.unwrap(), None);
    assert_eq!(store.password(tenant, user_id(1)).await.unwrap(), None);
    let left = store.authenticators_after(tenant, None, 9).await.unwrap();
    assert_eq!(left, [authenticators(1, 2, "app")]);
    assert!(consented(store, 1, "app1").await.is_empty());
    assert_eq!(consented(store, 2, "app1").await, ["https://api1.test"]);
    assert!(store.password(tenant, user_id(2)).await.unwrap().is_some());
    put(store, DirectoryChange::PutUser(user(1, 3, "user1"))).await;
    let found = store.user_named(tenant, "user1").await.unwrap();
    assert_eq!(found.map(|found| found.id), Some(user_id(3)));
}

async fn removed_resource_takes_its_consents_with_it(store: &Arc<dyn Store>) {
    // Removes one of two resources.
    put_consents(store).await;
    let (tenant, identifier) = (tenant_id(1), "https://api1.test".to_owned());
    put(store, DirectoryChange::RemoveResource { tenant, identifier }).await;
    let left = store.resources(tenant).await.unwrap();
    assert_eq!(left.iter().map(|row| &*row.identifier).collect::<Vec<_>>(), ["https://api2.test"]);
    assert_eq!(consented(store, 1, "app1").await, ["https://api2.test"]);
    assert!(consented(store, 2, "app1").await.is_empty());
}

async fn removals_that_fail_in_the_middle_change_nothing(store: &Arc<dyn Store>) {
    // Removes three rows and adds a user of a tenant that does not exist.
    put_consents(store).await;
    let tenant = tenant_id(1);
    let changes = vec![
        DirectoryChange::RemoveUser { tenant, user: user_id(1) },
        DirectoryChange::RemoveClient { tenant, client: client_id("app1") },
        DirectoryChange::RemoveResource { tenant, identifier: "https://api1.test".to_owned() },
        DirectoryChange::PutUser(user(9, 1, "stray")),
    ];
    assert!(store.apply(changes).await.is_err());
    assert_eq!(store.users(tenant, 9).await.unwrap().len(), 2);
    assert_eq!(store.clients(tenant).await.unwrap().len(), 2);
    assert_eq!(consented(store, 1, "app1").await, ["https://api1.test", "https://api2.test"]);
}
