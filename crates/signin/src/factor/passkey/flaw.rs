//! The reasons why the response of a browser is refused.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::TenantId;

use super::{ModelFlaw, RESPONSE_BYTES_MAX};

/// The first step of WebAuthn §7.1 or §7.2 that a response fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyFlaw {
    /// The response is longer than [`RESPONSE_BYTES_MAX`].
    TooLong {
        /// Its length in bytes.
        received: usize,
    },
    /// A member is missing, malformed, or contradicts another one. Named as in WebAuthn.
    Malformed(&'static str),
    /// The response answers another challenge.
    OtherChallenge,
    /// The page that asked the browser is of another origin.
    OtherOrigin {
        /// The origin of this service.
        expected: String,
        /// The origin of the page, shortened.
        received: String,
    },
    /// The page was in a frame of another site.
    CrossOrigin {
        /// The origin of that site, if the browser says it.
        top_origin: Option<String>,
    },
    /// The authenticator used a passkey of another relying party.
    OtherRelyingParty {
        /// The id of this service.
        expected: String,
        /// The id that the authenticator used, if it is a parent domain.
        received: Option<String>,
    },
    /// The authenticator did not have the consent of a user.
    UserNotPresent,
    /// The authenticator did not identify the user, by PIN or biometrics.
    UserNotVerified,
    /// The key has an algorithm that was not offered: its number in COSE.
    UnknownAlgorithm(i64),
    /// The passkey belongs to another tenant of this service.
    OtherTenant {
        /// The tenant at which the user signs in.
        expected: TenantId,
        /// The tenant in the user handle.
        received: TenantId,
    },
    /// The user has no such passkey.
    UnknownPasskey,
    /// The signature is of another key or of other data.
    WrongSignature,
    /// The signature counter did not increase: there may be a copy of the authenticator.
    CounterNotIncreased {
        /// The counter of the last use.
        stored: u32,
        /// The counter in the response.
        received: u32,
    },
    /// The tenant allows certain models of authenticators only.
    Model(ModelFlaw),
    /// The passkey can be copied and could not before, or the reverse.
    BackupEligibilityChanged,
}

impl PasskeyFlaw {
    /// Returns the refusal, with the compared values.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::TooLong { received } => {
                let length = Comparison::mismatch("length", RESPONSE_BYTES_MAX, received);
                refusal::passkey_response_too_long(RESPONSE_BYTES_MAX).with(length)
            }
            Self::Malformed(member) => refusal::passkey_response_malformed(member),
            Self::BackupEligibilityChanged => {
                let difference = Difference::new("backup_eligibility_changed");
                refusal::passkey_response_malformed("authenticatorData.flags")
                    .with(Comparison::new("backup_eligibility").with_difference(difference))
            }
            Self::OtherChallenge => refusal::passkey_challenge_mismatch(),
            Self::OtherOrigin { expected, received } => {
                refusal::passkey_of_another_address(expected, received)
                    .with(Comparison::mismatch("origin", expected, received))
            }
            Self::OtherRelyingParty { expected, received } => {
                let id = Comparison::new("rp_id").expected(expected);
                let id = received.iter().fold(id, Comparison::received);
                let received = received.as_deref().unwrap_or("unknown");
                refusal::passkey_of_another_address(expected, received).with(id)
            }
            Self::CrossOrigin { top_origin } => {
                let top = Comparison::new("topOrigin");
                let top = top_origin.iter().fold(top, Comparison::received);
                refusal::passkey_in_a_frame().with(top)
            }
            Self::UserNotPresent => refusal::passkey_user_not_confirmed("presence"),
            Self::UserNotVerified => refusal::passkey_user_not_confirmed("verification"),
            Self::UnknownAlgorithm(algorithm) => refusal::passkey_algorithm_unknown(algorithm),
            Self::OtherTenant { expected, received } => refusal::passkey_of_another_tenant()
                .with(Comparison::mismatch("tenant", expected, received)),
            Self::UnknownPasskey => refusal::passkey_unknown(),
            Self::WrongSignature => refusal::passkey_signature_wrong(),
            Self::CounterNotIncreased { stored, received } => {
                refusal::passkey_counter_not_increased(received, stored)
            }
            Self::Model(flaw) => flaw.refusal(),
        }
    }
}

impl From<ModelFlaw> for PasskeyFlaw {
    fn from(flaw: ModelFlaw) -> Self {
        Self::Model(flaw)
    }
}
