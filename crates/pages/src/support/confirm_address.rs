//! The page to which the first mail to a reporter leads: it confirms the address.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `confirm` to `/report`. A link alone confirms nothing,
/// because mail scanners follow links.
#[derive(Clone, Debug, Serialize)]
pub struct ConfirmAddress {
    /// The layout of the page.
    pub layout: Layout,
    /// The ticket ID.
    pub ticket: String,
    /// The sealed ticket of the link, a hidden field.
    pub confirmation: String,
    /// True if the address is confirmed.
    pub is_confirmed: bool,
}

impl ConfirmAddress {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("confirm_address", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ConfirmAddress {
    const TEMPLATE: &'static str = "confirm_address";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            ticket: "T-4QXK-0Z7D-N2M8-91HC".to_owned(),
            confirmation: "c2VhbGVk".to_owned(),
            is_confirmed: false,
        };
        let confirmed = Self { is_confirmed: true, ..first.clone() };
        vec![("first", first), ("confirmed", confirmed)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            ticket: text.to_owned(),
            confirmation: text.to_owned(),
            is_confirmed: false,
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
