//! `admit dev`.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::fixtures::{TestDir, TestServer, curl};

const START: [&str; 6] = ["dev", "--data", "data", "--port", "0", "--json"];

fn summary_of(running: &TestServer) -> Value {
    assert_eq!(running.lines.len(), 2, "the object and the line `ready`: {:?}", running.lines);
    assert_eq!(running.lines[1], "ready");
    serde_json::from_str(&running.lines[0]).expect("JSON")
}

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let items = list.as_array().expect("a list");
    items.iter().find(|item| item["name"] == name).expect("one of this name")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[test]
fn a_second_start_of_dev_reuses_the_data() {
    // Compares the summaries of two starts, except for the ports.
    let dir = TestDir::new();
    let first = dir.start(&START, "ready");
    let before = summary_of(&first);
    assert_eq!(first.stop(), Some(0));
    let second = dir.start(&START, "ready");
    let after = summary_of(&second);
    for member in ["id", "name", "resources", "clients", "users"] {
        assert_eq!(before["tenants"][0][member], after["tenants"][0][member], "{member}");
    }
    assert_eq!(before["ca_file"], after["ca_file"]);
    // A loose limit for a debug build beside other tests; the benchmark measures the time.
    assert!(second.start_time.as_secs() < 5, "{:?}", second.start_time);
    assert_eq!(second.stop(), Some(0));
}

#[test]
fn dev_json_has_everything_that_a_client_needs() {
    // Reads each member of the JSON, and sends requests with a secret and the CA certificate.
    let dir = TestDir::new();
    let running = dir.start(&START, "ready");
    let summary = summary_of(&running);
    let origin = text(&summary["origin"]);
    let tenant = &summary["tenants"][0];
    assert_eq!(tenant["name"], "demo");
    assert_eq!(text(&tenant["issuer"]), format!("{origin}/{}/v2.0", text(&tenant["id"])));
    let discovery = format!("{}/.well-known/openid-configuration", text(&tenant["issuer"]));
    assert_eq!(text(&tenant["discovery"]), discovery);
    let names: Vec<&str> = tenant["clients"]
        .as_array()
        .expect("clients")
        .iter()
        .map(|one| text(&one["name"]))
        .collect();
    assert_eq!(names, ["web", "web-certificate", "spa", "native", "daemon", "demo-app"]);
    assert!(tenant["resources"][0]["default"].as_bool().expect("a default"));
    assert!(!tenant["resources"][1]["scopes"].as_array().expect("scopes").is_empty());
    let users = tenant["users"].as_array().expect("users");
    assert_eq!(users.len(), 3);
    let administrators = users.iter().filter(|user| user["administrator"] == true);
    let names: Vec<&str> = administrators.map(|user| text(&user["username"])).collect();
    assert_eq!(names, ["admin@demo.example"]);
    let pages = text(&tenant["admin_pages"]);
    let ca = text(&summary["ca_file"]);
    let (status, page) = curl(&["--cacert", ca, "--location", "--cookie", "", pages]);
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("Admit administration") && page.contains("type=\"password\""), "{page}");
    let key = text(&named(&tenant["clients"], "web-certificate")["private_key_file"]);
    assert!(std::fs::read_to_string(key).expect("a key").contains("BEGIN PRIVATE KEY"));
    assert!(std::fs::exists(key.replace(".pem", ".crt")).expect("looked"));

    let daemon = named(&tenant["clients"], "daemon");
    let (id, secret) = (text(&daemon["client_id"]), text(&daemon["client_secret"]));
    let request = |secret: &str| {
        let url = format!("{origin}/demo/oauth2/v2.0/token");
        let user = format!("{id}:{secret}");
        let grant = ["-d", "grant_type=client_credentials", "-d", "scope=api://orders/.default"];
        curl(
            &[&["--cacert", text(&summary["ca_file"]), "--user", &user, &url][..], &grant].concat(),
        )
    };
    let (status, body) = request(secret);
    assert_eq!(status, 200, "{body}");
    let (status, body) = request("wrong");
    assert_eq!(status, 401, "{body}");
    assert!(body.contains("AADSTS7000215"), "{body}");
    let (status, _) = curl(&[text(&summary["metrics"])]);
    assert_eq!(status, 200);
}

