//! Advice about networks from which no user can come.

use model::{IpNetwork, Tenant};

use super::StoredData;
use crate::config::{Config, Listener};

/// Returns a piece of advice for each tenant and app that no user can use, because no listener
/// gives a request an address of its networks. None if they cannot be read: the check of the root
/// key reports that.
pub(crate) fn advice(config: &Config, stored: &StoredData) -> Vec<String> {
    if !config.listeners.iter().all(|listener| is_local(&listener.value)) {
        return Vec::new();
    }
    stored.read(of_tenants(stored)).unwrap_or_default()
}

async fn of_tenants(stored: &StoredData) -> Result<Vec<String>, model::Fault> {
    let store = &stored.service.store;
    let mut advice = Vec::new();
    for tenant in store.tenants().await? {
        if shuts_out(&tenant.allowed_networks) {
            advice.push(of_place(&format!("the tenant {}", tenant.name)));
        }
        for client in store.clients(tenant.id).await? {
            if shuts_out(&client.allowed_networks) {
                advice.push(of_place(&of_client(&client.name, &tenant)));
            }
        }
    }
    Ok(advice)
}

fn of_client(name: &str, tenant: &Tenant) -> String {
    format!("the app {name} of the tenant {}", tenant.name)
}

/// Returns whether every request of a listener has an address of this machine, or none.
fn is_local(listener: &Listener) -> bool {
    listener.address.value.is_local() && listener.trusted_proxies.is_empty()
}

/// Returns whether the networks have no address of this machine.
fn shuts_out(networks: &[IpNetwork]) -> bool {
    let is_local = |network: &IpNetwork| LOOPBACK.iter().any(|address| network.contains(*address));
    !networks.is_empty() && !networks.iter().any(is_local)
}

const LOOPBACK: [std::net::IpAddr; 2] = [
    std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
    std::net::IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
];

fn of_place(place: &str) -> String {
    format!(
        "`allowed_networks` of {place} shuts out every user: the listeners are on this machine, \
         and without `trusted_proxies` every request has its address. Add the proxy to \
         `trusted_proxies` and let it set X-Forwarded-For."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_without_this_machine_shut_out_all_users_behind_a_proxy() {
        // Asks for no networks, for others, and for those with an address of this machine.
        let networks = |texts: &[&str]| -> Vec<IpNetwork> {
            texts.iter().map(|text| text.parse().expect("a network")).collect()
        };
        for (texts, expected) in [
            (&[][..], false),
            (&["203.0.113.0/24"], true),
            (&["203.0.113.0/24", "127.0.0.1"], false),
            (&["0.0.0.0/0"], false),
            (&["::1"], false),
        ] {
            assert_eq!(shuts_out(&networks(texts)), expected, "{texts:?}");
        }
    }
}
