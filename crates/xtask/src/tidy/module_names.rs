//! Modules are named for what they own, never for being a drawer.

use super::Breach;
use super::source::Source;

const DRAWERS: [&str; 12] = [
    "common", "core", "helper", "helpers", "manager", "misc", "models", "shared", "stuff", "types",
    "util", "utils",
];

pub(super) fn check(source: &Source) -> Option<Breach> {
    let mut parts = source.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    let drawer = parts.find(|part| DRAWERS.contains(part))?;
    let message = format!("'{drawer}' says nothing: name the module for what it owns");
    Some(Breach::new(&source.path, 1, message))
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    #[test]
    fn a_module_named_for_being_a_drawer_is_a_breach() {
        // Names a file, a folder, and a file that only contains such a word.
        assert!(check(&Source::new("crates/a/src/utils.rs", "")).is_some());
        assert!(check(&Source::new("crates/a/tests/common/mod.rs", "")).is_some());
        assert!(check(&Source::new("crates/a/src/grant_types.rs", "")).is_none());
    }
}
