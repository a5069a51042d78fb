//! Report about a text that may be a client secret. It never shows the text.

use jose::digest;
use model::ClientCredential;
use protocol::pkce;

use super::{
    ExplainContext, ExplainError,
    report::{Check, Message, Report},
};

/// Returns the report: which client has registered the secret, and until when.
pub(super) async fn report(text: &str, context: &ExplainContext) -> Result<Report, ExplainError> {
    let mut report = Report::new("secret");
    report.add_secret("value", text);
    if let Some(verifier) = &context.verifier {
        // The messages do not show the text: it may be a secret in spite of the verifier.
        let messages =
            (Message::new("decode-verifier-of-it"), Message::new("decode-verifier-not-of-it"));
        report.checks.push(Check::from_bool(
            pkce::matches(verifier, text),
            "code_verifier",
            messages,
        ));
    }
    let Some(lookup) = &context.store_lookup else {
        report.checks.push(Check::unknown("registered", Message::new("decode-secret-needs-data")));
        report.steps.push(Message::new("decode-step-secret"));
        report.steps.push(Message::new("decode-step-needs-data"));
        return Ok(report);
    };
    report.checked_against = Some(Message::new("decode-against-data"));
    let hash = digest::sha256(text.as_bytes());
    let mut found = false;
    for tenant in lookup.tenants().await? {
        for client in lookup.store().clients(tenant.id).await? {
            for credential in &client.credentials {
                let ClientCredential::Secret { id, sha256, expires } = credential else { continue };
                if !digest::constant_time_eq(&hash, sha256) {
                    continue;
                }
                found = true;
                let expiry = expires.map(model::format_utc);
                let is_expired = expires.is_some_and(|expiry| expiry <= context.now);
                let values = [
                    ("client", client.name.as_str()),
                    ("tenant", tenant.name.as_str()),
                    ("id", id.as_str()),
                    ("at", expiry.as_deref().unwrap_or("-")),
                ];
                let valid =
                    if expiry.is_some() { "decode-secret-until" } else { "decode-secret-of" };
                let messages =
                    (Message::with(valid, values), Message::with("decode-secret-expired", values));
                report.checks.push(Check::from_bool(!is_expired, "registered", messages));
            }
        }
    }
    if !found {
        report.checks.push(Check::failed("registered", Message::new("decode-secret-unregistered")));
    }
    report.steps.push(Message::new("decode-step-secret"));
    Ok(report)
}
