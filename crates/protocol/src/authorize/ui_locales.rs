//! `ui_locales` (OpenID Connect Core §3.1.2.1) and `mkt`: how pages are to speak.

use serde::{Deserialize, Serialize};

use crate::form::Form;

/// Longer lists of languages help nobody.
const BYTES_MAX: usize = 256;

/// The languages that the client asks for, as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Display {
    /// `ui_locales`.
    pub ui_locales: Option<String>,
    /// `mkt`.
    pub mkt: Option<String>,
}

impl Display {
    /// Reads them; they can only help, so nothing about them is refused.
    pub fn read(form: &Form) -> Self {
        let short = |name| form.get(name).filter(|list| list.len() <= BYTES_MAX).map(str::to_owned);
        Self { ui_locales: short("ui_locales"), mkt: short("mkt") }
    }
}
