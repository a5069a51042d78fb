//! Declaration of a user.

use model::{PasswordPreparation, ProfileAttribute, RoleAssignment, Timestamp, User, UserId};
use signin::factor::password::StoredHash;
use signin::profile::is_address;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::secret::{self, Sources, exactly_one};
use super::{ProfileDeclaration, shown_text};
use crate::pasted_text;
use crate::toml_document::{Declared, EnumOption, Problem, Spanned, TableReader};

/// A declared user.
#[derive(Debug, Default)]
pub(crate) struct UserDeclaration {
    /// The user name for sign-in. It identifies the user. Names that differ in case, in width or in
    /// the composition of letters are equal (RFC 8265 §3.3). A new name has letters, digits, marks,
    /// printable ASCII and single spaces inside.
    ///
    /// Example: `username = "ana@demo.example"`
    pub(crate) username: Spanned<String>,
    /// The id, a UUID: the claim `oid`, from which `sub` is derived. By default, a new user gets
    /// one. It cannot be changed.
    pub(crate) id: Option<Spanned<UserId>>,
    /// The full name.
    ///
    /// Default: the user name
    pub(crate) name: Declared<String>,
    /// The e-mail address.
    pub(crate) email: Declared<String>,
    /// Whether the e-mail address is verified. A new address is not verified unless this option is
    /// declared with it.
    ///
    /// Default: `false`
    pub(crate) email_verified: Declared<bool>,
    /// Whether the user is enabled. A disabled user cannot sign in and gets no tokens.
    ///
    /// Default: `true`
    pub(crate) enabled: Declared<bool>,
    /// The time from which the user cannot sign in and gets no tokens, like a disabled one. What
    /// was given before stays refused if the time is moved into the future later. Apps get no
    /// logout token at this time.
    ///
    /// Example: `expires = 2027-06-30T17:00:00+07:00`
    pub(crate) expires: Declared<Timestamp>,
    /// Revokes everything that was given before this time: sessions, codes and grants of the user.
    /// It must not lie in the future, and never goes back: an earlier time, or none, changes
    /// nothing.
    ///
    /// Example: `revoke_before = 2026-11-28T12:00:00Z`
    pub(crate) revoke_before: Declared<Spanned<Timestamp>>,
    /// The password: one of `password` (at least 8 characters), `password_file`, `password_env`,
    /// `password_hash` and `generate_password = true` (generated and printed once).
    /// `password_hash` is a hash of Admit or of another system, in one of the forms of
    /// [Import users](../guides/import-users.md); the first sign-in replaces it by a hash of Admit.
    /// With it, `password_preparation` says how the password was prepared before it was hashed:
    /// `"raw"` (not at all, the default) or `"nfc"` (OpaqueString, RFC 8265 §4.2). Without these
    /// options the password stays unchanged, and so it does with a `password_hash` that the user
    /// has replaced themselves. A new password ends all sessions and revokes all grants of the
    /// user.
    pub(crate) password: Option<PasswordDeclaration>,
    /// Whether the password that this file sets is for the first sign-in only: the user replaces it
    /// then. Without a new password, the option changes nothing.
    ///
    /// Default: `false`
    pub(crate) must_change_password: Declared<bool>,
    /// The roles at resources: each with a `resource` and a `role`.
    pub(crate) roles: Declared<Vec<RoleDeclaration>>,
    /// Whether the user may use the administration pages of the tenant at `/admin`.
    ///
    /// Default: `false`
    pub(crate) administrator: Declared<bool>,
    /// Whether the user may reset their password by a mail. `false` is for accounts whose mailbox
    /// many read. `true` is refused where `password_reset` of the tenant excludes the user.
    ///
    /// Default: `true`
    pub(crate) password_reset: Declared<Spanned<bool>>,
    /// The attributes that become standard claims, options of the same table.
    pub(crate) profile: ProfileDeclaration,
}

/// A declared password.
pub(crate) enum PasswordDeclaration {
    /// The password in plain text.
    Plain(Zeroizing<String>),
    /// The hash of the password, and how the password was prepared.
    Hash(String, PasswordPreparation),
    /// A password that is generated once.
    Generate,
}