#[test]
fn commands_printed_by_dev_work_when_pasted() {
    // Runs each command of the text summary in a shell.
    let dir = TestDir::new();
    let running = dir.start(&["dev", "--data", "a directory", "--port", "0"], "ready");
    let pasted: Vec<&String> =
        running.lines.iter().filter(|line| line.trim_start().starts_with("curl -")).collect();
    let answers = ["\"access_token\"", "\"AADSTS7000215:", "\"error\":\"invalid_grant\""];
    assert_eq!(pasted.len(), answers.len());
    for (command, expected) in pasted.iter().zip(answers) {
        let out = std::process::Command::new("sh").args(["-c", command]).output().expect("a shell");
        let body = String::from_utf8_lossy(&out.stdout);
        assert!(body.contains(expected), "{body}");
    }
    let address =
        running.lines.iter().find(|line| line.contains("/authorize?")).expect("an address").trim();
    let ca = dir.path().join("a directory/ca.pem");
    let (status, page) =
        curl(&["--cacert", ca.to_str().expect("a path"), "--location", "--cookie", "", address]);
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("type=\"password\""), "{page}");
}

#[test]
fn dev_files_with_secrets_are_readable_by_the_owner_only() {
    // Checks the mode of the directory and of every file with a secret.
    let dir = TestDir::new();
    let running = dir.start(&START, "ready");
    assert_eq!(running.stop(), Some(0));
    let mode = |name: &str| {
        let file = dir.path().join(name);
        std::fs::metadata(file).expect("a file").permissions().mode() & 0o777
    };
    assert_eq!(mode("data"), 0o700);
    for name in ["root.key", "dev-secrets.json", "server.key", "web-certificate.pem"] {
        assert_eq!(mode(&format!("data/{name}")), 0o600, "{name}");
    }
    assert_eq!(mode("data/directory.db"), 0o600);
    let ignored = std::fs::read_to_string(dir.path().join("data/.gitignore")).expect("a file");
    assert_eq!(ignored, "*\n");
}

#[test]
fn the_databases_contain_no_secret_in_plain_text() {
    // Searches the database files for each printed secret and password.
    let dir = TestDir::new();
    let running = dir.start(&START, "ready");
    let summary = summary_of(&running);
    assert_eq!(running.stop(), Some(0));
    let tenant = &summary["tenants"][0];
    let clients = tenant["clients"].as_array().expect("clients").iter();
    let users = tenant["users"].as_array().expect("users").iter();
    let secrets: Vec<&str> = clients
        .filter_map(|client| client["client_secret"].as_str())
        .chain(users.filter_map(|user| user["password"].as_str()))
        .collect();
    assert_eq!(secrets.len(), 6);
    for file in std::fs::read_dir(dir.path().join("data")).expect("files") {
        let file = file.expect("a file").path();
        if file.to_string_lossy().contains(".db") {
            let bytes = std::fs::read(&file).expect("bytes");
            for secret in &secrets {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{}", file.display());
            }
        }
    }
}

#[test]
fn dev_refuses_a_file_as_data_directory() {
    // Passes a file as data directory; the file is unchanged.
    let dir = TestDir::new();
    let file = dir.write("file", "mine");
    let output = dir.run(&["dev", "--data", "file", "--port", "0"]).failure();
    assert_eq!(output, "admit: file is not a directory\n");
    assert_eq!(std::fs::read_to_string(file).expect("a file"), "mine");
}

#[test]
fn dev_reports_a_port_in_use() {
    // Starts on a port that the test has bound; nothing is created.
    let dir = TestDir::new();
    let held = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = held.local_addr().expect("an address").port().to_string();
    let output = dir.run(&["dev", "--data", "data", "--port", &port]).failure();
    let reason = format!("admit: port {port} on 127.0.0.1 is in use by another process; stop");
    assert!(output.starts_with(&reason) && output.contains("`--port` of `admit dev`"), "{output}");
    assert!(!dir.path().join("data").exists());
}

#[test]
fn dev_creates_nothing_in_a_data_directory_of_an_earlier_build() {
    // Starts in a directory that holds only the history of an earlier build, and lists its tickets.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.write("data/journal.db", "");
    let output = dir.run(&["dev", "--data", "data", "--port", "0"]).failure();
    assert!(output.contains("written by an earlier build"), "{output}");
    let files = std::fs::read_dir(dir.path().join("data")).expect("a directory");
    let files: Vec<_> = files.map(|file| file.expect("a file").file_name()).collect();
    assert_eq!(files, ["journal.db"]);
    dir.write("data/directory.db", "");
    let output = dir.run(&["ticket", "list", "--data", "data"]).failure();
    assert!(output.contains("written by an earlier build"), "{output}");
}
