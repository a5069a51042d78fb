//! Declaration of a resource.

use model::{LocalizedText, Resource, Role, Scope, Seconds, TenantId};
use protocol::scope::OPENID_SCOPES;

use super::check_unique;
use crate::toml_document::{EnumOption, Lifetime, Problem, Spanned, TableReader};

/// A declared resource (an API).
#[derive(Debug)]
pub(crate) struct ResourceDeclaration {
    /// The identifier, which is the `aud` of its tokens: an absolute URI without fragment. It
    /// identifies the resource.
    ///
    /// Example: `identifier = "api://orders"`
    pub(crate) identifier: Spanned<String>,
    /// The name on pages: one text, or one per language (`{ en = "…", id = "…" }`).
    ///
    /// Default: the identifier
    pub(crate) name: Option<LocalizedText>,
    /// Whether the resource is enabled. No tokens are issued for a disabled resource.
    ///
    /// Default: `true`
    pub(crate) enabled: bool,
    /// Whether this is the default resource of the tenant. Scopes without a resource belong to it.
    /// A tenant has at most one.
    ///
    /// Default: `false`
    pub(crate) default: bool,
    /// The scopes, which are permissions on behalf of a user: each with a `value`, a `description`
    /// for the consent page (one text, or one per language: `{ en = "…", id = "…" }`), and
    /// `admin_only = true` if only an administrator may consent.
    pub(crate) scopes: Vec<Scope>,
    /// The roles of clients and users: each with a `value` and a `description` (one text, or one
    /// per language).
    pub(crate) roles: Vec<Role>,
    /// The signature algorithm of access tokens: `"ES256"` or `"RS256"`.
    ///
    /// Default: `"ES256"`
    pub(crate) token_alg: Algorithm,
    /// The `typ` of access tokens: `"at+jwt"` (RFC 9068), or `"JWT"` for libraries that refuse it.
    ///
    /// Default: `"at+jwt"`
    pub(crate) token_typ: TokenType,
    /// The lifetime of access tokens.
    ///
    /// Default: `"1h"`
    pub(crate) token_lifetime: Option<Seconds>,
    /// The names of the clients that may introspect the tokens of this resource (RFC 7662).
    pub(crate) introspection_clients: Vec<Spanned<String>>,
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

impl ResourceDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Option<Self> {
        let identifier: Option<Spanned<String>> = reader.required("identifier");
        if let Some(flaw) = identifier.as_ref().and_then(|identifier| flaw(identifier)) {
            let span = identifier.as_ref().map(|identifier| identifier.span.clone());
            let message = "this identifier is not allowed";
            reader.problems().add(Problem::new(span.unwrap_or_default(), message, flaw));
        }
        let name = reader.optional("name").map(|name| name.value);
        let enabled = reader.optional("enabled").is_none_or(|enabled| enabled.value);
        let default = reader.optional("default").is_some_and(|default| default.value);
        let scopes = reader.tables("scopes", read_scope);
        let roles = reader.tables("roles", read_role);
        check_unique("scope", scopes.iter().map(|scope| &scope.value.0), reader.problems());
        check_unique("role", roles.iter().map(|role| &role.value.0), reader.problems());
        let token_alg = reader.optional("token_alg").map_or(Algorithm::Es256, |alg| alg.value);
        let token_typ =
            reader.optional("token_typ").map_or(TokenType::AccessToken, |typ| typ.value);
        let introspection_clients = reader.list("introspection_clients");
        let token_lifetime = reader.optional::<Lifetime>("token_lifetime");
        if let Some(too_long) =
            token_lifetime.as_ref().filter(|lifetime| lifetime.value.0 > TOKEN_LIFETIME_MAX)
        {
            let found = "a signing key is published for one day after its last signature";
            let problem =
                Problem::new(too_long.span.clone(), "the token lifetime is too long", found);
            reader.problems().add(problem.allowed("expected at most \"24h\""));
        }
        Some(Self {
            identifier: identifier?,
            name,
            enabled,
            default,
            scopes: scopes.into_iter().map(|scope| scope.value.1).collect(),
            roles: roles.into_iter().map(|role| role.value.1).collect(),
            token_alg,
            token_typ,
            token_lifetime: token_lifetime.map(|lifetime| lifetime.value.0),
            introspection_clients,
        })
    }

    /// Returns the row of the resource. `introspection_clients` is empty: the clients are resolved
    /// later.
    pub(crate) fn row(&self, tenant: TenantId) -> Resource {
        let identifier = self.identifier.value.clone();
        Resource {
            tenant,
            name: self.name.clone().unwrap_or_else(|| identifier.clone().into()),
            identifier,
            enabled: self.enabled,
            default: self.default,
            scopes: self.scopes.clone(),
            roles: self.roles.clone(),
            token_alg: self.token_alg.as_str().to_owned(),
            token_typ: match self.token_typ {
                TokenType::AccessToken => "at+jwt".to_owned(),
                TokenType::Jwt => "JWT".to_owned(),
            },
            token_lifetime: self.token_lifetime.unwrap_or(Seconds::hours(1)),
            introspection_clients: Vec::new(),
        }
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

/// A scope or role with the position of its value.
type WithPosition<T> = (Spanned<String>, T);

fn read_scope(reader: &mut TableReader<'_>) -> Option<WithPosition<Scope>> {
    let value = read_value(reader);
    let description = reader.required::<LocalizedText>("description");
    let admin_only = reader.optional("admin_only").is_some_and(|only| only.value);
    let (value, description) = (value?, description?.value);
    Some((value.clone(), Scope { value: value.value, description, admin_only }))
}

fn read_role(reader: &mut TableReader<'_>) -> Option<WithPosition<Role>> {
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
