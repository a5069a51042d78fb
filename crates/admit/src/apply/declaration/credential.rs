//! Declaration of the credentials of a client.

use jose::{Certificate, Jwk};
use model::{ClientCredential, Digest, Timestamp};

use super::secret::{self, Sources, exactly_one};
use crate::toml_document::{Problem, Spanned, TableReader};

/// A declared secret or key of a client.
#[derive(Debug)]
pub(crate) enum CredentialDeclaration {
    /// A given secret or key.
    Given(ClientCredential),
    /// A secret that is generated once.
    Generate {
        /// The id of the secret.
        id: String,
        /// The time of expiry.
        expires: Option<Timestamp>,
    },
}

impl CredentialDeclaration {
    /// Returns the id of the credential.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Generate { id, .. }
            | Self::Given(
                ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. },
            ) => id,
        }
    }
}

/// Reads a secret: an `id`, and one of `secret`, `secret_file`, `secret_env`, `secret_sha256` and
/// `generate = true`.
pub(super) fn read_secret(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Option<CredentialDeclaration> {
    let id: Option<Spanned<String>> = reader.required("id");
    let expires = reader.optional::<Timestamp>("expires").map(|expires| expires.value);
    let is_unambiguous = exactly_one(
        reader,
        &["secret", "secret_file", "secret_env", "secret_sha256", "generate"],
        true,
    );
    let plain = secret::read(reader, sources, ["secret", "secret_file", "secret_env"]);
    // Masked because users put the secret itself here.
    reader.mask("secret_sha256");
    let sha256 = reader.optional::<Digest>("secret_sha256").map(|digest| digest.value);
    let generate =
        reader.optional("generate").is_some_and(|generate: Spanned<bool>| generate.value);
    if let Some(weak) =
        plain.as_ref().filter(|secret| secret.value.as_str().len() < SECRET_LENGTH_MIN)
    {
        let found = "it is too short to be random; it could be guessed";
        let problem = Problem::new(weak.span.clone(), "the secret is too weak", found);
        reader.problems().add(problem.allowed(format!(
            "expected at least {SECRET_LENGTH_MIN} random characters, as `generate = true` creates"
        )));
    }
    let id = id?.value;
    if !is_unambiguous {
        return None;
    }
    let digest = plain.map(|secret| jose::digest::sha256(secret.value.as_str().as_bytes()));
    match digest.or(sha256) {
        Some(sha256) => {
            let secret = ClientCredential::Secret { id, sha256, expires };
            Some(CredentialDeclaration::Given(secret))
        }
        None if generate => Some(CredentialDeclaration::Generate { id, expires }),
        None => None,
    }
}

/// Reads a key for `private_key_jwt`: one of `certificate_file`, `certificate`, `jwk_file` and
/// `jwk`, and an `id`, which is the `kid`.
pub(super) fn read_key(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Option<CredentialDeclaration> {
    let id = reader.optional::<String>("id").map(|id| id.value);
    let expires = reader.optional::<Timestamp>("expires").map(|expires| expires.value);
    let options = ["certificate", "certificate_file", "jwk", "jwk_file"];
    let is_unambiguous = exactly_one(reader, &options, true);
    let certificate = read_text(reader, sources, "certificate", "certificate_file");
    let jwk = read_text(reader, sources, "jwk", "jwk_file");
    if !is_unambiguous {
        return None;
    }
    let (jwk, span) = match (certificate, jwk) {
        (Some(pem), _) => {
            let parsed = Certificate::from_pem(&pem).map(Certificate::into_jwk);
            (parsed.map_err(|error| error.to_string()), pem.span)
        }
        (None, Some(json)) => {
            let parsed = Jwk::from_json(json.as_bytes());
            (parsed.map_err(|error| error.to_string()), json.span)
        }
        (None, None) => return None,
    };
    match jwk {
        Ok(jwk) => Some(CredentialDeclaration::Given(public_key(jwk, id, expires))),
        Err(reason) => {
            reader.problems().add(Problem::new(span, "the key cannot be used", reason));
            None
        }
    }
}

/// The minimal length of a secret: 128 random bits in base64url.
const SECRET_LENGTH_MIN: usize = 22;

fn public_key(mut jwk: Jwk, id: Option<String>, expires: Option<Timestamp>) -> ClientCredential {
    let (x5t, x5t_s256) = (jwk.x5t.take(), jwk.x5t_s256.take());
    let id = id.or_else(|| jwk.kid.take()).unwrap_or_else(|| jwk.thumbprint().to_string());
    jwk.kid = Some(id.clone());
    ClientCredential::PublicKey { id, jwk: jwk.to_json().to_string(), x5t, x5t_s256, expires }
}

/// Reads a text from an option, or from the file that another option names.
fn read_text(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
    plain: &'static str,
    file: &'static str,
) -> Option<Spanned<String>> {
    let text = reader.optional::<String>(plain);
    let Some(path) = reader.optional::<String>(file) else { return text };
    let file = sources.directory.join(&path.value);
    match std::fs::read_to_string(&file) {
        Ok(value) => Some(Spanned { value, span: path.span }),
        Err(error) => {
            let reason = format!("{} cannot be read: {error}", file.display());
            reader.problems().add(Problem::new(path.span, "the key was not found", reason));
            None
        }
    }
}
