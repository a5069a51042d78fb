//! A user as a file declares it.

use zeroize::Zeroizing;

use super::secret::{self, Sources, exactly_one};
use crate::document::{At, Problem, Reader};

/// A user as a file declares it.
#[derive(Debug)]
pub(crate) struct UserDeclaration {
    /// What the person signs in with; upper and lower case are the same. It is what the user is
    /// found again by.
    ///
    /// Example: `username = "ana@demo.example"`
    pub(crate) username: At<String>,
    /// The person's name.
    ///
    /// Default: the user name
    pub(crate) name: Option<String>,
    /// The person's e-mail address.
    pub(crate) email: Option<String>,
    /// Whether the address was shown to be the person's own.
    ///
    /// Default: `false`
    pub(crate) email_verified: bool,
    /// A person that is switched off is given nothing.
    ///
    /// Default: `true`
    pub(crate) enabled: bool,
    /// The password: one of `password` (at least 8 characters), `password_file`, `password_env`,
    /// `password_hash` (Argon2id with exactly `m=19456,t=2,p=1`, in the PHC format) and
    /// `generate_password = true` (made once and printed once). Without one of them,
    /// the password stays as it is. A new password ends all sessions and grants of the person.
    pub(crate) password: Option<PasswordDeclaration>,
    /// Roles at resources: each with a `resource` and a `role`.
    pub(crate) roles: Vec<RoleDeclaration>,
    /// The person may use the administration pages of the tenant, at `/admin`.
    ///
    /// Default: `false`
    pub(crate) administrator: bool,
}

/// A user's password, as a file declares it.
pub(crate) enum PasswordDeclaration {
    /// Known in plain text.
    Plain(Zeroizing<String>),
    /// Known as a hash.
    Hash(String),
    /// Made by us, once.
    Made,
}

impl std::fmt::Debug for PasswordDeclaration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PasswordDeclaration")
    }
}

/// A role of a user, as a file declares it.
#[derive(Debug)]
pub(crate) struct RoleDeclaration {
    /// The identifier of the resource.
    pub(crate) resource: At<String>,
    /// The value of the role.
    pub(crate) role: At<String>,
}

const PASSWORD_LENGTH_MIN: usize = 8;

impl UserDeclaration {
    pub(super) fn read(reader: &mut Reader<'_>, sources: &Sources<'_>) -> Option<Self> {
        let username: Option<At<String>> = reader.required("username");
        if let Some(username) = &username {
            check_username(username, reader);
        }
        let password = password(reader, sources);
        let roles = reader.tables("roles", |reader| {
            let (resource, role) = (reader.required("resource"), reader.required("role"));
            Some(RoleDeclaration { resource: resource?, role: role? })
        });
        Some(Self {
            name: reader.optional("name").map(|name| name.value),
            email: reader.optional("email").map(|email| email.value),
            email_verified: reader.optional("email_verified").is_some_and(|on| on.value),
            enabled: reader.optional("enabled").is_none_or(|enabled| enabled.value),
            password,
            roles: roles.into_iter().map(|role| role.value).collect(),
            administrator: reader.optional("administrator").is_some_and(|on| on.value),
            username: username?,
        })
    }
}

fn check_username(username: &At<String>, reader: &Reader<'_>) {
    let longest = signin::factor::password::USERNAME_BYTES_MAX;
    let trimmed = username.trim() == username.value.as_str();
    let printable = !username.chars().any(char::is_control);
    if username.is_empty() || username.len() > longest || !trimmed || !printable {
        let found = format!("expected 1 to {longest} bytes, without space around them");
        let message = "nobody could sign in with this user name";
        reader.problems().add(Problem::new(username.span.clone(), message, found));
    }
}

fn password(reader: &mut Reader<'_>, sources: &Sources<'_>) -> Option<PasswordDeclaration> {
    let options =
        ["password", "password_file", "password_env", "password_hash", "generate_password"];
    let said = exactly_one(reader, &options, false);
    let given = secret::read(reader, sources, ["password", "password_file", "password_env"]);
    reader.hide("password_hash");
    let hash = reader.optional::<String>("password_hash");
    let generate = reader.optional("generate_password").is_some_and(|on: At<bool>| on.value);
    if !said {
        return None;
    }
    if let Some(given) = given {
        let longest = signin::factor::password::BYTES_MAX;
        let text = given.value.as_str();
        if text.chars().count() < PASSWORD_LENGTH_MIN || text.len() > longest {
            let message = "the password is too short or too long";
            let problem = Problem::new(given.span, message, "");
            let allowed = format!("expected {PASSWORD_LENGTH_MIN} characters to {longest} bytes");
            reader.problems().add(problem.allowed(allowed));
            return None;
        }
        return Some(PasswordDeclaration::Plain(Zeroizing::new(text.to_owned())));
    }
    if let Some(hash) = hash {
        if !signin::factor::password::is_acceptable(&hash) {
            let found = "expected Argon2id in the PHC format with exactly m=19456,t=2,p=1";
            let message = "the password hash cannot be used";
            reader.problems().add(Problem::new(hash.span, message, found));
            return None;
        }
        return Some(PasswordDeclaration::Hash(hash.value));
    }
    generate.then_some(PasswordDeclaration::Made)
}
