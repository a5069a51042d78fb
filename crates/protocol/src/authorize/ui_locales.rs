//! `ui_locales` (OpenID Connect Core §3.1.2.1) and Microsoft's `mkt`: the languages of the pages.

use serde::{Deserialize, Serialize};

use crate::parameters::Parameters;

/// The longest list that is read, in bytes.
const BYTES_MAX: usize = 256;

/// The languages that the client requests, unparsed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UiLocales {
    /// `ui_locales`.
    pub ui_locales: Option<String>,
    /// `mkt`.
    pub mkt: Option<String>,
}

impl UiLocales {
    /// Reads both parameters. They are hints, so an unusable value is ignored.
    pub fn parse(parameters: &Parameters) -> Self {
        let short =
            |name| parameters.get(name).filter(|list| list.len() <= BYTES_MAX).map(str::to_owned);
        Self { ui_locales: short("ui_locales"), mkt: short("mkt") }
    }
}
