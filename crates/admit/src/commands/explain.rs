//! `admit explain`: what a refusal means, and what to do about it.

mod recognize;

use std::fmt::Write;
use std::io::Read;

use catalogue::{Entry, Language, entry, text};

use super::print;
use crate::cli::ExplainArguments;
use crate::failure::Failure;
use recognize::{Recognized, recognize};

/// Bytes that are read from standard input.
const INPUT_MAX: u64 = 64 * 1024;

/// Finds the number in what was given, and explains it.
pub(super) fn run(arguments: &ExplainArguments) -> Result<(), Failure> {
    let language = language(&arguments.language)?;
    let mut input = arguments.what.clone();
    if input == "-" {
        input = standard_input()?;
    }
    let Some(recognized) = recognize(&input) else {
        return Err(Failure::said(
            "no error number was found in this; expected a number such as 50011, AADSTS50011 or \
             ADMIT88000001, an error as JSON, a line of the log, or the address of an error page",
        ));
    };
    match entry(recognized.number) {
        Some(entry) => print(&explained(entry, &recognized, language)),
        None => Err(Failure::said(format!(
            "{} is not a number that this service gives; all of them are at /error of a running \
             service",
            recognized.number
        ))),
    }
}

fn standard_input() -> Result<String, Failure> {
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

fn language(tag: &str) -> Result<Language, Failure> {
    let all: Vec<&str> = Language::all().map(Language::tag).collect();
    let found = Language::all().find(|language| language.tag().eq_ignore_ascii_case(tag));
    found.ok_or_else(|| {
        Failure::said(format!("there is no language `{tag}`; there is: {}", all.join(", ")))
    })
}

fn explained(entry: &Entry, recognized: &Recognized, language: Language) -> String {
    let say = |id: &str| text(language, id, &[]);
    let who = say(&format!("lookup-{}", entry.fixed_by.word()));
    let mut page = format!("{} {}\n{}\n\n", entry.label(), entry.name, entry.title(language));
    let mut add = |heading: &str, body: &str| {
        // Into a String, this cannot fail.
        writeln!(page, "{}:", heading.trim_end_matches(':')).unwrap_or_default();
        for line in body.lines() {
            writeln!(page, "  {line}").unwrap_or_default();
        }
        page.push('\n');
    };
    add(&say("lookup-what"), &entry.happened(language));
    if let Some(said) = &recognized.said {
        add(&say("lookup-said"), said);
    }
    add(&say("error-page-mended-by"), &who);
    add(&say("lookup-steps"), &entry.remedy(language));
    let error = if entry.error == "none" { say("lookup-error-none") } else { entry.error.into() };
    add(&say("lookup-error"), &error);
    add(&say("lookup-status"), &entry.status.to_string());
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}
