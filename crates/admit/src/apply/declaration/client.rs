//! A client as a file declares it.

use model::{ClientId, Permission, Platform, RedirectUri, SubjectType};
use protocol::redirect_uri::flaw;
use service::ADMINISTRATION_CLIENT;

use super::credential::{read_key, read_secret};
use super::resource::Algorithm;
use super::{CredentialDeclaration, Sources};
use crate::document::{At, Choice, Problem, Reader, nearest};

/// A client as a file declares it.
#[derive(Debug)]
pub(crate) struct ClientDeclaration {
    /// What pages call it. It is what the client is found again by, unless `client_id` says.
    ///
    /// Example: `name = "web"`
    pub(crate) name: At<String>,
    /// Its `client_id`: 1 to 128 printable characters, and not `admit-admin`, which belongs to the
    /// administration pages. Without it a new client gets a UUID.
    pub(crate) client_id: Option<At<ClientId>>,
    /// A client that is switched off is given nothing.
    ///
    /// Default: `true`
    pub(crate) enabled: bool,
    /// A public client cannot keep a secret, and must not send one.
    ///
    /// Default: `false`
    pub(crate) public: bool,
    /// Where answers may go, by kind of application: `web`, `single_page` and `native` are lists.
    /// They are compared byte for byte; only a native app's loopback port is free.
    ///
    /// Example: `redirect_uris = { web = ["https://app.example.com/callback"] }`
    pub(crate) redirect_uris: Vec<RedirectUri>,
    /// The grant types that it may use.
    ///
    /// Default: `["authorization_code", "refresh_token"]` where there is a redirect URI, else
    /// `["client_credentials"]`
    pub(crate) grant_types: Vec<String>,
    /// What it may ask for: each with a `resource`, `scopes` on behalf of a person, `roles` of its
    /// own.
    pub(crate) permissions: Vec<At<PermissionDeclaration>>,
    /// Its secrets: each with an `id`, and one of `secret` (at least 22 random characters),
    /// `secret_file`, `secret_env`, `secret_sha256` (in hexadecimal digits) and `generate = true`
    /// (made once and printed once). `expires` is a time. A secret that is no longer declared is
    /// taken away.
    pub(crate) secrets: Vec<At<CredentialDeclaration>>,
    /// Its keys for `private_key_jwt`: each with one of `certificate_file`, `certificate` (PEM),
    /// `jwk_file` and `jwk` (JSON). `id` is its `kid`, by default the key's thumbprint; `expires`
    /// is a time. A key that is no longer declared is taken away.
    pub(crate) keys: Vec<At<CredentialDeclaration>>,
    /// An administrator has consented for everybody in the tenant: people are not asked.
    ///
    /// Default: `false`
    pub(crate) consent_granted: bool,
    /// How `sub` is made for it: `"pairwise"` or `"public"`.
    ///
    /// Default: `"pairwise"`
    pub(crate) subject_type: SubjectType,
    /// How its ID tokens are signed: `"RS256"` or `"ES256"`.
    ///
    /// Default: `"RS256"`
    pub(crate) id_token_alg: Algorithm,
    /// Whether each refresh replaces the refresh token. It cannot be turned off for a public
    /// client, unless `dpop_required` binds its tokens to a key (RFC 9700 §2.2.2).
    ///
    /// Default: only for public clients whose tokens are not bound to a key
    pub(crate) refresh_token_rotation: Option<bool>,
    /// Every token request must carry a DPoP proof.
    ///
    /// Default: `false`
    pub(crate) dpop_required: bool,
    /// It may ask for any refusal by its number (`admit_rehearse=50173`), so that the app's
    /// handling of errors can be tested. `admit serve` turns that down unless its configuration
    /// has `allow_rehearsal = true`.
    ///
    /// Default: `false`
    pub(crate) rehearsal: bool,
}

/// What a client may ask for at one resource, as a file declares it.
#[derive(Debug)]
pub(crate) struct PermissionDeclaration {
    /// The identifier of the resource.
    pub(crate) resource: At<String>,
    /// Scopes that it may ask for on behalf of a person.
    pub(crate) scopes: Vec<At<String>>,
    /// Roles that it has itself.
    pub(crate) roles: Vec<At<String>>,
}

impl Choice for SubjectType {
    const WORDS: &'static [(&'static str, Self)] =
        &[("pairwise", Self::Pairwise), ("public", Self::Public)];
}

