//! Whether a request authenticated its client.

use model::RequestRecord;

/// Returns whether the request authenticated a confidential client, according to its record. Only
/// confidential clients can look up their requests.
///
/// The record of a successful request contains no checks, but these endpoints succeed only for an
/// authenticated client.
pub(super) fn is_authenticated(record: &RequestRecord) -> bool {
    const AUTHENTICATING: [&str; 4] = ["/token", "/introspect", "/revoke", "/explain"];
    let Some(details) = &record.refusal_details else {
        return AUTHENTICATING.iter().any(|end| record.endpoint.ends_with(end));
    };
    let passed = |name: &str| details.checks_passed.iter().any(|passed| passed == name);
    passed("client_authentication") && (passed("client_secret") || passed("assertion_signature"))
}
