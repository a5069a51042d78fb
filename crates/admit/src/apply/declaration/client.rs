//! Declaration of a client.

use model::{ClientId, LocalizedText, Permission, PkceMode, RedirectUri, ScopeClaims, SubjectType};
use service::ADMINISTRATION_CLIENT;

use super::credential::{read_key, read_secret};
use super::redirect_uris::read_redirect_uris;
use super::resource::Algorithm;
use super::{CredentialDeclaration, Sources};
use crate::toml_document::{EnumOption, Problem, Spanned, TableReader, nearest};

/// A declared client.
#[derive(Debug)]
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
    pub(crate) enabled: bool,
    /// Whether the client is public. A public client cannot keep a secret and must not send one.
    ///
    /// Default: `false`
    pub(crate) public: bool,
    /// The redirect URIs by kind of application: `web`, `single_page` and `native` are lists. They
    /// are compared byte by byte, except for the loopback port of a native app.
    ///
    /// Example: `redirect_uris = { web = ["https://app.example.com/callback"] }`
    pub(crate) redirect_uris: Vec<RedirectUri>,
    /// The allowed grant types.
    ///
    /// Default: `["authorization_code", "refresh_token"]` with a redirect URI, else
    /// `["client_credentials"]`
    pub(crate) grant_types: Vec<String>,
    /// The API permissions: each with a `resource`, `scopes` on behalf of a user, and `roles` of
    /// the client itself.
    pub(crate) permissions: Vec<Spanned<PermissionDeclaration>>,
    /// The secrets: each with an `id`, and one of `secret` (at least 22 random characters),
    /// `secret_file`, `secret_env`, `secret_sha256` (hexadecimal) and `generate = true` (generated
    /// and printed once). `expires` is a time. A secret that is no longer declared is removed.
    pub(crate) secrets: Vec<Spanned<CredentialDeclaration>>,
    /// The keys for `private_key_jwt`: each with one of `certificate_file`, `certificate` (PEM),
    /// `jwk_file` and `jwk` (JSON). `id` is the `kid`, by default the thumbprint of the key.
    /// `expires` is a time. A key that is no longer declared is removed.
    pub(crate) keys: Vec<Spanned<CredentialDeclaration>>,
    /// Whether an administrator has consented for all users of the tenant. Users are then not asked
    /// for consent.
    ///
    /// Default: `false`
    pub(crate) admin_consent: bool,
    /// The subject type (`sub`): `"pairwise"` or `"public"`.
    ///
    /// Default: `"pairwise"`
    pub(crate) subject_type: SubjectType,
    /// The signature algorithm of ID tokens: `"RS256"` or `"ES256"`.
    ///
    /// Default: `"RS256"`
    pub(crate) id_token_alg: Algorithm,
    /// Whether each refresh replaces the refresh token. A public client must use rotation, unless
    /// `dpop_required` binds its tokens to a key (RFC 9700 §2.2.2).
    ///
    /// Default: only for public clients whose tokens are not bound to a key
    pub(crate) refresh_token_rotation: Option<bool>,
    /// Whether every token request must have a DPoP proof.
    ///
    /// Default: `false`
    pub(crate) dpop_required: bool,
    /// Whether the client may request any error by its number (`admit_simulate_error=50173`), to
    /// test the error handling of the app. `admit serve` refuses such requests unless the
    /// configuration has `allow_error_simulation = true`.
    ///
    /// Default: `false`
    pub(crate) error_simulation: bool,
    /// The name on pages for users: one text, or one per language (`{ en = "…", id = "…" }`).
    ///
    /// Default: the name
    pub(crate) display_name: Option<LocalizedText>,
    /// The publisher, which the page that asks for consent names. It is shown as declared.
    ///
    /// Example: `publisher = "Acme Ltd"`
    pub(crate) publisher: Option<String>,
    /// The place of the claims that the scopes `profile`, `email`, `address` and `phone` request:
    /// `"id_token"` for the ID token and UserInfo, as Microsoft's libraries expect, or `"userinfo"`
    /// for UserInfo only (OpenID Connect Core §5.4). Claims that the parameter `claims` requests
    /// are where it names them.
    ///
    /// Default: `"id_token"`
    pub(crate) scope_claims: Option<ScopeClaims>,
    /// Whether `aud` of a client assertion (`private_key_jwt`) may be an array that contains this
    /// tenant. Some older libraries send one. An array could name a second server, which could then
    /// use the assertion here.
    ///
    /// Default: `false`
    pub(crate) assertion_audience_array: Option<bool>,
    /// Whether authorization requests must use PKCE (RFC 7636): `"required"` or `"optional"`.
    /// `"optional"` is for a confidential client whose library cannot send a `code_challenge`. A
    /// stolen code is then protected by the client's credential alone, and a code of another
    /// browser can be injected unless the library sends and checks `nonce` (RFC 9700 §2.1.1). A
    /// challenge that was sent is enforced in any case. A public client must use PKCE.
    ///
    /// Default: `"required"`
    pub(crate) pkce: Option<PkceMode>,
}

