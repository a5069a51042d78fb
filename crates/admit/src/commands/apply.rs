//! `admit apply`: makes the directory as a file declares it.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use zeroize::Zeroizing;

use super::print;
use crate::apply::declaration::Sources;
use crate::apply::{self, File, Plan};
use crate::cli::ApplyArguments;
use crate::failure::Failure;
use crate::serving;
use crate::storage::Location;

/// Compares, prints the difference, and makes it so unless it is a dry run.
pub(super) fn run(arguments: &ApplyArguments) -> Result<(), Failure> {
    let path = &arguments.file;
    let text = std::fs::read_to_string(path).map_err(|error| Failure::unreadable(path, &error))?;
    let location = Location::of(&arguments.store)?;
    let service = if arguments.dry_run { location.look()? } else { location.open()? };
    let sources = Sources {
        directory: path.parent().unwrap_or(Path::new("")),
        variable: &|name| std::env::var(name).ok(),
    };
    serving::runtime()?.block_on(async {
        location.fits(&service).await?;
        let file = File { path, text: &text };
        let plan = apply::plan(&file, &sources, &service, service::now()).await?;
        print(&apply::difference(&plan))?;
        if arguments.dry_run {
            return print("nothing was changed: this was a dry run\n");
        }
        // First, because they are kept nowhere: if nobody takes them, nothing is changed.
        hand_out(&plan, arguments.secrets_file.as_deref())?;
        apply::commit(&plan, &service).await
    })
}

/// Gives what was made away, each with its owner, and makes sure that it arrived.
fn hand_out(plan: &Plan<'_>, file: Option<&Path>) -> Result<(), Failure> {
    if plan.made.is_empty() {
        return Ok(());
    }
    // Room for all of it, so that no copy stays behind where a longer text moved from.
    let length = plan.made.iter().map(|made| made.owner.len() + made.secret.len() + 8).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for made in &plan.made {
        // Into a String, this cannot fail.
        writeln!(text, "  {}: {}", made.owner, *made.secret).unwrap_or_default();
    }
    if let Some(file) = file {
        write_new(file, &text).map_err(|error| Failure::unwritable(file, &error))?;
        return print(&format!(
            "\nthe secrets that were made just now are in {}\n",
            file.display()
        ));
    }
    print("\nMade just now. This is the only time that they are shown:\n")?;
    print(&text)
}

/// Writes a new file that only its owner may read, and waits until it is on the disk.
fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    let mut written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    written.write_all(text.as_bytes())?;
    written.sync_all()?;
    let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty());
    std::fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}
