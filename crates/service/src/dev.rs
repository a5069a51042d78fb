//! The pages of a service for development: its start page, its mailbox, and a demo app. The demo
//! app is an ordinary client: it reaches the service by HTTP requests only.

mod actions;
mod callback;
pub(crate) mod demo_app;
mod demo_client;
pub(crate) mod demo_context;
mod experiment;
mod http_client;
pub(crate) mod mailbox;
pub(crate) mod orders_api;
mod sessions;
pub(crate) mod start_page;
mod tenant_endpoints;
mod token;
