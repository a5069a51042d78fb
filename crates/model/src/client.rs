//! An OAuth client: an application that requests tokens (RFC 6749 §1.1).

mod credential;
mod sign_in_policy;

use serde::{Deserialize, Serialize};

pub use self::credential::ClientCredential;
use crate::{
    ClientId, IpNetwork, LocalizedText, SecondFactor, TenantId, Timestamp, is_loopback_url,
    revocation_time::after_switch,
};

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The tenant that registered it.
    pub tenant: TenantId,
    /// The `client_id`.
    pub id: ClientId,
    /// The display name on pages.
    pub name: String,
    /// Whether the client may be used. No tokens are issued to a disabled client.
    pub enabled: bool,
    /// Whether it is a public client, which cannot keep a secret (RFC 6749 §2.1) and must not send
    /// one.
    pub public: bool,
    /// The redirect URIs to which the authorization endpoint may respond.
    pub redirect_uris: Vec<RedirectUri>,
    /// The credentials with which it authenticates.
    pub credentials: Vec<ClientCredential>,
    /// Codes, grants and tokens of this client from before this time are refused.
    #[serde(default)]
    pub tokens_not_before: Timestamp,
    /// The values of `grant_type` that it may use.
    pub grant_types: Vec<String>,
    /// The scopes and roles that it may request, one entry for each resource.
    pub permissions: Vec<Permission>,
    /// Whether an administrator has consented for every user of the tenant. Users are then not
    /// asked.
    pub admin_consent: bool,
    /// The derivation of the `sub` of its tokens.
    pub subject_type: SubjectType,
    /// Whether it gets the ids of users and sessions themselves although `sub` is pairwise.
    #[serde(default)]
    pub oid: bool,
    /// `alg` of its ID tokens: `RS256` or `ES256`.
    pub id_token_alg: String,
    /// Whether each refresh replaces the refresh token. With `None`, only for public clients whose
    /// tokens are not bound to a key (RFC 9700 §4.14.2).
    pub refresh_token_rotation: Option<bool>,
    /// Whether every token request must carry a DPoP proof (RFC 9449 §5.2).
    pub dpop_required: bool,
    /// Whether it may request any refusal by its error number, to test its error handling.
    #[serde(default)]
    pub error_simulation: bool,
    /// The name on pages for users. With `None`, the name.
    #[serde(default)]
    pub display_name: Option<LocalizedText>,
    /// The publisher, which the consent page names. An administrator declares it.
    #[serde(default)]
    pub publisher: Option<String>,
    /// The place of the claims that scopes request (OpenID Connect Core §5.4).
    #[serde(default)]
    pub scope_claims: ScopeClaims,
    /// Whether `aud` of its client assertions may be an array (RFC 7519 §4.1.3).
    #[serde(default)]
    pub assertion_audience_array: bool,
    /// Whether every loopback URL is one of its redirect URIs. It is never stored: only the store
    /// of a service for development sets it.
    #[serde(skip)]
    pub any_loopback: bool,
    /// Whether its authorization requests must have a `code_challenge`.
    #[serde(default)]
    pub pkce: PkceMode,
    /// When a second factor is required, in place of the tenant's policy.
    #[serde(default)]
    pub second_factor: Option<SecondFactor>,
    /// The networks from which users may sign in to it, in place of the tenant's. Empty for those
    /// of the tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_networks: Vec<IpNetwork>,
    /// Whether a public client gets codes at a private-use scheme without a click of the user
    /// (RFC 8252 §8.6). It has no effect at loopback URLs.
    #[serde(default)]
    pub silent: bool,
    /// The URIs to which the browser may be sent after a sign-out (OpenID Connect RP-Initiated
    /// Logout §3.1). They are compared byte for byte.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Whether the browser is sent to such a URI without an ID token as a hint, after a click.
    #[serde(default)]
    pub logout_without_hint: bool,
    /// The URI that receives logout tokens (OpenID Connect Back-Channel Logout §2.2).
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// The URI that is loaded in a frame at a sign-out (OpenID Connect Front-Channel Logout §2).
    #[serde(default)]
    pub frontchannel_logout_uri: Option<String>,
}

