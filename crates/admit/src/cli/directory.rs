//! Arguments of `admit app` and `admit revoke`, and those of every command that changes the
//! directory.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::StoreArguments;

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
