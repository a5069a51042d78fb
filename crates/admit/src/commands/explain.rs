//! `admit explain`: explanation of a pasted input.

use std::io::Read;

use catalogue::Language;
use diagnostics::explain::{
    ExplainContext, ExplainError, Rendered, StoreLookup, explain, needs_store, sanitize,
};
use model::{Timestamp, parse_rfc3339};
use serde_json::Value;

use super::print;
use crate::cli::{ContextArguments, ExplainArguments, StoreArguments};
use crate::error::CommandError;
use crate::server;
use crate::storage::StoreLocation;

/// The maximum length of standard input, in bytes.
const INPUT_BYTES_MAX: u64 = 1024 * 1024;
/// The origin of `admit dev`, for a data directory without a configuration file.
const DEV_ORIGIN: &str = "https://localhost:8443";

/// Explains the input.
pub(super) fn run(arguments: &ExplainArguments) -> Result<(), CommandError> {
    let input = read_input(&arguments.input)?;
    let mut context_arguments = arguments.context.clone();
    if context_arguments.origin.is_none() && context_arguments.store.data.is_some() {
        context_arguments.origin = origin_in_token(&input);
    }
    let rendered = server::single_thread_runtime()?.block_on(async {
        let context = ExplainContext {
            method: arguments.method.clone(),
            url: arguments.url.clone(),
            verifier: arguments.verifier.clone(),
            ..context(&context_arguments, needs_store(&input)).await?
        };
        let rendered = explain(&input, &context).await;
        rendered.map_err(|error| command_error(error, context.language))
    })?;
    print_rendered(&rendered, arguments.context.json)
}

/// Returns the origin in the claims `iss`, `htu` or `aud` of a token. A data directory does not
/// contain the public origin. The issuer is then not checked, and a warning says so.
fn origin_in_token(input: &str) -> Option<String> {
    let claims = jose::digest::base64url_decode(input.trim().split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let mut urls = ["iss", "htu", "aud"].iter().filter_map(|name| claims.get(name)?.as_str());
    let origin = urls.find_map(origin_of)?;
    CommandError::message(format!(
        "the origin {} comes from the token and is not checked; pass --origin or --config to \
         check it",
        sanitize(&origin)
    ))
    .print_warning();
    Some(origin)
}

/// Returns `scheme://host[:port]` of an HTTP or HTTPS URL.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://").filter(|(it, _)| matches!(*it, "http" | "https"))?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}"))
}

/// Returns the context of an explanation or dry run.
pub(super) async fn context(
    arguments: &ContextArguments,
    is_store_needed: bool,
) -> Result<ExplainContext, CommandError> {
    Ok(ExplainContext {
        language: parse_language(&arguments.language)?,
        now: time_or_now(arguments.at.as_deref())?,
        store_lookup: store(&arguments.store, arguments.origin.as_deref(), is_store_needed).await?,
        tenant: arguments.tenant.clone(),
        method: None,
        url: None,
        verifier: None,
    })
}

/// Converts an explanation error into the error of the command.
pub(super) fn command_error(error: ExplainError, language: Language) -> CommandError {
    match error {
        ExplainError::Fault(fault) => fault.into(),
        error => CommandError::message(error.text(language)),
    }
}

/// Prints explanations, as text or as one JSON object per line.
pub(super) fn print_rendered(rendered: &[Rendered], as_json: bool) -> Result<(), CommandError> {
    if as_json {
        let lines: Vec<String> = rendered.iter().map(|one| format!("{}\n", one.json)).collect();
        return print(&lines.concat());
    }
    let pages: Vec<&str> = rendered.iter().map(|one| one.text.as_str()).collect();
    print(&pages.join("\n"))
}

/// Opens the named store read-only. Returns `None` if none is named and none is needed.
async fn store(
    arguments: &StoreArguments,
    origin: Option<&str>,
    is_needed: bool,
) -> Result<Option<StoreLookup>, CommandError> {
    if arguments.config.is_none() && arguments.data.is_none() && !is_needed {
        return Ok(None);
    }
    let mut location = StoreLocation::from_arguments(arguments)?;
    if arguments.data.is_some() {
        origin.unwrap_or(DEV_ORIGIN).trim_end_matches('/').clone_into(&mut location.origin);
    }
    // An id is looked up in the history, which can be read when the store cannot.
    let service = if is_needed {
        location.open_history_read_only().await?
    } else {
        location.open_existing_read_only().await?
    };
    Ok(Some(StoreLookup::new(service)))
}

/// Returns the argument, or standard input if the argument is `-`.
pub(super) fn read_input(argument: &str) -> Result<String, CommandError> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let unreadable =
        |reason: String| CommandError::message(format!("standard input cannot be read: {reason}"));
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(INPUT_BYTES_MAX).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(error.to_string()))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        // The length limit may split the last character.
        Err(error) if error.utf8_error().error_len().is_none() => {
            Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
        Err(_) => Err(unreadable("it is not UTF-8 text".to_owned())),
    }
}

/// Returns the time of the option `--at`, or the current time.
fn time_or_now(option: Option<&str>) -> Result<Timestamp, CommandError> {
    let Some(text) = option else { return Ok(service::now()) };
    if let Ok(seconds) = text.parse() {
        return Ok(Timestamp::from_seconds(seconds));
    }
    parse_rfc3339(text).ok_or_else(|| {
        CommandError::message(
            "--at is not a time; write it as 2026-11-22T18:00:00Z or as seconds since 1970",
        )
    })
}

/// Returns the language with this tag.
pub(super) fn parse_language(tag: &str) -> Result<Language, CommandError> {
    let all: Vec<&str> = Language::all().map(Language::tag).collect();
    let found = Language::all().find(|language| language.tag().eq_ignore_ascii_case(tag));
    found.ok_or_else(|| {
        CommandError::message(format!("unknown language `{tag}`; available: {}", all.join(", ")))
    })
}
