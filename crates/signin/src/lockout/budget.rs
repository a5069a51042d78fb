//! Simulations that show the budget of `docs/reference/limits.md`, over the rules themselves.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    net::IpAddr,
};

use model::{Change, Digest, FailedSignIns, Seconds, TenantId, Timestamp, UserId};

use super::{Attempt, Counter, RecentUsers, StoredCounter};

const START: Timestamp = Timestamp::from_seconds(1_795_363_200);
const HOUR: u32 = 3_600;

/// A tenant whose counters are in memory.
#[derive(Default)]
struct SimulatedTenant {
    keys: HashMap<Vec<u8>, Digest>,
    stored: HashMap<Digest, FailedSignIns>,
    recent: RecentUsers,
}

/// A sign-in.
#[derive(Clone, Copy)]
struct SignIn {
    user: u32,
    known: bool,
    address: u32,
    right: bool,
}

impl SignIn {
    /// A wrong password in a browser that the user never used.
    const fn guess(user: u32, address: u32) -> Self {
        Self { user, known: false, address, right: false }
    }

    /// The right password of a user who has an address of their own.
    const fn right(user: u32, known: bool) -> Self {
        Self { user, known, address: 0x0a00_0000 + user, right: true }
    }
}

impl SimulatedTenant {
    const ID: TenantId = TenantId::new(uuid::Uuid::nil());

    /// Attempts a sign-in. Returns whether the password was checked.
    fn attempt(&mut self, sign_in: SignIn, now: Timestamp) -> bool {
        let user = UserId::new(uuid::Uuid::from_u128(sign_in.user.into()));
        let address = IpAddr::from(sign_in.address.to_be_bytes());
        let known = sign_in.known.then_some((user, [1; 16]));
        let counters = Counter::of_attempt(format!("user{}", sign_in.user), known, Some(address));
        let counters = counters.into_iter().map(|counter| self.read(counter, now)).collect();
        let attempt = Attempt { tenant: Self::ID, counters, now };
        if attempt.check().is_err() {
            return false;
        }
        if sign_in.right {
            let networks = Counter::of_network(address).into_iter().chain([Counter::Tenant]);
            for counter in networks {
                let key = self.key(&counter);
                self.recent.add((Self::ID, key), user, now);
            }
            return true;
        }
        self.count(&attempt);
        true
    }

    /// Counts a failure.
    fn count(&mut self, attempt: &Attempt) {
        for failure in attempt.fail() {
            if let Change::CountFailedSignIns { failed_sign_ins, .. } = failure.change {
                self.stored.insert(failed_sign_ins.key, failed_sign_ins);
            }
        }
    }

    fn key(&mut self, counter: &Counter) -> Digest {
        let next = self.keys.len();
        *self.keys.entry(counter.label()).or_insert_with(|| {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&next.to_be_bytes());
            key
        })
    }

    fn read(&mut self, counter: Counter, now: Timestamp) -> StoredCounter {
        let key = self.key(&counter);
        let recent_users = self.recent.count((Self::ID, key), now);
        StoredCounter { counter, key, earlier: self.stored.get(&key).cloned(), recent_users }
    }
}

/// A sequence of numbers that looks random and is the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        let high = u32::try_from(self.0 >> 33).unwrap_or_default();
        high % end
    }
}

#[test]
fn three_guessing_addresses_keep_no_other_user_out() {
    // Guesses from three addresses, six times a minute each for an hour, a new name every time. A
    // user with a new browser signs in every minute: all 60 pass.
    let (mut tenant, mut passed) = (SimulatedTenant::default(), 0);
    for second in 0..HOUR {
        let now = START + Seconds::new(second.into());
        if second % 10 == 0 {
            for attacker in 1..=3 {
                tenant.attempt(SignIn::guess(1_000 + second * 3 + attacker, attacker), now);
            }
        }
        if second % 60 == 30 {
            passed += u32::from(tenant.attempt(SignIn::right(second / 60, false), now));
        }
    }
    assert_eq!(passed, 60);
}

