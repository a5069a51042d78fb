//! The clock of the service, which never goes back behind the trusted time.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use model::{ClockJump, ServiceClock, Timestamp};

use crate::system;

/// The clock of the service. Reading it costs one atomic load beside the clock of the system.
pub(crate) struct Clock {
    least: AtomicI64,
    state: Mutex<State>,
}

struct State {
    clock: ServiceClock,
    ticked_at: Instant,
}

impl Clock {
    /// Creates a clock that trusts the clock of the system, as long as no ledger is connected.
    pub(crate) fn new() -> Self {
        let (clock, _) = ServiceClock::start(Timestamp::default(), system::now());
        let state = State { clock, ticked_at: monotonic() };
        Self { least: AtomicI64::new(i64::MIN), state: Mutex::new(state) }
    }

    /// Starts at the time that the ledger stores. Returns the jump since then.
    pub(crate) fn start(&self, stored: Timestamp) -> Option<ClockJump> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (clock, jump) = ServiceClock::start(stored, system::now());
        *state = State { clock, ticked_at: monotonic() };
        self.least.store(clock.least().microseconds(), Ordering::Relaxed);
        jump
    }

    /// Raises the time: values of this time exist. Returns the jump if the clock of the system is
    /// behind it.
    pub(crate) fn raise(&self, time: Timestamp) -> Option<ClockJump> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let jump = state.clock.raise(time);
        self.least.store(state.clock.least().microseconds(), Ordering::Relaxed);
        jump
    }

    /// Follows the clock of the system. Returns its jump since the last call.
    pub(crate) fn tick(&self) -> Option<ClockJump> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = monotonic();
        let elapsed = now.duration_since(state.ticked_at).as_micros();
        state.ticked_at = now;
        let jump = state.clock.tick(system::now(), i64::try_from(elapsed).unwrap_or(i64::MAX));
        self.least.store(state.clock.least().microseconds(), Ordering::Relaxed);
        jump
    }

    /// Returns the time of the service.
    pub(crate) fn now(&self) -> Timestamp {
        let least = Timestamp::from_microseconds(self.least.load(Ordering::Relaxed));
        system::now().max(least)
    }

    /// Returns the service clock, for what must not follow a clock that is ahead for a while.
    pub(crate) fn steady(&self) -> ServiceClock {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clock
    }
}

fn monotonic() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "detects jumps of the clock of the system")]
    Instant::now()
}
