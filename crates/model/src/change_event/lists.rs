//! What of a row is compared as a list.

use crate::{Client, ClientCredential, User};

pub(super) fn named(name: &str) -> (String, String) {
    (name.to_owned(), String::new())
}

/// The roles of a person, each with the resource that it is at.
pub(super) fn assigned(user: &User) -> Vec<(String, String)> {
    user.roles.iter().map(|one| named(&format!("{} {}", one.resource, one.role))).collect()
}

/// The secrets and the keys of a client, by id: one whose value changed is another one.
pub(super) fn credentials(client: &Client) -> [Vec<(String, String)>; 2] {
    let (mut secrets, mut keys) = (Vec::new(), Vec::new());
    for credential in &client.credentials {
        match credential {
            ClientCredential::Secret { id, .. } => {
                secrets.push((id.clone(), format!("{credential:?}")));
            }
            ClientCredential::PublicKey { id, .. } => {
                keys.push((id.clone(), format!("{credential:?}")));
            }
        }
    }
    [secrets, keys]
}

pub(super) fn permissions(client: &Client) -> Vec<(String, String)> {
    let each = client.permissions.iter().flat_map(|permission| {
        let values = permission.scopes.iter().chain(&permission.roles);
        values.map(|value| format!("{} {value}", permission.resource))
    });
    each.map(|name| (name, String::new())).collect()
}
