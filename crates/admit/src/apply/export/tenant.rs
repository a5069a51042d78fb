//! A tenant as a declaration.

use std::fmt::Write;

use model::{
    AccountDeletion, AuthContext, Branding, ContextStrength, IssuerForm, Logo, PasswordReset,
    SecondFactor, SignUp, SignUpMode, Support, Tenant, TenantId, Terms, Webhook,
};
use service::Service;
use service::tickets::WebhookSecret;
use uuid::Uuid;

use super::Credentials;
use super::toml_text::{TomlText, TomlValue, enum_name, inline};
use crate::error::CommandError;

/// Writes a tenant without its resources, clients and users.
pub(super) fn write(
    tenant: &Tenant,
    service: &Service,
    text: &mut TomlText,
) -> Result<(), CommandError> {
    let Tenant {
        id,
        name,
        display_name,
        suspended,
        // Only tokens of this installation could be older.
        tokens_not_before: _,
        pairwise_salt,
        session_lifetime: _,
        persistent_session_lifetime: _,
        session_idle_lifetime: _,
        persistent_session_idle_lifetime: _,
        grant_lifetime: _,
        single_page_grant_lifetime: _,
        grant_idle_lifetime: _,
        signing_key_lifetime: _,
        signing_algs,
        issuer,
        support,
        branding,
        time_zone,
        second_factor: _,
        second_factor_from: _,
        second_factor_browser_lifetime: _,
        auth_contexts: _,
        passkeys: _,
        passkey_authenticators: _,
        passkey_attestation_roots: _,
        password_minimum_length: _,
        password_minimum_length_with_second_factor: _,
        password_lifetime: _,
        password_reset: _,
        allowed_networks: _,
        sign_up,
        profile_changes: _,
        account_deletion: _,
        // They belong to the ids and users of this installation.
        removals: _,
        deleted_users: _,
    } = tenant;
    text.table("[[tenants]]");
    text.set("name", name);
    write_credentials((id, pairwise_salt), text);
    text.set("issuer", enum_name::<IssuerForm>(issuer));
    text.set("display_name", display_name);
    text.set("suspended", suspended);
    write_lifetimes(tenant, text);
    text.set("signing_algs", signing_algs);
    write_look((branding, time_zone.as_ref()), text);
    write_sign_in(tenant, text);
    write_sign_up(sign_up, text);
    write_support(support, tenant, service, text)
}

/// Writes the values that only an export with credentials has: with them, `sub` values stay.
fn write_credentials((id, pairwise_salt): (&TenantId, &[u8]), text: &mut TomlText) {
    if text.credentials == Credentials::Written {
        text.set("id", &id.to_string());
        text.set("pairwise_salt", &hexadecimal(pairwise_salt));
    }
}

/// Writes the lifetimes of sessions, grants and signing keys.
fn write_lifetimes(tenant: &Tenant, text: &mut TomlText) {
    text.set("session_lifetime", &tenant.session_lifetime);
    text.set("persistent_session_lifetime", &tenant.persistent_session_lifetime);
    text.set("session_idle_lifetime", &tenant.session_idle_lifetime);
    text.set("persistent_session_idle_lifetime", &tenant.persistent_session_idle_lifetime);
    text.set("grant_lifetime", &tenant.grant_lifetime);
    text.set("single_page_grant_lifetime", &tenant.single_page_grant_lifetime);
    text.set("grant_idle_lifetime", &tenant.grant_idle_lifetime);
    text.set("signing_key_lifetime", &tenant.signing_key_lifetime);
}

/// Writes how pages look.
fn write_look((branding, time_zone): (&Branding, Option<&String>), text: &mut TomlText) {
    let Branding { logo, colour } = branding;
    // The type and the digest follow from the content.
    if let Some(Logo { media_type: _, content, sha256: _ }) = logo {
        text.lines("logo", content);
    }
    text.set_optional("colour", colour.as_ref());
    text.set_optional("time_zone", time_zone);
}

