//! Steps that the commands for single changes of the directory share.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use model::{Client, DirectoryChange, Tenant, User};
use serde_json::Value;
use service::Service;
use toml::Table;
use zeroize::Zeroizing;

use super::{apply::output_secrets, print};
use crate::apply::declaration::Sources;
use crate::apply::{self, File, Plan, PlanOptions};
use crate::cli::DirectoryArguments;
use crate::error::CommandError;
use crate::storage::StoreLocation;

/// The variable from which a declaration reads a password that was typed. It is not an environment
/// variable.
pub(super) const TYPED_PASSWORD: &str = "TYPED_PASSWORD";

/// The name of a declaration that is made from arguments, for messages.
const FILE_NAME: &str = "the arguments";

/// An opened store with the tenant that a command changes.
pub(super) struct OpenedTenant {
    /// The service.
    pub(super) service: Arc<Service>,
    /// The tenant.
    pub(super) tenant: Arc<Tenant>,
}

/// A declaration that is made from arguments.
pub(super) struct DeclaredChange<'a> {
    /// The table of the tenant, without its name.
    pub(super) tenant: Table,
    /// The password that `TYPED_PASSWORD` names.
    pub(super) password: Option<Zeroizing<String>>,
    /// The file for generated secrets.
    pub(super) secrets_file: Option<&'a Path>,
}

impl OpenedTenant {
    /// Opens the store, and finds the tenant.
    pub(super) async fn open(arguments: &DirectoryArguments) -> Result<Self, CommandError> {
        let location = StoreLocation::from_arguments(&arguments.store)?;
        let service = location.open_existing()?;
        location.check_root_key(&service).await?;
        let tenant = find_tenant(&service, arguments.tenant.as_deref()).await?;
        Ok(Self { service, tenant })
    }

    /// Returns the user with this name.
    pub(super) async fn user(&self, username: &str) -> Result<Arc<User>, CommandError> {
        let user = self.service.store.user_named(self.tenant.id, username).await?;
        user.ok_or_else(|| {
            let tenant = &self.tenant.name;
            CommandError::message(format!("the tenant `{tenant}` has no user `{username}`"))
        })
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
                let tenant = &self.tenant.name;
                Err(CommandError::message(format!("the tenant `{tenant}` has no app `{name}`")))
            }
        }
    }

    /// Applies a declaration that is made from arguments, with the checks of `admit apply`.
    pub(super) async fn apply(&self, change: DeclaredChange<'_>) -> Result<(), CommandError> {
        let DeclaredChange { tenant, password, secrets_file } = change;
        let plan = self.plan(tenant, password.as_deref()).await?;
        check_secrets_output(&plan, secrets_file)?;
        output_secrets(&plan, secrets_file)?;
        apply::commit(&plan, &self.service).await
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
        let options = PlanOptions { now: service::now(), prune: false };
        apply::plan(&file, &sources, &self.service, options).await
    }

    /// Applies changes of rows that no declaration can express.
    pub(super) async fn commit(&self, changes: Vec<DirectoryChange>) -> Result<(), CommandError> {
        apply::commit_changes(changes, &self.service).await
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
        let tenant = service.store.tenant(name).await?;
        return tenant.ok_or_else(|| CommandError::message(format!("there is no tenant `{name}`")));
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

/// Refuses to print secrets where a log or a pipe would keep them.
fn check_secrets_output(plan: &Plan<'_>, file: Option<&Path>) -> Result<(), CommandError> {
    if plan.generated.is_empty() || file.is_some() || std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(CommandError::message(
        "the output is no terminal, and would keep the generated secret; pass --secrets-file FILE; \
         nothing was changed",
    ))
}
