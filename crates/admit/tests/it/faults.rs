//! Faults: a full disk and a damaged database. The service recovers without a restart.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::fixtures::{TestDir, TestServer, curl};
use crate::serve::free_port;

const TENANT: &str = r#"[[tenants]]
name = "acme"

[[tenants.clients]]
name = "App"
client_id = "app"
public = true
admin_consent = true
redirect_uris = { native = ["http://localhost/cb"] }

[[tenants.users]]
username = "ana@acme.example"
password = "a long passphrase"
"#;

/// An installation with one tenant, one client and one user.
struct TestInstallation {
    dir: TestDir,
    port: u16,
}

impl TestInstallation {
    fn new() -> Self {
        let dir = TestDir::new();
        dir.root_key("root.key");
        let port = free_port();
        let configuration = format!(
            "origin = \"http://localhost:{port}\"\ndata_dir = \"data\"\nroot_key_file = \
             \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n"
        );
        dir.write("admit.toml", &configuration);
        dir.write("tenant.toml", TENANT);
        Self { dir, port }
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}/acme/{path}", self.port)
    }

    /// Guesses passwords until the response has this status: the WAL then needs new blocks.
    fn guess_until(&self, expected: u16) -> (u16, String) {
        let mut guesses = (0..200).map(|number| self.guess(&format!("user-{number}")));
        guesses.find(|(status, _)| *status == expected).expect("the status")
    }

    /// Submits a wrong password, which the ledger counts, and returns status and page.
    fn guess(&self, username: &str) -> (u16, String) {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let request = format!(
            "{}?client_id=app&response_type=code&scope=openid&redirect_uri=http://localhost/cb\
             &code_challenge={challenge}&code_challenge_method=S256",
            self.url("oauth2/v2.0/authorize")
        );
        let cookies = self.dir.path().join("cookies").display().to_string();
        let browser = ["--include", "--location", "--cookie-jar", &cookies, "--cookie", &cookies];
        let (status, pages) = curl(&[&browser[..], &[&request]].concat());
        let page = last_response(&pages);
        if status != 200 {
            return (status, page);
        }
        let value = |before: &str| {
            let value = page.split(before).nth(1).and_then(|it| it.split('"').next());
            value.expect("a value").replace("&#x2f;", "/").replace("&amp;", "&")
        };
        let action = value("method=\"post\" action=\"");
        let url = format!("http://localhost:{}{action}", self.port);
        let flow = format!("flow={}", value("name=\"flow\" value=\""));
        let step = format!("step={}", value("name=\"step\" value=\""));
        let username = format!("username={username}");
        let password = "password=not the passphrase";
        let fields = [flow.as_str(), &step, &username, password];
        let fields = fields.map(|field| ["--data-urlencode", field]).concat();
        let (status, pages) = curl(&[&browser[..], &fields, &[&url]].concat());
        (status, last_response(&pages))
    }

    /// Explains the request of a response with the history.
    fn explained(&self, page: &str) -> String {
        let trace_id = page.lines().find_map(|line| line.strip_prefix("x-ms-request-id: "));
        let trace_id = trace_id.expect("a trace id").trim().to_owned();
        let explained = || self.dir.run(&["explain", &trace_id, "--config", "admit.toml"]);
        // Records are written in batches.
        for _ in 0..30 {
            let ran = explained();
            if ran.status == Some(0) {
                return ran.success();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        explained().success()
    }

    fn serve(&self) -> TestServer {
        self.dir.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"")
    }

    fn apply(&self) {
        self.dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    }
}

/// Returns the last of the responses of a request that was redirected.
fn last_response(responses: &str) -> String {
    let start = responses.rfind("HTTP/1.1 ").unwrap_or_default();
    responses.get(start..).unwrap_or_default().to_owned()
}

