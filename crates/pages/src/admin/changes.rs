//! The list of changes: what changed, and who changed it.

use catalogue::Language;
use serde::Serialize;

use crate::{AdminLayout, Layout, PageTime};

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct AdminChanges {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// The changes, newest first.
    pub rows: Vec<ChangeRow>,
    /// The path of the first page, unless this is the first page.
    pub newest: Option<String>,
    /// The path of the next page, if there are older changes.
    pub older: Option<String>,
}

/// One change, or all changes of one run of a command.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeRow {
    /// The time of the change.
    pub time: PageTime,
    /// The change, or the number of changes.
    pub text: String,
    /// The actor: a command, or the service.
    pub actor: String,
    /// The changes of a run with several.
    pub changes: Vec<String>,
    /// The number of changes that are not listed.
    pub more: Option<String>,
}

impl AdminChanges {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_changes", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminChanges {
    const TEMPLATE: &'static str = "admin_changes";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let created = |name: &str| {
            let values = [("subject", name), ("detail", "")];
            catalogue::text(language, "event-user_created", &values)
        };
        let values = [("name", "apply"), ("host", "id-1"), ("user", "deploy")];
        let row = ChangeRow {
            time: PageTime::sample("16:20:44"),
            text: created("rina@demo.example"),
            actor: catalogue::text(language, "actor-command", &values),
            changes: Vec::new(),
            more: None,
        };
        let many = ChangeRow {
            text: catalogue::text(language, "admin-changes-many", &[("count", "502")]),
            changes: vec![created("rina@demo.example"), created("budi@demo.example")],
            more: Some(catalogue::text(language, "admin-changes-more", &[("count", "500")])),
            ..row.clone()
        };
        let found = Self {
            layout: crate::sample::layout(),
            admin_layout: AdminLayout::sample(crate::Section::Changes),
            rows: vec![row, many],
            newest: Some("/admin/changes".to_owned()),
            older: Some("/admin/changes?before=1".to_owned()),
        };
        let none = Self { rows: Vec::new(), newest: None, older: None, ..found.clone() };
        vec![("found", found), ("none", none)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
            rows: vec![ChangeRow {
                time: PageTime::hostile(text),
                text: text.to_owned(),
                actor: text.to_owned(),
                changes: vec![text.to_owned()],
                more: Some(text.to_owned()),
            }],
            newest: Some(text.to_owned()),
            older: Some(text.to_owned()),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
