//! `admit apply`: changes the directory to match a declaration.

use std::fmt::Write as _;
use std::path::Path;

use zeroize::Zeroizing;

use super::print;
use crate::apply::declaration::Sources;
use crate::apply::{self, CommitOutcome, File, GeneratedSecret, Plan, PlanOptions};
use crate::bounded_input::{InputKind, read_text_file};
use crate::cli::ApplyArguments;
use crate::error::CommandError;
use crate::new_file::NewFile;
use crate::server;
use crate::storage::StoreLocation;

/// The number of removals that need no `--yes`.
const REMOVALS_MAX: usize = 3;

/// Prints the differences and, unless it is a dry run, applies them.
pub(super) fn run(arguments: &ApplyArguments) -> Result<(), CommandError> {
    let path = &arguments.file;
    let text = read_text_file(path, InputKind::Declaration).map_err(|error| error.of_file(path))?;
    let location = StoreLocation::from_arguments(&arguments.store)?;
    let service = if arguments.dry_run { location.open_read_only()? } else { location.open()? };
    let sources = Sources {
        directory: path.parent().unwrap_or(Path::new("")),
        variable: &|name| std::env::var(name).ok(),
    };
    server::runtime()?.block_on(async {
        if arguments.dry_run {
            location.check_root_key(&service).await?;
        } else {
            location.connect(&service).await?;
        }
        let file = File { path, text: &text };
        let options = PlanOptions { now: service.now(), prune: arguments.prune };
        let plan = apply::plan(&file, &sources, &service, options).await?;
        print(&apply::summary(&plan))?;
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
        // Before the commit: the secrets are not stored, so if they cannot be written, nothing is
        // changed.
        output_secrets(&plan.generated, arguments.secrets_file.as_deref())?;
        match apply::commit(&plan, &service).await? {
            CommitOutcome::Applied => print(&apply::issuers(&plan, location.shown_origin())),
            CommitOutcome::Conflict(conflict) => {
                discard_secrets(&plan, arguments.secrets_file.as_deref());
                Err(conflict.into_error())
            }
        }
    })
}

/// Returns the list of everything that `--prune` removes.
fn removals(plan: &Plan<'_>) -> String {
    if plan.removals.is_empty() {
        return String::new();
    }
    let lines = plan.removals.iter().map(|name| format!("  - {name}\n"));
    lines.fold("\nNot in the file, to be removed:\n".to_owned(), |text, line| text + &line)
}

/// Removes the file with the generated secrets of a plan that was not applied.
pub(super) fn discard_secrets(plan: &Plan<'_>, file: Option<&Path>) {
    if let Some(file) = file.filter(|_| !plan.generated.is_empty()) {
        // A file that stays has secrets that are not in use; the next run refuses to replace it.
        std::fs::remove_file(file).unwrap_or_default();
    }
}

/// Writes the generated secrets to a file or to standard output, each with its owner.
pub(super) fn output_secrets(
    secrets: &[GeneratedSecret],
    file: Option<&Path>,
) -> Result<(), CommandError> {
    match file {
        _ if secrets.is_empty() => Ok(()),
        None => print_generated(secrets),
        Some(file) => {
            write_generated(secrets, file)?;
            print(&format!("\nThe generated secrets are in {}\n", file.display()))
        }
    }
}

/// Writes secrets to a new file, each with its owner.
pub(super) fn write_generated(
    secrets: &[GeneratedSecret],
    file: &Path,
) -> Result<(), CommandError> {
    NewFile::create(file)?.write(&listed(secrets))
}

/// Prints secrets, each with its owner.
fn print_generated(secrets: &[GeneratedSecret]) -> Result<(), CommandError> {
    print("\nGenerated secrets. They are shown only this once:\n")?;
    print(&listed(secrets))
}

fn listed(secrets: &[GeneratedSecret]) -> Zeroizing<String> {
    // Full capacity at once, so that no reallocation leaves a copy of a secret in memory.
    let length =
        secrets.iter().map(|generated| generated.owner.len() + generated.secret.len() + 8).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for generated in secrets {
        // Writing to a String cannot fail.
        writeln!(text, "  {}: {}", generated.owner, *generated.secret).unwrap_or_default();
    }
    text
}
