//! The explanation of an error number with its values.

use catalogue::{Entry, FixedBy, Language, entry, known_text, text};
use serde::Serialize;

use super::{ComparisonView, Label};

/// The refusal or fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedRefusal {
    /// The error number.
    pub number: u32,
    /// The label of the error number: `AADSTS50011`.
    pub label: String,
    /// The OAuth parameter `error`; `none` if only a page showed the refusal.
    pub error: String,
    /// The title.
    pub title: String,
    /// The message with its values.
    pub description: String,
    /// The role that can fix it: `developer`, `administrator`, `user` or `operator`.
    pub fixed_by: Label,
    /// The steps that fix it.
    pub steps: Vec<String>,
    /// The link to the page about the error number.
    pub link: String,
}

impl ExplainedRefusal {
    /// Creates the refusal with this number. A number that this version does not know comes from
    /// another version.
    pub fn new(number: u32, arguments: &[(impl AsRef<str>, String)], language: Language) -> Self {
        let arguments: Vec<(&str, &str)> =
            arguments.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
        match entry(number) {
            Some(entry) => Self::known(entry, &arguments, language),
            None => Self::unknown(number, language),
        }
    }

    /// Completes the link with the public origin of the service.
    #[must_use]
    pub fn with_origin(mut self, origin: &str) -> Self {
        self.link.insert_str(0, origin);
        self
    }

    /// Replaces the steps by those of a difference that has steps of its own: it names the cause
    /// more exactly than the number does. The last such difference counts.
    #[must_use]
    pub(super) fn with_steps_of(mut self, visible: &[ComparisonView], language: Language) -> Self {
        let differences = visible.iter().filter_map(|comparison| comparison.difference.as_ref());
        let mut remedies = differences.filter_map(|difference| {
            known_text(language, &format!("difference-{}.remedy", difference.name), &[])
        });
        if let Some(remedy) = remedies.next_back() {
            self.steps = steps(&remedy);
        }
        self
    }

    fn known(entry: &Entry, arguments: &[(&str, &str)], language: Language) -> Self {
        Self {
            number: entry.number,
            label: entry.label().to_owned(),
            error: entry.error.to_owned(),
            title: entry.title(language),
            description: entry.format(language, None, arguments),
            fixed_by: role_label(entry.fixed_by, language),
            steps: steps(&entry.format(language, Some("remedy"), arguments)),
            link: link(entry.number),
        }
    }

    fn unknown(number: u32, language: Language) -> Self {
        let message = |attribute: &str| {
            let id = format!("explanation-unknown-number{attribute}");
            text(language, &id, &[("number", &number.to_string())])
        };
        Self {
            number,
            label: number.to_string(),
            error: String::new(),
            title: message(".title"),
            description: message(""),
            fixed_by: role_label(FixedBy::Operator, language),
            steps: steps(&message(".remedy")),
            link: link(number),
        }
    }
}

fn role_label(role: FixedBy, language: Language) -> Label {
    Label::new("role-name", role.as_str(), language)
}

fn steps(remedy: &str) -> Vec<String> {
    remedy.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn link(number: u32) -> String {
    format!("/error?code={number}")
}
