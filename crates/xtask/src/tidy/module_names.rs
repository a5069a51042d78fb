//! Checks that a module is named for what it owns, not as a catch-all.

use super::Violation;
use super::source::Source;

const CATCH_ALL_NAMES: [&str; 12] = [
    "common", "core", "helper", "helpers", "manager", "misc", "models", "shared", "stuff", "types",
    "util", "utils",
];

/// Reports a catch-all name in the path of a file.
pub(super) fn check(source: &Source) -> Option<Violation> {
    let mut parts = source.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    let name = parts.find(|part| CATCH_ALL_NAMES.contains(part))?;
    let message = format!("'{name}' is a catch-all: name the module for what it owns");
    Some(Violation::new(&source.path, 1, message))
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    #[test]
    fn a_catch_all_module_name_is_a_violation() {
        // Names a file, a folder, and a file that only contains such a word.
        assert!(check(&Source::new("crates/a/src/utils.rs", "")).is_some());
        assert!(check(&Source::new("crates/a/tests/common/mod.rs", "")).is_some());
        assert!(check(&Source::new("crates/a/src/grant_types.rs", "")).is_none());
    }
}