/// The use of PKCE (RFC 7636) by a client. A challenge that was sent is always enforced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PkceMode {
    /// Every authorization request must have a `code_challenge`.
    #[default]
    Required,
    /// A confidential client may omit it (RFC 9700 §2.1.1). A stolen code is then protected by the
    /// client's credential alone, and a code of another session can be injected unless the client
    /// sends and checks `nonce`.
    Optional,
}

/// A registered redirect URI. It is compared byte for byte, except for the loopback port of a
/// native app (RFC 8252 §7.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectUri {
    /// The URI.
    pub uri: String,
    /// The kind of application that receives the response.
    pub platform: Platform,
}

/// The kinds of applications that receive responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A web server that can keep a secret.
    Web,
    /// A single-page app. It redeems its codes by cross-origin requests from a browser.
    SinglePage,
    /// A native app. It may use any port of a loopback URI.
    Native,
}

/// The scopes and roles that a client may request at one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The identifier of the resource.
    pub resource: String,
    /// The scopes that it may request on behalf of a user.
    pub scopes: Vec<String>,
    /// The roles that it has itself (`client_credentials`).
    pub roles: Vec<String>,
}

/// The place of the claims that the scopes `profile`, `email`, `address` and `phone` request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeClaims {
    /// The ID token and UserInfo, as Microsoft's clients expect.
    #[default]
    IdToken,
    /// UserInfo only, as OpenID Connect Core §5.4 defines for clients with an access token.
    #[serde(rename = "userinfo")]
    UserInfo,
}

/// The derivation of `sub` (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// A different value for each client.
    #[default]
    Pairwise,
    /// One value for all clients: the user's id.
    Public,
}

impl Client {
    /// Creates an enabled confidential client that may request nothing yet.
    pub fn new(tenant: TenantId, id: ClientId, name: &str) -> Self {
        Self {
            tenant,
            id,
            name: name.to_owned(),
            enabled: true,
            public: false,
            redirect_uris: Vec::new(),
            credentials: Vec::new(),
            tokens_not_before: Timestamp::default(),
            grant_types: Vec::new(),
            permissions: Vec::new(),
            admin_consent: false,
            subject_type: SubjectType::default(),
            oid: false,
            id_token_alg: "RS256".to_owned(),
            refresh_token_rotation: None,
            dpop_required: false,
            error_simulation: false,
            display_name: None,
            publisher: None,
            scope_claims: ScopeClaims::default(),
            assertion_audience_array: false,
            any_loopback: false,
            pkce: PkceMode::default(),
            second_factor: None,
            allowed_networks: Vec::new(),
            silent: false,
            post_logout_redirect_uris: Vec::new(),
            logout_without_hint: false,
            backchannel_logout_uri: None,
            frontchannel_logout_uri: None,
        }
    }

    /// Returns the row with the time of its change from the stored row. What was given before a
    /// client was disabled or removed stays refused when it is enabled or added again.
    #[must_use]
    pub fn changed_at(self, before: Option<&Self>, now: Timestamp) -> Self {
        if before.is_some_and(|before| before.enabled == self.enabled) {
            return self;
        }
        let tokens_not_before = after_switch(now, self.tokens_not_before, self.enabled);
        Self { tokens_not_before, ..self }
    }

    /// Gives back the memory that its lists have for further elements.
    pub fn shrink_to_fit(&mut self) {
        exact(&mut self.redirect_uris);
        exact(&mut self.credentials);
        exact(&mut self.grant_types);
        exact(&mut self.permissions);
        exact(&mut self.post_logout_redirect_uris);
        exact(&mut self.allowed_networks);
        for permission in &mut self.permissions {
            exact(&mut permission.scopes);
            exact(&mut permission.roles);
        }
    }

    /// Returns the name on pages for users, in a language.
    pub fn name_in(&self, tag: &str) -> &str {
        self.display_name.as_ref().map_or(&self.name, |name| name.in_language_or(tag, &self.name))
    }

    /// Returns whether authorization requests must have a `code_challenge`: always of a public
    /// client, because nothing else protects its codes (RFC 9700 §2.1.1).
    pub fn requires_pkce(&self) -> bool {
        self.public || self.pkce == PkceMode::Required
    }

