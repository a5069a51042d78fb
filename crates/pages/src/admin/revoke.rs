//! The page on which an administrator ends what was given to a user, an app or the whole tenant.

use catalogue::Language;
use serde::Serialize;

use super::{AdminLayout, Section};
use crate::Layout;

/// The data of the page. Its form is submitted with POST to `/admin/revoke`: first to review what
/// would end, then to end it.
#[derive(Clone, Debug, Serialize)]
pub struct AdminRevoke {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// The selected kind.
    pub kind: RevokedKind,
    /// The entered name.
    pub name: String,
    /// Whether nothing has this name.
    pub unknown: bool,
    /// The name of the user, app or tenant to confirm. `None` while one is selected.
    pub confirm: Option<String>,
}

/// The kinds of which everything that was given can end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokedKind {
    /// A user.
    #[default]
    User,
    /// An app.
    App,
    /// The tenant.
    Tenant,
}

impl AdminRevoke {
    /// The section of the page.
    pub const SECTION: Section = Section::Changes;

    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_revoke", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminRevoke {
    const TEMPLATE: &'static str = "admin_revoke";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            admin_layout: AdminLayout::sample(Self::SECTION),
            kind: RevokedKind::User,
            name: String::new(),
            unknown: false,
            confirm: None,
        };
        let named = |kind, name: &str| Self { kind, name: name.to_owned(), ..first.clone() };
        let confirm =
            |kind, name: &str| Self { confirm: Some(name.to_owned()), ..named(kind, name) };
        vec![
            ("unknown", Self { unknown: true, ..named(RevokedKind::App, "shpo") }),
            ("confirm_user", confirm(RevokedKind::User, "rina@demo.example")),
            ("confirm_app", confirm(RevokedKind::App, "Shop")),
            ("confirm_tenant", confirm(RevokedKind::Tenant, "Demo Company")),
            ("first", first),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
            kind: RevokedKind::App,
            name: text.to_owned(),
            unknown: true,
            confirm: Some(text.to_owned()),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
