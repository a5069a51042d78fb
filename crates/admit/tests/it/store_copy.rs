//! `admit store copy` between files and PostgreSQL.

use crate::fixtures::{TestDir, curl};
use crate::postgres::{database, execute, node, tables, unbroken};
use crate::serve::free_port;

/// Writes a configuration of this name with the root key of the directory. Returns its port.
fn configure(dir: &TestDir, name: &str, storage: &str) -> u16 {
    let (port, metrics) = (free_port(), free_port());
    let (data_dir, table) = match storage.strip_prefix("postgres:") {
        Some(_) => (String::new(), format!("[store.postgres]\nurl = \"{storage}\"\n\n")),
        None => (format!("data_dir = \"{storage}\"\n"), String::new()),
    };
    let text = format!(
        "origin = \"http://localhost:{port}\"\nroot_key_file = \"root.key\"\n{data_dir}\n{table}\
         [[listeners]]\naddress = \"127.0.0.1:{port}\"\n\n\
         [metrics]\naddress = \"127.0.0.1:{metrics}\"\n"
    );
    dir.write(&format!("{name}.toml"), &text);
    port
}

/// Applies a client of the tenant acme to the store of a configuration. Returns its credentials.
fn add_client(dir: &TestDir, config: &str, client: &str) -> String {
    let declaration = format!(
        "[[tenants]]\nname = \"acme\"\n\n[[tenants.resources]]\nidentifier = \"api://orders\"\n\
         roles = [{{ value = \"Reader\", description = \"Reads\" }}]\n\n[[tenants.clients]]\n\
         client_id = \"{client}\"\nname = \"{client}\"\n\
         secrets = [{{ id = \"first\", generate = true }}]\n\
         permissions = [{{ resource = \"api://orders\", roles = [\"Reader\"] }}]\n"
    );
    dir.write("directory.toml", &declaration);
    let file = format!("{client}.secrets");
    let config = format!("{config}.toml");
    dir.run(&["apply", "directory.toml", "--secrets-file", &file, "--config", &config]).success();
    let secrets = std::fs::read_to_string(dir.path().join(file)).expect("secrets");
    let secret = secrets.lines().last().and_then(|line| line.split_whitespace().last());
    format!("{client}:{}", secret.expect("a secret"))
}

/// Requests a token of a running service.
fn token_status(port: u16, credentials: &str) -> u16 {
    let url = format!("http://localhost:{port}/acme/oauth2/v2.0/token");
    let grant = ["-d", "grant_type=client_credentials", "-d", "scope=api://orders/.default"];
    curl(&[&["--user", credentials], &grant[..], &[&url]].concat()).0
}

fn copy_arguments<'a>(from: &'a str, to: &'a str) -> [&'a str; 6] {
    ["store", "copy", "--from", from, "--to", to]
}

/// A directory with the configurations `files`, `postgres` and `back`, and a client in the files.
fn installation() -> (TestDir, [u16; 3], String, String) {
    let (dir, url) = (node(), database());
    let ports = [
        configure(&dir, "files", "data"),
        configure(&dir, "postgres", &url),
        configure(&dir, "back", "other"),
    ];
    let credentials = add_client(&dir, "files", "one");
    (dir, ports, credentials, url)
}

