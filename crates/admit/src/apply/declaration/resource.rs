//! Declaration of a resource.

use model::{ClientId, LocalizedText, Resource, Role, Scope, ScopeAccess, Seconds, Timestamp};
use protocol::scope::OPENID_SCOPES;

use super::check_unique;
use crate::toml_document::{Declared, EnumOption, Problem, Spanned, TableReader};

/// A declared resource (an API).
#[derive(Debug, Default)]
pub(crate) struct ResourceDeclaration {
    /// The identifier, which is the `aud` of its tokens: an absolute URI without fragment. It
    /// identifies the resource.
    ///
    /// Example: `identifier = "api://orders"`
    pub(crate) identifier: Spanned<String>,
    /// The name on pages: one text, or one per language (`{ en = "…", id = "…" }`).
    ///
    /// Default: the identifier
    pub(crate) name: Declared<LocalizedText>,
    /// Whether the resource is enabled. No tokens are issued for a disabled resource.
    ///
    /// Default: `true`
    pub(crate) enabled: Declared<bool>,
    /// Revokes everything that was given before this time: codes, grants and tokens for the
    /// resource. It must not lie in the future, and never goes back: an earlier time, or none,
    /// changes nothing.
    ///
    /// Example: `revoke_before = 2026-11-28T12:00:00Z`
    pub(crate) revoke_before: Declared<Spanned<Timestamp>>,
    /// Whether this is the default resource of the tenant. Scopes without a resource belong to it.
    /// A tenant has at most one.
    ///
    /// Default: `false`
    pub(crate) default: Declared<bool>,
    /// The scopes, which are permissions on behalf of a user: each with a `value`, a `description`
    /// for the consent page, `admin_only = true` if only an administrator may consent, and `access`
    /// (`"read"` or `"write"`).
    pub(crate) scopes: Declared<Vec<ScopeDeclaration>>,
    /// The roles of clients and users: each with a `value` and a `description` (one text, or one
    /// per language).
    pub(crate) roles: Declared<Vec<Role>>,
    /// The signature algorithm of access tokens: `"ES256"`, or `"RS256"` for libraries and gateways
    /// that read RSA keys only. The tenant must sign with it (`signing_algs`). See [Protect your
    /// API](../guides/protect-your-api.md).
    ///
    /// Default: `"ES256"` if the tenant signs with it
    pub(crate) token_alg: Declared<Spanned<Algorithm>>,
    /// The `typ` of access tokens: `"at+jwt"` (RFC 9068), or `"JWT"` for libraries that refuse it,
    /// such as Spring Security. See [Protect your API](../guides/protect-your-api.md).
    ///
    /// Default: `"at+jwt"`
    pub(crate) token_typ: Declared<TokenType>,
    /// The lifetime of access tokens.
    ///
    /// Default: `"1h"`
    pub(crate) token_lifetime: Declared<Seconds>,
    /// The names of the clients that may introspect the tokens of this resource (RFC 7662).
    pub(crate) introspection_clients: Declared<Vec<Spanned<String>>>,
}

/// A declared scope.
#[derive(Clone, Debug)]
pub(crate) struct ScopeDeclaration {
    /// The value.
    pub(crate) value: Spanned<String>,
    /// The description for the consent page: one text, or one per language
    /// (`{ en = "…", id = "…" }`).
    pub(crate) description: Spanned<LocalizedText>,
    /// Whether only an administrator may consent.
    ///
    /// Default: `false`
    pub(crate) admin_only: Declared<bool>,
    /// The access that the scope gives: `"read"`, or `"write"` if the app can change something. The
    /// consent page shows `"write"` first and marks it.
    ///
    /// Default: read from the words of the value, such as `write` or `send`
    pub(crate) access: Declared<ScopeAccess>,
}

