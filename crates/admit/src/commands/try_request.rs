//! `admit try`: dry run of a request.

use diagnostics::explain::try_request;

use super::explain::{command_error, context, print_rendered, read_input, runtime};
use crate::cli::TryArguments;
use crate::error::CommandError;

/// Dry-runs the request and prints the result.
pub(super) fn run(arguments: &TryArguments) -> Result<(), CommandError> {
    let context = context(&arguments.context, true)?;
    let request = read_input(&arguments.request)?;
    let rendered = runtime()?.block_on(try_request(&request, &context));
    let rendered = rendered.map_err(|error| command_error(error, context.language))?;
    print_rendered(&rendered, arguments.context.json)
}
