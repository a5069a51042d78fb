//! Row `key-rotation`: keys are rotated while tokens are verified, and withdrawn.

use std::process::Stdio;
use std::time::Duration;

use jose::{CompactJws, JwkSet, Padding, VerifyingKey};
use tokio::process::Command;

use super::Run;
use super::figure::Figure;
use crate::client::App;
use crate::http::Connection;
use crate::service::{Data, Service};
use crate::{Result, clock};

/// The longest time until a withdrawn key is neither published nor accepted.
const WITHDRAWN_MAX: Duration = Duration::from_secs(60);
const TOKEN_BYTES_MAX: usize = 16 * 1024;
/// The keys are rotated after each of this number of verifications, or of a thousand in the short
/// form. `admit key rotate` publishes 60 keys at most, and each rotation adds two.
const VERIFICATIONS_PER_ROTATION: u32 = 4_000;

/// The figures of the verifications.
#[derive(Clone, Copy)]
struct Measured {
    verifications: u32,
    failures: u32,
    rotations: u32,
    /// The number of times that the resource server loaded the key set.
    loads: u32,
    /// The time for which withdrawn keys were published or accepted.
    withdrawn: Duration,
}

/// A resource server that caches the key set, and loads it again for an unknown key.
struct Verifier {
    path: String,
    keys: JwkSet,
    loads: u32,
}

/// Verifies 100,000 fresh tokens, or 5,000, and rotates the keys at once after each part of them.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let data = run.data("key-rotation")?;
    let service = Service::start(&data).await?;
    let daemon = App::find(&service.tenant, "daemon")?;
    let mut connection = Connection::open(&service.target).await?;
    let path = format!("/{}/discovery/v2.0/keys", service.tenant.id);
    let mut verifier = Verifier { path, keys: JwkSet::from_json(b"{\"keys\":[]}")?, loads: 0 };
    let (verifications, mut failures, mut rotations) = (run.size(100_000, 5_000), 0, 0);
    let each = run.size(VERIFICATIONS_PER_ROTATION, 1_000);
    let mut rotation = None;
    for number in 0..verifications {
        if number % each == each / 2 {
            wait_for(rotation.take()).await?;
            rotations += 1;
            rotation = Some(rotate(run, &data, &[])?);
        }
        let token = daemon.own_token(&mut connection).await?;
        failures += u32::from(!verifier.verifies(&mut connection, &token).await?);
    }
    wait_for(rotation.take()).await?;
    let withdrawn = withdraw(run, &data, &daemon, &mut verifier, &mut connection).await?;
    service.kill().await?;
    let loads = verifier.loads;
    Ok(Measured { verifications, failures, rotations, loads, withdrawn }.figures())
}

impl Measured {
    fn figures(self) -> Vec<Figure> {
        let Self { verifications, failures, rotations, loads, withdrawn } = self;
        let failed = format!("{failures} of {verifications}");
        let seen = format!("{rotations} rotations, key set loaded {loads} times");
        vec![
            Figure::new("0 failed verifications", failed, failures == 0 && verifications > 0),
            Figure::new("each rotation is seen", seen, loads >= rotations && rotations > 0),
            Figure::at_most("withdrawn everywhere in the service", withdrawn, WITHDRAWN_MAX),
        ]
    }
}

/// Withdraws all keys, and returns how long the old ones were published or accepted.
async fn withdraw(
    run: &Run,
    data: &Data,
    daemon: &App,
    verifier: &mut Verifier,
    connection: &mut Connection,
) -> Result<Duration> {
    let old = daemon.own_token(connection).await?;
    if !daemon.is_active(connection, &old).await? {
        return Err("a fresh token is not active".into());
    }
    let start = clock::now();
    let status = rotate(run, data, &["--revoke-old"])?.wait().await?;
    if !status.success() {
        return Err("the keys were not withdrawn".into());
    }
    while start.elapsed() <= WITHDRAWN_MAX {
        verifier.load(connection).await?;
        let is_published = verifier.has_key(&old)?;
        if !is_published && !daemon.is_active(connection, &old).await? {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(start.elapsed())
}

/// Waits for a rotation that runs beside the verifications.
async fn wait_for(rotation: Option<tokio::process::Child>) -> Result<()> {
    let Some(mut rotation) = rotation else { return Ok(()) };
    if rotation.wait().await?.success() {
        return Ok(());
    }
    Err("the keys were not rotated".into())
}

fn rotate(run: &Run, data: &Data, arguments: &[&str]) -> Result<tokio::process::Child> {
    let mut command = Command::new(&run.binary);
    command.args(["key", "rotate", "--now"]).args(arguments).arg("--data").arg(&data.path);
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
    Ok(command.spawn()?)
}

impl Verifier {
    async fn load(&mut self, connection: &mut Connection) -> Result<()> {
        self.keys = JwkSet::from_json(&connection.get(&self.path, "").await?.body)?;
        self.loads += 1;
        Ok(())
    }

    fn has_key(&self, token: &str) -> Result<bool> {
        let jws = CompactJws::parse(token, TOKEN_BYTES_MAX, Padding::Refused)?;
        Ok(!self.keys.candidates(jws.header()).is_empty())
    }

    async fn verifies(&mut self, connection: &mut Connection, token: &str) -> Result<bool> {
        if !self.has_key(token)? {
            self.load(connection).await?;
        }
        let jws = CompactJws::parse(token, TOKEN_BYTES_MAX, Padding::Refused)?;
        let Some(key) = self.keys.candidates(jws.header()).first().copied() else {
            return Ok(false);
        };
        let key = VerifyingKey::new(key)?;
        Ok(jws.verify(&key).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_broken_figure_of_a_key_rotation_breaks_its_promise() {
        // Judges rotations that keep all promises, and some that break one each.
        let good = Measured {
            verifications: 5_000,
            failures: 0,
            rotations: 5,
            loads: 5,
            withdrawn: WITHDRAWN_MAX,
        };
        let kept = |measured: Measured| {
            measured.figures().iter().map(|figure| figure.is_kept).collect::<Vec<_>>()
        };
        assert_eq!(kept(good), [true; 3]);
        assert_eq!(kept(Measured { failures: 1, ..good }), [false, true, true]);
        assert_eq!(kept(Measured { verifications: 0, ..good }), [false, true, true]);
        assert_eq!(kept(Measured { loads: 4, ..good }), [true, false, true]);
        assert_eq!(kept(Measured { rotations: 0, ..good }), [true, false, true]);
        let withdrawn = WITHDRAWN_MAX + Duration::from_millis(1);
        assert_eq!(kept(Measured { withdrawn, ..good }), [true, true, false]);
    }
}
