//! The policy of what users may change of their own account, and the marks of what they changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Digest;

/// An attribute that users may change themselves, if the tenant lets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileAttribute {
    /// The display name.
    Name,
    /// The e-mail address, which a code proves.
    Email,
    /// The given names.
    GivenName,
    /// The family names.
    FamilyName,
    /// The middle names.
    MiddleName,
    /// The casual name.
    Nickname,
    /// The language and region.
    Locale,
    /// The time zone.
    Zoneinfo,
}

/// Whether users may delete their account themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountDeletion {
    /// Not at all: an administrator removes a user.
    #[default]
    Off,
    /// The user may, after a fresh sign-in.
    User,
}

/// For each attribute that a user has changed, SHA-256 of the value that it replaced. A declaration
/// that still has this value leaves that of the user.
pub type ReplacedValues = BTreeMap<ProfileAttribute, Digest>;

impl ProfileAttribute {
    /// Every attribute, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::GivenName,
        Self::MiddleName,
        Self::FamilyName,
        Self::Nickname,
        Self::Email,
        Self::Locale,
        Self::Zoneinfo,
    ];

    /// Returns the name: that of the option of a declaration, and of the claim.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::MiddleName => "middle_name",
            Self::Nickname => "nickname",
            Self::Locale => "locale",
            Self::Zoneinfo => "zoneinfo",
        }
    }
}
