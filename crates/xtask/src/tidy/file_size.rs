//! Limits the lines of production code in a file. Files above the limit may only shrink.

use std::collections::BTreeMap;

use super::Violation;
use super::exceptions::FILE;
use super::source::{Kind, Source};

const LINES_MAX: usize = 300;

/// Compares every production file with the limit, or with its size in `[file]` of `tidy.toml`.
pub(super) fn check(sources: &[Source], exceptions: &BTreeMap<String, usize>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut unmatched = exceptions.clone();
    for source in sources.iter().filter(|source| source.kind == Kind::Production) {
        let lines = source.production_lines().count();
        let message = match unmatched.remove(&source.path) {
            None if lines > LINES_MAX => {
                format!(
                    "{lines} lines of production code; a file has at most {LINES_MAX}: split it"
                )
            }
            Some(_) if lines <= LINES_MAX => format!("below the limit now: remove it from {FILE}"),
            Some(listed) if lines > listed => {
                format!("{lines} lines, and {FILE} lists {listed}: a listed file may only shrink")
            }
            Some(listed) if lines < listed => {
                format!("{lines} lines, and {FILE} lists {listed}: write the smaller size there")
            }
            _ => continue,
        };
        violations.push(Violation::new(&source.path, 1, message));
    }
    let missing = unmatched.into_keys();
    violations.extend(missing.map(|path| Violation::new(FILE, 1, format!("no file {path}"))));
    violations
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Source, check};

    fn file_with(lines: usize) -> [Source; 1] {
        [Source::new("crates/a/src/b.rs", "x\n".repeat(lines))]
    }

    fn listing(lines: usize) -> BTreeMap<String, usize> {
        [("crates/a/src/b.rs".to_owned(), lines)].into()
    }

    #[test]
    fn a_file_above_the_size_limit_is_a_violation() {
        // Checks a file at the limit and one above it.
        assert!(check(&file_with(300), &BTreeMap::new()).is_empty());
        assert_eq!(check(&file_with(301), &BTreeMap::new()).len(), 1);
    }

    #[test]
    fn a_listed_file_and_its_listed_size_may_only_shrink() {
        // Checks one file against lists with its size, a smaller, a larger, and a needless one.
        assert!(check(&file_with(310), &listing(310)).is_empty());
        assert_eq!(check(&file_with(310), &listing(309)).len(), 1);
        assert_eq!(check(&file_with(310), &listing(311)).len(), 1);
        assert_eq!(check(&file_with(300), &listing(300)).len(), 1);
    }

    #[test]
    fn a_listed_file_that_does_not_exist_is_a_violation() {
        // Lists a file that no source has.
        assert_eq!(check(&[], &listing(310)).len(), 1);
    }
}
