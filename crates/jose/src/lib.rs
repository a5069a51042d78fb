//! JWS, JWE and JWK (RFC 7515 to 7518, 7638, 8037), and sealed tokens.
//!
//! Independent of token contents, tenant rules, clocks and files. Every primitive comes from
//! aws-lc-rs. This crate adds the formats and the limits, and refuses every algorithm that it does
//! not list.

mod algorithm;
mod certificate;
mod compact;
mod der;
pub mod digest;
pub mod json;
pub mod jwe;
mod jwk;
mod jwk_set;
pub mod numeric_date;
mod pem;
mod random;
pub mod seal;
mod signing_key;
mod verified_signatures;
mod verifying_key;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use certificate::{Certificate, CertificateError};
pub use compact::{CompactError, CompactJws, Header, Padding, Verified};
pub use jwk::{Curve, Jwk, JwkError, KeyKind, KeyUse, PublicKey, Thumbprint};
pub use jwk_set::JwkSet;
pub use signing_key::{HeaderSegment, Pkcs8, PreparedSigner, SignError, SigningKey};
pub use verified_signatures::VerifiedSignatures;
pub use verifying_key::{VerifyError, VerifyingKey};
