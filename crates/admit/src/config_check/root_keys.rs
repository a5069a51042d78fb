//! Checks of the root keys: whether they can be used, what each one opens, and when an earlier one
//! is no longer needed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jose::seal::{KeyId, RootKey, key_id_text};
use model::{ChangeEvent, Fault, Seconds, Tenant, Timestamp, format_utc};
use service::{SealedCount, SealedKind, Service};

use super::StoredData;
use crate::config::Config;
use crate::error::CommandError;
use crate::root_key::{self, Data, RootKeyError};
use crate::storage::{DataLocation, StoreLocation};
use crate::toml_document::{Problem, Problems, Spanned};

/// The longest life of what a root key seals beside refresh tokens and sessions: links that confirm
/// the address of a report. Cookies that recognize browsers live longer: they are not waited for,
/// because a browser without one is only unknown until its next sign-in.
const OTHERS_LIFETIME: Seconds = Seconds::days(7);

/// The effect of removing an earlier key that is not waited for.
const BROWSERS: &str = "Without it, browsers in which no user has signed in since the root key \
                        was replaced are recognized again only after their next sign-in";

/// Adds the problems of the files with root keys. Returns whether they can be used.
pub(super) fn check_files(config: &Config, problems: &Problems) -> bool {
    let current = &config.root_key_file;
    let key = root_key::read(current, DataLocation::from_config(config).for_root_key());
    let Some(key) = usable(key, current, problems) else { return false };
    let mut seen = BTreeMap::from([(key.key_id(), &current.value)]);
    for file in &config.earlier_root_key_files {
        let Some(key) = usable(root_key::read_earlier(file), file, problems) else {
            return false;
        };
        if let Some(other) = seen.insert(key.key_id(), &file.value) {
            let found = format!("{} holds the same key", other.display());
            problems.add(Problem::new(file.span.clone(), "a root key is named twice", found));
            return false;
        }
    }
    true
}

/// Adds the problem of root keys that do not decrypt what is stored. Returns the store if it can be
/// read.
pub(super) fn check_stored(config: &Config, problems: &Problems) -> Option<StoredData> {
    let current = &config.root_key_file;
    let location = StoreLocation::from_config(config);
    let unopened = |error: &CommandError| {
        let problem = Problem::new(config.storage.span(), "the store cannot be used", "");
        problems.add(problem.allowed(error.text()));
    };
    let stored = StoredData::open(&location).inspect_err(unopened).ok().flatten()?;
    if let Err(error) = stored.read(location.check_root_key(&stored.service)) {
        problems.add(unusable(current).allowed(error.text()));
    }
    Some(stored)
}

fn usable(
    key: Result<RootKey, RootKeyError>,
    file: &Spanned<PathBuf>,
    problems: &Problems,
) -> Option<RootKey> {
    key.map_err(|RootKeyError { reason, command }| {
        let end = if command.is_some() { ":" } else { "" };
        let problem = unusable(file).allowed(format!("{reason}{end}"));
        problems.add(Problem { command, ..problem });
    })
    .ok()
}

fn unusable<T>(file: &Spanned<T>) -> Problem {
    Problem::new(file.span.clone(), "the root key cannot be used", "")
}

/// The use of root keys, as far as it is known.
struct Use {
    /// The stored values.
    counts: Vec<SealedCount>,
    /// The time of the first start with the current root key.
    since: Option<Timestamp>,
    /// The longest life of what is not stored: refresh tokens and cookies.
    lifetime: Seconds,
}

