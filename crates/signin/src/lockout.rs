//! How often one may guess: failures are counted per account, per browser that the account knows,
//! per address and per tenant, and each further one has to wait longer.

use std::net::IpAddr;

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Attempts, Change, Digest, Seconds, TenantId, Timestamp, UserId};

/// After so long without a failure, the count begins anew.
const MEMORY: Seconds = Seconds::hours(24);
/// The first wait.
const FIRST_WAIT: Seconds = Seconds::new(30);
/// An address is forgiven one failure in so long: people who share one mistype all day.
const ADDRESS_FORGIVEN: Seconds = Seconds::new(30);
/// A tenant is forgiven one failure in so long: 360 people may mistype in an hour, every hour. It
/// is shorter than for an address, so that one address alone cannot hold a tenant up.
const TENANT_FORGIVEN: Seconds = Seconds::new(10);
/// No wait of a tenant is longer: it meets people who did nothing wrong.
const TENANT_LONGEST_WAIT: Seconds = Seconds::minutes(1);
/// No wait is longer: a lock that somebody else can cause must not keep the owner out for good.
const LONGEST_WAIT: Seconds = Seconds::hours(1);

/// What failures are counted against. Names that nobody has are counted as well: a lock tells
/// nothing of who exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counter {
    /// An account, by the user name that was typed, in lower case.
    Account(String),
    /// An account in a browser in which it signed in before: whoever guesses elsewhere does not
    /// lock it out.
    KnownBrowser {
        /// The account.
        user: UserId,
        /// The browser.
        browser: [u8; 16],
    },
    /// The address that a guess comes from. For IPv6 the first 64 bits: one subscriber has all
    /// the rest.
    Address(IpAddr),
    /// All attempts in a tenant from browsers that the account does not know: one password tried
    /// on many names from many addresses stays below every other count.
    Tenant,
}

impl Counter {
    /// What to digest for the key under which the count is kept: different for any two counters.
    pub fn label(&self) -> Vec<u8> {
        match self {
            Self::Account(username) => [b"account\0", username.as_bytes()].concat(),
            Self::KnownBrowser { user, browser } => {
                [&b"browser\0"[..], &user.into_bytes(), browser].concat()
            }
            Self::Address(IpAddr::V4(address)) => [&b"address4\0"[..], &address.octets()].concat(),
            Self::Address(IpAddr::V6(address)) => {
                let octets = address.octets();
                [b"address6\0", octets.first_chunk::<8>().unwrap_or(&[0; 8]).as_slice()].concat()
            }
            Self::Tenant => b"tenant\0".to_vec(),
        }
    }

    /// Whether the operator should hear of so many failures: somebody tries the accounts of a
    /// tenant one after the other.
    pub const fn is_spraying(&self, failed: u32) -> bool {
        matches!(self, Self::Tenant) && failed >= self.free()
    }

    /// Whether a success ends the count. Where many are counted together it does not: a guesser's
    /// own account would let the guesser go on.
    pub const fn ends_with_success(&self) -> bool {
        matches!(self, Self::Account(_) | Self::KnownBrowser { .. })
    }

    /// How many failures are free. Many people may share an address.
    const fn free(&self) -> u32 {
        match self {
            Self::Account(_) | Self::KnownBrowser { .. } => 10,
            Self::Address(_) => 100,
            Self::Tenant => 50,
        }
    }

    /// Lets an attempt through, or says how long to wait.
    ///
    /// # Errors
    /// Too many attempts failed of late.
    pub fn admit(&self, earlier: Option<&Attempts>, now: Timestamp) -> Result<(), Refusal> {
        let Some(earlier) = earlier.filter(|earlier| now < earlier.expires_at) else {
            return Ok(());
        };
        let until = earlier.last_at + self.wait(earlier.failed);
        if now < until {
            let minutes = (until - now).get() / 60 + 1;
            let (counted, refusal) = match self {
                Self::Address(_) => ("address", refusal::too_many_sign_ins(minutes)),
                Self::Tenant => ("tenant", refusal::too_many_sign_ins(minutes)),
                Self::Account(_) => ("account", refusal::account_locked(minutes)),
                Self::KnownBrowser { .. } => ("browser", refusal::account_locked(minutes)),
            };
            let difference = Difference::of("attempts").with("failed", earlier.failed);
            let fact = Fact::about("attempts").received(counted).differing(difference);
            return Err(refusal.with(fact.for_operators()));
        }
        Ok(())
    }

    /// The change that counts one more failure.
    pub fn count(
        &self,
        (tenant, key): (TenantId, Digest),
        earlier: Option<&Attempts>,
        now: Timestamp,
    ) -> Change {
        let failed_before = earlier.map_or(0, |earlier| earlier.failed);
        let remembered = earlier.filter(|earlier| now < earlier.expires_at);
        let failed = remembered.map_or(0, |earlier| self.left(earlier, now)).saturating_add(1);
        Change::CountAttempts {
            failed_before,
            attempts: Attempts { tenant, key, failed, last_at: now, expires_at: now + MEMORY },
        }
    }

    /// The failures that still count.
    fn left(&self, earlier: &Attempts, now: Timestamp) -> u32 {
        let forgiven = match self {
            Self::Account(_) | Self::KnownBrowser { .. } => 0,
            Self::Address(_) => (now - earlier.last_at).get() / ADDRESS_FORGIVEN.get(),
            Self::Tenant => (now - earlier.last_at).get() / TENANT_FORGIVEN.get(),
        };
        earlier.failed.saturating_sub(u32::try_from(forgiven).unwrap_or_default())
    }

