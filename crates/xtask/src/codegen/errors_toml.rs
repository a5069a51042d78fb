//! `errors.toml`: read, and refused where it contradicts itself.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// Our own numbers begin here; all below are Microsoft's.
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
    /// The same cause, met in a place where the standard has another `error` for it.
    #[serde(default)]
    pub(crate) variant: Vec<Variant>,
}

/// A second constructor of one number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variant {
    pub(crate) constructor: String,
    pub(crate) error: String,
    pub(crate) status: Option<u16>,
}

/// What one constructor gives.
pub(crate) struct Constructor<'a> {
    pub(crate) name: &'a str,
    pub(crate) error: &'a str,
    pub(crate) status: u16,
}

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

    /// Every constructor of the number, the first one for most places.
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

pub(crate) fn read(path: &Path) -> Result<Vec<Refusal>, Vec<String>> {
    let text = fs::read_to_string(path).map_err(|error| vec![format!("errors.toml: {error}")])?;
    parse(&text)
}

pub(super) fn parse(text: &str) -> Result<Vec<Refusal>, Vec<String>> {
    let file: File = toml::from_str(text).map_err(|error| vec![format!("errors.toml: {error}")])?;
    let complaints = contradictions(&file.refusal);
    if complaints.is_empty() { Ok(file.refusal) } else { Err(complaints) }
}

fn contradictions(refusals: &[Refusal]) -> Vec<String> {
    let mut complaints = Vec::new();
    for pair in refusals.windows(2) {
        if let [one, next] = pair
            && one.number >= next.number
        {
            complaints
                .push(format!("errors.toml: {} must stand before {}", next.number, one.number));
        }
    }
    let numbers: HashSet<u32> = refusals.iter().map(|refusal| refusal.number).collect();
    let mut taken = HashSet::new();
    for refusal in refusals {
        let unknown = refusal.related.iter().filter(|related| !numbers.contains(related));
        complaints.extend(unknown.map(|related| {
            format!("errors.toml: {} is related to {related}, which is not here", refusal.number)
        }));
        for Constructor { name, .. } in refusal.constructors() {
            if !taken.insert(name.to_owned()) {
                complaints.push(format!("errors.toml: the constructor {name} stands here twice"));
            }
        }
    }
    complaints
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
    fn a_number_that_stands_twice_or_out_of_order_is_refused() {
        // Parses two entries in the wrong order, and two of one number.
        assert!(parse(&(entry(2, "b", "") + &entry(1, "a", ""))).is_err());
        assert!(parse(&(entry(1, "a", "") + &entry(1, "b", ""))).is_err());
        assert!(parse(&(entry(1, "a", "") + &entry(2, "b", ""))).is_ok());
    }

    #[test]
    fn a_constructor_that_stands_twice_is_refused() {
        // Gives one name to two numbers, once as a variant.
        let variant = "[[refusal.variant]]\nconstructor = \"a\"\nerror = \"invalid_target\"";
        assert!(parse(&(entry(1, "a", "") + &entry(2, "b", variant))).is_err());
    }

    #[test]
    fn a_relation_to_a_number_that_does_not_exist_is_refused() {
        // Relates the only entry to another number.
        assert!(parse(&entry(1, "a", "related = [2]")).is_err());
    }
}
