//! Attestation objects (WebAuthn §6.5.4): authenticator data, and a statement about the
//! authenticator.

use ciborium::Value;

use super::cbor::Map;
use super::flaw::PasskeyFlaw;

/// A parsed attestation object.
pub(super) struct AttestationObject {
    /// The format of the statement.
    pub(super) format: String,
    /// The authenticator data, not parsed yet.
    pub(super) authenticator_data: Vec<u8>,
    /// The members of the statement.
    statement: Vec<(Value, Value)>,
}

impl AttestationObject {
    /// Parses an attestation object. The statement is checked for its form only.
    ///
    /// # Errors
    /// It is no map, or a member is missing or malformed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PasskeyFlaw> {
        let object =
            Map::read_whole(bytes).map_err(|_| PasskeyFlaw::Malformed("attestationObject"))?;
        let (format, statement) = match (object.named("fmt"), object.named("attStmt")) {
            (Some(Value::Text(format)), Some(Value::Map(statement)))
                if format != "none" || statement.is_empty() =>
            {
                (format.clone(), statement.clone())
            }
            // The format `compound` has a list of statements (§8.9).
            (Some(Value::Text(format)), Some(Value::Array(_))) if format == "compound" => {
                (format.clone(), Vec::new())
            }
            _ => return Err(PasskeyFlaw::Malformed("attStmt")),
        };
        match object.named("authData") {
            Some(Value::Bytes(data)) => {
                Ok(Self { format, authenticator_data: data.clone(), statement })
            }
            _ => Err(PasskeyFlaw::Malformed("authData")),
        }
    }

    /// Returns a member of the statement.
    pub(super) fn statement_member(&self, name: &str) -> Option<&Value> {
        let mut members = self.statement.iter();
        members.find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
    }
}
