//! Brute-force protection: failed sign-ins are counted per account, known browser, network and
//! tenant.
//!
//! An address or a user name without failures of its own never waits because of others. The count
//! of the tenant refuses no sign-in: while it is above its allowance, networks that have failures
//! wait longer. `docs/reference/limits.md` states the budget, and the tests of `budget` show it.

mod allowance;
mod attempt;
#[cfg(test)]
mod budget;
mod recent_users;

use std::net::{IpAddr, Ipv6Addr};

use model::{PeerNetwork, UserId};

pub use attempt::{Attempt, StoredCounter, Wait};
pub use recent_users::RecentUsers;

/// A counter of failed sign-ins. Unknown user names are counted too, so that a lock does not reveal
/// which users exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Counts per account, by the compared form of the submitted user name, in all browsers that
    /// are not known to the user.
    Account(String),
    /// Counts per account and browser, for browsers in which the user has signed in before. An
    /// attacker in another browser cannot lock the user out of these.
    KnownBrowser {
        /// The user.
        user: UserId,
        /// The browser.
        browser: [u8; 16],
    },
    /// Counts per IPv4 address, or per IPv6 /64 by its first address ([`PeerNetwork`]).
    Address(IpAddr),
    /// Counts per IPv6 /48, by its first address: one customer may have all of its 65,536 networks.
    Site(Ipv6Addr),
    /// Counts the codes of one kind for one challenge: a second step of a sign-in flow, or a mail.
    Challenge {
        /// The flow, or the challenge of the mail.
        flow: [u8; 16],
        /// The kind of code.
        kind: &'static str,
    },
    /// Counts the codes of authenticator apps for a user.
    Codes {
        /// The user.
        user: UserId,
        /// The browser, if the user has given two factors in it before. `None` for all others.
        browser: Option<[u8; 16]>,
    },
    /// Counts the codes of mails for a user name, known or not. They are no part of the count of
    /// passwords, so that guesses of one do not keep the user from the other.
    MailedCodes {
        /// The compared form of the user name.
        username: String,
        /// The browser, if the user has signed in with it before. `None` for all others.
        browser: Option<[u8; 16]>,
    },
    /// Counts all failures in a tenant from browsers that are not known. Detects password spraying:
    /// one password for many user names, from many addresses.
    Tenant,
}

impl Counter {
    /// The kind of a challenge that was sent by mail.
    pub const MAIL: &'static str = "mail";
    /// The kind of a challenge that proves an e-mail address.
    pub const ADDRESS: &'static str = "address";

    /// Returns the counters of an attempt: that of the known browser alone, or else those of the
    /// account, of the network and of the tenant.
    pub fn of_attempt(
        username_key: String,
        known_browser: Option<(UserId, [u8; 16])>,
        address: Option<IpAddr>,
    ) -> Vec<Self> {
        if let Some((user, browser)) = known_browser {
            return vec![Self::KnownBrowser { user, browser }];
        }
        let mut counters = vec![Self::Account(username_key)];
        counters.extend(address.map(Self::of_network).into_iter().flatten());
        counters.push(Self::Tenant);
        counters
    }

    /// Returns the counters of the network of an address.
    pub fn of_network(address: IpAddr) -> Vec<Self> {
        let network = PeerNetwork::of(address);
        match network.site {
            IpAddr::V6(site) => vec![Self::Address(network.address), Self::Site(site)],
            IpAddr::V4(_) => vec![Self::Address(network.address)],
        }
    }

    /// Returns the text whose digest is the key of the stored count. It is unique per counter.
    pub fn label(&self) -> Vec<u8> {
        match self {
            Self::Account(username) => [b"account\0", username.as_bytes()].concat(),
            Self::KnownBrowser { user, browser } => {
                [&b"browser\0"[..], &user.into_bytes(), browser].concat()
            }
            Self::Address(IpAddr::V4(address)) => [&b"address4\0"[..], &address.octets()].concat(),
            Self::Address(IpAddr::V6(address)) => [&b"address6\0"[..], &address.octets()].concat(),
            Self::Site(address) => [&b"site\0"[..], &address.octets()].concat(),
            Self::Challenge { flow, kind } => [&b"challenge\0"[..], flow, kind.as_bytes()].concat(),
            Self::Codes { user, browser } => {
                let browser = browser.as_ref().map(<[u8; 16]>::as_slice).unwrap_or_default();
                [&b"codes\0"[..], &user.into_bytes(), browser].concat()
            }
            Self::MailedCodes { username, browser } => {
                let browser = browser.as_ref().map(<[u8; 16]>::as_slice).unwrap_or_default();
                let is_known = [u8::from(!browser.is_empty())];
                [&b"mailed codes\0"[..], &is_known, browser, username.as_bytes()].concat()
            }
            Self::Tenant => b"tenant\0".to_vec(),
        }
    }

    /// Returns the scope of a wait that this counter imposes, for the operator.
    pub const fn scope(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::KnownBrowser { .. } => "browser",
            Self::Address(_) => "address",
            Self::Site(_) => "site",
            Self::Challenge { .. } => "challenge",
            Self::Codes { .. } => "codes",
            Self::MailedCodes { .. } => "mailed_codes",
            Self::Tenant => "tenant",
        }
    }

    /// Returns whether a successful sign-in resets the count. Those of a known
    /// browser and of a challenge are: their failures are those of the user. A reset of any other
    /// would give an attacker new guesses.
    pub const fn resets_on_success(&self) -> bool {
        matches!(self, Self::KnownBrowser { .. } | Self::Challenge { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_different_counters_differ() {
        // Hostile input S19: compares an account, known browsers, and adjacent addresses.
        let user = UserId::new(uuid::Uuid::from_u128(1));
        let network = |text: &str| {
            let counters = Counter::of_network(text.parse().expect("an address"));
            counters.iter().map(Counter::label).collect::<Vec<_>>()
        };
        let [here, sibling] = ["2001:db8:0:1::1", "2001:db8:0:2::1"].map(network);
        let mut labels = vec![
            Counter::Account("rina".to_owned()).label(),
            Counter::Tenant.label(),
            Counter::KnownBrowser { user, browser: [1; 16] }.label(),
            Counter::KnownBrowser { user, browser: [2; 16] }.label(),
            Counter::MailedCodes { username: "rina".to_owned(), browser: None }.label(),
            Counter::MailedCodes { username: "rina".to_owned(), browser: Some([1; 16]) }.label(),
        ];
        labels.extend(network("192.0.2.1"));
        labels.extend(network("192.0.2.2"));
        labels.extend(here.clone());
        labels.push(sibling[0].clone());
        labels.extend(network("2001:db8:1:1::1"));
        for (index, label) in labels.iter().enumerate() {
            assert_eq!(labels.iter().position(|other| other == label), Some(index));
        }
        assert_eq!(here, network("2001:db8:0:1:ffff::9"));
        assert_eq!(here[1], sibling[1], "the networks of one /48 share a counter");
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }

    #[test]
    fn known_browser_has_no_other_counter() {
        // Lists the counters of an attempt in a known browser, and in one that is not known.
        let address = Some(IpAddr::from([192, 0, 2, 1]));
        let known = Some((UserId::new(uuid::Uuid::from_u128(1)), [1; 16]));
        let scopes = |known| -> Vec<_> {
            let counters = Counter::of_attempt("rina".to_owned(), known, address);
            counters.iter().map(Counter::scope).collect()
        };
        assert_eq!(scopes(known), ["browser"]);
        assert_eq!(scopes(None), ["account", "address", "tenant"]);
    }
}
