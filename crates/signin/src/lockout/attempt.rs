//! One sign-in attempt: may it be made now, and what a failure of it counts.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Change, Digest, FailedSignIns, TenantId, Timestamp};

use super::{
    Counter,
    allowance::{Allowance, Circumstances, current},
};

/// A counter with its stored value.
#[derive(Clone, Debug)]
pub struct StoredCounter {
    /// The counter.
    pub counter: Counter,
    /// The digest of its label.
    pub key: Digest,
    /// The stored count, if there is one.
    pub earlier: Option<FailedSignIns>,
    /// The number of users with a recent success for this counter.
    pub recent_users: u32,
}

/// A sign-in attempt with all of its counters.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The tenant.
    pub tenant: TenantId,
    /// The counters of [`Counter::of_attempt`].
    pub counters: Vec<StoredCounter>,
    /// The time of the attempt.
    pub now: Timestamp,
}

/// A wait that a counter imposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// The scope of the counter.
    pub scope: &'static str,
    /// The key of the counter.
    pub key: Digest,
    /// The end of the wait.
    pub until: Timestamp,
}

/// One more failure of a counter.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The change that counts it. It conflicts if the counter has changed since it was read.
    pub change: Change,
    /// The wait that it imposes. For the tenant: until when networks with failures wait longer.
    pub wait: Option<Wait>,
}

impl Attempt {
    /// Checks whether the attempt may be made now.
    ///
    /// # Errors
    /// The wait after too many failures has not ended. The refusal contains the minutes.
    pub fn check(&self) -> Result<(), (Wait, Refusal)> {
        let attacked = self.is_attacked();
        for one in self.counters.iter().filter(|one| one.counter != Counter::Tenant) {
            let Some(earlier) = current(one.earlier.as_ref(), self.now) else { continue };
            let allowance = one.allowance(attacked);
            let until = allowance.waits_until(&earlier);
            if self.now < until {
                let minutes = whole_minutes(self.now, until);
                let refusal = match one.counter {
                    Counter::Account(_) | Counter::KnownBrowser { .. } => {
                        refusal::account_locked(minutes)
                    }
                    Counter::Challenge { kind: Counter::MAIL, .. }
                    | Counter::MailedCodes { .. } => refusal::too_many_mailed_codes(minutes),
                    Counter::Challenge { kind: Counter::ADDRESS, .. } => {
                        refusal::too_many_address_codes(minutes)
                    }
                    Counter::Challenge { .. } | Counter::Codes { .. } => {
                        refusal::too_many_codes(minutes)
                    }
                    Counter::Address(_) | Counter::Site(_) | Counter::Tenant => {
                        refusal::too_many_sign_ins(minutes)
                    }
                };
                let comparison = one.compare(earlier.count, allowance.free, attacked);
                return Err((one.wait(until), refusal.with(comparison.operator_only())));
            }
        }
        Ok(())
    }

    /// Returns one more failure of each counter.
    pub fn fail(&self) -> Vec<Failure> {
        let counted: Vec<_> =
            self.counters.iter().map(|one| one.count(self.tenant, self.now)).collect();
        let after = self.counters.iter().zip(&counted);
        let attacked = after.clone().any(|(one, failed)| one.is_attacked(failed.count));
        let failure = |(one, failed): (&StoredCounter, &FailedSignIns)| {
            let until = match one.counter {
                Counter::Tenant => one.attacked_until(failed),
                _ => one.allowance(attacked).waits_until(failed),
            };
            let change = Change::CountFailedSignIns {
                before: one.earlier.clone(),
                failed_sign_ins: failed.clone(),
            };
            Failure { change, wait: (until > self.now).then(|| one.wait(until)) }
        };
        after.map(failure).collect()
    }

    /// Returns the counters that a success resets, by their keys.
    pub fn reset_keys(&self) -> impl Iterator<Item = Digest> {
        let reset = |one: &&StoredCounter| one.earlier.is_some() && one.counter.resets_on_success();
        self.counters.iter().filter(reset).map(|one| one.key)
    }

    /// Returns whether more sign-ins fail in the tenant than its users explain. Networks with
    /// failures wait longer then.
    pub fn is_attacked(&self) -> bool {
        self.counters.iter().any(|one| {
            let failed = current(one.earlier.as_ref(), self.now);
            let allowance = one.allowance(false);
            one.is_attacked(failed.map_or(0, |failed| allowance.remaining(&failed, self.now)))
        })
    }
}

impl StoredCounter {
    const fn allowance(&self, attacked: bool) -> Allowance {
        let recent_users = self.recent_users;
        Allowance::of(&self.counter, Circumstances { attacked, recent_users })
    }

    /// Returns whether this is the counter of the tenant, with more failures than are free.
    fn is_attacked(&self, count: u32) -> bool {
        self.counter == Counter::Tenant && count >= self.allowance(false).free
    }

