//! The certificate authority of `admit dev`, and `admit dev trust`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::fixtures::{CommandOutput, TestDir, curl};

const START: [&str; 6] = ["dev", "--data", "data", "--port", "0", "--json"];

/// Starts the service once and returns its summary.
fn start_once(dir: &TestDir) -> Value {
    let running = dir.start(&START, "ready");
    let summary = serde_json::from_str(&running.lines[0]).expect("JSON");
    assert_eq!(running.stop(), Some(0));
    summary
}

fn read(dir: &TestDir, name: &str) -> String {
    std::fs::read_to_string(dir.path().join(name)).expect("a file")
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.contains("-----")).collect();
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body).expect("base64")
}

/// Runs `admit dev trust` with a home directory of the test.
fn trust(dir: &TestDir, home: &Path, options: &[&str]) -> CommandOutput {
    let mut command = dir.command(&[&["dev", "trust", "--data", "data"], options].concat());
    CommandOutput::new(&command.env("HOME", home).output().expect("the binary runs"))
}

#[test]
fn the_development_authority_signs_for_loopback_names_only() {
    // Searches the CA certificate for the critical extension of RFC 5280 §4.2.1.10, byte by byte.
    let dir = TestDir::new();
    start_once(&dir);
    let mut loopback_v6 = vec![0_u8; 15];
    loopback_v6.push(1);
    let constraints: Vec<u8> = [
        &[0x06, 3, 0x55, 0x1d, 30, 0x01, 1, 0xff, 0x04, 65, 0x30, 63, 0xa0, 61][..],
        &[0x30, 11, 0x82, 9],
        b"localhost",
        &[0x30, 10, 0x87, 8, 127, 0, 0, 1, 255, 255, 255, 255],
        &[0x30, 34, 0x87, 32],
        &loopback_v6,
        &[255; 16],
    ]
    .concat();
    let certificate = der(&read(&dir, "data/ca.pem"));
    assert!(certificate.windows(constraints.len()).any(|part| part == constraints));
}

#[test]
fn the_key_of_the_development_authority_is_not_stored() {
    // Lists the files that have a private key, and compares their public keys with that of the CA.
    let dir = TestDir::new();
    start_once(&dir);
    let ca = der(&read(&dir, "data/ca.pem"));
    let mut with_keys = Vec::new();
    for file in std::fs::read_dir(dir.path().join("data")).expect("files") {
        let file = file.expect("a file");
        let text =
            String::from_utf8_lossy(&std::fs::read(file.path()).expect("bytes")).into_owned();
        if text.contains("PRIVATE KEY") {
            let key = rcgen::KeyPair::from_pem(&text).expect("a key");
            let public = key.public_key_raw();
            assert!(!ca.windows(public.len()).any(|part| part == public), "{:?}", file.path());
            with_keys.push(file.file_name().into_string().expect("text"));
        }
    }
    with_keys.sort();
    assert_eq!(with_keys, ["server.key", "web-certificate.pem"]);
}

#[test]
fn an_authority_that_expires_soon_is_replaced_and_dev_says_so() {
    // Starts with the CA of the first start, with an expired one, and beside the key of an earlier
    // build.
    let dir = TestDir::new();
    assert_eq!(start_once(&dir)["new_authority"], Value::Null);
    let first = read(&dir, "data/ca.pem");
    assert_eq!(start_once(&dir)["new_authority"], Value::Null);
    assert_eq!(read(&dir, "data/ca.pem"), first);
    let mut params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    params.not_after = rcgen::date_time_ymd(2020, 1, 2);
    let key = rcgen::KeyPair::generate().expect("a key");
    dir.write("data/ca.pem", &params.self_signed(&key).expect("a certificate").pem());
    let reason = start_once(&dir)["new_authority"].to_string();
    assert!(reason.contains("the previous one expired 2020-01-02"), "{reason}");
    let second = read(&dir, "data/ca.pem");
    dir.write("data/ca.key", &key.serialize_pem());
    let running = dir.start(&["dev", "--data", "data", "--port", "0"], "ready");
    let text = running.lines.join("\n");
    assert!(text.contains("new: an earlier build stored its private key."), "{text}");
    assert_eq!(running.stop(), Some(0));
    assert!(!dir.path().join("data/ca.key").exists());
    assert_ne!(read(&dir, "data/ca.pem"), second);
    assert_ne!(second, first);
}

