//! The reasons why a passkey is refused by a tenant that allows certain models of authenticators
//! only.

use catalogue::{Comparison, Difference, Refusal, refusal};
use uuid::Uuid;

/// Maximum number of allowed models that a comparison lists.
const MODELS_SHOWN: usize = 8;

/// The flaw of the model of a passkey, or of its proof: the attestation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelFlaw {
    /// There is no attestation by a manufacturer.
    Unattested {
        /// The format of the statement.
        format: String,
    },
    /// The attestation has a format that is not verified.
    UnknownFormat(String),
    /// The certificate is malformed, or none of an authenticator (WebAuthn §8.2.1).
    Certificate,
    /// The certificate names no model.
    CertificateWithoutModel,
    /// The certificate is of another model.
    CertificateOfOtherModel {
        /// The model that the certificate names.
        named: Uuid,
        /// The model that the authenticator names.
        model: Uuid,
    },
    /// The signature is of another key or of other data.
    Signature,
    /// A certificate is not valid at this time.
    Time,
    /// The certificates do not lead to a root of the tenant.
    Chain,
    /// The model of the new passkey is not allowed.
    NotAllowed {
        /// The model of the authenticator.
        received: Uuid,
        /// The allowed models.
        allowed: Vec<Uuid>,
    },
    /// The stored passkey is not allowed any more.
    NoLongerAllowed {
        /// The model of the authenticator.
        received: Uuid,
        /// Whether it was proven when the passkey was added.
        attested: bool,
        /// The allowed models.
        allowed: Vec<Uuid>,
    },
}

impl ModelFlaw {
    /// Returns the refusal, with the compared values.
    pub(super) fn refusal(&self) -> Refusal {
        let untrusted = |difference| {
            let difference = Difference::new(difference);
            refusal::passkey_attestation_untrusted()
                .with(Comparison::new("attestation").with_difference(difference))
        };
        match self {
            Self::Unattested { format } => {
                refusal::passkey_unattested().with(Comparison::mismatch("fmt", "packed", format))
            }
            Self::UnknownFormat(format) => refusal::passkey_attestation_format_unknown(format)
                .with(Comparison::mismatch("fmt", "packed", format)),
            Self::Certificate => untrusted("attestation_certificate_malformed"),
            Self::CertificateWithoutModel => untrusted("attestation_certificate_without_model"),
            Self::CertificateOfOtherModel { named, model } => {
                refusal::passkey_attestation_untrusted()
                    .with(Comparison::mismatch("aaguid", named, model))
            }
            Self::Signature => untrusted("attestation_signature_wrong"),
            Self::Time => untrusted("attestation_certificate_expired"),
            Self::Chain => untrusted("attestation_root_unknown"),
            Self::NotAllowed { received, allowed } => {
                refusal::passkey_model_not_allowed(received, allowed.len())
                    .with(Comparison::mismatch("aaguid", listed(allowed), received))
            }
            Self::NoLongerAllowed { received, attested, allowed } => {
                let model = Comparison::mismatch("aaguid", listed(allowed), received);
                let difference = Difference::new("model_not_attested");
                let model = if *attested { model } else { model.with_difference(difference) };
                refusal::passkey_no_longer_allowed(received).with(model)
            }
        }
    }
}

/// Returns the first of the allowed models as a text.
fn listed(models: &[Uuid]) -> String {
    let shown: Vec<String> = models.iter().take(MODELS_SHOWN).map(Uuid::to_string).collect();
    let more = models.len().saturating_sub(MODELS_SHOWN);
    let more = if more == 0 { String::new() } else { format!(" (+{more})") };
    shown.join(", ") + &more
}
