//! `admit explain`: what was pasted, what it is worth, and what to do about it.

use std::io::Read;

use catalogue::Language;
use model::Timestamp;
use serde_json::Value;

use super::print;
use crate::cli::{ExplainArguments, JudgingArguments, StoreArguments};
use crate::explain::{Said, Setting, explain, known::Known, needs_store};
use crate::failure::Failure;
use crate::storage::Location;

/// Bytes that are read from standard input.
const INPUT_MAX: u64 = 1024 * 1024;
/// The origin of `admit dev`, for store without a configuration.
const DEV_ORIGIN: &str = "https://localhost:8443";

/// Finds out what was given, and explains it.
pub(super) fn run(arguments: &ExplainArguments) -> Result<(), Failure> {
    let input = input(&arguments.what)?;
    let mut judging = arguments.judging.clone();
    if judging.origin.is_none() && judging.store.data.is_some() {
        judging.origin = named_origin(&input);
    }
    let setting = Setting {
        method: arguments.method.clone(),
        url: arguments.url.clone(),
        verifier: arguments.verifier.clone(),
        ..setting(&judging, needs_store(&input))?
    };
    let said = runtime()?.block_on(explain(&input, &setting));
    let said = said.map_err(|unsaid| unsaid.failure(setting.language))?;
    tell(&said, arguments.judging.json)
}

/// The origin that a token says it is from or for. A data directory does not know where its
/// service is reached, and nothing can be held against what nobody knows: this is said aloud.
fn named_origin(input: &str) -> Option<String> {
    let claims = jose::digest::base64url_decode(input.trim().split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let mut urls = ["iss", "htu", "aud"].iter().filter_map(|name| claims.get(name)?.as_str());
    let origin = urls.find_map(origin_of)?;
    Failure::said(format!(
        "the origin {} is taken from the token; name --origin or --config to have it checked",
        crate::explain::safe::shown(&origin)
    ))
    .warn();
    Some(origin)
}

/// `scheme://host[:port]` of a URL of the web.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://").filter(|(it, _)| matches!(*it, "http" | "https"))?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}"))
}

/// What things are judged by.
pub(super) fn setting(
    arguments: &JudgingArguments,
    store_needed: bool,
) -> Result<Setting, Failure> {
    Ok(Setting {
        language: language(&arguments.language)?,
        now: at(arguments.at.as_deref())?,
        known: store(&arguments.store, arguments.origin.as_deref(), store_needed)?,
        tenant: arguments.tenant.clone(),
        method: None,
        url: None,
        verifier: None,
    })
}

/// Prints what there is to say, for people or for programs.
pub(super) fn tell(said: &[Said], json: bool) -> Result<(), Failure> {
    if json {
        let objects: Vec<&Value> = said.iter().map(|one| &one.object).collect();
        let lines: Vec<String> = objects.iter().map(|object| format!("{object}\n")).collect();
        return print(&lines.concat());
    }
    let pages: Vec<&str> = said.iter().map(|one| one.text.as_str()).collect();
    print(&pages.join("\n"))
}

/// The store that are named, to be looked at only; none where none are named and none are needed.
fn store(
    arguments: &StoreArguments,
    origin: Option<&str>,
    needed: bool,
) -> Result<Option<Known>, Failure> {
    if arguments.config.is_none() && arguments.data.is_none() && !needed {
        return Ok(None);
    }
    let mut location = Location::of(arguments)?;
    if arguments.data.is_some() {
        origin.unwrap_or(DEV_ORIGIN).trim_end_matches('/').clone_into(&mut location.origin);
    }
    // What is known by its id stands in the history.
    let service =
        if needed { location.open_history_read_only()? } else { location.find_to_look()? };
    Ok(Some(Known::new(service)))
}

/// A runtime that has no way to the network: it drives timers, and nothing else.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| Failure::said(format!("the runtime did not start: {error}")))
}

/// What was given, or what stands on standard input.
pub(super) fn input(given: &str) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    let unreadable = |why: String| Failure::said(format!("standard input cannot be read: {why}"));
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(INPUT_MAX).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(error.to_string()))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        // The limit may have cut the last character in two.
        Err(error) if error.utf8_error().error_len().is_none() => {
            Ok(String::from_utf8_lossy(error.as_bytes()).into_owned())
        }
        Err(_) => Err(unreadable("it is not text in UTF-8".to_owned())),
    }
}

/// The time that was given, or now.
fn at(given: Option<&str>) -> Result<Timestamp, Failure> {
    let Some(given) = given else { return Ok(service::now()) };
    if let Ok(seconds) = given.parse() {
        return Ok(Timestamp::from_seconds(seconds));
    }
    let parsed: Result<jiff::Timestamp, _> = given.parse();
    let parsed = parsed.map_err(|_| {
        Failure::said("--at is no time: write it as 2026-11-22T18:00:00Z, or as seconds since 1970")
    })?;
    Ok(Timestamp::from_microseconds(parsed.as_microsecond()))
}

/// The language of this tag.
pub(super) fn language(tag: &str) -> Result<Language, Failure> {
    let all: Vec<&str> = Language::all().map(Language::tag).collect();
    let found = Language::all().find(|language| language.tag().eq_ignore_ascii_case(tag));
    found.ok_or_else(|| {
        Failure::said(format!("there is no language `{tag}`; there is: {}", all.join(", ")))
    })
}
