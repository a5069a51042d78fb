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

#[cfg(any(test, feature = "samples"))]
impl Desk {
    /// A desk for an example page.
    pub(crate) fn sample(section: Section) -> Self {
        Self { section, username: "admin@demo.example".to_owned(), token: "c2VhbGVk".to_owned() }
    }

    /// A desk with a hostile text in every field.
    #[cfg(test)]
    pub(crate) fn hostile(text: &str) -> Self {
        Self { section: Section::Requests, username: text.to_owned(), token: text.to_owned() }
    }
}
