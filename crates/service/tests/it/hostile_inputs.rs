//! Checks that the pages of hostile inputs, of limits and of the threat model name only tests, rows
//! and metrics that exist.

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

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a text")
}

/// Returns the columns of each row of the page of hostile inputs.
fn hostile_input_rows(page: &str) -> Vec<Vec<&str>> {
    page.lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| row"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// Returns the letters and labels of rows that a text names, such as `H` and `ED7`. `None` if it
/// names no rows.
fn named_rows(text: &str) -> Option<Vec<&str>> {
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty());
    words.find(|word| matches!(*word, "row" | "rows"))?;
    let starts_as_label = |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase());
    let named = words.take_while(|word| *word == "and" || starts_as_label(word));
    Some(named.filter(|word| *word != "and").collect())
}

#[test]
fn every_hostile_input_row_names_an_existing_test() {
    // Compares the last column of each table with the functions of every crate.
    let page = read("docs/reference/hostile-inputs.md");
    let mut names = BTreeSet::new();
    functions(&root().join("crates"), &mut names);
    functions(&root().join("e2e/fuzz"), &mut names);
    let rows = hostile_input_rows(&page);
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
fn threat_model_names_existing_tests_and_rows_only() {
    // Compares the last column of each table that has tests with the functions of every crate, and
    // with the labels of the hostile inputs and their letters.
    let page = read("docs/reference/threat-model.md");
    let hostile_inputs = read("docs/reference/hostile-inputs.md");
    let mut labels = BTreeSet::new();
    for label in hostile_input_rows(&hostile_inputs).iter().flat_map(|row| row[0].split(", ")) {
        labels.extend([label, label.trim_end_matches(|one: char| !one.is_ascii_uppercase())]);
    }
    let mut names = BTreeSet::new();
    functions(&root().join("crates"), &mut names);
    functions(&root().join("e2e/fuzz"), &mut names);
    let (mut has_tests, mut found, mut found_rows) = (false, 0, 0);
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
        if let Some(rows) = named_rows(last).filter(|_| has_tests) {
            assert!(!rows.is_empty(), "no row is named: {line}");
            for row in rows {
                assert!(labels.contains(row), "there is no row {row}: {line}");
                found_rows += 1;
            }
        }
    }
    assert!(found > 30 && found_rows > 3, "{found} {found_rows}");
}

#[test]
fn every_limit_names_metrics_and_tests_that_exist() {
    // Compares the columns of each table with the functions of every crate, the metrics and the
    // values of the label `limit`, and the numbers with the catalogue.
    let (page, metrics) = (read("docs/reference/limits.md"), read("crates/telemetry/metrics.toml"));
    let mut names = BTreeSet::new();
    functions(&root().join("crates"), &mut names);
    let (mut rows, mut counted) = (0, BTreeSet::new());
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| what");
    for line in page.lines().filter(is_row) {
        let row: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(row.len(), 9, "{line}");
        rows += 1;
        let quoted = |column: usize| row[column].split('`').skip(1).step_by(2);
        for number in quoted(6) {
            let known = number.parse().ok().and_then(catalogue::entry);
            assert!(known.is_some(), "{}: there is no number {number}", row[0]);
        }
        for metric in quoted(7) {
            let (name, label) = metric.split_once("{limit=\"").unwrap_or((metric, ""));
            assert!(metrics.contains(&format!("\"{name}\"")), "{}: no metric {name}", row[0]);
            counted.extend(label.strip_suffix("\"}").map(str::to_owned));
        }
        for test in quoted(8) {
            assert!(names.contains(test), "{}: there is no test {test}", row[0]);
        }
    }
    assert!(rows >= 15, "{rows}");
    let labels = metrics.split("limit = \"").nth(1).expect("the label").split('"').next();
    let labels = labels.unwrap_or_default().split('`').skip(1).step_by(2).map(str::to_owned);
    assert_eq!(counted, labels.collect());
}
