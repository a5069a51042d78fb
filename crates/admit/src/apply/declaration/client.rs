//! Declaration of a client.

use model::{
    Client, ClientCredential, ClientId, LocalizedText, Permission, PkceMode, RedirectUri,
    ScopeClaims, SubjectType,
};
use service::ADMINISTRATION_CLIENT;

use super::credential::{read_key, read_secret};
use super::redirect_uris::read_redirect_uris;
use super::resource::Algorithm;
use super::{CredentialDeclaration, Sources, check_unique};
use crate::toml_document::{Declared, EnumOption, Problem, Spanned, TableReader, nearest};

/// A declared client.
#[derive(Debug, Default)]
pub(crate) struct ClientDeclaration {
    /// The name. It identifies the client if there is no `client_id`.
    ///
    /// Example: `name = "web"`
    pub(crate) name: Spanned<String>,
    /// The `client_id`: 1 to 128 printable characters. `admit-admin` is reserved for the
    /// administration pages. By default, a new client gets a UUID.
    pub(crate) client_id: Option<Spanned<ClientId>>,
    /// Whether the client is enabled. A disabled client gets no tokens.
    ///
    /// Default: `true`
    pub(crate) enabled: Declared<bool>,
    /// Whether the client is public. A public client cannot keep a secret and must not send one.
    ///
    /// Default: `false`
    pub(crate) public: Declared<bool>,
    /// The redirect URIs by kind of application: `web`, `single_page` and `native` are lists. They
    /// are compared byte by byte, except for the loopback port of a native app.
    ///
    /// Example: `redirect_uris = { web = ["https://app.example.com/callback"] }`
    pub(crate) redirect_uris: Declared<Vec<RedirectUri>>,
    /// The allowed grant types.
    ///
    /// Default: `["authorization_code", "refresh_token"]` with a redirect URI, else
    /// `["client_credentials"]`
    pub(crate) grant_types: Declared<Vec<Spanned<String>>>,
    /// The API permissions: each with a `resource`, `scopes` on behalf of a user, and `roles` of
    /// the client itself. Permissions at a resource that is not in the list stay, unless they are
    /// pruned.
    pub(crate) permissions: Declared<Vec<Spanned<PermissionDeclaration>>>,
    /// The secrets: each with an `id`, and one of `secret` (at least 22 random characters),
    /// `secret_file`, `secret_env`, `secret_sha256` (hexadecimal) and `generate = true` (generated
    /// and printed once). `expires` is a time, such as `2027-01-31T00:00:00Z`. The `id` of a generated secret is
    /// `generated` by default. With an `id` alone, the stored secret stays. A secret that is not in
    /// the list stays, unless it is pruned.
    pub(crate) secrets: Declared<Vec<Spanned<CredentialDeclaration>>>,
    /// The keys for `private_key_jwt`: each with one of `certificate_file`, `certificate` (PEM),
    /// `jwk_file` and `jwk` (JSON). `id` is the `kid`, by default the thumbprint of the key.
    /// `expires` is a time. With an `id` alone, the stored key stays. A key that is not in the list
    /// stays, unless it is pruned.
    pub(crate) keys: Declared<Vec<Spanned<CredentialDeclaration>>>,
    /// Whether an administrator has consented for all users of the tenant. Users are then not asked
    /// for consent.
    ///
    /// Default: `false`
    pub(crate) admin_consent: Declared<bool>,
    /// The subject type (`sub`): `"pairwise"` or `"public"`.
    ///
    /// Default: `"pairwise"`
    pub(crate) subject_type: Declared<SubjectType>,
    /// The signature algorithm of ID tokens: `"RS256"` or `"ES256"`.
    ///
    /// Default: `"RS256"`
    pub(crate) id_token_alg: Declared<Algorithm>,
    /// Whether each refresh replaces the refresh token. A public client must use rotation, unless
    /// `dpop_required` binds its tokens to a key (RFC 9700 §2.2.2).
    ///
    /// Default: only for public clients whose tokens are not bound to a key
    pub(crate) refresh_token_rotation: Declared<bool>,
    /// Whether every token request must have a DPoP proof.
    ///
    /// Default: `false`
    pub(crate) dpop_required: Declared<bool>,
    /// Whether the client may request any error by its number (`admit_simulate_error=50173`), to
    /// test the error handling of the app. `admit serve` refuses such requests unless the
    /// configuration has `allow_error_simulation = true`.
    ///
    /// Default: `false`
    pub(crate) error_simulation: Declared<bool>,
    /// The name on pages for users: one text, or one per language (`{ en = "…", id = "…" }`).
    ///
    /// Default: the name
    pub(crate) display_name: Declared<LocalizedText>,
    /// The publisher, which the page that asks for consent names. It is shown as declared.
    ///
    /// Example: `publisher = "Acme Ltd"`
    pub(crate) publisher: Declared<String>,
    /// The place of the claims that the scopes `profile`, `email`, `address` and `phone` request:
    /// `"id_token"` for the ID token and UserInfo, as Microsoft's libraries expect, or `"userinfo"`
    /// for UserInfo only (OpenID Connect Core §5.4). Claims that the parameter `claims` requests
    /// are where it names them.
    ///
    /// Default: `"id_token"`
    pub(crate) scope_claims: Declared<ScopeClaims>,
    /// Whether `aud` of a client assertion (`private_key_jwt`) may be an array that contains this
    /// tenant. Some older libraries send one. An array could name a second server, which could then
    /// use the assertion here.
    ///
    /// Default: `false`
    pub(crate) assertion_audience_array: Declared<bool>,
    /// Whether authorization requests must use PKCE (RFC 7636): `"required"` or `"optional"`.
    /// `"optional"` is for a confidential client whose library cannot send a `code_challenge`. A
    /// stolen code is then protected by the client's credential alone, and a code of another
    /// browser can be injected unless the library sends and checks `nonce` (RFC 9700 §2.1.1). A
    /// challenge that was sent is enforced in any case. A public client must use PKCE.
    ///
    /// Default: `"required"`
    pub(crate) pkce: Declared<PkceMode>,
}

