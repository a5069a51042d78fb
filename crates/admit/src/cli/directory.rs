//! Arguments of the commands that change the directory: `admit app`, `admit user`, `admit revoke`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use model::Seconds;
use signin::factor::access_pass::{VALID_MAX, VALID_MIN};
use uuid::Uuid;

use super::StoreArguments;
use crate::toml_document::parse_duration;

/// The tenant, and the form of the output.
#[derive(Debug, Args)]
pub(crate) struct DirectoryArguments {
    /// The name or id of the tenant; needed if there are several
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Subcommands of `admit app`. They may run while the service runs.
#[derive(Debug, Subcommand)]
pub(crate) enum AppCommand {
    /// Add an app, and print what it needs to connect
    Add(AppAddArguments),
    /// Add and remove secrets of an app
    #[command(subcommand)]
    Secret(AppSecretCommand),
}

/// Arguments of `admit app add`.
#[derive(Debug, Args)]
pub(crate) struct AppAddArguments {
    /// The name of the app
    pub(crate) name: String,
    /// A redirect URI; may be repeated. Without one, the app gets tokens for itself only; with
    /// `--for`, it is the one of the program
    #[arg(long, value_name = "URL")]
    pub(crate) redirect: Vec<String>,
    /// The kind of application that the redirect URIs belong to. Only `web` has a secret
    #[arg(long, value_enum, default_value_t = AppKind::Web)]
    pub(crate) kind: AppKind,
    /// A permission: the API and the scopes on behalf of a user; may be repeated
    #[arg(long, value_name = "API=SCOPE,…")]
    pub(crate) scopes: Vec<String>,
    /// A permission: the API and the roles of the app itself; may be repeated
    #[arg(long, value_name = "API=ROLE,…")]
    pub(crate) roles: Vec<String>,
    /// Print a program for this framework or library
    #[arg(long = "for", value_enum, value_name = "FRAMEWORK")]
    pub(crate) framework: Option<Framework>,
    /// Write the program of `--for` and `.env`, which has the secret, into this folder. Existing
    /// files are refused
    #[arg(long, value_name = "DIR", requires = "framework", conflicts_with = "secrets_file")]
    pub(crate) into: Option<PathBuf>,
    /// The public origin of the service, with `--data`; without it, `ORIGIN` is printed instead
    #[arg(long, value_name = "URL", requires = "data")]
    pub(crate) origin: Option<String>,
    /// Write the secret to this new file, readable by its owner only. Required unless the output is
    /// a terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}

/// The kind of application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AppKind {
    /// A web server, which can keep a secret
    Web,
    /// A single-page app in the browser
    SinglePage,
    /// A native app on a computer or a phone
    Native,
}

/// A framework or library with a guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Framework {
    /// Django with mozilla-django-oidc
    Django,
    /// ASP.NET Core
    Dotnet,
    /// Express with express-openid-connect
    Express,
    /// FastAPI with Authlib
    Fastapi,
    /// Go with go-oidc
    Go,
    /// MSAL for Node
    MsalNode,
    /// MSAL for Python
    MsalPython,
    /// Next.js with Auth.js
    Next,
    /// Spring Boot
    Spring,
}

/// Subcommands of `admit app secret`.
#[derive(Debug, Subcommand)]
pub(crate) enum AppSecretCommand {
    /// Generate a secret beside the ones that the app has
    Add(AppSecretAddArguments),
    /// Remove a secret; requests with it are refused at once
    Remove(AppSecretRemoveArguments),
}

