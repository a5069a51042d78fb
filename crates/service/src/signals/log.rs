//! Log lines on their way out: a bounded buffer that one thread of its own empties.

use std::cell::Cell;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::layer::LineLayer;
use super::line::Line;

/// Bytes that may wait for the writer; lines beyond are lost, and counted.
const WAITING_MAX: usize = 4 * 1024 * 1024;
/// How long lines gather before they are written together: one wake-up for many.
const GATHERING: Duration = Duration::from_millis(10);

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line, for machines.
    Json,
    /// `name=value` pairs, for people.
    Text,
}

/// Where log lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How to log.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// How lines look.
    pub format: Format,
    /// Where they go.
    pub output: Output,
    /// The least level that is written: `error`, `warn`, `info`, `debug` or `trace`, also per
    /// module: `info,store=debug`.
    pub level: String,
}

/// Why logging did not start.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The level is not one.
    #[error("`{0}` is not a log level: error, warn, info, debug, trace or off")]
    Level(String),
    /// Something logs already in this process.
    #[error("logging was started already")]
    Started,
    /// The writer's thread could not be made.
    #[error("the thread that writes the log could not be started")]
    Thread(#[source] std::io::Error),
}

/// Writes what is still waiting when it is dropped. Keep it until the end of `main`.
#[must_use]
pub struct LogGuard {
    log: Arc<Log>,
    writer: Option<JoinHandle<()>>,
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.log.closing.store(true, Ordering::Release);
        self.log.filled.notify_all();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has nothing more to write.
            writer.join().unwrap_or_default();
        }
    }
}

/// Starts to log, once in the life of a process.
pub fn start_log(settings: &LogSettings) -> Result<LogGuard, LogError> {
    let level = || LogError::Level(settings.level.clone());
    let targets: Targets = settings.level.parse().map_err(|_| level())?;
    let info = targets.would_enable("service::signals", &tracing::Level::INFO);
    let log = Arc::new(Log::new(settings.format, info));
    LOG.set(Arc::clone(&log)).map_err(|_| LogError::Started)?;
    let writer = {
        let (log, output) = (Arc::clone(&log), settings.output);
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || match output {
                Output::Stdout => log.write_all_to(&mut std::io::stdout()),
                Output::Stderr => log.write_all_to(&mut std::io::stderr()),
            })
            .map_err(LogError::Thread)?
    };
    tracing_subscriber::registry()
        .with(LineLayer::new(Arc::clone(&log)))
        .with(targets)
        .try_init()
        .map_err(|_| LogError::Started)?;
    log_panics();
    Ok(LogGuard { log, writer: Some(writer) })
}

/// Tells of a panic in a line like any other. Only where: its message may quote what a caller sent.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
        PANICKED_AT.set(Some(place));
    }));
}

thread_local! {
    static PANICKED_AT: Cell<Option<String>> = const { Cell::new(None) };
}

/// Where the last panic of this thread was, once, if the log was started: the file and the line.
pub fn panicked_at() -> Option<String> {
    PANICKED_AT.take()
}

static LOG: OnceLock<Arc<Log>> = OnceLock::new();

/// The log, if it was started.
pub(super) fn log() -> Option<&'static Log> {
    LOG.get().map(Arc::as_ref)
}

/// Lines waiting to be written.
pub(super) struct Log {
    format: Format,
    info: bool,
    waiting: Mutex<Vec<u8>>,
    filled: Condvar,
    lost: AtomicU64,
    closing: AtomicBool,
}

impl Log {
    fn new(format: Format, info: bool) -> Self {
        Self {
            format,
            info,
            waiting: Mutex::default(),
            filled: Condvar::new(),
            lost: AtomicU64::new(0),
            closing: AtomicBool::new(false),
        }
    }

    /// How lines look.
    pub(super) const fn format(&self) -> Format {
        self.format
    }

    /// Whether lines of level INFO are wanted.
    pub(super) const fn info(&self) -> bool {
        self.info
    }

    /// Hands a line over. Never waits for the output: where it is too slow, the line is lost.
    pub(super) fn push(&self, line: &[u8]) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() + line.len() > WAITING_MAX {
            self.lost.fetch_add(1, Ordering::Relaxed);
            super::metrics().log_line_lost();
            return;
        }
        let first = waiting.is_empty();
        waiting.extend_from_slice(line);
        drop(waiting);
        if first {
            self.filled.notify_one();
        }
    }

    fn write_all_to(&self, output: &mut impl Write) {
        let mut batch = Vec::new();
        while self.take(&mut batch) {
            // Nobody is left to tell when the output is gone.
            output.write_all(&batch).and_then(|()| output.flush()).unwrap_or_default();
            batch.clear();
            batch.shrink_to(64 * 1024);
        }
    }

    /// Waits for lines and takes them all; `false` when there will be none any more.
    fn take(&self, batch: &mut Vec<u8>) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.is_empty() {
            if self.closing.load(Ordering::Acquire) {
                return false;
            }
            // Bounded, because a close can fall between the look and the wait.
            let (guard, _) = self
                .filled
                .wait_timeout(waiting, Duration::from_millis(500))
                .unwrap_or_else(PoisonError::into_inner);
            waiting = guard;
        }
        if !self.closing.load(Ordering::Acquire) {
            drop(waiting);
            std::thread::sleep(GATHERING);
            waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut *waiting, batch);
        drop(waiting);
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let now = crate::now().microseconds();
            let mut line = Line::new(self.format, now, "WARN");
            line.text("message", "log lines were lost: the output is too slow");
            line.number("lost", lost);
            batch.extend_from_slice(&line.finish());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_output_loses_lines_and_says_how_many() {
        // Fills the buffer with nobody writing, then lets a writer take everything.
        let log = Log::new(Format::Json, true);
        let line = vec![b'x'; WAITING_MAX / 4];
        for _ in 0..6 {
            log.push(&line);
        }
        log.closing.store(true, Ordering::Release);
        let mut written = Vec::new();
        log.write_all_to(&mut written);
        let tail = String::from_utf8_lossy(written.get(WAITING_MAX..).expect("a tail"));
        assert!(tail.contains("\"lost\":2"), "{tail}");
    }
}
