//! `admit migrate`: shows or applies the migrations that the tables of the store lack.

use std::fmt::Write;

use store::{MigrationPlan, SqliteHistory, SqliteStore};

use super::print;
use crate::cli::MigrateArguments;
use crate::config::Postgres;
use crate::data_lock::DataLock;
use crate::error::CommandError;
use crate::server;
use crate::storage::{DataLocation, StoreLocation, cannot_connect, cannot_open, databases};

/// Prints the missing migrations, or applies them.
pub(super) fn run(arguments: &MigrateArguments) -> Result<(), CommandError> {
    let location = StoreLocation::from_arguments(&arguments.store)?;
    server::runtime()?.block_on(async {
        let plans = plans(&location.data).await?;
        if !arguments.apply {
            return print(&describe(&location.data, &named(&location.data, &plans)?));
        }
        // Tables of another installation must not be changed. Those that lack migrations cannot
        // be read before, so their root key is checked afterwards.
        let is_current = plans.iter().all(|plan| plan.missing.is_empty());
        if is_current {
            check_root_key(&location).await?;
        }
        let before = apply(&location.data, &plans).await?;
        if !is_current && plans.iter().any(|plan| plan.component == "directory" && plan.found > 0) {
            check_root_key(&location).await?;
        }
        print(&report(&location.data, &named(&location.data, &plans)?, &before))
    })
}

async fn check_root_key(location: &StoreLocation) -> Result<(), CommandError> {
    let service = location.open_existing_read_only().await?;
    location.check_root_key(&service).await
}

/// Reads the plan of each component. Changes nothing.
pub(super) async fn plans(data: &DataLocation) -> Result<Vec<MigrationPlan>, CommandError> {
    match data {
        DataLocation::Files(data_dir) => {
            store::file_migration_plans(data_dir).map_err(|error| cannot_open(data_dir, &error))
        }
        DataLocation::Postgres(postgres) => {
            let databases = databases(postgres)?;
            let mut plans = Vec::new();
            for (component, settings) in databases.all() {
                let plan = store::migration_plan(settings, component).await;
                plans.push(
                    plan.map_err(|error| cannot_connect(databases.of_error(&error), &error))?,
                );
            }
            Ok(plans)
        }
    }
}

/// Applies what is missing. Returns the schema number that each component had immediately before.
async fn apply(data: &DataLocation, plans: &[MigrationPlan]) -> Result<Vec<u32>, CommandError> {
    match data {
        DataLocation::Files(data_dir) => {
            // Another process would use the tables of its release.
            let _lock = DataLock::acquire_if_exists(data_dir)?;
            SqliteStore::open(data_dir)
                .map(drop)
                .and_then(|()| SqliteHistory::open(data_dir).map(drop))
                .map_err(|error| cannot_open(data_dir, &error))?;
            Ok(plans.iter().map(|plan| plan.found).collect())
        }
        DataLocation::Postgres(postgres) => apply_to_databases(postgres).await,
    }
}

async fn apply_to_databases(postgres: &Postgres) -> Result<Vec<u32>, CommandError> {
    let databases = databases(postgres)?;
    let mut before = Vec::new();
    for (component, settings) in databases.all() {
        let found = store::migrate(settings, component).await;
        before.push(found.map_err(|error| cannot_connect(databases.of_error(&error), &error))?);
    }
    Ok(before)
}

/// A plan, with the name of what it is for: several databases of a ledger have numbers.
type NamedPlan<'a> = (String, &'a MigrationPlan);

fn named<'a>(
    data: &DataLocation,
    plans: &'a [MigrationPlan],
) -> Result<Vec<NamedPlan<'a>>, CommandError> {
    let names = match data {
        DataLocation::Files(_) => plans.iter().map(|plan| plan.component.to_owned()).collect(),
        DataLocation::Postgres(postgres) => databases(postgres)?.names(),
    };
    Ok(names.into_iter().zip(plans).collect())
}

/// Describes the missing migrations.
fn describe(data: &DataLocation, plans: &[NamedPlan<'_>]) -> String {
    let mut text = format!("{}\n", data.name());
    for (name, MigrationPlan { found, known, missing, .. }) in plans {
        let state = match (*found, missing.len()) {
            (_, 0) if found > known => format!("schema {found}, newer than the {known} needed"),
            (_, 0) => format!("schema {found}, as needed"),
            (0, _) => format!("no tables; schema {known} is needed"),
            _ => format!("schema {found}; schema {known} is needed"),
        };
        writeln!(text, "{name}: {state}").unwrap_or_default();
        for migration in missing {
            writeln!(text, "-- {name}, migration {}", migration.number).unwrap_or_default();
            writeln!(text, "{}", migration.statements.trim_end()).unwrap_or_default();
            if migration.has_step {
                text += "-- Then Admit converts the stored rows.\n";
            }
        }
    }
    if plans.iter().any(|(_, plan)| !plan.missing.is_empty()) {
        text += "Nothing was changed. `admit migrate --apply` applies this, and so does `admit \
                 serve` at its start.\n";
    }
    text
}

/// Describes what was applied. Another node may have applied migrations since the plan was read.
fn report(data: &DataLocation, plans: &[NamedPlan<'_>], before: &[u32]) -> String {
    let mut text = format!("{}\n", data.name());
    for ((name, MigrationPlan { found, known, .. }), before) in plans.iter().zip(before) {
        let done = if before < known {
            format!("migrated from schema {before} to {known}")
        } else if found < known {
            format!("schema {before}; another node has migrated it meanwhile")
        } else {
            format!("schema {before}, nothing to do")
        };
        writeln!(text, "{name}: {done}").unwrap_or_default();
    }
    text
}
