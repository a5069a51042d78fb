//! The reasons why a database cannot be used.

use std::{io, path::PathBuf};

use thiserror::Error;

/// The reason why a database cannot be used.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The URL is not that of a database.
    #[error("{0}")]
    Url(String),
    /// The file with the certificates cannot be read or has none.
    #[error("{path}: {source}", path = path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// The error of the operating system, or of the parser.
        source: io::Error,
    },
    /// The TLS library has no protocol version that it can use.
    #[error("TLS cannot be used: {0}")]
    Tls(rustls::Error),
    /// Two databases of the ledger have one number.
    #[error("the numbers of the ledger's databases are not distinct")]
    LedgerNumbers,
    /// There is no pool of connections.
    #[error("connections cannot be made: {0}")]
    Pool(String),
    /// The database cannot be reached, or refuses.
    #[error("{reason}")]
    Unusable {
        /// The component whose database it is.
        component: &'static str,
        /// The cause, as far as it is known.
        cause: UnusableCause,
        /// The words of the operating system, the driver or PostgreSQL.
        reason: String,
    },
    /// An older release of PostgreSQL than those that are supported.
    #[error("PostgreSQL {found} is too old: Admit needs 15 or newer")]
    TooOldServer {
        /// The component whose database it is.
        component: &'static str,
        /// The version of the server.
        found: String,
    },
    /// A newer Admit has changed the tables, and this one cannot use them any more.
    #[error(
        "the tables of the {component} have schema {found}; this Admit supports schemas up to \
         {known}"
    )]
    TooNew {
        /// The name of the component: `directory`, `ledger` or `history`.
        component: &'static str,
        /// The schema number in the database.
        found: u32,
        /// The newest schema number that this Admit supports.
        known: u32,
    },
    /// The tables were made by an older Admit, and nothing may be changed.
    #[error("the tables of the {component} have schema {found}; this Admit needs schema {known}")]
    TooOld {
        /// The name of the component: `directory`, `ledger` or `history`.
        component: &'static str,
        /// The schema number in the database.
        found: u32,
        /// The schema number that this Admit needs.
        known: u32,
    },
    /// A further database of the ledger has other rows than those that the first one knows.
    #[error(
        "the database {number} of the ledger is not the one that was used before, or has lost its \
         rows; what it knew to be used would be accepted again"
    )]
    OtherLedger {
        /// The number of the database.
        number: u8,
    },
    /// There are no tables, and nothing may be changed.
    #[error("the database has no tables of the {component}")]
    Empty {
        /// The name of the component: `directory`, `ledger` or `history`.
        component: &'static str,
    },
}

/// The causes why a database cannot be used that an operator fixes in different places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusableCause {
    /// No server answers.
    Unreachable,
    /// TLS fails, or the certificate of the server is not trusted.
    Tls,
    /// The server does not accept the role or its password.
    Authentication,
    /// The server does not have the database.
    NoDatabase,
    /// The server has no connection left.
    TooManyConnections,
    /// The server is a standby.
    Standby,
    /// The role may not create or change something.
    NoRight,
    /// The role may only read.
    ReadOnly,
    /// Any other one.
    Other,
}

impl ConnectError {
    /// Returns the component whose database cannot be used, if that is known.
    pub const fn component(&self) -> Option<&'static str> {
        match self {
            Self::Unusable { component, .. }
            | Self::TooOldServer { component, .. }
            | Self::TooNew { component, .. }
            | Self::TooOld { component, .. }
            | Self::Empty { component } => Some(component),
            Self::OtherLedger { .. } => Some("ledger"),
            Self::LedgerNumbers
            | Self::Url(_)
            | Self::Certificates { .. }
            | Self::Tls(_)
            | Self::Pool(_) => None,
        }
    }
}
