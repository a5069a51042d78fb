//! Declaration of the credentials of a client.

use jose::{Certificate, Jwk};
use model::{ClientCredential, Digest, Timestamp};

use super::secret::{self, Sources, exactly_one};
use crate::bounded_input::{InputKind, read_text_file};
use crate::pasted_text;
use crate::toml_document::{Declared, Problem, Spanned, TableReader};

/// A declared secret or key of a client.
#[derive(Debug)]
pub(crate) struct CredentialDeclaration {
    /// The id of the credential.
    pub(crate) id: String,
    /// The secret or key.
    pub(crate) value: CredentialValue,
    /// The time of expiry.
    pub(crate) expires: Declared<Timestamp>,
}

/// The secret or key of a declared credential.
#[derive(Debug)]
pub(crate) enum CredentialValue {
    /// The stored secret or key stays.
    Stored,
    /// The digest of a given secret.
    Secret(Digest),
    /// A secret that is generated once.
    Generate,
    /// A public key.
    PublicKey(PublicKey),
}

/// A public key of a client.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    /// The key as a JWK.
    jwk: String,
    /// SHA-1 of the certificate.
    x5t: Option<[u8; 20]>,
    /// SHA-256 of the certificate.
    x5t_s256: Option<Digest>,
}

impl PublicKey {
    /// Returns the credential with this key.
    pub(crate) fn credential(&self, id: String, expires: Option<Timestamp>) -> ClientCredential {
        let Self { jwk, x5t, x5t_s256 } = self.clone();
        ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, expires }
    }
}

/// The id of a generated secret that has none.
const GENERATED_ID: &str = "generated";
/// The options of the value of a secret.
const SECRET_OPTIONS: [&str; 5] =
    ["secret", "secret_file", "secret_env", "secret_sha256", "generate"];
/// The options of the value of a key.
const KEY_OPTIONS: [&str; 4] = ["certificate", "certificate_file", "jwk", "jwk_file"];

/// Reads a secret: an `id`, and one of `secret`, `secret_file`, `secret_env`, `secret_sha256` and
/// `generate = true`. Without one of them, the stored secret stays.
pub(super) fn read_secret(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Option<CredentialDeclaration> {
    let is_unambiguous = exactly_one(reader, &SECRET_OPTIONS, false);
    let generate =
        reader.optional("generate").is_some_and(|generate: Spanned<bool>| generate.value);
    let id = if generate {
        Some(reader.optional("id").map_or_else(|| GENERATED_ID.to_owned(), |id| id.value))
    } else {
        reader.required("id").map(|id: Spanned<String>| id.value)
    };
    let plain =
        secret::read(reader, sources, ["secret", "secret_file", "secret_env"], pasted_text::secret);
    // Masked because users put the secret itself here.
    reader.mask("secret_sha256");
    let sha256 = reader.optional::<Digest>("secret_sha256").map(|digest| digest.value);
    let expires = reader.declared("expires").without_span();
    if let Some(weak) =
        plain.as_ref().filter(|secret| secret.value.as_str().len() < SECRET_LENGTH_MIN)
    {
        let found = "it is too short to be random; it could be guessed";
        let problem = Problem::new(weak.span.clone(), "the secret is too weak", found);
        reader.problems().add(problem.allowed(format!(
            "expected at least {SECRET_LENGTH_MIN} random characters, as `generate = true` creates"
        )));
    }
    if let Some(broken) =
        plain.as_ref().filter(|secret| secret.value.as_str().contains(char::is_control))
    {
        let found = "it has a line break or another control character inside";
        let problem = Problem::new(broken.span.clone(), "the secret is not one line", found);
        reader.problems().add(problem.allowed("expected the secret alone"));
    }
    let has_value = SECRET_OPTIONS.iter().any(|name| reader.has(name));
    let digest = plain.map(|secret| jose::digest::sha256(secret.value.as_str().as_bytes()));
    let value = match digest.or(sha256) {
        Some(sha256) => CredentialValue::Secret(sha256),
        None if generate => CredentialValue::Generate,
        None if !has_value => CredentialValue::Stored,
        None => return None,
    };
    is_unambiguous.then_some(CredentialDeclaration { id: id?, value, expires })
}

/// Reads a key for `private_key_jwt`: one of `certificate_file`, `certificate`, `jwk_file` and
/// `jwk`, and an `id`, which is the `kid`. With an `id` alone, the stored key stays.
pub(super) fn read_key(
    reader: &mut TableReader<'_>,
    sources: &Sources<'_>,
) -> Option<CredentialDeclaration> {
    let id = reader.optional::<String>("id").map(|id| id.value);
    let expires = reader.declared("expires").without_span();
    let is_unambiguous = exactly_one(reader, &KEY_OPTIONS, id.is_none());
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
        (None, None) if KEY_OPTIONS.iter().any(|name| reader.has(name)) => return None,
        (None, None) => {
            let value = CredentialValue::Stored;
            return Some(CredentialDeclaration { id: id?, value, expires });
        }
    };
    match jwk {
        Ok(jwk) => Some(public_key(jwk, id, expires)),
        Err(reason) => {
            reader.problems().add(Problem::new(span, "the key cannot be used", reason));
            None
        }
    }
}

/// The minimal length of a secret: 128 random bits in base64url.
const SECRET_LENGTH_MIN: usize = 22;

fn public_key(
    mut jwk: Jwk,
    id: Option<String>,
    expires: Declared<Timestamp>,
) -> CredentialDeclaration {
    let (x5t, x5t_s256) = (jwk.x5t.take(), jwk.x5t_s256.take());
    let id = id.or_else(|| jwk.kid.take()).unwrap_or_else(|| jwk.thumbprint().to_string());
    jwk.kid = Some(id.clone());
    let key = PublicKey { jwk: jwk.to_json().to_string(), x5t, x5t_s256 };
    CredentialDeclaration { id, value: CredentialValue::PublicKey(key), expires }
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
    match read_text_file(&file, InputKind::PublicKey) {
        Ok(value) => Some(Spanned { value, span: path.span }),
        Err(error) => {
            let reason = format!("{} {error}", file.display());
            reader.problems().add(Problem::new(path.span, "the key was not found", reason));
            None
        }
    }
}
