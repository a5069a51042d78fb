//! Checks that the name of a test states a rule in a form that a failing run can show.

use super::Violation;
use super::source::{Kind, Source};

const LENGTH_MAX: usize = 70;
const FORBIDDEN_BEGINNINGS: [&str; 6] = ["how_", "what_", "where_", "who_", "whoever_", "whom_"];

/// Checks the length and the beginning of every test's name. In a test file it checks every
/// function, because a macro can turn each of them into a test.
pub(super) fn check(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    let functions =
        if source.kind == Kind::Test { source.functions() } else { source.test_functions() };
    for (line, name) in functions {
        let length = name.len();
        if length > LENGTH_MAX {
            let message =
                format!("{name} has {length} characters; a test's name has at most {LENGTH_MAX}");
            violations.push(Violation::new(&source.path, line, message));
        }
        if FORBIDDEN_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
            let message = format!("{name}: begin a test's name with its subject, a noun");
            violations.push(Violation::new(&source.path, line, message));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::{FORBIDDEN_BEGINNINGS, Source, check};

    fn violations(name: &str) -> usize {
        check(&Source::new("crates/a/tests/it.rs", format!("#[test]\nfn {name}() {{}}\n"))).len()
    }

    #[test]
    fn a_test_name_above_70_characters_is_a_violation() {
        // Checks names of 70 and of 71 characters.
        assert_eq!(violations(&"a".repeat(70)), 0);
        assert_eq!(violations(&"a".repeat(71)), 1);
    }

    #[test]
    fn a_test_name_that_begins_with_a_pronoun_is_a_violation() {
        // Checks every forbidden beginning, and a noun that begins like one.
        for beginning in FORBIDDEN_BEGINNINGS {
            assert_eq!(violations(&format!("{beginning}is_refused")), 1, "{beginning}");
        }
        assert_eq!(violations("whole_token_is_refused"), 0);
    }

    #[test]
    fn a_function_that_a_macro_turns_into_a_test_is_checked() {
        // Writes a function without an attribute into a test file and into a production file.
        let text = "pub(crate) async fn what_is_refused<T>(store: &T) {}\n";
        assert_eq!(check(&Source::new("crates/a/tests/it.rs", text)).len(), 1);
        assert!(check(&Source::new("crates/a/src/b.rs", text)).is_empty());
    }
}
