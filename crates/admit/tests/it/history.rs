//! The history's file: who makes it, and what happens without it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::run::{Place, ask};
use crate::serve::free_port;

const TENANT: &str = "[[tenants]]\nname = \"acme\"\n";

fn place(port: u16) -> Place {
    let place = Place::new();
    place.root_key("root.key");
    let configuration = format!(
        "origin = \"http://localhost:{port}\"\ndata = \"data\"\nroot_key_file = \
         \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n"
    );
    place.write("admit.toml", &configuration);
    place.write("tenant.toml", TENANT);
    place.run(&["apply", "tenant.toml", "--config", "admit.toml"]).done();
    place
}

/// Every file of the data directory with its content.
fn data(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(place.path().join("data")).expect("a directory");
    let file = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(path).expect("a file"))
    };
    entries.map(|entry| file(&entry.expect("an entry").path())).collect()
}

/// Asks for a page of this service and of this tenant; its status.
fn discovery(port: u16) -> u16 {
    let url = format!("http://localhost:{port}/acme/v2.0/.well-known/openid-configuration");
    ask(&[&url]).0
}

#[test]
fn commands_that_only_look_leave_every_file_as_it_is() {
    // Compares every byte of the data directory before and after each command; once with the
    // history, once without, as in a directory of an older version.
    let place = place(free_port());
    let commands: [&[&str]; 3] = [
        &["check", "--config", "admit.toml"],
        &["key", "list", "--config", "admit.toml"],
        &["apply", "--dry-run", "tenant.toml", "--config", "admit.toml"],
    ];
    for history in [true, false] {
        if !history {
            fs::remove_file(place.path().join("data/history.db")).expect("it was there");
        }
        let before = data(&place);
        for command in commands {
            place.run(command).done();
            assert!(data(&place) == before, "{command:?}");
        }
    }
}

#[test]
fn a_damaged_journal_keeps_nobody_from_starting() {
    // Puts a text in the history's place, starts, asks for a page, and looks at the log; then
    // moves it away and starts again.
    let port = free_port();
    let place = place(port);
    let file = place.path().join("data/history.db");
    fs::write(&file, "no database at all ".repeat(500)).expect("written");
    let running = place.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    let said = running.lines.join("\n");
    assert!(said.contains("the history cannot be opened"), "{said}");
    assert!(said.contains("history.db"), "{said}");
    assert_eq!(discovery(port), 200);
    assert_eq!(running.stop(), Some(0));
    assert!(fs::read(&file).expect("a file").starts_with(b"no database"));

    fs::remove_file(&file).expect("it was there");
    let running = place.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    assert!(!running.lines.join("\n").contains("history"), "{:?}", running.lines);
    assert_eq!(discovery(port), 200);
    assert_eq!(running.stop(), Some(0));
    assert!(fs::read(&file).expect("a file").starts_with(b"SQLite format 3"));
}
