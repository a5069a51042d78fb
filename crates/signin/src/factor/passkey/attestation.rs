//! The attestation of a new passkey (WebAuthn §6.5): the proof which model of authenticator created
//! it. Only the format `packed` (§8.2) is verified, with a certificate of the manufacturer.

use ciborium::Value;
use jose::digest::base64url_decode;
use model::Timestamp;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use uuid::Uuid;
use webpki::aws_lc_rs as algorithms;
use webpki::{
    EndEntityCert, Error, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::{Oid, oid};
use x509_parser::x509::X509Version;

use super::attestation_object::AttestationObject;
use super::flaw::PasskeyFlaw;
use super::model_flaw::ModelFlaw;

/// The only supported format with certificates.
const PACKED: &str = "packed";
/// The format of a passkey without attestation.
const NONE: &str = "none";
/// Maximum number of certificates in a statement. Manufacturers send one to three.
const CERTIFICATES_MAX: usize = 6;
/// The extension that names the model (§8.2.1), and the beginning of its value: an OCTET STRING of
/// 16 bytes.
const MODEL_EXTENSION: Oid<'static> = oid!(1.3.6.1.4.1.45724.1.1.4);
const MODEL_PREFIX: [u8; 2] = [4, 16];
/// The organizational unit of every attestation certificate (§8.2.1).
const UNIT: &str = "Authenticator Attestation";
/// The signatures that certificates of a chain may have.
static CHAIN_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::ECDSA_P521_SHA256,
    algorithms::ECDSA_P521_SHA384,
    algorithms::ECDSA_P521_SHA512,
    algorithms::ED25519,
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
];

/// The trust with which the attestation of a new passkey is verified.
#[derive(Clone, Copy, Debug)]
pub struct AttestationTrust<'a> {
    /// The certificates that an attestation must lead to, in DER as base64url.
    pub roots: &'a [String],
    /// The present time.
    pub now: Timestamp,
}

/// A statement of the format `packed` with certificates.
struct Packed<'a> {
    algorithm: i64,
    signature: &'a [u8],
    /// The certificate of the authenticator, and those that lead to a root.
    certificates: Vec<CertificateDer<'a>>,
}

/// Any purpose of a certificate: WebAuthn defines none for attestations.
struct AnyUsage;

impl ExtendedKeyUsageValidator for AnyUsage {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        Ok(())
    }
}

/// Returns whether these bytes are a certificate that attestations can lead to.
pub fn is_attestation_root(der: &[u8]) -> bool {
    anchor_from_trusted_cert(&CertificateDer::from(der)).is_ok()
}

