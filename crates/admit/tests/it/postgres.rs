//! The service and the commands on PostgreSQL.

use postgres_server::Server;

use crate::fixtures::{TestDir, curl};
use crate::serve::free_port;

/// Creates an empty database and returns its URL.
pub(crate) fn database() -> String {
    let server = Server::shared();
    runtime().block_on(server.create_database()).expect("a database")
}

/// Executes statements, and returns the first column of the rows.
pub(crate) fn execute(url: &str, statements: &str) -> Vec<String> {
    runtime().block_on(postgres_server::execute(url, statements)).expect("executed")
}

/// Returns the name of the database of a URL with a socket.
pub(crate) fn name_of(url: &str) -> &str {
    let (_, rest) = url.split_once("@/").expect("a socket");
    rest.split('?').next().expect("a name")
}

/// Returns the text of a report without its line breaks.
pub(crate) fn unbroken(report: &str) -> String {
    report.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Returns a directory with a root key.
pub(crate) fn node() -> TestDir {
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir
}

/// Writes a configuration with a database, and returns the ports of requests and metrics.
pub(crate) fn configure(dir: &TestDir, url: &str, options: &str) -> (u16, u16) {
    let (port, metrics) = (free_port(), free_port());
    let text = format!(
        "origin = \"http://localhost:{port}\"\nroot_key_file = \"root.key\"\n\n\
         [store.postgres]\nurl = \"{url}\"\n{options}\n\n\
         [[listeners]]\naddress = \"127.0.0.1:{port}\"\n\n\
         [metrics]\naddress = \"127.0.0.1:{metrics}\"\n"
    );
    dir.write("admit.toml", &text);
    (port, metrics)
}

/// Returns the tables of a database.
pub(crate) fn tables(url: &str) -> Vec<String> {
    execute(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
}

#[test]
fn a_service_on_postgres_is_ready_and_exposes_its_connections() {
    // Starts the service on an empty database, and reads its health, its log and its metrics.
    let (dir, url) = (node(), database());
    let (_, metrics) = configure(&dir, &url, "");
    let running = dir.start(&["serve"], "\"message\":\"ready\"");
    let ready = running.lines.last().expect("a line");
    let name = name_of(&url);
    assert!(ready.contains("\"database\":\"the database /"), "{ready}");
    assert!(ready.contains(&format!("/{name}\"")), "{ready}");
    assert!(!ready.contains("data_dir"), "{ready}");
    let address = |path: &str| format!("http://127.0.0.1:{metrics}{path}");
    assert_eq!(curl(&[&address("/readyz")]), (200, "ready\n".to_owned()));
    let (_, page) = curl(&[&address("/metrics")]);
    for metric in ["admit_database_connections_busy", "admit_database_operations_waiting"] {
        for component in ["directory", "ledger", "history"] {
            let sample = format!("{metric}{{component=\"{component}\"}} ");
            assert!(page.contains(&sample), "{sample}: {page}");
        }
    }
    assert!(!page.contains("admit_store_file_bytes"), "{page}");
    assert_eq!(running.stop(), Some(0));
    assert!(tables(&url).contains(&"tenants".to_owned()), "{:?}", tables(&url));
}

#[test]
fn a_service_on_a_ledger_of_two_databases_starts_with_both_only() {
    // Starts the service on a directory and two databases of the ledger, checks the configuration,
    // and starts with one of them only.
    let (dir, url, second) = (node(), database(), database());
    configure(&dir, &url, "");
    let ledger = |number: u8, url: &str| {
        format!("[[store.postgres.ledgers]]\nnumber = {number}\nurl = \"{url}\"\n")
    };
    let text = std::fs::read_to_string(dir.path().join("admit.toml")).expect("a file");
    let with = |ledgers: String| dir.write("admit.toml", &format!("{text}\n{ledgers}"));
    with(ledger(0, &url) + &ledger(1, &second));
    assert_eq!(dir.start(&["serve"], "\"message\":\"ready\"").stop(), Some(0));
    assert!(tables(&second).contains(&"grants".to_owned()), "{:?}", tables(&second));
    let checked = dir.run(&["check"]).success();
    assert!(checked.contains(&format!("/{} (ledger): PostgreSQL", name_of(&second))), "{checked}");
    let plan = dir.run(&["migrate"]).success();
    assert!(plan.contains("ledger 0: schema 3, as needed\nledger 1: schema 3"), "{plan}");
    with(ledger(0, &url));
    for command in ["serve", "check"] {
        let refused = unbroken(&dir.run(&[command]).failure());
        let reason = "a database with the number 1, which is not configured";
        assert!(refused.contains(reason), "{refused}");
        assert!(!refused.contains("root key"), "{refused}");
    }
    // A database that is added must open later, for `check` as for `serve`.
    with(ledger(0, &url) + &ledger(1, &second) + &ledger(2, &database()));
    for command in ["serve", "check"] {
        let refused = unbroken(&dir.run(&[command]).failure());
        assert!(refused.contains("database 2 of the ledger opens too soon"), "{refused}");
    }
}

#[test]
fn a_database_of_dev_is_refused_by_serve_check_and_copy() {
    // Starts `admit dev` on a database twice, and other commands with the same root key.
    let (dir, url) = (node(), database());
    let dev = ["dev", "--postgres", &url, "--port", "0", "--json"];
    for _ in 0..2 {
        assert_eq!(dir.start(&dev, "ready").stop(), Some(0));
    }
    let found = dir.run(&["explain", "AADSTS50011"]).success();
    assert!(found.contains("AADSTS50011"), "{found}");
    std::fs::copy(dir.path().join("admit-data/root.key"), dir.path().join("root.key"))
        .expect("a copy");
    configure(&dir, &database(), "");
    std::fs::copy(dir.path().join("admit.toml"), dir.path().join("to.toml")).expect("a copy");
    configure(&dir, &url, "");
    let copy = ["store", "copy", "--from", "admit.toml", "--to", "to.toml"];
    for command in [&["serve"][..], &["check"], &copy] {
        let refused = unbroken(&dir.run(command).failure());
        assert!(refused.contains("was created by `admit dev`"), "{command:?}: {refused}");
    }
}

#[test]
fn a_client_applied_to_postgres_gets_a_token_from_another_node() {
    // Starts two nodes on one database, applies a client with a secret, and requests a token of
    // each. Then exports the directory.
    let (first, second, url) = (node(), node(), database());
    let (port, _) = configure(&first, &url, "");
    let (other_port, _) = configure(&second, &url, "");
    let nodes = [
        first.start(&["serve"], "\"message\":\"ready\""),
        second.start(&["serve"], "\"message\":\"ready\""),
    ];
    first.write(
        "directory.toml",
        r#"[[tenants]]
name = "acme"

[[tenants.resources]]
identifier = "api://orders"
roles = [{ value = "Reader", description = "Reads" }]

[[tenants.clients]]
client_id = "batch"
name = "batch"
secrets = [{ id = "first", generate = true }]
permissions = [{ resource = "api://orders", roles = ["Reader"] }]
"#,
    );
    first.run(&["apply", "directory.toml", "--secrets-file", "secrets"]).success();
    let secrets = std::fs::read_to_string(first.path().join("secrets")).expect("secrets");
    let secret = secrets.lines().last().and_then(|line| line.split_whitespace().last());
    let credentials = format!("batch:{}", secret.expect("a secret"));
    for port in [port, other_port] {
        let url = format!("http://localhost:{port}/acme/oauth2/v2.0/token");
        let grant = ["-d", "grant_type=client_credentials", "-d", "scope=api://orders/.default"];
        let request = [&["--user", &credentials], &grant[..], &[&url]].concat();
        // A tenant of another process is served after the next refresh.
        let mut response = (0, String::new());
        for _ in 0..50 {
            response = curl(&request);
            if response.0 == 200 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        assert_eq!(response.0, 200, "{}", response.1);
        assert!(response.1.contains("\"access_token\""), "{}", response.1);
    }
    let exported = second.run(&["export"]).success();
    assert!(exported.contains("api://orders"), "{exported}");
    for node in nodes {
        assert_eq!(node.stop(), Some(0));
    }
}

#[test]
fn commands_that_change_nothing_create_no_tables() {
    // Runs commands that need an existing store on an empty database, and lists its tables.
    let (dir, url) = (node(), database());
    configure(&dir, &url, "");
    for command in [
        &["key", "list"][..],
        &["export"],
        &["user", "add", "ana", "--generate", "--secrets-file", "s"],
        &["key", "reseal"],
        &["ticket", "list"],
        &["explain", "00000000-0000-4000-8000-000000000000"],
    ] {
        let refused = dir.run(command).failure();
        assert!(refused.contains(" has no tables of the "), "{command:?}: {refused}");
        assert!(refused.contains("`admit serve` and `admit apply` create the tables"), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
    dir.run(&["check"]).success();
    assert_eq!(tables(&url), Vec::<String>::new());
}

#[test]
fn commands_on_files_name_the_tools_of_postgres() {
    // Runs a backup and a restore with a configuration that names a database.
    let (dir, url) = (node(), database());
    configure(&dir, &url, "");
    for (command, instead) in [
        (["backup", "copy"], "back up the database with the tools of PostgreSQL"),
        (["restore", "copy"], "restore the database with the tools of PostgreSQL"),
    ] {
        let refused = dir.run(&command).failure();
        assert!(refused.contains("the data are in the database /"), "{refused}");
        assert!(refused.contains(instead), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
    }
    assert!(!dir.path().join("copy").exists());
}

#[test]
fn a_node_without_root_key_is_not_given_a_new_one_unasked() {
    // Starts a node without a root key: the message names the other nodes before a new key.
    let (dir, url) = (TestDir::new(), database());
    configure(&dir, &url, "");
    let refused = dir.run(&["serve"]).failure();
    assert!(refused.contains("copy the one of the other nodes"), "{refused}");
    assert_eq!(tables(&url), Vec::<String>::new());
}

/// Creates a database that a service has used once.
fn used_database() -> (TestDir, String) {
    let (dir, url) = (node(), database());
    configure(&dir, &url, "");
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "tenant.toml"]).success();
    assert_eq!(dir.start(&["serve"], "\"message\":\"ready\"").stop(), Some(0));
    (dir, url)
}

#[test]
fn a_database_of_another_installation_is_refused() {
    // Replaces the root key after the first start: the check, the service and a change refuse it.
    let (dir, _) = used_database();
    dir.run(&["check"]).success();
    std::fs::write(dir.path().join("root.key"), [8; 32]).expect("written");
    for command in [&["check"][..], &["serve"], &["key", "rotate"]] {
        let refused = unbroken(&dir.run(command).failure());
        assert!(refused.contains("was created with another root key"), "{command:?}: {refused}");
    }
}

#[test]
fn a_directory_that_is_older_than_its_ledger_is_accepted_by_restore() {
    // Sets the directory back: nothing starts on it until it is accepted.
    let (dir, url) = used_database();
    let refused = dir.run(&["restore"]).failure();
    assert!(refused.contains("is the newest one that the ledger knows; if the"), "{refused}");
    assert!(refused.ends_with("nothing was changed\n"), "{refused}");
    execute(&url, "DELETE FROM changes; UPDATE directory_state SET generation = 0");
    for command in [&["check"][..], &["serve"], &["apply", "tenant.toml"]] {
        let refused = unbroken(&dir.run(command).failure());
        assert!(refused.contains("is older than the ledger knows"), "{command:?}: {refused}");
    }
    let accepted = dir.run(&["restore"]).success();
    assert!(accepted.contains("Every session has ended"), "{accepted}");
    dir.run(&["check"]).success();
    assert_eq!(dir.start(&["serve"], "\"message\":\"ready\"").stop(), Some(0));
}
