//! Counters of the service, apart from its requests.

mod range_questions;
mod sign_in_locks;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use model::{DeliveryQueue, Timestamp};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use telemetry::{Metrics, metric_table as table};

pub use range_questions::{RangeOutcome, RangeQuestions};
pub(crate) use sign_in_locks::SignInLocks;

/// Bounds of the waiting time of password checks, in seconds. At most 32 others wait before one.
const WAIT_BUCKETS: [f64; 9] = [0.001, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
/// The names of the periodic tasks.
const TASKS: [&str; 11] = [
    "retention",
    "delivery",
    "logouts",
    "tickets",
    "refresh",
    "ledger",
    "clock",
    "time",
    "keys",
    "metrics",
    "nodes",
];
/// The channels of deliveries.
const CHANNELS: [&str; 3] = ["mail", "webhook", "logout"];

/// A family of counters whose labels have known values.
type Labelled<const N: usize> = Family<[(&'static str, &'static str); N], Counter>;

/// Counters of the service.
pub struct ServiceMetrics {
    sign_ins: Labelled<1>,
    /// The waits after failed sign-ins.
    pub(crate) locks: SignInLocks,
    password_waits: Histogram,
    /// The questions to the service of breached passwords.
    pub range_questions: RangeQuestions,
    deliveries_sent: Labelled<1>,
    delivery_failures: Labelled<2>,
    task_failures: Labelled<1>,
    clock_jumps: Counter,
    deliveries_waiting: [QueueLength; CHANNELS.len()],
    keys_active_from: AtomicU64,
    keys_next_rotation: AtomicU64,
}

/// The length of a delivery queue at its last reading.
#[derive(Default)]
struct QueueLength {
    waiting: AtomicU64,
    /// In seconds; 0 if the queue is empty.
    oldest_at: AtomicU64,
}

/// The outcome of a form of a sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInOutcome {
    /// A session was opened.
    Succeeded,
    /// The user exists, and the password is another one.
    WrongPassword,
    /// No user has this name.
    UnknownUser,
    /// The code of a second factor is wrong, or was used before.
    WrongCode,
    /// The response of a browser for a passkey was refused.
    WrongPasskey,
    /// Too many sign-ins failed before.
    Locked,
    /// The password is right, and the user is disabled.
    DisabledUser,
    /// A field is empty or too long.
    Malformed,
    /// Too many password checks were waiting.
    Busy,
    /// The flow expired.
    Expired,
    /// The user cancelled.
    Cancelled,
    /// The user refused to consent.
    ConsentRefused,
    /// The service failed.
    Fault,
}

/// The failure of an attempt to send a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryFailure {
    /// It is tried again.
    Temporary,
    /// It was refused, and is not tried again.
    Permanent,
    /// It failed for so long that it is not tried again.
    Abandoned,
}

impl SignInOutcome {
    /// Every outcome.
    pub const ALL: [Self; 13] = [
        Self::Succeeded,
        Self::WrongPassword,
        Self::UnknownUser,
        Self::WrongCode,
        Self::WrongPasskey,
        Self::Locked,
        Self::DisabledUser,
        Self::Malformed,
        Self::Busy,
        Self::Expired,
        Self::Cancelled,
        Self::ConsentRefused,
        Self::Fault,
    ];

    const fn label(self) -> [(&'static str, &'static str); 1] {
        let value = match self {
            Self::Succeeded => "succeeded",
            Self::WrongPassword => "wrong_password",
            Self::UnknownUser => "unknown_user",
            Self::WrongCode => "wrong_code",
            Self::WrongPasskey => "wrong_passkey",
            Self::Locked => "locked",
            Self::DisabledUser => "disabled_user",
            Self::Malformed => "malformed",
            Self::Busy => "busy",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::ConsentRefused => "consent_refused",
            Self::Fault => "fault",
        };
        [("outcome", value)]
    }
}

impl DeliveryFailure {
    const ALL: [Self; 3] = [Self::Temporary, Self::Permanent, Self::Abandoned];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Temporary => "temporary",
            Self::Permanent => "permanent",
            Self::Abandoned => "abandoned",
        }
    }
}

impl Default for ServiceMetrics {
    /// Creates every counter with its labels, so that the first increase is seen, too.
    fn default() -> Self {
        let metrics = Self {
            sign_ins: Family::default(),
            locks: SignInLocks::default(),
            password_waits: Histogram::new(WAIT_BUCKETS),
            range_questions: RangeQuestions::default(),
            deliveries_sent: Family::default(),
            delivery_failures: Family::default(),
            task_failures: Family::default(),
            clock_jumps: Counter::default(),
            deliveries_waiting: Default::default(),
            keys_active_from: AtomicU64::default(),
            keys_next_rotation: AtomicU64::default(),
        };
        for outcome in SignInOutcome::ALL {
            drop(metrics.sign_ins.get_or_create(&outcome.label()));
        }
        for channel in CHANNELS {
            drop(metrics.deliveries_sent.get_or_create(&[("channel", channel)]));
            for failure in DeliveryFailure::ALL {
                drop(metrics.delivery_failures.get_or_create(&failure_labels(channel, failure)));
            }
        }
        for task in TASKS {
            drop(metrics.task_failures.get_or_create(&[("task", task)]));
        }
        metrics
    }
}