    /// Doubles with every failure beyond the free ones.
    fn wait(&self, failed: u32) -> Seconds {
        let Some(beyond) = failed.checked_sub(self.free()) else { return Seconds::new(0) };
        let doubled = FIRST_WAIT.get().saturating_mul(1 << beyond.min(20));
        let longest = match self {
            Self::Tenant => TENANT_LONGEST_WAIT,
            _ => LONGEST_WAIT,
        };
        Seconds::new(doubled.min(longest.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn after(failures: u32) -> Attempts {
        Attempts {
            tenant: TenantId::new(uuid::Uuid::nil()),
            key: [0; 32],
            failed: failures,
            last_at: NOW,
            expires_at: NOW + MEMORY,
        }
    }

    fn account() -> Counter {
        Counter::Account("rina".to_owned())
    }

    #[test]
    fn ten_failures_are_free_and_each_further_one_doubles_the_wait() {
        // S17: asks right after so many failures, and at the second at which the wait ends.
        assert!(account().admit(None, NOW).is_ok());
        assert!(account().admit(Some(&after(9)), NOW).is_ok());
        for (failures, wait) in [(10, 30), (11, 60), (12, 120), (17, 3_600), (4_000_000_000, 3_600)]
        {
            let locked = account().admit(Some(&after(failures)), NOW).expect_err("locked");
            assert_eq!(locked.number(), 50_053);
            let just_before = NOW + Seconds::new(wait - 1);
            assert!(account().admit(Some(&after(failures)), just_before).is_err());
            assert!(account().admit(Some(&after(failures)), NOW + Seconds::new(wait)).is_ok());
        }
    }

    #[test]
    fn an_address_is_forgiven_with_time_and_an_account_is_not() {
        // Counts one more failure ten minutes after the hundredth: twenty are forgiven, and the
        // next hundredth has to wait no longer than the first one had.
        let later = NOW + Seconds::minutes(10);
        let counted = |counter: &Counter| {
            let place = (TenantId::new(uuid::Uuid::nil()), [0; 32]);
            let Change::CountAttempts { attempts, .. } =
                counter.count(place, Some(&after(100)), later)
            else {
                panic!("a count")
            };
            attempts.failed
        };
        let address = Counter::Address("192.0.2.1".parse().expect("an address"));
        assert_eq!((counted(&address), counted(&account())), (81, 101));
        assert!(address.admit(Some(&after(99)), NOW).is_ok());
        assert!(address.admit(Some(&after(100)), NOW).is_err());
        assert!(address.admit(Some(&after(100)), NOW + FIRST_WAIT).is_ok());
    }

    #[test]
    fn a_tenant_waits_after_fifty_failures_in_a_short_time_and_never_long() {
        // S18: right after so many failures; then the failures of a day, one every ten seconds,
        // which never make anybody wait.
        assert!(Counter::Tenant.admit(Some(&after(49)), NOW).is_ok());
        for (failures, wait) in [(50, 30), (51, 60), (60, 60), (u32::MAX, 60)] {
            let refused = Counter::Tenant.admit(Some(&after(failures)), NOW).expect_err("refused");
            assert_eq!(refused.arguments(), refusal::too_many_sign_ins(wait / 60 + 1).arguments());
            let end = NOW + Seconds::new(wait);
            assert!(Counter::Tenant.admit(Some(&after(failures)), end).is_ok());
            assert!(Counter::Tenant.is_spraying(failures));
        }
        let (mut earlier, mut now) = (None, NOW);
        while now < NOW + Seconds::days(1) {
            assert!(Counter::Tenant.admit(earlier.as_ref(), now).is_ok());
            let place = (TenantId::new(uuid::Uuid::nil()), [0; 32]);
            let change = Counter::Tenant.count(place, earlier.as_ref(), now);
            let Change::CountAttempts { attempts, .. } = change else { panic!("a count") };
            earlier = Some(attempts);
            now = now + TENANT_FORGIVEN;
        }
    }

    #[test]
    fn failures_are_forgotten_after_a_day() {
        // Counts once more after the memory ended: the count begins at one, and the guard still
        // names what is stored.
        let later = NOW + MEMORY;
        assert!(account().admit(Some(&after(50)), later).is_ok());
        let tenant = TenantId::new(uuid::Uuid::nil());
        let change = account().count((tenant, [0; 32]), Some(&after(50)), later);
        let Change::CountAttempts { failed_before, attempts } = change else { panic!("a count") };
        assert_eq!((failed_before, attempts.failed), (50, 1));
    }

    #[test]
    fn every_counter_has_a_label_of_its_own() {
        // S19: the same account elsewhere and in a known browser, and neighbouring addresses.
        let user = UserId::new(uuid::Uuid::from_u128(1));
        let address = |text: &str| Counter::Address(text.parse().expect("an address")).label();
        let labels = [
            account().label(),
            Counter::Tenant.label(),
            Counter::KnownBrowser { user, browser: [1; 16] }.label(),
            Counter::KnownBrowser { user, browser: [2; 16] }.label(),
            address("192.0.2.1"),
            address("192.0.2.2"),
            address("2001:db8:0:1::1"),
            address("2001:db8:0:2::1"),
        ];
        for (place, label) in labels.iter().enumerate() {
            assert_eq!(labels.iter().position(|other| other == label), Some(place));
        }
        assert_eq!(address("2001:db8:0:1::1"), address("2001:db8:0:1:ffff::9"));
    }
}