impl std::fmt::Debug for PasswordDeclaration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PasswordDeclaration")
    }
}

/// A declared role of a user.
#[derive(Clone, Debug)]
pub(crate) struct RoleDeclaration {
    /// The identifier of the resource.
    pub(crate) resource: Spanned<String>,
    /// The value of the role.
    pub(crate) role: Spanned<String>,
}

impl EnumOption for PasswordPreparation {
    const NAMES: &'static [(&'static str, Self)] = &[("raw", Self::Raw), ("nfc", Self::Nfc)];
}

const PASSWORD_LENGTH_MIN: usize = 8;

const ALLOWED_HASHES: &str = "expected Argon2, bcrypt, scrypt, PBKDF2, SHA-crypt or salted SHA in \
                              a form of docs/guides/import-users.md";

impl UserDeclaration {
    pub(super) fn read(reader: &mut TableReader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let username: Option<Spanned<String>> = reader.required("username");
        if let Some(username) = &username {
            check_username(username, reader);
        }
        let password = read_password(reader, sources);
        let id = reader.optional::<Uuid>("id");
        let roles = reader.declared_tables("roles", |reader| {
            let (resource, role) = (reader.required("resource"), reader.required("role"));
            Some(RoleDeclaration { resource: resource?, role: role? })
        });
        Some(Self {
            id: id.map(|id| Spanned { value: UserId::new(id.value), span: id.span }),
            name: shown_text::read(reader, "name"),
            email: read_email(reader),
            email_verified: reader.declared("email_verified").without_span(),
            enabled: reader.declared("enabled").without_span(),
            expires: reader.declared("expires").without_span(),
            revoke_before: reader.declared("revoke_before"),
            password,
            must_change_password: reader.declared("must_change_password").without_span(),
            roles: roles.map(|roles| roles.into_iter().map(|role| role.value).collect()),
            administrator: reader.declared("administrator").without_span(),
            password_reset: reader.declared("password_reset"),
            profile: ProfileDeclaration::read(reader),
            username: username?,
        })
    }

    /// Returns whether the declaration sets or unsets an attribute.
    pub(crate) fn names(&self, attribute: ProfileAttribute) -> bool {
        let option = match attribute {
            ProfileAttribute::Name => &self.name,
            ProfileAttribute::Email => &self.email,
            ProfileAttribute::GivenName => &self.profile.given_name,
            ProfileAttribute::FamilyName => &self.profile.family_name,
            ProfileAttribute::MiddleName => &self.profile.middle_name,
            ProfileAttribute::Nickname => &self.profile.nickname,
            ProfileAttribute::Locale => &self.profile.locale,
            ProfileAttribute::Zoneinfo => &self.profile.zoneinfo,
        };
        *option != Declared::Absent
    }

    /// Returns the row after the file is applied, with the stored `updated_at` and `disabled_at`.
    /// `defaults` is the row of a new user.
    pub(crate) fn merge(
        &self,
        stored: Option<&User>,
        defaults: &User,
        tokens_not_before: Timestamp,
        prune: bool,
    ) -> User {
        let stored = stored.unwrap_or(defaults);
        let email = self.email.merge_optional(stored.email.as_ref());
        // The stored flag belongs to the stored address.
        let stored_verified = stored.email_verified && email == stored.email;
        let stored_roles = if prune { &defaults.roles } else { &stored.roles };
        User {
            tenant: stored.tenant,
            id: stored.id,
            username: self.username.value.clone(),
            name: self.name.merge(&stored.name, &defaults.name),
            email,
            email_verified: self.email_verified.merge(&stored_verified, &defaults.email_verified),
            enabled: self.enabled.merge(&stored.enabled, &defaults.enabled),
            disabled_at: stored.disabled_at,
            expires: self.expires.merge_optional(stored.expires.as_ref()),
            tokens_not_before,
            proofs_not_before: stored.proofs_not_before,
            replaced_password: stored.replaced_password,
            must_change_password: stored.must_change_password,
            replaced_values: stored.replaced_values.clone(),
            sessions_not_before: stored.sessions_not_before,
            kept_sessions: stored.kept_sessions.clone(),
            roles: assignments(&self.roles).merge(stored_roles, &defaults.roles),
            administrator: self.administrator.merge(&stored.administrator, &defaults.administrator),
            password_reset: self
                .password_reset
                .clone()
                .without_span()
                .merge(&stored.password_reset, &defaults.password_reset),
            profile: Box::new(self.profile.merge(&stored.profile)),
            updated_at: stored.updated_at,
            registration: stored.registration.clone(),
            invitation: stored.invitation.clone(),
            accepted_terms: stored.accepted_terms.clone(),
        }
    }
}

