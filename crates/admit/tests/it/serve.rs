//! The service as a configuration file says.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use crate::run::{Place, ask};

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
}

fn configure(place: &Place, port: u16, metrics: u16) {
    place.write(
        "admit.toml",
        &format!(
            r#"origin = "http://localhost:{port}"
data = "data"
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
fn the_service_answers_tells_of_itself_and_stops_when_asked() {
    // Starts it, asks each of its addresses, reads its log, and ends it with SIGTERM.
    let place = Place::new();
    place.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&place, port, metrics);
    place.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    place.run(&["apply", "tenant.toml", "--config", "admit.toml"]).done();
    let running = place.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    let discovery = format!("http://localhost:{port}/acme/v2.0/.well-known/openid-configuration");
    let (status, body) = ask(&[&discovery]);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains(&format!("\"issuer\":\"http://localhost:{port}/")), "{body}");
    let health = |path: &str| ask(&[&format!("http://127.0.0.1:{metrics}{path}")]);
    assert_eq!(health("/healthz"), (200, "alive\n".to_owned()));
    assert_eq!(health("/readyz"), (200, "ready\n".to_owned()));
    let (status, page) = health("/metrics");
    assert_eq!(status, 200);
    assert!(page.contains("admit_requests_total{"), "{page}");
    let (status, _) = ask(&[&format!("http://localhost:{port}/metrics")]);
    assert_eq!(status, 404, "metrics are for the listener of their own");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn a_tenant_that_another_process_makes_is_served() {
    // Applies a second tenant while the service runs, and asks for it until it is there.
    let place = Place::new();
    place.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&place, port, metrics);
    let running = place.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    place.write("tenant.toml", "[[tenants]]\nname = \"late\"\n");
    place.run(&["apply", "tenant.toml", "--config", "admit.toml"]).done();
    let keys = format!("http://localhost:{port}/late/discovery/v2.0/keys");
    let served = (0..50).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        ask(&[&keys]).0 == 200
    });
    assert!(served);
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn the_service_does_not_start_without_a_root_key_that_only_its_owner_reads() {
    // A missing key, one that others can read, one that is too short, one that is too long.
    let place = Place::new();
    let port = free_port();
    configure(&place, port, free_port());
    let refused = |expected: &str| {
        let said = place.run(&["serve", "--config", "admit.toml"]).refused();
        assert!(said.contains(expected), "{said}");
        assert!(said.lines().count() <= 2, "{said}");
        assert!(!place.path().join("data").exists(), "store were made without a key");
    };
    refused("root.key is missing; make one, and keep a copy of it in a safe place:\n  (umask");
    let key = place.root_key("root.key");
    for mode in [0o640, 0o604, 0o644] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).expect("a mode");
        refused(&format!("has mode {mode:04o}: others than its owner may use it"));
    }
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    std::fs::write(&key, [7; 31]).expect("written");
    refused("has 31 bytes, not 32");
    std::fs::write(&key, [7; 33]).expect("written");
    refused("has more than 32 bytes");
}

#[test]
fn a_certificate_near_its_end_is_said_at_the_start() {
    // Starts with a certificate that is over, and reads the log and the gauge.
    let place = Place::new();
    place.root_key("root.key");
    let (port, metrics) = (free_port(), free_port());
    configure(&place, port, metrics);
    let text = std::fs::read_to_string(place.path().join("admit.toml")).expect("a file");
    let tls = "\ntls = { certificate = \"tls.crt\", key = \"tls.key\" }\n\n[metrics]";
    place.write("admit.toml", &text.replace("http://", "https://").replace("\n[metrics]", tls));
    let mut params =
        rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    params.not_before = rcgen::date_time_ymd(2001, 1, 1);
    params.not_after = rcgen::date_time_ymd(2001, 9, 9);
    let key = rcgen::KeyPair::generate().expect("a key");
    place.write("tls.crt", &params.self_signed(&key).expect("a certificate").pem());
    place.write("tls.key", &key.serialize_pem());
    let running = place.start(&["serve"], "\"message\":\"ready\"");
    let log = running.lines.join("\n");
    assert!(log.contains("\"level\":\"ERROR\""), "{log}");
    assert!(log.contains("\"message\":\"the certificate is over\""), "{log}");
    assert!(log.contains(&format!("\"listeners\":\"127.0.0.1:{port} (TLS)\"")), "{log}");
    let (_, page) = ask(&[&format!("http://127.0.0.1:{metrics}/metrics")]);
    assert!(page.contains("admit_certificate_not_after_seconds 999993600"), "{page}");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn another_root_key_does_not_open_the_signing_keys() {
    // Makes a tenant under one key, and starts with another: refused, and no key is lost.
    let place = Place::new();
    place.root_key("root.key");
    configure(&place, free_port(), free_port());
    place.write("tenant.toml", "[[tenants]]\nname = \"acme\"\n");
    place.run(&["apply", "tenant.toml", "--config", "admit.toml"]).done();
    let before = place.run(&["key", "list", "--config", "admit.toml"]).done();
    std::fs::write(place.path().join("root.key"), [8; 32]).expect("written");
    let said = place.run(&["serve", "--config", "admit.toml"]).refused();
    assert!(said.contains("it is not the one that the store in data were made with"), "{said}");
    let after = place.run(&["key", "list", "--config", "admit.toml"]).done();
    assert_eq!(before, after);
}
