//! `admit ticket` on the history of a service, and the support of a tenant as it is declared.

use std::sync::Arc;

use model::{Ticket, TicketId, TicketState, Tickets};
use store::SqliteHistory;

use crate::run::Place;

const DIRECTORY: &str = "[[tenants]]\nname = \"acme\"\n";

fn place() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path().join("data")).expect("a directory");
    place.root_key("data/root.key");
    place.write("directory.toml", DIRECTORY);
    place.run(&["apply", "directory.toml", "--data", "data"]).done();
    place
}

/// Puts a ticket into the history, as the service does.
fn reported(place: &Place, number: u8, text: &str) -> TicketId {
    let history = Arc::new(SqliteHistory::open(&place.path().join("data")).expect("a history"));
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
    assert_eq!(opened.expect("a history"), model::Opening::Opened);
    id
}

#[test]
fn a_ticket_is_listed_shown_answered_closed_and_opened_again() {
    // Every command in turn, and what each prints; the last as JSON.
    let place = place();
    let id = reported(&place, 1, "It fails\nsince today").to_string();
    let run = |arguments: &[&str]| {
        place.run(&[&["ticket"], arguments, &["--data", "data"]].concat()).done()
    };
    let list = run(&["list"]);
    assert!(list.contains(&id) && list.contains("open") && list.contains("AADSTS50011"), "{list}");
    assert_eq!(run(&["list", "--state", "closed"]), "there is no ticket that fits\n");
    let shown = run(&["show", &id.to_lowercase()]);
    assert!(shown.contains("> It fails\n    > since today\n"), "{shown}");
    assert!(run(&["show", &id, "--language", "id"]).contains("Terbuka"));
    let answered = run(&["answer", &id, "It is mended"]);
    assert!(answered.contains("Answered") && answered.contains("> It is mended"), "{answered}");
    assert!(run(&["close", &id]).contains("Closed"));
    assert!(run(&["list", "--state", "closed"]).contains(&id));
    let json = run(&["reopen", &id, "again", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["state"], "open");
    assert_eq!(json["entries"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["entries"][0]["by"], "operator");
    let listed: serde_json::Value =
        serde_json::from_str(&run(&["list", "--number", "AADSTS50011", "--json"])).expect("JSON");
    assert_eq!(listed["ticket"], id);
}

#[test]
fn what_cannot_be_done_about_a_ticket_is_said() {
    // An unknown number, none, an empty answer, and words that are no state, tenant or number.
    let place = place();
    let id = reported(&place, 1, "x").to_string();
    let rows = [
        (vec!["show", "T-0000-0000-0000-0000"], "there is no ticket T-0000-0000-0000-0000"),
        (vec!["show", "x"], "sixteen digits or letters"),
        (vec!["close", "T-0000-0000-0000-0000"], "ADMIT88000249"),
        (vec!["answer", &id], "ADMIT88000251"),
        (vec!["list", "--state", "lost"], "open, answered, closed"),
        (vec!["list", "--tenant", "nobody"], "there is no tenant `nobody`"),
        (vec!["list", "--number", "many"], "not an error number"),
    ];
    for (arguments, expected) in rows {
        let said =
            place.run(&[&["ticket"], &arguments[..], &["--data", "data"]].concat()).refused();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn what_a_stranger_wrote_does_not_steer_the_terminal() {
    // Escape sequences in the history itself, as an older version might have kept them.
    let place = place();
    let id = reported(&place, 1, "\u{1b}[2Jgone\u{202e}").to_string();
    for arguments in [vec!["list"], vec!["show", &id]] {
        let said = place.run(&[&["ticket"], &arguments[..], &["--data", "data"]].concat()).done();
        assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
        assert!(said.contains("gone"), "{said:?}");
    }
}

#[test]
fn the_webhook_of_a_tenant_is_declared_once_and_its_secret_is_shown_once() {
    // Made, found again, replaced by one that is given; and no output but the first has it.
    let place = place();
    let hook = |secret: &str| {
        let support = format!(
            "{DIRECTORY}\n[tenants.support]\naddress = \"support@acme.example\"\n\
             webhook = {{ url = \"https://hooks.acme.example/x\", {secret} }}\n"
        );
        place.write("directory.toml", &support);
        place.run(&["apply", "directory.toml", "--data", "data"])
    };
    let made = hook("generate = true").done();
    assert!(made.contains("secret of the webhook of tenant acme: whsec_"), "{made}");
    assert!(made.contains("support.address = \"support@acme.example\""), "{made}");
    let again = hook("generate = true").done();
    assert!(again.contains("0 to make, 0 to change"), "{again}");
    let given = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let replaced = hook(&format!("secret = \"{given}\"")).done();
    assert!(replaced.contains("support.webhook.sealed_secret"), "{replaced}");
    assert!(!replaced.contains("whsec_"), "{replaced}");
    for (wrong, expected) in [
        ("secret = \"short-and-secret\"", "expected whsec_"),
        ("generate = true, secret = \"short-and-secret\"", "exclude each other"),
        ("url = \"x\"", "duplicate"),
    ] {
        let said = hook(wrong).refused();
        assert!(said.contains(expected), "{wrong}: {said}");
        assert!(!said.contains("short-and-secret"), "{said}");
    }
    let wrong = format!(
        "{DIRECTORY}\n[tenants.support]\naddress = \"a@b.example, c@d.example\"\n\
         webhook = {{ url = \"http:/x\", generate = true }}\n"
    );
    place.write("directory.toml", &wrong);
    let said = place.run(&["apply", "directory.toml", "--data", "data"]).refused();
    assert!(said.contains("not one mail address") && said.contains("cannot be used"), "{said}");
}

#[test]
fn mail_and_outbound_are_checked_before_anything_is_sent() {
    // Each slip on its own in an otherwise good file.
    let place = Place::new();
    place.root_key("root.key");
    place.write("open.password", "x");
    let rest = "origin = \"https://a.example\"\ndata = \"d\"\nroot_key_file = \"root.key\"\n\
                [[listeners]]\naddress = \"127.0.0.1:9\"\n";
    let rows = [
        ("[mail]\nfrom = \"a@b.example\"", "`host` is missing"),
        ("[mail]\nhost = \"m.example\"\nfrom = \"nobody\"", "not one mail address"),
        ("[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\ntls = \"none\"", "open to the net"),
        ("[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\nport = 0", "from 1 to 65535"),
        ("[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\nuser = \"x\"", "`password_file`"),
        (
            "[mail]\nhost = \"m.example\"\nfrom = \"a@b.example\"\nuser = \"x\"\n\
             password_file = \"open.password\"",
            "chmod 600",
        ),
        ("[outbound]\nallow = [\"localhost\"]", "is not an IP address"),
        ("[outbound]\nca_file = \"open.password\"", "no certificate in PEM"),
    ];
    for (text, expected) in rows {
        place.write("admit.toml", &format!("{rest}{text}\n"));
        let said = place.run(&["check", "--config", "admit.toml"]).refused();
        assert!(said.contains(expected), "{text}: {said}");
    }
}
