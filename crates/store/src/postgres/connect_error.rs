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
    /// Two databases of the ledger have one number, or none has 0.
    #[error("the numbers of the ledger's databases are not distinct, or none of them is 0")]
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
    /// The database cannot store every text.
    #[error("it has the encoding {found}; Admit needs UTF8")]
    Encoding {
        /// The component whose database it is.
        component: &'static str,
        /// The encoding.
        found: String,
    },
    /// The server confirms a commit before it is on the disk.
    #[error(
        "it has synchronous_commit = off: after a crash of the server, codes and refresh tokens \
         that were used could be used again"
    )]
    CommitsWithoutSync {
        /// The component whose database it is.
        component: &'static str,
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
    /// One of several databases of the ledger cannot be used.
    #[error("{source}")]
    LedgerDatabase {
        /// The number of the database.
        number: u8,
        /// The reason.
        source: Box<Self>,
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
    /// A database of the ledger has rows, and the configuration does not name it.
    #[error("the ledger has a database with the number {number}, which is not configured")]
    UnlistedLedger {
        /// The number of the database.
        number: u8,
    },
    /// A database of the ledger was added to the configuration, and no node was started since.
    #[error("the database {number} of the ledger is new")]
    UnregisteredLedger {
        /// The number of the database.
        number: u8,
    },
    /// A database of the ledger has another period than the other nodes know.
    #[error("the database {number} of the ledger opens or closes at another time than registered")]
    LedgerPeriod {
        /// The number of the database.
        number: u8,
    },
    /// A further database of the ledger would open before every node knows it.
    #[error("the database {number} of the ledger opens too soon")]
    LedgerOpensTooSoon {
        /// The number of the database.
        number: u8,
    },
    /// `admit store copy` has not finished.
    #[error("the database has an unfinished copy of another store")]
    UnfinishedCopy,
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
    /// The disk of the server is full.
    DiskFull,
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
    /// Returns the number of the database of the ledger that cannot be used, if it is one of
    /// several.
    pub const fn ledger_number(&self) -> Option<u8> {
        match self {
            Self::LedgerDatabase { number, .. }
            | Self::OtherLedger { number }
            | Self::UnregisteredLedger { number }
            | Self::LedgerPeriod { number }
            | Self::LedgerOpensTooSoon { number } => Some(*number),
            _ => None,
        }
    }

    /// Returns the component whose database cannot be used, if that is known.
    pub const fn component(&self) -> Option<&'static str> {
        match self {
            Self::Unusable { component, .. }
            | Self::TooOldServer { component, .. }
            | Self::Encoding { component, .. }
            | Self::CommitsWithoutSync { component }
            | Self::TooNew { component, .. }
            | Self::TooOld { component, .. }
            | Self::Empty { component } => Some(component),
            Self::LedgerDatabase { .. }
            | Self::OtherLedger { .. }
            | Self::UnlistedLedger { .. }
            | Self::UnregisteredLedger { .. }
            | Self::LedgerPeriod { .. }
            | Self::LedgerOpensTooSoon { .. } => Some("ledger"),
            Self::UnfinishedCopy => Some("directory"),
            Self::LedgerNumbers
            | Self::Url(_)
            | Self::Certificates { .. }
            | Self::Tls(_)
            | Self::Pool(_) => None,
        }
    }
}
