//! Steps that the commands for single changes of the directory share.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use model::{Client, Tenant, User};
use serde_json::Value;
use service::Service;
use toml::Table;
use zeroize::Zeroizing;

use super::print;
use super::written_secrets::WrittenSecrets;
use crate::apply::declaration::Sources;
use crate::apply::{self, CommitOutcome, File, GeneratedSecret, Plan, PlanOptions};
use crate::cli::DirectoryArguments;
use crate::error::CommandError;
use crate::storage::StoreLocation;
use crate::toml_document::nearest;

/// The variable from which a declaration reads a password that was typed. It is not an environment
/// variable.
pub(super) const TYPED_PASSWORD: &str = "TYPED_PASSWORD";

/// The name of a declaration that is made from arguments, for messages.
const FILE_NAME: &str = "the arguments";

/// Maximum number of users among whom a misspelled name is looked for.
const SUGGESTED_FROM: u32 = 1_000;

/// The number of times that a change is decided if other processes change its rows meanwhile.
pub(super) const ATTEMPTS_MAX: usize = 8;

/// An opened store with the tenant that a command changes.
pub(super) struct OpenedTenant {
    /// The service.
    pub(super) service: Arc<Service>,
    /// The tenant.
    pub(super) tenant: Arc<Tenant>,
    /// Whether the command prints one JSON object and nothing else.
    json: bool,
}

/// A declaration that is made from arguments.
pub(super) struct DeclaredChange<'a> {
    /// The table of the tenant, without its name.
    pub(super) tenant: Table,
    /// The password that `TYPED_PASSWORD` names.
    pub(super) password: Option<Zeroizing<String>>,
    /// This password, if it was generated.
    pub(super) generated: Option<GeneratedSecret>,
    /// The file for generated secrets.
    pub(super) secrets_file: Option<&'a Path>,
    /// The rows that it may insert or replace.
    pub(super) effect: Effect,
}

/// The rows that a declared change may insert or replace. Another process may have added or removed
/// a row since the command has looked it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It inserts rows. An existing one is refused.
    Inserts,
    /// It replaces stored rows. A missing one is refused.
    Replaces,
    /// It replaces a stored row and generates a secret. An existing secret is refused.
    AddsSecret,
}

impl Effect {
    fn check(self, plan: &Plan<'_>) -> Result<(), CommandError> {
        let problem = match self {
            Self::Inserts if plan.replaced_rows > 0 => "it exists already",
            Self::Replaces | Self::AddsSecret if plan.inserted_rows > 0 => "it does not exist",
            Self::AddsSecret if plan.generated.is_empty() => "it has this secret already",
            _ => return Ok(()),
        };
        Err(CommandError::message(format!(
            "{problem}: another command changed it meanwhile; nothing was changed"
        )))
    }
}

impl OpenedTenant {
    /// Opens the store, and finds the tenant.
    pub(super) async fn open(arguments: &DirectoryArguments) -> Result<Self, CommandError> {
        let location = StoreLocation::from_arguments(&arguments.store)?;
        let service = location.open_existing().await?;
        location.connect(&service).await?;
        let tenant = find_tenant(&service, arguments.tenant.as_deref()).await?;
        Ok(Self { service, tenant, json: arguments.json })
    }

    /// Returns the tenant as it is stored now.
    pub(super) async fn current_tenant(&self) -> Result<Arc<Tenant>, CommandError> {
        let Tenant { id, name, .. } = &*self.tenant;
        let tenant = self.service.store.tenant(&id.to_string()).await?;
        tenant.ok_or_else(|| CommandError::message(format!("there is no tenant `{name}`")))
    }

    /// Returns the user with this name.
    pub(super) async fn user(&self, username: &str) -> Result<Arc<User>, CommandError> {
        let user = self.service.store.user_named(self.tenant.id, username).await?;
        if let Some(user) = user {
            return Ok(user);
        }
        let users = self.service.store.users(self.tenant.id, SUGGESTED_FROM).await?;
        let names = users.iter().map(|user| &*user.username);
        let missing = format!("the tenant `{}` has no user `{username}`", self.tenant.name);
        Err(not_found(missing, username, names))
    }

    /// Returns the client with this name or id.
    pub(super) async fn client(&self, name: &str) -> Result<Client, CommandError> {
        let clients = self.service.store.clients(self.tenant.id).await?;
        let is_named = |client: &&Client| client.id.as_str() == name || client.name == name;
        let mut found = clients.iter().filter(is_named);
        match (found.next(), found.next()) {
            (Some(client), None) => Ok(client.clone()),
            (Some(_), Some(_)) => Err(CommandError::message(format!(
                "several apps have the name `{name}`; pass the client_id of one"
            ))),
            (None, _) => {
                let names = clients.iter().map(|client| &*client.name);
                let missing = format!("the tenant `{}` has no app `{name}`", self.tenant.name);
                Err(not_found(missing, name, names))
            }
        }
    }