#[test]
fn service_moves_to_postgres_and_back_with_later_changes() {
    // Copies while the service runs, adds a client, stops it and copies again. Both clients get
    // tokens on PostgreSQL, and after the way back on files.
    let (dir, [_, port, back_port], first, url) = installation();
    let serve = |config: &str| dir.start(&["serve", "--config", config], "\"message\":\"ready\"");
    let running = serve("files.toml");
    let to_postgres = copy_arguments("files.toml", "postgres.toml");
    let copied = dir.run(&to_postgres).success();
    assert!(copied.starts_with("copied data to the database "), "{copied}");
    assert!(copied.contains("\nThe service still runs on data."), "{copied}");
    let refused = dir.run(&["serve", "--config", "postgres.toml"]).failure();
    assert!(refused.contains("the database has an unfinished copy of another store"), "{refused}");
    assert!(refused.contains("run `admit store copy` again to finish it"), "{refused}");
    assert_eq!(refused.lines().count(), 1, "{refused}");
    let refused = unbroken(&dir.run(&["check", "--config", "postgres.toml"]).failure());
    assert!(refused.contains("an unfinished copy of another store"), "{refused}");
    let second = add_client(&dir, "files", "two");
    assert_eq!(running.stop(), Some(0));
    let copied = dir.run(&to_postgres).success();
    assert!(copied.starts_with("continued the copy of data in the database "), "{copied}");
    assert!(copied.contains("  clients: 1 inserted, 0 replaced, 0 deleted\n"), "{copied}");
    assert!(copied.contains("\ndirectory.clients                   2  "), "{copied}");
    assert!(copied.contains("\nSource and target are equal, and the copy is complete.\n"));
    let on_postgres = serve("postgres.toml");
    assert_eq!([&first, &second].map(|client| token_status(port, client)), [200, 200]);
    let back = copy_arguments("postgres.toml", "back.toml");
    // A node adds its row within a second after its start.
    while execute(&url, "SELECT 1 FROM nodes").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let copied = dir.run(&back).success();
    assert!(copied.contains("\nThe service still runs on the database "), "{copied}");
    for command in [&["serve"][..], &["key", "list"], &["export"], &["check"]] {
        let refused = unbroken(&dir.run(&[command, &["--config", "back.toml"]].concat()).failure());
        assert!(refused.contains("an unfinished copy of another store"), "{refused}");
    }
    let third = add_client(&dir, "postgres", "three");
    assert_eq!(on_postgres.stop(), Some(0));
    dir.run(&back).success();
    let on_files = serve("back.toml");
    let clients = [&first, &second, &third];
    assert_eq!(clients.map(|client| token_status(back_port, client)), [200, 200, 200]);
    assert_eq!(on_files.stop(), Some(0));
}

#[test]
fn target_with_another_root_key_is_refused_before_anything_is_written() {
    // Copies with another root key on the side of the target, and then on the side of the source.
    let (dir, ..) = installation();
    let url = database();
    configure(&dir, "target", &url);
    dir.root_key("other.key");
    std::fs::write(dir.path().join("other.key"), [8; 32]).expect("written");
    let config = std::fs::read_to_string(dir.path().join("target.toml")).expect("a file");
    dir.write("target.toml", &config.replace("root.key", "other.key"));
    let refused = dir.run(&copy_arguments("files.toml", "target.toml")).failure();
    assert!(refused.contains("other.key is not that of the source, "), "{refused}");
    assert!(refused.contains("nothing was changed"), "{refused}");
    assert_eq!(refused.lines().count(), 1, "{refused}");
    assert_eq!(tables(&url), Vec::<String>::new());
    let config = std::fs::read_to_string(dir.path().join("files.toml")).expect("a file");
    dir.write("files.toml", &config.replace("root.key", "other.key"));
    let refused = dir.run(&copy_arguments("files.toml", "target.toml")).failure();
    assert!(refused.contains("other.key does not decrypt "), "{refused}");
    assert_eq!(tables(&url), Vec::<String>::new());
}

#[test]
fn target_that_is_used_or_is_the_source_is_refused() {
    // Copies onto a database with another tenant, onto the source, and onto a served directory.
    let (dir, _, _, url) = installation();
    let (other, same) = (node(), copy_arguments("files.toml", "files.toml"));
    configure(&other, "postgres", &url);
    other.write("tenant.toml", "[[tenants]]\nname = \"other\"\n");
    other.run(&["apply", "tenant.toml", "--config", "postgres.toml"]).success();
    let refused = dir.run(&copy_arguments("files.toml", "postgres.toml")).failure();
    assert!(refused.contains(" cannot be the target: the target is not empty"), "{refused}");
    assert!(refused.contains("; copy into a new data directory or an empty database"), "{refused}");
    assert_eq!(execute(&url, "SELECT name FROM tenants"), ["other"]);
    let refused = dir.run(&same).failure();
    assert!(refused.contains("--from and --to both name data"), "{refused}");
    let running = dir.start(&["serve", "--config", "back.toml"], "\"message\":\"ready\"");
    let refused = dir.run(&copy_arguments("files.toml", "back.toml")).failure();
    assert!(refused.contains(" already serves the data directory other"), "{refused}");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn copy_without_history_leaves_it_out() {
    // Copies a directory whose history has events, with and without them.
    let (dir, ..) = installation();
    let copy = copy_arguments("files.toml", "postgres.toml");
    let copied = dir.run(&[&copy[..], &["--without-history"]].concat()).success();
    assert!(!copied.contains("history."), "{copied}");
    let copied = dir.run(&copy_arguments("files.toml", "back.toml")).success();
    assert!(copied.contains("history.events"), "{copied}");
}
