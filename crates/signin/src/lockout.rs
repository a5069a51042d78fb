//! Brute-force protection: failed sign-ins are counted per account, known browser, IP address and
//! tenant. Each failure beyond a limit doubles the wait.

use std::net::IpAddr;

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Change, Digest, FailedSignIns, Seconds, TenantId, Timestamp, UserId};

/// A counter is reset after this time without a failure.
const RESET_AFTER: Seconds = Seconds::hours(24);
/// The wait after the failure that reaches the limit.
const FIRST_WAIT: Seconds = Seconds::new(30);
/// The count of an address decreases by one in this time, because users who share an address
/// mistype all day.
const ADDRESS_DECAY: Seconds = Seconds::new(30);
/// The count of a tenant decreases by one in this time: 360 users may mistype in every hour. It is
/// shorter than for an address, so that a single address cannot keep a tenant locked.
const TENANT_DECAY: Seconds = Seconds::new(10);
/// The longest wait of a tenant. It is short because it affects users who did nothing wrong.
const TENANT_WAIT_MAX: Seconds = Seconds::minutes(1);
/// A failure further in the future than this was counted while a clock was wrong. It causes no
/// wait: nothing says when that would end.
const CLOCK_SKEW_MAX: Seconds = Seconds::minutes(1);
/// The longest wait. An attacker can cause a lock, so it must not keep the user out permanently.
const WAIT_MAX: Seconds = Seconds::hours(1);

/// A counter of failed sign-ins. Unknown user names are counted too, so that a lock does not reveal
/// which users exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Counts per account, by the compared form of the submitted user name.
    Account(String),
    /// Counts per account and browser, for browsers in which the user has signed in before. An
    /// attacker in another browser cannot lock the user out of these.
    KnownBrowser {
        /// The user.
        user: UserId,
        /// The browser.
        browser: [u8; 16],
    },
    /// Counts per IP address. For IPv6 only the first 64 bits, because one subscriber has all the
    /// rest.
    Address(IpAddr),
    /// Counts all failures in a tenant from browsers that are not known. Detects password spraying:
    /// one password for many user names, from many addresses.
    Tenant,
}

impl Counter {
    /// Returns the text whose digest is the key of the stored count. It is unique per counter.
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

