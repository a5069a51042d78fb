//! A resource as a declaration.

use model::{Resource, Role, Scope};

use super::TenantRows;
use super::toml_text::{TomlText, TomlValue, inline};

/// Writes a resource.
pub(super) fn write(resource: &Resource, rows: &TenantRows, text: &mut TomlText) {
    let Resource {
        tenant: _,
        identifier,
        name,
        enabled,
        default,
        scopes,
        roles,
        token_alg,
        token_typ,
        token_lifetime,
        introspection_clients,
        // Only tokens of this installation could be older.
        tokens_not_before: _,
    } = resource;
    let is_stored = |id: &&model::ClientId| rows.clients.iter().any(|client| client.id == **id);
    let clients = introspection_clients.iter().filter(is_stored);
    let clients: Vec<String> = clients.map(|id| id.as_str().to_owned()).collect();
    text.table("[[tenants.resources]]");
    text.set("identifier", identifier);
    text.set("name", name);
    text.set("enabled", enabled);
    text.set("default", default);
    text.tables("scopes", &scopes.iter().map(scope).collect::<Vec<_>>());
    text.tables("roles", &roles.iter().map(role).collect::<Vec<_>>());
    text.set("token_alg", token_alg);
    text.set("token_typ", token_typ);
    text.set("token_lifetime", token_lifetime);
    text.set("introspection_clients", &clients);
}

fn scope(scope: &Scope) -> String {
    let Scope { value, description, admin_only, access } = scope;
    let members = [
        Some(("value", value.toml())),
        Some(("description", description.toml())),
        Some(("admin_only", admin_only.toml())),
        access.map(|access| ("access", access.as_str().toml())),
    ];
    inline(members.into_iter().flatten())
}

fn role(role: &Role) -> String {
    let Role { value, description } = role;
    inline([("value", value.toml()), ("description", description.toml())])
}
