//! The clients of the service's own pages: administration and accounts.

use catalogue::Language;

/// A client of the service itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltInClient {
    /// The administration pages.
    Administration,
    /// The account pages of users.
    Account,
}

impl BuiltInClient {
    /// Every built-in client.
    pub const ALL: [Self; 2] = [Self::Administration, Self::Account];

    /// Returns the reserved `client_id`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Administration => "admit-admin",
            Self::Account => "admit-account",
        }
    }

    /// Returns the client with this id.
    pub fn with_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|client| client.id() == id)
    }

    /// Returns the display name on the sign-in page.
    pub(super) fn name(self, language: Language) -> String {
        let id = match self {
            Self::Administration => "app-name-administration",
            Self::Account => "app-name-account",
        };
        catalogue::text(language, id, &[])
    }

    /// Returns the redirect URI.
    pub(crate) fn redirect_uri(self, origin: &str) -> String {
        match self {
            Self::Administration => format!("{origin}/admin/signed-in"),
            Self::Account => format!("{origin}/account/signed-in"),
        }
    }
}
