//! The service on a disk that is full, and on store that are damaged: whose fault it is, and that
//! nothing has to be restarted.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::run::{Place, Running, ask};
use crate::serve::free_port;

const TENANT: &str = r#"[[tenants]]
name = "acme"

[[tenants.clients]]
name = "App"
client_id = "app"
public = true
consent_granted = true
redirect_uris = { native = ["http://localhost/cb"] }

[[tenants.users]]
username = "ana@acme.example"
password = "a long passphrase"
"#;

/// A service with one tenant, one app and one person.
struct House {
    place: Place,
    port: u16,
}

impl House {
    fn new() -> Self {
        let place = Place::new();
        place.root_key("root.key");
        let port = free_port();
        let configuration = format!(
            "origin = \"http://localhost:{port}\"\ndata = \"data\"\nroot_key_file = \
             \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n"
        );
        place.write("admit.toml", &configuration);
        place.write("tenant.toml", TENANT);
        Self { place, port }
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}/acme/{path}", self.port)
    }

    /// Guesses until the log has no room left in the blocks that it already has.
    fn guess_until(&self, expected: u16) -> (u16, String) {
        let mut guesses = (0..200).map(|number| self.guess(&format!("person-{number}")));
        guesses.find(|(status, _)| *status == expected).expect("the status")
    }

    /// Types a wrong password, which has to be counted, and so written: the status and the page.
    fn guess(&self, username: &str) -> (u16, String) {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let request = format!(
            "{}?client_id=app&response_type=code&scope=openid&redirect_uri=http://localhost/cb\
             &code_challenge={challenge}&code_challenge_method=S256",
            self.url("oauth2/v2.0/authorize")
        );
        let (status, page) = ask(&["--include", &request]);
        if status != 200 {
            return (status, page);
        }
        let cookie = page.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|line| line.split(';').next()).expect("a cookie");
        let flow = page.split("name=\"flow\" value=\"").nth(1).and_then(|it| it.split('"').next());
        let flow = format!("flow={}", flow.expect("a flow"));
        ask(&[
            "--include",
            "--cookie",
            cookie,
            "--data-urlencode",
            &flow,
            "--data-urlencode",
            &format!("username={username}"),
            "--data-urlencode",
            "password=not the passphrase",
            &self.url("sign-in"),
        ])
    }

    /// What the history says of the request that a page is about.
    fn explained(&self, page: &str) -> String {
        let trace_id = page.lines().find_map(|line| line.strip_prefix("x-ms-request-id: "));
        let trace_id = trace_id.expect("a trace id").trim().to_owned();
        let explained = || self.place.run(&["explain", &trace_id, "--config", "admit.toml"]);
        // Records are written in batches.
        for _ in 0..30 {
            let ran = explained();
            if ran.status == Some(0) {
                return ran.done();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        explained().done()
    }

    fn serve(&self) -> Running {
        self.place.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"")
    }

    fn apply(&self) {
        self.place.run(&["apply", "tenant.toml", "--config", "admit.toml"]).done();
    }
}

#[test]
fn a_full_disk_is_our_fault_and_passes_when_there_is_room_again() {
    // The data directory is a file system of 8 MiB of its own, mounted where only the service and
    // its helper see it. It is filled to the last block while the service runs, passwords are
    // guessed until the log needs a new block, and it is emptied again.
    let house = House::new();
    let disk = SmallDisk::under(&house);
    let (status, page) = house.guess("ana@acme.example");
    assert_eq!(status, 400, "{page}");
    assert!(page.contains("id=\"problem\""), "{page}");

    disk.fill(&house);
    let (_, page) = house.guess_until(503);
    assert!(page.contains("AADSTS90033") && page.contains("\nretry-after: "), "{page}");
    assert!(!page.contains("disk is full"), "{page}");
    // What needs no write goes on.
    assert_eq!(ask(&[&house.url("v2.0/.well-known/openid-configuration")]).0, 200);

    disk.empty(&house);
    let (status, page) = house.guess("ana@acme.example");
    assert_eq!(status, 400, "{page}");
    assert!(page.contains("id=\"problem\""), "{page}");
    house.place.write("gone", "");
    assert_eq!(disk.0.stop(), Some(0));
}

