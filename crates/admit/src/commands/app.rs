//! `admit app`: adds apps.

use std::path::PathBuf;

use model::Client;
use protocol::context::Endpoints;
use serde_json::json;
use toml::{Table, Value};

use super::app_files::{AppFiles, ignore_warning};
use super::app_secret;
use super::directory_change::{DeclaredChange, Effect, OpenedTenant, print_result};
use super::framework;
use crate::cli::{AppAddArguments, AppCommand, AppKind, AppSecretCommand, Framework};
use crate::dev;
use crate::error::CommandError;
use crate::server;
use crate::storage::StoreLocation;

/// The id of the first secret of an app.
const FIRST_SECRET: &str = "first";

/// Runs a subcommand.
pub(super) fn run(command: &AppCommand) -> Result<(), CommandError> {
    let runtime = server::runtime()?;
    match command {
        AppCommand::Add(arguments) => runtime.block_on(add(arguments)),
        AppCommand::Secret(AppSecretCommand::Add(arguments)) => {
            runtime.block_on(app_secret::add(arguments))
        }
        AppCommand::Secret(AppSecretCommand::Remove(arguments)) => {
            runtime.block_on(app_secret::remove(arguments))
        }
    }
}

async fn add(arguments: &AppAddArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let (name, tenant) = (&arguments.name, &opened.tenant.name);
    let clients = opened.service.store.clients(opened.tenant.id).await?;
    if clients.iter().any(|client| client.name == *name) {
        return Err(CommandError::message(format!(
            "the tenant `{tenant}` has an app `{name}` already; choose another name, or add a \
             secret with `admit app secret add`"
        )));
    }
    let mut declared = Table::new();
    declared.insert("clients".to_owned(), vec![Value::from(declared_client(arguments)?)].into());
    if let (Some(framework), Some(folder)) = (arguments.framework, &arguments.into) {
        let added = opened.insert_after(declared, |plan| {
            let client = plan.planned_client(name);
            let client = client.ok_or_else(|| CommandError::message("nothing to add"))?;
            let connection = connection(arguments, &opened, client)?;
            let secret = plan.generated.first().map(|generated| generated.secret.as_str());
            let files = AppFiles::write(folder, framework, &connection, secret)?;
            Ok((connection, files))
        });
        let ((connection, files), outcome) = added.await?;
        let files = files.keep();
        outcome?;
        return print_files(arguments, framework, &connection, &files);
    }
    let secrets_file = arguments.secrets_file.as_deref();
    opened
        .apply(DeclaredChange {
            tenant: declared,
            password: None,
            generated: None,
            secrets_file,
            effect: Effect::Inserts,
        })
        .await?;
    let client = opened.client(name).await?;
    let connection = connection(arguments, &opened, &client)?;
    let program = arguments.framework.map(|framework| framework::program(framework, &connection));
    let mut json = json_of(arguments, &connection);
    if let (Some(members), Some(program)) = (json.as_object_mut(), &program) {
        members.insert("program".to_owned(), program.as_str().into());
    }
    let text = connection.to_string() + &program.unwrap_or_default();
    print_result(&arguments.directory, &json, &text)
}

/// Returns the values that the app needs to connect.
fn json_of(arguments: &AppAddArguments, connection: &framework::Connection) -> serde_json::Value {
    json!({
        "tenant": connection.tenant,
        "issuer": connection.issuer,
        "discovery": connection.discovery,
        "app": arguments.name,
        "client_id": connection.client_id,
        "redirect_uris": redirect_uris(arguments),
    })
}

/// Prints the values of the app, the written files, and the commands that start the program.
fn print_files(
    arguments: &AppAddArguments,
    framework: Framework,
    connection: &framework::Connection,
    files: &[PathBuf],
) -> Result<(), CommandError> {
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let mut json = json_of(arguments, connection);
    let warning = arguments.into.as_deref().and_then(ignore_warning);
    if let Some(members) = json.as_object_mut() {
        members.insert("files".to_owned(), files.clone().into());
        members.extend(warning.clone().map(|warning| ("warning".to_owned(), warning.into())));
    }
    let warning = warning.map(|warning| format!("Warning: {warning}.\n\n")).unwrap_or_default();
    let steps = framework::steps_with_files(framework, connection);
    let text = format!("{connection}files         {}\n\n{warning}{steps}", files.join(", "));
    print_result(&arguments.directory, &json, &text)
}

