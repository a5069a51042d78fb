//! The pages of a service for development: its start page, its mailbox and the demo app.

mod demo_app;
mod mailbox;
mod start_page;

pub use demo_app::{DecodedToken, DemoApp, DemoExperiment, DemoRefusal, DemoRequest};
pub use mailbox::{DevMail, DevMailbox};
pub use start_page::{DevClient, DevCommand, DevStart, DevTenant, DevUser};
