//! The limits of mails that anyone can cause to users. The places in which they wait are in
//! `mail_slots`.

use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use catalogue::{Refusal, refusal};
use jose::digest::sha256;
use model::{Digest, PeerNetwork, TenantId, Timestamp};

use super::{
    mail_slots::{MailSlot, MailSlots},
    mails::mailbox_key,
    rate_limit::{RateLimit, RateLimiter},
};
use crate::nodes::NodeCount;

/// The limit for one user name, known or not, and the part of it for sites that have asked for this
/// name recently: the rest is for the user, while others ask. A browser in which the user has
/// signed in has its own.
const PER_NAME: RateLimit = RateLimit { burst: 10, refill_seconds: 720 };
const NAME_OF_RECENT: i64 = 5;
/// The limit of a site for one user name. It has asked recently until all of this is refilled.
const PER_NAME_AND_SITE: RateLimit = RateLimit { burst: 5, refill_seconds: 720 };
/// The limit of one mailbox in a tenant, which several users may share, and the part of it that
/// unknown browsers may use.
const PER_MAILBOX: RateLimit = RateLimit { burst: 12, refill_seconds: 300 };
const MAILBOX_OF_UNKNOWN: i64 = 10;
/// The limits of a network and of its site. The known browsers of a site have as much.
const PER_NETWORK: RateLimit = RateLimit { burst: 20, refill_seconds: 60 };
const PER_SITE: RateLimit = RateLimit { burst: 80, refill_seconds: 15 };
/// The limit of a browser in which the user has signed in.
const PER_BROWSER: RateLimit = RateLimit { burst: 10, refill_seconds: 120 };
/// The limit of a tenant, and the part of it that unknown browsers may use.
const PER_TENANT: RateLimit = RateLimit { burst: 600, refill_seconds: 2 };
const TENANT_OF_UNKNOWN: i64 = 480;

/// The limits of mails to users.
pub(crate) struct UserMails {
    limiters: Mutex<Limiters>,
    slots: MailSlots,
}

struct Limiters {
    names: RateLimiter<Digest>,
    names_and_sites: RateLimiter<Digest>,
    mailboxes: RateLimiter<(TenantId, Digest)>,
    networks: RateLimiter<Option<IpAddr>>,
    sites: RateLimiter<Option<IpAddr>>,
    sites_of_known: RateLimiter<Option<IpAddr>>,
    browsers: RateLimiter<[u8; 16]>,
    tenants: RateLimiter<TenantId>,
}

/// The sender of a request for a mail.
#[derive(Clone, Debug)]
pub(crate) struct MailRequester {
    pub(crate) tenant: TenantId,
    /// The compared form of the user name that was typed.
    pub(crate) username_key: String,
    pub(crate) address: Option<IpAddr>,
    /// The browser, if the user with that name has signed in with it. Users of other names are no
    /// reason for a larger limit: one of them could create known browsers without end.
    pub(crate) known_browser: Option<[u8; 16]>,
}

/// The reason why a mail is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MailFlood {
    /// The mailbox has received too many.
    Mailbox,
    /// Too many mails wait to be sent.
    Waiting,
}

impl UserMails {
    /// Creates the limits of a node.
    pub(super) fn new(nodes: &NodeCount) -> Self {
        Self {
            limiters: Mutex::new(Limiters {
                names: RateLimiter::new(nodes),
                names_and_sites: RateLimiter::new(nodes),
                mailboxes: RateLimiter::new(nodes),
                networks: RateLimiter::new(nodes),
                sites: RateLimiter::new(nodes),
                sites_of_known: RateLimiter::new(nodes),
                browsers: RateLimiter::new(nodes),
                tenants: RateLimiter::new(nodes),
            }),
            slots: MailSlots::default(),
        }
    }

