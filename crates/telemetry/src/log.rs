//! Starts and stops the log of the process.

use std::cell::Cell;
use std::sync::Arc;
use std::thread::JoinHandle;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::log_buffer::{LogBuffer, install};
use crate::log_layer::LogLayer;
use crate::log_line::Format;

/// The destination of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Settings of the log.
#[derive(Clone, Debug)]
pub struct LogSettings {
    /// The format of lines.
    pub format: Format,
    /// The destination.
    pub output: Output,
    /// The minimum level: `error`, `warn`, `info`, `debug` or `trace`. A module may have a level of
    /// its own: `info,store=debug`.
    pub level: String,
}

/// The log could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The level is malformed.
    #[error("`{0}` is not a log level: error, warn, info, debug, trace or off")]
    Level(String),
    /// The log of this process was started before.
    #[error("logging was started already")]
    Started,
    /// The writer thread could not be started.
    #[error("the thread that writes the log could not be started")]
    Thread(#[source] std::io::Error),
}

/// Guard of the log: writes all buffered lines when dropped. Keep it until the end of `main`.
#[must_use]
pub struct LogGuard {
    log: Arc<LogBuffer>,
    writer: Option<JoinHandle<()>>,
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.log.close();
        if let Some(writer) = self.writer.take() {
            // If the writer panicked, no line can be written any more.
            writer.join().unwrap_or_default();
        }
    }
}

/// Starts the log. Possible once per process.
pub fn start_log(settings: &LogSettings) -> Result<LogGuard, LogError> {
    let level = || LogError::Level(settings.level.clone());
    let targets: Targets = settings.level.parse().map_err(|_| level())?;
    let logs_requests = targets.would_enable("telemetry", &tracing::Level::INFO);
    let log = Arc::new(LogBuffer::new(settings.format, logs_requests));
    if !install(Arc::clone(&log)) {
        return Err(LogError::Started);
    }
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
        .with(LogLayer::new(Arc::clone(&log)))
        .with(targets)
        .try_init()
        .map_err(|_| LogError::Started)?;
    log_panics();
    Ok(LogGuard { log, writer: Some(writer) })
}

/// Logs panics with their location. Leaves out the message, which may contain secrets of a request.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(location, "panicked");
        PANIC_LOCATION.set(Some(location));
    }));
}

thread_local! {
    static PANIC_LOCATION: Cell<Option<String>> = const { Cell::new(None) };
}

/// Takes the location (file and line) of the last panic of this thread. Returns `None` if the log
/// was not started.
pub fn take_panic_location() -> Option<String> {
    PANIC_LOCATION.take()
}
