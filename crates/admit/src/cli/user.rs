//! Arguments of `admit user`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::Seconds;
use signin::factor::access_pass::{VALID_MAX, VALID_MIN};

use super::directory::DirectoryArguments;
use crate::toml_document::parse_duration;

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

/// Parses how long a temporary access pass is valid.
fn access_pass_validity(written: &str) -> Result<Seconds, String> {
    let accepted = "a pass is valid for ten minutes to 24 hours, such as 10m, 1h or 24h";
    let valid = parse_duration(written).map_err(|_| accepted.to_owned())?;
    let is_accepted = (VALID_MIN..=VALID_MAX).contains(&valid);
    if is_accepted { Ok(valid) } else { Err(accepted.to_owned()) }
}
