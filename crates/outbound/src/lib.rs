//! Outbound connections: an HTTP client with SSRF protection, and an SMTP client.

pub mod fetch;
pub mod mail;