    /// Returns the scope of a wait that this counter imposes, for the operator.
    pub const fn scope(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::KnownBrowser { .. } => "browser",
            Self::Address(_) => "address",
            Self::Tenant => "tenant",
        }
    }

    /// Returns until when further sign-ins wait after these failures: the time of the last failure
    /// if none has to wait.
    pub fn locked_until(&self, failed: &FailedSignIns) -> Timestamp {
        failed.last_failed_at + self.wait(failed.count)
    }

    /// Returns whether a count indicates password spraying, which is logged for the operator.
    pub const fn is_spraying(&self, failed: u32) -> bool {
        matches!(self, Self::Tenant) && failed >= self.free_attempts()
    }

    /// Returns whether a successful sign-in resets the count. Counters of several accounts are not
    /// reset: an attacker could reset them by signing in to their own account.
    pub const fn resets_on_success(&self) -> bool {
        matches!(self, Self::Account(_) | Self::KnownBrowser { .. })
    }

    /// Returns the number of failures at which the wait begins. Many users may share an address.
    const fn free_attempts(&self) -> u32 {
        match self {
            Self::Account(_) | Self::KnownBrowser { .. } => 10,
            Self::Address(_) => 100,
            Self::Tenant => 50,
        }
    }

    /// Checks whether a sign-in may be attempted now.
    ///
    /// # Errors
    /// The wait after too many failures has not ended. The refusal contains the minutes.
    pub fn check(&self, earlier: Option<&FailedSignIns>, now: Timestamp) -> Result<(), Refusal> {
        let is_current = |earlier: &&FailedSignIns| {
            now < earlier.expires_at && earlier.last_failed_at <= now + CLOCK_SKEW_MAX
        };
        let Some(earlier) = earlier.filter(is_current) else { return Ok(()) };
        let last_failed_at = earlier.last_failed_at.min(now);
        let until = self.locked_until(&FailedSignIns { last_failed_at, ..earlier.clone() });
        if now < until {
            let minutes = (until - now).get() / 60 + 1;
            let refusal = match self {
                Self::Address(_) | Self::Tenant => refusal::too_many_sign_ins(minutes),
                Self::Account(_) | Self::KnownBrowser { .. } => refusal::account_locked(minutes),
            };
            let difference = Difference::new("attempts").with("failed", earlier.count);
            let comparison =
                Comparison::new("attempts").received(self.scope()).with_difference(difference);
            return Err(refusal.with(comparison.operator_only()));
        }
        Ok(())
    }

    /// Returns the change that counts one more failure.
    pub fn count(
        &self,
        (tenant, key): (TenantId, Digest),
        earlier: Option<&FailedSignIns>,
        now: Timestamp,
    ) -> Change {
        let count_before = earlier.map_or(0, |earlier| earlier.count);
        let current = earlier.filter(|earlier| now < earlier.expires_at);
        let failed = current.map_or(0, |earlier| self.remaining(earlier, now)).saturating_add(1);
        Change::CountFailedSignIns {
            count_before,
            failed_sign_ins: FailedSignIns {
                tenant,
                key,
                count: failed,
                last_failed_at: now,
                expires_at: now + RESET_AFTER,
            },
        }
    }

    /// Returns the count after its decay.
    fn remaining(&self, earlier: &FailedSignIns, now: Timestamp) -> u32 {
        let decay = match self {
            Self::Account(_) | Self::KnownBrowser { .. } => 0,
            Self::Address(_) => (now - earlier.last_failed_at).get() / ADDRESS_DECAY.get(),
            Self::Tenant => (now - earlier.last_failed_at).get() / TENANT_DECAY.get(),
        };
        earlier.count.saturating_sub(u32::try_from(decay).unwrap_or_default())
    }

    /// Returns the wait after a number of failures. It doubles with every failure beyond the limit.
    fn wait(&self, failed: u32) -> Seconds {
        let Some(beyond) = failed.checked_sub(self.free_attempts()) else { return Seconds::new(0) };
        let doubled = FIRST_WAIT.get().saturating_mul(1 << beyond.min(20));
        let longest = match self {
            Self::Tenant => TENANT_WAIT_MAX,
            _ => WAIT_MAX,
        };
        Seconds::new(doubled.min(longest.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn after(failures: u32) -> FailedSignIns {
        FailedSignIns {
            tenant: TenantId::new(uuid::Uuid::nil()),
            key: [0; 32],
            count: failures,
            last_failed_at: NOW,
            expires_at: NOW + RESET_AFTER,
        }
    }

    fn account() -> Counter {
        Counter::Account("rina".to_owned())
    }

    #[test]
    fn account_waits_after_ten_failures_and_each_doubles_the_wait() {
        // Hostile input S17: checks right after a number of failures, and when the wait ends.
        assert!(account().check(None, NOW).is_ok());
        assert!(account().check(Some(&after(9)), NOW).is_ok());
        for (failures, wait) in [(10, 30), (11, 60), (12, 120), (17, 3_600), (4_000_000_000, 3_600)]
        {
            let locked = account().check(Some(&after(failures)), NOW).expect_err("locked");
            assert_eq!(locked.number(), 50_053);
            let just_before = NOW + Seconds::new(wait - 1);
            assert!(account().check(Some(&after(failures)), just_before).is_err());
            assert!(account().check(Some(&after(failures)), NOW + Seconds::new(wait)).is_ok());
        }
    }

    #[test]
    fn count_of_an_address_decays_and_that_of_an_account_does_not() {
        // Counts one more failure ten minutes after the hundredth: twenty have decayed. The
        // hundredth failure of an address causes the first wait.
        let later = NOW + Seconds::minutes(10);
        let counted = |counter: &Counter| {
            let id = (TenantId::new(uuid::Uuid::nil()), [0; 32]);
            let Change::CountFailedSignIns { failed_sign_ins, .. } =
                counter.count(id, Some(&after(100)), later)
            else {
                panic!("a count")
            };
            failed_sign_ins.count
        };
        let address = Counter::Address("192.0.2.1".parse().expect("an address"));
        assert_eq!((counted(&address), counted(&account())), (81, 101));
        assert!(address.check(Some(&after(99)), NOW).is_ok());
        assert!(address.check(Some(&after(100)), NOW).is_err());
        assert!(address.check(Some(&after(100)), NOW + FIRST_WAIT).is_ok());
    }

    #[test]
    fn tenant_waits_at_most_a_minute_after_fifty_quick_failures() {
        // Hostile input S18: checks right after a number of failures. Then counts a failure every
        // ten seconds for a day, which never causes a wait.
        assert!(Counter::Tenant.check(Some(&after(49)), NOW).is_ok());
        for (failures, wait) in [(50, 30), (51, 60), (60, 60), (u32::MAX, 60)] {
            let refused = Counter::Tenant.check(Some(&after(failures)), NOW).expect_err("refused");
            assert_eq!(refused.arguments(), refusal::too_many_sign_ins(wait / 60 + 1).arguments());
            let end = NOW + Seconds::new(wait);
            assert!(Counter::Tenant.check(Some(&after(failures)), end).is_ok());
            assert!(Counter::Tenant.is_spraying(failures));
        }
        let (mut earlier, mut now) = (None, NOW);
        while now < NOW + Seconds::days(1) {
            assert!(Counter::Tenant.check(earlier.as_ref(), now).is_ok());
            let id = (TenantId::new(uuid::Uuid::nil()), [0; 32]);
            let change = Counter::Tenant.count(id, earlier.as_ref(), now);
            let Change::CountFailedSignIns { failed_sign_ins, .. } = change else {
                panic!("a count")
            };
            earlier = Some(failed_sign_ins);
            now = now + TENANT_DECAY;
        }
    }

    #[test]
    fn failure_of_a_clock_that_was_ahead_locks_no_user() {
        // Checks counts whose last failure is in the future: one failure, and enough for a wait,
        // by the clock of another machine and by one that was a day ahead.
        let ahead = |failures, seconds: i64| FailedSignIns {
            last_failed_at: NOW + Seconds::new(seconds),
            expires_at: NOW + Seconds::new(seconds) + RESET_AFTER,
            ..after(failures)
        };
        for counter in [account(), Counter::Tenant] {
            for seconds in [1, 30, 3_600, 86_400] {
                assert!(counter.check(Some(&ahead(1, seconds)), NOW).is_ok(), "{seconds}");
            }
            assert!(counter.check(Some(&ahead(100, 2)), NOW).is_err());
            assert!(counter.check(Some(&ahead(100, 86_400)), NOW).is_ok());
        }
    }

    #[test]
    fn count_is_reset_after_a_day_without_failures() {
        // Counts once more after the reset time: the count is one, and the guard of the change
        // still has the stored count.
        let later = NOW + RESET_AFTER;
        assert!(account().check(Some(&after(50)), later).is_ok());
        let tenant = TenantId::new(uuid::Uuid::nil());
        let change = account().count((tenant, [0; 32]), Some(&after(50)), later);
        let Change::CountFailedSignIns { count_before, failed_sign_ins } = change else {
            panic!("a count")
        };
        assert_eq!((count_before, failed_sign_ins.count), (50, 1));
    }

    #[test]
    fn labels_of_different_counters_differ() {
        // Hostile input S19: compares an account, known browsers, and adjacent addresses.
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
        for (index, label) in labels.iter().enumerate() {
            assert_eq!(labels.iter().position(|other| other == label), Some(index));
        }
        assert_eq!(address("2001:db8:0:1::1"), address("2001:db8:0:1:ffff::9"));
    }
}
