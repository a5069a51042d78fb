//! What every administration page shows of its reader: who is signed in, where, and the way out.

use serde::Serialize;

/// The part of a page that all administration pages share.
#[derive(Clone, Debug, Serialize)]
pub struct Desk {
    /// Which part the page belongs to.
    pub section: Section,
    /// Who is signed in.
    pub username: String,
    /// What every form of the reader carries.
    pub token: String,
}

/// A part of the administration pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// What happened.
    Requests,
    /// How often it was refused.
    Refusals,
    /// What people reported.
    Tickets,
}
