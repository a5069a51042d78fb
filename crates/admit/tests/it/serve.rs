//! `admit serve`.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::fixtures::{TestDir, curl};

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
}

pub(crate) fn configure(dir: &TestDir, port: u16, metrics: u16) {
    dir.write(
        "admit.toml",
        &format!(
            r#"origin = "http://localhost:{port}"
data_dir = "data"
root_key_file = "root.key"

[[listeners]]
address = "127.0.0.1:{port}"

[metrics]
address = "127.0.0.1:{metrics}"
"#
        ),
    );
}

#[test]
fn serve_answers_requests_and_health_checks_until_sigterm() {
    // Starts the service, sends requests to both addresses, and sends SIGTERM.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&dir, port, metrics);
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    let running = dir.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    let discovery = format!("http://localhost:{port}/acme/v2.0/.well-known/openid-configuration");
    let (status, body) = curl(&[&discovery]);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains(&format!("\"issuer\":\"http://localhost:{port}/")), "{body}");
    let health = |path: &str| curl(&[&format!("http://127.0.0.1:{metrics}{path}")]);
    assert_eq!(health("/healthz"), (200, "alive\n".to_owned()));
    assert_eq!(health("/readyz"), (200, "ready\n".to_owned()));
    let (status, page) = health("/metrics");
    assert_eq!(status, 200);
    assert!(page.contains("admit_requests_total{"), "{page}");
    let (status, _) = curl(&[&format!("http://localhost:{port}/metrics")]);
    assert_eq!(status, 404, "metrics are on their own listener only");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn a_tenant_applied_by_another_process_is_served() {
    // Applies a tenant while the service runs, and requests its keys until they are served.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&dir, port, metrics);
    let running = dir.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    dir.write("tenant.toml", "[[tenants]]\nname = \"late\"\n");
    dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    let keys = format!("http://localhost:{port}/late/discovery/v2.0/keys");
    let served = (0..50).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        curl(&[&keys]).0 == 200
    });
    assert!(served);
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn explain_finds_the_error_number_in_an_access_log_entry() {
    // Sends a refused request to the running service, once for each log format, and explains the
    // line that it logs.
    for format in ["json", "text"] {
        let dir = TestDir::new();
        dir.root_key("root.key");
        let port = free_port();
        configure(&dir, port, free_port());
        let options = std::fs::read_to_string(dir.path().join("admit.toml")).expect("a file");
        dir.write("admit.toml", &format!("{options}\n[log]\nformat = \"{format}\"\n"));
        let url = format!("http://localhost:{port}/unknown/oauth2/v2.0/token");
        let client = std::thread::spawn(move || {
            let retry = ["--retry", "50", "--retry-connrefused", "--retry-delay", "0"];
            curl(&[&retry[..], &["--data", "grant_type=client_credentials", &url]].concat())
        });
        let running = dir.start(&["serve", "--config", "admit.toml"], "error_number");
        assert_eq!(client.join().expect("a response").0, 400);
        let entry = running.lines.last().expect("a line");
        let page = dir.run(&["explain", entry]).success();
        assert!(page.contains("AADSTS90002"), "{entry}\n{page}");
        assert_eq!(running.stop(), Some(0));
    }
}

#[test]
fn serve_refuses_a_missing_readable_or_malformed_root_key() {
    // Starts without a key, with one that others can read, and with too short and too long ones.
    let dir = TestDir::new();
    let port = free_port();
    configure(&dir, port, free_port());
    let refused = |expected: &str| {
        let output = dir.run(&["serve", "--config", "admit.toml"]).failure();
        assert!(output.contains(expected), "{output}");
        assert!(output.lines().count() <= 2, "{output}");
        assert!(!dir.path().join("data").exists(), "data were created without a key");
    };
    refused("root.key is missing; create one, and keep a backup of it in a safe place:\n  (umask");
    let key = dir.root_key("root.key");
    // Mode 0640 is accepted if the test runs as root: the group of root is its own.
    for mode in [0o660, 0o604, 0o644] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).expect("a mode");
        refused(&format!("has mode {mode:04o}: other users may access it"));
    }
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    std::fs::write(&key, [7; 31]).expect("written");
    refused("has 31 bytes, not 32");
    std::fs::write(&key, [7; 33]).expect("written");
    refused("has more than 32 bytes");
}

/// Gives the listener a certificate that expires on September 9 of a year.
pub(crate) fn use_tls(dir: &TestDir, year: i32) {
    let text = std::fs::read_to_string(dir.path().join("admit.toml")).expect("a file");
    let tls = "\ntls = { certificate = \"tls.crt\", key = \"tls.key\" }\n\n[metrics]";
    dir.write("admit.toml", &text.replace("http://", "https://").replace("\n[metrics]", tls));
    let mut params =
        rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    params.not_before = rcgen::date_time_ymd(2001, 1, 1);
    params.not_after = rcgen::date_time_ymd(year, 9, 9);
    let key = rcgen::KeyPair::generate().expect("a key");
    dir.write("tls.crt", &params.self_signed(&key).expect("a certificate").pem());
    dir.write_private("tls.key", &key.serialize_pem());
}

