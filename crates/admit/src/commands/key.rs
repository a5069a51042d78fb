//! `admit key`: looks at signing keys and replaces them.

use std::fmt::Write;

use model::{SigningKeyRow, Store, Tenant, Timestamp};
use service::Service;
use service::keys::{ALGORITHMS, Start, end, rotate, succession};

use super::print;
use crate::cli::{KeyArguments, KeyCommand, RotateArguments};
use crate::failure::Failure;
use crate::serving;
use crate::storage::Location;

/// Lists or replaces.
pub(super) fn run(command: &KeyCommand) -> Result<(), Failure> {
    let (arguments, start) = match command {
        KeyCommand::List(arguments) => (arguments, None),
        KeyCommand::Rotate(arguments) => (&arguments.keys, Some(start(arguments))),
    };
    let location = Location::of(&arguments.store)?;
    let service = if start.is_some() { location.find()? } else { location.find_to_look()? };
    serving::runtime()?.block_on(async {
        if start.is_some() {
            location.fits(&service).await?;
        }
        for tenant in tenants(arguments, &*service.store).await? {
            if let Some(start) = start {
                if tenant.suspended {
                    print(&format!("tenant {} is suspended: its keys stay\n", tenant.name))?;
                    continue;
                }
                replace(&tenant, start, &service).await?;
            }
            print(&listed(&tenant, &service).await?)?;
        }
        Ok(())
    })
}

fn start(arguments: &RotateArguments) -> Start {
    match (arguments.now, arguments.withdraw) {
        (true, true) => Start::Withdrawing,
        (true, false) => Start::Now,
        (false, _) => Start::Published,
    }
}

async fn tenants(arguments: &KeyArguments, store: &dyn Store) -> Result<Vec<Tenant>, Failure> {
    match &arguments.tenant {
        Some(name) => match store.tenant(name).await? {
            Some(tenant) => Ok(vec![Tenant::clone(&tenant)]),
            None => Err(Failure::said(format!("there is no tenant `{name}`"))),
        },
        None => Ok(store.tenants().await?),
    }
}

async fn replace(tenant: &Tenant, start: Start, service: &Service) -> Result<(), Failure> {
    let realm = service.realm(&tenant.name).await.map_err(|_| {
        Failure::said(format!("the keys of the tenant `{}` cannot be replaced", tenant.name))
    })?;
    for algorithm in ALGORITHMS {
        let now = service::now();
        let rotation = rotate(&*service.store, &realm, algorithm, start, now).await?;
        service.note(rotation.events).await;
    }
    Ok(())
}

async fn listed(tenant: &Tenant, service: &Service) -> Result<String, Failure> {
    let now = service::now();
    let mut text = format!("tenant {} ({})\n", tenant.name, tenant.id);
    let keys = service.store.signing_keys(tenant.id).await?;
    for key in keys.iter() {
        // Into a String, this cannot fail.
        writeln!(
            text,
            "  {} {} {}, signs from {}, shown until {}",
            key.algorithm,
            key.kid,
            state(key, &keys, now),
            shown(key.signs_from),
            shown_until(key, tenant),
        )
        .unwrap_or_default();
    }
    Ok(text)
}

/// Of the keys that may sign, the newest of each algorithm does.
fn state(key: &SigningKeyRow, keys: &[SigningKeyRow], now: Timestamp) -> &'static str {
    if key.kept_until <= now {
        return "over";
    }
    if now < key.signs_from {
        return "published";
    }
    let newer = keys.iter().any(|other| {
        let alike = other.algorithm == key.algorithm && other.kept_until > now;
        alike && other.signs_from <= now && key.signs_from < other.signs_from
    });
    if newer { "retired" } else { "signs" }
}

fn shown_until(key: &SigningKeyRow, tenant: &Tenant) -> String {
    end(key).map_or_else(
        || {
            let next = succession(key, tenant.signing_key_lifetime);
            format!("its successor takes over, which is made {}", shown(next))
        },
        shown,
    )
}

fn shown(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.seconds())
        .map_or_else(|_| format!("second {}", time.seconds()), |time| time.to_string())
}
