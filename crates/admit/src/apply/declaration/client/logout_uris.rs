//! Declaration of the URIs of a client for signing out.

use protocol::redirect_uri::{RegistrationFlaw, logout_uri_flaw, registration_flaw};

use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// Reads the URIs to which the browser may be sent after a sign-out. They follow the rules of
/// redirect URIs.
pub(super) fn read_redirect_uris(reader: &mut TableReader<'_>) -> Declared<Vec<String>> {
    let uris = reader.declared_list::<String>("post_logout_redirect_uris");
    for uri in uris.value().into_iter().flatten() {
        if let Some(flaw) = registration_flaw(uri) {
            refuse("this redirect URI is not allowed", uri, flaw, reader);
        }
    }
    uris.map(|uris| uris.into_iter().map(|uri| uri.value).collect())
}

/// Reads a URI that Admit or the browser calls at a sign-out.
pub(super) fn read(reader: &mut TableReader<'_>, name: &'static str) -> Declared<String> {
    let uri = reader.declared::<String>(name);
    if let Some(uri) = uri.value()
        && let Some(flaw) = logout_uri_flaw(uri)
    {
        refuse("this logout URI is not allowed", uri, flaw, reader);
    }
    uri.without_span()
}

fn refuse(message: &str, uri: &Spanned<String>, flaw: RegistrationFlaw, reader: &TableReader<'_>) {
    let problem = Problem::new(uri.span.clone(), message, flaw.reason);
    let allowed = flaw.corrected.map(|corrected| format!("write `{corrected}`"));
    reader.problems().add(Problem { allowed, ..problem });
}
