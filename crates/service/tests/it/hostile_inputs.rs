//! Checks that docs/reference/hostile-inputs.md and threat-model.md name only tests that exist.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Collects the names of all functions in the Rust files below a folder.
fn functions(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            functions(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a text");
            let after_fn = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
            names.extend(after_fn.map(str::to_owned));
        }
    }
}

#[test]
fn every_hostile_input_row_names_an_existing_test() {
    // Compares the last column of each table with the functions of every crate.
    let page = root().join("docs/reference/hostile-inputs.md");
    let page = fs::read_to_string(page).expect("the page");
    let mut names = BTreeSet::new();
    functions(&root().join("crates"), &mut names);
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| row"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() > 50, "{}", rows.len());
    for row in &rows {
        assert_eq!(row.len(), 4, "{row:?}");
        let tests: Vec<&str> = row[3].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{row:?}");
        for test in tests {
            assert!(names.contains(test), "{}: there is no test {test}", row[0]);
        }
    }
    let mut labels = BTreeSet::new();
    let repeated = rows.iter().flat_map(|row| row[0].split(", ")).find(|it| !labels.insert(*it));
    assert_eq!(repeated, None);
}

#[test]
fn threat_model_names_existing_tests_only() {
    // Compares the last column of each table that has tests with the functions of every crate.
    let page = root().join("docs/reference/threat-model.md");
    let page = fs::read_to_string(page).expect("the page");
    let mut names = BTreeSet::new();
    functions(&root().join("crates"), &mut names);
    functions(&root().join("e2e/fuzz"), &mut names);
    let (mut has_tests, mut found) = (false, 0);
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let last = line.trim_matches(['|', ' ']).rsplit('|').next().unwrap_or_default();
        if matches!(last.trim(), "test") {
            has_tests = true;
        } else if last.contains("at APIs that verify") {
            has_tests = false;
        }
        for test in last.split('`').skip(1).step_by(2).filter(|_| has_tests) {
            assert!(names.contains(test), "there is no test {test}: {line}");
            found += 1;
        }
    }
    assert!(found > 30, "{found}");
}
