//! The models of authenticators that passkeys of a declared tenant may be of.

use jose::digest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use signin::factor::passkey::is_attestation_root;
use uuid::Uuid;

use super::Sources;
use super::secret::exactly_one;
use crate::bounded_input::{InputKind, read_file};
use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// Maximum number of models.
const MODELS_MAX: usize = 256;
/// Maximum number of roots.
const ROOTS_MAX: usize = 64;
/// Maximum length of a root in base64url. The file of all of them has at most 64 KiB.
const ROOT_CHARACTERS_MAX: usize = 16 * 1024;
const ROOTS: &str = "passkey_attestation_roots";
const ROOTS_FILE: &str = "passkey_attestation_roots_file";

/// The certificates of a file, each in DER as base64url.
pub(crate) type RootsOfFile = Vec<String>;

/// Reads the models: none twice, and not the one of authenticators that hide it.
pub(super) fn read_models(reader: &mut TableReader<'_>) -> Declared<Vec<Spanned<Uuid>>> {
    let models: Declared<Vec<Spanned<Uuid>>> = reader.declared_list("passkey_authenticators");
    let listed = models.value().map(Vec::as_slice).unwrap_or_default();
    for (index, model) in listed.iter().enumerate() {
        let found = if model.value.is_nil() {
            "authenticators that do not name their model have this AAGUID"
        } else if listed.iter().take(index).any(|known| known.value == model.value) {
            "it is in the list twice"
        } else if index == MODELS_MAX {
            "at most 256 models are possible"
        } else {
            continue;
        };
        let message = "this model of authenticators cannot be listed";
        reader.problems().add(Problem::new(model.span.clone(), message, found));
    }
    models
}

/// Reads `passkey_attestation_roots_file`: certificates in PEM.
pub(super) fn read_roots_file(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Declared<Vec<String>> {
    exactly_one(reader, &[ROOTS_FILE, ROOTS], false);
    let file: Declared<Spanned<String>> = reader.declared(ROOTS_FILE);
    let span = file.value().map(|file| file.span.clone());
    let roots = file.without_span().map(|file| {
        let path = sources.directory.join(file);
        let pem = read_file(&path, InputKind::AttestationRoots)
            .map_err(|error| format!("{} {error}", path.display()))?;
        let certificates = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let certificates =
            certificates.map_err(|error| format!("{} is not PEM: {error}", path.display()))?;
        check(certificates.iter().map(digest::base64url).collect())
    });
    accept(roots, span, reader)
}

/// Reads `passkey_attestation_roots`: certificates in base64url.
pub(super) fn read_roots(reader: &mut TableReader<'_>) -> Declared<Vec<String>> {
    let roots: Declared<Vec<Spanned<String>>> = reader.declared_list(ROOTS);
    let span = roots.value().and_then(|roots| roots.first()).map(|root| root.span.clone());
    let roots = roots.map(|roots| match &roots[..] {
        // An empty list takes the stored ones away.
        [] => Ok(Vec::new()),
        _ => check(roots.into_iter().map(|root| root.value).collect()),
    });
    accept(roots, span, reader)
}

/// Returns the roots, or adds the problem.
fn accept(
    roots: Declared<Result<Vec<String>, String>>,
    span: Option<std::ops::Range<usize>>,
    reader: &mut TableReader<'_>,
) -> Declared<Vec<String>> {
    match roots {
        Declared::Absent => Declared::Absent,
        Declared::Unset => Declared::Unset,
        Declared::Set(Ok(roots)) => Declared::Set(roots),
        Declared::Set(Err(found)) => {
            let message = "these roots of attestations cannot be used";
            let allowed = "expected certificates (X.509) of manufacturers of authenticators";
            let problem = Problem::new(span.unwrap_or_default(), message, found);
            reader.problems().add(problem.allowed(allowed));
            Declared::Absent
        }
    }
}

fn check(roots: Vec<String>) -> Result<Vec<String>, String> {
    if roots.is_empty() || roots.len() > ROOTS_MAX {
        return Err(format!("it has {} certificates, 1 to {ROOTS_MAX} are possible", roots.len()));
    }
    for (index, root) in roots.iter().enumerate() {
        let der = (root.len() <= ROOT_CHARACTERS_MAX).then(|| digest::base64url_decode(root).ok());
        if !der.flatten().is_some_and(|der| is_attestation_root(&der)) {
            return Err(format!("its entry {} is not a certificate", index + 1));
        }
    }
    Ok(roots)
}
