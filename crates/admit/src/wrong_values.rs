//! Tests of the problems of wrongly written values, over all options of both kinds of files.

use std::path::Path;

use crate::apply::declaration::{Declaration, Sources};
use crate::config::Config;

/// A table with the lines that it requires, inside of its parents.
const TABLES: [(&str, &str, &[&str]); 25] = [
    ("The file", "", &[]),
    ("Storage in the file", "", &[]),
    ("[store.postgres]", "[store.postgres]", &["url = \"postgres://admit@db.test/admit\""]),
    (
        "[[store.postgres.ledgers]]",
        "[[store.postgres.ledgers]]",
        &["number = 0", "url = \"postgres://admit@db.test/ledger\""],
    ),
    ("[[listeners]]", "[[listeners]]", &["address = \"127.0.0.1:1\""]),
    ("[listeners.tls]", "[listeners.tls]", &["certificate = \"c\"", "key = \"k\""]),
    ("[log]", "[log]", &[]),
    ("[metrics]", "[metrics]", &[]),
    ("[records]", "[records]", &[]),
    ("[passwords]", "[passwords]", &[]),
    ("[mail]", "[mail]", &["host = \"mail.test\"", "from = \"a@mail.test\""]),
    ("[outbound]", "[outbound]", &[]),
    ("[[tenants]]", "[[tenants]]", &["name = \"acme\""]),
    ("[tenants.sign_up]", "[tenants.sign_up]", &[]),
    ("[tenants.support]", "[tenants.support]", &[]),
    ("[tenants.support.webhook]", "[tenants.support.webhook]", &["url = \"https://hooks.test/\""]),
    (
        "[[tenants.auth_contexts]]",
        "[[tenants.auth_contexts]]",
        &["id = \"c1\"", "name = \"Payments\"", "strength = \"two_factors\""],
    ),
    ("[[tenants.resources]]", "[[tenants.resources]]", &["identifier = \"api://orders\""]),
    (
        "[[tenants.resources.scopes]]",
        "[[tenants.resources.scopes]]",
        &["value = \"read\"", "description = \"Read\""],
    ),
    ("[[tenants.clients]]", "[[tenants.clients]]", &["name = \"web\""]),
    (
        "[[tenants.clients.permissions]]",
        "[[tenants.clients.permissions]]",
        &["resource = \"api://orders\""],
    ),
    ("[[tenants.users]]", "[[tenants.users]]", &["username = \"ana\""]),
    ("Attributes in [[tenants.users]]", "[[tenants.users]]", &["username = \"ana\""]),
    ("[tenants.users.address]", "[tenants.users.address]", &[]),
    (
        "[[tenants.users.roles]]",
        "[[tenants.users.roles]]",
        &["resource = \"api://orders\"", "role = \"Reader\""],
    ),
];

/// The tables that stand before a table, from the outermost one.
const PARENTS: [&str; 5] = [
    "[store.postgres]",
    "[[tenants]]",
    "[[tenants.resources]]",
    "[[tenants.clients]]",
    "[[tenants.users]]",
];

/// Returns a valid file with one line more in a table. The line replaces a required one.
fn file_with(heading: &str, option: &str, line: &str) -> String {
    let lines_of = |name: &str| {
        let table = TABLES.iter().find(|(heading, ..)| *heading == name);
        table.copied().unwrap_or_else(|| panic!("{name} is not among the tables"))
    };
    let is_declaration = heading.contains("tenants");
    let heading = if heading == "Storage in the file" { "The file" } else { heading };
    let mut lines: Vec<String> = Vec::new();
    if !is_declaration {
        for (name, value) in
            [("origin", "https://id.test"), ("data_dir", "d"), ("root_key_file", "k")]
        {
            let is_replaced = name == "data_dir" && heading.contains("store.postgres");
            if (heading, option) != ("The file", name) && !is_replaced {
                lines.push(format!("{name} = \"{value}\""));
            }
        }
        if heading == "The file" {
            lines.push(line.to_owned());
        }
        if option != "listeners" && heading != "[[listeners]]" {
            lines.push("[[listeners]]\naddress = \"127.0.0.1:1\"".to_owned());
        }
    }
    let table = heading.trim_start_matches("Attributes in ");
    let name = table.trim_matches(['[', ']']);
    for parent in PARENTS.iter().filter(|parent| **parent != table) {
        if name.starts_with(&format!("{}.", parent.trim_matches(['[', ']']))) {
            lines.push(format!("{parent}\n{}", lines_of(parent).2.join("\n")));
        }
    }
    if heading != "The file" {
        let (_, written, required) = lines_of(heading);
        lines.push(format!("{written}\n{line}"));
        let is_other = |required: &&&str| !required.starts_with(&format!("{option} ="));
        for required in required.iter().filter(is_other) {
            lines.push((*required).to_owned());
        }
    }
    lines.join("\n") + "\n"
}

/// Returns the problems of a file as text.
fn problems(heading: &str, text: &str) -> Option<String> {
    let file = Path::new("x.toml");
    if !heading.contains("tenants") {
        return Config::parse(file, text).err().map(|errors| errors.to_string());
    }
    let sources = Sources { directory: Path::new("."), variable: &|_| None };
    Declaration::parse(file, text, &sources).err().map(|errors| errors.to_string())
}

