//! The page at the address of a sign-in flow that has nothing to ask: it finished, or none started.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct FlowStatus {
    /// The layout of the page.
    pub layout: Layout,
    /// The state of the flow.
    #[serde(flatten)]
    pub kind: FlowStatusKind,
}

/// The state of the flow.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FlowStatusKind {
    /// The flow finished, and the user is signed in.
    Finished {
        /// The name of the client.
        app: String,
        /// The display name of the user.
        name: String,
        /// The user name.
        username: String,
        /// The URL that leads on to the client.
        next: String,
    },
    /// The address names no sign-in: it is that of a form.
    NotStarted,
}

impl FlowStatus {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("flow_status", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for FlowStatus {
    const TEMPLATE: &'static str = "flow_status";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let finished = FlowStatusKind::Finished {
            app: "Demo web app".to_owned(),
            name: "Rina Wijaya".to_owned(),
            username: "rina@demo.example".to_owned(),
            next: "/demo/oauth2/v2.0/authorize?client_id=web".to_owned(),
        };
        let page = |kind| Self { layout: crate::sample::layout(), kind };
        vec![("finished", page(finished)), ("not_started", page(FlowStatusKind::NotStarted))]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let kind = FlowStatusKind::Finished {
            app: text.to_owned(),
            name: text.to_owned(),
            username: text.to_owned(),
            next: text.to_owned(),
        };
        Self { layout: crate::sample::hostile_layout(text), kind }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
