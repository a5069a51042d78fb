//! Every snippet of the guides, run in the order in which a reader meets them.

use std::path::Path;
use std::process::Command;

use crate::run::{Place, Running};

/// A fenced block: what stands behind the fence, and what is in it.
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

/// Ports that nobody else in the test run has, in place of those that the guide names.
fn with_free_ports(text: &str, ports: &[(&str, u16)]) -> String {
    ports.iter().fold(text.to_owned(), |text, (named, free)| {
        text.replace(&format!(":{named}"), &format!(":{free}"))
    })
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    socket.local_addr().expect("an address").port()
}

/// Runs a guide from its first block to its last; what it starts goes on until the end.
fn follow(guide: &str, place: &Place) -> usize {
    let ports = [("8443", free_port()), ("9464", free_port())];
    let bin = Path::new(env!("CARGO_BIN_EXE_admit")).parent().expect("a directory");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut running: Vec<Running> = Vec::new();
    let mut count = 0;
    for block in blocks(guide) {
        let text = with_free_ports(&block.text, &ports);
        match block.info.split_once(' ').unwrap_or((&block.info, "")) {
            ("toml", file) => {
                let name = file.strip_prefix("file=").expect("a file's name");
                place.write(name, &text);
            }
            ("sh", "background") => {
                let words: Vec<&str> = text.split_whitespace().skip(1).collect();
                running.push(place.start(&words, "\"message\":\"ready\""));
            }
            ("sh", "") => {
                let mut shell = Command::new("sh");
                let shell = shell.args(["-eu", "-c", &text]).current_dir(place.path());
                let output = shell.env("PATH", &path).output().expect("a shell");
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{guide}: {text}{said}");
            }
            ("ini", "") => continue,
            (other, _) => panic!("{guide}: a block of kind `{other}` is run by nothing"),
        }
        count += 1;
    }
    count
}

fn certify(place: &Place, name: &str, host: &str) {
    let mut params = rcgen::CertificateParams::new(vec![host.to_owned()]).expect("parameters");
    params.not_after = rcgen::date_time_ymd(2101, 1, 1);
    let key = rcgen::KeyPair::generate().expect("a key");
    place.write(&format!("{name}.crt"), &params.self_signed(&key).expect("a certificate").pem());
    place.write(&format!("{name}.key"), &key.serialize_pem());
}

#[test]
fn the_guide_to_production_ends_with_a_running_service() {
    // Runs each of its blocks; the certificate is one that this test makes.
    let place = Place::new();
    certify(&place, "tls", "login.example.com");
    assert_eq!(follow("run.md", &place), 8);
}

#[test]
fn the_guide_to_declarations_ends_with_its_directory() {
    // Runs each of its blocks beside the configuration of the other guide.
    let place = Place::new();
    place.root_key("root.key");
    certify(&place, "tls", "login.example.com");
    certify(&place, "nightly", "nightly");
    place.write("orders-api.secret", "a-secret-of-another-program-0123456789\n");
    for block in blocks("run.md") {
        if block.info == "toml file=admit.toml" {
            place.write("admit.toml", &block.text);
        }
    }
    assert_eq!(follow("apply.md", &place), 3);
    let again = place.run(&["apply", "directory.toml", "--config", "admit.toml"]).done();
    assert!(again.ends_with("0 to make, 0 to change, 7 as declared\n"), "{again}");
}

#[test]
fn the_guide_to_explaining_explains_its_examples() {
    // Runs each of its blocks, which end with a status of their own.
    let place = Place::new();
    assert_eq!(follow("admit-explain.md", &place), 8);
}

#[test]
fn the_guide_to_the_administration_pages_makes_an_administrator() {
    // Runs each of its blocks beside the configuration of the guide to production.
    let place = Place::new();
    place.root_key("root.key");
    certify(&place, "tls", "login.example.com");
    for block in blocks("run.md") {
        if block.info == "toml file=admit.toml" {
            place.write("admit.toml", &block.text);
        }
    }
    assert_eq!(follow("administration.md", &place), 2);
}

#[test]
fn the_guide_to_tickets_tells_a_tenant_where_its_reports_go() {
    // Runs each of its blocks; then the webhook's secret is in the file, and nothing is to change.
    let place = Place::new();
    place.root_key("root.key");
    certify(&place, "tls", "login.example.com");
    assert_eq!(follow("tickets.md", &place), 4);
    let secrets = std::fs::read_to_string(place.path().join("webhook.secret")).expect("a file");
    assert!(secrets.contains("secret of the webhook of tenant acme: whsec_"), "{secrets}");
    let again = place.run(&["apply", "directory.toml", "--config", "admit.toml"]).done();
    assert!(again.contains("0 to make, 0 to change"), "{again}");
    assert!(!again.contains("whsec_"), "{again}");
}

#[test]
fn every_option_of_the_reference_is_read_by_the_binary() {
    // Writes each option into a file on its own: none of them is unknown.
    let place = Place::new();
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
                place.write("one.toml", &format!("{}\n{option} = {{}}\n", parents(&heading)));
                place.root_key("root.key");
                let said = match command {
                    "check" => place.run(&["check", "--config", "one.toml"]),
                    _ => place.run(&["apply", "one.toml", "--data", "."]),
                };
                assert!(!said.err.contains("unknown option"), "{heading} {option}: {}", said.err);
                assert!(said.err.contains("one.toml"), "{heading} {option}: {}", said.err);
            }
        }
    }
}

/// The heading with those of the tables around it.
fn parents(heading: &str) -> String {
    let name = heading.trim_matches(['[', ']']);
    let mut lines = Vec::new();
    for (at, _) in name.match_indices('.') {
        lines.push(format!("[[{}]]", name.get(..at).expect("a part")));
    }
    lines.push(heading.to_owned());
    lines.join("\n")
}
