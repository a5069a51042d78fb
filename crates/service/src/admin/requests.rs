//! The administration pages of request records.

pub(crate) mod detail;
pub(crate) mod list;
pub(super) mod rows;
pub(super) mod search;
mod timeline;
