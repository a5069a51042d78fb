//! Runs every snippet of the guides in order.

use std::path::Path;
use std::process::Command;

use crate::fixtures::{TestDir, TestServer};

/// A fenced block: its info string and its text.
struct Block {
    info: String,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guides").join(guide);
    let page = std::fs::read_to_string(file).expect("a guide");
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push(Block { info: info.to_owned(), text: text.join("\n") + "\n" });
        }
    }
    blocks
}

/// Replaces the ports of a guide by free ones.
fn with_free_ports(text: &str, ports: &[(&str, u16)]) -> String {
    ports.iter().fold(text.to_owned(), |text, (named, free)| {
        text.replace(&format!(":{named}"), &format!(":{free}"))
    })
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("an address").port()
}

/// Runs all blocks of a guide and returns their number. Started servers run until the end.
fn follow(guide: &str, dir: &TestDir) -> usize {
    let ports = [("8443", free_port()), ("9464", free_port())];
    let bin = Path::new(env!("CARGO_BIN_EXE_admit")).parent().expect("a directory");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut running: Vec<TestServer> = Vec::new();
    let mut count = 0;
    for block in blocks(guide) {
        let text = with_free_ports(&block.text, &ports);
        match block.info.split_once(' ').unwrap_or((&block.info, "")) {
            ("toml", file) => {
                let name = file.strip_prefix("file=").expect("a file's name");
                dir.write(name, &text);
            }
            ("sh", "background") => {
                let words: Vec<&str> = text.split_whitespace().skip(1).collect();
                running.push(dir.start(&words, "\"message\":\"ready\""));
            }
            ("sh", "") => {
                let mut shell = Command::new("sh");
                let shell = shell.args(["-eu", "-c", &text]).current_dir(dir.path());
                let output = shell.env("PATH", &path).output().expect("a shell");
                let error = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{guide}: {text}{error}");
            }
            ("ini", "") => continue,
            (other, _) => panic!("{guide}: a block of kind `{other}` is run by nothing"),
        }
        count += 1;
    }
    count
}

fn certify(dir: &TestDir, name: &str, host: &str) {
    let mut params = rcgen::CertificateParams::new(vec![host.to_owned()]).expect("parameters");
    params.not_after = rcgen::date_time_ymd(2101, 1, 1);
    let key = rcgen::KeyPair::generate().expect("a key");
    dir.write(&format!("{name}.crt"), &params.self_signed(&key).expect("a certificate").pem());
    dir.write_private(&format!("{name}.key"), &key.serialize_pem());
}

#[test]
fn the_production_guide_ends_with_a_running_service() {
    // Runs each block with a certificate of the test.
    let dir = TestDir::new();
    certify(&dir, "tls", "login.example.com");
    assert_eq!(follow("run.md", &dir), 8);
}

#[test]
fn the_declaration_guide_creates_its_directory() {
    // Runs each block with the configuration of the production guide.
    let dir = TestDir::new();
    dir.root_key("root.key");
    certify(&dir, "tls", "login.example.com");
    certify(&dir, "nightly", "nightly");
    dir.write_private("orders-api.secret", "a-secret-of-another-program-0123456789\n");
    for block in blocks("run.md") {
        if block.info == "toml file=admit.toml" {
            dir.write("admit.toml", &block.text);
        }
    }
    assert_eq!(follow("apply.md", &dir), 5);
    let again = dir.run(&["apply", "directory.toml", "--config", "admit.toml"]).success();
    assert!(again.contains("0 to create, 0 to change, 7 unchanged\n"), "{again}");
}

#[test]
fn the_explain_guide_explains_its_examples() {
    // Runs each block; a failing command fails the test.
    let dir = TestDir::new();
    assert_eq!(follow("admit-explain.md", &dir), 8);
}

#[test]
fn the_administration_guide_creates_an_administrator() {
    // Runs each block with the configuration of the production guide.
    let dir = TestDir::new();
    dir.root_key("root.key");
    certify(&dir, "tls", "login.example.com");
    for block in blocks("run.md") {
        if block.info == "toml file=admit.toml" {
            dir.write("admit.toml", &block.text);
        }
    }
    assert_eq!(follow("administration.md", &dir), 2);
}

#[test]
fn the_sign_up_guide_invites_a_user_and_revokes_the_invitation() {
    // Runs each block with the configuration of the production guide.
    let dir = TestDir::new();
    dir.root_key("root.key");
    certify(&dir, "tls", "login.example.com");
    for block in blocks("run.md") {
        if block.info == "toml file=admit.toml" {
            dir.write("admit.toml", &block.text);
        }
    }
    assert_eq!(follow("sign-up.md", &dir), 3);
}

#[test]
fn the_ticket_guide_configures_support_addresses() {
    // Runs each block, reads the webhook secret from the file, and applies the declaration again.
    let dir = TestDir::new();
    dir.root_key("root.key");
    certify(&dir, "tls", "login.example.com");
    assert_eq!(follow("tickets.md", &dir), 4);
    let secrets = std::fs::read_to_string(dir.path().join("webhook.secret")).expect("a file");
    assert!(secrets.contains("secret of the webhook of tenant acme: whsec_"), "{secrets}");
    let again = dir.run(&["apply", "directory.toml", "--config", "admit.toml"]).success();
    assert!(again.contains("0 to create, 0 to change"), "{again}");
    assert!(!again.contains("whsec_"), "{again}");
}

