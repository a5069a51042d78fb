//! Writes `tracing` events to the log.

use std::fmt::{Debug, Write};
use std::sync::Arc;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::escape::LENGTH_MAX;
use super::log_buffer::LogBuffer;
use super::log_line::{LogLine, field_name};

/// The `tracing` layer that writes each event as one log line.
pub(crate) struct LogLayer {
    log: Arc<LogBuffer>,
}

impl LogLayer {
    pub(crate) const fn new(log: Arc<LogBuffer>) -> Self {
        Self { log }
    }
}

impl<S: Subscriber> Layer<S> for LogLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let now = crate::clock::now_microseconds();
        let mut line = LogLine::new(self.log.format(), now, event.metadata().level().as_str());
        line.name(field_name!("target")).text(event.metadata().target());
        event.record(&mut Fields(&mut line));
        self.log.push(&line.finish());
    }
}

struct Fields<'a>(&'a mut LogLine);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.other_name(field.name()).text(value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.other_name(field.name()).bare(value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.other_name(field.name()).number(value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.other_name(field.name()).bare(value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = Bounded(String::new());
        // An error means that the limit was reached; the text up to it stays.
        write!(text, "{value:?}").unwrap_or_default();
        self.0.other_name(field.name()).text(&text.0);
    }
}

/// Text that stops growing at the length at which a log line truncates it.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        for character in part.chars() {
            if self.0.len() > LENGTH_MAX {
                return Err(std::fmt::Error);
            }
            self.0.push(character);
        }
        Ok(())
    }
}