impl AttestationTrust<'_> {
    /// Verifies that an authenticator of this model, which is one of the allowed ones, created the
    /// passkey. `signed` is what it signs: its data, and the hash of the client data.
    pub(super) fn verify(
        &self,
        object: &AttestationObject,
        (model, allowed): (Uuid, &[Uuid]),
        signed: &[u8],
    ) -> Result<(), PasskeyFlaw> {
        let packed = Packed::read(object)?;
        // Before the proof: a user with another model learns this, and not about certificates.
        if !allowed.contains(&model) {
            let allowed = allowed.to_vec();
            return Err(ModelFlaw::NotAllowed { received: model, allowed }.into());
        }
        let leaf = packed.certificates.first().ok_or_else(|| unattested(object))?;
        check_certificate(leaf, model)?;
        let end = EndEntityCert::try_from(leaf).map_err(|_| ModelFlaw::Certificate)?;
        let algorithm = signature_algorithm(packed.algorithm)
            .ok_or(PasskeyFlaw::UnknownAlgorithm(packed.algorithm))?;
        end.verify_signature(algorithm, signed, packed.signature)
            .map_err(|_| ModelFlaw::Signature)?;
        Ok(self.verify_chain(&end, &packed.certificates)?)
    }

    /// Verifies that the certificates are valid now and lead to a root.
    fn verify_chain(
        &self,
        end: &EndEntityCert<'_>,
        certificates: &[CertificateDer<'_>],
    ) -> Result<(), ModelFlaw> {
        let roots: Vec<CertificateDer<'static>> = self.roots.iter().filter_map(root).collect();
        let anchors: Vec<_> =
            roots.iter().filter_map(|root| anchor_from_trusted_cert(root).ok()).collect();
        let seconds = u64::try_from(self.now.seconds()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let between = certificates.get(1..).unwrap_or_default();
        let verified =
            end.verify_for_usage(CHAIN_ALGORITHMS, &anchors, between, now, AnyUsage, None, None);
        match verified {
            Ok(_) => Ok(()),
            Err(Error::CertExpired { .. } | Error::CertNotValidYet { .. }) => Err(ModelFlaw::Time),
            Err(_) => Err(ModelFlaw::Chain),
        }
    }
}

impl<'a> Packed<'a> {
    fn read(object: &'a AttestationObject) -> Result<Self, PasskeyFlaw> {
        match object.format.as_str() {
            PACKED => {}
            NONE => return Err(unattested(object)),
            other => return Err(ModelFlaw::UnknownFormat(shorten(other)).into()),
        }
        let malformed = || PasskeyFlaw::Malformed("attStmt");
        let member = |name: &str| object.statement_member(name);
        let algorithm = member("alg").and_then(Value::as_integer);
        let algorithm = algorithm.and_then(|it| it.try_into().ok()).ok_or_else(malformed)?;
        let signature = member("sig").and_then(Value::as_bytes).ok_or_else(malformed)?;
        // Without certificates, the passkey itself signed: anyone can create such a statement.
        let chain = member("x5c").ok_or_else(|| unattested(object))?;
        let chain = chain.as_array().filter(|it| (1..=CERTIFICATES_MAX).contains(&it.len()));
        let certificates = chain.ok_or_else(malformed)?.iter().map(Value::as_bytes);
        let certificates: Option<Vec<_>> =
            certificates.map(|der| der.map(|der| CertificateDer::from(der.as_slice()))).collect();
        Ok(Self { algorithm, signature, certificates: certificates.ok_or_else(malformed)? })
    }
}

/// Checks the certificate of the authenticator (§8.2.1). It must name the model: the authenticators
/// of a manufacturer could otherwise claim to be any other of its models.
fn check_certificate(der: &CertificateDer<'_>, model: Uuid) -> Result<(), ModelFlaw> {
    let malformed = ModelFlaw::Certificate;
    let (rest, certificate) =
        x509_parser::parse_x509_certificate(der).map_err(|_| malformed.clone())?;
    if !rest.is_empty() || certificate.version() != X509Version::V3 || !has_unit(&certificate) {
        return Err(malformed);
    }
    let extension = certificate.get_extension_unique(&MODEL_EXTENSION);
    let extension = extension.map_err(|_| malformed.clone())?;
    let extension = extension.ok_or(ModelFlaw::CertificateWithoutModel)?;
    let named = extension.value.strip_prefix(&MODEL_PREFIX).filter(|_| !extension.critical);
    let named = Uuid::from_slice(named.ok_or_else(|| malformed.clone())?).map_err(|_| malformed)?;
    if named == model { Ok(()) } else { Err(ModelFlaw::CertificateOfOtherModel { named, model }) }
}

fn has_unit(certificate: &X509Certificate<'_>) -> bool {
    let mut units = certificate.subject().iter_organizational_unit();
    units.any(|unit| unit.as_str().is_ok_and(|unit| unit == UNIT))
}

/// Returns the algorithm of an attestation: those of passkeys (COSE).
fn signature_algorithm(number: i64) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    match number {
        -7 => Some(algorithms::ECDSA_P256_SHA256),
        -8 => Some(algorithms::ED25519),
        -257 => Some(algorithms::RSA_PKCS1_2048_8192_SHA256),
        _ => None,
    }
}

fn root(text: &String) -> Option<CertificateDer<'static>> {
    base64url_decode(text).ok().map(CertificateDer::from)
}

fn unattested(object: &AttestationObject) -> PasskeyFlaw {
    ModelFlaw::Unattested { format: object.format.clone() }.into()
}

/// Returns a format as a text for a page. Those of WebAuthn have at most 17 characters.
fn shorten(format: &str) -> String {
    let is_shown = |it: &char| it.is_ascii_alphanumeric() || *it == '-';
    format.chars().filter(is_shown).take(24).collect()
}