/// Writes how users sign in.
fn write_sign_in(tenant: &Tenant, text: &mut TomlText) {
    text.set("second_factor", enum_name::<SecondFactor>(&tenant.second_factor));
    text.set_optional("second_factor_from", tenant.second_factor_from.as_ref());
    let lifetime = tenant.second_factor_browser_lifetime;
    text.set_optional("second_factor_browser_lifetime", lifetime.as_ref());
    let contexts: Vec<String> = tenant.auth_contexts.iter().map(auth_context).collect();
    text.tables("auth_contexts", &contexts);
    text.set("passkeys", &tenant.passkeys);
    if !tenant.passkey_authenticators.is_empty() {
        let models = tenant.passkey_authenticators.iter().map(Uuid::to_string);
        text.set("passkey_authenticators", &models.collect::<Vec<_>>());
    }
    if !tenant.passkey_attestation_roots.is_empty() {
        text.set("passkey_attestation_roots", &tenant.passkey_attestation_roots);
    }
    text.raw("password_minimum_length", &tenant.password_minimum_length.to_string());
    if let Some(length) = tenant.password_minimum_length_with_second_factor {
        text.raw("password_minimum_length_with_second_factor", &length.to_string());
    }
    text.set_optional("password_lifetime", tenant.password_lifetime.as_ref());
    text.set("password_reset", enum_name::<PasswordReset>(&tenant.password_reset));
    if !tenant.allowed_networks.is_empty() {
        text.set("allowed_networks", &tenant.allowed_networks);
    }
    let changes: Vec<String> =
        tenant.profile_changes.iter().map(|attribute| attribute.as_str().to_owned()).collect();
    text.set("profile_changes", &changes);
    text.set("account_deletion", enum_name::<AccountDeletion>(&tenant.account_deletion));
}

/// Writes who can create an account.
fn write_sign_up(sign_up: &SignUp, text: &mut TomlText) {
    if *sign_up == SignUp::default() {
        return;
    }
    let SignUp { mode, domains, blocked_domains, attributes, terms } = sign_up;
    text.table("[tenants.sign_up]");
    text.set("mode", enum_name::<SignUpMode>(mode));
    text.set("domains", domains);
    text.set("blocked_domains", blocked_domains);
    let attributes: Vec<String> = attributes.iter().map(|it| it.name().to_owned()).collect();
    text.set("attributes", &attributes);
    if let Some(Terms { version, url }) = terms {
        text.set("terms_version", version);
        text.set("terms_url", url);
    }
}

fn auth_context(context: &AuthContext) -> String {
    let AuthContext { id, name, strength } = context;
    let strength = enum_name::<ContextStrength>(strength).toml();
    inline([("id", id.toml()), ("name", name.toml()), ("strength", strength)])
}

/// Returns the digits of a digest, as declarations write it.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

fn write_support(
    support: &Support,
    tenant: &Tenant,
    service: &Service,
    text: &mut TomlText,
) -> Result<(), CommandError> {
    let Support { address, webhook, contact } = support;
    if *support == Support::default() {
        return Ok(());
    }
    text.table("[tenants.support]");
    text.set_optional("address", address.as_ref());
    text.set_optional("contact", contact.as_ref());
    if let Some(webhook) = webhook {
        let Webhook { url, sealed_secret } = webhook;
        let secret = match text.credentials {
            Credentials::LeftOut => ("generate", true.toml()),
            Credentials::Written => {
                text.counts.webhooks += 1;
                let context = service.tenant_context_of(tenant.clone())?;
                let opened = context.sealers.webhook_secret.open_bytes(sealed_secret);
                let secret = opened.map_err(|_| {
                    let message = "the root key does not decrypt the secret of the webhook of";
                    CommandError::message(format!("{message} {}", tenant.name))
                })?;
                ("secret", WebhookSecret::from_bytes(&secret).encode().as_str().toml())
            }
        };
        text.raw("webhook", &inline([("url", url.toml()), secret]));
    }
    Ok(())
}
