//! The parts of a history that do not depend on its database: blocks of records, the search
//! through them, and which records are deleted first.

pub(crate) mod block;
pub(crate) mod bloom_filter;
pub(crate) mod codec;
pub(crate) mod counts;
pub(crate) mod event_document;
pub(crate) mod excess;
pub(crate) mod search;
pub(crate) mod totals;
