//! What we remember: who there is (the directory) and what was given (the ledger).
//!
//! This crate knows nothing of protocols, pages or databases. It names the things, says every
//! legal step from one stored state to the next ([`Change`], [`DirectoryChange`]), and what a
//! store must be able to do ([`Store`]). Beside the store stands the [`History`]: what happened.

mod attempts;
mod change;
mod client;
mod consent;
mod event;
mod fault;
mod grant;
mod history;
mod id;
mod key;
mod mark;
mod record;
mod resource;
mod session;
mod store;
mod tenant;
mod ticket;
mod time;
mod user;

pub use attempts::Attempts;
pub use change::{Change, DirectoryChange};
pub use client::{Client, ClientCredential, Permission, Platform, RedirectUri, SubjectType};
pub use consent::Consent;
pub use fault::{Fault, FaultKind};
pub use grant::{Confirmation, Grant, Revocation, RevocationReason};
pub use history::{History, Records, Tickets};
pub use id::{ClientId, Digest, GrantId, SessionId, TenantId, UserId};
pub use key::SigningKeyRow;
pub use mark::{Mark, MarkPurpose};
pub use record::{
    Bounds, Comparison, Count, Difference, Event, Place, Reasoning, Record, Search, Warning,
};
pub use resource::{Resource, Role, Scope};
pub use session::Session;
pub use store::{Directory, Ledger, Outcome, Store};
pub use tenant::{Support, Tenant, Webhook};
pub use ticket::{
    Channel, Delivery, Opening, Ticket, TicketEntry, TicketId, TicketSearch, TicketState,
    TicketStep,
};
pub use time::{Seconds, Timestamp};
pub use user::{Password, RoleAssignment, User};