impl EnumOption for ScopeAccess {
    const NAMES: &'static [(&'static str, Self)] =
        &[(Self::Read.as_str(), Self::Read), (Self::Write.as_str(), Self::Write)];
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl EnumOption for Algorithm {
    const NAMES: &'static [(&'static str, Self)] =
        &[("ES256", Self::Es256), ("RS256", Self::Rs256)];
}

impl Algorithm {
    /// Returns the value of `alg`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// The `typ` of access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// `at+jwt` (RFC 9068).
    AccessToken,
    /// `JWT`.
    Jwt,
}

impl EnumOption for TokenType {
    const NAMES: &'static [(&'static str, Self)] =
        &[("at+jwt", Self::AccessToken), ("JWT", Self::Jwt)];
}

impl TokenType {
    /// Returns the value of `typ`.
    const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::Jwt => "JWT",
        }
    }
}

impl ResourceDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Option<Self> {
        let identifier: Option<Spanned<String>> = reader.required("identifier");
        if let Some(flaw) = identifier.as_ref().and_then(|identifier| flaw(identifier)) {
            let span = identifier.as_ref().map(|identifier| identifier.span.clone());
            let message = "this identifier is not allowed";
            reader.problems().add(Problem::new(span.unwrap_or_default(), message, flaw));
        }
        let scopes = reader.declared_tables("scopes", ScopeDeclaration::read);
        let roles = reader.declared_tables("roles", read_role);
        let (values, roles_read) = (scopes.value(), roles.value());
        let values = values.into_iter().flatten().map(|scope| &scope.value.value);
        check_unique("scope", values, reader.problems());
        let values = roles_read.into_iter().flatten().map(|role| &role.value.0);
        check_unique("role", values, reader.problems());
        let token_lifetime = reader.declared("token_lifetime");
        check_token_lifetime(&token_lifetime, reader);
        Some(Self {
            name: reader.declared("name").without_span(),
            enabled: reader.declared("enabled").without_span(),
            revoke_before: reader.declared("revoke_before"),
            default: reader.declared("default").without_span(),
            scopes: scopes.map(|scopes| scopes.into_iter().map(|scope| scope.value).collect()),
            roles: roles.map(|roles| roles.into_iter().map(|role| role.value.1).collect()),
            token_alg: reader.declared("token_alg"),
            token_typ: reader.declared("token_typ").without_span(),
            token_lifetime: token_lifetime.without_span(),
            introspection_clients: reader.declared_list("introspection_clients"),
            identifier: identifier?,
        })
    }

    /// Returns the row after the file is applied. `defaults` is the row of a new resource, and
    /// `introspection_clients` has the ids of the declared ones.
    pub(crate) fn merge(
        &self,
        stored: Option<&Resource>,
        defaults: &Resource,
        introspection_clients: &Declared<Vec<ClientId>>,
    ) -> Resource {
        let stored = stored.unwrap_or(defaults);
        let scopes = self.scopes.clone().map(|scopes| merge_scopes(&scopes, &stored.scopes));
        let token_alg = self.token_alg.clone().map(|algorithm| algorithm.as_str().to_owned());
        let token_typ = self.token_typ.clone().map(|typ| typ.as_str().to_owned());
        Resource {
            tenant: stored.tenant,
            identifier: stored.identifier.clone(),
            name: self.name.merge(&stored.name, &defaults.name),
            enabled: self.enabled.merge(&stored.enabled, &defaults.enabled),
            default: self.default.merge(&stored.default, &defaults.default),
            scopes: scopes.merge(&stored.scopes, &defaults.scopes),
            roles: self.roles.merge(&stored.roles, &defaults.roles),
            token_alg: token_alg.merge(&stored.token_alg, &defaults.token_alg),
            token_typ: token_typ.merge(&stored.token_typ, &defaults.token_typ),
            token_lifetime: self
                .token_lifetime
                .merge(&stored.token_lifetime, &defaults.token_lifetime),
            introspection_clients: introspection_clients
                .merge(&stored.introspection_clients, &defaults.introspection_clients),
            tokens_not_before: stored.tokens_not_before,
        }
    }
}