/// Returns the redirect URIs: those of the arguments or, if there are none, the one of the program.
fn redirect_uris(arguments: &AppAddArguments) -> Vec<String> {
    match arguments.framework {
        Some(framework) if arguments.redirect.is_empty() => {
            vec![framework::redirect_uri(framework).to_owned()]
        }
        _ => arguments.redirect.clone(),
    }
}

/// Returns the table of a declared client.
fn declared_client(arguments: &AppAddArguments) -> Result<Table, CommandError> {
    let mut client = Table::new();
    client.insert("name".to_owned(), arguments.name.clone().into());
    let is_public = arguments.kind != AppKind::Web;
    if is_public && arguments.framework.is_some() {
        let message =
            "the programs of `--for` keep a secret on a server; leave out --kind or --for";
        return Err(CommandError::message(message));
    }
    let redirect_uris = redirect_uris(arguments);
    if is_public && redirect_uris.is_empty() {
        let message = "an app without a secret gets tokens only by signing users in: add \
                       --redirect URL, to which the browser returns";
        return Err(CommandError::message(message));
    }
    client.insert("public".to_owned(), is_public.into());
    if !redirect_uris.is_empty() {
        let kind = match arguments.kind {
            AppKind::Web => "web",
            AppKind::SinglePage => "single_page",
            AppKind::Native => "native",
        };
        let mut uris = Table::new();
        uris.insert(kind.to_owned(), redirect_uris.into());
        client.insert("redirect_uris".to_owned(), uris.into());
    }
    if !is_public {
        let mut secret = Table::new();
        secret.insert("id".to_owned(), FIRST_SECRET.into());
        secret.insert("generate".to_owned(), true.into());
        client.insert("secrets".to_owned(), vec![Value::from(secret)].into());
    }
    let permissions = permissions(arguments)?;
    if !permissions.is_empty() {
        client.insert("permissions".to_owned(), permissions.into());
    }
    Ok(client)
}

/// Returns the declared permissions, one for each API.
fn permissions(arguments: &AppAddArguments) -> Result<Vec<Value>, CommandError> {
    let mut permissions: Vec<Table> = Vec::new();
    for (option, written) in [("scopes", &arguments.scopes), ("roles", &arguments.roles)] {
        for text in written {
            let Some((resource, names)) = text.rsplit_once('=') else {
                return Err(CommandError::message(format!(
                    "`--{option} {text}` has no `=`; write it like \
                     `--{option} api://orders=first,second`"
                )));
            };
            let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
            let is_same = |table: &&mut Table| {
                table.get("resource").and_then(Value::as_str) == Some(resource)
            };
            if let Some(permission) = permissions.iter_mut().find(is_same) {
                permission.insert(option.to_owned(), names.into());
                continue;
            }
            let mut permission = Table::new();
            permission.insert("resource".to_owned(), resource.into());
            permission.insert(option.to_owned(), names.into());
            permissions.push(permission);
        }
    }
    Ok(permissions.into_iter().map(Value::from).collect())
}

fn connection(
    arguments: &AppAddArguments,
    opened: &OpenedTenant,
    client: &Client,
) -> Result<framework::Connection, CommandError> {
    let location = StoreLocation::from_arguments(&arguments.directory.store)?;
    let origin = match &arguments.origin {
        Some(origin) => origin.trim_end_matches('/').to_owned(),
        None => location.shown_origin().to_owned(),
    };
    let Endpoints { issuer, discovery, .. } = Endpoints::new(&origin, &opened.tenant);
    Ok(framework::Connection {
        issuer,
        discovery,
        origin,
        tenant: opened.tenant.name.clone(),
        client_id: client.id.to_string(),
        redirect_uri: redirect_uris(arguments).into_iter().next(),
        has_secret: !client.public,
        scope: client.permissions.first().and_then(|permission| {
            let scope = permission.scopes.first()?;
            Some(format!("{}/{scope}", permission.resource))
        }),
        authority: location.data.directory().and_then(dev::authority),
    })
}
