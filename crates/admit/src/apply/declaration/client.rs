//! Declaration of a client.

mod logout_uris;
mod merge;

use model::{
    ClientId, IpNetwork, LocalizedText, PkceMode, RedirectUri, ScopeClaims, SecondFactor,
    SubjectType, Timestamp, is_loopback_url,
};
use service::BuiltInClient;

use super::credential::{read_key, read_secret};
use super::redirect_uris::read_redirect_uris;
use super::resource::Algorithm;
use super::{CredentialDeclaration, Sources, allowed_networks, check_unique, shown_text};
use crate::toml_document::{Declared, Problem, Spanned, TableReader, nearest};

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
    /// Revokes everything that was given before this time: codes, grants and tokens of the client.
    /// It must not lie in the future, and never goes back: an earlier time, or none, changes
    /// nothing.
    ///
    /// Example: `revoke_before = 2026-11-28T12:00:00Z`
    pub(crate) revoke_before: Declared<Spanned<Timestamp>>,
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
    /// and printed once). `expires` is a time, such as `2027-01-31T00:00:00Z`. The `id` of a
    /// generated secret is `generated` by default. With an `id` alone, the stored secret stays. A
    /// secret that is not in the list stays, unless it is pruned.
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
    /// Whether the app gets the ids of users and sessions themselves (`oid`, `sid`, and `uid` in
    /// `client_info`) although `subject_type` is `"pairwise"`. Otherwise they are pairwise too, and
    /// two apps cannot recognize a user in common. Set it for apps that share their users' data by
    /// `oid`.
    ///
    /// Default: `false`
    pub(crate) oid: Declared<bool>,
    /// The signature algorithm of ID tokens: `"RS256"` or `"ES256"`. The tenant must sign with it
    /// (`signing_algs`).
    ///
    /// Default: `"RS256"` if the tenant signs with it
    pub(crate) id_token_alg: Declared<Spanned<Algorithm>>,
    /// Whether each refresh replaces the refresh token. A public client must use rotation, unless
    /// `dpop_required` binds its tokens to a key (RFC 9700 §2.2.2).
    ///
    /// Default: only for public clients whose tokens are not bound to a key
    pub(crate) refresh_token_rotation: Declared<Spanned<bool>>,
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
    pub(crate) pkce: Declared<Spanned<PkceMode>>,
    /// When a user must give a second factor to sign in to this app, in place of the policy of the
    /// tenant. The values are the same.
    ///
    /// Example: `second_factor = "always"`
    pub(crate) second_factor: Declared<SecondFactor>,
    /// The networks from which users may sign in to the app, in place of those of the tenant. For
    /// every network: `["0.0.0.0/0", "::/0"]`.
    ///
    /// Default: those of the tenant
    ///
    /// Example: `allowed_networks = ["203.0.113.0/24"]`
    pub(crate) allowed_networks: Declared<Vec<IpNetwork>>,
    /// Whether a public client gets codes at a private-use scheme (`com.example.app:/callback`)
    /// without a click, for a user who is signed in. By default, the user has to press "Continue"
    /// once for each code, because another app on the device can claim the same scheme: with
    /// `true`, that app can sign the user in without being noticed (RFC 8252 §8.6). At a claimed
    /// `https` URL the owner is known, and no click is needed. At a loopback URL the click is
    /// always needed, so the option is refused for a client that has one.
    ///
    /// Default: `false`
    pub(crate) silent: Declared<Spanned<bool>>,
    /// The URIs to which the browser may be sent after a sign-out, with the parameter
    /// `post_logout_redirect_uri`. They are compared byte by byte.
    ///
    /// Example: `post_logout_redirect_uris = ["https://app.example.com/signed-out"]`
    pub(crate) post_logout_redirect_uris: Declared<Vec<String>>,
    /// Whether the browser is sent to a URI of `post_logout_redirect_uris` although the request has
    /// no `id_token_hint`. Microsoft's libraries send none unless the app passes it. The user has
    /// to press "Sign out" first, and the app must have signed the user in with this session.
    ///
    /// Default: `false`
    pub(crate) logout_without_hint: Declared<bool>,
    /// The URI of the app that receives a logout token when a user of the app signs out, is
    /// disabled or is removed (OpenID Connect Back-Channel Logout). It must be `https`, or `http`
    /// on a loopback host.
    ///
    /// Example: `backchannel_logout_uri = "https://app.example.com/backchannel-logout"`
    pub(crate) backchannel_logout_uri: Declared<String>,
    /// The URI of the app that the browser loads in a frame when a user of the app signs out
    /// (OpenID Connect Front-Channel Logout), with the parameters `iss` and `sid`. Browsers send no
    /// cookies of the app into the frame unless they have `SameSite=None`; many block those as
    /// well. It must be `https`, or `http` on a loopback host.
    ///
    /// Example: `frontchannel_logout_uri = "https://app.example.com/frontchannel-logout"`
    pub(crate) frontchannel_logout_uri: Declared<String>,
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

