//! Merging of a declared client onto the stored one.

use model::{Client, ClientCredential, Permission};

use super::{ClientDeclaration, PermissionDeclaration};
use crate::toml_document::{Declared, Spanned};

impl ClientDeclaration {
    /// Returns the row after the file is applied. `defaults` is the row of a new client, and
    /// `credentials` has the merged secrets and keys.
    pub(crate) fn merge(
        &self,
        stored: Option<&Client>,
        defaults: &Client,
        credentials: Vec<ClientCredential>,
        prune: bool,
    ) -> Client {
        let is_new = stored.is_none();
        let stored = stored.unwrap_or(defaults);
        let redirect_uris =
            self.redirect_uris.merge(&stored.redirect_uris, &defaults.redirect_uris);
        let default_grant_types = default_grant_types(!redirect_uris.is_empty());
        let stored_grant_types = if is_new { &default_grant_types } else { &stored.grant_types };
        let grant_types = values(&self.grant_types).merge(stored_grant_types, &default_grant_types);
        let id_token_alg = self.id_token_alg.clone().map(|algorithm| algorithm.as_str().to_owned());
        let rotation = self.refresh_token_rotation.clone().without_span();
        let [backchannel_logout_uri, frontchannel_logout_uri] = self.merge_logout_uris(stored);
        Client {
            tenant: stored.tenant,
            id: stored.id.clone(),
            name: self.name.value.clone(),
            enabled: self.enabled.merge(&stored.enabled, &defaults.enabled),
            public: self.public.merge(&stored.public, &defaults.public),
            redirect_uris,
            credentials,
            tokens_not_before: stored.tokens_not_before,
            grant_types,
            permissions: merge_permissions(&self.permissions, &stored.permissions, prune),
            admin_consent: self.admin_consent.merge(&stored.admin_consent, &defaults.admin_consent),
            subject_type: self.subject_type.merge(&stored.subject_type, &defaults.subject_type),
            oid: self.oid.merge(&stored.oid, &defaults.oid),
            id_token_alg: id_token_alg.merge(&stored.id_token_alg, &defaults.id_token_alg),
            refresh_token_rotation: rotation.merge_optional(stored.refresh_token_rotation.as_ref()),
            dpop_required: self.dpop_required.merge(&stored.dpop_required, &defaults.dpop_required),
            error_simulation: self
                .error_simulation
                .merge(&stored.error_simulation, &defaults.error_simulation),
            display_name: self.display_name.merge_optional(stored.display_name.as_ref()),
            publisher: self.publisher.merge_optional(stored.publisher.as_ref()),
            scope_claims: self.scope_claims.merge(&stored.scope_claims, &defaults.scope_claims),
            assertion_audience_array: self
                .assertion_audience_array
                .merge(&stored.assertion_audience_array, &defaults.assertion_audience_array),
            any_loopback: stored.any_loopback,
            silent: self.silent.clone().without_span().merge(&stored.silent, &defaults.silent),
            second_factor: self.second_factor.merge_optional(stored.second_factor.as_ref()),
            post_logout_redirect_uris: self
                .post_logout_redirect_uris
                .merge(&stored.post_logout_redirect_uris, &defaults.post_logout_redirect_uris),
            logout_without_hint: self
                .logout_without_hint
                .merge(&stored.logout_without_hint, &defaults.logout_without_hint),
            backchannel_logout_uri,
            frontchannel_logout_uri,
            allowed_networks: self
                .allowed_networks
                .merge(&stored.allowed_networks, &defaults.allowed_networks),
            pkce: self.pkce.clone().without_span().merge(&stored.pkce, &defaults.pkce),
        }
    }
}

impl ClientDeclaration {
    /// Returns the back-channel and the front-channel logout URI.
    fn merge_logout_uris(&self, stored: &Client) -> [Option<String>; 2] {
        [
            self.backchannel_logout_uri.merge_optional(stored.backchannel_logout_uri.as_ref()),
            self.frontchannel_logout_uri.merge_optional(stored.frontchannel_logout_uri.as_ref()),
        ]
    }
}

impl PermissionDeclaration {
    /// Returns the permission after the file is applied.
    fn merge(&self, stored: Option<&Permission>) -> Permission {
        let Self { resource, scopes, roles } = self;
        let none =
            Permission { resource: resource.value.clone(), scopes: Vec::new(), roles: Vec::new() };
        let stored = stored.unwrap_or(&none);
        Permission {
            resource: resource.value.clone(),
            scopes: values(scopes).merge(&stored.scopes, &none.scopes),
            roles: values(roles).merge(&stored.roles, &none.roles),
        }
    }
}

/// Returns the grant types of a client that declares none.
fn default_grant_types(has_redirect_uris: bool) -> Vec<String> {
    let names: &[&str] = if has_redirect_uris {
        &["authorization_code", "refresh_token"]
    } else {
        &["client_credentials"]
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Returns the permissions after the file is applied. A permission at a resource that the file does
/// not name stays, unless it is pruned.
fn merge_permissions(
    declared: &Declared<Vec<Spanned<PermissionDeclaration>>>,
    stored: &[Permission],
    prune: bool,
) -> Vec<Permission> {
    let declared = match declared {
        Declared::Absent if !prune => return stored.to_vec(),
        Declared::Absent | Declared::Unset => return Vec::new(),
        Declared::Set(declared) if declared.is_empty() => return Vec::new(),
        Declared::Set(declared) => declared,
    };
    let is_stored = |resource: &str| stored.iter().any(|one| one.resource == resource);
    let merged = stored.iter().filter_map(|stored| {
        let declared = declared.iter().find(|one| one.resource.value == stored.resource);
        match declared {
            Some(declared) => Some(declared.merge(Some(stored))),
            None => (!prune).then(|| stored.clone()),
        }
    });
    let new = declared.iter().filter(|one| !is_stored(&one.resource));
    merged.chain(new.map(|one| one.merge(None))).collect()
}

/// Returns a list without the positions of its items.
fn values(list: &Declared<Vec<Spanned<String>>>) -> Declared<Vec<String>> {
    list.clone().map(|list| list.into_iter().map(|item| item.value).collect())
}
