//! The time of the service, which never goes back behind what it was.
//!
//! Expired values must not become valid again when the clock of the system is set back, and no
//! evidence of a use may be deleted because it was ahead for a while. So the service keeps a
//! trusted time. It follows the clock of the system, but in small steps only:
//!
//! - If the clock jumps ahead, the service uses the clock, because a machine that slept looks the
//!   same. The trusted time follows after ten minutes.
//! - If the clock is behind the trusted time, the service uses the trusted time, which advances at
//!   half the pace until the clock has caught up.
//!
//! The trusted time is stored. A start adds nothing to it: what it adds for the time that the last
//! process did not store any more is never stored, or each start would move the time ahead.

use crate::{Seconds, Timestamp};

/// A jump of the clock that is logged. Smaller ones are corrections by NTP.
const JUMP_MIN: Seconds = Seconds::minutes(1);
/// The time for which the clock must stay ahead before the trusted time follows.
const CONFIRMATION: Seconds = Seconds::minutes(10);
/// The time by which the last process may have gone on after it stored its time: the interval of
/// storing it is ten seconds.
const STORED_WITHIN: Seconds = Seconds::new(15);
/// The time by which a row of the ledger is kept longer than it is needed.
const SWEPT_AFTER: Seconds = Seconds::minutes(1);

/// The time of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceClock {
    trusted: Timestamp,
    /// A time that the last process may have used. It is not stored.
    least: Timestamp,
    /// The clock of the system at the last tick.
    system: Timestamp,
    /// The time for which the clock of the system has been ahead without a jump, in microseconds.
    ahead_for: i64,
}

/// A jump of the clock of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockJump {
    /// It was set back by this time.
    Back(Seconds),
    /// It jumped ahead by this time.
    Ahead(Seconds),
}

impl ServiceClock {
    /// Starts at the time that the ledger stores, 0 in a new one, and this time of the system.
    ///
    /// A clock that is ahead of the stored time is no jump: the service may have been stopped.
    pub fn start(stored: Timestamp, system: Timestamp) -> (Self, Option<ClockJump>) {
        let is_new = stored == Timestamp::default();
        let trusted = if is_new { system } else { stored };
        // Another process may have used, or use, a time that it has not stored.
        let least = if system < stored { stored + STORED_WITHIN } else { trusted };
        let behind = stored - system;
        let jump = (behind >= JUMP_MIN).then_some(ClockJump::Back(behind));
        (Self { trusted, least, system, ahead_for: 0 }, jump)
    }

    /// Raises the time: values of this time exist. Returns the jump if the clock of the system is
    /// behind it.
    pub fn raise(&mut self, time: Timestamp) -> Option<ClockJump> {
        if time <= self.trusted {
            return None;
        }
        self.trusted = time;
        let behind = time - self.system;
        (behind >= JUMP_MIN).then_some(ClockJump::Back(behind))
    }

    /// Takes the time of the system, and the microseconds since the last call by a clock that never
    /// jumps. Call it about once a second.
    pub fn tick(&mut self, system: Timestamp, elapsed: i64) -> Option<ClockJump> {
        let jump = self.jump(system, elapsed);
        self.system = system;
        if system < self.trusted {
            self.trusted = later(self.trusted, elapsed / 2);
            self.ahead_for = 0;
            return jump;
        }
        self.ahead_for = if jump.is_some() { 0 } else { self.ahead_for.saturating_add(elapsed) };
        let is_near = system <= later(self.trusted, elapsed) + JUMP_MIN;
        let is_confirmed =
            later(Timestamp::default(), self.ahead_for) >= Timestamp::default() + CONFIRMATION;
        if is_near || is_confirmed {
            self.trusted = system;
            self.ahead_for = 0;
        } else {
            self.trusted = later(self.trusted, elapsed);
        }
        jump
    }

    fn jump(&self, system: Timestamp, elapsed: i64) -> Option<ClockJump> {
        let expected = later(self.system, elapsed);
        let (ahead, behind) = (system - expected, expected - system);
        if behind >= JUMP_MIN {
            return Some(ClockJump::Back(behind));
        }
        (ahead >= JUMP_MIN).then_some(ClockJump::Ahead(ahead))
    }