impl ClientDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let name: Option<Spanned<String>> = reader.required("name");
        if let Some(name) = &name {
            shown_text::check(name, "name", reader);
        }
        let client_id = reader.optional("client_id");
        check_client_id(client_id.as_ref(), reader);
        let permissions = reader.declared_tables("permissions", PermissionDeclaration::read);
        let resources = permissions.value().into_iter().flatten();
        check_unique(
            "permission for",
            resources.map(|permission| &permission.resource),
            reader.problems(),
        );
        let redirect_uris =
            reader.declared_table("redirect_uris", |reader| Some(read_redirect_uris(reader)));
        let silent = reader.declared("silent");
        check_silent(&silent, redirect_uris.value(), reader);
        Some(Self {
            client_id,
            enabled: reader.declared("enabled").without_span(),
            revoke_before: reader.declared("revoke_before"),
            public: reader.declared("public").without_span(),
            redirect_uris,
            grant_types: read_grant_types(reader),
            permissions,
            secrets: reader.declared_tables("secrets", |reader| read_secret(reader, sources)),
            keys: reader.declared_tables("keys", |reader| read_key(reader, sources)),
            admin_consent: reader.declared("admin_consent").without_span(),
            subject_type: reader.declared("subject_type").without_span(),
            oid: reader.declared("oid").without_span(),
            id_token_alg: reader.declared("id_token_alg"),
            refresh_token_rotation: reader.declared("refresh_token_rotation"),
            dpop_required: reader.declared("dpop_required").without_span(),
            error_simulation: reader.declared("error_simulation").without_span(),
            display_name: reader.declared("display_name").without_span(),
            publisher: shown_text::read(reader, "publisher"),
            scope_claims: reader.declared("scope_claims").without_span(),
            assertion_audience_array: reader.declared("assertion_audience_array").without_span(),
            pkce: reader.declared("pkce"),
            second_factor: reader.declared("second_factor").without_span(),
            allowed_networks: allowed_networks::read(reader),
            silent,
            post_logout_redirect_uris: logout_uris::read_redirect_uris(reader),
            logout_without_hint: reader.declared("logout_without_hint").without_span(),
            backchannel_logout_uri: logout_uris::read(reader, "backchannel_logout_uri"),
            frontchannel_logout_uri: logout_uris::read(reader, "frontchannel_logout_uri"),
            name: name?,
        })
    }
}

fn check_client_id(client_id: Option<&Spanned<ClientId>>, reader: &TableReader<'_>) {
    let is_reserved = |id: &&Spanned<ClientId>| BuiltInClient::with_id(id.value.as_str()).is_some();
    let Some(reserved) = client_id.filter(is_reserved) else {
        return;
    };
    let message = "this `client_id` is reserved for the pages of the service itself";
    let problem = Problem::new(reserved.span.clone(), message, "no declared client can use it");
    reader.problems().add(problem.allowed("choose another one, or leave `client_id` out"));
}

/// Refuses `silent = true` beside a loopback redirect URI.
fn check_silent(
    silent: &Declared<Spanned<bool>>,
    redirect_uris: Option<&Vec<RedirectUri>>,
    reader: &TableReader<'_>,
) {
    let Some(silent) = silent.value().filter(|silent| silent.value) else { return };
    let mut uris = redirect_uris.into_iter().flatten();
    let Some(loopback) = uris.find(|redirect_uri| is_loopback_url(&redirect_uri.uri)) else {
        return;
    };
    let message = format!("`silent` is not possible with the loopback URL `{}`", loopback.uri);
    let reason =
        "any program on the user's machine can listen there, and would get codes unnoticed";
    let problem = Problem::new(silent.span.clone(), message, reason);
    reader
        .problems()
        .add(problem.allowed("leave `silent` out, or redirect to a claimed https URL"));
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
}
