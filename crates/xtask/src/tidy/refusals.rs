//! Checks that every refusal of the catalogue is constructed by some rule, or retired.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::Violation;
use super::source::{Kind, Source};

const CATALOGUE: &str = "crates/catalogue/";
const FILE: &str = "crates/catalogue/errors.toml";

/// Reports every constructor of `errors.toml` that no production code names.
pub(super) fn check(root: &Path, sources: &[Source]) -> Result<Vec<Violation>, Vec<String>> {
    let text = fs::read_to_string(root.join(FILE));
    let text = text.map_err(|error| vec![format!("{FILE}:1: {error}")])?;
    let catalogue: Table = text.parse().map_err(|error| vec![format!("{FILE}:1: {error}")])?;
    let words = words_in_code(sources);
    let unused = constructors(&catalogue).into_iter().filter(|name| !words.contains(name));
    Ok(unused.map(|name| violation(&text, name)).collect())
}

/// Returns every word of the production code outside the catalogue.
fn words_in_code(sources: &[Source]) -> HashSet<&str> {
    let production = sources
        .iter()
        .filter(|source| source.kind == Kind::Production && !source.path.starts_with(CATALOGUE));
    production
        .flat_map(Source::production_lines)
        .flat_map(|(_, line)| line.split(|one: char| !one.is_ascii_alphanumeric() && one != '_'))
        .collect()
}

fn constructors(catalogue: &Table) -> Vec<&str> {
    let refusals = catalogue.get("refusal").and_then(Value::as_array).into_iter().flatten();
    refusals
        .filter(|refusal| refusal.get("retired").is_none())
        .flat_map(|refusal| {
            let variants = refusal.get("variant").and_then(Value::as_array).into_iter().flatten();
            std::iter::once(refusal).chain(variants)
        })
        .filter_map(|one| one.get("constructor")?.as_str())
        .collect()
}

fn violation(text: &str, name: &str) -> Violation {
    let entry = format!("constructor = \"{name}\"");
    let line = text.lines().position(|line| line == entry).map_or(1, |index| index + 1);
    let message = format!("no rule constructs {name}: remove it, or retire it if it was released");
    Violation::new(FILE, line, message)
}

#[cfg(test)]
mod tests {
    use super::{Source, constructors, words_in_code};

    #[test]
    fn only_production_code_outside_the_catalogue_counts() {
        // Writes one call into each kind of file.
        let file = |path: &str, text: &str| Source::new(path, text);
        let sources = [
            file("crates/protocol/src/a.rs", "Err(refusal::given())\n#[cfg(test)]\nhidden()"),
            file("crates/protocol/tests/a.rs", "refusal::tested()"),
            file("crates/catalogue/src/a.rs", "fn made() {}"),
        ];
        let words = words_in_code(&sources);
        assert!(words.contains("given"));
        for absent in ["hidden", "tested", "made"] {
            assert!(!words.contains(absent), "{absent}");
        }
    }

    #[test]
    fn variants_count_and_retired_refusals_do_not_count() {
        // Reads a catalogue with a refusal, a variant and a retired refusal.
        let text = "[[refusal]]\nconstructor = \"one\"\n[[refusal.variant]]\n\
                    constructor = \"two\"\n[[refusal]]\nconstructor = \"old\"\nretired = \"1\"\n";
        assert_eq!(constructors(&text.parse().unwrap()), ["one", "two"]);
    }
}
