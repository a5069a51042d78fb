//! The change of the root key, with the commands.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: RK = root keys.

use std::fs;

use crate::fixtures::{CommandOutput, TestDir, curl};
use crate::serve::free_port;

const READY: &str = "\"message\":\"ready\"";
const TENANT: &str = r#"
[[tenants]]
name = "acme"
signing_algs = ["ES256"]
support = { webhook = { url = "https://hook.acme.example", generate = true } }
"#;
const OLD: (&str, u8) = ("root.key", 7);
const NEW: (&str, u8) = ("new.key", 8);

/// A data directory that was created with the old root key.
struct Installation {
    dir: TestDir,
    port: u16,
}

impl Installation {
    fn new() -> Self {
        let dir = TestDir::new();
        dir.root_key(OLD.0);
        write_key(&dir, NEW.0, NEW.1);
        dir.write("acme.toml", TENANT);
        let this = Self { dir, port: free_port() };
        this.configure(OLD.0, &[]);
        this.run(&["apply", "acme.toml", "--secrets-file", "hook.secret"]).success();
        this
    }

    /// Writes the configuration with a current and earlier root keys.
    fn configure(&self, current: &str, earlier: &[&str]) {
        let port = self.port;
        let text = format!(
            "origin = \"http://localhost:{port}\"\ndata_dir = \"data\"\nroot_key_file = \
             \"{current}\"\nearlier_root_key_files = {earlier:?}\n\
             [[listeners]]\naddress = \"127.0.0.1:{port}\"\n",
        );
        self.dir.write("admit.toml", &text);
    }

    fn run(&self, arguments: &[&str]) -> CommandOutput {
        self.dir.run(&[arguments, &["--config", "admit.toml"]].concat())
    }
}

fn write_key(dir: &TestDir, name: &str, byte: u8) {
    fs::write(dir.path().join(name), [byte; 32]).expect("written");
    dir.set_mode(name, 0o600);
}

#[test]
fn check_counts_what_each_root_key_opens_until_all_is_resealed() {
    // Replaces the key: without the earlier one the data directory is refused; with it, `check`
    // counts, `key reseal` seals, and `check` says until when the earlier key is needed.
    let installation = Installation::new();
    let checked = installation.run(&["check"]).success();
    let stored = "decrypts 1 stored signing key and 1 stored secret of webhooks";
    assert!(checked.contains(&format!("root key root.key (4362bc48): {stored}\n")), "{checked}");

    installation.configure(NEW.0, &[]);
    for command in [&["check"][..], &["key", "reseal"], &["serve"]] {
        let refused = installation.run(command).failure();
        assert!(refused.contains("does not decrypt key "), "{refused}");
        assert!(refused.contains("name it in `earlier_root_key_files`"), "{refused}");
    }

    installation.configure(NEW.0, &[OLD.0]);
    let checked = installation.run(&["check"]).success();
    assert!(checked.contains("decrypts nothing that is stored\nearlier root key"), "{checked}");
    assert!(checked.contains(&format!("{stored}. Run `admit key reseal`")), "{checked}");
    let resealed = installation.run(&["key", "reseal"]).success();
    assert!(resealed.starts_with("2 stored values are now encrypted with new.key"), "{resealed}");
    let again = installation.run(&["key", "reseal"]).success();
    assert_eq!(again, "Everything stored is encrypted with new.key already.\n");
    let checked = installation.run(&["check"]).success();
    assert!(checked.contains("the service has not started with the current"), "{checked}");
    let server = installation.dir.start(&["serve", "--config", "admit.toml"], READY);
    assert_eq!(server.stop(), Some(0));
    let checked = installation.run(&["check"]).success();
    assert!(checked.contains(&format!("): {stored}\nearlier root key")), "{checked}");
    assert!(checked.contains("): decrypts nothing that is stored. Refresh tokens"), "{checked}");
    assert!(checked.contains("are recognized again only after their next sign-in"), "{checked}");

    installation.configure(NEW.0, &[]);
    assert!(!installation.run(&["check"]).success().contains("earlier"));
    let exported = installation.run(&["export", "--with-credentials", "all.toml"]).success();
    assert!(exported.contains("all.toml"), "{exported}");
    let exported = fs::read_to_string(installation.dir.path().join("all.toml")).expect("a file");
    let secret = fs::read_to_string(installation.dir.path().join("hook.secret")).expect("a file");
    let secret = secret.split_whitespace().last().expect("a secret");
    assert!(exported.contains(secret), "the webhook has its first secret");
}

