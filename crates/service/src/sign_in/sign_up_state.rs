//! The progress of a sign-up within a sign-in flow.

use jose::digest;
use model::{Digest, SignUpAttribute, UserId};
use serde::{Deserialize, Serialize};
use signin::factor::mailed_code::MailChallenge;

/// Maximum length of an address that was typed and is shown again, in bytes.
const ADDRESS_BYTES_MAX: usize = 256;

/// The progress of a sign-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SignUp {
    /// The user gives an address. It contains the one that was typed last.
    Begun { address: String },
    /// A mail was requested.
    Requested(RequestedCode),
    /// The user has proven the address, or was invited, and completes the account.
    Proven(ProvenAddress),
    /// The user chose to sign in, or has created the account.
    Left,
}

/// A request for the mail with a code. The code expires together with its flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RequestedCode {
    /// The challenge of the mail.
    pub(super) challenge: MailChallenge,
    /// The address.
    pub(super) address: String,
}

/// A proof that the user reads the mails to an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProvenAddress {
    /// The proof.
    pub(super) proof: Proof,
    /// The data that the user typed before the form was refused.
    pub(super) typed: TypedDetails,
}

/// The proof of an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Proof {
    /// The code of a mail to this address. The user gets this id, so that one proof creates one
    /// account.
    Code { id: UserId, address: String },
    /// The invitation of this user, by the digest of its token.
    Invitation { user: UserId, digest: Digest },
}

/// The name and the attributes that the user typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TypedDetails {
    pub(super) name: String,
    pub(super) attributes: Vec<(SignUpAttribute, String)>,
}

impl RequestedCode {
    /// Returns the name of the step that asks for the code.
    pub(super) fn step(&self) -> String {
        let digest = digest::base64url(digest::sha256(&self.challenge));
        format!("sign_up_code.{}", digest.get(..16).unwrap_or_default())
    }
}

/// Returns an address that was typed, cut to what the cookie of the flow keeps.
pub(super) fn shown_address(typed: &str) -> String {
    let mut shown = String::new();
    for character in typed.trim().chars().filter(|character| !character.is_control()) {
        if shown.len() + character.len_utf8() > ADDRESS_BYTES_MAX {
            break;
        }
        shown.push(character);
    }
    shown
}
