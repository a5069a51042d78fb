//! `admit check`: says all that is wrong with a configuration.

use std::path::Path;

use super::print;
use crate::config::{Config, check::check};
use crate::document::Problems;
use crate::failure::Failure;

/// Checks the file and everything that it names.
pub(super) fn run(file: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::unreadable(file, &error))?;
    let config = Config::parse(file, &text)?;
    let problems = Problems::default();
    check(&config, &problems);
    match problems.refusal(&file.display().to_string(), &text) {
        Some(refused) => Err(refused.into()),
        None => print(&format!("{}: nothing is wrong\n", file.display())),
    }
}
