//! The pages of a service for development: its start page and the demo app.

mod demo_app;
mod start_page;

pub use demo_app::{DecodedToken, DemoApp, DemoExperiment, DemoRefusal, DemoRequest};
pub use start_page::{DevClient, DevCommand, DevStart, DevTenant, DevUser};
