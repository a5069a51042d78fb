//! The fields of a form that the browser posts from a page of this service.

use catalogue::Language;
use protocol::Error;

use crate::http::incoming::IncomingRequest;

/// The fields of a posted form. Only the size of the body is limited: the sealed sign-in flow may
/// be longer than any parameter of a client.
pub(crate) struct FormFields {
    pairs: Vec<(String, String)>,
}

impl FormFields {
    /// Reads the body of a request.
    pub(crate) async fn read(incoming: &mut IncomingRequest) -> Result<Self, Error> {
        let body = incoming.body().await?;
        let fields = Self { pairs: form_urlencoded::parse(&body).into_owned().collect() };
        if let Some(language) = fields.language() {
            incoming.context.set_language(language);
        }
        Ok(fields)
    }

    /// Returns the language that the user chose if they pressed a button of the language switch,
    /// which submits the form of its page.
    pub(crate) fn language(&self) -> Option<Language> {
        Language::from_tag(self.value("language"))
    }

    /// Returns the first value of a field, or an empty string.
    pub(crate) fn value(&self, name: &str) -> &str {
        let field = self.pairs.iter().find(|(known, _)| known == name);
        field.map_or("", |(_, value)| value.as_str())
    }

    /// Returns the names and values of all fields.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Creates the fields of a form.
    #[cfg(test)]
    pub(crate) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { pairs: pairs.iter().map(owned).collect() }
    }

    /// Returns whether the user pressed the button of this action.
    pub(crate) fn is_pressed(&self, action: &str) -> bool {
        self.value("action") == action
    }
}
