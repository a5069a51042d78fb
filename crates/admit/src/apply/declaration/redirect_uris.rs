//! Declaration of the redirect URIs of a client.

use model::{Platform, RedirectUri};
use protocol::redirect_uri::registration_flaw;

use crate::toml_document::{Problem, TableReader};

/// Reads the lists of redirect URIs, one for each kind of application.
pub(super) fn read_redirect_uris(reader: &mut TableReader<'_>) -> Vec<RedirectUri> {
    let platforms = [
        ("web", Platform::Web),
        ("single_page", Platform::SinglePage),
        ("native", Platform::Native),
    ];
    let mut uris = Vec::new();
    for (name, platform) in platforms {
        for uri in reader.list::<String>(name) {
            if let Some(flaw) = registration_flaw(&uri) {
                let message = "this redirect URI is not allowed";
                let problem = Problem::new(uri.span, message, flaw.reason);
                let allowed = flaw.corrected.map(|corrected| format!("write `{corrected}`"));
                reader.problems().add(Problem { allowed, ..problem });
            } else {
                uris.push(RedirectUri { uri: uri.value, platform });
            }
        }
    }
    uris
}
