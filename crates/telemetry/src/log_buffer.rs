//! A bounded buffer of log lines, which one thread writes to the output.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::clock::now_microseconds;
use crate::log_line::{Format, LogLine, field_name};
use crate::metrics::metrics;

/// Maximum size of the buffer in bytes. Further lines are dropped and counted.
const BUFFER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Time that the writer waits for more lines before it writes a batch.
const BATCH_DELAY: Duration = Duration::from_millis(10);

static LOG: OnceLock<Arc<LogBuffer>> = OnceLock::new();

/// Returns the log of this process, or `None` if it was not started.
pub(crate) fn log() -> Option<&'static LogBuffer> {
    LOG.get().map(Arc::as_ref)
}

/// Log lines that wait for the writer.
pub(crate) struct LogBuffer {
    format: Format,
    logs_requests: bool,
    waiting: Mutex<Vec<u8>>,
    filled: Condvar,
    dropped: AtomicU64,
    closing: AtomicBool,
}

impl LogBuffer {
    /// Creates an empty buffer.
    pub(crate) fn new(format: Format, logs_requests: bool) -> Self {
        Self {
            format,
            logs_requests,
            waiting: Mutex::default(),
            filled: Condvar::new(),
            dropped: AtomicU64::new(0),
            closing: AtomicBool::new(false),
        }
    }

    /// Returns the format of lines.
    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Returns whether the access log is enabled: whether level INFO is written.
    pub(crate) const fn logs_requests(&self) -> bool {
        self.logs_requests
    }

    /// Adds a line. Never waits for the output: if the buffer is full, drops the line.
    pub(crate) fn push(&self, line: &[u8]) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() + line.len() > BUFFER_BYTES_MAX {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            metrics().log_line_dropped();
            return;
        }
        let first = waiting.is_empty();
        waiting.extend_from_slice(line);
        drop(waiting);
        if first {
            self.filled.notify_one();
        }
    }

    /// Asks the writer to write the remaining lines and to end.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::Release);
        self.filled.notify_all();
    }

    /// Writes lines until the buffer is closed and empty.
    pub(crate) fn write_all_to(&self, output: &mut impl Write) {
        let mut batch = Vec::new();
        while self.take(&mut batch) {
            // A broken output cannot be reported: the log is the only channel.
            output.write_all(&batch).and_then(|()| output.flush()).unwrap_or_default();
            batch.clear();
            batch.shrink_to(64 * 1024);
        }
    }

    /// Waits for lines and moves them into `batch`. Returns `false` if the buffer is closed and
    /// empty.
    fn take(&self, batch: &mut Vec<u8>) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting.is_empty() {
            if self.closing.load(Ordering::Acquire) {
                return false;
            }
            // With a timeout: `close` can be called between the check and the wait.
            let (guard, _) = self
                .filled
                .wait_timeout(waiting, Duration::from_millis(500))
                .unwrap_or_else(PoisonError::into_inner);
            waiting = guard;
        }
        if !self.closing.load(Ordering::Acquire) {
            drop(waiting);
            std::thread::sleep(BATCH_DELAY);
            waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        }
        std::mem::swap(&mut *waiting, batch);
        drop(waiting);
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let now = now_microseconds();
            let mut line = LogLine::new(self.format, now, "WARN");
            let message = "dropped log lines: the output is too slow";
            line.name(field_name!("message")).text(message);
            line.name(field_name!("dropped")).number(dropped);
            batch.extend_from_slice(&line.finish());
        }
        true
    }
}

/// Makes the buffer the log of this process. Returns `false` if there is one already.
pub(crate) fn install(log: Arc<LogBuffer>) -> bool {
    LOG.set(log).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_buffer_drops_lines_and_logs_their_number() {
        // Fills the buffer without a writer, then writes everything.
        let log = LogBuffer::new(Format::Json, true);
        let line = vec![b'x'; BUFFER_BYTES_MAX / 4];
        for _ in 0..6 {
            log.push(&line);
        }
        log.closing.store(true, Ordering::Release);
        let mut written = Vec::new();
        log.write_all_to(&mut written);
        let tail = String::from_utf8_lossy(written.get(BUFFER_BYTES_MAX..).expect("a tail"));
        assert!(tail.contains("\"dropped\":2"), "{tail}");
    }
}
