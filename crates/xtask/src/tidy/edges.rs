//! The walls between the rooms: what a crate may depend on, read from its manifest.

use std::fs;
use std::path::Path;

use toml::Table;

use super::Breach;

/// Room by room, the rooms it may know.
const MAY_KNOW: [(&str, &[&str]); 10] = [
    ("catalogue", &[]),
    ("model", &[]),
    ("jose", &[]),
    ("protocol", &["catalogue", "model", "jose"]),
    ("signin", &["catalogue", "model"]),
    ("store", &["model"]),
    ("pages", &["catalogue"]),
    ("service", &["catalogue", "model", "jose", "protocol", "signin", "store", "pages"]),
    ("admit", &["catalogue", "model", "jose", "protocol", "signin", "store", "pages", "service"]),
    ("xtask", &[]),
];

/// Rooms whose rules get the time, randomness and facts as arguments, and so wait for nothing.
const PURE: [&str; 6] = ["catalogue", "model", "jose", "protocol", "signin", "pages"];

/// What would let a pure room wait, listen, look at the clock or roll dice.
const IMPURE: [&str; 14] = [
    "axum",
    "getrandom",
    "hyper",
    "hyper-util",
    "rand",
    "reqwest",
    "rusqlite",
    "rustls",
    "tokio",
    "tokio-postgres",
    "tokio-rustls",
    "tower",
    "tower-http",
    "ureq",
];

/// Where bytes are kept, nothing knows of requests.
const NOT_IN_STORE: [&str; 4] = ["axum", "http", "hyper", "hyper-util"];

pub(super) fn check(root: &Path) -> Result<Vec<Breach>, Vec<String>> {
    let mut breaches = Vec::new();
    let folder = root.join("crates");
    let complain = |error: std::io::Error| vec![format!("crates:1: {error}")];
    for entry in fs::read_dir(&folder).map_err(complain)? {
        let name = entry.map_err(complain)?.file_name().to_string_lossy().into_owned();
        let path = format!("crates/{name}/Cargo.toml");
        let text = fs::read_to_string(root.join(&path));
        let text = text.map_err(|error| vec![format!("{path}:1: {error}")])?;
        breaches.extend(breaches_of(&name, &path, &text));
    }
    Ok(breaches)
}

fn breaches_of(room: &str, path: &str, text: &str) -> Vec<Breach> {
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Breach::new(path, 1, format!("{error}"))],
    };
    let Some((_, known)) = MAY_KNOW.iter().find(|(name, _)| *name == room) else {
        let message =
            format!("{room} is a new room: say in xtask's tidy/edges.rs what it may know");
        return vec![Breach::new(path, 1, message)];
    };
    let mut breaches = Vec::new();
    for dependency in dependencies(&manifest) {
        let is_room = dependency == "bench" || MAY_KNOW.iter().any(|(name, _)| *name == dependency);
        let message = if is_room && !known.contains(&dependency.as_str()) {
            format!("{room} must never know {dependency}")
        } else if PURE.contains(&room) && IMPURE.contains(&dependency.as_str()) {
            format!("{room} is pure: {dependency} would let it wait, or read a clock or dice")
        } else if room == "store" && NOT_IN_STORE.contains(&dependency.as_str()) {
            format!("{room} knows nothing of requests, so {dependency} does not belong there")
        } else {
            continue;
        };
        breaches.push(Breach::new(path, line_of(text, &dependency), message));
    }
    breaches
}

/// What is linked; what only the tests of a room use is free.
fn dependencies(manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = targets.into_iter().flat_map(Table::values).filter_map(toml::Value::as_table);
    let kinds = ["dependencies", "build-dependencies"];
    std::iter::once(manifest)
        .chain(tables)
        .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flat_map(|dependencies| dependencies.keys().cloned())
        .collect()
}

fn line_of(text: &str, dependency: &str) -> usize {
    let place = text.lines().position(|line| line.starts_with(dependency));
    place.map_or(1, |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::breaches_of;

    fn messages(room: &str, text: &str) -> Vec<String> {
        let breaches = breaches_of(room, "Cargo.toml", text);
        breaches.into_iter().map(|breach| breach.to_string()).collect()
    }

    #[test]
    fn a_room_that_knows_too_much_is_a_breach() {
        // Lets the rules know the store, in the ordinary way and for one platform.
        let text = "[dependencies]\nmodel.workspace = true\nstore.workspace = true\n";
        assert_eq!(messages("protocol", text), ["Cargo.toml:3: protocol must never know store"]);
        let text = "[target.'cfg(unix)'.dependencies]\nstore.workspace = true\n";
        assert_eq!(messages("protocol", text).len(), 1);
    }

    #[test]
    fn a_pure_room_that_can_wait_is_a_breach() {
        // Gives tokio to the rules, and to the tests of the rules.
        assert_eq!(messages("protocol", "[dependencies]\ntokio = \"1\"\n").len(), 1);
        assert!(messages("protocol", "[dev-dependencies]\ntokio = \"1\"\n").is_empty());
        assert!(messages("service", "[dependencies]\ntokio = \"1\"\n").is_empty());
    }

    #[test]
    fn a_store_that_knows_of_requests_is_a_breach() {
        // Gives it hyper.
        assert_eq!(messages("store", "[dependencies]\nhyper = \"1\"\n").len(), 1);
    }

    #[test]
    fn nothing_links_this_tool_or_the_benchmark() {
        // Lets the binary depend on both.
        let text = "[dependencies]\nxtask = { path = \"../xtask\" }\nbench = { path = \"../b\" }\n";
        assert_eq!(messages("admit", text).len(), 2);
    }

    #[test]
    fn a_room_that_nobody_described_is_a_breach() {
        // Names a crate that stands in no table.
        assert_eq!(messages("cellar", "[dependencies]\n").len(), 1);
    }
}