    /// Returns the least time that the service uses.
    pub fn least(&self) -> Timestamp {
        self.trusted.max(self.least)
    }

    /// Returns whether the clock of the system was behind the trusted time at the last tick. Then
    /// another process sees only by the stored time which one the service uses.
    pub fn is_behind(&self) -> bool {
        self.trusted - self.system >= Seconds::new(1)
    }

    /// Returns the trusted time, which is stored in the ledger.
    pub const fn trusted(&self) -> Timestamp {
        self.trusted
    }

    /// Returns whether this time is near the trusted one: the clock has not jumped far ahead.
    pub fn is_near(&self, time: Timestamp) -> bool {
        time <= self.trusted + CONFIRMATION
    }

    /// Returns the time up to which expired rows may be deleted.
    pub fn sweep_until(&self) -> Timestamp {
        self.trusted - SWEPT_AFTER
    }
}

fn later(time: Timestamp, microseconds: i64) -> Timestamp {
    Timestamp::from_microseconds(time.microseconds().saturating_add(microseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_795_000_000);
    const TICK: i64 = 1_000_000;

    /// A service clock with the clock of its system, and the true time.
    struct Simulation {
        clock: ServiceClock,
        system: Timestamp,
        elapsed: Seconds,
        /// The time that the ledger stores.
        stored: Timestamp,
        jumps: Vec<ClockJump>,
        /// The latest time up to which rows were deleted.
        swept: Timestamp,
    }

    impl Simulation {
        fn new() -> Self {
            let (clock, _) = ServiceClock::start(Timestamp::default(), START);
            let (jumps, swept) = (Vec::new(), Timestamp::default());
            Self { clock, system: START, elapsed: Seconds::new(0), stored: START, jumps, swept }
        }

        fn now(&self) -> Timestamp {
            self.system.max(self.clock.least())
        }

        fn truth(&self) -> Timestamp {
            START + self.elapsed
        }

        fn set(&mut self, by: Seconds) {
            self.system = self.system + by;
        }

        fn run(&mut self, span: Seconds) {
            for _ in 0..span.get() {
                self.elapsed = Seconds::new(self.elapsed.get() + 1);
                self.system = self.system + Seconds::new(1);
                let before = self.clock.trusted();
                self.jumps.extend(self.clock.tick(self.system, TICK));
                assert!(self.clock.trusted() >= before, "the trusted time went back");
                if self.elapsed.get() % 10 == 0 || self.clock.is_behind() {
                    self.stored = self.stored.max(self.clock.trusted());
                }
                self.swept = self.swept.max(self.clock.sweep_until());
                assert!(self.swept < self.now(), "a row that has not expired was deleted");
            }
        }

        fn restart(&mut self) {
            let (clock, jump) = ServiceClock::start(self.stored, self.system);
            self.clock = clock;
            self.jumps.extend(jump);
        }
    }

    const fn negative(span: Seconds) -> Seconds {
        Seconds::new(-span.get())
    }

    #[test]
    fn trusted_time_follows_a_clock_without_jumps() {
        // Runs for a day, with corrections of some seconds.
        let mut simulation = Simulation::new();
        for correction in [5, -5, 59, -59] {
            simulation.set(Seconds::new(correction));
            simulation.run(Seconds::hours(6));
            assert_eq!(simulation.clock.trusted(), simulation.system);
        }
        assert_eq!(simulation.jumps, []);
    }

    #[test]
    fn nothing_revives_when_the_clock_is_set_back() {
        // Sets the clock back by an hour and by a day, in run and across a restart. The time of the
        // service never goes back, and meets the clock again after twice the jump.
        for back in [Seconds::hours(1), Seconds::days(1)] {
            for restarts in [false, true] {
                let mut simulation = Simulation::new();
                simulation.run(Seconds::minutes(5));
                let before = simulation.now();
                simulation.set(negative(back));
                if restarts {
                    simulation.restart();
                }
                simulation.run(Seconds::minutes(1));
                let [ClockJump::Back(by)] = simulation.jumps[..] else {
                    panic!("{:?}", simulation.jumps);
                };
                assert!((by.get() - back.get()).abs() <= 10, "{by}");
                assert!(simulation.now() >= before + Seconds::new(15));
                simulation.run(Seconds::new(2 * back.get() + 180));
                assert_eq!(simulation.now(), simulation.system);
            }
        }
    }

    #[test]
    fn clock_that_was_ahead_for_minutes_leaves_no_trace() {
        // Sets the clock ahead by an hour and by a day for nine minutes, in run and across a
        // restart. Rows that have not expired by the true time are not deleted meanwhile, and
        // afterwards the time of the service is the true one.
        for ahead in [Seconds::hours(1), Seconds::days(1)] {
            for restarts in [false, true] {
                let mut simulation = Simulation::new();
                simulation.run(Seconds::minutes(5));
                simulation.set(ahead);
                if restarts {
                    simulation.restart();
                }
                simulation.run(Seconds::minutes(9));
                assert_eq!(simulation.now(), simulation.system);
                assert!(simulation.swept < simulation.truth());
                simulation.set(negative(ahead));
                simulation.run(Seconds::new(1));
                assert_eq!(simulation.now(), simulation.truth());
                let jumps = if restarts { 1 } else { 2 };
                assert_eq!(simulation.jumps.len(), jumps, "{:?}", simulation.jumps);
            }
        }
    }

    #[test]
    fn clock_that_stays_ahead_is_trusted_after_ten_minutes() {
        // Sets the clock ahead by a day, as after a night's sleep of the machine.
        let mut simulation = Simulation::new();
        simulation.set(Seconds::days(1));
        simulation.run(Seconds::minutes(10));
        assert!(simulation.clock.trusted() < simulation.system);
        simulation.run(Seconds::minutes(1));
        assert_eq!(simulation.clock.trusted(), simulation.system);
        assert_eq!(simulation.jumps, [ClockJump::Ahead(Seconds::days(1))]);
    }

    #[test]
    fn random_jumps_never_let_the_service_delete_or_revive() {
        // Jumps a hundred times by up to a day in both directions; `run` checks each second.
        let mut simulation = Simulation::new();
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..100 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let by = i64::try_from(random >> 33).unwrap_or(0) % 172_800 - 86_400;
            simulation.set(Seconds::new(by));
            if random & (1 << 20) == 0 {
                simulation.restart();
            }
            let before = simulation.clock.trusted();
            simulation.run(Seconds::new(700));
            assert!(simulation.now() >= before);
        }
    }

    #[test]
    fn starts_with_a_clock_that_is_behind_add_nothing_to_the_stored_time() {
        // Restarts 200 times while the clock is ten seconds behind, at once and after twelve
        // seconds each. What is stored is never further ahead than the clock was set back.
        for seconds in [0, 12] {
            let mut simulation = Simulation::new();
            simulation.run(Seconds::new(60));
            simulation.set(Seconds::new(-10));
            for _ in 0..200 {
                simulation.restart();
                simulation.run(Seconds::new(seconds));
                assert!(simulation.stored <= simulation.system + Seconds::new(10));
            }
        }
    }

    #[test]
    fn start_after_a_crash_uses_no_time_before_that_of_the_last_process() {
        // Crashes up to nine seconds after the time was stored, with a clock that is set back by
        // more than that, in run (seen by one tick) or meanwhile.
        for since in 0..10 {
            for back in [i64::from(since) + 1, 40, 3_600] {
                for in_run in [false, true] {
                    let mut simulation = Simulation::new();
                    simulation.run(Seconds::new(60 + i64::from(since)));
                    let before = simulation.now();
                    simulation.set(Seconds::new(-back));
                    simulation.run(Seconds::new(i64::from(in_run)));
                    let before = simulation.now().max(before);
                    simulation.restart();
                    assert!(simulation.now() >= before, "{since} {back} {in_run}");
                }
            }
        }
    }

    #[test]
    fn raised_clock_continues_from_the_raised_time() {
        // Raises a new clock by an hour, as after the ledger was lost while the clock was behind.
        let mut simulation = Simulation::new();
        let later = START + Seconds::hours(1);
        assert_eq!(simulation.clock.raise(later), Some(ClockJump::Back(Seconds::hours(1))));
        assert_eq!(simulation.clock.raise(START), None);
        simulation.run(Seconds::minutes(2));
        assert_eq!(simulation.now(), later + Seconds::minutes(1));
    }
}