/// Returns the declared roles as they are stored.
fn assignments(roles: &Declared<Vec<RoleDeclaration>>) -> Declared<Vec<RoleAssignment>> {
    let assignment = |RoleDeclaration { resource, role }: RoleDeclaration| RoleAssignment {
        resource: resource.value,
        role: role.value,
    };
    roles.clone().map(|roles| roles.into_iter().map(assignment).collect())
}

fn read_email(reader: &mut TableReader<'_>) -> Declared<String> {
    let email: Declared<Spanned<String>> = reader.declared("email");
    if let Some(email) = email.value().filter(|email| !is_address(email)) {
        let message = "this address cannot be used";
        let found = "this is not a single e-mail address";
        reader.problems().add(Problem::new(email.span.clone(), message, found));
    }
    email.without_span()
}

fn check_username(username: &Spanned<String>, reader: &TableReader<'_>) {
    let bytes_max = signin::factor::password::USERNAME_BYTES_MAX;
    let is_trimmed = username.trim() == username.value.as_str();
    let is_printable = !username.chars().any(char::is_control);
    if username.is_empty() || username.len() > bytes_max || !is_trimmed || !is_printable {
        let found = format!("expected 1 to {bytes_max} bytes, without spaces at the ends");
        let message = "this user name is not allowed";
        reader.problems().add(Problem::new(username.span.clone(), message, found));
    }
}

fn read_password(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Option<PasswordDeclaration> {
    let options =
        ["password", "password_file", "password_env", "password_hash", "generate_password"];
    let is_unambiguous = exactly_one(reader, &options, false);
    let plain = secret::read(
        reader,
        sources,
        ["password", "password_file", "password_env"],
        pasted_text::password,
    );
    reader.mask("password_hash");
    let hash = reader.optional::<String>("password_hash");
    let preparation = reader.optional::<PasswordPreparation>("password_preparation");
    if let Some(preparation) = preparation.as_ref().filter(|_| hash.is_none()) {
        let message = "`password_preparation` requires `password_hash`";
        let found = "other passwords are always prepared";
        reader.problems().add(Problem::new(preparation.span.clone(), message, found));
    }
    let preparation = preparation.map(|preparation| preparation.value).unwrap_or_default();
    let generate = reader.optional("generate_password").is_some_and(|on: Spanned<bool>| on.value);
    if !is_unambiguous {
        return None;
    }
    if let Some(plain) = plain {
        let bytes_max = signin::factor::password::BYTES_MAX;
        let text = plain.value.as_str();
        if text.chars().count() < PASSWORD_LENGTH_MIN || text.len() > bytes_max {
            let message = "the password is too short or too long";
            let problem = Problem::new(plain.span, message, "");
            let allowed = format!("expected {PASSWORD_LENGTH_MIN} characters to {bytes_max} bytes");
            reader.problems().add(problem.allowed(allowed));
            return None;
        }
        return Some(PasswordDeclaration::Plain(Zeroizing::new(text.to_owned())));
    }
    if let Some(hash) = hash {
        if let Err(flaw) = StoredHash::parse(&hash) {
            let message = "the password hash cannot be used";
            let problem = Problem::new(hash.span, message, flaw.to_string());
            reader.problems().add(problem.allowed(ALLOWED_HASHES));
            return None;
        }
        return Some(PasswordDeclaration::Hash(hash.value, preparation));
    }
    generate.then_some(PasswordDeclaration::Generate)
}
