//! Whether a request proved whose it is.

use model::Record;

/// Whether a request proved to be from its client, which has credentials: only such an owner asks.
/// Of what went well, no checks are kept; these endpoints answer nobody else well.
pub(super) fn is_authenticated(record: &Record) -> bool {
    const PROVEN: [&str; 4] = ["/token", "/introspect", "/revoke", "/explain"];
    let Some(reasoning) = &record.reasoning else {
        return PROVEN.iter().any(|end| record.endpoint.ends_with(end));
    };
    let passed = |name: &str| reasoning.passed.iter().any(|passed| passed == name);
    passed("client_authentication") && (passed("client_secret") || passed("assertion_signature"))
}