    /// Applies a declaration that is made from arguments, with the checks of `admit apply`. If
    /// another process changes a row meanwhile, the declaration is compared again.
    pub(super) async fn apply(&self, change: DeclaredChange<'_>) -> Result<(), CommandError> {
        let DeclaredChange { tenant, password, generated, secrets_file, effect } = change;
        let mut attempt = 1;
        loop {
            let plan = self.plan(tenant.clone(), password.as_deref()).await?;
            effect.check(&plan)?;
            let secrets = generated.as_ref().map_or(&*plan.generated, std::slice::from_ref);
            let written = self.write_secrets(secrets, secrets_file)?;
            match apply::commit(&plan, &self.service).await? {
                CommitOutcome::Applied => return self.show(&written),
                CommitOutcome::Uncertain(error) => {
                    self.show(&written)?;
                    return Err(error);
                }
                CommitOutcome::Conflict(conflict) => {
                    written.discard();
                    // Each comparison generates other secrets, and these may be known.
                    if attempt == ATTEMPTS_MAX || !plan.generated.is_empty() {
                        return Err(conflict.into_error());
                    }
                    attempt += 1;
                }
            }
        }
    }

    /// Writes generated secrets to their file. Without one, only a terminal can show them.
    pub(super) fn write_secrets<'s>(
        &self,
        secrets: &'s [GeneratedSecret],
        file: Option<&'s Path>,
    ) -> Result<WrittenSecrets<'s>, CommandError> {
        let has_terminal = !self.json && std::io::stdout().is_terminal();
        if !secrets.is_empty() && file.is_none() && !has_terminal {
            return Err(no_secrets_file());
        }
        WrittenSecrets::write(secrets, file)
    }

    /// Shows what was written, unless the command prints JSON alone.
    pub(super) fn show(&self, written: &WrittenSecrets<'_>) -> Result<(), CommandError> {
        if self.json { Ok(()) } else { written.show() }
    }

    /// Inserts what a declaration that is made from arguments names. First, `output` stores the
    /// generated secrets: if that fails, nothing is changed.
    ///
    /// # Errors
    /// Nothing was inserted. The inner error: it is not known, so what was stored must be kept.
    pub(super) async fn insert_after<T>(
        &self,
        tenant: Table,
        output: impl FnOnce(&Plan<'_>) -> Result<T, CommandError>,
    ) -> Result<(T, Result<(), CommandError>), CommandError> {
        let plan = self.plan(tenant, None).await?;
        Effect::Inserts.check(&plan)?;
        let stored = output(&plan)?;
        match apply::commit(&plan, &self.service).await? {
            CommitOutcome::Applied => Ok((stored, Ok(()))),
            CommitOutcome::Uncertain(error) => Ok((stored, Err(error))),
            CommitOutcome::Conflict(conflict) => Err(conflict.into_error()),
        }
    }

    /// Checks a declaration that is made from arguments, and changes nothing.
    pub(super) async fn check(&self, tenant: Table) -> Result<(), CommandError> {
        self.plan(tenant, None).await.map(|_| ())
    }

    async fn plan(
        &self,
        tenant: Table,
        password: Option<&String>,
    ) -> Result<Plan<'_>, CommandError> {
        let text = self.declaration(tenant)?;
        let variable = |name: &str| password.filter(|_| name == TYPED_PASSWORD).cloned();
        let sources = Sources { directory: Path::new(""), variable: &variable };
        let file = File { path: Path::new(FILE_NAME), text: &text };
        let now = self.service.now();
        let options = PlanOptions { now, prune: false, restores_deleted: true };
        apply::plan(&file, &sources, &self.service, options).await
    }

    fn declaration(&self, mut tenant: Table) -> Result<String, CommandError> {
        tenant.insert("name".to_owned(), self.tenant.name.clone().into());
        let mut document = Table::new();
        document.insert("tenants".to_owned(), vec![toml::Value::from(tenant)].into());
        toml::to_string(&document).map_err(|error| CommandError::message(error.to_string()))
    }
}

/// Prints the result: one JSON object, or the text.
pub(super) fn print_result(
    arguments: &DirectoryArguments,
    json: &Value,
    text: &str,
) -> Result<(), CommandError> {
    if arguments.json { print(&format!("{json}\n")) } else { print(text) }
}

async fn find_tenant(service: &Service, name: Option<&str>) -> Result<Arc<Tenant>, CommandError> {
    if let Some(name) = name {
        if let Some(tenant) = service.store.tenant(name).await? {
            return Ok(tenant);
        }
        let tenants = service.store.tenants().await?;
        let names = tenants.iter().map(|tenant| &*tenant.name);
        return Err(not_found(format!("there is no tenant `{name}`"), name, names));
    }
    let tenants = service.store.tenants().await?;
    match tenants.as_slice() {
        [tenant] => Ok(Arc::new(tenant.clone())),
        [] => Err(CommandError::message("there is no tenant; declare one with `admit apply`")),
        several => {
            let names: Vec<&str> = several.iter().map(|tenant| &*tenant.name).collect();
            let names = names.join(", ");
            Err(CommandError::message(format!("pass --tenant with one of {names}")))
        }
    }
}

/// The error about a name that does not exist, with the one that was probably meant.
fn not_found<'a>(
    missing: String,
    name: &str,
    existing: impl IntoIterator<Item = &'a str>,
) -> CommandError {
    CommandError::message(match nearest(name, existing) {
        Some(meant) => format!("{missing}; did you mean `{meant}`?"),
        None => missing,
    })
}

/// The refusal to print secrets where a log, a pipe or a program would keep them.
fn no_secrets_file() -> CommandError {
    CommandError::message(
        "the output is no terminal or is JSON, and would keep the generated secret; pass \
         --secrets-file FILE; nothing was changed",
    )
}