#[test]
fn no_command_seals_with_a_root_key_that_the_running_service_lacks() {
    // RK4: starts the service with the old key, and then changes the configuration. Every command
    // that seals is refused until the service is restarted; it then serves while all is resealed.
    let installation = Installation::new();
    let server = installation.dir.start(&["serve", "--config", "admit.toml"], READY);
    installation.configure(NEW.0, &[OLD.0]);
    for command in [&["key", "reseal"][..], &["key", "rotate"], &["apply", "acme.toml"]] {
        let refused = installation.run(command).failure();
        let expected = "the running service does not know the root key new.key";
        assert!(refused.contains(expected), "{refused}");
    }
    assert_eq!(server.stop(), Some(0));
    let server = installation.dir.start(&["serve", "--config", "admit.toml"], READY);
    let resealed = installation.run(&["key", "reseal"]).success();
    assert!(resealed.starts_with("2 stored values"), "{resealed}");
    let keys = format!("http://localhost:{}/acme/discovery/v2.0/keys", installation.port);
    let (status, body) = curl(&[&keys]);
    assert_eq!(status, 200, "{body}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn root_keys_that_cannot_be_used_are_refused_with_their_reason() {
    // RK1, RK2, RK3: names five earlier keys, the current one again, one key in two files, a
    // missing file, a cut one, and one that others may read.
    let installation = Installation::new();
    let dir = &installation.dir;
    fs::write(dir.path().join("cut.key"), [9; 31]).expect("written");
    dir.set_mode("cut.key", 0o600);
    write_key(dir, "open.key", 9);
    dir.set_mode("open.key", 0o644);
    write_key(dir, "copy.key", NEW.1);
    let names = ["a.key", "b.key", "c.key", "d.key", "e.key"];
    for (byte, name) in (20..).zip(names) {
        write_key(dir, name, byte);
    }
    for (earlier, expected) in [
        (&names[..], "expected at most four"),
        (&[OLD.0][..], "holds the same key"),
        (&[NEW.0, "copy.key"], "holds the same key"),
        (&["gone.key"], "the earlier root key file gone.key is missing"),
        (&["cut.key"], "has 31 bytes, not 32"),
        (&["open.key"], "chmod"),
    ] {
        installation.configure(OLD.0, earlier);
        let refused = installation.run(&["check"]).failure();
        assert!(refused.contains(expected), "{earlier:?}: {refused}");
        installation.run(&["key", "reseal"]).failure();
    }
    installation.configure(OLD.0, &names[..4]);
    installation.run(&["check"]).success();
}

#[test]
fn a_backup_of_an_earlier_root_key_is_restored_with_it_only() {
    // RK6: makes a backup, replaces the key, and restores the backup with the new key alone, and
    // with both.
    let installation = Installation::new();
    installation.run(&["backup", "b1"]).success();
    let restore = |target: &str, keys: &[&str]| {
        let arguments = ["restore", "b1", "--data", target, "--root-key", NEW.0];
        installation.dir.run(&[&arguments, keys].concat())
    };
    let refused = restore("alone", &[]).failure();
    assert!(refused.contains("the backup was made with another root key ("), "{refused}");
    assert!(refused.contains("earlier_root_key_files"), "{refused}");
    assert!(!installation.dir.path().join("alone").exists());
    let both = ["--earlier-root-key", OLD.0];
    restore("both", &both).success();
    let data = ["--data", "both", "--root-key", NEW.0, "--earlier-root-key", OLD.0];
    installation.dir.run(&[&["key", "reseal"][..], &data].concat()).success();
    installation.dir.run(&["key", "list", "--data", "both", "--root-key", NEW.0]).success();
    installation.dir.run(&["backup", "b2", "--data", "both", "--root-key", NEW.0]).success();
}