    /// Counts a request for a mail, whether a mail is sent or not.
    ///
    /// # Errors
    /// There were too many for this name, from this network or browser, or in the tenant. The
    /// refusal is the same for each, and for names without a user.
    pub(crate) fn count_request(
        &self,
        requester: &MailRequester,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.limiters().count(requester, now).map_err(refusal::too_many_reset_mails)
    }

    /// Counts a request for a mail of a sign-up, whether its address has an account or not.
    ///
    /// # Errors
    /// There were too many, as for [`UserMails::count_request`].
    pub(crate) fn count_sign_up(
        &self,
        requester: &MailRequester,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.limiters().count(requester, now).map_err(refusal::too_many_sign_up_mails)
    }

    /// Returns the place of a mail, and counts it for its mailbox. Only users who exist come here,
    /// so a request whose mail is not sent gets the same response as one for an unknown name.
    ///
    /// # Errors
    /// The mail is not sent.
    pub(crate) fn admit(
        &self,
        requester: &MailRequester,
        address: &str,
        now: Timestamp,
    ) -> Result<MailSlot, MailFlood> {
        let is_known = requester.known_browser.is_some();
        let share = if is_known { PER_MAILBOX.burst } else { MAILBOX_OF_UNKNOWN };
        self.admit_share((requester.tenant, address), share, now)
    }

    /// Returns the place of a mail to an address that a signed-in user typed. It may be that of
    /// another person, so the part of known browsers is not used.
    ///
    /// # Errors
    /// The mail is not sent.
    pub(crate) fn admit_typed(
        &self,
        tenant: TenantId,
        address: &str,
        now: Timestamp,
    ) -> Result<MailSlot, MailFlood> {
        self.admit_share((tenant, address), MAILBOX_OF_UNKNOWN, now)
    }

    fn admit_share(
        &self,
        (tenant, address): (TenantId, &str),
        share: i64,
        now: Timestamp,
    ) -> Result<MailSlot, MailFlood> {
        let slot = self.slots.acquire(tenant).ok_or(MailFlood::Waiting)?;
        let (key, mut limiters) = ((tenant, mailbox_key(address)), self.limiters());
        let mailboxes = &mut limiters.mailboxes;
        if mailboxes.wait_minutes_of_share(&key, (&PER_MAILBOX, share), now).is_some() {
            return Err(MailFlood::Mailbox);
        }
        mailboxes.consume(key, &PER_MAILBOX, now);
        Ok(slot)
    }

    fn limiters(&self) -> MutexGuard<'_, Limiters> {
        self.limiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Limiters {
    /// Counts a request, or returns the minutes until the next one is possible.
    fn count(&mut self, requester: &MailRequester, now: Timestamp) -> Result<(), i64> {
        let tenant = &requester.tenant;
        let share =
            if requester.known_browser.is_some() { PER_TENANT.burst } else { TENANT_OF_UNKNOWN };
        let of_name = self.wait_of_name(requester, now);
        let of_sender = self.wait_of_sender(requester, now);
        let of_tenant = self.tenants.wait_minutes_of_share(tenant, (&PER_TENANT, share), now);
        if let Some(minutes) = of_name.max(of_sender).max(of_tenant) {
            return Err(minutes);
        }
        self.names.consume(requester.name(), &PER_NAME, now);
        self.tenants.consume(*tenant, &PER_TENANT, now);
        let (network, site) = requester.networks();
        if let Some(browser) = requester.known_browser {
            self.browsers.consume(browser, &PER_BROWSER, now);
            self.sites_of_known.consume(site, &PER_SITE, now);
        } else {
            self.names_and_sites.consume(requester.name_and_site(), &PER_NAME_AND_SITE, now);
            self.networks.consume(network, &PER_NETWORK, now);
            self.sites.consume(site, &PER_SITE, now);
        }
        Ok(())
    }

    fn wait_of_name(&self, requester: &MailRequester, now: Timestamp) -> Option<i64> {
        let (name, name_and_site) = (requester.name(), requester.name_and_site());
        let has_asked = self.names_and_sites.is_used(&name_and_site, now);
        let is_new = requester.known_browser.is_none() && !has_asked;
        let share = if is_new { PER_NAME.burst } else { NAME_OF_RECENT };
        let of_name = self.names.wait_minutes_of_share(&name, (&PER_NAME, share), now);
        let of_site = self.names_and_sites.wait_minutes(&name_and_site, &PER_NAME_AND_SITE, now);
        of_name.max(of_site.filter(|_| requester.known_browser.is_none()))
    }

    fn wait_of_sender(&self, requester: &MailRequester, now: Timestamp) -> Option<i64> {
        let (network, site) = requester.networks();
        let Some(browser) = &requester.known_browser else {
            let of_network = self.networks.wait_minutes(&network, &PER_NETWORK, now);
            return of_network.max(self.sites.wait_minutes(&site, &PER_SITE, now));
        };
        let of_browser = self.browsers.wait_minutes(browser, &PER_BROWSER, now);
        of_browser.max(self.sites_of_known.wait_minutes(&site, &PER_SITE, now))
    }
}

impl MailRequester {
    /// Returns the network and the site. `None` at a UNIX socket.
    fn networks(&self) -> (Option<IpAddr>, Option<IpAddr>) {
        let networks = self.address.map(PeerNetwork::of);
        (networks.map(|it| it.address), networks.map(|it| it.site))
    }

