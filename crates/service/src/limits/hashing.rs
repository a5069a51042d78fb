//! Threads of low priority that hash passwords, so that the endpoints of clients stay fast.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use model::{Fault, FaultKind};
use tokio::sync::oneshot;

/// Maximum number of verifications that run at once. Each takes a core and 19 MiB.
pub(super) const CONCURRENCY: usize = 2;

/// The threads of a priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    Normal,
    /// The priority of the network that sends most passwords: those of others come first.
    Low,
}

type Work = Box<dyn FnOnce() + Send>;

/// The threads of each priority.
static NORMAL: LazyLock<Sender<Work>> = LazyLock::new(|| start(Priority::Normal));
static LOW: LazyLock<Sender<Work>> = LazyLock::new(|| start(Priority::Low));

impl Priority {
    /// Returns the nice value of the threads (0 to 19). With 5, a thread that hashes gets about a
    /// quarter of a core that another thread needs; with 15, a thirtieth, and a tenth of one on
    /// which a thread with 5 hashes.
    const fn niceness(self) -> i32 {
        match self {
            Self::Normal => 5,
            Self::Low => 15,
        }
    }
}

/// Runs a computation on one of the threads.
///
/// # Errors
/// The threads could not be started, or the computation panicked.
pub(crate) async fn hash<T: Send + 'static>(
    priority: Priority,
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    let (result, receiver) = oneshot::channel();
    let work: Work = Box::new(move || drop(result.send(compute())));
    let threads = match priority {
        Priority::Normal => &NORMAL,
        Priority::Low => &LOW,
    };
    threads.send(work).map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    receiver.await.map_err(|error| Fault::new(FaultKind::Internal, &error))
}

fn start(priority: Priority) -> Sender<Work> {
    let (sender, receiver) = channel::<Work>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..CONCURRENCY {
        let receiver = Arc::clone(&receiver);
        let started = thread::Builder::new().name("password".to_owned()).spawn(move || {
            lower(priority);
            run_all(&receiver);
        });
        if let Err(error) = started {
            tracing::error!(%error, "a thread for passwords could not be started");
        }
    }
    sender
}

/// Lowers the priority of this thread, unless the process has a lower one. Only Linux has one for
/// each thread.
fn lower(priority: Priority) {
    if !cfg!(target_os = "linux") {
        return;
    }
    let lowered = rustix::process::getpriority_process(None).and_then(|inherited| {
        rustix::process::setpriority_process(None, inherited.max(priority.niceness()))
    });
    if let Err(error) = lowered {
        tracing::warn!(%error, "the priority of a thread for passwords could not be lowered");
    }
}

fn run_all(receiver: &Mutex<Receiver<Work>>) {
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        // A panic must not end the thread. Its caller gets no result, and so a fault.
        drop(catch_unwind(AssertUnwindSafe(work)));
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passwords_are_hashed_with_a_lower_priority() {
        // Reads the nice values of the threads that compute, and of this one.
        let niceness = || rustix::process::getpriority_process(None).expect("a priority");
        let here = niceness();
        for (priority, expected) in [(Priority::Normal, 5), (Priority::Low, 15)] {
            assert_eq!(hash(priority, niceness).await.expect("a thread"), here.max(expected));
        }
        assert_eq!(niceness(), here);
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_and_ends_no_thread() {
        // Panics more often than there are threads, and then computes a value.
        for _ in 0..4 {
            assert!(hash(Priority::Normal, || -> u8 { panic!("the test says so") }).await.is_err());
        }
        assert_eq!(hash(Priority::Normal, || 7).await.expect("a thread"), 7);
    }
}
