//! Error pages, problem reports, static assets, and the 404 handler.

pub(crate) mod assets;
pub(crate) mod branding;
mod confirm_address;
pub(crate) mod error_pages;
pub(crate) mod language;
pub(crate) mod not_found;
pub(crate) mod report;
mod reported_tenant;
mod sent_report;