impl ClientDeclaration {
    pub(super) fn read(reader: &mut Reader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let name = reader.required("name");
        let client_id = reader.optional("client_id");
        check_client_id(client_id.as_ref(), reader);
        let public = reader.optional("public").is_some_and(|public| public.value);
        let redirect_uris =
            reader.optional_table("redirect_uris", |reader| Some(redirect_uris(reader)));
        let redirect_uris = redirect_uris.unwrap_or_default();
        let secrets = reader.tables("secrets", |reader| read_secret(reader, sources));
        let keys = reader.tables("keys", |reader| read_key(reader, sources));
        let proves = reader.has("secrets") || reader.has("keys");
        let grant_types = grant_types(reader, !redirect_uris.is_empty());
        if public && proves {
            let found = "a public client has neither secrets nor keys";
            reader.problems().add(Problem::new(
                reader.span(),
                "a public client keeps nothing",
                found,
            ));
        }
        let bound = reader.optional("dpop_required").is_some_and(|on: At<bool>| on.value);
        let refresh_token_rotation: Option<At<bool>> = reader.optional("refresh_token_rotation");
        if let Some(off) =
            refresh_token_rotation.as_ref().filter(|on| public && !bound && !on.value)
        {
            let found = "a public client's refresh tokens are replaced at each use";
            let message = "this leaves a stolen refresh token good";
            let problem = Problem::new(off.span.clone(), message, found);
            let allowed = "leave `refresh_token_rotation` out (RFC 9700 §2.2.2)";
            reader.problems().add(problem.allowed(allowed));
        }
        let alone = grant_types.iter().any(|grant_type| grant_type == "client_credentials");
        if alone && (public || !proves) {
            let found = "it has no secret and no key to prove itself with";
            let message = "`client_credentials` is for clients that prove themselves";
            reader.problems().add(Problem::new(reader.span(), message, found));
        }
        Some(Self {
            client_id,
            enabled: reader.optional("enabled").is_none_or(|enabled| enabled.value),
            public,
            redirect_uris,
            grant_types,
            permissions: reader.tables("permissions", permission),
            secrets,
            keys,
            consent_granted: reader.optional("consent_granted").is_some_and(|given| given.value),
            subject_type: reader
                .optional("subject_type")
                .map(|kind| kind.value)
                .unwrap_or_default(),
            id_token_alg: reader.optional("id_token_alg").map_or(Algorithm::Rs256, |alg| alg.value),
            refresh_token_rotation: refresh_token_rotation.map(|on| on.value),
            dpop_required: bound,
            rehearsal: reader.optional("rehearsal").is_some_and(|on| on.value),
            name: name?,
        })
    }
}

fn check_client_id(client_id: Option<&At<ClientId>>, reader: &Reader<'_>) {
    let Some(taken) = client_id.filter(|id| id.value.as_str() == ADMINISTRATION_CLIENT) else {
        return;
    };
    let message = "this `client_id` belongs to the administration pages of every tenant";
    let problem = Problem::new(taken.span.clone(), message, "no other client can have it");
    reader.problems().add(problem.allowed("choose another one, or leave `client_id` out"));
}

fn redirect_uris(reader: &mut Reader<'_>) -> Vec<RedirectUri> {
    let platforms = [
        ("web", Platform::Web),
        ("single_page", Platform::SinglePage),
        ("native", Platform::Native),
    ];
    let mut uris = Vec::new();
    for (name, platform) in platforms {
        for uri in reader.list::<String>(name) {
            if let Some(flaw) = flaw(&uri) {
                let message = "this cannot be a redirect URI";
                reader.problems().add(Problem::new(uri.span, message, flaw));
            } else {
                uris.push(RedirectUri { uri: uri.value, platform });
            }
        }
    }
    uris
}

fn grant_types(reader: &mut Reader<'_>, redirects: bool) -> Vec<String> {
    if !reader.has("grant_types") {
        // Asked for all the same, so that it is known.
        drop(reader.list::<String>("grant_types"));
        let usual: &[&str] = if redirects {
            &["authorization_code", "refresh_token"]
        } else {
            &["client_credentials"]
        };
        return usual.iter().map(|&name| name.to_owned()).collect();
    }
    let mut grant_types = Vec::new();
    for written in reader.list::<String>("grant_types") {
        let known = protocol::grant::NAMES.iter().copied();
        if !protocol::grant::NAMES.contains(&written.as_str()) {
            let all = format!("expected any of {}", protocol::grant::NAMES.join(", "));
            let help = nearest(&written, known)
                .map_or(all.clone(), |meant| format!("did you mean `{meant}`? {all}"));
            let message = format!("unknown grant type `{}`", written.value);
            reader.problems().add(Problem::new(written.span, message, "").allowed(help));
        } else if written.value == "authorization_code" && !redirects {
            let message = "`authorization_code` needs a redirect URI to answer to";
            reader.problems().add(Problem::new(written.span, message, "the client has none"));
        } else {
            grant_types.push(written.value);
        }
    }
    grant_types
}

fn permission(reader: &mut Reader<'_>) -> Option<PermissionDeclaration> {
    let resource = reader.required("resource");
    let scopes = reader.list("scopes");
    let roles = reader.list("roles");
    Some(PermissionDeclaration { resource: resource?, scopes, roles })
}

impl PermissionDeclaration {
    /// The permission's row.
    pub(crate) fn row(&self) -> Permission {
        let values = |list: &[At<String>]| list.iter().map(|value| value.value.clone()).collect();
        Permission {
            resource: self.resource.value.clone(),
            scopes: values(&self.scopes),
            roles: values(&self.roles),
        }
    }
}
