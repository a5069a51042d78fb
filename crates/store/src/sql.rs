//! Every statement, as text that SQLite and PostgreSQL both read.
//!
//! One row, one statement. Parameters are written `$1`, `$2`, …; SQLite numbers them by first
//! appearance, so they appear in order.

pub(crate) mod directory;
pub(crate) mod ledger;

/// Names statements, and lists them so that a test can prepare each.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

use statements;