/// Returns the declared scopes. An option that a scope leaves out keeps its stored value.
fn merge_scopes(declared: &[ScopeDeclaration], stored: &[Scope]) -> Vec<Scope> {
    let merge = |declared: &ScopeDeclaration| {
        let ScopeDeclaration { value, description, admin_only, access } = declared;
        let stored = stored.iter().find(|scope| scope.value == value.value);
        let stored_access = stored.and_then(|scope| scope.access);
        let stored_admin_only = stored.is_some_and(|scope| scope.admin_only);
        Scope {
            value: value.value.clone(),
            description: description.value.clone(),
            admin_only: admin_only.merge(&stored_admin_only, &false),
            access: access.merge_optional(stored_access.as_ref()),
        }
    };
    declared.iter().map(merge).collect()
}

fn check_token_lifetime(lifetime: &Declared<Spanned<Seconds>>, reader: &TableReader<'_>) {
    let Some(lifetime) = lifetime.value() else { return };
    if lifetime.value > TOKEN_LIFETIME_MAX {
        let found = "a signing key is published for one day after its last signature";
        let problem = Problem::new(lifetime.span.clone(), "the token lifetime is too long", found);
        reader.problems().add(problem.allowed("expected at most \"24h\""));
    }
}

const TOKEN_LIFETIME_MAX: Seconds = Seconds::hours(24);
const IDENTIFIER_LENGTH_MAX: usize = 256;

/// Returns the reason why a text cannot be a resource identifier (RFC 8707 §2).
fn flaw(identifier: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = identifier.split_once(':') else {
        return Some("expected an absolute URI, such as \"api://orders\"");
    };
    let is_scheme = scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || rest.is_empty() {
        return Some("expected an absolute URI, such as \"api://orders\"");
    }
    if identifier.contains('#') {
        return Some("a resource identifier has no fragment (RFC 8707)");
    }
    if identifier.ends_with('/') {
        return Some("it ends with a slash, which separates identifier and scope");
    }
    if identifier.len() > IDENTIFIER_LENGTH_MAX {
        return Some("it is longer than 256 bytes");
    }
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"\\<>^`{|}".contains(&byte);
    (!identifier.bytes().all(is_allowed))
        .then_some("it has a character that is not allowed in a URI")
}

impl ScopeDeclaration {
    fn read(reader: &mut TableReader<'_>) -> Option<Self> {
        let value = read_value(reader);
        let description = reader.required("description");
        let admin_only = reader.declared("admin_only").without_span();
        let access = reader.declared("access").without_span();
        Some(Self { value: value?, description: description?, admin_only, access })
    }
}

/// Reads a role, with the position of its value.
fn read_role(reader: &mut TableReader<'_>) -> Option<(Spanned<String>, Role)> {
    let value = read_value(reader);
    let description = reader.required::<LocalizedText>("description");
    let (value, description) = (value?, description?.value);
    Some((value.clone(), Role { value: value.value, description }))
}

/// Reads a scope-token (RFC 6749 §3.3) without a slash, which separates identifier and scope.
fn read_value(reader: &mut TableReader<'_>) -> Option<Spanned<String>> {
    let value: Spanned<String> = reader.required("value")?;
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"\\/".contains(&byte);
    let reserved = OPENID_SCOPES.contains(&value.as_str());
    if value.is_empty() || value.len() > 128 || !value.bytes().all(is_allowed) {
        let found =
            "expected 1 to 128 printable characters, without space, quote, slash, backslash";
        reader.problems().add(Problem::new(value.span.clone(), "this value cannot be used", found));
    } else if value.starts_with('.') || reserved {
        let found = "this value is reserved";
        reader.problems().add(Problem::new(value.span.clone(), "this value cannot be used", found));
    }
    Some(value)
}
