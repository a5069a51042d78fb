//! `admit ticket`, and the declared support addresses of a tenant.

use std::sync::Arc;

use model::{Ticket, TicketId, TicketState, Tickets};
use store::SqliteHistory;

use crate::fixtures::TestDir;

const DIRECTORY: &str = "[[tenants]]\nname = \"acme\"\n";

fn dir() -> TestDir {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("directory.toml", DIRECTORY);
    dir.run(&["apply", "directory.toml", "--data", "data"]).success();
    dir
}

/// Opens a ticket in the history, as the service does.
fn open_ticket(dir: &TestDir, number: u8, text: &str) -> TicketId {
    let history = Arc::new(SqliteHistory::open(&dir.path().join("data")).expect("a history"));
    let id = TicketId::new([number; 10]);
    let ticket = Ticket {
        id,
        tenant: None,
        trace_id: uuid::Uuid::from_u128(number.into()),
        number: 50_011,
        opened_at: service::now(),
        language: "en".to_owned(),
        text: text.to_owned(),
        address: Some("ana@acme.example".to_owned()),
        record: None,
        state: TicketState::Open,
        entries: Vec::new(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let opened = runtime.expect("a runtime").block_on(history.open_ticket(ticket, Vec::new(), 10));
    assert_eq!(opened.expect("a history"), model::OpenTicketOutcome::Opened);
    id
}

#[test]
fn a_ticket_is_listed_shown_answered_closed_and_reopened() {
    // Runs each subcommand in turn and checks its output, the last one as JSON.
    let dir = dir();
    let id = open_ticket(&dir, 1, "It fails\nsince today").to_string();
    let run = |arguments: &[&str]| {
        dir.run(&[&["ticket"], arguments, &["--data", "data"]].concat()).success()
    };
    let list = run(&["list"]);
    assert!(list.contains(&id) && list.contains("open") && list.contains("AADSTS50011"), "{list}");
    assert_eq!(run(&["list", "--state", "closed"]), "no matching tickets\n");
    let page = run(&["show", &id.to_lowercase()]);
    assert!(page.contains("> It fails\n    > since today\n"), "{page}");
    assert!(run(&["show", &id, "--language", "id"]).contains("Terbuka"));
    let answered = run(&["answer", &id, "It is fixed"]);
    assert!(answered.contains("Answered") && answered.contains("> It is fixed"), "{answered}");
    assert!(run(&["close", &id]).contains("Closed"));
    assert!(run(&["list", "--state", "closed"]).contains(&id));
    let json = run(&["reopen", &id, "again", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["state"], "open");
    // The reporter is asked for a confirmation before the answer is sent.
    assert_eq!(json["entries"].as_array().map(Vec::len), Some(4));
    assert_eq!(json["entries"][1]["kind"], "address_asked");
    assert_eq!(json["entries"][0]["by"], "operator");
    let listed: serde_json::Value =
        serde_json::from_str(&run(&["list", "--number", "AADSTS50011", "--json"])).expect("JSON");
    assert_eq!(listed["ticket"], id);
}

#[test]
fn ticket_commands_refuse_unknown_ids_and_values() {
    // Runs subcommands with unknown and malformed ids, states, tenants, numbers, and an empty
    // answer.
    let dir = dir();
    let id = open_ticket(&dir, 1, "x").to_string();
    let rows = [
        (vec!["show", "T-0000-0000-0000-0000"], "there is no ticket T-0000-0000-0000-0000"),
        (vec!["show", "x"], "sixteen digits or letters"),
        (vec!["close", "T-0000-0000-0000-0000"], "ADMIT88000249"),
        (vec!["answer", &id], "ADMIT88000251"),
        (vec!["list", "--state", "lost"], "open, answered, closed"),
        (vec!["list", "--tenant", "missing"], "there is no tenant `missing`"),
        (vec!["list", "--number", "many"], "not an error number"),
    ];
    for (arguments, expected) in rows {
        let output =
            dir.run(&[&["ticket"], &arguments[..], &["--data", "data"]].concat()).failure();
        assert!(output.contains(expected), "{arguments:?}: {output}");
    }
}

#[test]
fn control_characters_of_a_report_are_not_printed() {
    // Opens a ticket whose text has escape sequences, and prints it.
    let dir = dir();
    let id = open_ticket(&dir, 1, "\u{1b}[2Jafter\u{202e}").to_string();
    for arguments in [vec!["list"], vec!["show", &id]] {
        let output =
            dir.run(&[&["ticket"], &arguments[..], &["--data", "data"]].concat()).success();
        assert!(!output.contains('\u{1b}') && !output.contains('\u{202e}'), "{output:?}");
        assert!(output.contains("after"), "{output:?}");
    }
}

#[test]
fn a_generated_webhook_secret_is_printed_once() {
    // Generates the secret, applies again, and replaces it; only the first output has the secret.
    let dir = dir();
    let hook = |secret: &str| {
        let support = format!(
            "{DIRECTORY}\n[tenants.support]\naddress = \"support@acme.example\"\n\
             webhook = {{ url = \"https://hooks.acme.example/x\", {secret} }}\n"
        );
        dir.write("directory.toml", &support);
        dir.run(&["apply", "directory.toml", "--data", "data"])
    };
    let generated = hook("generate = true").success();
    assert!(generated.contains("secret of the webhook of tenant acme: whsec_"), "{generated}");
    assert!(generated.contains("support.address = \"support@acme.example\""), "{generated}");
    let again = hook("generate = true").success();
    assert!(again.contains("0 to create, 0 to change"), "{again}");
    let given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let replaced = hook(&format!("secret = \"{given}\"")).success();
    assert!(replaced.contains("support.webhook.sealed_secret"), "{replaced}");
    assert!(!replaced.contains("whsec_"), "{replaced}");
    for (wrong, expected) in [
        ("secret = \"short-and-secret\"", "expected whsec_"),
        ("generate = true, secret = \"short-and-secret\"", "exclude each other"),
        ("url = \"x\"", "duplicate"),
    ] {
        let output = hook(wrong).failure();
        assert!(output.contains(expected), "{wrong}: {output}");
        assert!(!output.contains("short-and-secret"), "{output}");
    }
    let wrong = format!(
        "{DIRECTORY}\n[tenants.support]\naddress = \"a@b.example, c@d.example\"\n\
         webhook = {{ url = \"http:/x\", generate = true }}\n"
    );
    dir.write("directory.toml", &wrong);
    let output = dir.run(&["apply", "directory.toml", "--data", "data"]).failure();
    assert!(
        output.contains("not a single e-mail address") && output.contains("cannot be used"),
        "{output}"
    );
}

#[test]
fn check_reports_problems_of_mail_and_outbound_options() {
    // Checks a file with each error in turn.
    let dir = TestDir::new();
    dir.root_key("root.key");
    dir.write("open.password", "x");
    let rest = "origin = \"https://a.example\"\ndata_dir = \"d\"\nroot_key_file = \"root.key\"\n\
                [[listeners]]\naddress = \"127.0.0.1:9\"\n";
    let rows = [
        ("[mail]\nfrom = \"a@b.example\"", "`host` is missing"),
        ("[mail]\nhost = \"m.example\"\nfrom = \"nobody\"", "not a single e-mail address"),
        (
            "[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\ntls = \"none\"",
            "unencrypted over the network",
        ),
        ("[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\nport = 0", "from 1 to 65535"),
        ("[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\nuser = \"x\"", "`password_file`"),
        (
            "[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\nuser = \"x\"\n\
             password_file = \"open.password\"",
            "chmod 600",
        ),
        ("[outbound]\nallowed_addresses = [\"localhost\"]", "is not an IP address"),
        ("[outbound]\nca_file = \"open.password\"", "no certificate in PEM"),
    ];
    for (text, expected) in rows {
        dir.write("admit.toml", &format!("{rest}{text}\n"));
        let output = dir.run(&["check", "--config", "admit.toml"]).failure();
        assert!(output.contains(expected), "{text}: {output}");
    }
}