#[test]
fn codes_of_all_mails_for_a_name_do_not_reach_its_limit() {
    // Types five wrong codes of each mail that a user name may have in a day: ten at once, and one
    // more in every twelve minutes. None is refused for the name.
    let mut tenant = SimulatedTenant::default();
    let counter = Counter::MailedCodes { username: "ana".to_owned(), browser: None };
    for mail in 0..130_i64 {
        let now = START + Seconds::minutes(12 * (mail - 9).max(0));
        for _ in 0..5 {
            let counters = vec![tenant.read(counter.clone(), now)];
            let attempt = Attempt { tenant: SimulatedTenant::ID, counters, now };
            assert!(attempt.check().is_ok(), "{mail}");
            tenant.count(&attempt);
        }
    }
}

/// The counts of users who did not fail themselves during an attack.
#[derive(Debug, Default)]
struct Outcome {
    users: u32,
    kept_out: u32,
    kept_out_though_known_or_not_guessed: u32,
    guesses: u32,
}

/// Simulates an hour: 1,000 addresses guess 100 times each. As many guesses as possible go to one
/// name, so that it is closed, then to the next one. In a tenant of 10,000 users, 3,000 sign in,
/// one of ten in a new browser; one of twenty mistypes first. A third of them share five addresses.
fn hour_of_attack() -> Outcome {
    let (mut tenant, mut numbers) = (SimulatedTenant::default(), Numbers(1));
    let (mut outcome, mut guessed) = (Outcome::default(), HashSet::new());
    let (mut target, mut on_target) = (0, 0);
    for second in 0..HOUR {
        let now = START + Seconds::new(second.into());
        for attacker in (0..1_000).filter(|attacker| attacker % 36 == second % 36) {
            if tenant.attempt(SignIn::guess(target, 0xc600_0000 + attacker), now) {
                outcome.guesses += 1;
                on_target += 1;
                guessed.insert(target);
            }
            if on_target >= 8 {
                (target, on_target) = (target + 1, 0);
            }
        }
        if second % 6 < 5 {
            let user = numbers.below(10_000);
            let mut sign_in = SignIn::right(user, numbers.below(10) > 0);
            if user % 3 == 0 {
                sign_in.address = 0x0b00_0000 + user % 5;
            }
            if numbers.below(20) == 0 {
                tenant.attempt(SignIn { right: false, ..sign_in }, now);
                tenant.attempt(sign_in, now);
                continue;
            }
            outcome.users += 1;
            let is_kept_out = !tenant.attempt(sign_in, now);
            outcome.kept_out += u32::from(is_kept_out);
            let protected = sign_in.known || !guessed.contains(&user);
            outcome.kept_out_though_known_or_not_guessed += u32::from(is_kept_out && protected);
        }
    }
    outcome
}

#[test]
fn thousand_guessing_addresses_keep_at_most_one_percent_of_users_out() {
    // Hostile input LM1: counts the users that are refused in the simulated hour. None of them has
    // a known browser, or a name that was not guessed.
    let outcome = hour_of_attack();
    assert!(outcome.users > 2_500, "{outcome:?}");
    assert!(outcome.kept_out * 100 <= outcome.users, "{outcome:?}");
    assert_eq!(outcome.kept_out_though_known_or_not_guessed, 0, "{outcome:?}");
    assert!((3_000..8_000).contains(&outcome.guesses), "the attack is slowed down: {outcome:?}");
}

#[test]
fn account_takes_at_most_ten_guesses_of_unknown_browsers_in_a_day() {
    // Hostile input LM2: guesses one name from ever new addresses at irregular times for five days,
    // while the user signs in elsewhere. Counts the checked guesses of every 24 hours.
    for seed in 0..10 {
        let (mut tenant, mut numbers) = (SimulatedTenant::default(), Numbers(seed));
        let (mut window, mut most, mut address) = (VecDeque::new(), 0, 0);
        let mut now = START;
        while now < START + Seconds::days(5) {
            now = now + Seconds::new((1 + numbers.below(1_800)).into());
            address += 1;
            tenant.attempt(SignIn::right(7, true), now);
            if tenant.attempt(SignIn::guess(7, address), now) {
                window.push_back(now);
            }
            while window.front().is_some_and(|first| *first + Seconds::days(1) <= now) {
                window.pop_front();
            }
            most = most.max(window.len());
        }
        assert!((8..=10).contains(&most), "{most}");
    }
}