/// The declared permissions of a client at one resource.
#[derive(Debug)]
pub(crate) struct PermissionDeclaration {
    /// The identifier of the resource.
    pub(crate) resource: Spanned<String>,
    /// The scopes that the client may request on behalf of a user.
    pub(crate) scopes: Declared<Vec<Spanned<String>>>,
    /// The roles of the client itself.
    pub(crate) roles: Declared<Vec<Spanned<String>>>,
}

impl EnumOption for ScopeClaims {
    const NAMES: &'static [(&'static str, Self)] =
        &[("id_token", Self::IdToken), ("userinfo", Self::UserInfo)];
}

impl EnumOption for SubjectType {
    const NAMES: &'static [(&'static str, Self)] =
        &[("pairwise", Self::Pairwise), ("public", Self::Public)];
}

impl EnumOption for PkceMode {
    const NAMES: &'static [(&'static str, Self)] =
        &[("required", Self::Required), ("optional", Self::Optional)];
}

impl ClientDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let name = reader.required("name");
        let client_id = reader.optional("client_id");
        check_client_id(client_id.as_ref(), reader);
        let permissions = reader.declared_tables("permissions", PermissionDeclaration::read);
        let resources = permissions.value().into_iter().flatten();
        check_unique(
            "permission for",
            resources.map(|permission| &permission.resource),
            reader.problems(),
        );
        Some(Self {
            client_id,
            enabled: reader.declared("enabled").without_span(),
            public: reader.declared("public").without_span(),
            redirect_uris: reader
                .declared_table("redirect_uris", |reader| Some(read_redirect_uris(reader))),
            grant_types: read_grant_types(reader),
            permissions,
            secrets: reader.declared_tables("secrets", |reader| read_secret(reader, sources)),
            keys: reader.declared_tables("keys", |reader| read_key(reader, sources)),
            admin_consent: reader.declared("admin_consent").without_span(),
            subject_type: reader.declared("subject_type").without_span(),
            id_token_alg: reader.declared("id_token_alg").without_span(),
            refresh_token_rotation: reader.declared("refresh_token_rotation").without_span(),
            dpop_required: reader.declared("dpop_required").without_span(),
            error_simulation: reader.declared("error_simulation").without_span(),
            display_name: reader.declared("display_name").without_span(),
            publisher: read_publisher(reader),
            scope_claims: reader.declared("scope_claims").without_span(),
            assertion_audience_array: reader.declared("assertion_audience_array").without_span(),
            pkce: reader.declared("pkce").without_span(),
            name: name?,
        })
    }

    /// Returns the row after the file is applied. `defaults` is the row of a new client, and
    /// `credentials` has the merged secrets and keys.
    pub(crate) fn merge(
        &self,
        stored: Option<&Client>,
        defaults: &Client,
        credentials: Vec<ClientCredential>,
        prune: bool,
    ) -> Client {
        let Self {
            name,
            client_id: _,
            enabled,
            public,
            redirect_uris,
            grant_types,
            permissions,
            secrets: _,
            keys: _,
            admin_consent,
            subject_type,
            id_token_alg,
            refresh_token_rotation,
            dpop_required,
            error_simulation,
            display_name,
            publisher,
            scope_claims,
            assertion_audience_array,
            pkce,
        } = self;
        let is_new = stored.is_none();
        let stored = stored.unwrap_or(defaults);
        let redirect_uris = redirect_uris.merge(&stored.redirect_uris, &defaults.redirect_uris);
        let default_grant_types = default_grant_types(!redirect_uris.is_empty());
        let stored_grant_types = if is_new { &default_grant_types } else { &stored.grant_types };
        let grant_types = values(grant_types).merge(stored_grant_types, &default_grant_types);
        let id_token_alg = id_token_alg.clone().map(|algorithm| algorithm.as_str().to_owned());
        Client {
            tenant: stored.tenant,
            id: stored.id.clone(),
            name: name.value.clone(),
            enabled: enabled.merge(&stored.enabled, &defaults.enabled),
            public: public.merge(&stored.public, &defaults.public),
            redirect_uris,
            credentials,
            grant_types,
            permissions: merge_permissions(permissions, &stored.permissions, prune),
            admin_consent: admin_consent.merge(&stored.admin_consent, &defaults.admin_consent),
            subject_type: subject_type.merge(&stored.subject_type, &defaults.subject_type),
            id_token_alg: id_token_alg.merge(&stored.id_token_alg, &defaults.id_token_alg),
            refresh_token_rotation: refresh_token_rotation
                .merge_optional(stored.refresh_token_rotation.as_ref()),
            dpop_required: dpop_required.merge(&stored.dpop_required, &defaults.dpop_required),
            error_simulation: error_simulation
                .merge(&stored.error_simulation, &defaults.error_simulation),
            display_name: display_name.merge_optional(stored.display_name.as_ref()),
            publisher: publisher.merge_optional(stored.publisher.as_ref()),
            scope_claims: scope_claims.merge(&stored.scope_claims, &defaults.scope_claims),
            assertion_audience_array: assertion_audience_array
                .merge(&stored.assertion_audience_array, &defaults.assertion_audience_array),
            any_loopback: stored.any_loopback,
            pkce: pkce.merge(&stored.pkce, &defaults.pkce),
        }
    }
}