    /// Returns whether a sign-out needs to know that the client has a grant of the session.
    pub fn takes_part_in_logout(&self) -> bool {
        !self.post_logout_redirect_uris.is_empty()
            || self.backchannel_logout_uri.is_some()
            || self.frontchannel_logout_uri.is_some()
    }

    /// Returns the origins (RFC 6454 §6.2) of the pages that a sign-out loads in frames.
    pub fn frontchannel_logout_origin(&self) -> Option<&str> {
        origin_of(self.frontchannel_logout_uri.as_deref()?)
    }

    /// Returns the permission for the resource with this identifier.
    pub fn permission(&self, resource: &str) -> Option<&Permission> {
        self.permissions.iter().find(|permission| permission.resource == resource)
    }

    /// Returns whether the client may use this value of `grant_type`.
    pub fn may_use(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|allowed| allowed == grant_type)
    }

    /// Returns whether a single-page redirect URI has this origin.
    pub fn has_origin(&self, origin: &str) -> bool {
        let any_loopback = self.any_loopback && is_loopback_url(origin);
        self.origins().any(|registered| any_loopback || registered == origin)
    }

    /// Returns the origins (RFC 6454 §6.2) of the single-page redirect URIs.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.redirect_uris
            .iter()
            .filter(|redirect_uri| redirect_uri.platform == Platform::SinglePage)
            .filter_map(|redirect_uri| origin_of(&redirect_uri.uri))
    }
}

/// Moves a list into memory of its length. The allocator need not move a list of half the length
/// of its memory if it is only shrunk.
fn exact<T>(list: &mut Vec<T>) {
    if list.capacity() > list.len() {
        let mut moved = Vec::with_capacity(list.len());
        moved.append(list);
        *list = moved;
    }
}

/// Returns `scheme://authority` of a URI.
fn origin_of(uri: &str) -> Option<&str> {
    let authority = uri.find("://")? + 3;
    let end = uri.get(authority..)?.find(['/', '?', '#']).map_or(uri.len(), |at| authority + at);
    uri.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openness_to_loopback_is_never_stored() {
        // Writes an open client, and reads a row that claims to be open.
        let id = ClientId::new("app").expect("an id");
        let tenant = TenantId::new(uuid::Uuid::nil());
        let open = Client { any_loopback: true, ..Client::new(tenant, id, "App") };
        let mut row = serde_json::to_value(&open).expect("JSON");
        assert_eq!(row.get("any_loopback"), None);
        if let Some(row) = row.as_object_mut() {
            row.insert("any_loopback".to_owned(), true.into());
        }
        let read: Client = serde_json::from_value(row).expect("a client");
        assert!(!read.any_loopback);
    }

    #[test]
    fn shrunk_client_is_equal_and_has_no_spare_memory() {
        // Reads a client whose lists have one or two elements, and shrinks it.
        let id = ClientId::new("app").expect("an id");
        let texts = || vec!["a".to_owned()];
        let permission = Permission { resource: "api".to_owned(), scopes: texts(), roles: texts() };
        let client = Client {
            grant_types: texts(),
            permissions: vec![permission.clone(), permission],
            ..Client::new(TenantId::new(uuid::Uuid::nil()), id, "App")
        };
        let row = serde_json::to_string(&client).expect("JSON");
        let mut read: Client = serde_json::from_str(&row).expect("a client");
        assert!(read.permissions.capacity() > 2);
        read.shrink_to_fit();
        assert_eq!(read, client);
        let lists = [&read.grant_types, &read.permissions[0].scopes, &read.permissions[1].roles];
        assert!(read.permissions.capacity() == 2 && lists.iter().all(|list| list.capacity() == 1));
    }

    #[test]
    fn origin_ends_where_the_authority_ends() {
        // Takes the origin of URIs with a path, with a query and with neither.
        assert_eq!(origin_of("https://a.test:8443/x/y"), Some("https://a.test:8443"));
        assert_eq!(origin_of("https://a.test?x"), Some("https://a.test"));
        assert_eq!(origin_of("http://localhost:5173"), Some("http://localhost:5173"));
        assert_eq!(origin_of("no-scheme"), None);
    }
}
