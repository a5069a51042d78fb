//! A resource as a file declares it.

use model::{Resource, Role, Scope, Seconds, TenantId};

use super::each_once;
use crate::document::{At, Choice, Lifetime, Problem, Reader};

/// A resource as a file declares it.
#[derive(Debug)]
pub(crate) struct ResourceDeclaration {
    /// Its identifier: an absolute URI without fragment, the `aud` of its tokens. It is what the
    /// resource is found again by.
    ///
    /// Example: `identifier = "api://orders"`
    pub(crate) identifier: At<String>,
    /// What pages call it.
    ///
    /// Default: its identifier
    pub(crate) name: Option<String>,
    /// No token is given for a resource that is switched off.
    ///
    /// Default: `true`
    pub(crate) enabled: bool,
    /// Scopes without a resource in front belong to the tenant's default resource. At most one
    /// is it.
    ///
    /// Default: `false`
    pub(crate) default: bool,
    /// What a client may do there on behalf of a person: each with a `value`, a `description` for
    /// the consent page, and `admin_only = true` where only an administrator may consent.
    pub(crate) scopes: Vec<Scope>,
    /// What a client may be there by itself, or a person by assignment: each with a `value` and a
    /// `description`.
    pub(crate) roles: Vec<Role>,
    /// How its access tokens are signed: `"ES256"` or `"RS256"`.
    ///
    /// Default: `"ES256"`
    pub(crate) token_alg: Algorithm,
    /// `typ` of its access tokens: `"at+jwt"` (RFC 9068), or `"JWT"` for libraries that refuse it.
    ///
    /// Default: `"at+jwt"`
    pub(crate) token_typ: TokenType,
    /// How long its access tokens last.
    ///
    /// Default: `"1h"`
    pub(crate) token_lifetime: Option<Seconds>,
    /// Names of the clients that the API itself uses to ask about tokens (RFC 7662).
    pub(crate) introspection_clients: Vec<At<String>>,
}

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// ECDSA on P-256.
    Es256,
    /// RSA.
    Rs256,
}

impl Choice for Algorithm {
    const WORDS: &'static [(&'static str, Self)] =
        &[("ES256", Self::Es256), ("RS256", Self::Rs256)];
}

impl Algorithm {
    /// The name, as in `alg`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// `typ` of access tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// RFC 9068.
    AccessToken,
    /// As before RFC 9068.
    Jwt,
}

impl Choice for TokenType {
    const WORDS: &'static [(&'static str, Self)] =
        &[("at+jwt", Self::AccessToken), ("JWT", Self::Jwt)];
}

impl ResourceDeclaration {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let identifier: Option<At<String>> = reader.required("identifier");
        if let Some(flaw) = identifier.as_ref().and_then(|identifier| flaw(identifier)) {
            let span = identifier.as_ref().map(|identifier| identifier.span.clone());
            let message = "a resource cannot have this identifier";
            reader.problems().add(Problem::new(span.unwrap_or_default(), message, flaw));
        }
        let name = reader.optional("name").map(|name| name.value);
        let enabled = reader.optional("enabled").is_none_or(|enabled| enabled.value);
        let default = reader.optional("default").is_some_and(|default| default.value);
        let scopes = reader.tables("scopes", scope);
        let roles = reader.tables("roles", role);
        each_once("scope", scopes.iter().map(|scope| &scope.value.0), reader.problems());
        each_once("role", roles.iter().map(|role| &role.value.0), reader.problems());
        let token_alg = reader.optional("token_alg").map_or(Algorithm::Es256, |alg| alg.value);
        let token_typ =
            reader.optional("token_typ").map_or(TokenType::AccessToken, |typ| typ.value);
        let introspection_clients = reader.list("introspection_clients");
        let token_lifetime = reader.optional::<Lifetime>("token_lifetime");
        if let Some(long) = token_lifetime.as_ref().filter(|life| life.value.0 > LONGEST_TOKEN) {
            let found = "signing keys are kept for no longer than a day after their last token";
            let problem =
                Problem::new(long.span.clone(), "access tokens would last too long", found);
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

    /// The resource's row. Who may introspect is found by name later.
    pub(crate) fn row(&self, tenant: TenantId) -> Resource {
        let identifier = self.identifier.value.clone();
        Resource {
            tenant,
            name: self.name.clone().unwrap_or_else(|| identifier.clone()),
            identifier,
            enabled: self.enabled,
            default: self.default,
            scopes: self.scopes.clone(),
            roles: self.roles.clone(),
            token_alg: self.token_alg.name().to_owned(),
            token_typ: match self.token_typ {
                TokenType::AccessToken => "at+jwt".to_owned(),
                TokenType::Jwt => "JWT".to_owned(),
            },
            token_lifetime: self.token_lifetime.unwrap_or(Seconds::hours(1)),
            introspection_clients: Vec::new(),
        }
    }
}

const LONGEST_TOKEN: Seconds = Seconds::hours(24);
const IDENTIFIER_LENGTH_MAX: usize = 256;

/// Why a text cannot be the identifier of a resource (RFC 8707 §2).
fn flaw(identifier: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = identifier.split_once(':') else {
        return Some("expected an absolute URI, such as \"api://orders\"");
    };
    let scheme_is_one = scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !scheme_is_one || rest.is_empty() {
        return Some("expected an absolute URI, such as \"api://orders\"");
    }
    if identifier.contains('#') {
        return Some("a resource identifier has no fragment (RFC 8707)");
    }
    if identifier.ends_with('/') {
        return Some("it ends with a slash, and scopes begin with one");
    }
    if identifier.len() > IDENTIFIER_LENGTH_MAX {
        return Some("it is longer than 256 bytes");
    }
    let right = |byte: u8| byte.is_ascii_graphic() && !b"\"\\<>^`{|}".contains(&byte);
    (!identifier.bytes().all(right)).then_some("it has a character that no URI has")
}

/// A scope or a role with its value's place.
type Valued<T> = (At<String>, T);

fn scope(reader: &mut Reader<'_>) -> Option<Valued<Scope>> {
    let value = value(reader);
    let description = reader.required::<String>("description");
    let admin_only = reader.optional("admin_only").is_some_and(|only| only.value);
    let (value, description) = (value?, description?.value);
    Some((value.clone(), Scope { value: value.value, description, admin_only }))
}

fn role(reader: &mut Reader<'_>) -> Option<Valued<Role>> {
    let value = value(reader);
    let description = reader.required::<String>("description");
    let (value, description) = (value?, description?.value);
    Some((value.clone(), Role { value: value.value, description }))
}

/// A scope-token of RFC 6749 §3.3, without a slash, which would end the resource before it.
fn value(reader: &mut Reader<'_>) -> Option<At<String>> {
    let value: At<String> = reader.required("value")?;
    let right = |byte: u8| byte.is_ascii_graphic() && !b"\"\\/".contains(&byte);
    let reserved = ["openid", "profile", "email", "offline_access"].contains(&value.as_str());
    if value.is_empty() || value.len() > 128 || !value.bytes().all(right) {
        let found =
            "expected 1 to 128 printable characters, without space, quote, slash, backslash";
        reader.problems().add(Problem::new(value.span.clone(), "this value cannot be used", found));
    } else if value.starts_with('.') || reserved {
        let found = "this value has a meaning of its own";
        reader.problems().add(Problem::new(value.span.clone(), "this value cannot be used", found));
    }
    Some(value)
}
