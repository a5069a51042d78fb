//! The ways to make a client trust the certificate authority of `admit dev`: one line for each
//! language, to be pasted.

use std::path::Path;

use serde::Serialize;

use super::certificate_authority::CA_CERTIFICATE;
use crate::atomic_file;
use crate::bounded_input::{InputKind, read_text_file};
use crate::error::CommandError;
use crate::shell_quote::shell_quote;

/// The certificates of the system and the CA certificate. Some clients read only one file, which
/// replaces the certificates of the system.
const BUNDLE: &str = "ca-bundle.pem";
/// The trust store of Java, which the printed command creates.
const JAVA_TRUST_STORE: &str = "ca-truststore.p12";
/// The files in which systems keep the certificates that they trust.
const SYSTEM_BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// A command that makes one kind of client trust the authority.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TrustLine {
    /// The kind of client.
    pub(crate) client: &'static str,
    /// The command.
    pub(crate) command: String,
}

/// Writes the bundle that some of the commands name, and returns the commands.
pub(super) fn create(data: &Path) -> Result<Vec<TrustLine>, CommandError> {
    write_bundle(data)?;
    Ok(of(data))
}

/// Writes the bundle of the system's certificates and the CA certificate.
pub(super) fn write_bundle(data: &Path) -> Result<(), CommandError> {
    let file = data.join(CA_CERTIFICATE);
    let authority =
        read_text_file(&file, InputKind::Certificates).map_err(|error| error.of_file(&file))?;
    let read = |bundle: &&str| read_text_file(Path::new(bundle), InputKind::Certificates).ok();
    let system = SYSTEM_BUNDLES.iter().find_map(read);
    let system = system.unwrap_or_default();
    atomic_file::write(data, BUNDLE, 0o644, &format!("{}\n{authority}", system.trim_end()))
}

/// Returns one line for each kind of client.
pub(super) fn of(data: &Path) -> Vec<TrustLine> {
    let quoted = |name: &str| shell_quote(&data.join(name).display().to_string());
    let (ca, bundle, java) = (quoted(CA_CERTIFICATE), quoted(BUNDLE), quoted(JAVA_TRUST_STORE));
    let java_option = format!(
        "-Djavax.net.ssl.trustStore={} -Djavax.net.ssl.trustStorePassword=changeit",
        data.join(JAVA_TRUST_STORE).display()
    );
    // `sudo` has another search path, and the binary need not be in this one.
    let binary = std::env::current_exe().unwrap_or_else(|_| "admit".into());
    let trust = format!(
        "{} dev trust --data {}",
        shell_quote(&binary.display().to_string()),
        shell_quote(&data.display().to_string())
    );
    let line = |client, command| TrustLine { client, command };
    vec![
        line("curl", format!("export CURL_CA_BUNDLE={bundle}")),
        line("Node", format!("export NODE_EXTRA_CA_CERTS={ca}")),
        line("Python, requests", format!("export REQUESTS_CA_BUNDLE={bundle}")),
        line("Python, httpx", format!("export SSL_CERT_FILE={bundle}")),
        line("Go", format!("export SSL_CERT_FILE={bundle}")),
        line(".NET", format!("export SSL_CERT_FILE={bundle}")),
        line(
            "Java",
            format!(
                "rm -f {java} && keytool -importcert -noprompt -alias admit-dev -file {ca} \
                 -keystore {java} -storetype PKCS12 -storepass changeit && export \
                 JAVA_TOOL_OPTIONS={}",
                shell_quote(&java_option)
            ),
        ),
        line("browsers", format!("{trust} --nss")),
        line("this system", format!("sudo {trust} --system")),
    ]
}