#[test]
fn an_expired_certificate_is_logged_at_the_start() {
    // Starts with an expired certificate, and reads the log and the metric.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&dir, port, metrics);
    use_tls(&dir, 2001);
    let running = dir.start(&["serve"], "\"message\":\"ready\"");
    let log = running.lines.join("\n");
    assert!(log.contains("\"level\":\"ERROR\""), "{log}");
    assert!(log.contains("\"message\":\"TLS certificate expired\""), "{log}");
    assert!(log.contains(&format!("\"listeners\":\"127.0.0.1:{port} (TLS)\"")), "{log}");
    let (_, page) = curl(&[&format!("http://127.0.0.1:{metrics}/metrics")]);
    assert!(page.contains("admit_certificate_expiry_timestamp_seconds 999993600"), "{page}");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn serve_refuses_a_root_key_that_does_not_decrypt_the_keys() {
    // Creates a tenant with one root key and starts with another; the signing keys are unchanged.
    let dir = TestDir::new();
    dir.root_key("root.key");
    configure(&dir, free_port(), free_port());
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    let before = dir.run(&["key", "list", "--config", "admit.toml"]).success();
    std::fs::write(dir.path().join("root.key"), [8; 32]).expect("written");
    let output = dir.run(&["serve", "--config", "admit.toml"]).failure();
    assert!(output.contains("data was created with another root key"), "{output}");
    let after = dir.run(&["key", "list", "--config", "admit.toml"]).success();
    assert_eq!(before, after);
}

#[test]
fn serve_opens_no_store_of_a_directory_that_is_locked() {
    // RP6: holds the lock of a directory without a store, as a service of another version would.
    // Opening the store would create or migrate it.
    let dir = TestDir::new();
    dir.root_key("root.key");
    configure(&dir, free_port(), free_port());
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    let lock = std::fs::File::create(dir.path().join("data/serve.lock")).expect("a file");
    lock.lock().expect("the lock");
    let output = dir.run(&["serve", "--config", "admit.toml"]).failure();
    assert!(output.contains("already serves the data directory"), "{output}");
    assert!(!dir.path().join("data/directory.db").exists());
}

#[test]
fn a_second_service_on_a_data_directory_says_so_and_ends() {
    // Starts `serve` on the directory of a running service, runs commands beside it, and starts
    // `serve` again after the first one ended. The same with `dev`.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&dir, port, metrics);
    let serve = ["serve", "--config", "admit.toml"];
    let running = dir.start(&serve, "\"message\":\"ready\"");
    let expected = format!("process {} already serves the data directory", running.pid());
    let output = dir.run(&serve).failure();
    assert!(output.contains(&expected), "{output}");
    dir.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    dir.run(&["check", "--config", "admit.toml"]).success();
    dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    dir.run(&["key", "list", "--config", "admit.toml"]).success();
    assert_eq!(running.stop(), Some(0));
    let again = dir.start(&serve, "\"message\":\"ready\"");
    assert_eq!(again.stop(), Some(0));
    let dev = ["dev", "--http", "--json", "--data", "dev", "--port", "0"];
    let running = dir.start(&dev, "ready");
    let output = dir.run(&dev).failure();
    assert!(output.contains(&format!("process {} already serves", running.pid())), "{output}");
}

#[test]
fn a_unix_socket_is_served_to_a_proxy_and_replaced_after_a_crash() {
    // Sends a request with a port in X-Forwarded-For over the socket, kills the service, and starts
    // another one at the same path.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write(
        "admit.toml",
        "origin = \"https://login.example.com\"\ndata_dir = \"data\"\n\
         root_key_file = \"root.key\"\n[[listeners]]\naddress = \"unix:admit.sock\"\n\
         trusted_proxies = [\"unix\"]\n",
    );
    let socket = dir.path().join("admit.sock");
    for _ in 0..2 {
        let running = dir.start(&["serve"], "\"message\":\"ready\"");
        let mode = std::fs::metadata(&socket).expect("a socket").permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        let (status, body) = curl(&[
            "--unix-socket",
            &socket.display().to_string(),
            "--header",
            "x-forwarded-for: 198.51.100.7:51432",
            "http://login.example.com/error/catalogue.json",
        ]);
        assert_eq!(status, 200, "{body}");
        // Dropped without a stop signal: killed.
        drop(running);
    }
}

#[test]
fn an_unlisted_proxy_causes_one_warning_and_advice() {
    // Sends a request with X-Forwarded-For from loopback, which is not listed, and runs `check`
    // with the proxy and without it.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&dir, port, metrics);
    let running = dir.start(&["serve"], "\"message\":\"ready\"");
    for _ in 0..2 {
        let url = format!("http://localhost:{port}/error/catalogue.json");
        curl(&["--ipv4", "--header", "x-forwarded-for: 198.51.100.7", &url]);
    }
    let advised = (0..50).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        dir.run(&["check"]).success().contains("requests from 127.0.0.1 had X-Forwarded-For")
    });
    assert!(advised);
    let text = std::fs::read_to_string(dir.path().join("admit.toml")).expect("a file");
    let listed =
        text.replace("\n\n[metrics]", "\ntrusted_proxies = [\"127.0.0.0/8\"]\n\n[metrics]");
    dir.write("admit.toml", &listed);
    let output = dir.run(&["check"]).success();
    assert!(!output.contains("X-Forwarded-For"), "{output}");
    assert_eq!(running.stop(), Some(0));
}
