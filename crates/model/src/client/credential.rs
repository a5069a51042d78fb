//! The credentials with which clients authenticate.

use serde::{Deserialize, Serialize};

use crate::{Digest, Timestamp};

/// A credential of a client. Secrets are stored as SHA-256 only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "StoredCredential")]
pub enum ClientCredential {
    /// A generated secret of at least 128 random bits, for which a fast digest suffices.
    Secret {
        /// The id for humans. It is never accepted as the secret.
        id: String,
        /// SHA-256 of the secret.
        sha256: Digest,
        /// When it expires.
        expires: Option<Timestamp>,
    },
    /// A public key for `private_key_jwt` (RFC 7523), given as a key or as a certificate.
    PublicKey {
        /// The id for humans, and the `kid` that assertions may name.
        id: String,
        /// The key as a JWK (RFC 7517), without private members.
        jwk: String,
        /// SHA-1 of the certificate in DER (`x5t`, RFC 7515 §4.1.7).
        x5t: Option<[u8; 20]>,
        /// SHA-256 of the certificate in DER (`x5t#S256`).
        x5t_s256: Option<Digest>,
        /// When it expires.
        expires: Option<Timestamp>,
    },
}

/// A stored credential with the members of both kinds. serde reads it in one pass; of a tagged
/// enum, it would first build a tree of all members.
#[derive(Deserialize)]
struct StoredCredential {
    #[serde(rename = "type")]
    kind: CredentialKind,
    id: String,
    sha256: Option<Digest>,
    jwk: Option<String>,
    x5t: Option<[u8; 20]>,
    x5t_s256: Option<Digest>,
    expires: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum CredentialKind {
    Secret,
    PublicKey,
}

impl TryFrom<StoredCredential> for ClientCredential {
    type Error = &'static str;

    fn try_from(stored: StoredCredential) -> Result<Self, Self::Error> {
        let StoredCredential { kind, id, sha256, jwk, x5t, x5t_s256, expires } = stored;
        Ok(match kind {
            CredentialKind::Secret => {
                Self::Secret { id, sha256: sha256.ok_or("a secret without `sha256`")?, expires }
            }
            CredentialKind::PublicKey => {
                let jwk = jwk.ok_or("a public key without `jwk`")?;
                Self::PublicKey { id, jwk, x5t, x5t_s256, expires }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_is_read_only_with_the_members_of_its_kind() {
        // Reads each kind of credential as it is written, and without its secret or key.
        let (id, sha256, expires) = ("id".to_owned(), [7; 32], Some(Timestamp::default()));
        let jwk = r#"{"kty":"EC"}"#.to_owned();
        let key = |x5t, x5t_s256, expires| {
            let (id, jwk) = (id.clone(), jwk.clone());
            ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, expires }
        };
        let credentials = [
            ClientCredential::Secret { id: id.clone(), sha256, expires },
            ClientCredential::Secret { id: id.clone(), sha256, expires: None },
            key(Some([1; 20]), Some(sha256), expires),
            key(None, None, None),
        ];
        for credential in credentials {
            let mut row = serde_json::to_value(&credential).expect("JSON");
            let read: ClientCredential = serde_json::from_value(row.clone()).expect("a credential");
            assert_eq!(read, credential);
            if let Some(row) = row.as_object_mut() {
                row.retain(|name, _| !["sha256", "jwk"].contains(&name.as_str()));
            }
            assert!(serde_json::from_value::<ClientCredential>(row).is_err());
        }
    }
}
