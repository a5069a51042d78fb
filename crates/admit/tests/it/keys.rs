//! `admit key`.

use crate::fixtures::TestDir;

const DATA: [&str; 2] = ["--data", "data"];

fn dir() -> TestDir {
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("two.toml", "[[tenants]]\nname = \"one\"\n[[tenants]]\nname = \"two\"\n");
    dir.run(&["apply", "two.toml", "--data", "data"]).success();
    dir
}

fn states(listed: &str) -> Vec<(String, String)> {
    let keys = listed.lines().filter(|line| line.starts_with("  "));
    keys.map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words[0].to_owned(), words[2].trim_end_matches([',', ';']).to_owned())
    })
    .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect()
}

#[test]
fn a_new_key_is_published_before_it_is_active() {
    // Rotates the keys of one tenant: its old keys stay active, and the other tenant has no new
    // keys.
    let dir = dir();
    let rotated = dir.run(&[&["key", "rotate", "--tenant", "one"][..], &DATA].concat()).success();
    let mut found = states(&rotated);
    found.sort();
    let published =
        [("ES256", "active"), ("ES256", "published"), ("RS256", "active"), ("RS256", "published")];
    assert_eq!(found, pairs(&published));
    let other = dir.run(&[&["key", "list", "--tenant", "two"][..], &DATA].concat()).success();
    let mut found = states(&other);
    found.sort();
    assert_eq!(found, pairs(&[("ES256", "active"), ("RS256", "active")]));
}

#[test]
fn rotate_now_replaces_keys_and_revoke_old_removes_them() {
    // Rotates with `--now` one second after the keys were created: the newest key of each algorithm
    // is active. Then rotates with `--revoke-old`: only the newest keys are left.
    let dir = dir();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let rotated = dir.run(&[&["key", "rotate", "--now"][..], &DATA].concat()).success();
    let listed = dir.run(&[&["key", "list"][..], &DATA].concat()).success();
    assert_eq!(rotated, listed);
    assert_eq!(states(&listed).len(), 8, "{listed}");
    for state in ["active", "replaced"] {
        let count = states(&listed).iter().filter(|(_, found)| found == state).count();
        assert_eq!(count, 4, "{listed}");
    }
    let next = "; next rotation 20";
    assert_eq!(listed.matches(next).count(), 4, "{listed}");
    dir.run(&[&["key", "rotate", "--now", "--revoke-old"][..], &DATA].concat()).success();
    let listed = dir.run(&[&["key", "list"][..], &DATA].concat()).success();
    assert_eq!(states(&listed).len(), 4, "{listed}");
    assert!(states(&listed).iter().all(|(_, state)| state == "active"), "{listed}");
}

#[test]
fn rotation_is_refused_if_the_key_set_would_have_too_many_keys() {
    // Rotates two keys at once until the set has 60, and once more, which changes no other tenant
    // either. Then with `--revoke-old`.
    let dir = dir();
    let rotate = [&["key", "rotate", "--now", "--tenant", "two"][..], &DATA].concat();
    for _ in 0..29 {
        dir.run(&rotate).success();
    }
    let refused = dir.run(&[&["key", "rotate", "--now"][..], &DATA].concat()).failure();
    assert!(refused.contains("the tenant `two` has 60 keys"), "{refused}");
    let other = dir.run(&[&["key", "list", "--tenant", "one"][..], &DATA].concat()).success();
    assert_eq!(states(&other).len(), 2, "{other}");
    dir.run(&[&rotate[..], &["--revoke-old"]].concat()).success();
    dir.run(&rotate).success();
}

#[test]
fn keys_of_a_suspended_tenant_are_not_rotated() {
    // Suspends one of two tenants and rotates the keys of both.
    let dir = dir();
    dir.write("one.toml", "[[tenants]]\nname = \"one\"\nsuspended = true\n");
    dir.run(&["apply", "one.toml", "--data", "data"]).success();
    let rotated = dir.run(&[&["key", "rotate"][..], &DATA].concat()).success();
    assert!(rotated.contains("tenant one is suspended: its keys are not rotated\n"), "{rotated}");
    assert_eq!(states(&rotated).len(), 4, "{rotated}");
}

#[test]
fn key_commands_refuse_a_directory_without_data() {
    // Lists and rotates in a directory that does not exist.
    let dir = dir();
    for command in ["list", "rotate"] {
        let output = dir.run(&["key", command, "--data", "elsewhere"]).failure();
        assert_eq!(
            output,
            "admit: elsewhere is not an Admit data directory (directory.db not found)\n"
        );
    }
    assert!(!dir.path().join("elsewhere").exists());
}

#[test]
fn key_commands_refuse_an_unknown_tenant() {
    // Lists and rotates the keys of a tenant that does not exist.
    let dir = dir();
    for command in ["list", "rotate"] {
        let arguments = [&["key", command, "--tenant", "three"][..], &DATA].concat();
        let output = dir.run(&arguments).failure();
        assert_eq!(output, "admit: there is no tenant `three`\n");
    }
}

#[test]
fn the_renamed_option_withdraw_is_refused_with_the_new_name() {
    // Rotates with the old option.
    let dir = dir();
    let arguments = [&["key", "rotate", "--now", "--withdraw"][..], &DATA].concat();
    let output = dir.run(&arguments).failure();
    assert_eq!(output, "admit: --withdraw was renamed to --revoke-old\n");
}
