//! `admit try`: what would come of a request, without anything coming of it.

use super::explain::{input, runtime, setting, tell};
use crate::cli::TryArguments;
use crate::explain::attempt;
use crate::failure::Failure;

/// Tries the request out on the store.
pub(super) fn run(arguments: &TryArguments) -> Result<(), Failure> {
    let setting = setting(&arguments.judging, true)?;
    let request = input(&arguments.request)?;
    let said = runtime()?.block_on(attempt(&request, &setting));
    let said = said.map_err(|unsaid| unsaid.failure(setting.language))?;
    tell(&said, arguments.judging.json)
}
