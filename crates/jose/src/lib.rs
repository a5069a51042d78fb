//! How we sign and seal: JWS, JWE, JWK (RFC 7515 to 7518, 7638, 8037) and sealed handles.
//!
//! Knows nothing of tokens, tenants' rules, clocks or files. Every primitive is aws-lc-rs's; what
//! is ours is the framing, the limits, and the refusal of everything that is not listed.

mod algorithm;
mod certificate;
mod compact;
mod der;
pub mod digest;
pub mod json;
pub mod jwe;
mod jwk;
pub mod numeric_date;
mod random;
pub mod seal;
mod signing_key;
mod verifying_key;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use certificate::{Certificate, CertificateError};
pub use compact::{ClaimsError, Compact, CompactError, Header, Padding, Verified};
pub use jwk::{Curve, Jwk, JwkError, JwkSet, KeyKind, KeyUse, PublicKey, Thumbprint};
pub use signing_key::{HeaderSegment, Pkcs8, PreparedSigner, SignError, SigningKey};
pub use verifying_key::{VerifyError, VerifyingKey};
