//! Signing keys, listed and replaced.

use crate::run::Place;

const BOOKS: [&str; 2] = ["--data", "data"];

fn place() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path().join("data")).expect("a directory");
    place.root_key("data/root.key");
    place.write("two.toml", "[[tenants]]\nname = \"one\"\n[[tenants]]\nname = \"two\"\n");
    place.run(&["apply", "two.toml", "--data", "data"]).done();
    place
}

fn states(listed: &str) -> Vec<(String, String)> {
    let keys = listed.lines().filter(|line| line.starts_with("  "));
    keys.map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[0].to_owned(), words[2].trim_end_matches(',').to_owned())
    })
    .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect()
}

#[test]
fn a_new_key_is_published_before_it_signs() {
    // Rotates one tenant of two: its old keys still sign, and the other has no new ones.
    let place = place();
    let rotated = place.run(&[&["key", "rotate", "--tenant", "one"][..], &BOOKS].concat()).done();
    let mut found = states(&rotated);
    found.sort();
    let published =
        [("ES256", "published"), ("ES256", "signs"), ("RS256", "published"), ("RS256", "signs")];
    assert_eq!(found, pairs(&published));
    let other = place.run(&[&["key", "list", "--tenant", "two"][..], &BOOKS].concat()).done();
    let mut found = states(&other);
    found.sort();
    assert_eq!(found, pairs(&[("ES256", "signs"), ("RS256", "signs")]));
}

#[test]
fn a_key_that_is_no_longer_trusted_is_replaced_at_once() {
    // Rotates every tenant with `--now`, a second after its keys were made: of four keys each, the
    // newest of an algorithm signs. Then withdraws: only the newest are left.
    let place = place();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let rotated = place.run(&[&["key", "rotate", "--now"][..], &BOOKS].concat()).done();
    let listed = place.run(&[&["key", "list"][..], &BOOKS].concat()).done();
    assert_eq!(rotated, listed);
    assert_eq!(states(&listed).len(), 8, "{listed}");
    for state in ["signs", "retired"] {
        let count = states(&listed).iter().filter(|(_, found)| found == state).count();
        assert_eq!(count, 4, "{listed}");
    }
    let until = "shown until its successor takes over, which is made 20";
    assert_eq!(listed.matches(until).count(), 4, "{listed}");
    place.run(&[&["key", "rotate", "--now", "--withdraw"][..], &BOOKS].concat()).done();
    let listed = place.run(&[&["key", "list"][..], &BOOKS].concat()).done();
    assert_eq!(states(&listed).len(), 4, "{listed}");
    assert!(states(&listed).iter().all(|(_, state)| state == "signs"), "{listed}");
}

#[test]
fn keys_of_a_suspended_tenant_stay() {
    // Suspends the first of two tenants and rotates all of them.
    let place = place();
    place.write("one.toml", "[[tenants]]\nname = \"one\"\nsuspended = true\n");
    place.run(&["apply", "one.toml", "--data", "data"]).done();
    let rotated = place.run(&[&["key", "rotate"][..], &BOOKS].concat()).done();
    assert!(rotated.contains("tenant one is suspended: its keys stay\n"), "{rotated}");
    assert_eq!(states(&rotated).len(), 4, "{rotated}");
}

#[test]
fn where_there_are_no_books_none_are_made() {
    // Names a directory that does not exist.
    let place = place();
    for command in ["list", "rotate"] {
        let said = place.run(&["key", command, "--data", "elsewhere"]).refused();
        assert_eq!(said, "admit: there are no store in elsewhere\n");
    }
    assert!(!place.path().join("elsewhere").exists());
}

#[test]
fn a_tenant_that_does_not_exist_has_no_keys() {
    // Lists and rotates it.
    let place = place();
    for command in ["list", "rotate"] {
        let arguments = [&["key", command, "--tenant", "three"][..], &BOOKS].concat();
        let said = place.run(&arguments).refused();
        assert_eq!(said, "admit: there is no tenant `three`\n");
    }
}
