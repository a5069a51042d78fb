//! The policy of when a user must give a second factor.

use serde::{Deserialize, Serialize};

use crate::User;

/// When a second factor is required, beside what a request requires (`acr`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Only if the request requires it.
    Never,
    /// At each sign-in of a user who has set one up.
    #[default]
    Enrolled,
    /// As [`Self::Enrolled`], but only in a browser in which the user has not given two factors
    /// before, or too long ago.
    OnNewBrowser,
    /// At each sign-in of an administrator, who has to set one up. Of others as [`Self::Enrolled`].
    AlwaysForAdministrators,
    /// At each sign-in. A user who has none has to set one up.
    Always,
}

impl SecondFactor {
    /// Returns whether every session of the user needs a second factor. A session without one does
    /// not suffice: the user opened it for another client, or before the policy changed.
    pub const fn is_required_of(self, user: &User) -> bool {
        match self {
            Self::Always => true,
            Self::AlwaysForAdministrators => user.administrator,
            Self::Never | Self::Enrolled | Self::OnNewBrowser => false,
        }
    }

    /// Returns whether the policy requires a second factor of any user.
    pub const fn may_require(self) -> bool {
        matches!(self, Self::AlwaysForAdministrators | Self::Always)
    }

    /// Returns whether a new session of a user who has a second factor needs it.
    /// `is_known_browser`: the user has given two factors in this browser before.
    pub const fn is_asked(self, is_known_browser: bool) -> bool {
        match self {
            Self::Never => false,
            Self::OnNewBrowser => !is_known_browser,
            Self::Enrolled | Self::AlwaysForAdministrators | Self::Always => true,
        }
    }
}
