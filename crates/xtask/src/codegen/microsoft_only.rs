//! Reads `microsoft_only.toml`, the numbers that only Microsoft returns, and writes them as Rust.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::emit::{NOTE, separated};
use super::errors_toml::Refusal;

/// One number of `microsoft_only.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MicrosoftOnlyError {
    pub(crate) number: u32,
    pub(crate) name: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) feature: String,
    pub(crate) reason: Reason,
    pub(crate) nearest: Option<u32>,
}

/// The reason why this service does not return a number.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    NotBuilt,
    OtherProduct,
    Replaced,
    NoError,
}

#[derive(Deserialize)]
struct File {
    microsoft_only: Vec<MicrosoftOnlyError>,
}

impl MicrosoftOnlyError {
    pub(crate) fn label(&self) -> String {
        format!("AADSTS{}", self.number)
    }
}

impl Reason {
    /// Returns the last part of the id of the reason's text.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotBuilt => "not-built",
            Self::OtherProduct => "other-product",
            Self::Replaced => "replaced",
            Self::NoError => "no-error",
        }
    }
}

pub(crate) fn read(
    path: &Path,
    refusals: &[Refusal],
) -> Result<Vec<MicrosoftOnlyError>, Vec<String>> {
    let text =
        fs::read_to_string(path).map_err(|error| vec![format!("microsoft_only.toml: {error}")])?;
    parse(&text, refusals)
}

fn parse(text: &str, refusals: &[Refusal]) -> Result<Vec<MicrosoftOnlyError>, Vec<String>> {
    let file: File =
        toml::from_str(text).map_err(|error| vec![format!("microsoft_only.toml: {error}")])?;
    let mistakes = contradictions(&file.microsoft_only, refusals);
    if mistakes.is_empty() { Ok(file.microsoft_only) } else { Err(mistakes) }
}

fn contradictions(errors: &[MicrosoftOnlyError], refusals: &[Refusal]) -> Vec<String> {
    let own: HashSet<u32> = refusals.iter().map(|refusal| refusal.number).collect();
    let mut mistakes = Vec::new();
    for pair in errors.windows(2) {
        if let [one, next] = pair
            && one.number >= next.number
        {
            mistakes.push(format!(
                "microsoft_only.toml: {} must come before {}",
                next.number, one.number
            ));
        }
    }
    for MicrosoftOnlyError { number, reason, nearest, .. } in errors {
        if own.contains(number) {
            mistakes.push(format!(
                "microsoft_only.toml: {number} is returned by this service: errors.toml has it"
            ));
        }
        match nearest {
            Some(nearest) if !own.contains(nearest) => {
                mistakes.push(format!(
                    "microsoft_only.toml: {number} has an unknown nearest number {nearest}"
                ));
            }
            None if *reason == Reason::Replaced => {
                mistakes.push(format!(
                    "microsoft_only.toml: {number} is replaced, but has no nearest number"
                ));
            }
            _ => {}
        }
    }
    mistakes
}

/// Generates `generated/microsoft_only.rs`, not yet formatted.
pub(super) fn rust(errors: &[MicrosoftOnlyError]) -> String {
    let mut text = format!("//! Every number of `microsoft_only.toml`.\n\n{NOTE}");
    text.push_str("use crate::microsoft_only::{MicrosoftOnlyError, Reason};\n\n");
    let _ = writeln!(
        text,
        "pub(crate) static MICROSOFT_ONLY_ERRORS: [MicrosoftOnlyError; {}] = [",
        errors.len()
    );
    for error in errors {
        let nearest = error.nearest.map(separated);
        let nearest = nearest.map_or("None".to_owned(), |number| format!("Some({number})"));
        let _ = writeln!(
            text,
            "MicrosoftOnlyError {{ number: {}, name: {:?}, label: {:?}, error: {:?}, status: {:?},
                feature: {:?}, reason: Reason::{:?}, nearest: {nearest} }},",
            separated(error.number),
            error.name,
            error.label(),
            error.error,
            error.status,
            error.feature,
            error.reason,
        );
    }
    text.push_str("];\n");
    text
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::codegen::errors_toml;

    const OWN: &str = "[[refusal]]\nnumber = 2\nname = \"N\"\nconstructor = \"a\"\n\
        error = \"invalid_request\"\nstatus = 400\nfixed_by = \"user\"\nsince = \"0.1.0\"\n";

    fn is_accepted(entries: &[(u32, &str)]) -> bool {
        let entry = |(number, more): &(u32, &str)| {
            format!("[[microsoft_only]]\nnumber = {number}\nfeature = \"x\"\n{more}\n")
        };
        let text: String = entries.iter().map(entry).collect();
        parse(&text, &errors_toml::parse(OWN).unwrap()).is_ok()
    }

    #[test]
    fn microsoft_only_numbers_are_unique_sorted_and_not_returned_here() {
        // Parses a number of this service, a wrong order, one number twice, and a right list.
        let product = "reason = \"other_product\"";
        assert!(!is_accepted(&[(2, product)]));
        assert!(!is_accepted(&[(3, product), (1, product)]));
        assert!(!is_accepted(&[(1, product), (1, product)]));
        assert!(is_accepted(&[(1, product), (3, product)]));
    }

    #[test]
    fn a_replaced_number_names_an_existing_number() {
        // Replaces it by an existing number, by none, and by one that does not exist.
        assert!(is_accepted(&[(1, "reason = \"replaced\"\nnearest = 2")]));
        assert!(!is_accepted(&[(1, "reason = \"replaced\"")]));
        assert!(!is_accepted(&[(1, "reason = \"not_built\"\nnearest = 4")]));
    }
}
