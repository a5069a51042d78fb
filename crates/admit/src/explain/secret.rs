//! A text of the shape of a client secret: never shown again, and found where it is known.

use jose::digest;
use model::ClientCredential;
use protocol::pkce;

use super::{
    Setting, Unsaid,
    report::{Check, Note, Report},
    safe,
};

/// All that can be said about it without saying it.
pub(super) async fn report(text: &str, setting: &Setting) -> Result<Report, Unsaid> {
    let mut report = Report::new("secret");
    report.secret("value", text);
    if let Some(verifier) = &setting.verifier {
        // The text is not said again: it may be a secret all the same.
        let notes =
            (Note::plain("decode-verifier-of-it"), Note::plain("decode-verifier-not-of-it"));
        report.checks.push(Check::that(pkce::matches(verifier, text), "code_verifier", notes));
    }
    let Some(known) = &setting.known else {
        report.checks.push(Check::unknown("registered", Note::plain("decode-secret-needs-store")));
        report.steps.push(Note::plain("decode-step-secret"));
        report.steps.push(Note::plain("decode-step-needs-store"));
        return Ok(report);
    };
    report.against = Some(Note::plain("decode-against-store"));
    let sent = digest::sha256(text.as_bytes());
    let mut found = false;
    for tenant in known.tenants().await? {
        for client in known.service().store.clients(tenant.id).await? {
            for credential in &client.credentials {
                let ClientCredential::Secret { id, sha256, expires } = credential else { continue };
                if !digest::constant_time_eq(&sent, sha256) {
                    continue;
                }
                found = true;
                let end = expires.map(safe::moment);
                let over = expires.is_some_and(|end| end <= setting.now);
                let values = [
                    ("client", client.name.as_str()),
                    ("tenant", tenant.name.as_str()),
                    ("id", id.as_str()),
                    ("at", end.as_deref().unwrap_or("-")),
                ];
                let good = if end.is_some() { "decode-secret-until" } else { "decode-secret-of" };
                let notes = (Note::new(good, values), Note::new("decode-secret-over", values));
                report.checks.push(Check::that(!over, "registered", notes));
            }
        }
    }
    if !found {
        report.checks.push(Check::failed("registered", Note::plain("decode-secret-unregistered")));
    }
    report.steps.push(Note::plain("decode-step-secret"));
    Ok(report)
}
