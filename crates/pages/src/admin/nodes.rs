//! The nodes that share the database of the service.

use catalogue::Language;
use serde::Serialize;

use crate::{AdminLayout, Layout, PageTime};

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct AdminNodes {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of administration pages.
    pub admin_layout: AdminLayout,
    /// The nodes, the oldest first; empty if there is one only.
    pub rows: Vec<NodeRow>,
}

/// One node.
#[derive(Clone, Debug, Serialize)]
pub struct NodeRow {
    /// The first part of its id.
    pub id: String,
    /// Whether it is the node that renders the page.
    pub is_this: bool,
    /// The name of its machine.
    pub address: String,
    /// The version of its binary.
    pub version: String,
    /// The time of its start.
    pub started: PageTime,
    /// The time of its last heartbeat.
    pub seen: PageTime,
}

impl AdminNodes {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_nodes", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminNodes {
    const TEMPLATE: &'static str = "admin_nodes";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let row = |id: &str, address: &str, is_this: bool| NodeRow {
            id: id.to_owned(),
            is_this,
            address: address.to_owned(),
            version: "0.1.0".to_owned(),
            started: PageTime::sample("08:02:11"),
            seen: PageTime::sample("16:20:44"),
        };
        let several = Self {
            layout: crate::sample::layout(),
            admin_layout: AdminLayout::sample(crate::Section::Nodes),
            rows: vec![row("0f4a91c2", "id-1", true), row("b81d203e", "id-2", false)],
        };
        let one = Self { rows: Vec::new(), ..several.clone() };
        vec![("several", several), ("one", one)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        Self {
            layout: crate::sample::hostile_layout(text),
            admin_layout: AdminLayout::hostile(text),
            rows: vec![NodeRow {
                id: owned(),
                is_this: true,
                address: owned(),
                version: owned(),
                started: PageTime::hostile(text),
                seen: PageTime::hostile(text),
            }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
