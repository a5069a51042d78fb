//! What a client proves itself with, as a file declares it.

use jose::{Certificate, Jwk};
use model::{ClientCredential, Digest, Timestamp};

use super::secret::{self, Sources, exactly_one};
use crate::document::{At, Problem, Reader};

/// A secret or a key of a client, as a file declares it.
#[derive(Debug)]
pub(crate) enum CredentialDeclaration {
    /// A secret that is known.
    Known(ClientCredential),
    /// A secret that we make, once.
    Made {
        /// The id by which people speak of it.
        id: String,
        /// From this moment on it is refused.
        expires: Option<Timestamp>,
    },
}

impl CredentialDeclaration {
    /// The id by which people speak of it.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Made { id, .. }
            | Self::Known(
                ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. },
            ) => id,
        }
    }
}

/// A secret of a client, as a file declares it: an `id`, and one of `secret`, `secret_file`,
/// `secret_env`, `secret_sha256` and `generate = true`.
pub(super) fn read_secret(
    reader: &mut Reader<'_>,
    sources: &Sources<'_>,
) -> Option<CredentialDeclaration> {
    let id: Option<At<String>> = reader.required("id");
    let expires = reader.optional::<Timestamp>("expires").map(|expires| expires.value);
    let said = exactly_one(
        reader,
        &["secret", "secret_file", "secret_env", "secret_sha256", "generate"],
        true,
    );
    let given = secret::read(reader, sources, ["secret", "secret_file", "secret_env"]);
    // People put the secret itself here.
    reader.hide("secret_sha256");
    let sha256 = reader.optional::<Digest>("secret_sha256").map(|digest| digest.value);
    let generate = reader.optional("generate").is_some_and(|generate: At<bool>| generate.value);
    if let Some(weak) = given.as_ref().filter(|given| given.value.as_str().len() < LENGTH_MIN) {
        let found = "it is too short to be made by a machine; it could be guessed";
        let problem = Problem::new(weak.span.clone(), "the secret is too weak", found);
        reader.problems().add(problem.allowed(format!(
            "expected at least {LENGTH_MIN} random characters; `generate = true` makes one"
        )));
    }
    let id = id?.value;
    if !said {
        return None;
    }
    let given = given.map(|given| jose::digest::sha256(given.value.as_str().as_bytes()));
    match given.or(sha256) {
        Some(sha256) => {
            let secret = ClientCredential::Secret { id, sha256, expires };
            Some(CredentialDeclaration::Known(secret))
        }
        None if generate => Some(CredentialDeclaration::Made { id, expires }),
        None => None,
    }
}

/// A key of a client for `private_key_jwt`, as a file declares it: one of `certificate_file`,
/// `certificate`, `jwk_file`, `jwk`, and an `id`, which is its `kid`.
pub(super) fn read_key(
    reader: &mut Reader<'_>,
    sources: &Sources<'_>,
) -> Option<CredentialDeclaration> {
    let id = reader.optional::<String>("id").map(|id| id.value);
    let expires = reader.optional::<Timestamp>("expires").map(|expires| expires.value);
    let options = ["certificate", "certificate_file", "jwk", "jwk_file"];
    let said = exactly_one(reader, &options, true);
    let certificate = text(reader, sources, "certificate", "certificate_file");
    let jwk = text(reader, sources, "jwk", "jwk_file");
    if !said {
        return None;
    }
    let (jwk, span) = match (certificate, jwk) {
        (Some(pem), _) => {
            let read = Certificate::from_pem(&pem).map(Certificate::into_jwk);
            (read.map_err(|error| error.to_string()), pem.span)
        }
        (None, Some(json)) => {
            let read = Jwk::from_json(json.as_bytes());
            (read.map_err(|error| error.to_string()), json.span)
        }
        (None, None) => return None,
    };
    match jwk {
        Ok(jwk) => Some(CredentialDeclaration::Known(public_key(jwk, id, expires))),
        Err(why) => {
            reader.problems().add(Problem::new(span, "the key cannot be used", why));
            None
        }
    }
}

/// Characters of a secret: 128 random bits in base64url.
const LENGTH_MIN: usize = 22;

fn public_key(mut jwk: Jwk, id: Option<String>, expires: Option<Timestamp>) -> ClientCredential {
    let (x5t, x5t_s256) = (jwk.x5t.take(), jwk.x5t_s256.take());
    let id = id.or_else(|| jwk.kid.take()).unwrap_or_else(|| jwk.thumbprint().to_string());
    jwk.kid = Some(id.clone());
    ClientCredential::PublicKey { id, jwk: jwk.to_json().to_string(), x5t, x5t_s256, expires }
}

/// A text, or the text of a file.
fn text(
    reader: &mut Reader<'_>,
    sources: &Sources<'_>,
    plain: &'static str,
    file: &'static str,
) -> Option<At<String>> {
    let given = reader.optional::<String>(plain);
    let Some(path) = reader.optional::<String>(file) else { return given };
    let full = sources.directory.join(&path.value);
    match std::fs::read_to_string(&full) {
        Ok(value) => Some(At { value, span: path.span }),
        Err(error) => {
            let why = format!("{} cannot be read: {error}", full.display());
            reader.problems().add(Problem::new(path.span, "the key was not found", why));
            None
        }
    }
}
