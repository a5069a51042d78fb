//! The rows of a directory, read from its store and compared in full.

use std::collections::BTreeMap;

use model::{ChangeEvent, Directory as _, Records as _};
use serde_json::{Value, json};
use store::{SqliteHistory, SqliteStore};

use crate::fixtures::TestDir;

/// Every row by its kind, its tenant and its name, such as `client acme/web`.
pub(crate) type Rows = BTreeMap<String, Value>;

/// Reads every row of the data directory `data`.
pub(crate) fn rows(dir: &TestDir) -> Rows {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(read(dir))
}

async fn read(dir: &TestDir) -> Rows {
    let store = SqliteStore::open_read_only(&dir.path().join("data")).expect("a store");
    let mut rows = Rows::new();
    let mut put = |name: String, row: Value| assert_eq!(rows.insert(name, row), None);
    for tenant in store.tenants().await.expect("tenants") {
        let id = tenant.id;
        put(format!("tenant {}", tenant.name), json!(tenant));
        let mut names = std::collections::BTreeSet::new();
        for client in store.clients(id).await.expect("clients") {
            // Two clients may have the same name.
            let name = if names.insert(client.name.clone()) {
                client.name.clone()
            } else {
                format!("{}#{}", client.name, client.id)
            };
            put(format!("client {}/{name}", tenant.name), json!(client));
        }
        for resource in store.resources(id).await.expect("resources").iter() {
            put(format!("resource {}/{}", tenant.name, resource.identifier), json!(resource));
        }
        for user in store.users(id, u32::MAX).await.expect("users") {
            let name = format!("{}/{}", tenant.name, user.username);
            if let Some(password) = store.password(id, user.id).await.expect("a password") {
                put(format!("password {name}"), json!(password));
            }
            put(format!("user {name}"), json!(user));
        }
    }
    rows
}

/// Returns the newest change event of a kind.
pub(crate) fn last_event(dir: &TestDir, kind: &'static str) -> Option<ChangeEvent> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let history = SqliteHistory::open_read_only(&dir.path().join("data")).expect("a history");
    runtime.block_on(history.last_event(kind)).expect("an event")
}

/// Returns the members of two rows that differ.
pub(crate) fn changed_members(before: &Value, after: &Value) -> Vec<String> {
    let (Value::Object(before), Value::Object(after)) = (before, after) else {
        panic!("a row is an object");
    };
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}
