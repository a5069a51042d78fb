//! The administration pages: `/admin`, for whoever is signed in as an administrator of a tenant.
//!
//! Every page takes an [`Administrator`], which only a live session of an enabled administrator
//! makes; whatever it reads, it reads of that administrator's tenant.

mod administrator;
mod book;
mod client;
mod cookie;
mod desk;
mod moment;
mod place;
mod refusals;
mod request;
mod requests;
mod rows;
mod search;
mod sign_in;
mod ticket;
mod tickets;
mod timeline;

use std::sync::Arc;

use axum::{Router, routing::any};

use crate::Service;

pub(crate) use administrator::Administrator;
pub use client::CLIENT_ID;
pub(crate) use client::WithAdministration;
pub(crate) use desk::{Desk, posted, shown};

/// Every address below `/admin`.
pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/admin", any(sign_in::begin))
        .route("/admin/signed-in", any(sign_in::finish))
        .route("/admin/sign-out", any(sign_in::sign_out))
        .route("/admin/requests", any(requests::page))
        .route("/admin/requests/{trace_id}", any(request::page))
        .route("/admin/refusals", any(refusals::page))
        .route("/admin/tickets", any(tickets::page))
        .route("/admin/tickets/{ticket}", any(ticket::page))
}
