//! The first sign-ins of many users whose password hashes come from other systems.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use clap::Args;
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::client::App;
use crate::http::Connection;
use crate::service::{Data, Service, User};
use crate::user_agent::{Step, UserAgent};
use crate::{Result, print_line};

/// Concurrent sign-ins. The service hashes two passwords at a time, and lets few others of one
/// address wait.
const BROWSERS: usize = 4;
/// Maximum number of users that a file adds.
const USERS_PER_FILE: usize = 10_000;
/// The beginning of a hash of Admit itself.
const OWN_HASH: &str = "password_hash = \"$argon2id$v=19$m=19456,t=2,p=1$";

/// The binary and the hashes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The binary of the service
    binary: PathBuf,
    /// The output of `e2e/python/password_hashes.py NUMBER`: kind, password and hash in each line
    hashes: PathBuf,
}

/// A user with the kind of their hash.
#[derive(Clone)]
struct Imported {
    kind: String,
    hash: String,
    user: Arc<User>,
}

/// Imports a user for each hash, signs each in, and counts whose hash was replaced. Returns whether
/// all were, and whether a wrong password of each kind was refused.
pub(crate) async fn run(arguments: &Arguments) -> Result<bool> {
    let imported = read(&arguments.hashes)?;
    let data = Data::create(&arguments.binary, "imported")?;
    let mut service = Service::start(&data).await?;
    add_users(&data, &imported).await?;
    let refused = refuse_wrong_passwords(&service, &imported).await?;
    let signed_in = sign_in_all(&service, &imported).await?;
    service.stop().await?;
    let replaced = replaced_hashes(&data).await?;
    for (kind, (users, codes)) in &signed_in {
        print_line(&format!("{kind:26} {users:>6} users, {codes:>6} signed in"));
    }
    let codes: usize = signed_in.values().map(|(_, codes)| codes).sum();
    let (kinds, users) = (signed_in.len(), imported.len());
    print_line(&format!(
        "{users} users, {codes} signed in, {replaced} hashes replaced; \
         {refused} of {kinds} wrong passwords refused"
    ));
    Ok(codes == users && replaced >= users && refused == kinds)
}

fn read(file: &Path) -> Result<Vec<Imported>> {
    let text = std::fs::read_to_string(file)?;
    let imported = text.lines().enumerate().map(|(number, line)| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [kind, password, hash] = fields[..] else {
            return Err(format!("{}:{}: not three fields", file.display(), number + 1).into());
        };
        let username = format!("imported{number}@demo.test");
        let user = Arc::new(User { username, password: password.to_owned() });
        Ok(Imported { kind: kind.to_owned(), hash: hash.to_owned(), user })
    });
    imported.collect()
}

async fn add_users(data: &Data, imported: &[Imported]) -> Result<()> {
    for (part, users) in imported.chunks(USERS_PER_FILE).enumerate() {
        let file = |name: &str| data.path.join(format!("{name}-{part}"));
        let (csv, secrets) = (file("users.csv"), file("generated"));
        let mut text = "username,name,password_hash\n".to_owned();
        for one in users {
            writeln!(text, "{},{},\"{}\"", one.user.username, one.kind, one.hash)?;
        }
        std::fs::write(&csv, text)?;
        let mut command = Command::new(data.binary());
        command.args(["user", "add", "--csv"]).arg(csv).arg("--secrets-file").arg(secrets);
        run_command(command.arg("--data").arg(&data.path)).await?;
    }
    Ok(())
}

/// Returns the number of kinds of which a wrong password led to the sign-in form again.
async fn refuse_wrong_passwords(service: &Service, imported: &[Imported]) -> Result<usize> {
    let app = app(service)?;
    let first: BTreeMap<&str, &Imported> =
        imported.iter().rev().map(|one| (one.kind.as_str(), one)).collect();
    let mut refused = 0;
    for one in first.values() {
        let password = format!("{}!", one.user.password);
        let user = User { username: one.user.username.clone(), password };
        let mut connection = Connection::open(&service.target).await?;
        let mut browser = UserAgent::default();
        let mut response = browser.begin(&mut connection, &app).await?;
        let mut forms = 0;
        while forms < 2 {
            forms += u32::from(UserAgent::asks_for_password(&response));
            if forms < 2 {
                let step = browser.proceed(&mut connection, (&user, &app), &response).await?;
                let Step::Response(next) = step else { break };
                response = next;
            }
        }
        refused += usize::from(forms == 2);
    }
    Ok(refused)
}

/// Signs each user in with a new browser. Returns the users and the codes of each kind.
async fn sign_in_all(
    service: &Service,
    imported: &[Imported],
) -> Result<BTreeMap<String, (usize, usize)>> {
    let app = Arc::new(app(service)?);
    let mut browsers = JoinSet::new();
    for part in 0..BROWSERS {
        let users: Vec<Imported> = imported.iter().skip(part).step_by(BROWSERS).cloned().collect();
        let (app, target) = (Arc::clone(&app), service.target.clone());
        browsers.spawn(async move {
            let mut counts = BTreeMap::<String, (usize, usize)>::new();
            for one in users {
                let signed_in = UserAgent::sign_in(&target, &one.user, &app).await;
                if let Err(error) = &signed_in {
                    let error: String = error.to_string().chars().take(200).collect();
                    print_line(&format!("{}: {error}", one.kind));
                }
                let count = counts.entry(one.kind).or_default();
                count.0 += 1;
                count.1 += usize::from(signed_in.is_ok());
            }
            counts
        });
    }
    let mut all = BTreeMap::<String, (usize, usize)>::new();
    while let Some(counts) = browsers.join_next().await {
        for (kind, (users, codes)) in counts? {
            let count = all.entry(kind).or_default();
            count.0 += users;
            count.1 += codes;
        }
    }
    Ok(all)
}

fn app(service: &Service) -> Result<App> {
    App::find(&service.tenant, "web")
}

/// Returns the number of users with a hash of Admit itself.
async fn replaced_hashes(data: &Data) -> Result<usize> {
    let file = data.path.join("export.toml");
    let mut command = Command::new(data.binary());
    command.arg("export").arg("--with-credentials").arg(&file).arg("--data").arg(&data.path);
    run_command(&mut command).await?;
    Ok(std::fs::read_to_string(file)?.lines().filter(|line| line.starts_with(OWN_HASH)).count())
}

async fn run_command(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}