/// The declared permissions of a client at one resource.
#[derive(Debug)]
pub(crate) struct PermissionDeclaration {
    /// The identifier of the resource.
    pub(crate) resource: Spanned<String>,
    /// The scopes that the client may request on behalf of a user.
    pub(crate) scopes: Vec<Spanned<String>>,
    /// The roles of the client itself.
    pub(crate) roles: Vec<Spanned<String>>,
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
        let public = reader.optional("public").is_some_and(|public| public.value);
        let redirect_uris =
            reader.optional_table("redirect_uris", |reader| Some(read_redirect_uris(reader)));
        let redirect_uris = redirect_uris.unwrap_or_default();
        let secrets = reader.tables("secrets", |reader| read_secret(reader, sources));
        let keys = reader.tables("keys", |reader| read_key(reader, sources));
        let has_credentials = reader.has("secrets") || reader.has("keys");
        let grant_types = read_grant_types(reader, !redirect_uris.is_empty());
        if public && has_credentials {
            let found = "a public client has neither secrets nor keys";
            reader.problems().add(Problem::new(
                reader.span(),
                "a public client cannot have credentials",
                found,
            ));
        }
        let pkce = read_pkce(public, reader);
        let dpop_required =
            reader.optional("dpop_required").is_some_and(|on: Spanned<bool>| on.value);
        let refresh_token_rotation: Option<Spanned<bool>> =
            reader.optional("refresh_token_rotation");
        if public && !dpop_required {
            check_rotation(refresh_token_rotation.as_ref(), reader);
        }
        let uses_client_credentials =
            grant_types.iter().any(|grant_type| grant_type == "client_credentials");
        if uses_client_credentials && (public || !has_credentials) {
            let found = "it has no secret and no key";
            let message = "`client_credentials` requires a client that can authenticate";
            reader.problems().add(Problem::new(reader.span(), message, found));
        }
        Some(Self {
            client_id,
            enabled: reader.optional("enabled").is_none_or(|enabled| enabled.value),
            public,
            redirect_uris,
            grant_types,
            permissions: reader.tables("permissions", read_permission),
            secrets,
            keys,
            admin_consent: reader.optional("admin_consent").is_some_and(|on| on.value),
            subject_type: reader
                .optional("subject_type")
                .map(|kind| kind.value)
                .unwrap_or_default(),
            id_token_alg: reader.optional("id_token_alg").map_or(Algorithm::Rs256, |alg| alg.value),
            refresh_token_rotation: refresh_token_rotation.map(|on| on.value),
            dpop_required,
            pkce,
            error_simulation: reader.optional("error_simulation").is_some_and(|on| on.value),
            display_name: reader.optional("display_name").map(|name| name.value),
            publisher: read_publisher(reader),
            scope_claims: reader.optional("scope_claims").map(|place| place.value),
            assertion_audience_array: reader
                .optional("assertion_audience_array")
                .map(|on| on.value),
            name: name?,
        })
    }
}

const PUBLISHER_CHARS_MAX: usize = 128;