#[test]
fn the_printed_curl_line_makes_curl_trust_the_service() {
    // Pastes the line into a shell before a request, which fails without it.
    let dir = TestDir::new();
    let running = dir.start(&START, "ready");
    let summary: Value = serde_json::from_str(&running.lines[0]).expect("JSON");
    let lines = summary["trust"].as_array().expect("lines");
    let clients: Vec<&str> = lines.iter().filter_map(|line| line["client"].as_str()).collect();
    let expected = ["curl", "Node", "Python, requests", "Python, httpx", "Go", ".NET", "Java"];
    assert_eq!(clients[..7], expected);
    let line = lines[0]["command"].as_str().expect("a command");
    let url = format!("{}/error", summary["origin"].as_str().expect("an origin"));
    let request = format!("curl --silent --output /dev/null --max-time 10 {url}");
    let shell =
        |script: &str| Command::new("sh").args(["-c", script]).status().expect("a shell").success();
    assert!(shell(&format!("{line} && {request}")));
    assert!(!shell(&request));
}

#[test]
fn trust_changes_nothing_without_an_option() {
    // Runs the command on a directory without data, then on one with an authority.
    let dir = TestDir::new();
    let home = dir.path().join("home");
    let output = trust(&dir, &home, &[]).failure();
    assert!(output.contains("start `admit dev` once"), "{output}");
    start_once(&dir);
    let output = trust(&dir, &home, &[]).success();
    for expected in ["Nothing was changed", "--nss", "--system", "security add-trusted-cert"] {
        assert!(output.contains(expected), "{output}");
    }
    assert!(!home.exists());
}

