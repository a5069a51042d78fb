//! HTTP handling that all areas share. Imports no area.

pub(crate) mod annotations;
pub(crate) mod claimed_client;
pub(crate) mod cookies;
pub(crate) mod cors;
pub(crate) mod csrf;
pub(crate) mod development_page;
pub(crate) mod device_cookie;
pub(crate) mod endpoint;
pub(crate) mod error_simulation;
pub(crate) mod finish;
mod form_body;
pub(crate) mod form_fields;
mod header_values;
mod host;
pub(crate) mod ignored_parameters;
pub(crate) mod incoming;
pub(crate) mod language_cookie;
pub(crate) mod loopback_cookies;
pub(crate) mod middleware;
pub(crate) mod new_response;
pub(crate) mod page_layout;
pub(crate) mod report_token;
pub(crate) mod request_context;
mod request_log;
pub(crate) mod response;
pub(crate) mod routes;
mod trailing_dot;
