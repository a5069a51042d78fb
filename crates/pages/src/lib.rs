//! The pages that people see: what each shows, in the reader's language, safe to send as it is.

mod admin_refusals;
mod admin_request;
mod admin_requests;
mod admin_sign_in;
mod admin_ticket;
mod admin_tickets;
mod asset;
mod choose_account;
mod consent;
mod desk;
mod error;
mod error_index;
mod form_post;
mod frame;
mod headers;
mod lookup;
mod not_found;
mod remedy;
mod report;
mod reported;
mod request_row;
#[cfg(any(test, feature = "samples"))]
mod sample;
mod sign_in;
mod stay_signed_in;
mod template;
#[cfg(test)]
mod tests;

pub use admin_refusals::{AdminRefusals, ChartChange, Series, SpanLink, Stretch};
pub use admin_request::{
    AdminRequest, Contrast, Neighbours, RequestFact, RequestRefusal, TimelineStep,
};
pub use admin_requests::{AdminRequests, Input, RequestSearch};
pub use admin_sign_in::AdminSignIn;
pub use admin_ticket::{AdminTicket, ReportedProblem, ReportedRequest, TicketLine};
pub use admin_tickets::{AdminTickets, TicketFilter, TicketRow};
pub use asset::{Asset, asset};
pub use choose_account::{Account, ChooseAccount};
pub use consent::{Consent, Permission};
pub use desk::{Desk, Section};
pub use error::ErrorPage;
pub use error_index::ErrorIndex;
pub use form_post::{Field, FormPost};
pub use frame::{Frame, LanguageLink};
pub use headers::{Purpose, headers};
pub use lookup::Lookup;
pub use not_found::NotFound;
pub use report::Report;
pub use reported::Reported;
pub use request_row::{RequestRow, Tone};
#[cfg(any(test, feature = "samples"))]
pub use sample::{Sample, samples};
pub use sign_in::{Problem, SignIn};
pub use stay_signed_in::StaySignedIn;

/// Makes ready what the first page would otherwise have to: the service calls it when it starts.
pub fn prepare() {
    error_index::prepare();
}
