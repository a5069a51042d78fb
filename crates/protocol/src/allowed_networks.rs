//! Access by network: from which addresses users sign in to a client, and their grants are used.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Client, IpNetwork, Tenant};

use crate::{
    Checks,
    context::{RuleContext, Sender},
};

/// Checks that the sender of a request is in a network from which the client may be used. Without
/// networks, it may from everywhere, and no check is recorded.
pub(crate) fn check(
    client: &Client,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<(), Refusal> {
    let networks = client.allowed_networks_in(&context.tenant.row);
    if networks.is_empty() {
        return Ok(());
    }
    checks.record("network", check_sender(&client.name, networks, context.sender))
}

/// Returns whether the pages of the tenant itself may be used by a sender.
pub fn permits(tenant: &Tenant, sender: Sender) -> bool {
    tenant.allowed_networks.is_empty() || is_in(&tenant.allowed_networks, sender)
}

fn check_sender(client: &str, networks: &[IpNetwork], sender: Sender) -> Result<(), Refusal> {
    if is_in(networks, sender) {
        return Ok(());
    }
    let address = match sender {
        Sender::Host(address) => address.to_canonical().to_string(),
        Sender::Process | Sender::DryRun => "unix:".to_owned(),
    };
    let allowed: Vec<String> = networks.iter().map(ToString::to_string).collect();
    let comparison = Comparison::mismatch("address", allowed.join(", "), &address)
        .with_difference(Difference::new("network_not_allowed"));
    Err(refusal::network_not_allowed(address, client).with(comparison.operator_only()))
}

fn is_in(networks: &[IpNetwork], sender: Sender) -> bool {
    match sender {
        Sender::Host(address) => networks.iter().any(|network| network.contains(address)),
        // It is not known who sent the request.
        Sender::Process => false,
        Sender::DryRun => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sender_outside_of_the_networks_is_refused_with_their_address() {
        // Checks senders inside and outside of two networks, and those without an address.
        let networks = ["203.0.113.0/24", "2001:db8::/32"]
            .map(|text| text.parse::<IpNetwork>().expect("a network"));
        let host = |text: &str| Sender::Host(text.parse().expect("an address"));
        for sender in [host("203.0.113.9"), host("::ffff:203.0.113.9"), host("2001:db8::1")] {
            assert_eq!(check_sender("shop", &networks, sender), Ok(()), "{sender:?}");
        }
        assert_eq!(check_sender("shop", &networks, Sender::DryRun), Ok(()));
        for (sender, address) in
            [(host("::ffff:198.51.100.1"), "198.51.100.1"), (Sender::Process, "unix:")]
        {
            let refusal = check_sender("shop", &networks, sender).expect_err("a refusal");
            assert_eq!(refusal.entry().number, 53003);
            let [comparison] = refusal.comparisons() else { panic!("one comparison") };
            assert_eq!(comparison.received.as_deref(), Some(address));
            assert_eq!(comparison.expected.as_deref(), Some("203.0.113.0/24, 2001:db8::/32"));
        }
    }
}
