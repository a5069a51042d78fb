//! Tests of the whole service in one process: HTTP requests to the router, over a store in memory.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first unexpected value, and makes ids of its own"
)]

mod account;
mod admin;
mod authorize;
mod client_auth;
mod consent;
mod continuity;
mod cors;
mod development_page;
mod discovery;
mod dpop;
mod enumeration;
mod error_pages;
mod error_simulation;
mod every_number;
mod explain;
mod explanations;
mod failing_store;
mod faults;
mod fuzzed_requests;
mod given;
mod grant_validity;
mod hostile_inputs;
mod http_wire;
mod introspection;
mod limits_table;
mod microsoft;
mod nodes;
mod page_layout;
mod pairwise;
mod password_reset;
mod pasted_secrets;
mod record;
mod redaction;
mod refused_writes;
mod request_limits;
mod revocation;
mod root_key;
mod security_headers;
mod sign_out;
mod sign_up;
mod signed_requests;
mod single_use;
mod test_service;
mod tickets;
mod token;
mod tokens_and_claims;
mod userinfo;