/// Arguments of `admit app secret add`.
#[derive(Debug, Args)]
pub(crate) struct AppSecretAddArguments {
    /// The name or `client_id` of the app
    pub(crate) app: String,
    /// The id of the secret, by which it is removed later; without it, today's date
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// The time of expiry: 2027-01-31T00:00:00Z; without it, the secret does not expire
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<String>,
    /// Write the secret to this new file, readable by its owner only. Required unless the output is
    /// a terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}

/// Arguments of `admit app secret remove`.
#[derive(Debug, Args)]
pub(crate) struct AppSecretRemoveArguments {
    /// The name or `client_id` of the app
    pub(crate) app: String,
    /// The id of the secret
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}

/// Subcommands of `admit user`. They may run while the service runs.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Give a user a temporary access pass: a code with which they sign in and set up new factors.
    /// It replaces an earlier one
    AccessPass(UserAccessPassArguments),
    /// Add a user, or every user of a CSV file
    Add(UserAddArguments),
    /// Disable a user: they cannot sign in, and get no tokens
    Disable(UserArguments),
    /// Enable a user again
    Enable(UserArguments),
    /// Set or remove the time from which a user cannot sign in, and gets no tokens
    Expire(UserExpireArguments),
    /// Invite a user by a link, with which they set a password; or revoke the invitation
    Invite(UserInviteArguments),
    /// Delete a user with their password, authenticators and consents; a declaration does not add
    /// them again
    Delete(UserArguments),
    /// Set a new password, which ends all sessions and revokes all grants of the user
    Password(UserPasswordArguments),
    /// Change the user name; the id and `sub` stay
    Rename(UserRenameArguments),
    /// Remove the authenticator apps, passkeys and recovery codes of a user who has lost them
    ResetSecondFactor(UserArguments),
    /// End the sessions of a user
    #[command(subcommand)]
    Sessions(UserSessionsCommand),
    /// Allow a user to sign in again who was locked out by wrong passwords
    Unlock(UserArguments),
}

/// Subcommands of `admit user sessions`.
#[derive(Debug, Subcommand)]
pub(crate) enum UserSessionsCommand {
    /// End all sessions and revoke all grants of the user, in every browser and app
    End(UserArguments),
}

/// The selection of a user.
#[derive(Debug, Args)]
pub(crate) struct UserArguments {
    /// The user name
    pub(crate) username: String,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}

/// The source of a password. It is never an argument.
#[derive(Debug, Args)]
pub(crate) struct PasswordArguments {
    /// Generate the password; otherwise it is asked for, or read from standard input if that is no
    /// terminal
    #[arg(long)]
    pub(crate) generate: bool,
    /// Write generated passwords to this new file, readable by its owner only. Required unless the
    /// output is a terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets_file: Option<PathBuf>,
    /// Let the user replace the password at the first sign-in
    #[arg(long)]
    pub(crate) temporary: bool,
}

/// Arguments of `admit user add`.
#[derive(Debug, Args)]
pub(crate) struct UserAddArguments {
    /// The user name
    #[arg(required_unless_present = "csv", conflicts_with = "csv")]
    pub(crate) username: Option<String>,
    /// The full name
    #[arg(long, conflicts_with = "csv")]
    pub(crate) name: Option<String>,
    /// The e-mail address
    #[arg(long, conflicts_with = "csv")]
    pub(crate) email: Option<String>,
    /// The time from which the user cannot sign in, such as 2027-06-30T17:00:00+07:00
    #[arg(long, value_name = "TIME", conflicts_with = "csv")]
    pub(crate) expires: Option<String>,
    /// Let the user use the administration pages of the tenant
    #[arg(long, conflicts_with = "csv")]
    pub(crate) administrator: bool,
    /// A CSV file with a heading. Its columns are options of a declared user: `username`, and any
    /// of `name`, `email`, `email_verified`, `enabled`, `expires`, `administrator` and
    /// `password_hash`. Passwords without a hash are generated
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) password: PasswordArguments,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}

/// Arguments of `admit user expire`.
#[derive(Debug, Args)]
pub(crate) struct UserExpireArguments {
    #[command(flatten)]
    pub(crate) user: UserArguments,
    /// The time with its offset, such as 2027-06-30T17:00:00+07:00
    #[arg(long, value_name = "TIME", required_unless_present = "never")]
    pub(crate) at: Option<String>,
    /// Remove the time: the user does not expire
    #[arg(long, conflicts_with = "at")]
    pub(crate) never: bool,
}

