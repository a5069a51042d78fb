//! A client as a declaration.

use jose::digest::base64url;
use model::{
    Client, ClientCredential, Digest, Permission, PkceMode, Platform, RedirectUri, ScopeClaims,
    SecondFactor, SubjectType, Timestamp,
};
use serde_json::Value;

use super::toml_text::{TomlText, TomlValue, enum_name, inline};
use super::{Credentials, TenantRows, tenant::hexadecimal};
use crate::error::CommandError;

/// Writes a client.
pub(super) fn write(
    client: &Client,
    rows: &TenantRows,
    text: &mut TomlText,
) -> Result<(), CommandError> {
    let Client {
        tenant: _,
        id,
        name,
        enabled,
        public,
        redirect_uris,
        credentials,
        grant_types,
        permissions,
        admin_consent,
        subject_type,
        oid,
        id_token_alg,
        refresh_token_rotation,
        dpop_required: _,
        error_simulation: _,
        display_name,
        publisher,
        scope_claims: _,
        assertion_audience_array: _,
        // Operational state, which belongs to this installation.
        tokens_not_before: _,
        // It is never stored.
        any_loopback: _,
        pkce: _,
        second_factor: _,
        allowed_networks: _,
        silent: _,
        post_logout_redirect_uris: _,
        logout_without_hint: _,
        backchannel_logout_uri: _,
        frontchannel_logout_uri: _,
    } = client;
    text.table("[[tenants.clients]]");
    text.set("name", name);
    text.set("client_id", id.as_str());
    text.set_optional("display_name", display_name.as_ref());
    text.set_optional("publisher", publisher.as_ref());
    text.set("enabled", enabled);
    text.set("public", public);
    text.raw("redirect_uris", &redirect_uri_table(redirect_uris));
    write_sign_out(client, text);
    write_credentials(credentials, text)?;
    text.set("grant_types", grant_types);
    write_permissions(permissions, rows, text);
    text.set("admin_consent", admin_consent);
    text.set("subject_type", enum_name::<SubjectType>(subject_type));
    text.set("oid", oid);
    text.set("id_token_alg", id_token_alg);
    text.set_optional("refresh_token_rotation", refresh_token_rotation.as_ref());
    write_exceptions(client, text);
    Ok(())
}

/// Writes the URIs for signing out.
fn write_sign_out(client: &Client, text: &mut TomlText) {
    if !client.post_logout_redirect_uris.is_empty() {
        text.set("post_logout_redirect_uris", &client.post_logout_redirect_uris);
    }
    text.set("logout_without_hint", &client.logout_without_hint);
    text.set_optional("backchannel_logout_uri", client.backchannel_logout_uri.as_ref());
    text.set_optional("frontchannel_logout_uri", client.frontchannel_logout_uri.as_ref());
}

/// Writes the options for clients with needs of their own.
fn write_exceptions(client: &Client, text: &mut TomlText) {
    text.set("dpop_required", &client.dpop_required);
    text.set("pkce", enum_name::<PkceMode>(&client.pkce));
    text.set("silent", &client.silent);
    if let Some(second_factor) = &client.second_factor {
        text.set("second_factor", enum_name::<SecondFactor>(second_factor));
    }
    if !client.allowed_networks.is_empty() {
        text.set("allowed_networks", &client.allowed_networks);
    }
    text.set("scope_claims", enum_name::<ScopeClaims>(&client.scope_claims));
    text.set("assertion_audience_array", &client.assertion_audience_array);
    text.set("error_simulation", &client.error_simulation);
}

fn redirect_uri_table(redirect_uris: &[RedirectUri]) -> String {
    let of = |platform: Platform| -> Vec<String> {
        let uris = redirect_uris.iter().filter(|uri| uri.platform == platform);
        uris.map(|RedirectUri { uri, platform: _ }| uri.clone()).collect()
    };
    let lists = [
        ("web", of(Platform::Web)),
        ("single_page", of(Platform::SinglePage)),
        ("native", of(Platform::Native)),
    ];
    let written = lists.iter().filter(|(_, uris)| !uris.is_empty());
    inline(written.map(|(name, uris)| (*name, uris.toml())))
}

fn write_credentials(
    credentials: &[ClientCredential],
    text: &mut TomlText,
) -> Result<(), CommandError> {
    let (mut secrets, mut keys) = (Vec::new(), Vec::new());
    for credential in credentials {
        match credential {
            ClientCredential::Secret { id, sha256, expires } => {
                secrets.push(secret((id, sha256, expires.as_ref()), text));
            }
            ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, expires } => {
                let jwk = with_thumbprints(jwk, *x5t, *x5t_s256)?;
                keys.push(item(id, ("jwk", jwk.toml()), expires.as_ref()));
            }
        }
    }
    text.tables("secrets", &secrets);
    text.tables("keys", &keys);
    Ok(())
}

fn secret(
    (id, sha256, expires): (&str, &Digest, Option<&Timestamp>),
    text: &mut TomlText,
) -> String {
    let value = match text.credentials {
        Credentials::LeftOut => ("generate", true.toml()),
        Credentials::Written => {
            text.counts.secrets += 1;
            ("secret_sha256", hexadecimal(sha256).toml())
        }
    };
    item(id, value, expires)
}

fn item(id: &str, value: (&'static str, String), expires: Option<&Timestamp>) -> String {
    let expires = expires.map(|expires| ("expires", expires.toml()));
    inline([("id", id.toml()), value].into_iter().chain(expires))
}

/// Returns a key with the thumbprints of its certificate, which are stored beside it.
fn with_thumbprints(
    jwk: &str,
    x5t: Option<[u8; 20]>,
    x5t_s256: Option<Digest>,
) -> Result<String, CommandError> {
    let mut jwk: Value = serde_json::from_str(jwk)
        .map_err(|error| CommandError::message(format!("a stored key is malformed: {error}")))?;
    let thumbprints = [("x5t", x5t.map(base64url)), ("x5t#S256", x5t_s256.map(base64url))];
    if let Value::Object(members) = &mut jwk {
        for (name, thumbprint) in thumbprints {
            members.extend(thumbprint.map(|value| (name.to_owned(), value.into())));
        }
    }
    Ok(jwk.to_string())
}

/// Writes the permissions. One that refers to what is no longer stored has no effect and could not
/// be applied.
fn write_permissions(permissions: &[Permission], rows: &TenantRows, text: &mut TomlText) {
    let mut written = Vec::new();
    for Permission { resource: identifier, scopes, roles } in permissions {
        let Some(resource) = rows.resource(identifier) else {
            text.comment(&format!("left out: a permission at {identifier}, which does not exist"));
            continue;
        };
        let scopes = stored(scopes, identifier, |value| resource.scope(value).is_some(), text);
        let is_role = |value: &str| resource.roles.iter().any(|role| role.value == value);
        let roles = stored(roles, identifier, is_role, text);
        written.push(inline([
            ("resource", identifier.toml()),
            ("scopes", scopes.toml()),
            ("roles", roles.toml()),
        ]));
    }
    text.tables("permissions", &written);
}

/// Returns the values that the resource has.
fn stored(
    values: &[String],
    identifier: &str,
    is_stored: impl Fn(&str) -> bool,
    text: &mut TomlText,
) -> Vec<String> {
    let (stored, dangling): (Vec<String>, Vec<String>) =
        values.iter().cloned().partition(|value| is_stored(value));
    for value in dangling {
        text.comment(&format!("left out: {value} at {identifier}, which does not exist"));
    }
    stored
}
