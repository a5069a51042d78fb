//! Checks the dependencies of every crate, read from its manifest.

use std::fs;
use std::path::Path;

use toml::Table;

use super::Violation;

/// Every crate below `crates/`, with the crates of this workspace that it may depend on.
#[rustfmt::skip]
const ALLOWED: [(&str, &[&str]); 14] = [
    ("catalogue", &[]),
    ("model", &[]),
    ("jose", &[]),
    ("protocol", &["catalogue", "model", "jose"]),
    ("signin", &["catalogue", "model", "jose"]),
    ("store", &["model"]),
    ("pages", &["catalogue"]),
    ("diagnostics", &["catalogue", "model", "jose", "protocol", "signin", "store"]),
    ("listener", &["model"]),
    ("outbound", &["model"]),
    ("telemetry", &["catalogue", "model"]),
    ("service", &[
        "catalogue", "model", "jose", "protocol", "signin", "store", "pages", "diagnostics",
        "listener", "outbound", "telemetry",
    ]),
    ("admit", &[
        "catalogue", "model", "jose", "protocol", "signin", "store", "diagnostics", "listener",
        "outbound", "telemetry", "service",
    ]),
    ("xtask", &[]),
];

/// Crates that get time, randomness and data as arguments, and do no I/O.
pub(super) const NO_IO: [&str; 6] = ["catalogue", "model", "jose", "protocol", "signin", "pages"];

/// Dependencies that would let a crate do I/O, read the clock or draw random numbers.
const IO: [&str; 14] = [
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

/// Dependencies that single crates must not have, with what the crate does not know.
#[rustfmt::skip]
const FORBIDDEN: [(&str, &[&str], &str); 6] = [
    ("protocol", &["http"], "HTTP types"),
    ("signin", &["http"], "HTTP types"),
    ("store", &["axum", "http", "hyper", "hyper-util"], "HTTP library"),
    ("diagnostics", &["axum", "hyper", "hyper-util"], "HTTP server"),
    ("diagnostics", &["clap"], "command line"),
    ("service", &["clap", "toml"], "command line and no configuration file"),
];

/// Checks the manifest of the workspace and that of every crate below `crates/`.
pub(super) fn check(root: &Path) -> Result<Vec<Violation>, Vec<String>> {
    let workspace = fs::read_to_string(root.join("Cargo.toml"));
    let workspace = workspace.map_err(|error| vec![format!("Cargo.toml:1: {error}")])?;
    let mut violations = check_workspace(&workspace);
    let folder = root.join("crates");
    let failed = |error: std::io::Error| vec![format!("crates:1: {error}")];
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        let path = format!("crates/{name}/Cargo.toml");
        let text = fs::read_to_string(root.join(&path));
        let text = text.map_err(|error| vec![format!("{path}:1: {error}")])?;
        violations.extend(check_manifest(&name, &path, &text));
    }
    Ok(violations)
}

fn check_manifest(name: &str, path: &str, text: &str) -> Vec<Violation> {
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Violation::new(path, 1, format!("{error}"))],
    };
    let Some((_, allowed)) = ALLOWED.iter().find(|(krate, _)| *krate == name) else {
        let message = format!(
            "{name} is not listed: add its dependencies to xtask's tidy/crate_dependencies.rs"
        );
        return vec![Violation::new(path, 1, message)];
    };
    let is_own = |name: &str| name == "bench" || ALLOWED.iter().any(|(krate, _)| *krate == name);
    let forbidden = |dependency: &str| {
        let is_named = |names: &[&str]| names.contains(&dependency);
        FORBIDDEN.iter().find(|(krate, names, _)| *krate == name && is_named(names))
    };
    let mut violations = Vec::new();
    for dependency in dependencies(&manifest) {
        let message = if is_own(&dependency) && !allowed.contains(&dependency.as_str()) {
            format!("{name} must not depend on {dependency}")
        } else if NO_IO.contains(&name) && IO.contains(&dependency.as_str()) {
            format!("{name} does no I/O and reads no clock or random source: remove {dependency}")
        } else if let Some((.., unknown)) = forbidden(&dependency) {
            format!("{name} knows no {unknown}: remove {dependency}")
        } else {
            continue;
        };
        violations.push(Violation::new(path, line_of(text, &dependency), message));
    }
    violations
}

/// Returns the linked dependencies. Tests may use any crate.
fn dependencies(manifest: &Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = targets.into_iter().flat_map(Table::values).filter_map(toml::Value::as_table);
    let kinds = ["dependencies", "build-dependencies"];
    std::iter::once(manifest)
        .chain(tables)
        .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flatten()
        .map(|(name, value)| renamed_from(value).unwrap_or(name).to_owned())
        .collect()
}

/// Returns the package of a dependency that is used under another name.
fn renamed_from(value: &toml::Value) -> Option<&str> {
    value.get("package")?.as_str()
}

