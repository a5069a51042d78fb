//! Checks of the TLS certificate of a listener and its key.

use std::ops::Range;

use listener::{Tls as LoadedTls, TlsError};
use model::Seconds;

use super::certificate_chain::Chain;
use crate::bounded_input::{InputKind, read_text_file};
use crate::certificate_validity::validity;
use crate::config::{Config, Listener, Tls};
use crate::private_file::{self, PrivateFileError};
use crate::toml_document::{Problem, Problems};

/// The remaining time from which on `admit check` advises to renew a certificate. The running
/// service warns from then on, too.
const RENEW_BEFORE: Seconds = Seconds::days(14);

/// Adds every problem of a certificate and its key.
pub(super) fn check(config: &Config, listener: &Listener, tls: &Tls, problems: &Problems) {
    // A file that cannot be read is reported by `check_key`.
    let pem = read_text_file(&tls.certificate, InputKind::Certificates).unwrap_or_default();
    let chain = Chain::from_pem(&pem);
    check_key(tls, &chain, problems);
    let span = tls.certificate.span.clone();
    check_validity(&pem, span.clone(), problems);
    if let Some(problem) = chain.order_problem() {
        let message = "the certificate chain is incomplete or in the wrong order";
        problems.add(Problem::new(span.clone(), message, problem).allowed(
            "expected the certificate of the server first, then the certificate of its issuer, and \
             so on; a root certificate is not needed",
        ));
    }
    // A proxy may connect by another name than the clients of the origin.
    if listener.trusted_proxies.is_empty()
        && let Some(names) = chain.names_other_than(config.origin.host())
    {
        let message = "the certificate is for another host";
        let found = format!("it is for {names}, and the origin is {}", config.origin.value);
        let allowed =
            "expected a certificate with the host of `origin` among its alternative names";
        problems.add(Problem::new(span, message, found).allowed(allowed));
    }
}

/// Returns advice about a certificate that can be used.
pub(super) fn advice(tls: &Tls) -> Vec<String> {
    let file = tls.certificate.display();
    let Ok(pem) = read_text_file(&tls.certificate, InputKind::Certificates) else {
        return Vec::new();
    };
    let mut advice = Vec::new();
    let now = service::now();
    if let Some(validity) = validity(&pem)
        && validity.not_after <= now + RENEW_BEFORE
    {
        let end = model::format_utc(validity.not_after);
        advice.push(format!("the certificate {file} expires {end}. Renew it."));
    }
    if let Some(issuer) = Chain::from_pem(&pem).missing_issuer() {
        advice.push(format!(
            "{file} contains the certificate of the server without the one of its issuer \
             '{issuer}', which is no root certificate of this system. Append it, because clients \
             refuse an incomplete chain that a browser completes. If all clients trust '{issuer}' \
             itself, nothing is missing."
        ));
    }
    advice
}

fn check_key(tls: &Tls, chain: &Chain, problems: &Problems) {
    if let Err(PrivateFileError { reason, command: Some(command) }) = private_file::open(&tls.key) {
        let problem = Problem::new(tls.key.span.clone(), "the key cannot be used", "");
        let problem = problem.allowed(format!("{reason}; fix it with:"));
        problems.add(Problem { command: Some(command), ..problem });
        return;
    }
    let Err(error) = LoadedTls::load(&tls.certificate, &tls.key, private_file::read_key) else {
        return;
    };
    let (span, message) = match &error {
        TlsError::Key { .. } => (&tls.key.span, "the key cannot be used"),
        TlsError::Certificate { .. } => (&tls.certificate.span, "the certificate cannot be used"),
        TlsError::Mismatch(_) => (&tls.key.span, "certificate and key do not belong together"),
    };
    let owner = match &error {
        TlsError::Mismatch(_) => chain.owner_of_key(&tls.key),
        _ => None,
    };
    let allowed = match owner {
        Some(owner) => format!("the key belongs to {owner} of the file; put that one first"),
        None => error.to_string(),
    };
    problems.add(Problem::new(span.clone(), message, "").allowed(allowed));
}

fn check_validity(pem: &str, span: Range<usize>, problems: &Problems) {
    let Some(validity) = validity(pem) else { return };
    let now = service::now();
    if validity.not_after <= now {
        let found = format!("it expired {}", model::format_utc(validity.not_after));
        problems.add(Problem::new(span, "the certificate has expired", found));
    } else if now < validity.not_before {
        let found = format!("it becomes valid {}", model::format_utc(validity.not_before));
        problems.add(Problem::new(span, "the certificate is not valid yet", found));
    }
}