#[test]
fn a_full_disk_is_a_fault_until_there_is_space_again() {
    // Mounts a file system of 8 MiB as data directory, fills it while the service runs, guesses
    // passwords until the WAL needs a new block, and frees the space again.
    let installation = TestInstallation::new();
    let disk = SmallDisk::under(&installation);
    let (status, page) = installation.guess("ana@acme.example");
    assert_eq!(status, 400, "{page}");
    assert!(page.contains("id=\"problem\""), "{page}");

    disk.fill(&installation);
    let (_, page) = installation.guess_until(503);
    assert!(page.contains("AADSTS90033") && page.contains("\nretry-after: "), "{page}");
    assert!(!page.contains("disk is full"), "{page}");
    // Requests that write nothing still succeed.
    assert_eq!(curl(&[&installation.url("v2.0/.well-known/openid-configuration")]).0, 200);

    disk.empty(&installation);
    let (status, page) = installation.guess("ana@acme.example");
    assert_eq!(status, 400, "{page}");
    assert!(page.contains("id=\"problem\""), "{page}");
    installation.dir.write("stop", "");
    assert_eq!(disk.0.stop(), Some(0));
}

/// A server whose disk can be filled and emptied.
struct SmallDisk(TestServer, bool);

const MOUNTED: &str = r#"mount -t tmpfs -o size=8m,mode=0700 tmpfs data || exit 9
"$ADMIT" apply tenant.toml --config admit.toml >/dev/null || exit 8
(while sleep 0.05; do
  [ -e fill ] && cat /dev/zero >data/filler 2>/dev/null; [ -e data/filler ] && rm -f fill
  [ -e empty ] && rm data/filler empty
  [ -e stop ] && exit
  # The test removed its directory.
  [ -e on-small-disk ] || exit
done) &
exec "$ADMIT" serve --config admit.toml
"#;

/// The fallback where mounting is not allowed: a limit of the file size.
const LIMITED: &str = r#"trap '' XFSZ
"$ADMIT" apply tenant.toml --config admit.toml >/dev/null || exit 8
exec "$ADMIT" serve --config admit.toml
"#;

impl SmallDisk {
    fn under(installation: &TestInstallation) -> Self {
        let alone = ["--map-root-user", "--mount"];
        let mountable = Command::new("unshare").args(alone).arg("true").status();
        let mounted = mountable.is_ok_and(|status| status.success());
        fs::create_dir(installation.dir.path().join("data")).expect("a directory");
        installation.dir.write("on-small-disk", if mounted { MOUNTED } else { LIMITED });
        let mut command = Command::new(if mounted { "unshare" } else { "sh" });
        if mounted {
            command.args(alone).arg("sh");
        }
        command.arg("on-small-disk").env("ADMIT", env!("CARGO_BIN_EXE_admit"));
        command.current_dir(installation.dir.path());
        Self(TestServer::start(command, "\"message\":\"ready\""), mounted)
    }

    fn fill(&self, installation: &TestInstallation) {
        if self.1 { signal(installation, "fill") } else { self.limit("1:unlimited") }
    }

    fn empty(&self, installation: &TestInstallation) {
        if self.1 { signal(installation, "empty") } else { self.limit("unlimited") }
    }

    fn limit(&self, size: &str) {
        let (pid, size) = (self.0.pid().to_string(), format!("--fsize={size}"));
        let set = Command::new("prlimit").args(["--pid", &pid, &size]).status().expect("prlimit");
        assert!(set.success());
    }
}

/// Signals the helper process and waits until it is done.
fn signal(installation: &TestInstallation, what: &str) {
    let file = installation.dir.write(what, "");
    let done = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        !file.exists()
    });
    assert!(done, "{what}");
}

#[test]
fn a_damaged_ledger_is_a_fault_with_its_cause_in_the_record() {
    // Overwrites the ledger of the running service, guesses a password, and explains that request,
    // whose record is in another file.
    let installation = TestInstallation::new();
    installation.apply();
    let running = installation.serve();
    let ledger = installation.dir.path().join("data/ledger.db");
    let bytes = fs::metadata(&ledger).expect("a file").len();
    let wal = installation.dir.path().join("data/ledger.db-wal");
    let damage = vec![0x55; usize::try_from(bytes).expect("a small file")];
    write_over(&ledger, &damage);
    if wal.exists() {
        write_over(&wal, &[0x55; 4_096]);
    }
    let (status, page) = installation.guess("ana@acme.example");
    assert_eq!(status, 500, "{page}");
    assert!(page.contains("AADSTS50000"), "{page}");
    assert!(!page.contains("malformed") && !page.contains("not a database"), "{page}");
    let explained = installation.explained(&page);
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