#[test]
fn the_root_key_guide_replaces_the_root_key() {
    // Runs each block on a directory of the old key, and then uses the new key alone.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write("acme.toml", "[[tenants]]\nname = \"acme\"\nsigning_algs = [\"ES256\"]\n");
    let old = ["--data", "data", "--root-key", "root.key"];
    dir.run(&[&["apply", "acme.toml"][..], &old].concat()).success();
    assert_eq!(follow("root-key.md", &dir), 5);
    dir.run(&["key", "list", "--data", "data", "--root-key", "root-2027.key"]).success();
    let refused = dir.run(&[&["key", "rotate"][..], &old].concat()).failure();
    assert!(refused.contains("root.key does not decrypt key "), "{refused}");
}

#[test]
fn declarations_of_the_guides_about_sign_in_are_applied() {
    // Applies each file of these guides to a directory of its own, twice.
    for (guide, files) in
        [("sign-in-policy.md", 3), ("second-factors.md", 1), ("password-reset.md", 1)]
    {
        let blocks = blocks(guide).into_iter().filter(|block| block.info.starts_with("toml file="));
        let mut count = 0;
        for block in blocks {
            let dir = TestDir::new();
            std::fs::create_dir(dir.path().join("data")).expect("a directory");
            dir.root_key("data/root.key");
            dir.write("policy.toml", &block.text);
            let apply = ["apply", "policy.toml", "--data", "data", "--secrets-file", "secrets"];
            dir.run(&apply).success();
            let again = dir.run(&apply[..4]).success();
            assert!(again.contains("0 to create, 0 to change"), "{guide}: {again}");
            count += 1;
        }
        assert_eq!(count, files, "{guide}");
    }
}

#[test]
fn every_option_of_the_reference_is_read_by_the_binary() {
    // Writes each option of the reference into a file; none is reported as unknown.
    let dir = TestDir::new();
    for (page, command) in [("configuration.md", "check"), ("declaration.md", "apply")] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(page);
        let text = std::fs::read_to_string(file).expect("a reference");
        let mut heading = String::new();
        for line in text.lines() {
            if let Some(named) = line.strip_prefix("## ") {
                heading = named.trim_matches('`').replace("The file", "");
            }
            if let Some(option) = line.strip_prefix("### ") {
                let option = option.trim_matches('`');
                dir.write("one.toml", &format!("{}\n{option} = {{}}\n", parents(&heading)));
                dir.root_key("root.key");
                let output = match command {
                    "check" => dir.run(&["check", "--config", "one.toml"]),
                    _ => dir.run(&["apply", "one.toml", "--data", "."]),
                };
                assert!(
                    !output.err.contains("unknown option"),
                    "{heading} {option}: {}",
                    output.err
                );
                assert!(output.err.contains("one.toml"), "{heading} {option}: {}", output.err);
            }
        }
    }
}

/// Returns the heading of a table after those of its parent tables.
fn parents(heading: &str) -> String {
    let name = heading.trim_matches(['[', ']']);
    let mut lines = Vec::new();
    for (at, _) in name.match_indices('.') {
        lines.push(format!("[[{}]]", name.get(..at).expect("a part")));
    }
    lines.push(heading.to_owned());
    lines.join("\n")
}

#[test]
fn haproxy_accepts_the_configuration_of_the_guide_for_nodes() {
    // Checks the file of the guide, with a certificate in the place of those that it names.
    let dir = TestDir::new();
    let key = rcgen::KeyPair::generate().expect("a key");
    let params = rcgen::CertificateParams::new(vec!["login.example.com".to_owned()]);
    let certificate = params.expect("parameters").self_signed(&key).expect("a certificate");
    let pem = dir.write("login.pem", &(certificate.pem() + &key.serialize_pem()));
    let block = blocks("nodes.md").into_iter().find(|block| block.info == "haproxy");
    let text =
        block.expect("a block").text.replace("/etc/haproxy", &dir.path().display().to_string());
    let file = dir.write("haproxy.cfg", &text.replace("ca.crt", "login.pem"));
    let output = Command::new("haproxy").arg("-c").arg("-f").arg(file).output().expect("haproxy");
    assert!(output.status.success(), "{} {pem:?}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_configuration_of_the_guide_for_nodes_has_no_problem_but_its_files() {
    // Checks the configuration of a node, without its password and certificates.
    let dir = TestDir::new();
    dir.root_key("root.key");
    let block = blocks("nodes.md").into_iter().find(|block| block.info == "toml");
    dir.write("admit.toml", &block.expect("a block").text);
    let output = dir.run(&["check", "--config", "admit.toml"]).failure();
    let known = ["postgres.password", "tls.crt"];
    assert!(known.iter().all(|file| output.contains(file)), "{output}");
    assert!(!output.contains("unknown option"), "{output}");
}
