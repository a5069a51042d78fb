//! A refusal that no rule gives is not in the catalogue, or is retired.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::Breach;
use super::source::{Kind, Source};

const CATALOGUE: &str = "crates/catalogue/";
const FILE: &str = "crates/catalogue/errors.toml";

pub(super) fn check(root: &Path, sources: &[Source]) -> Result<Vec<Breach>, Vec<String>> {
    let text = fs::read_to_string(root.join(FILE));
    let text = text.map_err(|error| vec![format!("{FILE}:1: {error}")])?;
    let catalogue: Table = text.parse().map_err(|error| vec![format!("{FILE}:1: {error}")])?;
    let words = words(sources);
    let unused = constructors(&catalogue).into_iter().filter(|name| !words.contains(name));
    Ok(unused.map(|name| breach(&text, name)).collect())
}

/// Every word of the code that could give a refusal.
fn words(sources: &[Source]) -> HashSet<&str> {
    let giving = sources
        .iter()
        .filter(|source| source.kind == Kind::Production && !source.path.starts_with(CATALOGUE));
    giving
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

fn breach(text: &str, name: &str) -> Breach {
    let wanted = format!("constructor = \"{name}\"");
    let line = text.lines().position(|line| line == wanted).map_or(1, |place| place + 1);
    let message = format!("no rule gives {name}: take it out, or retire it if it was released");
    Breach::new(FILE, line, message)
}

#[cfg(test)]
mod tests {
    use super::{Source, constructors, words};

    #[test]
    fn only_production_code_outside_of_the_catalogue_gives_refusals() {
        // Writes one call into each kind of file.
        let file = |path: &str, text: &str| Source::new(path, text);
        let sources = [
            file("crates/protocol/src/a.rs", "Err(refusal::given())\n#[cfg(test)]\nhidden()"),
            file("crates/protocol/tests/a.rs", "refusal::tested()"),
            file("crates/catalogue/src/a.rs", "fn made() {}"),
        ];
        let words = words(&sources);
        assert!(words.contains("given"));
        for absent in ["hidden", "tested", "made"] {
            assert!(!words.contains(absent), "{absent}");
        }
    }

    #[test]
    fn variants_count_and_retired_refusals_do_not() {
        // Reads a catalogue with one of each.
        let text = "[[refusal]]\nconstructor = \"one\"\n[[refusal.variant]]\n\
                    constructor = \"two\"\n[[refusal]]\nconstructor = \"old\"\nretired = \"1\"\n";
        assert_eq!(constructors(&text.parse().unwrap()), ["one", "two"]);
    }
}
