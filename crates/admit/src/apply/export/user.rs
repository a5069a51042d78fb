//! A user as a declaration.

use model::{Address, Password, PasswordPreparation, RoleAssignment, User, UserProfile};

use super::toml_text::{TomlText, TomlValue, inline};
use super::{Credentials, TenantRows};

/// Writes a user, with the hash of their password if it is given.
pub(super) fn write(
    user: &User,
    password: Option<&Password>,
    rows: &TenantRows,
    text: &mut TomlText,
) {
    let User {
        tenant: _,
        id,
        username,
        name,
        email,
        email_verified,
        enabled,
        expires,
        // Times of this installation.
        disabled_at: _,
        tokens_not_before: _,
        proofs_not_before: _,
        replaced_password: _,
        must_change_password,
        replaced_values: _,
        sessions_not_before: _,
        kept_sessions: _,
        updated_at: _,
        // The address was proven to this installation, and its links lead here.
        registration: _,
        invitation: _,
        accepted_terms: _,
        roles,
        administrator,
        password_reset,
        profile,
    } = user;
    text.table("[[tenants.users]]");
    text.set("username", username);
    if text.credentials == Credentials::Written {
        text.set("id", &id.to_string());
    }
    text.set("name", name);
    text.set_optional("email", email.as_ref());
    text.set("email_verified", email_verified);
    text.set("enabled", enabled);
    text.set_optional("expires", expires.as_ref());
    text.set("administrator", administrator);
    text.set("password_reset", password_reset);
    write_password(password, text);
    if *must_change_password {
        text.set("must_change_password", must_change_password);
    }
    write_roles(roles, rows, text);
    write_profile(profile, text);
}

fn write_password(password: Option<&Password>, text: &mut TomlText) {
    if let Some(Password { hash, set_at: _, preparation, rehashed_from: _ }) = password {
        text.counts.passwords += 1;
        text.set("password_hash", hash);
        text.set(
            "password_preparation",
            match preparation {
                PasswordPreparation::Raw => "raw",
                PasswordPreparation::Nfc => "nfc",
            },
        );
    }
}

fn write_roles(roles: &[RoleAssignment], rows: &TenantRows, text: &mut TomlText) {
    let mut written = Vec::new();
    for RoleAssignment { resource, role } in roles {
        let found = rows.resource(resource);
        if found.is_some_and(|found| found.roles.iter().any(|other| other.value == *role)) {
            written.push(inline([("resource", resource.toml()), ("role", role.toml())]));
        } else {
            text.comment(&format!("left out: {role} at {resource}, which does not exist"));
        }
    }
    text.tables("roles", &written);
}

fn write_profile(profile: &UserProfile, text: &mut TomlText) {
    let UserProfile {
        given_name,
        family_name,
        middle_name,
        nickname,
        profile,
        picture,
        website,
        gender,
        birthdate,
        zoneinfo,
        locale,
        phone_number,
        phone_number_verified,
        address,
    } = profile;
    let texts = [
        ("given_name", given_name),
        ("family_name", family_name),
        ("middle_name", middle_name),
        ("nickname", nickname),
        ("profile", profile),
        ("picture", picture),
        ("website", website),
        ("gender", gender),
        ("birthdate", birthdate),
        ("zoneinfo", zoneinfo),
        ("locale", locale),
        ("phone_number", phone_number),
    ];
    for (name, value) in texts {
        text.set_optional(name, value.as_ref());
    }
    if phone_number.is_some() {
        text.set("phone_number_verified", phone_number_verified);
    }
    if let Some(address) = address {
        text.raw("address", &inline(address_members(address)));
    }
}

fn address_members(address: &Address) -> impl Iterator<Item = (&'static str, String)> {
    let Address { formatted, street_address, locality, region, postal_code, country } = address;
    let members = [
        ("formatted", formatted),
        ("street_address", street_address),
        ("locality", locality),
        ("region", region),
        ("postal_code", postal_code),
        ("country", country),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?.toml())))
}