    /// Returns when the count of the tenant has decayed below its allowance.
    fn attacked_until(&self, failed: &FailedSignIns) -> Timestamp {
        let beyond = (failed.count + 1).saturating_sub(self.allowance(false).free);
        failed.last_failed_at + self.allowance(false).kept_for(beyond)
    }

    /// Returns the count after one more failure.
    fn count(&self, tenant: TenantId, now: Timestamp) -> FailedSignIns {
        let allowance = self.allowance(false);
        let before = current(self.earlier.as_ref(), now);
        let count = before.map_or(0, |before| allowance.remaining(&before, now)).saturating_add(1);
        let expires_at = now + allowance.kept_for(count);
        FailedSignIns { tenant, key: self.key, count, last_failed_at: now, expires_at }
    }

    fn wait(&self, until: Timestamp) -> Wait {
        Wait { scope: self.counter.scope(), key: self.key, until }
    }

    fn compare(&self, failed: u32, allowed: u32, attacked: bool) -> Comparison {
        let is_network = matches!(self.counter, Counter::Address(_) | Counter::Site(_));
        let kind = if attacked && is_network { "attempts_during_attack" } else { "attempts" };
        let difference = Difference::new(kind).with("failed", failed).with("allowed", allowed);
        Comparison::new("attempts").received(self.counter.scope()).with_difference(difference)
    }
}

/// Returns the minutes of a wait, rounded up: after them, it has ended.
fn whole_minutes(now: Timestamp, until: Timestamp) -> i64 {
    (until.microseconds() - now.microseconds() - 1).div_euclid(60_000_000) + 1
}

#[cfg(test)]
mod tests {
    use model::Seconds;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

    fn failed(count: u32) -> FailedSignIns {
        FailedSignIns {
            tenant: TenantId::new(uuid::Uuid::nil()),
            key: [0; 32],
            count,
            last_failed_at: NOW,
            expires_at: NOW + Seconds::hours(24),
        }
    }

    fn stored(counter: Counter, earlier: Option<FailedSignIns>) -> StoredCounter {
        StoredCounter { counter, key: [0; 32], earlier, recent_users: 0 }
    }

    fn account() -> Counter {
        Counter::Account("rina".to_owned())
    }

    fn address() -> Counter {
        Counter::Address("192.0.2.1".parse().expect("an address"))
    }

    fn attempt(counters: Vec<StoredCounter>, now: Timestamp) -> Attempt {
        Attempt { tenant: TenantId::new(uuid::Uuid::nil()), counters, now }
    }

    /// Checks an attempt with one count in a tenant with another one.
    fn check(counter: Counter, count: u32, tenant: u32, after: i64) -> Result<(), u32> {
        let tenant = failed(tenant);
        // The tenant keeps failing meanwhile.
        let last_failed_at = NOW + Seconds::new(after);
        let expires_at = last_failed_at + Seconds::hours(1);
        let tenant = FailedSignIns { last_failed_at, expires_at, ..tenant };
        let counters = vec![
            stored(counter, (count > 0).then(|| failed(count))),
            stored(Counter::Tenant, Some(tenant)),
        ];
        let checked = attempt(counters, NOW + Seconds::new(after)).check();
        checked.map_err(|(_, refusal)| refusal.number())
    }

    fn known() -> Counter {
        Counter::KnownBrowser { user: model::UserId::new(uuid::Uuid::nil()), browser: [1; 16] }
    }

    #[test]
    fn account_waits_twelve_hours_after_eight_failures() {
        // Hostile input S17: checks right after a number of failures, and when the wait ends.
        assert_eq!(check(account(), 0, 0, 0), Ok(()));
        assert_eq!(check(account(), 7, 0, 0), Ok(()));
        for failures in [8, 9, u32::MAX] {
            assert_eq!(check(account(), failures, 0, 12 * 3_600 - 1), Err(50_053));
            assert_eq!(check(account(), failures, 0, 12 * 3_600), Ok(()));
        }
    }

    #[test]
    fn known_browser_waits_after_ten_failures_and_each_doubles_the_wait() {
        // Checks right before and at the end of the wait after a number of failures.
        assert_eq!(check(known(), 9, 1_000, 0), Ok(()));
        for (failures, wait) in [(10, 30), (11, 60), (17, 3_600), (u32::MAX, 3_600)] {
            assert_eq!(check(known(), failures, 0, wait - 1), Err(50_053), "{failures}");
            assert_eq!(check(known(), failures, 0, wait), Ok(()), "{failures}");
        }
    }

    #[test]
    fn network_waits_sooner_and_longer_while_the_tenant_is_attacked() {
        // Hostile input S18: checks an address and a site in a quiet tenant, and in one with fifty
        // failures. One without failures never waits.
        let site = || Counter::Site("2001:db8::".parse().expect("an address"));
        for (counter, quiet, attacked) in [(address(), 100, 3), (site(), 400, 30)] {
            assert_eq!(check(counter.clone(), 0, u32::MAX, 0), Ok(()));
            for (tenant, free, wait) in [(49, quiet, 30), (50, attacked, 600)] {
                assert_eq!(check(counter.clone(), free - 1, tenant, 0), Ok(()));
                assert_eq!(check(counter.clone(), free, tenant, wait - 1), Err(88_000_115));
                assert_eq!(check(counter.clone(), free, tenant, wait), Ok(()));
                assert_eq!(check(counter.clone(), free + 1, tenant, 2 * wait - 1), Err(88_000_115));
            }
        }
    }

