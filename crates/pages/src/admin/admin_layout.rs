//! The layout that every administration page shares: navigation, user name and sign-out.

use serde::Serialize;

/// The data of the layout of administration pages.
#[derive(Clone, Debug, Serialize)]
pub struct AdminLayout {
    /// The section that the page belongs to.
    pub section: Section,
    /// Whether the navigation has the page of nodes.
    pub has_nodes: bool,
    /// The user name of the signed-in administrator.
    pub username: String,
    /// The time zone of the times on the page and in its forms, such as `Asia/Jakarta`.
    pub zone: String,
    /// The CSRF token of the administrator session, sent with every form.
    pub csrf_token: String,
}

/// A section of the administration pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The recorded requests.
    Requests,
    /// The chart of refusals.
    Refusals,
    /// The changes.
    Changes,
    /// The tickets.
    Tickets,
    /// The nodes.
    Nodes,
}

#[cfg(any(test, feature = "samples"))]
impl AdminLayout {
    /// Creates the layout of an example page.
    pub(crate) fn sample(section: Section) -> Self {
        Self {
            section,
            has_nodes: section == Section::Nodes,
            username: "admin@demo.example".to_owned(),
            zone: "Asia/Jakarta".to_owned(),
            csrf_token: "c2VhbGVk".to_owned(),
        }
    }

    /// Creates a layout with a hostile text in every field.
    #[cfg(test)]
    pub(crate) fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        let section = Section::Requests;
        Self { section, has_nodes: true, username: owned(), zone: owned(), csrf_token: owned() }
    }
}