/// Reports every renamed dependency of the workspace, whose name would hide the package from the
/// checks of each crate.
fn check_workspace(text: &str) -> Vec<Violation> {
    let path = "Cargo.toml";
    let manifest: Table = match text.parse() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Violation::new(path, 1, format!("{error}"))],
    };
    let dependencies = manifest.get("workspace").and_then(|table| table.get("dependencies"));
    let dependencies = dependencies.and_then(toml::Value::as_table).into_iter().flatten();
    let renamed = dependencies.filter(|(_, value)| renamed_from(value).is_some());
    let violation = |name: &String| {
        let message = format!("{name} is a renamed dependency: name it like its package");
        Violation::new(path, line_of(text, name), message)
    };
    renamed.map(|(name, _)| violation(name)).collect()
}

fn line_of(text: &str, dependency: &str) -> usize {
    let is_entry = |line: &str| {
        line.split([' ', '.', '=']).next() == Some(dependency)
            || (line.contains("package") && line.contains(&format!("\"{dependency}\"")))
    };
    text.lines().position(is_entry).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::{check_manifest, check_workspace};

    fn messages(name: &str, text: &str) -> Vec<String> {
        let violations = check_manifest(name, "Cargo.toml", text);
        violations.into_iter().map(|violation| violation.to_string()).collect()
    }

    fn depending_on(dependency: &str) -> String {
        format!("[dependencies]\n{dependency} = \"1\"\n")
    }

    #[test]
    fn a_dependency_that_is_not_allowed_is_a_violation() {
        // Lets the rules depend on the store, in the ordinary way and for one platform.
        let text = "[dependencies]\nmodel.workspace = true\nstore.workspace = true\n";
        let expected = ["Cargo.toml:3: protocol must not depend on store"];
        assert_eq!(messages("protocol", text), expected);
        let text = "[target.'cfg(unix)'.dependencies]\nstore.workspace = true\n";
        assert_eq!(messages("protocol", text).len(), 1);
    }

    #[test]
    fn a_renamed_dependency_is_checked_by_its_package() {
        // Renames the store in a crate, and then in the workspace, where no crate may rename it.
        let text = "[dependencies]\ndata = { path = \"../store\", package = \"store\" }\n";
        let expected = ["Cargo.toml:2: protocol must not depend on store"];
        assert_eq!(messages("protocol", text), expected);
        let workspace = format!("[workspace.{}", &text[1..]);
        assert_eq!(check_workspace(&workspace).len(), 1);
        assert!(check_workspace("[workspace.dependencies]\nserde = \"1\"\n").is_empty());
    }

    #[test]
    fn network_crates_and_diagnostics_must_not_depend_on_the_service() {
        // Lets each of them depend on it.
        for name in ["listener", "outbound", "telemetry", "diagnostics"] {
            assert_eq!(messages(name, &depending_on("service")).len(), 1, "{name}");
        }
    }

    #[test]
    fn a_crate_without_io_must_not_depend_on_tokio() {
        // Gives tokio to the rules, to the tests of the rules, and to the service.
        assert_eq!(messages("protocol", &depending_on("tokio")).len(), 1);
        assert!(messages("protocol", "[dev-dependencies]\ntokio = \"1\"\n").is_empty());
        assert!(messages("service", &depending_on("tokio")).is_empty());
    }

    #[test]
    fn the_store_must_not_depend_on_an_http_library() {
        // Gives it hyper.
        assert_eq!(messages("store", &depending_on("hyper")).len(), 1);
    }

    #[test]
    fn diagnostics_must_not_depend_on_axum_or_clap() {
        // Gives it each of them, and gives both to the crates that need them.
        assert_eq!(messages("diagnostics", &depending_on("axum")).len(), 1);
        assert_eq!(messages("diagnostics", &depending_on("clap")).len(), 1);
        assert!(messages("service", &depending_on("axum")).is_empty());
        assert!(messages("admit", &depending_on("clap")).is_empty());
    }

    #[test]
    fn the_binary_must_not_depend_on_pages() {
        // Gives the pages to the binary, and to the service.
        assert_eq!(messages("admit", &depending_on("pages")).len(), 1);
        assert!(messages("service", &depending_on("pages")).is_empty());
    }

    #[test]
    fn the_service_must_not_depend_on_clap_or_toml() {
        // Gives it each of them, and gives both to the binary.
        for dependency in ["clap", "toml"] {
            let message = format!(
                "Cargo.toml:2: service knows no command line and no configuration file: remove \
                 {dependency}"
            );
            assert_eq!(messages("service", &depending_on(dependency)), [message]);
            assert!(messages("admit", &depending_on(dependency)).is_empty());
        }
    }

    #[test]
    fn rules_must_not_depend_on_http_types() {
        // Gives the types to both crates of rules, and to the service.
        for name in ["protocol", "signin"] {
            assert_eq!(messages(name, &depending_on("http")).len(), 1, "{name}");
        }
        assert!(messages("service", &depending_on("http")).is_empty());
    }

    #[test]
    fn no_crate_depends_on_xtask_or_the_benchmark() {
        // Lets the binary depend on both.
        let text = "[dependencies]\nxtask = { path = \"../xtask\" }\nbench = { path = \"../b\" }\n";
        assert_eq!(messages("admit", text).len(), 2);
    }

    #[test]
    fn a_crate_that_is_not_listed_is_a_violation() {
        // Names a crate that no table contains.
        assert_eq!(messages("unlisted", "[dependencies]\n").len(), 1);
    }
}