    /// Returns the key of the user name. Requests from elsewhere do not use up those of a browser
    /// in which the user has signed in.
    fn name(&self) -> Digest {
        let browser = self.known_browser.unwrap_or_default();
        let tenant = self.tenant.into_bytes();
        sha256(&[&tenant[..], &browser, self.username_key.as_bytes()].concat())
    }

    /// Returns the key of the user name together with the site that asks.
    fn name_and_site(&self) -> Digest {
        let (_, site) = self.networks();
        let site = site.map(|site| site.to_string()).unwrap_or_default();
        sha256(&[&self.name()[..], site.as_bytes()].concat())
    }
}

#[cfg(test)]
mod tests {
    use model::Seconds;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_363_200);

    fn requester(name: &str, address: u8) -> MailRequester {
        MailRequester {
            tenant: TenantId::new(uuid::Uuid::from_u128(1)),
            username_key: name.to_owned(),
            address: Some(IpAddr::from([192, 0, 2, address])),
            known_browser: None,
        }
    }

    fn known(name: &str, browser: u8, address: u8) -> MailRequester {
        MailRequester { known_browser: Some([browser; 16]), ..requester(name, address) }
    }

    fn mails() -> UserMails {
        UserMails::new(&NodeCount::default())
    }

    #[test]
    fn requests_of_one_site_for_a_name_leave_mails_to_others() {
        // Hostile input S26: requests mails for one name from one address without end, then from
        // another one, as the user does; later from the first again.
        let mails = mails();
        let sent = (0..20).filter(|_| mails.count_request(&requester("ana", 1), NOW).is_ok());
        assert_eq!(sent.count(), 5);
        assert!(mails.count_request(&requester("ana", 2), NOW).is_ok());
        let later = NOW + Seconds::minutes(12);
        assert!(mails.count_request(&requester("ana", 2), later).is_ok());
    }

    #[test]
    fn user_name_gets_ten_mails_at_once_beside_its_known_browser() {
        // Hostile input S26: requests mails for one name from many networks, then from a browser of
        // the user, then for another name.
        let mails = mails();
        let sent = (1..=20).filter(|it| mails.count_request(&requester("ana", *it), NOW).is_ok());
        assert_eq!(sent.count(), 10);
        let refused = mails.count_request(&requester("ana", 30), NOW).expect_err("too many");
        assert_eq!(refused.number(), 88_000_370);
        assert_eq!(refused.arguments(), [("minutes", "12".to_owned())]);
        let of_known = (0..9).filter(|_| mails.count_request(&known("ana", 1, 31), NOW).is_ok());
        assert_eq!(of_known.count(), 5);
        assert!(mails.count_request(&requester("budi", 31), NOW).is_ok());
        assert!(mails.count_request(&requester("ana", 32), NOW + Seconds::minutes(12)).is_ok());
    }

