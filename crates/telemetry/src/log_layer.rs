//! Events of `tracing` as log lines.

use std::fmt::{Debug, Write};
use std::sync::Arc;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::field::LENGTH_MAX;
use super::line::Line;
use super::log::Log;

/// Writes each event as one line.
pub(super) struct LineLayer {
    log: Arc<Log>,
}

impl LineLayer {
    pub(super) const fn new(log: Arc<Log>) -> Self {
        Self { log }
    }
}

impl<S: Subscriber> Layer<S> for LineLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let now = crate::now().microseconds();
        let mut line = Line::new(self.log.format(), now, event.metadata().level().as_str());
        line.text("target", event.metadata().target());
        event.record(&mut Fields(&mut line));
        self.log.push(&line.finish());
    }
}

struct Fields<'a>(&'a mut Line);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.text(field.name(), value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.number(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.number(field.name(), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.number(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = Bounded(String::new());
        // Ends early where the bound is reached; what was written stands.
        write!(text, "{value:?}").unwrap_or_default();
        self.0.text(field.name(), &text.0);
    }
}

/// Text that stops growing soon after a line would cut it anyway.
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
