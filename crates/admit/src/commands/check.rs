//! `admit check`: reports every error of a configuration file.

use std::path::Path;

use super::print;
use crate::bounded_input::{InputKind, read_text_file};
use crate::config::Config;
use crate::config_check::{advice, check, root_key_contents};
use crate::error::CommandError;
use crate::toml_document::Problems;
use crate::{server, username_notes};

/// Checks the configuration file and everything that it names.
pub(super) fn run(file: &Path) -> Result<(), CommandError> {
    let text =
        read_text_file(file, InputKind::Configuration).map_err(|error| error.of_file(file))?;
    let config = Config::parse(file, &text)?;
    let problems = Problems::default();
    check(&config, &problems);
    if let Some(errors) = problems.into_errors(&file.display().to_string(), &text) {
        return Err(errors.into());
    }
    let keys = root_key_contents(&config).into_iter().map(|line| line + "\n");
    let keys: String = keys.collect();
    let advice = advice(&config).into_iter().map(|advice| format!("advice: {advice}\n"));
    let advice: String = advice.collect();
    let notes = server::runtime()?.block_on(username_notes::notes(&config));
    let notes: String = notes.into_iter().map(|note| note + "\n").collect();
    print(&format!("{}: no errors found\n{keys}{advice}{notes}", file.display()))
}
