//! `admit key`: lists and rotates signing keys, and seals them with another root key.

use std::fmt::Write;

use jose::JwkSet;
use model::{SealedSigningKey, Store, Tenant, Timestamp, format_rfc3339_seconds};
use service::Service;
use service::key_rotation::{
    Activation, algorithms, next_rotation, retire_others, retired_at, rotate,
};

use super::print;
use crate::cli::{KeyArguments, KeyCommand, ResealArguments, RotateArguments};
use crate::error::CommandError;
use crate::server;
use crate::storage::StoreLocation;

/// The maximum number of keys after a rotation. It leaves room for those that the service itself
/// creates meanwhile.
const KEYS_MAX: usize = JwkSet::KEYS_MAX - 4;

/// Lists the keys; with `rotate`, rotates them first.
pub(super) fn run(command: &KeyCommand) -> Result<(), CommandError> {
    let (arguments, activation) = match command {
        KeyCommand::List(arguments) => (arguments, None),
        KeyCommand::Rotate(arguments) if arguments.withdraw => {
            return Err(CommandError::message("--withdraw was renamed to --revoke-old"));
        }
        KeyCommand::Rotate(arguments) => (&arguments.keys, Some(activation(arguments))),
        KeyCommand::Reseal(arguments) => return reseal(arguments),
    };
    let location = StoreLocation::from_arguments(&arguments.store)?;
    server::runtime()?.block_on(async {
        let service = if activation.is_some() {
            let service = location.open_existing().await?;
            location.connect(&service).await?;
            service
        } else {
            location.open_existing_read_only().await?
        };
        let tenants = tenants(arguments, &*service.store).await?;
        // Before the first one is rotated, so that a repetition rotates none twice.
        if let Some(activation) = activation.filter(|it| *it != Activation::ImmediateRevokeOld) {
            for tenant in tenants.iter().filter(|tenant| !tenant.suspended) {
                check_number(tenant, activation, &service).await?;
            }
        }
        for tenant in tenants {
            if let Some(activation) = activation {
                if tenant.suspended {
                    print(&format!(
                        "tenant {} is suspended: its keys are not rotated\n",
                        tenant.name
                    ))?;
                    continue;
                }
                rotate_keys(&tenant, activation, &service).await?;
            }
            print(&list(&tenant, &service).await?)?;
        }
        Ok(())
    })
}

/// Seals what is stored with the current root key.
fn reseal(arguments: &ResealArguments) -> Result<(), CommandError> {
    let location = StoreLocation::from_arguments(&arguments.store)?;
    let resealed = server::runtime()?.block_on(async {
        let service = location.open_existing().await?;
        location.connect(&service).await?;
        Ok::<_, CommandError>(service.reseal().await?)
    })?;
    let file = location.root_keys.current.display();
    print(&match resealed {
        0 => format!("Everything stored is encrypted with {file} already.\n"),
        _ => format!(
            "{resealed} stored values are now encrypted with {file}, as everything is. `admit \
             check` says when the file of an earlier root key can be removed.\n"
        ),
    })
}

fn activation(arguments: &RotateArguments) -> Activation {
    match (arguments.now, arguments.revoke_old) {
        (true, true) => Activation::ImmediateRevokeOld,
        (true, false) => Activation::Immediate,
        (false, _) => Activation::AfterPublication,
    }
}

async fn tenants(arguments: &KeyArguments, store: &dyn Store) -> Result<Vec<Tenant>, CommandError> {
    match &arguments.tenant {
        Some(name) => match store.tenant(name).await? {
            Some(tenant) => Ok(vec![Tenant::clone(&tenant)]),
            None => Err(CommandError::message(format!("there is no tenant `{name}`"))),
        },
        None => Ok(store.tenants().await?),
    }
}

async fn rotate_keys(
    tenant: &Tenant,
    activation: Activation,
    service: &Service,
) -> Result<(), CommandError> {
    let tenant = service.tenant_context(&tenant.name).await.map_err(|_| {
        CommandError::message(format!("the keys of the tenant `{}` cannot be rotated", tenant.name))
    })?;
    for algorithm in algorithms(&tenant.row) {
        let now = service.now();
        let rotation = rotate(&*service.store, &tenant, algorithm, activation, now).await?;
        service.record_events(rotation.events).await;
    }
    let retired = retire_others(&*service.store, &tenant, activation, service.now()).await?;
    service.record_events(retired).await;
    Ok(())
}

/// Refuses a rotation after which the key set would have more keys than a verifier accepts.
async fn check_number(
    tenant: &Tenant,
    activation: Activation,
    service: &Service,
) -> Result<(), CommandError> {
    let now = service.now();
    let keys = service.store.signing_keys(tenant.id).await?;
    // An immediate rotation removes the keys that are not active yet.
    let stays = |key: &&SealedSigningKey| {
        now < key.retired_at && (activation != Activation::Immediate || key.active_from <= now)
    };
    let published = keys.iter().filter(stays).count();
    if published + algorithms(tenant).count() <= KEYS_MAX {
        return Ok(());
    }
    Err(CommandError::message(format!(
        "the key set of the tenant `{}` has {published} keys, and with new ones would have more \
         than {}, which verifiers need not accept; each earlier key stays until its last token \
         has expired, for two days, or use --revoke-old with --tenant {}",
        tenant.name, KEYS_MAX, tenant.name
    )))
}

async fn list(tenant: &Tenant, service: &Service) -> Result<String, CommandError> {
    let now = service::now();
    let mut text = format!("tenant {} ({})\n", tenant.name, tenant.id);
    let keys = service.store.signing_keys(tenant.id).await?;
    for key in keys.iter() {
        // Writing to a String cannot fail.
        writeln!(
            text,
            "  {} {} {}; {}",
            key.algorithm,
            key.kid,
            state(key, &keys, now),
            next_change(key, tenant),
        )
        .unwrap_or_default();
    }
    Ok(text)
}

/// Returns the state of a key. Of the keys that may sign, the newest of each algorithm is active.
fn state(key: &SealedSigningKey, keys: &[SealedSigningKey], now: Timestamp) -> String {
    let from = format_rfc3339_seconds(key.active_from);
    if key.retired_at <= now {
        return "retired".to_owned();
    }
    if now < key.active_from {
        return format!("published, active from {from}");
    }
    let is_replaced = keys.iter().any(|other| {
        let is_same_kind = other.algorithm == key.algorithm && other.retired_at > now;
        is_same_kind && other.active_from <= now && key.active_from < other.active_from
    });
    if is_replaced { "replaced".to_owned() } else { format!("active since {from}") }
}

/// Returns when the key leaves the key set or, if it has no successor yet, when one is created.
fn next_change(key: &SealedSigningKey, tenant: &Tenant) -> String {
    if let Some(retired_at) = retired_at(key) {
        return format!("in the key set until {}", format_rfc3339_seconds(retired_at));
    }
    let next = next_rotation(key, tenant.signing_key_lifetime);
    format!("next rotation {}", format_rfc3339_seconds(next))
}