fn read_publisher(reader: &mut TableReader<'_>) -> Option<String> {
    let publisher: Spanned<String> = reader.optional("publisher")?;
    let is_shown = !publisher.trim().is_empty() && !publisher.contains(char::is_control);
    if !is_shown || publisher.chars().count() > PUBLISHER_CHARS_MAX {
        let message = "this publisher cannot be shown";
        let found = "expected 1 to 128 characters in one line";
        reader.problems().add(Problem::new(publisher.span.clone(), message, found));
    }
    Some(publisher.value)
}

/// Checks that rotation is not disabled.
fn check_rotation(rotation: Option<&Spanned<bool>>, reader: &TableReader<'_>) {
    let Some(disabled) = rotation.filter(|rotation| !rotation.value) else { return };
    let found = "a public client must rotate refresh tokens";
    let message = "a stolen refresh token would stay valid";
    let problem = Problem::new(disabled.span.clone(), message, found);
    let allowed = "leave `refresh_token_rotation` out (RFC 9700 §2.2.2)";
    reader.problems().add(problem.allowed(allowed));
}

/// Reads `pkce`, which must not be optional for a public client.
fn read_pkce(public: bool, reader: &mut TableReader<'_>) -> Option<PkceMode> {
    let pkce = reader.optional::<PkceMode>("pkce")?;
    if public && pkce.value == PkceMode::Optional {
        let message = "a public client must use PKCE";
        let found = "nothing else protects the codes of a client without a credential";
        let problem = Problem::new(pkce.span, message, found);
        reader.problems().add(problem.allowed("leave `pkce` out (RFC 9700 §2.1.1)"));
    }
    Some(pkce.value)
}

fn check_client_id(client_id: Option<&Spanned<ClientId>>, reader: &TableReader<'_>) {
    let Some(reserved) = client_id.filter(|id| id.value.as_str() == ADMINISTRATION_CLIENT) else {
        return;
    };
    let message = "this `client_id` is reserved for the administration pages";
    let problem = Problem::new(reserved.span.clone(), message, "no declared client can use it");
    reader.problems().add(problem.allowed("choose another one, or leave `client_id` out"));
}

fn read_grant_types(reader: &mut TableReader<'_>, has_redirect_uris: bool) -> Vec<String> {
    if !reader.has("grant_types") {
        // Read nevertheless, so that it is listed among the allowed options.
        drop(reader.list::<String>("grant_types"));
        let default: &[&str] = if has_redirect_uris {
            &["authorization_code", "refresh_token"]
        } else {
            &["client_credentials"]
        };
        return default.iter().map(|&name| name.to_owned()).collect();
    }
    let mut grant_types = Vec::new();
    for grant_type in reader.list::<String>("grant_types") {
        let known = protocol::grant::NAMES.iter().copied();
        if !protocol::grant::NAMES.contains(&grant_type.as_str()) {
            let all = format!("expected any of {}", protocol::grant::NAMES.join(", "));
            let help = nearest(&grant_type, known)
                .map_or(all.clone(), |suggestion| format!("did you mean `{suggestion}`? {all}"));
            let message = format!("unknown grant type `{}`", grant_type.value);
            reader.problems().add(Problem::new(grant_type.span, message, "").allowed(help));
        } else if grant_type.value == "authorization_code" && !has_redirect_uris {
            let message = "`authorization_code` requires a redirect URI";
            reader.problems().add(Problem::new(grant_type.span, message, "the client has none"));
        } else {
            grant_types.push(grant_type.value);
        }
    }
    grant_types
}

fn read_permission(reader: &mut TableReader<'_>) -> Option<PermissionDeclaration> {
    let resource = reader.required("resource");
    let scopes = reader.list("scopes");
    let roles = reader.list("roles");
    Some(PermissionDeclaration { resource: resource?, scopes, roles })
}

impl PermissionDeclaration {
    /// Returns the permission of the client row.
    pub(crate) fn row(&self) -> Permission {
        let values =
            |list: &[Spanned<String>]| list.iter().map(|value| value.value.clone()).collect();
        Permission {
            resource: self.resource.value.clone(),
            scopes: values(&self.scopes),
            roles: values(&self.roles),
        }
    }
}
