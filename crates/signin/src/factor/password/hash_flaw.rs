//! The reasons why a hash of a password cannot be used.

use std::fmt::{Display, Formatter, Result};

/// A reason why a hash of a password cannot be used. It contains no part of the hash apart from
/// its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashFlaw {
    /// It has the form of no known kind.
    Unknown,
    /// It begins like a known kind, but this part of it is malformed.
    Malformed(&'static str),
    /// It would take too much time or memory to verify.
    TooCostly {
        /// The parameter above its limit.
        parameter: &'static str,
        /// The value of the parameter.
        received: u64,
        /// The limit.
        most: u64,
    },
}

impl HashFlaw {
    /// Checks a parameter against its limit.
    pub(super) const fn check(
        parameter: &'static str,
        received: u64,
        most: u64,
    ) -> std::result::Result<(), Self> {
        if received > most {
            return Err(Self::TooCostly { parameter, received, most });
        }
        Ok(())
    }
}

impl Display for HashFlaw {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        match self {
            Self::Unknown => formatter.write_str("it has the form of no known kind of hash"),
            Self::Malformed(part) => write!(formatter, "{part} is malformed"),
            Self::TooCostly { parameter, received, most } => {
                write!(formatter, "{parameter} is {received}, and the limit is {most}")
            }
        }
    }
}