const PUBLISHER_CHARS_MAX: usize = 128;

fn read_publisher(reader: &mut TableReader<'_>) -> Declared<String> {
    let publisher: Declared<Spanned<String>> = reader.declared("publisher");
    let is_shown = |text: &str| !text.trim().is_empty() && !text.contains(char::is_control);
    if let Some(publisher) = publisher.value()
        && (!is_shown(publisher) || publisher.chars().count() > PUBLISHER_CHARS_MAX)
    {
        let message = "this publisher cannot be shown";
        let found = "expected 1 to 128 characters in one line";
        reader.problems().add(Problem::new(publisher.span.clone(), message, found));
    }
    publisher.without_span()
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

fn check_client_id(client_id: Option<&Spanned<ClientId>>, reader: &TableReader<'_>) {
    let Some(reserved) = client_id.filter(|id| id.value.as_str() == ADMINISTRATION_CLIENT) else {
        return;
    };
    let message = "this `client_id` is reserved for the administration pages";
    let problem = Problem::new(reserved.span.clone(), message, "no declared client can use it");
    reader.problems().add(problem.allowed("choose another one, or leave `client_id` out"));
}

fn read_grant_types(reader: &mut TableReader<'_>) -> Declared<Vec<Spanned<String>>> {
    let grant_types = reader.declared_list::<String>("grant_types");
    for grant_type in grant_types.value().into_iter().flatten() {
        if protocol::grant::NAMES.contains(&grant_type.as_str()) {
            continue;
        }
        let known = protocol::grant::NAMES.iter().copied();
        let all = format!("expected any of {}", protocol::grant::NAMES.join(", "));
        let help = nearest(grant_type, known)
            .map_or(all.clone(), |suggestion| format!("did you mean `{suggestion}`? {all}"));
        let message = format!("unknown grant type `{}`", grant_type.value);
        reader.problems().add(Problem::new(grant_type.span.clone(), message, "").allowed(help));
    }
    grant_types
}

impl PermissionDeclaration {
    fn read(reader: &mut TableReader<'_>) -> Option<Self> {
        let resource = reader.required("resource");
        let scopes = reader.declared_list("scopes");
        let roles = reader.declared_list("roles");
        Some(Self { resource: resource?, scopes, roles })
    }

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
