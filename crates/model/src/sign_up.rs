//! The policy of whether users can create an account themselves, the terms that they accept, and
//! the invitation of a user who has not accepted it.

use serde::{Deserialize, Serialize};

use crate::{Digest, Timestamp};

/// The policy of a tenant for new accounts that no administrator adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignUp {
    /// The users who can create an account.
    pub mode: SignUpMode,
    /// The domains of the e-mail addresses that can sign up, in lower case. Empty: all domains.
    pub domains: Vec<String>,
    /// The domains that cannot sign up, in lower case, with their subdomains.
    pub blocked_domains: Vec<String>,
    /// The attributes that a new user gives, besides the name.
    pub attributes: Vec<SignUpAttribute>,
    /// The terms of use, whose versions every user accepts, however they got the account.
    pub terms: Option<Terms>,
}

/// The users who can create an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpMode {
    /// None: administrators add users.
    #[default]
    Closed,
    /// The user of an invitation.
    Invited,
    /// Every user who proves an e-mail address, and the user of an invitation.
    Open,
}

/// An attribute that a new user gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpAttribute {
    /// The given names.
    GivenName,
    /// The family names.
    FamilyName,
    /// The casual name.
    Nickname,
    /// The phone number, which is not verified.
    PhoneNumber,
}

/// The terms of use of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The version. Users accept each version once.
    pub version: String,
    /// The `https` URL of the text.
    pub url: String,
}

/// The terms of use that a user accepted last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedTerms {
    /// The version.
    pub version: String,
    /// When the user accepted it.
    pub at: Timestamp,
}

/// The invitation of a user who has not accepted it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// SHA-256 of the token in the link.
    pub digest: Digest,
    /// When the link expires.
    pub expires_at: Timestamp,
    /// The URL of the app to which the user is led afterwards. With `None`, the account page.
    #[serde(default)]
    pub app: Option<String>,
}

/// The origin of an account that no declaration added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The kind.
    pub kind: RegistrationKind,
    /// When the account was created, or the invitation accepted.
    pub at: Timestamp,
}

/// The kind of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationKind {
    /// The user signed up, and proved their e-mail address.
    SignUp,
    /// The user accepted an invitation.
    Invitation,
}

impl SignUpAttribute {
    /// Every attribute, in the order of pages.
    pub const ALL: [Self; 4] =
        [Self::GivenName, Self::FamilyName, Self::Nickname, Self::PhoneNumber];

    /// Returns the name of the claim, which is also that of the field on pages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Nickname => "nickname",
            Self::PhoneNumber => "phone_number",
        }
    }
}

impl Terms {
    /// Returns whether the terms that a user accepted last are these.
    pub fn are_accepted(&self, accepted: Option<&AcceptedTerms>) -> bool {
        accepted.is_some_and(|accepted| accepted.version == self.version)
    }
}
