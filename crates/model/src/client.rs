//! An application that asks for tokens (RFC 6749 §1.1).

use serde::{Deserialize, Serialize};

use crate::{ClientId, Digest, TenantId, Timestamp};

/// A client as its tenant registered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Its `client_id`.
    pub id: ClientId,
    /// What pages call it.
    pub name: String,
    /// A client that is switched off is given nothing.
    pub enabled: bool,
    /// A public client cannot keep a secret (RFC 6749 §2.1) and must not send one.
    pub public: bool,
    /// Where answers of the authorization endpoint may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// What it proves itself with.
    pub credentials: Vec<ClientCredential>,
    /// The grant types it may use, by their names on the wire.
    pub grant_types: Vec<String>,
    /// What it may ask for, resource by resource.
    pub permissions: Vec<Permission>,
    /// An administrator has consented for everybody in the tenant: people are not asked.
    pub consent_granted: bool,
    /// How `sub` is made for it.
    pub subject_type: SubjectType,
    /// `alg` of its ID tokens: `RS256` or `ES256`.
    pub id_token_alg: String,
    /// Whether each refresh replaces the refresh token. `None`: only for public clients whose
    /// tokens are not bound to a key (RFC 9700 §4.14.2).
    pub refresh_token_rotation: Option<bool>,
    /// Every token request must carry a DPoP proof (RFC 9449 §5.2).
    pub dpop_required: bool,
    /// It may ask for any refusal by number, to test how it takes it.
    #[serde(default)]
    pub rehearsal: bool,
}

/// A registered redirect URI, compared byte for byte (loopback ports aside, RFC 8252 §7.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectUri {
    /// The URI.
    pub uri: String,
    /// The kind of application that listens there.
    pub platform: Platform,
}

/// The kind of application behind a redirect URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A web server that can keep a secret.
    Web,
    /// A single-page app: redeems its codes from a browser, cross-origin.
    SinglePage,
    /// An app on a device; loopback ports are free for it.
    Native,
}

/// What a client proves itself with. Secrets are kept as SHA-256 only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientCredential {
    /// A secret made by machine, of at least 128 random bits: a fast digest is enough.
    Secret {
        /// The id by which people speak of it; never accepted as the secret.
        id: String,
        /// SHA-256 of the secret.
        sha256: Digest,
        /// From this moment on it is refused.
        expires: Option<Timestamp>,
    },
    /// A public key for `private_key_jwt` (RFC 7523), bare or of a certificate.
    PublicKey {
        /// The id by which people speak of it, and the `kid` that assertions may name.
        id: String,
        /// The key as a JWK (RFC 7517), without private members.
        jwk: String,
        /// SHA-1 of the certificate in DER (`x5t`, RFC 7515 §4.1.7).
        x5t: Option<[u8; 20]>,
        /// SHA-256 of the certificate in DER (`x5t#S256`).
        x5t_s256: Option<Digest>,
        /// From this moment on it is refused.
        expires: Option<Timestamp>,
    },
}

/// What a client may ask for at one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The resource's identifier.
    pub resource: String,
    /// Scopes that it may ask for on behalf of a person.
    pub scopes: Vec<String>,
    /// Roles that it has itself (client_credentials).
    pub roles: Vec<String>,
}

/// How `sub` is made (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// Another value for each client.
    #[default]
    Pairwise,
    /// The same value for every client: the user's id.
    Public,
}

impl Client {
    /// What it may ask for at the resource with this identifier.
    pub fn permission(&self, resource: &str) -> Option<&Permission> {
        self.permissions.iter().find(|permission| permission.resource == resource)
    }

    /// Whether it may use the grant type with this name on the wire.
    pub fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|allowed| allowed == grant_type)
    }

    /// Whether the browser origin is one of a single-page redirect URI.
    pub fn has_origin(&self, origin: &str) -> bool {
        self.origins().any(|registered| registered == origin)
    }

    /// The origins (RFC 6454 §6.2) of its single-page redirect URIs.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.redirect_uris
            .iter()
            .filter(|redirect_uri| redirect_uri.platform == Platform::SinglePage)
            .filter_map(|redirect_uri| origin_of(&redirect_uri.uri))
    }
}

/// `scheme://authority` of a URI.
fn origin_of(uri: &str) -> Option<&str> {
    let authority = uri.find("://")? + 3;
    let end = uri.get(authority..)?.find(['/', '?', '#']).map_or(uri.len(), |at| authority + at);
    uri.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_authority_ends() {
        // Cuts URIs with a path, a query and neither.
        assert_eq!(origin_of("https://a.test:8443/x/y"), Some("https://a.test:8443"));
        assert_eq!(origin_of("https://a.test?x"), Some("https://a.test"));
        assert_eq!(origin_of("http://localhost:5173"), Some("http://localhost:5173"));
        assert_eq!(origin_of("no-scheme"), None);
    }
}