/// Arguments of `admit user invite`.
#[derive(Debug, Args)]
pub(crate) struct UserInviteArguments {
    /// The e-mail address, which becomes the user name
    pub(crate) address: String,
    /// The full name; without it, the user types one
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The time for which the link is valid, such as 7d or 12h; at most 90d
    #[arg(long, value_name = "DURATION", default_value = "7d")]
    pub(crate) valid: String,
    /// A role at an API; may be repeated
    #[arg(long, value_name = "API=ROLE")]
    pub(crate) role: Vec<String>,
    /// The app that the user is led to, by name or `client_id`: to the first page of the host of
    /// its first redirect URI; without it, to the account page
    #[arg(long)]
    pub(crate) app: Option<String>,
    /// The language of the user and of the e-mail, such as `id`
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Revoke the invitation: its link is refused, and the user is removed
    #[arg(long, conflicts_with_all = ["name", "role", "app", "language"])]
    pub(crate) revoke: bool,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}

/// Arguments of `admit user password`.
#[derive(Debug, Args)]
pub(crate) struct UserPasswordArguments {
    #[command(flatten)]
    pub(crate) user: UserArguments,
    #[command(flatten)]
    pub(crate) password: PasswordArguments,
}

/// Arguments of `admit user access-pass`.
#[derive(Debug, Args)]
pub(crate) struct UserAccessPassArguments {
    #[command(flatten)]
    pub(crate) user: UserArguments,
    /// The time for which the pass is valid, from ten minutes to a day: 10m, 1h, 24h
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = access_pass_validity)]
    pub(crate) valid: Seconds,
    /// Let the pass work once only
    #[arg(long)]
    pub(crate) once: bool,
    /// Remove the pass of the user instead of creating one
    #[arg(long, conflicts_with_all = ["valid", "once", "secrets_file"])]
    pub(crate) revoke: bool,
    /// Write the pass to this new file, readable by its owner only. Required unless the output is a
    /// terminal
    #[arg(long, value_name = "FILE")]
    pub(crate) secrets_file: Option<PathBuf>,
}

/// Parses how long a temporary access pass is valid.
fn access_pass_validity(written: &str) -> Result<Seconds, String> {
    let accepted = "a pass is valid for ten minutes to 24 hours, such as 10m, 1h or 24h";
    let valid = parse_duration(written).map_err(|_| accepted.to_owned())?;
    let is_accepted = (VALID_MIN..=VALID_MAX).contains(&valid);
    if is_accepted { Ok(valid) } else { Err(accepted.to_owned()) }
}

/// Arguments of `admit user rename`.
#[derive(Debug, Args)]
pub(crate) struct UserRenameArguments {
    /// The user name
    pub(crate) username: String,
    /// The new user name
    pub(crate) new_username: String,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}

/// Arguments of `admit revoke`. Without an option that names less, the whole tenant is revoked.
#[derive(Debug, Args)]
pub(crate) struct RevokeArguments {
    /// Revoke all sessions and grants of the user with this name. With `--client`, withdraw their
    /// consent to this app, and revoke its grants of them
    #[arg(long, value_name = "USERNAME")]
    pub(crate) user: Option<String>,
    /// Revoke all grants and tokens of the app with this name or `client_id`
    #[arg(long, value_name = "APP")]
    pub(crate) client: Option<String>,
    /// Revoke all grants and tokens for the API with this identifier
    #[arg(long, value_name = "API", conflicts_with_all = ["user", "client"])]
    pub(crate) resource: Option<String>,
    /// Revoke one grant, with all its tokens: the claim `gid` of its access tokens
    #[arg(long, value_name = "ID", conflicts_with_all = ["user", "client", "resource"])]
    pub(crate) grant: Option<Uuid>,
    /// End one session, by its id. With `--client`, by the `sid` in an ID token of this app
    #[arg(long, value_name = "ID", conflicts_with_all = ["user", "resource", "grant"])]
    pub(crate) session: Option<Uuid>,
    /// Revoke all sessions, grants and tokens of the tenant that `--tenant` names
    #[arg(long, conflicts_with_all = ["user", "client", "resource", "grant", "session"])]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) directory: DirectoryArguments,
}
