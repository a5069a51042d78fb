//! `admit key`: looks at signing keys and replaces them.

use std::fmt::Write;

use facts::{Books, SigningKeyRow, Timestamp};
use service::Service;
use service::keys::{ALGORITHMS, Start, rotate};

use super::print;
use crate::books::Location;
use crate::cli::{KeyArguments, KeyCommand};
use crate::failure::Failure;
use crate::serving;

/// Lists or replaces.
pub(super) fn run(command: &KeyCommand) -> Result<(), Failure> {
    let (arguments, start) = match command {
        KeyCommand::List(arguments) => (arguments, None),
        KeyCommand::Rotate(arguments) if arguments.now => (&arguments.keys, Some(Start::Now)),
        KeyCommand::Rotate(arguments) => (&arguments.keys, Some(Start::Published)),
    };
    let service = Location::of(&arguments.books)?.open()?;
    serving::runtime()?.block_on(async {
        let tenants = tenants(arguments, &*service.books).await?;
        if let Some(start) = start {
            for tenant in &tenants {
                replace(tenant, start, &service).await?;
            }
        }
        for tenant in &tenants {
            print(&listed(tenant, &service).await?)?;
        }
        Ok(())
    })
}

async fn tenants(arguments: &KeyArguments, books: &dyn Books) -> Result<Vec<String>, Failure> {
    match &arguments.tenant {
        Some(name) => match books.tenant(name).await? {
            Some(tenant) => Ok(vec![tenant.name.clone()]),
            None => Err(Failure::said(format!("there is no tenant `{name}`"))),
        },
        None => Ok(books.tenants().await?.into_iter().map(|tenant| tenant.name).collect()),
    }
}

async fn replace(tenant: &str, start: Start, service: &Service) -> Result<(), Failure> {
    let realm = service
        .realm(tenant)
        .await
        .map_err(|_| Failure::said(format!("the tenant `{tenant}` is suspended")))?;
    for algorithm in ALGORITHMS {
        rotate(&*service.books, &realm, algorithm, start, service::now()).await?;
    }
    Ok(())
}

async fn listed(tenant: &str, service: &Service) -> Result<String, Failure> {
    let Some(row) = service.books.tenant(tenant).await? else { return Ok(String::new()) };
    let now = service::now();
    let mut text = format!("tenant {tenant} ({})\n", row.id);
    for key in service.books.signing_keys(row.id).await?.iter() {
        // Into a String, this cannot fail.
        writeln!(
            text,
            "  {} {} {}, signs from {}, shown until {}",
            key.algorithm,
            key.kid,
            state(key, now),
            shown(key.signs_from),
            shown(key.kept_until),
        )
        .unwrap_or_default();
    }
    Ok(text)
}

fn state(key: &SigningKeyRow, now: Timestamp) -> &'static str {
    if key.kept_until <= now {
        "over"
    } else if now < key.signs_from {
        "published"
    } else {
        "signs"
    }
}

fn shown(time: Timestamp) -> String {
    jiff::Timestamp::from_second(time.seconds())
        .map_or_else(|_| "its successor's end".to_owned(), |time| time.to_string())
}
