//! The fields of our own pages' forms.

use protocol::Failure;

use crate::call::Call;

/// What a form of ours posted. The sealed flow may be longer than any parameter of a client, so
/// only the body as a whole has a limit here.
pub(crate) struct Fields {
    pairs: Vec<(String, String)>,
}

impl Fields {
    pub(crate) async fn read(call: &mut Call) -> Result<Self, Failure> {
        let body = call.body().await?;
        Ok(Self { pairs: form_urlencoded::parse(&body).into_owned().collect() })
    }

    /// The first value of a field; empty if it is not there.
    pub(crate) fn value(&self, name: &str) -> &str {
        let field = self.pairs.iter().find(|(known, _)| known == name);
        field.map_or("", |(_, value)| value.as_str())
    }

    /// Whether a button was pressed.
    pub(crate) fn pressed(&self, action: &str) -> bool {
        self.value("action") == action
    }
}