/// Returns a line for each root key file with what it opens.
pub(crate) fn contents(config: &Config, stored: &StoredData) -> Vec<String> {
    let Ok(found) = stored.read(Use::read(&stored.service)) else { return Vec::new() };
    if found.counts.is_empty() && config.earlier_root_key_files.is_empty() {
        return Vec::new();
    }
    let line = |file: &Path, key: Result<RootKey, RootKeyError>, is_current: bool| {
        let id = key.ok()?.key_id();
        let opens = found.opens(id);
        let (role, rest) = if is_current {
            ("root key", String::new())
        } else {
            ("earlier root key", found.advice(id))
        };
        let id = key_id_text(id);
        Some(format!("{role} {} ({id}): decrypts {opens}{rest}", file.display()))
    };
    let current = &config.root_key_file.value;
    let current = line(current, root_key::read(current, Data::None), true);
    let earlier = config.earlier_root_key_files.iter();
    let earlier = earlier.map(|file| line(file, root_key::read_earlier(file), false));
    std::iter::once(current).chain(earlier).flatten().collect()
}

impl Use {
    async fn read(service: &Service) -> Result<Self, Fault> {
        let current = service.root_keys().first().copied().map(key_id_text);
        let last = service.history.last_event(ChangeEvent::ROOT_KEY).await.unwrap_or_default();
        let since = last.filter(|event| Some(&event.detail) == current.as_ref());
        let tenants = service.store.tenants().await?;
        let lifetime = tenants.iter().map(longest_lifetime).max().unwrap_or_default();
        Ok(Self {
            counts: service.sealed_counts().await?,
            since: since.map(|event| event.at),
            lifetime: lifetime.max(OTHERS_LIFETIME),
        })
    }

    /// Returns the stored values of a key in words.
    fn opens(&self, key: KeyId) -> String {
        let of_key = self.counts.iter().filter(|count| count.key == key);
        let words: Vec<String> = of_key
            .map(|SealedCount { kind, count, .. }| {
                let plural = if *count == 1 { "" } else { "s" };
                match kind {
                    SealedKind::SigningKey => format!("{count} stored signing key{plural}"),
                    SealedKind::WebhookSecret => {
                        format!("{count} stored secret{plural} of webhooks")
                    }
                    SealedKind::TotpSecret => {
                        format!("{count} stored secret{plural} of authenticator apps")
                    }
                }
            })
            .collect();
        if words.is_empty() { "nothing that is stored".to_owned() } else { words.join(" and ") }
    }

    /// Returns what to do with an earlier key.
    fn advice(&self, key: KeyId) -> String {
        if self.counts.iter().any(|count| count.key == key) {
            return ". Run `admit key reseal`, then check again".to_owned();
        }
        let Some(since) = self.since else {
            return ". Keep it: the service has not started with the current root key yet"
                .to_owned();
        };
        let until = since + self.lifetime;
        if service::now() < until {
            return format!(
                ". Refresh tokens, sessions and links from before {} need it until {} at the \
                 latest: remove it from `earlier_root_key_files` after that. {BROWSERS}",
                format_utc(since),
                format_utc(until)
            );
        }
        format!(
            ", and no refresh token, session or link that is still valid. Remove it from \
             `earlier_root_key_files`; only backups from before need it. {BROWSERS}"
        )
    }
}

/// Returns the longest life of a refresh token or a session of a tenant.
fn longest_lifetime(tenant: &Tenant) -> Seconds {
    let grants = tenant.grant_lifetime.max(tenant.single_page_grant_lifetime);
    grants.max(tenant.session_lifetime).max(tenant.persistent_session_lifetime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_root_key_is_kept_while_links_of_reports_are_valid() {
        // The advice six and eight days after the key was replaced, with short sessions and grants.
        let advice = |days| {
            let since = Some(service::now() - Seconds::days(days));
            let found = Use { counts: Vec::new(), since, lifetime: OTHERS_LIFETIME };
            found.advice(RootKey::from_bytes([1; 32]).key_id())
        };
        assert!(advice(6).contains("need it until"), "{}", advice(6));
        assert!(advice(8).contains("Remove it from"), "{}", advice(8));
        for text in [advice(6), advice(8)] {
            assert!(text.contains("recognized again only after their next sign-in"), "{text}");
        }
    }
}