#[test]
fn trust_adds_the_authority_to_nss_stores_and_removes_it() {
    // Reads the store of Chromium and of a profile of Firefox before and after each command.
    let dir = TestDir::new();
    let home = dir.path().join("home");
    let firefox = home.join(".mozilla/firefox/abc.default");
    std::fs::create_dir_all(&firefox).expect("a directory");
    let certutil = |arguments: &[&str]| {
        let output = Command::new("certutil").args(arguments).output().expect("certutil");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let database = |store: PathBuf| format!("sql:{}", store.display());
    certutil(&["-N", "-d", &database(firefox.clone()), "--empty-password"]);
    let stores = [database(firefox), database(home.join(".pki/nssdb"))];
    start_once(&dir);
    // The second time replaces the first.
    for _ in 0..2 {
        trust(&dir, &home, &["--nss"]).success();
        for store in &stores {
            let listed = certutil(&["-L", "-d", store]);
            assert_eq!(listed.matches("Admit development authority").count(), 1, "{listed}");
            assert!(listed.contains("C,,"), "{listed}");
        }
    }
    let output = trust(&dir, &home, &["--nss", "--remove"]).success();
    assert_eq!(output.matches("removed from").count(), 2, "{output}");
    for store in &stores {
        let listed = certutil(&["-L", "-d", store]);
        assert!(!listed.contains("Admit"), "{listed}");
    }
    let output = trust(&dir, &home, &["--nss", "--remove"]).success();
    assert_eq!(output.matches("not in").count(), 2, "{output}");
}

#[test]
fn trust_adds_the_authority_to_the_system_and_removes_it() {
    // Changes a system of Debian below a directory; curl with its bundle accepts the service only
    // in between.
    let dir = TestDir::new();
    for directory in ["usr/local/share/ca-certificates", "etc/ssl/certs", "etc/ca-certificates"] {
        std::fs::create_dir_all(dir.path().join("root").join(directory)).expect("a directory");
    }
    let running = dir.start(&START, "ready");
    let summary: Value = serde_json::from_str(&running.lines[0]).expect("JSON");
    let url = format!("{}/error", summary["origin"].as_str().expect("an origin"));
    let bundle = dir.path().join("root/etc/ssl/certs/ca-certificates.crt");
    let accepts = || {
        let bundle = bundle.to_str().expect("a path");
        let arguments = ["--silent", "--output", "/dev/null", "--cacert", bundle, &url];
        Command::new("curl").args(arguments).status().expect("curl").success()
    };
    let root = dir.path().join("root");
    let system = ["--system", "--root", root.to_str().expect("a path")];
    let home = dir.path().join("home");
    trust(&dir, &home, &system).success();
    assert!(accepts());
    let remove = [&system[..], &["--remove"]].concat();
    let output = trust(&dir, &home, &remove).success();
    assert!(output.starts_with("removed "), "{output}");
    assert!(!accepts());
    let output = trust(&dir, &home, &remove).success();
    assert!(output.starts_with("not in "), "{output}");
    let unknown = dir.path().join("unknown");
    let output =
        trust(&dir, &home, &["--system", "--root", unknown.to_str().expect("a path")]).failure();
    assert!(output.contains("none of the known directories"), "{output}");
    assert_eq!(curl(&["--cacert", summary["ca_file"].as_str().expect("a file"), &url]).0, 200);
}

#[test]
fn an_authority_that_dev_could_not_have_written_is_never_trusted() {
    // RP3: puts a CA without limits and with the right name into the directory, as a repository
    // could. `trust` refuses it, and the next start replaces it.
    let dir = TestDir::new();
    start_once(&dir);
    let marker: Value = serde_json::from_str(&read(&dir, "data/development.json")).expect("JSON");
    let name = format!("Admit development authority {}", marker["id"].as_str().expect("an id"));
    let mut params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    let days =
        |days: u64| std::time::SystemTime::now() + std::time::Duration::from_secs(days * 86_400);
    params.not_before = std::time::SystemTime::now().into();
    params.not_after = days(300).into();
    let key = rcgen::KeyPair::generate().expect("a key");
    let planted = params.self_signed(&key).expect("a certificate").pem();
    dir.write("data/ca.pem", &planted);
    let home = dir.path().join("home");
    for options in [&[][..], &["--nss"]] {
        let refused = trust(&dir, &home, options).failure();
        assert!(
            refused.contains("must not be trusted: it is not limited to localhost"),
            "{refused}"
        );
    }
    let reason = start_once(&dir)["new_authority"].to_string();
    assert!(reason.contains("not limited to localhost"), "{reason}");
    assert_ne!(read(&dir, "data/ca.pem"), planted);
    trust(&dir, &home, &[]).success();
}

#[test]
fn a_server_certificate_of_another_authority_or_key_is_replaced() {
    // RP4: puts a self-signed certificate, then another key, beside the authority.
    let dir = TestDir::new();
    start_once(&dir);
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let key = rcgen::KeyPair::generate().expect("a key");
    dir.write("data/server.crt", &params.self_signed(&key).expect("a certificate").pem());
    let reason = start_once(&dir)["new_authority"].to_string();
    assert!(reason.contains("this authority did not issue it"), "{reason}");
    std::fs::write(dir.path().join("data/server.key"), key.serialize_pem()).expect("written");
    let reason = start_once(&dir)["new_authority"].to_string();
    assert!(reason.contains("its key is another one"), "{reason}");
    assert_eq!(start_once(&dir)["new_authority"], Value::Null);
}

#[test]
fn a_bundle_that_was_put_into_the_directory_is_replaced_before_use() {
    // Replaces the bundle by a certificate of another authority, and adds an app in Go beside it.
    let dir = TestDir::new();
    start_once(&dir);
    let bundle = read(&dir, "data/ca-bundle.pem");
    let params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    let key = rcgen::KeyPair::generate().expect("a key");
    dir.write("data/ca-bundle.pem", &params.self_signed(&key).expect("a certificate").pem());
    let add = ["app", "add", "shop", "--for", "go", "--into", "app", "--data", "data"];
    let out = dir.run(&add).success();
    assert!(out.contains("export SSL_CERT_FILE="), "{out}");
    assert_eq!(read(&dir, "data/ca-bundle.pem"), bundle);
}
