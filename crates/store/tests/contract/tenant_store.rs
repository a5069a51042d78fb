//! The rows of one tenant: what its handle reads and refuses.

use std::sync::Arc;

use model::{
    Change, CommitOutcome, DirectoryChange, DirectoryOutcome, FaultKind, Store, StoredRow,
    TenantStore,
};

use crate::rows::{
    at, client, client_id, grant, grant_id, resource, session, session_id, tenant, tenant_id, user,
    user_id,
};

crate::on_every_store! {
    handle_of_a_tenant_reads_its_rows_only
    handle_of_a_tenant_refuses_changes_of_another
    handle_of_a_tenant_refuses_changes_of_the_installation
}

async fn put_two_tenants(store: &Arc<dyn Store>) {
    let tenants = vec![
        DirectoryChange::PutTenant(tenant(1, "one")),
        DirectoryChange::PutTenant(tenant(2, "two")),
    ];
    store.apply(tenants).await.unwrap();
}

async fn handle_of_a_tenant_reads_its_rows_only(store: &Arc<dyn Store>) {
    // Stores rows of one tenant and asks for their ids with the handles of both.
    put_two_tenants(store).await;
    let one = TenantStore::new(&**store, tenant_id(1));
    let rows = vec![
        DirectoryChange::PutClient(client(1, "app")),
        DirectoryChange::PutResource(resource(1, "api://orders")),
        DirectoryChange::PutUser(user(1, 1, "ann")),
    ];
    one.apply(rows).await.unwrap();
    for change in [Change::OpenGrant(grant(1, 1)), Change::OpenSession(session(1, 1))] {
        assert_eq!(one.commit(vec![change]).await.unwrap(), CommitOutcome::Committed);
    }
    for (number, finds) in [(1, true), (2, false)] {
        let rows = TenantStore::new(&**store, tenant_id(number));
        assert_eq!(rows.client(&client_id("app")).await.unwrap().is_some(), finds);
        assert_eq!(rows.clients().await.unwrap().len(), usize::from(finds));
        assert_eq!(rows.resources().await.unwrap().len(), usize::from(finds));
        assert_eq!(rows.user(user_id(1)).await.unwrap().is_some(), finds);
        assert_eq!(rows.user_named("ann").await.unwrap().is_some(), finds);
        assert_eq!(rows.users(9).await.unwrap().len(), usize::from(finds));
        assert_eq!(rows.grant(grant_id(1)).await.unwrap().is_some(), finds);
        assert_eq!(rows.session(session_id(1)).await.unwrap().is_some(), finds);
        assert_eq!(rows.row().await.unwrap().map(|row| row.id), Some(tenant_id(number)));
    }
}

async fn handle_of_a_tenant_refuses_changes_of_another(store: &Arc<dyn Store>) {
    // Changes rows of the second tenant with the handle of the first, beside an allowed change:
    // a fault, and nothing is stored.
    put_two_tenants(store).await;
    let one = TenantStore::new(&**store, tenant_id(1));
    let changes = || {
        vec![
            DirectoryChange::PutUser(user(1, 1, "ann")),
            DirectoryChange::PutUser(user(2, 2, "bea")),
        ]
    };
    assert_eq!(one.apply(changes()).await.unwrap_err().kind(), FaultKind::Internal);
    let applied = one.apply_if_stored(Vec::new(), changes()).await;
    assert_eq!(applied.unwrap_err().kind(), FaultKind::Internal);
    let row = |number, id| StoredRow::User(tenant_id(number), user_id(id), None);
    let allowed = || vec![DirectoryChange::PutUser(user(1, 1, "ann"))];
    let applied = one.apply_if_stored(vec![row(1, 1), row(2, 2)], allowed()).await;
    assert_eq!(applied.unwrap_err().kind(), FaultKind::Internal);
    assert_eq!(one.events_of(&changes(), at(0)).await.unwrap_err().kind(), FaultKind::Internal);
    for number in [1, 2] {
        assert_eq!(store.users(tenant_id(number), 9).await.unwrap(), []);
    }
    let applied = one.apply_if_stored(vec![row(1, 1)], allowed()).await.unwrap();
    assert_eq!(applied, DirectoryOutcome::Applied);

    let fault = one.commit(vec![Change::OpenGrant(grant(2, 2))]).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Internal);
    assert_eq!(store.grant(tenant_id(2), grant_id(2)).await.unwrap(), None);
}

async fn handle_of_a_tenant_refuses_changes_of_the_installation(store: &Arc<dyn Store>) {
    // Raises the time of the ledger with the handle of a tenant.
    put_two_tenants(store).await;
    let one = TenantStore::new(&**store, tenant_id(1));
    let raise = Change::RaiseLedgerState { high_water: at(9), directory_generation: 9 };
    let fault = one.commit(vec![raise]).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Internal);
    assert!(store.ledger_state().await.unwrap().high_water < at(9));
}
