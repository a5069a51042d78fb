//! Advice about a configuration without errors: what works, but probably not as intended.

use std::net::IpAddr;
use std::path::Path;

use model::Tenant;

use super::{Checked, allowed_networks, certificate, continuity, optional_pkce};
use crate::config::{Config, ListenAddress, Listener, Storage};
use crate::storage::exists;
use crate::unlisted_proxies;

/// A disk with less free space is nearly full: what is written in some hours may not fit.
const FREE_BYTES_MIN: u64 = 1 << 30;
/// A disk with less free space is nearly full if less than this part of it is free, too.
const FREE_BYTES_ENOUGH: u64 = 10 << 30;
const FREE_PERCENT_MIN: u64 = 5;
const MIB: u64 = 1 << 20;

/// Returns every piece of advice, some sentences each.
pub(crate) fn advice(config: &Config, checked: &Checked) -> Vec<String> {
    let mut advice = Vec::new();
    for listener in &config.listeners {
        advice.extend(listener.tls.as_ref().map(certificate::advice).unwrap_or_default());
        advice.extend(missing_proxy(config, listener));
    }
    if let Storage::Files(data_dir) = &config.storage {
        advice.extend(unlisted(config, data_dir));
        advice.extend(exists(data_dir).then(|| nearly_full(data_dir)).flatten());
    }
    advice.extend(checked.databases.iter().flat_map(|database| database.advice.clone()));
    if let Some(stored) = &checked.stored {
        advice.extend(continuity::advice(stored));
        advice.extend(optional_pkce::advice(stored));
        advice.extend(allowed_networks::advice(config, stored));
        // If tenants cannot be read, the check of the root key reports that.
        let tenants = stored.read(stored.service.store.tenants()).unwrap_or_default();
        advice.extend(tenants.iter().filter_map(|tenant| unreachable_support(config, tenant)));
    }
    advice
}

/// A plain HTTP listener of an `https` origin has a proxy in front of it, which no option names.
fn missing_proxy(config: &Config, listener: &Listener) -> Option<String> {
    let has_proxy = listener.tls.is_some() || !listener.trusted_proxies.is_empty();
    if has_proxy || !config.origin.as_str().starts_with("https://") {
        return None;
    }
    let proxy = match &listener.address.value {
        ListenAddress::Tcp(address) => address.ip().to_string(),
        ListenAddress::Unix(_) => "unix".to_owned(),
        // It has TLS or trusted proxies, or is refused.
        ListenAddress::Activated(_) => return None,
    };
    Some(format!(
        "the listener {} has no TLS, so a proxy on this machine terminates it, but \
         `trusted_proxies` is empty: all clients share the address of the proxy, and a hundred \
         wrong passwords lock all of them out. Add `trusted_proxies = [\"{proxy}\"]` and let the \
         proxy set X-Forwarded-For.",
        listener.address.value
    ))
}

/// The peers that named a sender while the service ran, and that are still no trusted proxies.
fn unlisted(config: &Config, data_dir: &Path) -> Option<String> {
    let is_listed = |address: &IpAddr| {
        let mut proxies = config.listeners.iter().flat_map(|listener| &listener.trusted_proxies);
        proxies.any(|proxy| proxy.contains(*address))
    };
    let mut unlisted = unlisted_proxies::read(data_dir);
    unlisted.retain(|address| !is_listed(address));
    if unlisted.is_empty() {
        return None;
    }
    let unlisted: Vec<String> = unlisted.iter().map(ToString::to_string).collect();
    Some(format!(
        "requests from {} had X-Forwarded-For or Forwarded, which was ignored. If this is a proxy \
         of yours, add it to `trusted_proxies`, because all its clients share its address \
         otherwise. If it is not, any client may send this header.",
        unlisted.join(" and ")
    ))
}

/// Sign-ins and redemptions fail if the disk of the data directory is full.
fn nearly_full(data_dir: &Path) -> Option<String> {
    let disk = rustix::fs::statvfs(data_dir).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let percent = disk.f_bavail.saturating_mul(100).checked_div(disk.f_blocks)?;
    is_nearly_full(free, percent).then(|| {
        format!(
            "the disk of {} is nearly full: {} MiB ({percent} %) are free. Sign-ins and \
             redemptions fail when it is full. `[records]` limits the size of the records.",
            data_dir.display(),
            free / MIB,
        )
    })
}

const fn is_nearly_full(free: u64, percent: u64) -> bool {
    free < FREE_BYTES_MIN || (free < FREE_BYTES_ENOUGH && percent < FREE_PERCENT_MIN)
}

/// A support address gets no e-mail without an SMTP server.
fn unreachable_support(config: &Config, tenant: &Tenant) -> Option<String> {
    let address = tenant.support.address.as_ref().filter(|_| config.mail.is_none())?;
    Some(format!(
        "the tenant {} notifies {address} of reports, but the configuration has no `[mail]`: no \
         e-mail is sent. Add `[mail]`, then try it with `admit mail test {address}`.",
        tenant.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_nearly_full_by_bytes_or_by_percent() {
        // Checks both limits from either side; a large disk may have a small part free.
        assert!(is_nearly_full(FREE_BYTES_MIN - 1, 50));
        assert!(!is_nearly_full(FREE_BYTES_MIN, 50));
        assert!(is_nearly_full(FREE_BYTES_ENOUGH - 1, 4));
        assert!(!is_nearly_full(FREE_BYTES_ENOUGH - 1, 5));
        assert!(!is_nearly_full(FREE_BYTES_ENOUGH, 1));
    }
}