impl ServiceMetrics {
    /// Exposes the counters. Gauges are exposed by [`crate::Service::expose_metrics`].
    pub(crate) fn register(&self, metrics: &Metrics) {
        metrics.register(&table::SIGN_INS_TOTAL, self.sign_ins.clone());
        self.locks.register(metrics);
        metrics.register(&table::PASSWORD_CHECK_WAIT_SECONDS, self.password_waits.clone());
        self.range_questions.register(metrics);
        metrics.register(&table::DELIVERIES_SENT_TOTAL, self.deliveries_sent.clone());
        metrics.register(&table::DELIVERY_FAILURES_TOTAL, self.delivery_failures.clone());
        metrics.register(&table::TASK_FAILURES_TOTAL, self.task_failures.clone());
        metrics.register(&table::CLOCK_JUMPS_TOTAL, self.clock_jumps.clone());
    }

    /// Counts a form of a sign-in page.
    pub(crate) fn count_sign_in(&self, outcome: SignInOutcome) {
        self.sign_ins.get_or_create(&outcome.label()).inc();
    }

    /// Returns how many forms of sign-in pages had this outcome.
    pub fn sign_ins(&self, outcome: SignInOutcome) -> u64 {
        self.sign_ins.get_or_create(&outcome.label()).get()
    }

    /// Counts the time for which a password check waited.
    pub(crate) fn password_waited(&self, wait: Duration) {
        self.password_waits.observe(wait.as_secs_f64());
    }

    /// Counts a message that was accepted.
    pub(crate) fn delivered(&self, channel: &'static str) {
        self.deliveries_sent.get_or_create(&[("channel", channel)]).inc();
    }

    /// Counts an attempt to send a message that failed.
    pub(crate) fn not_delivered(&self, channel: &'static str, failure: DeliveryFailure) {
        self.delivery_failures.get_or_create(&failure_labels(channel, failure)).inc();
    }

    /// Returns how many messages of a channel were accepted.
    pub fn deliveries_sent(&self, channel: &'static str) -> u64 {
        self.deliveries_sent.get_or_create(&[("channel", channel)]).get()
    }

    /// Returns how many attempts to send a message of a channel failed in this way.
    pub fn delivery_failures(&self, channel: &'static str, failure: DeliveryFailure) -> u64 {
        self.delivery_failures.get_or_create(&failure_labels(channel, failure)).get()
    }

    /// Counts a jump of the clock of the system.
    pub(crate) fn clock_jumped(&self) {
        self.clock_jumps.inc();
    }

    /// Counts a run of a periodic task that failed.
    pub(crate) fn task_failed(&self, task: &'static str) {
        self.task_failures.get_or_create(&[("task", task)]).inc();
    }

    /// Stores the length of the delivery queues.
    pub(crate) fn set_delivery_queue(&self, queue: &DeliveryQueue) {
        let read = [queue.mail, queue.webhooks, queue.logouts];
        for (stored, read) in self.deliveries_waiting.iter().zip(read) {
            stored.waiting.store(read.waiting, Ordering::Relaxed);
            stored.oldest_at.store(read.oldest_at.map_or(0, unix_seconds), Ordering::Relaxed);
        }
    }

    /// Stores when the oldest signing key became active, and when the next one is due.
    pub(crate) fn set_signing_keys(&self, active_from: Timestamp, next_rotation: Timestamp) {
        self.keys_active_from.store(unix_seconds(active_from), Ordering::Relaxed);
        self.keys_next_rotation.store(unix_seconds(next_rotation), Ordering::Relaxed);
    }

    /// Returns how many messages wait in each channel.
    pub(crate) fn deliveries_waiting(&self) -> Vec<(String, u64)> {
        let lengths = self.deliveries_waiting.iter();
        let lengths = lengths.map(|length| length.waiting.load(Ordering::Relaxed));
        CHANNELS.into_iter().map(str::to_owned).zip(lengths).collect()
    }

    /// Returns when the oldest message of each channel was created, without empty channels.
    pub(crate) fn deliveries_oldest_at(&self) -> Vec<(String, u64)> {
        let oldest = self.deliveries_waiting.iter();
        let oldest = oldest.map(|length| length.oldest_at.load(Ordering::Relaxed));
        let channels = CHANNELS.into_iter().map(str::to_owned).zip(oldest);
        channels.filter(|(_, oldest_at)| *oldest_at > 0).collect()
    }

    /// Returns when the oldest signing key became active.
    pub(crate) fn keys_active_from(&self) -> Option<u64> {
        Some(self.keys_active_from.load(Ordering::Relaxed)).filter(|seconds| *seconds > 0)
    }

    /// Returns when the next signing key is due.
    pub(crate) fn keys_next_rotation(&self) -> Option<u64> {
        Some(self.keys_next_rotation.load(Ordering::Relaxed)).filter(|seconds| *seconds > 0)
    }
}

fn failure_labels(
    channel: &'static str,
    failure: DeliveryFailure,
) -> [(&'static str, &'static str); 2] {
    [("channel", channel), ("kind", failure.as_str())]
}

fn unix_seconds(at: Timestamp) -> u64 {
    u64::try_from(at.seconds()).unwrap_or_default()
}
