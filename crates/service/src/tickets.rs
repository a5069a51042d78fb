//! What people report: from the link on an error page to a ticket, its steps, and what must be
//! sent because of them.

mod about;
mod delivery;
mod letter;
mod rate;
mod steps;
mod take;
mod typed;
mod webhook;

use std::sync::{Arc, Mutex};

use catalogue::{FixedBy, Language, Refusal};
use jose::seal::Sealer;
use model::Fault;
use protocol::Failure;
use tokio::sync::Semaphore;

use crate::{Service, exchange::Exchange};

pub use about::About;
pub use delivery::deliver;
pub use steps::{Step, step};
pub use webhook::{WebhookSecret, signature};

pub(crate) use take::{Draft, take};

/// Deliveries on their way at once.
const DELIVERIES_AT_ONCE: usize = 32;

/// Everything that reporting needs beside the history.
pub(crate) struct Reports {
    rate: Mutex<rate::Rate>,
    places: Arc<Semaphore>,
}

impl Default for Reports {
    fn default() -> Self {
        Self { rate: Mutex::default(), places: Arc::new(Semaphore::new(DELIVERIES_AT_ONCE)) }
    }
}

/// Where what happened just now can be reported, unless the reader can mend it. Needs no store, so
/// that it is there when nothing else is.
pub(crate) fn link(exchange: &Exchange, refusal: &Refusal, language: Language) -> Option<String> {
    Some(path(&sealed(exchange, refusal)?, language))
}

/// Where what a sealed text tells of is reported.
pub(crate) fn path(sealed: &str, language: Language) -> String {
    format!("/report?about={sealed}&ui_locales={}", language.tag())
}

/// The same request, sealed, for those who are answered with JSON.
pub(crate) fn sealed(exchange: &Exchange, refusal: &Refusal) -> Option<String> {
    if refusal.entry().fixed_by == FixedBy::User {
        return None;
    }
    let about = About {
        tenant: exchange.tenant(),
        trace_id: exchange.trace_id(),
        number: refusal.number(),
        at: exchange.now(),
    };
    about.seal(&sealer(exchange.service()).ok()?)
}

/// A number as it is written for people.
pub fn label(number: u32) -> String {
    catalogue::entry(number).map_or_else(|| number.to_string(), |entry| entry.label().to_owned())
}

/// What a link says that it is about.
///
/// # Errors
/// It is not one of ours, or too old.
pub(crate) fn opened(exchange: &Exchange, sealed: &str) -> Result<About, Failure> {
    Ok(About::open(sealed, &sealer(exchange.service())?, exchange.now())?)
}

/// The sealer of all links: no tenant's, because a request may have named none.
fn sealer(service: &Service) -> Result<Sealer, Fault> {
    service.sealer("report")
}
