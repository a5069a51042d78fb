//! The administration pages.

mod admin_layout;
mod changes;
mod nodes;
mod refusals;
mod request;
mod request_row;
mod requests;
mod revoke;
mod sign_in;
mod ticket;
mod tickets;

pub use admin_layout::{AdminLayout, Section};
pub use changes::{AdminChanges, ChangeRow};
pub use nodes::{AdminNodes, NodeRow};
pub use refusals::{AdminRefusals, ChartChange, RangeLink, Series, TimeBucket};
pub use request::{
    AdjacentRequests, AdminRequest, HighlightedComparison, RequestProperty, RequestRefusal,
    TimelineStep,
};
pub use request_row::{RequestRow, RequestStatus};
pub use requests::{AdminRequests, RequestSearch};
pub use revoke::{AdminRevoke, RevokedKind};
pub use sign_in::AdminSignIn;
pub use ticket::{AdminTicket, ReportedProblem, ReportedRequest, TicketLine};
pub use tickets::{AdminTickets, TicketFilter, TicketRow};
