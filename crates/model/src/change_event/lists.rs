//! The members of a row that are compared as lists of names and values.

use crate::{
    AuthenticatorApp, Authenticators, Client, ClientCredential, Passkey, Resource, Scope, User,
};

/// Returns the roles of a user, each as `RESOURCE ROLE`.
pub(super) fn role_assignments(user: &User) -> Vec<(String, String)> {
    user.roles.iter().map(|one| without_value(&format!("{} {}", one.resource, one.role))).collect()
}

/// Returns the secrets and the keys of a client, by id. A credential with the same id and another
/// value counts as another one.
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

/// Returns the permissions of a client, each as `RESOURCE SCOPE-OR-ROLE`.
pub(super) fn permissions(client: &Client) -> Vec<(String, String)> {
    let each = client.permissions.iter().flat_map(|permission| {
        let values = permission.scopes.iter().chain(&permission.roles);
        values.map(|value| format!("{} {value}", permission.resource))
    });
    each.map(|name| (name, String::new())).collect()
}

/// Returns the redirect URIs of a client, each with its platform.
pub(super) fn redirect_uris(client: &Client) -> Vec<(String, String)> {
    let uris = client.redirect_uris.iter();
    uris.map(|uri| (uri.uri.clone(), format!("{:?}", uri.platform))).collect()
}

/// Returns the grant types of a client.
pub(super) fn grant_types(client: &Client) -> Vec<(String, String)> {
    client.grant_types.iter().map(|name| without_value(name)).collect()
}

/// Returns the scopes of a resource, each with who may consent to it and the access it gives.
pub(super) fn scopes(resource: &Resource) -> Vec<(String, String)> {
    let text = |scope: &Scope| format!("{} {:?}", scope.admin_only, scope.access);
    resource.scopes.iter().map(|scope| (scope.value.clone(), text(scope))).collect()
}

/// Returns the roles of a resource.
pub(super) fn roles(resource: &Resource) -> Vec<(String, String)> {
    resource.roles.iter().map(|role| without_value(&role.value)).collect()
}

/// Returns a name that has no value.
fn without_value(name: &str) -> (String, String) {
    (name.to_owned(), String::new())
}

/// Returns the names and ids of authenticator apps.
pub(super) fn authenticator_apps(authenticators: &Authenticators) -> Vec<(String, String)> {
    let app = |app: &AuthenticatorApp| (app.name.clone(), app.id.to_string());
    authenticators.apps.iter().map(app).collect()
}

/// Returns the names and ids of passkeys.
pub(super) fn passkeys(authenticators: &Authenticators) -> Vec<(String, String)> {
    let passkey = |passkey: &Passkey| (passkey.name.clone(), format!("{:?}", passkey.id));
    authenticators.passkeys.iter().map(passkey).collect()
}
