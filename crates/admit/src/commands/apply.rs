//! `admit apply`: changes the directory to match a declaration.

use std::path::Path;

use super::print;
use super::written_secrets::WrittenSecrets;
use crate::apply::declaration::Sources;
use crate::apply::{self, CommitOutcome, File, Plan, PlanOptions};
use crate::bounded_input::{InputKind, read_text_file};
use crate::cli::ApplyArguments;
use crate::error::CommandError;
use crate::server;
use crate::storage::StoreLocation;

/// The number of removals that need no `--yes`.
const REMOVALS_MAX: usize = 3;
/// The number of kept rows that are listed.
const KEPT_MAX: usize = 50;

/// Prints the differences and, unless it is a dry run, applies them.
pub(super) fn run(arguments: &ApplyArguments) -> Result<(), CommandError> {
    let path = &arguments.file;
    let text = read_text_file(path, InputKind::Declaration).map_err(|error| error.of_file(path))?;
    let location = StoreLocation::from_arguments(&arguments.store)?;
    let sources = Sources {
        directory: path.parent().unwrap_or(Path::new("")),
        variable: &|name| std::env::var(name).ok(),
    };
    server::runtime()?.block_on(async {
        let service = if arguments.dry_run {
            let service = location.open_read_only().await?;
            location.check_root_key(&service).await?;
            service
        } else {
            let service = location.open().await?;
            location.connect(&service).await?;
            service
        };
        let file = File { path, text: &text };
        let (now, prune) = (service.now(), arguments.prune);
        let options = PlanOptions { now, prune, restores_deleted: false };
        let plan = apply::plan(&file, &sources, &service, options).await?;
        print(&apply::summary(&plan))?;
        print(&concerned(&plan))?;
        print(&removals(&plan))?;
        if arguments.dry_run {
            return print("dry run: nothing was changed\n");
        }
        if plan.removals.len() > REMOVALS_MAX && !arguments.yes {
            return Err(CommandError::message(format!(
                "--prune would remove {} things, more than {REMOVALS_MAX}; nothing was changed; \
                 read the list above and add --yes",
                plan.removals.len()
            )));
        }
        let secrets_file = arguments.secrets_file.as_deref();
        let written = WrittenSecrets::write(&plan.generated, secrets_file)?;
        match apply::commit(&plan, &service).await? {
            CommitOutcome::Applied => {
                written.show()?;
                print(&apply::issuers(&plan, location.shown_origin()))
            }
            CommitOutcome::Conflict(conflict) => {
                written.discard();
                Err(conflict.into_error())
            }
            CommitOutcome::Uncertain(error) => {
                written.show()?;
                Err(error)
            }
        }
    })
}

/// Returns the numbers of users whom the changes concern.
fn concerned(plan: &Plan<'_>) -> String {
    if plan.concerned.is_empty() {
        return String::new();
    }
    let lines = plan.concerned.iter().map(|line| format!("  ! {line}\n"));
    lines.fold("\nUsers whom a changed option concerns:\n".to_owned(), |text, line| text + &line)
}

/// Returns the list of everything that `--prune` removes, or would remove.
fn removals(plan: &Plan<'_>) -> String {
    if plan.removals.is_empty() {
        return kept(plan);
    }
    let lines = plan.removals.iter().map(|name| format!("  - {name}\n"));
    lines.fold("\nNot in the file, to be removed:\n".to_owned(), |text, line| text + &line)
}

/// Returns the list of the stored rows that the file does not name.
fn kept(plan: &Plan<'_>) -> String {
    if plan.kept.is_empty() {
        return String::new();
    }
    let mut text = "\nNot in the file, and kept: `--prune` removes them\n".to_owned();
    text.extend(plan.kept.iter().take(KEPT_MAX).map(|name| format!("  = {name}\n")));
    match plan.kept.len().checked_sub(KEPT_MAX) {
        Some(more @ 1..) => text + &format!("  and {more} more\n"),
        _ => text,
    }
}
