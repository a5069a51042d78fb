//! The components of the store and the history.

/// A component of the store or the history, which has tables of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    /// Tenants, clients, resources, users, consents and signing keys.
    Directory,
    /// Grants, sessions, used values.
    Ledger,
    /// Request records, change events, tickets.
    History,
}

impl Component {
    /// All components.
    pub const ALL: [Self; 3] = [Self::Directory, Self::Ledger, Self::History];

    /// Returns the name of the component.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Ledger => "ledger",
            Self::History => "history",
        }
    }
}