    #[test]
    fn requests_of_a_network_leave_those_of_others() {
        // Hostile input S26: requests mails for ever new names from one network, then from another
        // one and from a known browser in the first.
        let mails = mails();
        let names = (0..100).map(|number| format!("user{number}"));
        let sent = names.filter(|name| mails.count_request(&requester(name, 1), NOW).is_ok());
        assert_eq!(sent.count(), 20);
        assert!(mails.count_request(&requester("ana", 2), NOW).is_ok());
        assert!(mails.count_request(&known("budi", 1, 1), NOW).is_ok());
    }

    #[test]
    fn known_browsers_of_one_site_share_a_limit() {
        // Hostile input S26: requests mails from ever new browsers in which a user has signed in.
        let mails = mails();
        let sent = (0..200).filter(|it| mails.count_request(&known("eve", *it, 1), NOW).is_ok());
        assert_eq!(sent.count(), 80);
        assert!(mails.count_request(&known("ana", 201, 2), NOW).is_ok());
    }

    #[test]
    fn unknown_browsers_leave_mails_of_a_tenant_to_known_ones() {
        // Hostile input S26: requests mails from many networks until the tenant has no more.
        let mails = mails();
        let network = |number: usize| {
            let [.., high, low] = number.to_be_bytes();
            IpAddr::from([10, high, low, 1])
        };
        let sent = (0..1_000).filter(|number| {
            let name = format!("user{number}");
            let address = Some(network(*number));
            let requester = MailRequester { address, ..requester(&name, 1) };
            mails.count_request(&requester, NOW).is_ok()
        });
        assert_eq!(sent.count(), 480);
        assert!(mails.count_request(&known("ana", 1, 1), NOW).is_ok());
    }

    #[test]
    fn mailbox_of_several_users_gets_ten_mails_of_unknown_browsers() {
        // Hostile input S26: sends to one mailbox in several spellings, then from a known browser,
        // and in another tenant.
        let mails = mails();
        let (ana, is_sent) = (requester("ana", 1), |it: Result<MailSlot, MailFlood>| it.is_ok());
        let spellings = ["ana@demo.test", "Ana@DEMO.test", "ana+x@demo.test"].into_iter().cycle();
        let sent = spellings.take(40).filter(|to| is_sent(mails.admit(&ana, to, NOW)));
        assert_eq!(sent.count(), 10);
        let refused = mails.admit(&ana, "ana@demo.test", NOW).err();
        assert_eq!(refused, Some(MailFlood::Mailbox));
        let known = known("ana", 1, 1);
        let sent = (0..9).filter(|_| is_sent(mails.admit(&known, "ana@demo.test", NOW)));
        assert_eq!(sent.count(), 2);
        let elsewhere =
            MailRequester { tenant: TenantId::new(uuid::Uuid::from_u128(2)), ..ana.clone() };
        assert!(is_sent(mails.admit(&elsewhere, "ana@demo.test", NOW)));
        assert!(is_sent(mails.admit(&ana, "budi@demo.test", NOW)));
    }

    #[test]
    fn mail_that_finds_no_place_uses_up_nothing_of_its_mailbox() {
        // Takes all places of the tenant, and frees them again.
        let mails = mails();
        let ana = requester("ana", 1);
        let slots: Vec<_> = (0..100).filter_map(|_| mails.slots.acquire(ana.tenant)).collect();
        for _ in 0..20 {
            let refused = mails.admit(&ana, "ana@demo.test", NOW).err();
            assert_eq!(refused, Some(MailFlood::Waiting));
        }
        drop(slots);
        assert!(mails.admit(&ana, "ana@demo.test", NOW).is_ok());
    }
}
