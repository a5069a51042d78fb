//! `admit try`: dry run of a request.

use diagnostics::explain::try_request;

use super::explain::{command_error, context, print_rendered, read_input};
use crate::cli::TryArguments;
use crate::error::CommandError;
use crate::server;

/// Dry-runs the request and prints the result.
pub(super) fn run(arguments: &TryArguments) -> Result<(), CommandError> {
    let request = read_input(&arguments.request)?;
    let rendered = server::single_thread_runtime()?.block_on(async {
        let context = context(&arguments.context, true).await?;
        let rendered = try_request(&request, &context).await;
        rendered.map_err(|error| command_error(error, context.language))
    })?;
    print_rendered(&rendered, arguments.context.json)
}
