//! The page on which a user changes their name, language and time zone.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{FormError, Layout};

/// The data of the page. Its form posts `csrf_token` and a field for each attribute that the user
/// may change.
#[derive(Clone, Debug, Serialize)]
pub struct AccountProfile {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The attributes, in the order of the page.
    pub fields: Vec<ProfileField>,
    /// False if the user may change none of them.
    pub can_change: bool,
    /// The names of the time zones.
    pub time_zones: Vec<String>,
    /// True after a change.
    pub is_saved: bool,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

/// An attribute of the page.
#[derive(Clone, Debug, Serialize)]
pub struct ProfileField {
    /// The name of the field, which is also the end of the id of its label: a claim.
    pub name: &'static str,
    /// The value; may be empty.
    pub value: String,
    /// The value of `autocomplete`.
    pub autocomplete: &'static str,
    /// False if only an administrator may change it.
    pub is_changeable: bool,
    /// True if the value is none of the languages of the page.
    pub is_other_choice: bool,
    /// True if the last attempt was refused for this field.
    pub is_invalid: bool,
}

impl AccountProfile {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_profile", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountProfile {
    const TEMPLATE: &'static str = "account_profile";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let field = |name, value: &str, is_changeable| ProfileField {
            name,
            value: value.to_owned(),
            autocomplete: "name",
            is_changeable,
            is_other_choice: value == "id-ID",
            is_invalid: false,
        };
        let first = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::Profile),
            fields: vec![
                field("name", "Rina Wijaya", true),
                field("family_name", "Wijaya", false),
                field("locale", "id-ID", true),
                field("zoneinfo", "Asia/Jakarta", true),
            ],
            can_change: true,
            time_zones: ["Asia/Jakarta", "Asia/Makassar"].map(str::to_owned).to_vec(),
            is_saved: false,
            problem: None,
        };
        let mut failed =
            Self { problem: Some(crate::sample::form_error(language)), ..first.clone() };
        for field in failed.fields.iter_mut().filter(|field| field.name == "name") {
            field.is_invalid = true;
        }
        let fixed = Self {
            fields: vec![field("name", "Rina Wijaya", false), field("locale", "", false)],
            can_change: false,
            ..first.clone()
        };
        let saved = Self { is_saved: true, ..first.clone() };
        vec![("failed", failed), ("fixed", fixed), ("saved", saved), ("first", first)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let field = |name| ProfileField {
            name,
            value: text.to_owned(),
            autocomplete: "name",
            is_changeable: name != "nickname",
            is_other_choice: true,
            is_invalid: true,
        };
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            fields: ["name", "nickname", "locale", "zoneinfo"].map(field).to_vec(),
            can_change: true,
            time_zones: vec![text.to_owned()],
            is_saved: true,
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
