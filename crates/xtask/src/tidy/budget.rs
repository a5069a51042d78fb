//! The size of files: a budget, and a list of those beyond it that may only shrink.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Breach;
use super::source::{Kind, Source};

const LINES_MAX: usize = 300;
const LIST: &str = "tidy.toml";

/// The files that are over budget, with the size each has.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allowance {
    #[serde(default)]
    file: BTreeMap<String, usize>,
}

impl Allowance {
    pub(super) fn read(root: &Path) -> Result<Self, Vec<String>> {
        let path = root.join(LIST);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).map_err(|error| vec![format!("{LIST}:1: {error}")])?;
        toml::from_str(&text).map_err(|error| vec![format!("{LIST}:1: {error}")])
    }
}

pub(super) fn check(sources: &[Source], allowance: &Allowance) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut listed = allowance.file.clone();
    for source in sources.iter().filter(|source| source.kind == Kind::Production) {
        let lines = source.production_lines().count();
        let allowed = listed.remove(&source.path);
        let message = match allowed {
            None if lines > LINES_MAX => {
                format!(
                    "{lines} lines of production code; a file has at most {LINES_MAX}: split it"
                )
            }
            Some(_) if lines <= LINES_MAX => format!("within budget now: take it off {LIST}"),
            Some(allowed) if lines > allowed => {
                format!("{lines} lines, and {LIST} says {allowed}: a file on the list only shrinks")
            }
            Some(allowed) if lines < allowed => {
                format!("{lines} lines, and {LIST} says {allowed}: write the smaller size there")
            }
            _ => continue,
        };
        breaches.push(Breach::new(&source.path, 1, message));
    }
    let gone =
        listed.into_keys().map(|path| Breach::new(LIST, 1, format!("{path} does not exist")));
    breaches.extend(gone);
    breaches
}

#[cfg(test)]
mod tests {
    use super::{Allowance, Source, check};

    fn sized(lines: usize) -> [Source; 1] {
        [Source::new("crates/a/src/b.rs", "x\n".repeat(lines))]
    }

    fn allowing(lines: usize) -> Allowance {
        Allowance { file: [("crates/a/src/b.rs".to_owned(), lines)].into() }
    }

    #[test]
    fn a_file_over_budget_is_a_breach() {
        // Checks a file at the limit and one above it.
        assert!(check(&sized(300), &Allowance::default()).is_empty());
        assert_eq!(check(&sized(301), &Allowance::default()).len(), 1);
    }

    #[test]
    fn a_listed_file_may_only_shrink_and_the_list_with_it() {
        // Checks one file against lists with its size, a smaller, a larger, and a needless one.
        assert!(check(&sized(310), &allowing(310)).is_empty());
        assert_eq!(check(&sized(310), &allowing(309)).len(), 1);
        assert_eq!(check(&sized(310), &allowing(311)).len(), 1);
        assert_eq!(check(&sized(300), &allowing(300)).len(), 1);
    }

    #[test]
    fn a_listed_file_that_is_gone_is_a_breach() {
        // Lists a file that no source has.
        assert_eq!(check(&[], &allowing(310)).len(), 1);
    }
}
