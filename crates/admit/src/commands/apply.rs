//! `admit apply`: makes the directory as a file declares it.

use std::fmt::Write;
use std::path::Path;

use super::print;
use crate::apply::declaration::Sources;
use crate::apply::{self, File, Plan};
use crate::books::Location;
use crate::cli::ApplyArguments;
use crate::failure::Failure;
use crate::serving;

/// Compares, prints the difference, and makes it so unless it is a dry run.
pub(super) fn run(arguments: &ApplyArguments) -> Result<(), Failure> {
    let path = &arguments.file;
    let text = std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    let location = Location::of(&arguments.books)?;
    let service = if arguments.dry_run { location.look()? } else { location.open()? };
    let sources = Sources {
        directory: path.parent().unwrap_or(Path::new("")),
        variable: &|name| std::env::var(name).ok(),
    };
    serving::runtime()?.block_on(async {
        let file = File { path, text: &text };
        let plan = apply::plan(&file, &sources, &*service.books, service::now()).await?;
        print(&apply::difference(&plan))?;
        if arguments.dry_run {
            return print("nothing was changed: this was a dry run\n");
        }
        apply::commit(&plan, &service).await?;
        print(&secrets(&plan))
    })
}

/// What was made, each with its owner.
fn secrets(plan: &Plan<'_>) -> String {
    let mut text = String::new();
    if plan.made.is_empty() {
        return text;
    }
    text.push_str("\nMade just now. This is the only time that they are shown:\n");
    for made in &plan.made {
        // Into a String, this cannot fail.
        writeln!(text, "  {}: {}", made.owner, *made.secret).unwrap_or_default();
    }
    text
}
