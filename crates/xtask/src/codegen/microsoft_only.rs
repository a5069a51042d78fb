//! `foreign.toml`: Microsoft's numbers that are not given, read, checked, and written as Rust.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::rust::{NOTE, separated};
use super::source::Refusal;

/// One number of `foreign.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Foreign {
    pub(crate) number: u32,
    pub(crate) name: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) feature: String,
    pub(crate) because: Because,
    pub(crate) nearest: Option<u32>,
}

/// Why a number is not given.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Because {
    NotBuilt,
    OtherProduct,
    Replaced,
    NoError,
}

#[derive(Deserialize)]
struct File {
    foreign: Vec<Foreign>,
}

impl Foreign {
    pub(crate) fn label(&self) -> String {
        format!("AADSTS{}", self.number)
    }
}

impl Because {
    /// The end of the text's id that says it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::NotBuilt => "not-built",
            Self::OtherProduct => "other-product",
            Self::Replaced => "replaced",
            Self::NoError => "no-error",
        }
    }
}

pub(crate) fn read(path: &Path, refusals: &[Refusal]) -> Result<Vec<Foreign>, Vec<String>> {
    let text = fs::read_to_string(path).map_err(|error| vec![format!("foreign.toml: {error}")])?;
    parse(&text, refusals)
}

fn parse(text: &str, refusals: &[Refusal]) -> Result<Vec<Foreign>, Vec<String>> {
    let file: File =
        toml::from_str(text).map_err(|error| vec![format!("foreign.toml: {error}")])?;
    let complaints = contradictions(&file.foreign, refusals);
    if complaints.is_empty() { Ok(file.foreign) } else { Err(complaints) }
}

fn contradictions(foreigners: &[Foreign], refusals: &[Refusal]) -> Vec<String> {
    let own: HashSet<u32> = refusals.iter().map(|refusal| refusal.number).collect();
    let mut complaints = Vec::new();
    for pair in foreigners.windows(2) {
        if let [one, next] = pair
            && one.number >= next.number
        {
            complaints
                .push(format!("foreign.toml: {} must stand before {}", next.number, one.number));
        }
    }
    for Foreign { number, because, nearest, .. } in foreigners {
        if own.contains(number) {
            complaints.push(format!("foreign.toml: {number} is given, as errors.toml says"));
        }
        match nearest {
            Some(nearest) if !own.contains(nearest) => {
                complaints.push(format!("foreign.toml: {number} is near {nearest}, not given"));
            }
            None if *because == Because::Replaced => {
                complaints.push(format!("foreign.toml: {number} is replaced by no number"));
            }
            _ => {}
        }
    }
    complaints
}

/// `generated/foreign.rs`, not yet formatted.
pub(super) fn rust(foreigners: &[Foreign]) -> String {
    let mut text = format!("//! Every number of `foreign.toml`.\n\n{NOTE}");
    text.push_str("use crate::foreign::{Because, Foreign};\n\n");
    let _ = writeln!(text, "pub(crate) static FOREIGN: [Foreign; {}] = [", foreigners.len());
    for foreign in foreigners {
        let nearest = foreign.nearest.map(separated);
        let nearest = nearest.map_or("None".to_owned(), |number| format!("Some({number})"));
        let _ = writeln!(
            text,
            "Foreign {{ number: {}, name: {:?}, label: {:?}, error: {:?}, status: {:?},
                feature: {:?}, because: Because::{:?}, nearest: {nearest} }},",
            separated(foreign.number),
            foreign.name,
            foreign.label(),
            foreign.error,
            foreign.status,
            foreign.feature,
            foreign.because,
        );
    }
    text.push_str("];\n");
    text
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::codegen::source;

    const OWN: &str = "[[refusal]]\nnumber = 2\nname = \"N\"\nconstructor = \"a\"\n\
        error = \"invalid_request\"\nstatus = 400\nfixed_by = \"user\"\nsince = \"0.1.0\"\n";

    fn is_accepted(entries: &[(u32, &str)]) -> bool {
        let entry = |(number, more): &(u32, &str)| {
            format!("[[foreign]]\nnumber = {number}\nfeature = \"x\"\n{more}\n")
        };
        let text: String = entries.iter().map(entry).collect();
        parse(&text, &source::parse(OWN).unwrap()).is_ok()
    }

    #[test]
    fn a_number_is_either_given_or_foreign_and_stands_once_in_order() {
        // Parses a number of ours, the wrong order, one number twice, and then a right list.
        let product = "because = \"other_product\"";
        assert!(!is_accepted(&[(2, product)]));
        assert!(!is_accepted(&[(3, product), (1, product)]));
        assert!(!is_accepted(&[(1, product), (1, product)]));
        assert!(is_accepted(&[(1, product), (3, product)]));
    }

    #[test]
    fn what_replaces_a_number_is_one_of_ours() {
        // Replaces it by a number of ours, by none, and by one that does not exist.
        assert!(is_accepted(&[(1, "because = \"replaced\"\nnearest = 2")]));
        assert!(!is_accepted(&[(1, "because = \"replaced\"")]));
        assert!(!is_accepted(&[(1, "because = \"not_built\"\nnearest = 4")]));
    }
}