/// Returns the headings and options of both references, with their kinds.
fn options() -> Vec<(String, String, String)> {
    let mut options = Vec::new();
    for page in ["configuration.md", "declaration.md"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(page);
        let text = std::fs::read_to_string(file).expect("a reference");
        let (mut heading, mut option) = (String::new(), None);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("## ") {
                heading = name.replace('`', "");
            } else if let Some(name) = line.strip_prefix("### ") {
                option = Some(name.replace('`', ""));
            } else if let Some(kind) = line.strip_prefix('*')
                && let Some(option) = option.take()
            {
                options.push((heading.clone(), option, kind.trim_matches('*').to_owned()));
            }
        }
    }
    assert!(options.len() > 90, "{options:?}");
    options
}

#[test]
fn a_value_of_the_wrong_type_is_one_problem_with_the_form_that_is_right() {
    // Writes a value of each type in the place of each option. Each refused type is one problem
    // that names what is expected; in the place of a table or list, it says how that is written.
    for (heading, option, kind) in options() {
        let mut refused = 0;
        for value in ["5", "true", "\"x\"", "[\"x\"]", "[5]", "{ x = 1 }", "2027-01-01", "1.5"] {
            let line = format!("{option} = {value}");
            let text = file_with(&heading, &option, &line);
            let Some(report) = problems(&heading, &text) else { continue };
            if !report.contains("value of the wrong type") {
                continue;
            }
            refused += 1;
            let place = format!("{heading} {line} ({kind}):\n{report}");
            assert!(report.ends_with("x.toml: 1 problem"), "{place}");
            assert!(report.contains("help: expected "), "{place}");
            let is_tables = kind.starts_with("table") || kind.starts_with("list: each table");
            assert!(!is_tables || report.contains("; write\n    "), "{place}");
        }
        assert!(refused > 0, "{heading} {option} accepts every type");
    }
}

#[test]
fn common_mistakes_are_answered_with_what_to_write() {
    // Writes each mistake into a file that is valid otherwise, and reads the help.
    for (heading, line, help) in [
        (
            "[[tenants.clients]]",
            "redirect_uris = [\"https://a.test/cb\"]",
            "redirect_uris = { web = [\"https://a.test/cb\"] }",
        ),
        (
            "[[tenants.clients]]",
            "redirect_uris = \"https://a.test/cb\"",
            "redirect_uris = { web = [\"https://a.test/cb\"] }",
        ),
        (
            "[[tenants.clients]]",
            "redirect_uris = { web = \"https://a.test/cb\" }",
            "web = [\"https://a.test/cb\"]",
        ),
        (
            "[[tenants.clients]]",
            "grant_types = \"client_credentials\"",
            "grant_types = [\"client_credentials\"]",
        ),
        ("[[tenants.clients]]", "public = \"true\"", "public = true"),
        ("[[tenants.clients]]", "public = \"no\"", "public = false"),
        ("[[tenants.clients]]", "pkce = \"Optional\"", "pkce = \"optional\""),
        ("[[tenants.clients]]", "id_token_alg = \"es256\"", "id_token_alg = \"ES256\""),
        ("[[tenants.clients]]", "secrets = [\"x\"]", "secrets = [{ generate = true }]"),
        (
            "[[tenants.clients]]",
            "permissions = [\"orders.read\"]",
            "permissions = [{ resource = \"api://orders\", scopes = [\"orders.read\"] }]",
        ),
        (
            "[[tenants.clients]]",
            "secrets = [{ generate = true, expires = 2027-12-31 }]",
            "expires = 2027-12-31T00:00:00Z",
        ),
        ("[[tenants]]", "grant_lifetime = 3600", "grant_lifetime = \"3600s\""),
        ("[[tenants.users]]", "name = 42", "name = \"42\""),
        (
            "[[tenants.users]]",
            "roles = [\"Reader\"]",
            "roles = [{ resource = \"api://orders\", role = \"Reader\" }]",
        ),
        ("[[tenants]]", "clients = { name = \"web\" }", "[[tenants.clients]]"),
        ("[records]", "retention_days = \"30\"", "retention_days = 30"),
        ("[mail]", "port = \"587\"", "port = 587"),
        ("[mail]", "tls = \"StartTLS\"", "tls = \"starttls\""),
        ("[store.postgres]", "statements = \"Unnamed\"", "statements = \"unnamed\""),
        ("The file", "store = { postgres = \"postgres://db.test/a\" }", "[store.postgres]"),
        ("The file", "log = \"debug\"", "[log]"),
        ("The file", "listeners = [\"0.0.0.0:443\"]", "[[listeners]]"),
    ] {
        let option = line.split(' ').next().expect("a name");
        let report = problems(heading, &file_with(heading, option, line)).expect("a problem");
        assert!(report.contains(&format!("; write\n    {help}\n")), "{line}: {report}");
        assert!(report.ends_with("x.toml: 1 problem"), "{line}: {report}");
    }
}

#[test]
fn a_secret_of_the_wrong_type_is_not_repeated() {
    // Writes numbers in the place of secrets and passwords, which are masked and not repeated.
    for (heading, line) in [
        ("[[tenants.users]]", "password = 918273645"),
        ("[[tenants.clients]]", "secrets = [{ id = \"a\", secret = 918273645 }]"),
        ("[[tenants]]", "pairwise_salt = 918273645"),
    ] {
        let option = line.split(' ').next().expect("a name");
        let report = problems(heading, &file_with(heading, option, line)).expect("a problem");
        assert!(!report.contains("918273645"), "{report}");
    }
}
