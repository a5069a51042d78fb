//! Declaration of a tenant.

mod checks;
mod merge;
mod profile_changes;
mod read;

use model::{
    AccountDeletion, Digest, IpNetwork, IssuerForm, LocalizedText, Logo, PasswordReset,
    ProfileAttribute, SecondFactor, Seconds, TenantId, Timestamp,
};
use uuid::Uuid;

use super::passkey_policy::RootsOfFile;
use super::{
    Algorithm, AuthContextDeclaration, ClientDeclaration, ResourceDeclaration, SignUpDeclaration,
    SupportDeclaration, UserDeclaration,
};
use crate::toml_document::{Declared, Spanned};

/// A declared tenant. Durations are written as a number and a unit: `"90d"`, `"24h"`, `"10m"`,
/// `"30s"`.
#[derive(Debug, Default)]
pub(crate) struct TenantDeclaration {
    /// The name in URLs: labels of lower-case letters, digits and `-`, joined by `.`. A label
    /// begins and ends with a letter or digit. The name identifies the tenant.
    ///
    /// Example: `name = "demo"`
    pub(crate) name: Spanned<String>,
    /// The id, a UUID. By default, it is derived from the name. It cannot be changed.
    pub(crate) id: Option<Spanned<TenantId>>,
    /// The secret salt of pairwise `sub` values, 64 hexadecimal digits, as `admit export
    /// --with-credentials` writes it. By default, a new tenant gets a random one. It cannot be
    /// changed.
    pub(crate) pairwise_salt: Option<Spanned<Digest>>,
    /// The form of the tenant in its issuer: `"id"`, as in Microsoft's issuers, or `"name"`.
    /// Strict clients compare the issuer with the address of the discovery document, so this is the
    /// form that they are configured with. The other form is served too. It cannot be changed.
    ///
    /// Default: `"id"`
    pub(crate) issuer: Declared<Spanned<IssuerForm>>,
    /// The name on pages: one text, or one per language (`{ en = "…", id = "…" }`).
    ///
    /// Default: the name
    pub(crate) display_name: Declared<LocalizedText>,
    /// Whether the tenant is suspended. A suspended tenant refuses all requests.
    ///
    /// Default: `false`
    pub(crate) suspended: Declared<bool>,
    /// Revokes everything that was given before this time: sessions, codes, grants and tokens of
    /// every user and client. It must not lie in the future, and never goes back: an earlier time,
    /// or none, changes nothing.
    ///
    /// Example: `revoke_before = 2026-11-28T12:00:00Z`
    pub(crate) revoke_before: Declared<Spanned<Timestamp>>,
    /// The lifetime of a session if the user does not choose to stay signed in (OWASP ASVS 5.0
    /// 7.3.2). ASVS 7.1.1 asks for a justification of each deviation from NIST SP 800-63B. The
    /// defaults of the lifetimes of sessions deviate in none: 24 hours, and one hour without use
    /// (SP 800-63B-4 §2.2.3, AAL2); 30 days for a user who chose to stay signed in (§2.1.3, AAL1).
    ///
    /// Default: `"24h"`
    pub(crate) session_lifetime: Declared<Seconds>,
    /// The lifetime of a session if the user chooses to stay signed in.
    ///
    /// Default: `"30d"`
    pub(crate) persistent_session_lifetime: Declared<Seconds>,
    /// The time without use after which a session ends, beside its lifetime, if the user does not
    /// choose to stay signed in. A use is a code for an app, or an administration page. The
    /// browser's cookie remembers the last one. A use less than a tenth of this time after the
    /// remembered one is not recorded, so a session can end up to a tenth of this time earlier
    /// (ASVS 7.3.1). At least five minutes: a user reads and fills in a form meanwhile.
    ///
    /// Default: `"1h"`
    pub(crate) session_idle_lifetime: Declared<Seconds>,
    /// The time without use after which a session ends if the user chooses to stay signed in. Uses
    /// are recorded as for `session_idle_lifetime`, and the minimum is the same. SP 800-63B-4
    /// requires no such time for AAL1.
    ///
    /// Default: `"14d"`
    pub(crate) persistent_session_idle_lifetime: Declared<Seconds>,
    /// The maximum lifetime of a grant (a family of refresh tokens).
    ///
    /// Default: `"90d"`
    pub(crate) grant_lifetime: Declared<Seconds>,
    /// The maximum lifetime of a grant of a single-page app.
    ///
    /// Default: `"24h"`
    pub(crate) single_page_grant_lifetime: Declared<Seconds>,
    /// The maximum time between two uses of a grant.
    ///
    /// Default: `"90d"`
    pub(crate) grant_idle_lifetime: Declared<Seconds>,
    /// The time after which a signing key is replaced.
    ///
    /// Default: `"90d"`
    pub(crate) signing_key_lifetime: Declared<Seconds>,
    /// The algorithms with which the tenant signs tokens. The key set has keys of these only:
    /// `["RS256"]` for libraries that read every key of it as an RSA key. Tokens for UserInfo, and
    /// clients and resources without an algorithm of their own, follow it. The keys of an algorithm
    /// that is taken out stay in the key set for two days, until the last token has expired;
    /// `admit key rotate --now --revoke-old` removes them at once.
    ///
    /// Default: `["ES256", "RS256"]`
    pub(crate) signing_algs: Declared<Vec<Spanned<Algorithm>>>,
    /// The logo on pages: a file with a PNG or an SVG of at most 64 KiB, relative to the
    /// declaration. An SVG has no scripts and no references to other files.
    ///
    /// Example: `logo_file = "acme.svg"`
    pub(crate) logo_file: Declared<Logo>,
    /// The logo itself in place of its file, in base64 or base64url, as `admit export` writes it.
    /// White space is ignored.
    ///
    /// Example: `logo = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4"`
    pub(crate) logo: Declared<Logo>,
    /// The colour of buttons on pages: `#` and six hexadecimal digits. It needs a contrast of at
    /// least 3 : 1 with white. In the dark scheme, pages show a lighter shade.
    ///
    /// Example: `colour = "#7b1fa2"`
    pub(crate) colour: Declared<String>,
    /// The time zone of times on pages, a name of the IANA database.
    ///
    /// Default: UTC
    ///
    /// Example: `time_zone = "Asia/Jakarta"`
    pub(crate) time_zone: Declared<String>,
    /// When a user must give a second factor: `"never"`, only if an app requires it (`acr`);
    /// `"enrolled"`, at each sign-in of a user who has set one up; `"on_new_browser"`, as
    /// `"enrolled"`, but only in a browser in which the user has not given two factors before;
    /// `"always_for_administrators"`, at each sign-in of an administrator, and of others as
    /// `"enrolled"`; `"always"`, at each sign-in. A user who must give one and has none sets it up
    /// while signing in.
    ///
    /// Default: `"enrolled"`
    pub(crate) second_factor: Declared<SecondFactor>,
    /// The time from which `second_factor = "always"` or `"always_for_administrators"` requires a
    /// second factor of users without one, in the tenant and its apps. Until then, such users are
    /// led to the set-up at each sign-in, and can postpone it. Users with a second factor are asked
    /// for it in any case.
    ///
    /// Default: at once
    ///
    /// Example: `second_factor_from = 2027-01-31T00:00:00Z`
    pub(crate) second_factor_from: Declared<Timestamp>,
    /// The time for which a browser counts as known after the user gave two factors in it, for
    /// `second_factor = "on_new_browser"`: `"1d"` to `"365d"`. A sign-in with one factor does not
    /// extend it.
    ///
    /// Default: until the browser loses its cookie, or does not sign the user in for 365 days
    ///
    /// Example: `second_factor_browser_lifetime = "30d"`
    pub(crate) second_factor_browser_lifetime: Declared<Seconds>,
    /// The authentication contexts, by which APIs require a stronger sign-in: each with an `id`, a
    /// `name` and a `strength`.
    pub(crate) auth_contexts: Declared<Vec<AuthContextDeclaration>>,
    /// Whether users can sign in with passkeys (WebAuthn), and add them on their account page. The
    /// passkeys of users stay stored with `false`. They are bound to the host of the origin, which
    /// must have a name: browsers create none for an IP address.
    ///
    /// Default: `true`
    pub(crate) passkeys: Declared<bool>,
    /// The models of authenticators that passkeys may be of: at most 256 AAGUIDs. A new passkey
    /// then needs an attestation of the format `packed` that leads to one of
    /// `passkey_attestation_roots_file` and names the model. Stored passkeys of other models, and
    /// those that were added without an attestation, are refused from then on. Empty: any model,
    /// without attestation.
    ///
    /// Example: `passkey_authenticators = ["2fc0579f-8113-47ea-b116-bb5a8db9202a"]`
    pub(crate) passkey_authenticators: Declared<Vec<Spanned<Uuid>>>,
    /// The certificates that attestations must lead to: a file in PEM of at most 64 certificates
    /// and 64 KiB, relative to the declaration. Manufacturers publish theirs, also in the FIDO
    /// Metadata Service.
    ///
    /// Example: `passkey_attestation_roots_file = "security-key-roots.pem"`
    pub(crate) passkey_attestation_roots_file: Declared<RootsOfFile>,
    /// The certificates themselves in place of their file, each in DER as base64url, as `admit
    /// export` writes them.
    pub(crate) passkey_attestation_roots: Declared<Vec<String>>,
    /// The least number of characters of a new password, from 8 to 64. Other rules do not depend on
    /// an option: a password is refused if it is among the most common ones, or if it would be
    /// guessed soon, with the names of the user and the tenant (the score of `zxcvbn` is less than
    /// 3 of 4). A password that is set already stays as it is.
    ///
    /// Default: `12`
    pub(crate) password_minimum_length: Declared<u16>,
    /// The least number of characters of a new password of a user who has a second factor, from 8
    /// to 64. It holds if it is less than `password_minimum_length` and `second_factor` is not
    /// `"never"`. Commands that set a password do not use it.
    ///
    /// Default: `8` if `password_minimum_length` is `12`, otherwise that length
    pub(crate) password_minimum_length_with_second_factor: Declared<u16>,
    /// The time after which a password must be replaced: at the next sign-in with it, its user
    /// chooses another one. Sessions and refresh tokens go on. From `"1d"` to `"3650d"`. NIST SP
    /// 800-63B-4 forbids it without evidence of a breach, as users then choose weaker passwords:
    /// set it only if a rule requires it.
    ///
    /// Default: none, passwords do not expire
    ///
    /// Example: `password_lifetime = "365d"`
    pub(crate) password_lifetime: Declared<Seconds>,
    /// Whether users can reset a forgotten password themselves: `"mail"`, by a code or link that is
    /// sent to their e-mail address if it is verified (`email_verified`);
    /// `"mail_except_administrators"`, as `"mail"`, but not the password of an administrator; or
    /// `"off"`. Without `[mail]` in the configuration, mails have no effect. A reset does not
    /// replace the second factor. `password_reset = false` excludes a user.
    ///
    /// Default: `"mail"`
    pub(crate) password_reset: Declared<PasswordReset>,
    /// The networks from which users may sign in, get codes without a page and refresh tokens; in
    /// CIDR notation, 64 at most. An app can have others. Requests from elsewhere are refused with
    /// AADSTS53003. The tokens of an app itself (`client_credentials`) are not concerned. An app on
    /// a server refreshes tokens from the address of the server.
    ///
    /// Default: users may sign in from everywhere
    ///
    /// Example: `allowed_networks = ["203.0.113.0/24", "2001:db8::/32"]`
    pub(crate) allowed_networks: Declared<Vec<IpNetwork>>,
    /// The accounts that no administrator adds, and the terms of use.
    pub(crate) sign_up: Declared<SignUpDeclaration>,
    /// The attributes that users may change on their account page: `name`, `email`, `given_name`,
    /// `family_name`, `middle_name`, `nickname`, `locale` and `zoneinfo`. A new e-mail address must
    /// be proven by a code, so `email` has no effect without `[mail]` in the configuration. What a
    /// user has set stays when a declaration is applied that has the value of before; another value
    /// replaces it, and so does the old one once the attribute is not in this list.
    ///
    /// Default: `["name", "email", "locale", "zoneinfo"]`
    pub(crate) profile_changes: Declared<Vec<ProfileAttribute>>,
    /// Whether users may delete their account on their account page: `"user"` or `"off"`. A
    /// declaration does not add a user again who was deleted; `admit user add` does.
    ///
    /// Default: `"off"`
    pub(crate) account_deletion: Declared<AccountDeletion>,
    /// The addresses that are notified of reports.
    pub(crate) support: Declared<SupportDeclaration>,
    /// The resources: APIs that accept tokens of the tenant.
    pub(crate) resources: Vec<Spanned<ResourceDeclaration>>,
    /// The clients: applications that request tokens.
    pub(crate) clients: Vec<Spanned<ClientDeclaration>>,
    /// The users.
    pub(crate) users: Vec<Spanned<UserDeclaration>>,
}