/// A service whose disk can be filled and emptied.
struct SmallDisk(Running, bool);

const MOUNTED: &str = r#"mount -t tmpfs -o size=8m,mode=0700 tmpfs data || exit 9
"$ADMIT" apply tenant.toml --config admit.toml >/dev/null || exit 8
(while sleep 0.05; do
  [ -e fill ] && cat /dev/zero >data/filler 2>/dev/null; [ -e data/filler ] && rm -f fill
  [ -e empty ] && rm data/filler empty
  [ -e gone ] && exit
done) &
exec "$ADMIT" serve --config admit.toml
"#;

/// Where mounting is not allowed, a limit on the size of files stands for the end of the disk.
const LIMITED: &str = r#"trap '' XFSZ
"$ADMIT" apply tenant.toml --config admit.toml >/dev/null || exit 8
exec "$ADMIT" serve --config admit.toml
"#;

impl SmallDisk {
    fn under(house: &House) -> Self {
        let alone = ["--map-root-user", "--mount"];
        let mountable = Command::new("unshare").args(alone).arg("true").status();
        let mounted = mountable.is_ok_and(|status| status.success());
        fs::create_dir(house.place.path().join("data")).expect("a directory");
        house.place.write("on-small-disk", if mounted { MOUNTED } else { LIMITED });
        let mut command = Command::new(if mounted { "unshare" } else { "sh" });
        if mounted {
            command.args(alone).arg("sh");
        }
        command.arg("on-small-disk").env("ADMIT", env!("CARGO_BIN_EXE_admit"));
        command.current_dir(house.place.path());
        Self(Running::of(command, "\"message\":\"ready\""), mounted)
    }

    fn fill(&self, house: &House) {
        if self.1 { signal(house, "fill") } else { self.limit("1:unlimited") }
    }

    fn empty(&self, house: &House) {
        if self.1 { signal(house, "empty") } else { self.limit("unlimited") }
    }

    fn limit(&self, size: &str) {
        let (pid, size) = (self.0.pid().to_string(), format!("--fsize={size}"));
        let set = Command::new("prlimit").args(["--pid", &pid, &size]).status().expect("prlimit");
        assert!(set.success());
    }
}

/// Tells the helper beside the service to do something, and waits until it has.
fn signal(house: &House, what: &str) {
    let file = house.place.write(what, "");
    let done = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        !file.exists()
    });
    assert!(done, "{what}");
}

#[test]
fn a_damaged_ledger_is_our_fault_and_the_record_says_what_is_damaged() {
    // Overwrites the ledger under the running service with what is no database, guesses a password,
    // and asks for the record of that request, which is in another file.
    let house = House::new();
    house.apply();
    let running = house.serve();
    let ledger = house.place.path().join("data/ledger.db");
    let bytes = fs::metadata(&ledger).expect("a file").len();
    let wal = house.place.path().join("data/ledger.db-wal");
    let damage = vec![0x55; usize::try_from(bytes).expect("a small file")];
    write_over(&ledger, &damage);
    if wal.exists() {
        write_over(&wal, &[0x55; 4_096]);
    }
    let (status, page) = house.guess("ana@acme.example");
    assert_eq!(status, 500, "{page}");
    assert!(page.contains("AADSTS50000"), "{page}");
    assert!(!page.contains("malformed") && !page.contains("not a database"), "{page}");
    let explained = house.explained(&page);
    assert!(explained.contains("AADSTS50000"), "{explained}");
    let named = ["malformed", "not a database"].iter().any(|words| explained.contains(words));
    assert!(named, "{explained}");
    drop(running);
}

fn write_over(file: &std::path::Path, bytes: &[u8]) {
    use std::os::unix::fs::FileExt;
    let file = fs::OpenOptions::new().write(true).open(file).expect("a file");
    file.write_all_at(bytes, 0).expect("written");
}
