//! `admit check`: reports every error of a configuration file.

use std::path::Path;

use super::print;
use crate::bounded_input::{InputKind, read_text_file};
use crate::config::Config;
use crate::config_check::{StoredData, advice, check, root_key_contents};
use crate::error::CommandError;
use crate::toml_document::Problems;

/// Checks the configuration file and everything that it names.
pub(super) fn run(file: &Path) -> Result<(), CommandError> {
    let text =
        read_text_file(file, InputKind::Configuration).map_err(|error| error.of_file(file))?;
    let config = Config::parse(file, &text)?;
    let problems = Problems::default();
    let checked = check(&config, &problems);
    if let Some(errors) = problems.into_errors(&file.display().to_string(), &text) {
        return Err(errors.into());
    }
    let lines = |lines: Vec<String>| lines.into_iter().map(|line| line + "\n").collect::<String>();
    let databases = lines(checked.databases.iter().map(ToString::to_string).collect());
    let stored = checked.stored.as_ref();
    let keys = lines(stored.map(|it| root_key_contents(&config, it)).unwrap_or_default());
    let advice = advice(&config, &checked).into_iter();
    let advice = lines(advice.map(|advice| format!("advice: {advice}")).collect());
    let notes = lines(stored.map(StoredData::username_notes).unwrap_or_default());
    print(&format!("{}: no errors found\n{databases}{keys}{advice}{notes}", file.display()))
}
