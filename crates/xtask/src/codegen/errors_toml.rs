//! Reads `errors.toml` and rejects contradictions in it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// The first number of this project; all lower numbers are Microsoft's.
const OWN_NUMBERS_FROM: u32 = 88_000_001;

/// One entry of `errors.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) constructor: String,
    pub(crate) error: String,
    pub(crate) error_on_authorize: Option<String>,
    pub(crate) status: u16,
    pub(crate) suberror: Option<String>,
    pub(crate) fixed_by: FixedBy,
    #[serde(default)]
    pub(crate) parameters: Vec<String>,
    pub(crate) since: String,
    pub(crate) retired: Option<String>,
    #[serde(default)]
    pub(crate) related: Vec<u32>,
    #[serde(default)]
    pub(crate) page_only: bool,
    #[serde(default)]
    pub(crate) passes: bool,
    /// Constructors for places where a standard demands another `error` for the cause.
    #[serde(default)]
    pub(crate) variant: Vec<Variant>,
}

/// Another constructor of a number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variant {
    pub(crate) constructor: String,
    pub(crate) error: String,
    pub(crate) status: Option<u16>,
}

/// A constructor, and the `error` and the status of its refusals.
pub(crate) struct Constructor<'a> {
    pub(crate) name: &'a str,
    pub(crate) error: &'a str,
    pub(crate) status: u16,
}

/// The role that can fix the cause of a refusal.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FixedBy {
    Developer,
    Administrator,
    User,
    Operator,
}

#[derive(Deserialize)]
struct File {
    refusal: Vec<Refusal>,
}

impl Refusal {
    pub(crate) fn label(&self) -> String {
        let family = if self.number < OWN_NUMBERS_FROM { "AADSTS" } else { "ADMIT" };
        format!("{family}{}", self.number)
    }

    /// Returns every constructor of the number, the main one first.
    pub(crate) fn constructors(&self) -> impl Iterator<Item = Constructor<'_>> {
        let first =
            Constructor { name: &self.constructor, error: &self.error, status: self.status };
        let variants = self.variant.iter().map(|variant| Constructor {
            name: &variant.constructor,
            error: &variant.error,
            status: variant.status.unwrap_or(self.status),
        });
        std::iter::once(first).chain(variants)
    }
}

/// Reads and checks the file.
pub(crate) fn read(path: &Path) -> Result<Vec<Refusal>, Vec<String>> {
    let text = fs::read_to_string(path).map_err(|error| vec![format!("errors.toml: {error}")])?;
    parse(&text)
}

pub(super) fn parse(text: &str) -> Result<Vec<Refusal>, Vec<String>> {
    let file: File = toml::from_str(text).map_err(|error| vec![format!("errors.toml: {error}")])?;
    let errors = contradictions(&file.refusal);
    if errors.is_empty() { Ok(file.refusal) } else { Err(errors) }
}

/// Checks the order of numbers, their relations, and that constructors are unique.
fn contradictions(refusals: &[Refusal]) -> Vec<String> {
    let mut errors = Vec::new();
    for pair in refusals.windows(2) {
        if let [one, next] = pair
            && one.number >= next.number
        {
            errors.push(format!("errors.toml: {} must come before {}", next.number, one.number));
        }
    }
    let numbers: HashSet<u32> = refusals.iter().map(|refusal| refusal.number).collect();
    let mut defined = HashSet::new();
    for refusal in refusals {
        let unknown = refusal.related.iter().filter(|related| !numbers.contains(related));
        errors.extend(unknown.map(|related| {
            format!("errors.toml: {} is related to {related}, which does not exist", refusal.number)
        }));
        for Constructor { name, .. } in refusal.constructors() {
            if !defined.insert(name.to_owned()) {
                errors.push(format!("errors.toml: the constructor {name} is defined twice"));
            }
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn entry(number: u32, constructor: &str, more: &str) -> String {
        format!(
            "[[refusal]]\nnumber = {number}\nname = \"N\"\nconstructor = \"{constructor}\"\n\
             error = \"invalid_request\"\nstatus = 400\nfixed_by = \"developer\"\n\
             since = \"0.1.0\"\n{more}\n"
        )
    }

    #[test]
    fn a_duplicate_or_unsorted_number_is_rejected() {
        // Parses two entries in the wrong order, two of one number, and a right list.
        assert!(parse(&(entry(2, "b", "") + &entry(1, "a", ""))).is_err());
        assert!(parse(&(entry(1, "a", "") + &entry(1, "b", ""))).is_err());
        assert!(parse(&(entry(1, "a", "") + &entry(2, "b", ""))).is_ok());
    }

    #[test]
    fn a_duplicate_constructor_is_rejected() {
        // Uses one name for two numbers, once as a variant.
        let variant = "[[refusal.variant]]\nconstructor = \"a\"\nerror = \"invalid_target\"";
        assert!(parse(&(entry(1, "a", "") + &entry(2, "b", variant))).is_err());
    }

    #[test]
    fn a_relation_to_an_unknown_number_is_rejected() {
        // Relates the only entry to another number.
        assert!(parse(&entry(1, "a", "related = [2]")).is_err());
    }
}