    #[test]
    fn recent_users_widen_the_allowance_of_their_network_and_tenant() {
        // Checks an address with ten failures in a tenant with sixty: with and without users that
        // have signed in recently.
        let with_users = |at_address, in_tenant| {
            let counters = vec![
                StoredCounter { recent_users: at_address, ..stored(address(), Some(failed(10))) },
                StoredCounter {
                    recent_users: in_tenant,
                    ..stored(Counter::Tenant, Some(failed(60)))
                },
            ];
            attempt(counters, NOW).check().is_ok()
        };
        assert!(!with_users(0, 0) && !with_users(7, 54));
        assert!(with_users(8, 0) && with_users(0, 55));
    }

    #[test]
    fn refusal_names_the_minutes_after_which_an_attempt_is_accepted() {
        // Checks at several times of a wait of ten minutes, and after the minutes that it names.
        let counters = || {
            vec![stored(address(), Some(failed(3))), stored(Counter::Tenant, Some(failed(100_000)))]
        };
        for (after, minutes) in [(0, 10), (1, 10), (60, 9), (541, 1), (599, 1)] {
            let now = NOW + Seconds::new(after);
            let (wait, refused) = attempt(counters(), now).check().expect_err("a wait");
            assert_eq!((wait.scope, wait.until), ("address", NOW + Seconds::minutes(10)));
            assert_eq!(refused.arguments(), refusal::too_many_sign_ins(minutes).arguments());
            assert!(attempt(counters(), now + Seconds::minutes(minutes)).check().is_ok());
        }
    }

    #[test]
    fn count_of_a_network_and_an_account_decays() {
        // Counts one more failure an hour after a number of them.
        let after_an_hour = |counter| {
            let one = stored(counter, Some(failed(7)));
            one.count(TenantId::new(uuid::Uuid::nil()), NOW + Seconds::hours(1)).count
        };
        assert_eq!(after_an_hour(address()), 4);
        assert_eq!(after_an_hour(Counter::Tenant), 1);
        assert_eq!((after_an_hour(account()), after_an_hour(known())), (8, 8));
    }

    #[test]
    fn failure_of_a_clock_that_was_ahead_locks_no_user() {
        // Checks counts whose last failure is in the future: by the clock of another machine and by
        // one that was a day ahead. Then fails once more: the new count has the present time.
        let ahead = |seconds: i64| FailedSignIns {
            last_failed_at: NOW + Seconds::new(seconds),
            expires_at: NOW + Seconds::new(seconds) + Seconds::hours(24),
            ..failed(100)
        };
        for counter in [account(), known(), address()] {
            let checked = |seconds| {
                attempt(vec![stored(counter.clone(), Some(ahead(seconds)))], NOW).check().is_ok()
            };
            assert!(!checked(2) && checked(61) && checked(86_400), "{counter:?}");
            let one = stored(counter.clone(), Some(ahead(86_400)));
            let counted = one.count(TenantId::new(uuid::Uuid::nil()), NOW);
            assert_eq!((counted.count, counted.last_failed_at), (1, NOW));
        }
    }

    #[test]
    fn failure_counts_for_every_counter_and_names_the_waits_that_begin() {
        // Fails once in a tenant that reaches its allowance by it, from an address with two
        // failures: the address waits, and the tenant counts as attacked for ten seconds.
        let counters = vec![
            stored(account(), None),
            stored(address(), Some(failed(2))),
            stored(Counter::Tenant, Some(failed(49))),
        ];
        let failures = attempt(counters, NOW).fail();
        let waits: Vec<_> = failures.iter().filter_map(|one| one.wait.as_ref()).collect();
        let ends: Vec<_> =
            waits.iter().map(|wait| (wait.scope, (wait.until - NOW).get())).collect();
        assert_eq!(ends, [("address", 600), ("tenant", 10)]);
        let counts: Vec<_> = failures
            .iter()
            .map(|one| match &one.change {
                Change::CountFailedSignIns { before, failed_sign_ins } => {
                    (before.as_ref().map_or(0, |before| before.count), failed_sign_ins.count)
                }
                _ => (0, 0),
            })
            .collect();
        assert_eq!(counts, [(0, 1), (2, 3), (49, 50)]);
    }

    #[test]
    fn success_resets_the_count_of_a_known_browser_only() {
        // Lists the counters that a success resets. A reset of the account would give an attacker
        // new guesses with every sign-in of the user.
        let of =
            |counter| attempt(vec![stored(counter, Some(failed(3)))], NOW).reset_keys().count();
        assert_eq!([of(known()), of(account()), of(address()), of(Counter::Tenant)], [1, 0, 0, 0]);
    }
}
