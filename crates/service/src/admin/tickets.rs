//! The administration pages of tickets.

pub(crate) mod detail;
pub(crate) mod list;
