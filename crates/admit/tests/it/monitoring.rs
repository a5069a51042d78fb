//! Metrics as a scraper sees them, and the alert rules and the dashboard that use them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use telemetry::{MetricKind, metric_table};

use crate::fixtures::{TestDir, curl};
use crate::serve::{configure, free_port, use_tls};

/// The folder with the alert rules and the dashboard.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/monitoring")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).expect("a file of docs/monitoring")
}

/// Returns the names of the labels of each metric that an exposition contains, and its type.
fn exposed(page: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut found: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
    for line in page.lines() {
        if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|it| it.split_once(' ')) {
            let suffix = if kind == "counter" { "_total" } else { "" };
            found.insert(format!("{name}{suffix}"), (kind.to_owned(), BTreeSet::new()));
        } else if !line.starts_with('#') {
            let (sample, _) = line.rsplit_once(' ').expect("a sample");
            let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
            let (_, known) = found.get_mut(base_name(name)).expect("a sample after its type");
            known.extend(label_names(labels).into_iter().filter(|label| label != "le"));
        }
    }
    found
}

/// Returns the name of a metric without the suffix of a sample of a histogram.
fn base_name(name: &str) -> &str {
    let suffixes = ["_bucket", "_count", "_sum"];
    let base = suffixes.iter().find_map(|suffix| name.strip_suffix(suffix));
    let is_histogram = |base: &&str| {
        metric_table::ALL.iter().any(|it| it.name == *base && it.kind == MetricKind::Histogram)
    };
    base.filter(is_histogram).unwrap_or(name)
}

/// Returns the names in front of `=` in a list of labels or matchers. Values may contain braces.
fn label_names(labels: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut name, mut is_quoted) = (String::new(), false);
    for character in labels.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '}' => break,
            '=' if !name.is_empty() => names.push(std::mem::take(&mut name)),
            'a'..='z' | '_' => name.push(character),
            _ => name.clear(),
        }
    }
    names
}

#[test]
fn every_metric_of_the_reference_is_exposed_and_no_other() {
    // Starts the service with TLS, sends a refused request, and compares types and labels in
    // `/metrics` with the table. Those of a waiting message and of PostgreSQL are absent here.
    let dir = TestDir::new();
    let (port, metrics) = (free_port(), free_port());
    dir.root_key("root.key");
    configure(&dir, port, metrics);
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    use_tls(&dir, 2099);
    let running = dir.start(&["serve"], "\"message\":\"ready\"");
    let keys = format!("https://localhost:{port}/nowhere/discovery/v2.0/keys");
    let (status, refused) = curl(&["--insecure", &keys]);
    assert!(refused.contains("AADSTS90002"), "{status}: {refused}");
    let (status, page) = curl(&[&format!("http://127.0.0.1:{metrics}/metrics")]);
    assert_eq!(status, 200);
    let found = exposed(page.strip_suffix("# EOF\n").expect("a whole page"));
    let absent = [
        metric_table::DELIVERY_OLDEST_TIMESTAMP_SECONDS.name,
        metric_table::DATABASE_CONNECTIONS_BUSY.name,
        metric_table::DATABASE_OPERATIONS_WAITING.name,
    ];
    let expected = metric_table::ALL.iter().filter(|metric| !absent.contains(&metric.name));
    let expected = expected.map(|metric| {
        let kind = format!("{:?}", metric.kind).to_lowercase();
        let labels = metric.labels.iter().map(|label| (*label).to_owned()).collect();
        (metric.name.to_owned(), (kind, labels))
    });
    assert_eq!(found, expected.collect::<BTreeMap<_, _>>());
    assert!(page.contains("admit_build_info{"), "{page}");
    assert!(page.contains("admit_store_file_bytes{file=\"ledger.db\"} "), "{page}");
    for positive in ["admit_disk_free_bytes ", "admit_start_timestamp_seconds 1"] {
        let line = page.lines().find(|line| line.starts_with(positive));
        assert!(line.is_some_and(|line| !line.ends_with(" 0")), "{positive}: {line:?}");
    }
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn alerts_and_dashboard_use_metrics_and_labels_of_the_reference() {
    // Finds every name of a metric in the files for monitoring and in the guides, with its labels.
    let guides = ["../guides/monitoring.md", "../guides/run.md"];
    for file in ["alerts.yml", "alerts_test.yml", "dashboard.json"].into_iter().chain(guides) {
        let text = read(file).replace("\\\"", "\"");
        let mut used = 0;
        for (start, _) in text.match_indices("admit_") {
            let rest = &text[start..];
            let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
            let metric = metric_table::ALL.iter().find(|metric| metric.name == base_name(name));
            let metric = metric.unwrap_or_else(|| panic!("{file}: there is no metric {name}"));
            let labels = after.strip_prefix('{').map(label_names).unwrap_or_default();
            for label in labels {
                let is_known = metric.labels.contains(&label.as_str())
                    || ["instance", "job", "le"].contains(&label.as_str());
                assert!(is_known, "{file}: {name} has no label {label}");
            }
            used += 1;
        }
        assert!(used > 0, "{file}");
    }
}

#[test]
fn every_metric_is_on_the_dashboard() {
    // Looks for each name among the expressions of the panels.
    let expressions = expressions();
    for metric in metric_table::ALL {
        let is_shown = expressions.iter().any(|expression| expression.contains(metric.name));
        assert!(is_shown, "{}", metric.name);
    }
}

#[test]
fn alert_rules_fire_as_their_tests_expect() {
    // Lets Prometheus' own tool check the configuration and the rules, and run their tests. Each
    // alert has a test in which it fires and one in which it does not.
    promtool(&["check", "config", "prometheus.yml"]);
    promtool(&["test", "rules", "alerts_test.yml"]);
    let (rules, tests) = (read("alerts.yml"), read("alerts_test.yml"));
    let alerts = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    let alerts: Vec<&str> = alerts.collect();
    assert!(alerts.len() > 10, "{alerts:?}");
    for alert in alerts {
        let cases = tests.split("alertname: ").filter(|case| case.lines().next() == Some(alert));
        let silent = cases.clone().filter(|case| case.contains("exp_alerts: []")).count();
        assert_eq!((cases.count(), silent), (2, 1), "{alert}");
    }
    let guide = read("../guides/monitoring.md");
    for line in rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(guide.contains(&format!("`{line}`")), "the guide does not explain {line}");
    }
}

#[test]
fn every_expression_of_the_dashboard_is_valid() {
    // Makes a recording rule of each expression, with values for Grafana's variables, and lets
    // Prometheus' own tool check them.
    let dir = TestDir::new();
    let rules = expressions().into_iter().enumerate().map(|(index, expression)| {
        let expression = expression.replace("$__rate_interval", "5m").replace("$instance", ".*");
        format!("      - {{ record: 'panel:{index}', expr: '{expression}' }}\n")
    });
    let rules: String = rules.collect();
    dir.write("panels.yml", &format!("groups:\n  - name: panels\n    rules:\n{rules}"));
    promtool(&["check", "rules", &dir.path().join("panels.yml").display().to_string()]);
}

/// Returns the expressions of all panels.
fn expressions() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(&read("dashboard.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| target["expr"].as_str().expect("an expression").to_owned()).collect()
}

/// Runs Prometheus' tool in the folder of the rules, and expects success.
#[track_caller]
fn promtool(arguments: &[&str]) {
    let output = Command::new("promtool").args(arguments).current_dir(folder()).output();
    let output = output.expect("promtool, of the Debian package prometheus: run ./test");
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}
