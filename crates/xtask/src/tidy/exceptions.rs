//! `tidy.toml`: the known exceptions from the rules. Each list may only shrink.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Violation;

/// The path of the file below the root.
pub(super) const FILE: &str = "tidy.toml";

/// The number of entries in each section of the file. A number may only be lowered.
const FILES_MAX: usize = 0;
const WORDS_MAX: usize = 0;
const CYCLES_MAX: usize = 0;

/// The exceptions of every rule that has some.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exceptions {
    /// Files above the size limit, with their present size.
    #[serde(default)]
    pub(super) file: BTreeMap<String, usize>,
    /// Names that contain a forbidden word: `"path:name" = "reason"`.
    #[serde(default)]
    pub(super) words: BTreeMap<String, String>,
    /// Cycles between modules: `"crate::parent: a, b" = "reason"`.
    #[serde(default)]
    pub(super) cycles: BTreeMap<String, String>,
}

impl Exceptions {
    /// Reads the file; without one there are no exceptions.
    pub(super) fn read(root: &Path) -> Result<Self, Vec<String>> {
        let path = root.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(path).map_err(|error| vec![format!("{FILE}:1: {error}")])?;
        toml::from_str(&text).map_err(|error| vec![format!("{FILE}:1: {error}")])
    }

    /// Reports every section that does not have its committed number of entries.
    pub(super) fn check_counts(&self) -> Vec<Violation> {
        let counts = [
            check_count("file", self.file.len(), FILES_MAX),
            check_count("words", self.words.len(), WORDS_MAX),
            check_count("cycles", self.cycles.len(), CYCLES_MAX),
        ];
        counts.into_iter().flatten().collect()
    }
}

/// Compares the number of entries of a section with its maximum. A number below the maximum is a
/// violation too, because the maximum would allow a new entry later.
fn check_count(section: &str, count: usize, max: usize) -> Option<Violation> {
    let message = match count.cmp(&max) {
        Ordering::Equal => return None,
        Ordering::Greater => format!("[{section}] has {count} entries; at most {max} are allowed"),
        Ordering::Less => {
            format!("[{section}] has {count} entries, and the maximum is {max}: lower the maximum")
        }
    };
    Some(Violation::new(FILE, 1, message))
}

/// Removes the listed violations from `found`, where each has the key that lists it. Reports
/// exceptions that match nothing, and exceptions without a reason.
pub(super) fn apply(
    section: &str,
    listed: &BTreeMap<String, String>,
    found: Vec<(String, Violation)>,
) -> Vec<Violation> {
    let keys: BTreeSet<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    let mut violations = Vec::new();
    for (key, reason) in listed {
        let message = if !keys.contains(key.as_str()) {
            format!("[{section}] {key:?} is not needed any more: remove it")
        } else if reason.trim().is_empty() {
            format!("[{section}] {key:?} has no reason")
        } else {
            continue;
        };
        violations.push(Violation::new(FILE, 1, message));
    }
    let unlisted = found.into_iter().filter(|(key, _)| !listed.contains_key(key));
    violations.extend(unlisted.map(|(_, violation)| violation));
    violations
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Exceptions, FILE, Violation, apply, check_count, fs};

    fn messages(listed: &[(&str, &str)], found: &[&str]) -> Vec<String> {
        let listed: BTreeMap<String, String> =
            listed.iter().map(|(key, reason)| ((*key).into(), (*reason).into())).collect();
        let found =
            found.iter().map(|key| ((*key).into(), Violation::new("a.rs", 7, *key))).collect();
        apply("words", &listed, found).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_listed_exception_with_a_reason_is_accepted() {
        // Finds two violations and lists one of them.
        assert_eq!(messages(&[("a", "SQL's own term")], &["a", "b"]), ["a.rs:7: b"]);
    }

    #[test]
    fn an_exception_that_matches_nothing_is_a_violation() {
        // Lists a key that no violation has.
        let needless = "tidy.toml:1: [words] \"a\" is not needed any more: remove it";
        assert_eq!(messages(&[("a", "SQL's own term")], &[]), [needless]);
    }

    #[test]
    fn an_exception_without_a_reason_is_a_violation() {
        // Lists the violation with a blank reason.
        let blank = "tidy.toml:1: [words] \"a\" has no reason";
        assert_eq!(messages(&[("a", " ")], &["a"]), [blank]);
    }

    #[test]
    fn a_count_that_differs_from_the_maximum_is_a_violation() {
        // Counts as many entries as the maximum, one more, and one fewer.
        let message = |count| check_count("words", count, 2).map(|one| one.to_string());
        assert_eq!(message(2), None);
        let greater = "tidy.toml:1: [words] has 3 entries; at most 2 are allowed";
        assert_eq!(message(3).as_deref(), Some(greater));
        let less = "tidy.toml:1: [words] has 1 entries, and the maximum is 2: lower the maximum";
        assert_eq!(message(1).as_deref(), Some(less));
    }

    #[test]
    fn every_section_has_a_maximum() {
        // Adds one entry to each section, beyond its maximum.
        assert!(Exceptions::default().check_counts().is_empty());
        let reason = || BTreeMap::from([("a".to_owned(), "b".to_owned())]);
        let file = BTreeMap::from([("a".to_owned(), 301)]);
        let exceptions = Exceptions { file, words: reason(), cycles: reason() };
        assert_eq!(exceptions.check_counts().len(), 3);
    }

    #[test]
    fn the_file_of_exceptions_is_optional_and_has_known_sections() {
        // Reads a directory without the file, then each section, then an unknown one.
        let directory = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            fs::write(directory.path().join(FILE), text).unwrap();
            Exceptions::read(directory.path())
        };
        let none = Exceptions::read(directory.path()).unwrap();
        assert!(none.file.is_empty() && none.words.is_empty() && none.cycles.is_empty());
        let all = read("[file]\n\"a\" = 301\n[words]\n\"b\" = \"c\"\n[cycles]\n\"d\" = \"e\"\n");
        let all = all.unwrap();
        assert_eq!(all.file["a"], 301);
        assert_eq!((all.words["b"].as_str(), all.cycles["d"].as_str()), ("c", "e"));
        let refused = read("[lines]\n").err().unwrap();
        assert!(refused[0].starts_with("tidy.toml:1: "), "{refused:?}");
    }
}
